"""Steps count what stands, once each, in whatever order and however often it is told; a quest pays once."""

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from community.events import AnswerAccepted, Followed, SessionAttended
from loyalty import queries
from loyalty.actions.quests import BadQuest, hear, publish_quest
from loyalty.actions.quests.hearing import Told
from loyalty.models import Quest, QuestRun, StepProgress, Txn
from loyalty.queries.quests import board
from loyalty.rules.quest_steps import BadStep
from members.actions import join_group
from members.models import User
from outbox.events import Event
from tests.loyalty.conftest import AT, in_threads, points_of
from tests.loyalty.quests.conftest import (
    liked,
    minutes,
    only,
    paid,
    posted,
    removed,
    restored,
    runs,
    step,
    tell,
    unliked,
)

pytestmark = pytest.mark.django_db


def test_told_thrice_it_counts_once_and_pays_once(member: int, new_member: Callable[..., int]) -> None:
    only("glad", [step("reaction.received", 2, "person", trust=1)])
    a, b = new_member(), new_member()
    tell(liked(1, member, a), liked(1, member, a), liked(2, member, a, 1))
    assert not Txn.objects.filter(reason="quest").exists() and runs(member) == [("glad", "", "open")]
    tell(liked(1, member, b, 2), liked(1, member, b, 2), liked(3, member, b, 3))
    assert runs(member) == [("glad", "", "done")]
    assert Txn.objects.filter(reason="quest").count() == 1
    assert queries.balance(member_id=member, at=minutes(9)).available == 10  # likes themselves still wait


def test_a_step_taken_back_before_the_pay_out_is_open_again_and_afterwards_stays_paid(
    member: int, new_member: Callable[..., int]
) -> None:
    only("glad", [step("reaction.received", 1, "", trust=1), step("topic.started")])
    fan = new_member()
    tell(liked(1, member, fan), unliked(1, member, fan, 1), posted(7, member, 2))
    assert runs(member) == [("glad", "", "open")]
    tell(liked(1, member, fan, 3))
    assert runs(member) == [("glad", "", "done")]
    tell(unliked(1, member, fan, 4), removed(7, member, 5))
    assert runs(member) == [("glad", "", "done")] and Txn.objects.filter(reason="quest").count() == 1


def test_every_order_of_delivery_ends_the_same(member: int, new_member: Callable[..., int]) -> None:
    """A like, its taking back, another like; a post, its removal: all 120 ways end with the one like that stands."""
    fan, other = new_member(), new_member()
    only("glad", [step("reaction.received", 2, "person"), step("post.published", 1), step("order.paid")])
    words: list[Event] = [
        liked(1, member, fan, 0), unliked(1, member, fan, 1), liked(2, member, other, 2), posted(9, member, 3),
        removed(9, member, 4),
    ]  # fmt: skip
    for way in itertools.permutations(words):
        QuestRun.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM loyalty_questwithdrawal")
        tell(*way)
        [card] = board(member_id=member, at=minutes(9)).open
        assert [one.have for one in card.steps] == [1, 0, 0], way
    tell(restored(9, member, 5), liked(1, member, fan, 6), paid(1, member, 7))
    assert runs(member) == [("glad", "", "done")]


def test_another_kind_of_like_is_the_same_person(member: int, new_member: Callable[..., int]) -> None:
    fan = new_member()
    only("glad", [step("reaction.received", 2)])
    tell(liked(1, member, fan), unliked(1, member, fan, 1, "like"), liked(1, member, fan, 1, kind="thanks"))
    assert board(member_id=member, at=minutes(2)).open[0].steps[0].have == 1
    tell(liked(1, member, fan, 2, kind="love"))  # told before the removal of the other one
    assert board(member_id=member, at=minutes(3)).open[0].steps[0].have == 1


def test_newcomers_likes_and_ones_own_do_not_count(member: int, new_member: Callable[..., int]) -> None:
    only("glad", [step("reaction.received", 1, trust=1)])
    tell(liked(1, member, new_member(), trust=0), liked(2, member, member, 1, trust=4))
    assert runs(member) == []


def test_two_at_once_both_count_and_one_pays(transactional_db: None, new_member: Callable[..., int]) -> None:
    member = new_member("mei")
    only("glad", [step("session.attended", 8)], credit=7)
    told = [Told(code="session.attended", source=f"session:{number}") for number in range(8)]

    def one(number: int) -> int:
        with transaction.atomic():
            return hear(
                member_id=member,
                codes=["session.attended"],
                at=minutes(number),
                tell=lambda _wanted: [told[number % 8]],
            )

    assert sum(in_threads(16, one)) == 1
    assert runs(member) == [("glad", "", "done")] and StepProgress.objects.count() == 8
    assert points_of(member) == 10 and Txn.objects.filter(reason="quest").count() == 2


def test_a_day_has_its_own_run_and_what_is_told_late_counts_for_its_day(member: int) -> None:
    only("daily", [step("session.attended", 1)], kind="daily", repeat="daily")

    def attended(number: int, day: float) -> SessionAttended:
        at = AT + timedelta(days=day)
        return SessionAttended(attendance_id=number, member_id=member, session_id=number, seconds=9, at=at)

    tell(attended(1, 0), attended(2, 0.1), attended(3, 2), attended(4, 1))
    assert runs(member) == [("daily", f"2026-03-0{day}", "done") for day in (2, 4, 3)]
    assert Txn.objects.filter(reason="quest").count() == 3


