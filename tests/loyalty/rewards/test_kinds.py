"""Every kind of reward from its claim to its end, and back: what comes back is exactly what was taken."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from community.models import BadgeAward, BadgeKind
from loyalty import actions
from loyalty.actions.ledger.holding import release_timed_out
from loyalty.actions.rewards import coupons, desk, details, granting, perks, sweeping, undoing
from loyalty.models import (
    Coupon,
    CouponPool,
    Gift,
    Hold,
    Lot,
    PerkGrant,
    Redemption,
    RedemptionStep,
    Reward,
    ShippingAddress,
    Tier,
    TierMembership,
)
from loyalty.queries.books import check_books
from messaging.models import Notice
from outbox.dispatch import run_pending
from outbox.models import StoredEvent
from tests.loyalty.conftest import AT, in_threads, points_of
from tests.loyalty.rewards.test_claiming import claim, offer
from tests.loyalty.test_books import grant

pytestmark = pytest.mark.django_db

HOME = details.Address(name="Mei", lines="1 Tea Lane", city="Hangzhou", country="China")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def act(verb: Callable[..., Any], **words: Any) -> Any:
    with transaction.atomic():
        return verb(**({"at": AT} | words))


def refused(verb: Callable[..., Any], **words: Any) -> str:
    with pytest.raises(actions.RewardRefused) as refusal:
        act(verb, **words)
    return refusal.value.code


def state(redemption_id: int) -> str:
    return Redemption.objects.values_list("state", flat=True).get(id=redemption_id)


def lots(member: int) -> list[tuple[int, int]]:
    return list(Lot.objects.filter(wallet__member_id=member).order_by("id").values_list("id", "remaining"))


def test_a_parcel_goes_its_way_and_its_address_is_erased(member: int, new_member: Callable[..., int]) -> None:
    grant(member, 300)
    packer = new_member("packer")
    claimed = claim(offer(stock=2), member)
    one = claimed.redemption_id
    assert claimed.state == "held" and points_of(member, AT) == 200
    assert Hold.objects.get().state == "open" and not StoredEvent.objects.filter(name="reward.claimed").exists()
    assert not act(desk.take_redemption, redemption_id=one, by=packer)
    assert act(details.give_address, redemption_id=one, address=HOME, by=member) == "confirmed"
    assert Hold.objects.get().state == "confirmed" and StoredEvent.objects.filter(name="reward.claimed").count() == 1
    assert act(desk.take_redemption, redemption_id=one, by=packer) and state(one) == "fulfilling"
    assert refused(undoing.cancel_own, redemption_id=one, by=member) == "too_late"
    assert act(desk.send_redemption, redemption_id=one, carrier=" DHL ", tracking="X 1", by=packer)
    assert refused(details.give_address, redemption_id=one, address=HOME, by=member) == "sent"
    assert act(desk.fulfil_redemption, redemption_id=one, by=packer)
    assert not act(desk.fulfil_redemption, redemption_id=one, by=packer)
    assert refused(actions.cancel_redemption, redemption_id=one, by=packer) == "handed_over"
    assert refused(undoing.return_redemption, redemption_id=one, by=packer) == "no_returns"
    steps = RedemptionStep.objects.filter(redemption_id=one).values_list("state", "by_id", "note")
    assert list(steps) == [
        ("held", member, ""), ("confirmed", member, ""), ("fulfilling", packer, ""), ("fulfilling", packer, "DHL X 1"),
        ("fulfilled", packer, ""),
    ]  # fmt: skip
    assert Notice.objects.filter(member_id=member, kind="loyalty.claim").exists()
    assert act(desk.erase_addresses, at=AT + 29 * DAY) == 0 and act(desk.erase_addresses, at=AT + 31 * DAY) == 1
    assert not ShippingAddress.objects.exists()


def test_what_nobody_completes_goes_back_to_its_lots(member: int) -> None:
    grant(member, 60, "test:a")
    grant(member, 60, "test:b")
    before = lots(member)
    reward = offer(stock=1, per_member=1)
    one = claim(reward, member).redemption_id
    assert act(undoing.expire_held, at=AT + 14 * MINUTE) == 0 and lots(member) != before
    late = AT + 16 * MINUTE
    assert refused(details.give_address, redemption_id=one, address=HOME, by=member, at=late) == "ran_out"
    assert act(undoing.expire_held, at=late) == 1 and act(undoing.expire_held, at=late) == 0
    assert state(one) == "expired" and lots(member) == before
    reward.refresh_from_db()
    assert reward.claimed == 0 and Hold.objects.get().state == "released"
    assert claim(reward, member, "a-new-key-1234").state == "held"


def test_a_reward_comes_back_within_its_days(member: int) -> None:
    grant(member, 200)
    before = lots(member)
    one = claim(offer(stock=1, return_days=14), member).redemption_id
    act(details.give_address, redemption_id=one, address=HOME, by=member)
    assert refused(undoing.return_redemption, redemption_id=one, by=None) == "not_handed_over"
    act(desk.fulfil_redemption, redemption_id=one, by=None)
    assert refused(undoing.return_redemption, redemption_id=one, by=None, at=AT + 15 * DAY) == "return_over"
    assert act(undoing.return_redemption, redemption_id=one, by=None, at=AT + 14 * DAY)
    assert not act(undoing.return_redemption, redemption_id=one, by=None, at=AT + 14 * DAY)
    assert state(one) == "returned" and lots(member) == before and Reward.objects.get(name="A cup").claimed == 0


def test_a_large_claim_waits_for_somebody_else(member: int, new_member: Callable[..., int], settings: Any) -> None:
    settings.LOYALTY_REVIEW_FROM = 100
    grant(member, 300)
    boss = new_member("boss")
    pool = pool_of("BIGONE11", "BIGONE22")
    reward = offer(kind="coupon_pool", pool=pool)
    first, second = claim(reward, member, "first-key-123"), claim(reward, member, "second-key-12")
    assert first.state == "requested" and first.coupon is None
    assert refused(desk.approve_redemption, redemption_id=first.redemption_id, by=member) == "own"
    assert act(desk.approve_redemption, redemption_id=first.redemption_id, by=boss)
    assert not act(desk.approve_redemption, redemption_id=first.redemption_id, by=boss)
    assert not act(desk.decline_redemption, redemption_id=first.redemption_id, by=boss)
    assert state(first.redemption_id) == "fulfilled" and claim(reward, member, "first-key-123").coupon is not None
    assert act(desk.decline_redemption, redemption_id=second.redemption_id, by=boss, note="Sorry")
    assert points_of(member, AT) == 200
    # Nobody has read the second code, so somebody else may get it.
    assert list(Coupon.objects.order_by("code").values_list("state", flat=True)) == ["assigned", "free"]


def test_gates_say_why(member: int) -> None:
    grant(member, 1000)
    group = Group.objects.create(name="Tea club")
    reward = offer(kind="donation", starts_at=AT + timedelta(hours=10))
    reward.groups.add(group)
    codes = []
    for _round in range(2):
        with pytest.raises(actions.RewardRefused) as refusal:
            claim(reward, member)
        codes.append(refusal.value.code)
        gold = Tier.objects.order_by("-rank")[0]
        Tier.objects.filter(pk=gold.pk).update(early_hours=24)
        TierMembership.objects.filter(member_id=member, until__isnull=True).delete()
        TierMembership.objects.create(member_id=member, tier=gold, since=AT)
    assert codes == ["not_yet", "group"]
    group.user_set.add(member)
    assert claim(reward, member).state == "fulfilled"
    assert (
        refused(actions.claim_reward, reward_id=reward.pk, member_id=member, key="x" * 12, by=member, cost=99)
        == "changed"
    )


# --- Lists of codes --------------------------------------------------------------------------------------------------


def pool_of(*codes: str, **changes: Any) -> CouponPool:
    pool = CouponPool.objects.create(**({"name": "Spring", "percent": 10} | changes))
    act(coupons.add_codes, pool_id=pool.pk, text="\n".join(codes), by=None)
    return pool


def test_a_list_names_what_is_wrong_and_takes_the_rest() -> None:
    pool = pool_of("OLDCODE1")
    text = (
        "code,note\nspring-aa11,x\nSPRING AA11\nab1\n;;\nbad<code>99\n\noldcode1\n"
        + "x" * 41
        + "\n\x00\x00\nspring-bb22\n"
    )
    added = act(coupons.add_codes, pool_id=pool.pk, text=text, by=None)
    assert added.added == 2
    assert [(line, why) for line, _said, why in added.bad] == [(4, "short"), (6, "signs"), (9, "long"), (10, "signs")]
    assert added.repeated == [(3, "SPRINGAA11"), (8, "OLDCODE1")]
    assert act(coupons.add_codes, pool_id=pool.pk, text=text, by=None).added == 0
    pool.refresh_from_db()
    assert pool.added == 3


@pytest.mark.django_db(transaction=True)
def test_sixteen_take_sixteen_codes_and_the_rest_hear_no(new_member: Callable[..., int]) -> None:
    pool = pool_of(*(f"POOLCODE{n}" for n in range(10, 26)))
    reward = offer(kind="coupon_pool", pool=pool)
    people = [new_member() for _n in range(20)]
    for person in people:
        grant(person, 100, f"test:{person}")

    def go(i: int) -> Any:
        with transaction.atomic(durable=True):
            return actions.claim_reward(reward_id=reward.pk, member_id=people[i], key="k" * 12, by=people[i], at=AT)

    answers = in_threads(20, go)
    won = [one.coupon.code for one in answers if isinstance(one, actions.ClaimedReward)]
    assert len(won) == len(set(won)) == 16, answers
    assert [one.code for one in answers if isinstance(one, actions.RewardRefused)] == ["out_of_stock"] * 4
    assert sum(points_of(person, AT) for person in people) == 400


def test_staff_hear_once_when_a_list_runs_low(member: int) -> None:
    boss = get_user_model().objects.create_superuser("boss", "boss@example.com", "x" * 12)
    pool = pool_of(*(f"LOWCODE{n}" for n in range(10, 30)))
    for n in range(20):
        with transaction.atomic():
            coupons.take_from_pool(pool_id=pool.pk, cause=f"t:{n}", member_id=member, at=AT)
        assert Notice.objects.filter(member=boss, kind="loyalty.pool").count() == (1 if n >= 18 else 0)
    assert refused(coupons.take_from_pool, pool_id=pool.pk, cause="t:20", member_id=member) == "out_of_stock"


# --- Perks -----------------------------------------------------------------------------------------------------------


def test_a_perk_is_prolonged_and_taken_back_at_its_end(member: int) -> None:
    grant(member, 300)
    club = Group.objects.create(name="Tea club")
    badge = BadgeKind.objects.create(code="patron", name="Patron", description="gave")
    reward = offer(kind="perk", group=club, badge=badge, perk_days=10)
    claim(reward, member, "first-key-123")
    claim(reward, member, "second-key-12")
    user = get_user_model().objects.get(pk=member)
    assert club in user.groups.all() and BadgeAward.objects.filter(member=user, kind=badge).count() == 1
    assert act(perks.end_perks, at=AT + 11 * DAY) == 1 and club in user.groups.all()
    assert act(perks.end_perks, at=AT + 20 * DAY) == 1 and act(perks.end_perks, at=AT + 20 * DAY) == 0
    assert club not in user.groups.all() and not BadgeAward.objects.filter(member=user).exists()


def test_a_perk_takes_nothing_that_was_there_before(member: int) -> None:
    grant(member, 100)
    club = Group.objects.create(name="Tea club")
    user = get_user_model().objects.get(pk=member)
    user.groups.add(club)
    one = claim(offer(kind="perk", group=club), member).redemption_id
    assert act(actions.cancel_redemption, redemption_id=one, by=None)
    assert club in user.groups.all() and PerkGrant.objects.get().ended_at == AT and points_of(member, AT) == 100


# --- Gifts -----------------------------------------------------------------------------------------------------------


def present(**changes: Any) -> Reward:
    inner = offer(name="Tea for a friend", kind="generated_code", percent=15, stock=2)
    return offer(**({"name": "Give a friend tea", "kind": "gift_to_friend", "gives": inner, "gift_days": 7} | changes))


@pytest.fixture
def friend(new_member: Callable[..., int]) -> int:
    return new_member("lin")


def sent(member: int, friend_id: int | None, **changes: Any) -> tuple[int, Gift]:
    one = claim(present(**changes), member).redemption_id
    assert (
        act(details.choose_friend, redemption_id=one, friend_id=friend_id, note="For you\x00", by=member)
        == "fulfilling"
    )
    return one, Gift.objects.get(paid_id=one)


def test_a_friend_accepts_and_only_then_the_points_are_gone(member: int, friend: int) -> None:
    grant(member, 100)
    one, gift = sent(member, friend)
    assert Hold.objects.get().state == "open" and Notice.objects.filter(member_id=friend, kind="loyalty.gift").exists()
    assert refused(granting.claim_gift, gift_id=gift.pk, member_id=member, by=member) == "own_gift"
    taken = act(granting.claim_gift, gift_id=gift.pk, member_id=friend, by=friend)
    again = act(granting.claim_gift, gift_id=gift.pk, member_id=friend, by=friend)
    assert again.replayed and again.coupon == taken.coupon and taken.coupon.member_id == friend
    assert Hold.objects.get().state == "confirmed" and state(one) == "fulfilled" and points_of(member, AT) == 0
    assert refused(actions.cancel_redemption, redemption_id=one, by=None) == "gift_taken"
    assert Reward.objects.get(name="Tea for a friend").claimed == 1


@pytest.mark.parametrize("end", ["expire", "decline", "withdraw"])
def test_a_gift_that_is_not_taken_goes_back_exactly(member: int, friend: int, end: str) -> None:
    grant(member, 100)
    before = lots(member)
    one, gift = sent(member, friend, per_member=1)
    if end == "expire":
        assert act(granting.expire_gifts, at=AT + 6 * DAY) == 0 and act(granting.expire_gifts, at=AT + 8 * DAY) == 1
    elif end == "decline":
        assert refused(granting.decline_gift, gift_id=gift.pk, by=member) == "not_yours"
        assert act(granting.decline_gift, gift_id=gift.pk, by=friend)
    else:
        assert act(undoing.cancel_own, redemption_id=one, by=member)
    assert lots(member) == before and state(one) in ("expired", "cancelled")
    assert not Reward.objects.filter(claimed__gt=0).exists()
    assert refused(granting.claim_gift, gift_id=gift.pk, member_id=friend, by=friend, at=AT + DAY) == "gift_over"


@pytest.mark.parametrize("end", ["no address in time", "the friend does not want it", "the team cannot send it"])
def test_a_taken_parcel_that_never_leaves_pays_the_giver_back_exactly(member: int, friend: int, end: str) -> None:
    grant(member, 60, "test:a")
    grant(member, 60, "test:b")
    before = lots(member)
    parcel = offer(name="Pot", kind="physical", stock=2)
    one, gift = sent(member, friend, gives=parcel, per_member=1)
    taken = act(granting.claim_gift, gift_id=gift.pk, member_id=friend, by=friend).redemption_id
    assert (state(one), state(taken), points_of(member, AT)) == ("fulfilled", "held", 20)
    late = AT + (granting.ADDRESS_DAYS + 1) * DAY
    if end == "no address in time":
        assert act(undoing.expire_held, at=late) == 1 and act(undoing.expire_held, at=late) == 0
    elif end == "the friend does not want it":
        assert act(undoing.cancel_own, redemption_id=taken, by=friend)
    else:
        act(details.give_address, redemption_id=taken, address=HOME, by=friend)
        assert act(actions.cancel_redemption, redemption_id=taken, by=None)
    assert state(one) == state(taken) and state(one) in ("expired", "cancelled")
    assert lots(member) == before and points_of(friend, late) == 0
    assert not Reward.objects.filter(claimed__gt=0).exists()
    assert not act(actions.cancel_redemption, redemption_id=one, by=None)
    assert Notice.objects.filter(member_id=member, kind="loyalty.claim").exists()
    assert check_books().clean


def test_a_hold_that_the_ledger_ends_ends_its_claim(member: int) -> None:
    """Behind our own end of a claim stands the ledger's: the piece must not stay taken when the points are back."""
    grant(member, 100)
    reward = offer(stock=1, per_member=1)
    one = claim(reward, member).redemption_id
    Hold.objects.update(expires_at=AT + MINUTE)
    act(release_timed_out, at=AT + 2 * MINUTE)
    assert state(one) == "held" and points_of(member, AT) == 100
    run_pending()
    reward.refresh_from_db()
    assert (state(one), reward.claimed, points_of(member, AT)) == ("expired", 0, 100)
    assert act(undoing.expire_held, at=AT + DAY) == 0


