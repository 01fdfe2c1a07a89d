"""Rewards that are given: pieces put aside, given one by one, and what is left over put back.

Whoever gives names two causes: one of the pieces put aside, one of each gift. The same cause twice changes nothing.
"""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.rewards import handing, steps
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.actions.rewards.granting import ADDRESS_DAYS
from loyalty.models import Redemption, Reward, RewardReserve
from outbox.require import require_transaction


def reserve_reward(*, reward_id: int, count: int, cause: str, at: datetime) -> None:
    """Put pieces aside: they count as claimed. Raises RewardRefused (gone, out_of_stock)."""
    require_transaction()
    known = RewardReserve.objects.filter(cause=cause).first()
    if known is not None:
        if (known.reward_id, known.count) != (reward_id, count):
            raise ledger.ConflictingFacts(f"The cause {cause} has put something else aside.")
        return
    offered = Reward.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), id=reward_id, active=True)
    if not offered.exists():
        raise RewardRefused("gone", _("This reward is no longer offered."))
    enough = offered.filter(Q(stock__isnull=True) | Q(stock__gte=F("claimed") + count))
    if enough.update(claimed=F("claimed") + count) != 1:
        raise RewardRefused("out_of_stock", _("There are not that many left."))
    RewardReserve.objects.create(cause=cause, reward_id=reward_id, count=count, reserved_at=at)


def release_reward(*, cause: str, count: int, at: datetime) -> bool:
    """Put back what will not be given. False when that was done."""
    require_transaction()
    found = RewardReserve.objects.filter(cause=cause, released=0, count__gte=F("given") + count)
    if count <= 0 or found.update(released=count) != 1:
        return False
    reward_id = RewardReserve.objects.values_list("reward_id", flat=True).get(cause=cause)
    Reward.objects.filter(id=reward_id).update(claimed=F("claimed") - count)
    return True


def give_reward(*, cause: str, reserve: str, member_id: int, at: datetime) -> int:
    """One of the pieces put aside becomes the member's, and costs no points. Returns the redemption's id.

    It was promised before: the end of the offer, its tier and its limit for one member no longer ask.
    """
    require_transaction()
    key = rules.cause_key("gift", cause)
    aside = RewardReserve.objects.select_for_update(of=("self",)).select_related("reward").get(cause=reserve)
    known = Redemption.objects.filter(key=key).values_list("id", flat=True).first()
    if known is not None:
        return known
    if aside.given + aside.released >= aside.count:
        raise RewardRefused("out_of_stock", _("There are not that many left."))
    RewardReserve.objects.filter(id=aside.id).update(given=F("given") + 1)
    reward = aside.reward
    coupon = handing.give_code(reward, cause=f"gift:{key}", member_id=member_id, by=None, at=at)
    held = handing.needs_details(reward.kind)
    state = Redemption.State.HELD if held else handing.state_after(reward)
    done = at if state == Redemption.State.FULFILLED else None
    redemption = Redemption.objects.create(
        key=key, reward=reward, member_id=member_id, coupon_id=coupon.id if coupon else None, cost=0, claimed_at=at,
        state=state, expires_at=at + timedelta(days=ADDRESS_DAYS) if held else None, fulfilled_at=done, closed_at=done,
    )  # fmt: skip
    steps.note_step(redemption_id=redemption.pk, state=state, by=None, at=at)
    if state in steps.CLAIMED:
        handing.act(redemption, reward, by=None, at=at)
    steps.tell(redemption, state, before="", by=None if held else member_id, at=at)
    return redemption.id
