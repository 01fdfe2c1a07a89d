"""Claiming rewards: alone, twice, and all at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from loyalty import actions, queries
from loyalty.models import Coupon, Redemption, Reward, Tier, Txn
from outbox.models import StoredEvent
from tests.loyalty.conftest import AT, in_threads, points_of
from tests.loyalty.test_books import grant

pytestmark = pytest.mark.django_db


def offer(**changes: Any) -> Reward:
    return Reward.objects.create(**({"name": "A cup", "kind": "physical", "cost": 100} | changes))


def claim(reward: Reward, member_id: int, key: str = "key-of-the-form") -> Any:
    with transaction.atomic():
        return actions.claim_reward(reward_id=reward.id, member_id=member_id, key=key, by=member_id, at=AT)


def refusal(reward: Reward, member_id: int, key: str = "another-key-here") -> str:
    with pytest.raises(actions.RewardRefused) as refused:
        claim(reward, member_id, key)
    return refused.value.code


def test_a_claim_takes_points_once_and_gives_a_code(member: int) -> None:
    grant(member, 250)
    reward = offer(kind="generated_code", percent=10)
    first, again = claim(reward, member), claim(reward, member)
    assert not first.replayed and again.replayed and first.coupon == again.coupon
    assert len(first.coupon.code) == 17 and not set(first.coupon.code) & set("0O1IL")
    assert points_of(member) == 150
    assert Reward.objects.get(id=reward.id).claimed == 1
    names = list(StoredEvent.objects.values_list("name", flat=True))
    assert names.count("reward.claimed") == 1 and names.count("coupon.issued") == 1
    with pytest.raises(actions.ConflictingFacts):
        claim(offer(name="Other"), member)


def test_what_cannot_be_claimed_says_why_and_takes_nothing(member: int) -> None:
    grant(member, 100)
    tier = Tier.objects.get(code="good-friend")
    cases = {
        "points": offer(cost=180, name="Far"),
        "tier": offer(min_tier=tier),
        "out_of_stock": offer(stock=0),
        "gone": offer(active=False),
        "not_yet": offer(starts_at=AT + timedelta(days=1)),
    }
    for code, reward in cases.items():
        assert refusal(reward, member) == code
    assert refusal(offer(ends_at=AT), member) == "gone"
    assert refusal(Reward(id=10**9), member) == "gone"
    assert points_of(member) == 100 and not Txn.objects.filter(kind="spend").exists()
    assert Reward.objects.exclude(claimed=0).count() == 0
    with pytest.raises(actions.RewardRefused, match="80 more points"):
        claim(cases["points"], member, "yet-another-key")


def test_the_shelf_says_what_is_within_reach(member: int) -> None:
    grant(member, 100)
    Reward.objects.update(active=False)
    offer(name="open", position=1)
    offer(name="short", cost=180, position=2)
    offer(name="tier", min_tier=Tier.objects.get(code="old-friend"), position=3)
    offer(name="out", stock=0, position=4)
    offer(name="hidden", active=False)
    cards = queries.shelf(member_id=member, at=AT)
    assert [(card.name, card.state, card.missing) for card in cards] == [
        ("open", "open", 0), ("short", "short", 80), ("tier", "tier", 0), ("out", "out", 0),
    ]  # fmt: skip


def test_one_for_each_member_until_it_is_given_back(member: int) -> None:
    grant(member, 300)
    reward = offer(per_member=1, stock=1)
    claimed = claim(reward, member)
    assert refusal(reward, member) in {"limit", "out_of_stock"}
    for expected in (True, False):
        with transaction.atomic():
            assert actions.cancel_redemption(redemption_id=claimed.redemption_id, by=None, at=AT) is expected
    assert points_of(member) == 300 and Reward.objects.get(id=reward.id).claimed == 0
    assert not claim(reward, member, "a-second-form-key").replayed


def test_a_cancelled_claim_revokes_its_coupon_unless_it_was_used(member: int) -> None:
    grant(member, 300)
    reward = offer(kind="generated_code", percent=5)
    first, second = claim(reward, member, "first-key-123"), claim(reward, member, "second-key-12")
    with transaction.atomic():
        actions.cancel_redemption(redemption_id=first.redemption_id, by=None, at=AT)
    assert Coupon.objects.get(id=first.coupon.id).state == "revoked"
    Coupon.objects.filter(id=second.coupon.id).update(state="used", used_at=AT)
    with pytest.raises(actions.RewardRefused) as refused, transaction.atomic():
        actions.cancel_redemption(redemption_id=second.redemption_id, by=None, at=AT)
    assert refused.value.code == "coupon_used"


def test_stock_and_slots_are_held_by_the_database_too(member: int) -> None:
    grant(member, 300)
    reward = offer(stock=1, per_member=1)
    claimed = claim(reward, member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reward.objects.filter(id=reward.id).update(claimed=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redemption.objects.filter(id=claimed.redemption_id).update(slot=2)


@pytest.mark.django_db(transaction=True)
def test_thirty_two_members_want_the_last_one(new_member: Callable[..., int]) -> None:
    members = [new_member() for _ in range(32)]
    for member_id in members:
        grant(member_id, 100, f"test:{member_id}")
    reward = offer(stock=1)

    def go(i: int) -> Any:
        with transaction.atomic(durable=True):
            return actions.claim_reward(
                reward_id=reward.id, member_id=members[i], key=f"key-{i:012}", by=members[i], at=AT
            )

    answers = in_threads(32, go)
    won = [answer for answer in answers if isinstance(answer, actions.ClaimedReward)]
    assert len(won) == 1, answers
    assert [answer.code for answer in answers if isinstance(answer, actions.RewardRefused)] == ["out_of_stock"] * 31
    assert sum(points_of(member_id, AT) for member_id in members) == 31 * 100


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_thirty_two_times_is_one_claim(member: int) -> None:
    grant(member, 1000)
    reward = offer(stock=1, kind="generated_code", percent=5)

    def go(_i: int) -> Any:
        with transaction.atomic(durable=True):
            return actions.claim_reward(reward_id=reward.id, member_id=member, key="the-same-key", by=member, at=AT)

    answers = in_threads(32, go)
    assert all(isinstance(answer, actions.ClaimedReward) for answer in answers), answers
    assert sum(answer.replayed for answer in answers) == 31
    assert len({answer.coupon.code for answer in answers}) == 1
    assert points_of(member, AT) == 900


@pytest.mark.django_db(transaction=True)
def test_many_forms_at_once_cannot_overspend(member: int) -> None:
    grant(member, 350)
    reward = offer()

    def go(i: int) -> Any:
        with transaction.atomic(durable=True):
            return actions.claim_reward(reward_id=reward.id, member_id=member, key=f"key-{i:012}", by=member, at=AT)

    answers = in_threads(16, go)
    assert sum(isinstance(answer, actions.ClaimedReward) for answer in answers) == 3
    assert points_of(member, AT) == 50


@pytest.mark.django_db(transaction=True)
def test_a_cause_gives_one_coupon_to_twenty_askers(member: int) -> None:
    def go(_i: int) -> Any:
        with transaction.atomic(durable=True):
            return actions.issue_coupon(
                cause="campaign:9:1", member_id=member, percent=15, expires_at=None, by=None, at=AT
            )

    assert len({answer.code for answer in in_threads(20, go)}) == 1
    assert StoredEvent.objects.filter(name="coupon.issued").count() == 1


def test_whoever_goes_on_after_a_refusal_has_taken_no_piece(member: int) -> None:
    """The last pieces are taken before the points; without points they stand on the shelf again, in the same transaction."""
    grant(member, 50)
    far, near = offer(stock=1), offer(name="Near", cost=40, stock=1)
    with transaction.atomic():
        with pytest.raises(actions.RewardRefused) as refused:
            actions.claim_reward(reward_id=far.id, member_id=member, key="far", by=member, at=AT)
        actions.claim_reward(reward_id=near.id, member_id=member, key="near", by=member, at=AT)
    assert refused.value.code == "points"
    assert [Reward.objects.get(id=one.id).claimed for one in (far, near)] == [0, 1]
    assert points_of(member) == 10 and queries.check_books().clean


def test_a_gift_takes_a_piece_of_both_or_of_none(member: int) -> None:
    grant(member, 500)
    inside = offer(name="Inside", stock=0)
    outside = offer(name="For a friend", kind="gift", gives=inside, stock=5)
    with transaction.atomic():
        with pytest.raises(actions.RewardRefused) as refused:
            actions.claim_reward(reward_id=outside.id, member_id=member, key="gift", by=member, at=AT)
        assert refused.value.code == "out_of_stock"
    assert [Reward.objects.get(id=one.id).claimed for one in (outside, inside)] == [0, 0]


def test_a_claim_that_comes_too_late_asks_two_statements(member: int) -> None:
    grant(member, 500)
    gone = offer(stock=0)
    with CaptureQueriesContext(connection) as asked:
        assert refusal(gone, member) == "out_of_stock"
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 2
