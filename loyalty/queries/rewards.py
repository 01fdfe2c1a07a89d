"""The shelf of rewards and what a member holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from loyalty.actions.rewards.cards import CouponCard, coupon_card
from loyalty.models import Coupon, Redemption, Reward
from loyalty.queries.points import balance
from loyalty.queries.tiers import tiers_of


@dataclass(frozen=True)
class RewardCard:
    """A reward as one member sees it. `state` is open, short (`missing` points), tier, limit, later or out."""

    id: int
    public_id: str
    name: str
    description: str
    kind: str
    kind_label: str
    cost: int
    left: int | None
    state: str
    missing: int
    tier_name: str
    starts_at: datetime | None
    ends_at: datetime | None


def shelf(*, member_id: int | None, at: datetime, available: int | None = None) -> list[RewardCard]:
    """Everything on offer or announced, in the owner's order. Guests see it too.

    `available`: the member's points, when the caller has asked for them already.
    """
    rows = Reward.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), active=True).select_related("min_tier")
    return _cards(list(rows), member_id, at, available)


def reward(*, public_id: str, member_id: int | None, at: datetime) -> RewardCard | None:
    """One reward of the shelf."""
    rows = Reward.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at), active=True, public_id=public_id
    ).select_related("min_tier")
    cards = _cards(list(rows), member_id, at)
    return cards[0] if cards else None


def _cards(rows: list[Reward], member_id: int | None, at: datetime, available: int | None = None) -> list[RewardCard]:
    rank = 0
    taken: dict[int, int] = {}
    if member_id is not None:
        if available is None:
            available = balance(member_id=member_id, at=at).available
        rank = tiers_of(member_ids=[member_id]).get(member_id, ("", "", 0))[2]
        slots = Redemption.objects.filter(member_id=member_id, slot__isnull=False).values_list("reward_id", flat=True)
        for reward_id in slots:
            taken[reward_id] = taken.get(reward_id, 0) + 1
    return [_card(row, available=available or 0, rank=rank, taken=taken.get(row.id, 0), at=at) for row in rows]


def _card(row: Reward, *, available: int, rank: int, taken: int, at: datetime) -> RewardCard:
    state = "open"
    if row.starts_at is not None and row.starts_at > at:
        state = "later"
    elif row.stock is not None and row.claimed >= row.stock:
        state = "out"
    elif row.min_tier is not None and rank < row.min_tier.rank:
        state = "tier"
    elif row.per_member is not None and taken >= row.per_member:
        state = "limit"
    elif available < row.cost:
        state = "short"
    return RewardCard(
        id=row.id,
        public_id=row.public_id,
        name=_(row.name),
        description=_(row.description) if row.description else "",
        kind=row.kind,
        kind_label=row.get_kind_display(),
        cost=row.cost,
        left=None if row.stock is None else row.stock - row.claimed,
        state=state,
        missing=max(0, row.cost - max(0, available)),
        tier_name=_(row.min_tier.name) if row.min_tier else "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


@dataclass(frozen=True)
class RedemptionCard:
    """A claimed reward of a member."""

    id: int
    public_id: str
    member_id: int
    reward_name: str
    kind: str
    cost: int
    state: str
    state_label: str
    claimed_at: datetime
    coupon: CouponCard | None


def redemption(*, public_id: str, member_id: int) -> RedemptionCard | None:
    """One claim, for its owner alone."""
    row = Redemption.objects.filter(public_id=public_id, member_id=member_id).select_related("reward", "coupon").first()
    return _redemption(row) if row else None


def redemptions_of(*, member_id: int, limit: int = 20) -> list[RedemptionCard]:
    """A member's claims, newest first."""
    rows = Redemption.objects.filter(member_id=member_id).select_related("reward", "coupon").order_by("-id")[:limit]
    return [_redemption(row) for row in rows]


def coupons_of(*, member_id: int, at: datetime) -> list[CouponCard]:
    """Coupons the member can still use, soonest expiry first."""
    rows = Coupon.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at), member_id=member_id, state=Coupon.State.ASSIGNED
    ).order_by("expires_at", "id")
    return [coupon_card(row) for row in rows]


def _redemption(row: Redemption) -> RedemptionCard:
    return RedemptionCard(
        row.id,
        row.public_id,
        row.member_id,
        _(row.reward.name),
        row.reward.kind,
        row.cost,
        row.state,
        row.get_state_display(),
        row.claimed_at,
        coupon_card(row.coupon) if row.coupon else None,
    )