def test_what_nobody_waits_for_costs_one_statement(member: int, new_member: Callable[..., int]) -> None:
    from loyalty.subscribers.quests import count_reaction

    fan = new_member()
    only("elsewhere", [step("order.paid")])
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        count_reaction(liked(1, member, fan))
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == 1
    only("glad", [step("reaction.received", 1)])
    tell(liked(1, member, fan))
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        count_reaction(liked(2, member, fan))
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == 1  # done: nothing waits any more


@pytest.mark.parametrize(("held", "begins"), [(None, False), ("trust:1", False), ("trust:2", True), ("trust:3", True)])
def test_a_quest_for_regulars_is_theirs_and_of_those_above(
    member: int, new_member: Callable[..., int], held: str | None, begins: bool
) -> None:
    only("care", [step("session.attended")], audience="group", group=Group.objects.get(name="trust:2"))
    if held:
        with transaction.atomic():
            join_group(member_id=member, group=held, by=None, at=AT)
    tell(SessionAttended(attendance_id=1, member_id=member, session_id=1, seconds=9, at=AT))
    assert bool(runs(member)) is begins and bool(points_of(member) >= 10 and runs(member)) is begins


def test_newcomers_alone_and_windows_hold(member: int) -> None:
    attended = SessionAttended(attendance_id=1, member_id=member, session_id=1, seconds=9, at=AT)
    User.objects.filter(pk=member).update(date_joined=AT - timedelta(days=8))
    only("soon", [step("session.attended")], audience="newcomers", audience_days=7)
    tell(attended)
    only("over", [step("session.attended")], ends_at=AT)
    tell(attended)
    only("early", [step("session.attended")], starts_at=AT + timedelta(seconds=1))
    tell(attended)
    assert runs(member) == []
    [card] = board(member_id=member, at=AT).coming
    assert card.code == "early" and card.percent == 0


def test_whoever_began_keeps_the_version_they_began_with(member: int, new_member: Callable[..., int]) -> None:
    only("both", [step("session.attended"), step("topic.started")], points=10)
    tell(posted(1, member))
    with transaction.atomic():
        publish_quest(
            code="both",
            fields={"kind": "campaign", "name": "x", "points": 99},
            steps=[step("order.paid")],
            by=None,
            at=AT,
        )
    other = new_member()
    for number, who in enumerate((member, other), start=1):
        tell(SessionAttended(attendance_id=number, member_id=who, session_id=1, seconds=9, at=minutes(1)))
    assert runs(member) == [("both", "", "done")] and runs(other) == []
    assert QuestRun.objects.get(member_id=member).points == 10
    assert list(Quest.objects.filter(code="both").order_by("version").values_list("version", flat=True)) == [1, 2]


def test_following_counts_while_one_follows(member: int) -> None:
    only("three", [step("followed", 3, "target", kind=["board", "person"])])

    def followed(kind: str, target: int, minute: int, follows: bool = True) -> Followed:
        return Followed(member_id=member, kind=kind, target_id=target, follows=follows, at=minutes(minute))

    tell(followed("board", 1, 0), followed("person", 1, 1), followed("tag", 1, 2), followed("board", 1, 3, False))
    assert board(member_id=member, at=minutes(4)).open[0].steps[0].have == 1
    tell(followed("board", 1, 4), followed("board", 2, 5))
    assert runs(member) == [("three", "", "done")]


def test_only_the_asker_is_thanked_for_thanking(member: int, new_member: Callable[..., int]) -> None:
    only("thanks", [step("answer.thanked")])
    accepted = AnswerAccepted(topic_id=1, post_id=5, author_id=new_member(), by_id=member, self_answer=True, at=AT)
    tell(accepted)
    assert runs(member) == []


def test_the_database_lets_no_second_run_of_a_period_be(member: int) -> None:
    quest = only("once", [step("session.attended")])
    QuestRun.objects.create(member_id=member, quest=quest, code="once", period="", begun_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestRun.objects.create(member_id=member, quest=quest, code="once", period="", begun_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestRun.objects.filter(code="once").update(state="done")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"points": 0}, "no_reward"),
        ({"points": -5}, "bad_amount"),
        ({"credit": 10**12}, "bad_amount"),
        ({"starts_at": AT, "ends_at": AT}, "ends_first"),
        ({"audience": "group"}, "no_group"),
        ({"audience": "tier"}, "no_tier"),
        ({"audience_days": 0}, "bad_days"),
        ({"audience": "newcomers", "repeat": "daily"}, "no_repeat"),
    ],
)
def test_a_quest_that_cannot_be_is_named_and_not_written(fields: dict[str, object], code: str) -> None:
    before = Quest.objects.count()
    with pytest.raises(BadQuest) as refused, transaction.atomic():
        publish_quest(
            code="bad",
            fields={"kind": "campaign", "name": "x", "points": 1} | fields,
            steps=[step("order.paid")],
            by=None,
            at=AT,
        )
    assert refused.value.code == code
    with pytest.raises(BadQuest), transaction.atomic():
        publish_quest(code="bad", fields={"kind": "campaign", "name": "x", "points": 1}, steps=[], by=None, at=AT)
    with pytest.raises(BadStep), transaction.atomic():
        publish_quest(
            code="week-three-people",
            fields={"kind": "weekly", "name": "x", "points": 1},
            steps=[step("like.given")],
            by=None,
            at=AT,
        )
    assert Quest.objects.count() == before and Quest.objects.get(code="week-three-people").replaced_at is None
