"""Levels are told once in a life; the ladder's gifts are given once, taken once, and never worth a farm."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from community.models import BadgeAward
from loyalty import actions, queries
from loyalty.actions import quests
from loyalty.actions.quests import LadderRefused
from loyalty.actions.quests.beginning import LADDER_KEY
from loyalty.models import LadderDraw, LadderGift, LadderRung, LevelSettings, LevelStanding, Redemption, Reward, Txn
from loyalty.queries.levels import ladder, level
from members.actions import join_group
from members.events import MemberJoined
from members.rules import bucket
from messaging.models import Notice
from outbox.dispatch import run_pending
from outbox.models import StoredEvent
from tests.loyalty.conftest import AT, in_threads, points_of
from tests.loyalty.quests.conftest import tell

pytestmark = pytest.mark.django_db


def credit(member: int, amount: int, cause: str = "c", pending_days: int = 0) -> int:
    with transaction.atomic():
        posted = actions.grant_points(
            cause=f"{cause}:{member}:{amount}", member_id=member, amount=amount, reason="goodwill", origin="goodwill", by=None,
            at=AT, currency="credit", pending_days=pending_days,
        )  # fmt: skip
    while run_pending():
        pass
    return posted.txn_id


def told_levels(member: int) -> list[int]:
    rows = StoredEvent.objects.filter(name="level.reached", payload__member_id=member).order_by("id")
    return [row.payload["level"] for row in rows]


def trusted(member: int) -> None:
    with transaction.atomic():
        join_group(member_id=member, group="trust:1", by=None, at=AT)


def take(member: int, days: int = 0) -> quests.TakenGift:
    with transaction.atomic():
        gift = LadderGift.objects.filter(member_id=member).latest("id")
        return quests.take_gift(public_id=gift.public_id, by=member, at=AT + timedelta(days=days))


def test_each_level_is_told_once_in_a_life(member: int) -> None:
    txn = credit(member, 95)
    assert told_levels(member) == list(range(2, 11))
    with transaction.atomic():
        actions.reverse_txn(txn_id=txn, reason="goodwill", by=None, at=AT)
    while run_pending():
        pass
    card = level(member_id=member, at=AT)
    assert (card.level, card.credit, card.highest) == (1, 0, 10)
    credit(member, 120)
    assert told_levels(member) == list(range(2, 12))  # 11 is new, the others were told before
    assert LadderGift.objects.filter(member_id=member).count() == 1  # the gift stays, there is no second


def test_pending_credit_does_not_count_yet_and_spending_changes_nothing(member: int) -> None:
    credit(member, 90, pending_days=14)
    assert level(member_id=member, at=AT).level == 1 and told_levels(member) == []
    later = AT + timedelta(days=14)
    with transaction.atomic():
        assert quests.review_levels(member_ids=[member], at=later) == 1
        assert quests.review_levels(member_ids=[member], at=later) == 0
    card = level(member_id=member, at=later)
    assert (card.level, card.begins_at, card.next_level_at, card.to_next) == (10, 90, 110, 20)


def test_two_reviews_at_once_tell_each_level_once(transactional_db: None, new_member: Callable[..., int]) -> None:
    member = new_member("mei")
    with transaction.atomic():
        actions.grant_points(
            cause="x",
            member_id=member,
            amount=95,
            reason="goodwill",
            origin="goodwill",
            by=None,
            at=AT,
            currency="credit",
        )

    def review(_number: int) -> int:
        with transaction.atomic():
            return quests.review_levels(member_ids=[member], at=AT)

    assert sum(in_threads(12, review)) == 1
    assert told_levels(member) == list(range(2, 11))


def test_what_an_import_brings_hangs_no_gifts(member: int) -> None:
    with transaction.atomic():
        actions.grant_points(
            cause="x",
            member_id=member,
            amount=400,
            reason="goodwill",
            origin="import",
            by=None,
            at=AT,
            currency="credit",
        )
        quests.review_levels(member_ids=[member], at=AT, quietly=True)
    while run_pending():
        pass
    assert LevelStanding.objects.get(pk=member).highest == 20 and told_levels(member) == []
    assert not LadderGift.objects.exists()


def test_a_gift_waits_is_taken_once_and_pays_once(member: int) -> None:
    credit(member, 90)
    assert Notice.objects.filter(member_id=member, kind="loyalty.ladder_gift").count() == 1
    first = take(member)
    again = take(member)
    assert (first.points, first.fresh, again.fresh) == (50, True, False)
    assert points_of(member) == 50 and BadgeAward.objects.filter(member_id=member, kind__code="ten-steps").count() == 1
    assert Txn.objects.filter(reason="ladder_gift").count() == 1


def test_eight_clicks_at_once_take_one_gift(transactional_db: None, new_member: Callable[..., int]) -> None:
    member = new_member("mei")
    rung = LadderRung.objects.create(level=4, name="Ten", points=10, min_trust=0)
    LadderGift.objects.create(member_id=member, rung=rung, granted_at=AT, expires_at=AT + timedelta(days=30))
    answers = in_threads(8, lambda _number: take(member))
    assert sum(answer.fresh for answer in answers) == 1 and points_of(member) == 10


def test_after_its_days_a_gift_is_gone_and_its_level_hangs_no_other(member: int) -> None:
    credit(member, 90)
    with pytest.raises(LadderRefused) as refused:
        take(member, days=30)
    assert refused.value.code == "over" and points_of(member) == 0
    with transaction.atomic():
        assert not quests.reach_rung(member_id=member, level=10, at=AT + timedelta(days=31))


def test_what_is_worth_money_waits_for_trust(member: int) -> None:
    credit(member, 210)
    with pytest.raises(LadderRefused) as refused:
        take(member)
    assert refused.value.code == "trust" and points_of(member) == 0
    trusted(member)
    assert take(member).points == 100


def test_the_coupon_at_thirty_is_a_code_at_once(member: int) -> None:
    trusted(member)
    credit(member, 870)
    taken = take(member)
    claim = Redemption.objects.get(public_id=taken.redemption)
    assert claim.coupon is not None and claim.cost == 0 and claim.member_id == member
    assert take(member).redemption == taken.redemption and Redemption.objects.count() == 1


def test_an_empty_shelf_takes_nothing_away(member: int) -> None:
    trusted(member)
    reward = Reward.objects.create(name="A cup", kind="physical", cost=5, stock=0)
    LadderRung.objects.filter(level=20).update(reward=reward)
    credit(member, 380)
    with pytest.raises(LadderRefused) as refused:
        take(member)
    assert refused.value.code == "empty"
    assert LadderGift.objects.get(member_id=member, rung__level=20).state == "waiting" and points_of(member) == 0


def test_nobody_takes_anothers_gift(member: int, new_member: Callable[..., int]) -> None:
    credit(member, 90)
    gift = LadderGift.objects.get()
    with pytest.raises(LadderRefused) as refused, transaction.atomic():
        quests.take_gift(public_id=gift.public_id, by=new_member(), at=AT)
    assert refused.value.code == "absent"


def test_who_is_drawn_has_no_ladder_and_stays_drawn(new_member: Callable[..., int]) -> None:
    LevelSettings.objects.update(ladder_holdout=50)
    people = [new_member() for _ in range(24)]
    tell(*(MemberJoined(member_id=one, imported=False, at=AT) for one in people))
    held = set(LadderDraw.objects.filter(held_out=True).values_list("member_id", flat=True))
    assert held == {one for one in people if bucket(LADDER_KEY, one) < 5_000} and 0 < len(held) < 24
    LevelSettings.objects.update(ladder_holdout=0)
    out, within = min(held), min(set(people) - held)
    for one in (out, within):
        tell(MemberJoined(member_id=one, imported=False, at=AT))  # told again
        credit(one, 95)
    assert (
        not LadderGift.objects.filter(member_id=out).exists() and LadderGift.objects.filter(member_id=within).exists()
    )
    card = level(member_id=out, at=AT)
    assert card.next_rung is None and ladder(member_id=out, card=card, trust=1, at=AT) == [] and card.level == 10


def test_the_next_rung_and_the_distance(member: int) -> None:
    credit(member, 100)
    card = level(member_id=member, at=AT)
    assert card.next_rung and (card.next_rung.level, card.next_rung.to_go) == (15, 110) and card.waiting == 1
    states = [rung.state for rung in ladder(member_id=member, card=card, trust=0, at=AT)]
    assert states == ["waiting", "ahead", "ahead", "ahead"]
    LevelSettings.objects.update(curve=2)
    steep = level(member_id=member, at=AT)
    assert (
        steep.level == 7
        and next(rung.credit_at for rung in ladder(member_id=member, card=steep, trust=0, at=AT)) == 180
    )
    assert queries.balance(member_id=member, at=AT).available == 0
