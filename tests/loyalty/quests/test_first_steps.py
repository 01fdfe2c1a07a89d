"""Newcomers' first steps, and the welcome of those who come back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from community.events import Followed, SessionAttended
from loyalty.actions import quests
from loyalty.models import LevelStanding, Quest, QuestRun
from loyalty.queries.levels import level
from loyalty.queries.quests import board, checklist
from members.actions import seen, set_avatar, update_profile
from members.events import MemberJoined, MemberReturned
from members.models import User
from messaging.models import Notice
from outbox.dispatch import run_pending
from tests.loyalty.conftest import AT, points_of
from tests.loyalty.quests.conftest import liked, minutes, posted, runs, tell

pytestmark = pytest.mark.django_db


def joined(member: int) -> None:
    User.objects.filter(pk=member).update(date_joined=AT)
    tell(MemberJoined(member_id=member, imported=False, at=AT))


def settle() -> None:
    while run_pending():
        pass


def test_the_first_steps_bring_a_newcomer_to_level_ten(member: int, new_member: Callable[..., int]) -> None:
    joined(member)
    found = checklist(member_id=member, joined=AT, at=AT)
    assert found and len(found.first_steps) == 7 and found.first_done == 0
    assert sum(card.credit for card in found.first_steps) == sum(card.points for card in found.first_steps) == 100
    with transaction.atomic():
        EmailAddress.objects.create(user_id=member, email="mei@example.com", verified=True, primary=True)
        update_profile(
            member_id=member, display_name="Mei", bio="", language="", time_zone="", by=member, at=minutes(1)
        )
        set_avatar(member_id=member, name="avatars/x.webp", by=member, at=minutes(2))
        assert quests.read_guide(by=member, at=minutes(3)) == 1
        assert quests.read_guide(by=member, at=minutes(3)) == 0
    settle()
    tell(
        *(Followed(member_id=member, kind="board", target_id=n, follows=True, at=minutes(4)) for n in (1, 2, 3)),
        posted(1, member, 5), liked(1, member, new_member(), 6),
        SessionAttended(attendance_id=1, member_id=member, session_id=1, seconds=9, at=minutes(7)),
    )  # fmt: skip
    first = QuestRun.objects.filter(member_id=member, quest__kind="newcomer")
    assert first.filter(state="done").count() == 7
    assert level(member_id=member, at=minutes(9)).level == 10 and LevelStanding.objects.get(pk=member).highest == 10
    assert checklist(member_id=member, joined=AT, at=minutes(9)) is None
    assert Notice.objects.filter(member_id=member, kind="loyalty.quest").count() >= 7


def test_a_name_taken_back_before_the_pay_out_opens_the_step_again(member: int) -> None:
    joined(member)
    for minute, (name, have) in enumerate((("Mei", 1), ("", 0), ("Mei", 1)), start=1):
        with transaction.atomic():
            update_profile(
                member_id=member, display_name=name, bio="", language="", time_zone="", by=member, at=minutes(minute)
            )
        settle()
        first = next(card for card in board(member_id=member, at=minutes(9)).first_steps if card.code == "first-name")
        assert [step.have for step in first.steps] == [0, have] and first.state == "open"
    assert points_of(member) == 0


def test_the_list_can_be_put_away_and_is_not_shown_to_old_friends(member: int) -> None:
    joined(member)
    with transaction.atomic():
        for _ in range(2):
            quests.dismiss_checklist(by=member, dismissed=True, at=AT)
    assert checklist(member_id=member, joined=AT, at=AT) is None
    assert len(board(member_id=member, at=AT).first_steps) == 7
    with transaction.atomic():
        quests.dismiss_checklist(by=member, dismissed=False, at=AT)
    assert checklist(member_id=member, joined=AT, at=AT) is not None
    assert checklist(member_id=member, joined=AT - timedelta(days=61), at=AT) is None


def test_whoever_joined_before_a_quest_was_published_begins_it_at_night(member: int) -> None:
    User.objects.filter(pk=member).update(date_joined=AT - timedelta(days=3), display_name="Mei")
    EmailAddress.objects.create(user_id=member, email="mei@example.com", verified=True, primary=True)
    with transaction.atomic():
        assert quests.begin_first_steps(at=AT) == 1
        assert quests.begin_first_steps(at=AT) == 0
    assert ("first-name", "", "done") in runs(member) and points_of(member) == 10


def test_customers_whom_only_a_shop_knows_begin_nothing(member: int) -> None:
    User.objects.filter(pk=member).update(date_joined=AT, imported=True, last_seen_at=None)
    with transaction.atomic():
        assert quests.begin_first_steps(at=AT) == 0


def test_who_comes_back_after_ninety_days_is_welcomed_once_a_year(member: int, new_member: Callable[..., int]) -> None:
    def comes(at_day: int, silence: int) -> None:
        with transaction.atomic():
            seen(member_id=member, at=AT + timedelta(days=at_day), silence=timedelta(days=silence))
        settle()

    comes(0, 89)
    assert runs(member) == []
    comes(0, 90)
    comes(0, 90)
    assert runs(member) == [("welcome-back", "back:2026-03-02", "open")]
    assert Notice.objects.filter(member_id=member, kind="loyalty.welcome_back").count() == 1
    tell(posted(1, member, 5), liked(1, member, new_member(), 6))
    assert ("welcome-back", "back:2026-03-02", "done") in runs(member)
    comes(120, 100)
    assert sum(code == "welcome-back" for code, _period, _state in runs(member)) == 1
    comes(366, 200)
    assert runs(member)[-1][1] == "back:2027-03-03"


def test_a_welcome_that_nobody_asked_for_does_not_begin_by_itself(member: int) -> None:
    tell(posted(1, member))
    assert not QuestRun.objects.filter(code="welcome-back").exists()
    Quest.objects.filter(code="welcome-back").update(active=False)
    tell(MemberReturned(member_id=member, away_days=100, at=AT))
    assert not QuestRun.objects.filter(code="welcome-back").exists()