def test_a_link_goes_to_whoever_opens_it_first(member: int, friend: int, new_member: Callable[..., int]) -> None:
    grant(member, 100)
    _one, gift = sent(member, None)
    assert gift.token and len(gift.token) == 24 and gift.note == "For you"
    act(granting.claim_gift, gift_id=gift.pk, member_id=friend, by=friend)
    late = new_member("late")
    assert refused(granting.claim_gift, gift_id=gift.pk, member_id=late, by=late) == "not_yours"
    assert Gift.objects.get().token is None


@pytest.mark.django_db(transaction=True)
def test_a_gift_is_taken_or_comes_back_never_both(member: int, friend: int) -> None:
    grant(member, 100)
    one, gift = sent(member, friend)

    def go(i: int) -> Any:
        with transaction.atomic(durable=True):
            if i % 2:
                return undoing.cancel_own(redemption_id=one, by=member, at=AT)
            return granting.claim_gift(gift_id=gift.pk, member_id=friend, by=friend, at=AT)

    answers = in_threads(8, go)
    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, actions.RewardRefused)], (
        answers
    )
    taken = Coupon.objects.filter(member_id=friend).count()
    assert (taken, points_of(member, AT)) in [(1, 0), (0, 100)]


def test_a_gift_of_the_house_is_granted_once(member: int) -> None:
    reward = offer(stock=1)
    words = {"cause": "ladder:1", "member_id": member, "reward_id": reward.pk, "valid_days": 30, "by": None}
    first, again = act(actions.grant_gift, **words), act(actions.grant_gift, **words)
    assert first.created and not again.created and first.id == again.id
    # A refusal leaves nothing behind, so whoever grants may go on.
    with transaction.atomic(), pytest.raises(actions.RewardRefused):
        actions.grant_gift(**(words | {"cause": "ladder:2"}), at=AT)
    assert Gift.objects.count() == 1 and Reward.objects.get(pk=reward.pk).claimed == 1
    with pytest.raises(actions.ConflictingFacts):
        act(actions.grant_gift, **(words | {"reward_id": offer(name="Other").pk}))
    taken = act(granting.claim_gift, gift_id=first.id, member_id=member, by=member)
    assert taken.state == "held"
    act(details.give_address, redemption_id=taken.redemption_id, address=HOME, by=member)
    assert state(taken.redemption_id) == "confirmed" and Redemption.objects.get().cost == 0


@pytest.mark.django_db(transaction=True)
def test_the_sweep_ends_everything_that_is_over(member: int, friend: int) -> None:
    grant(member, 300)
    held = claim(offer(), member, "first-key-123").redemption_id
    _one, gift = sent(member, friend)
    late = AT + 10 * DAY
    assert sweeping.sweep(at=late) == 2 and sweeping.sweep(at=late) == 0
    gift.refresh_from_db()
    assert state(held) == "expired" and gift.state == "expired" and points_of(member, AT) == 300


def test_a_used_code_of_the_list_is_given_to_nobody(member: int) -> None:
    pool = pool_of("USEDCODE1", "NEXTCODE2")
    with transaction.atomic():
        coupons.mark_coupons_used(codes=["usedcode1"], order_id=None, at=AT)  # type: ignore[arg-type]
        card = coupons.take_from_pool(pool_id=pool.pk, cause="t", member_id=member, at=AT)
    assert card.code == "NEXTCODE2" and card.percent == 10
