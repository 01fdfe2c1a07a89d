"""What a claim gives when it is confirmed, by kind. Nothing here can fail for lack of points or pieces: they are taken."""

from datetime import datetime, timedelta

from loyalty.actions import ledger
from loyalty.actions.rewards import perks
from loyalty.actions.rewards.cards import CouponCard
from loyalty.actions.rewards.coupons import issue_coupon, take_from_pool
from loyalty.models import Hold, Redemption, Reward

State = Redemption.State
Kind = Reward.Kind

NEEDS_ADDRESS = frozenset({Kind.PHYSICAL})
NEEDS_FRIEND = frozenset({Kind.GIFT})
AFTER = {Kind.PHYSICAL: State.CONFIRMED, Kind.PROMISE: State.CONFIRMED, Kind.GIFT: State.FULFILLING}
"""What a confirmed claim waits for: to be sent, to be done, to be accepted. The others are done at once."""


def needs_details(kind: str) -> bool:
    return kind in NEEDS_ADDRESS or kind in NEEDS_FRIEND


def state_after(reward: Reward) -> Redemption.State:
    return AFTER.get(Kind(reward.kind), State.FULFILLED)


def give_code(reward: Reward, *, cause: str, member_id: int, by: int | None, at: datetime) -> CouponCard | None:
    """The coupon that comes with this reward, if one does. Raises RewardRefused when its list is empty."""
    if reward.kind == Kind.COUPON_POOL and reward.pool_id is not None:
        return take_from_pool(pool_id=reward.pool_id, cause=cause, member_id=member_id, at=at)
    if reward.kind != Kind.GENERATED_CODE:
        return None
    return issue_coupon(
        cause=cause,
        member_id=member_id,
        percent=reward.percent,
        amount=reward.amount,
        currency=reward.currency,
        minimum_net=reward.minimum_net,
        expires_at=at + timedelta(days=reward.valid_days),
        by=by,
        at=at,
    )


def act(row: Redemption, reward: Reward, *, by: int | None, at: datetime) -> None:
    """What happens to the member apart from codes."""
    if reward.kind == Kind.PERK:
        perks.give_perk(redemption_id=row.pk, reward=reward, member_id=row.member_id, at=at)


def settle_points(row: Redemption, *, by: int | None, at: datetime) -> None:
    """The points that were put aside for this claim are redeemed. A gift took none; what was spent at once is spent."""
    if row.txn_id is None:
        return
    hold_id = Hold.objects.filter(txn_id=row.txn_id).values_list("id", flat=True).first()
    if hold_id is not None:
        ledger.confirm_hold(hold_id=hold_id, by=by, at=at)
