"""What members claimed, what came of it, and coupons they can use."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from loyalty.actions.rewards.cards import CouponCard, coupon_card
from loyalty.models import Coupon, Redemption, RedemptionStep, Reward, ShippingAddress
from loyalty.rules.claims import may_take_back


@dataclass(frozen=True)
class Step:
    """One step in the life of a claim."""

    label: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class RedemptionCard:
    """A claimed reward of a member. `may_cancel`: by themselves, now."""

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
    reward_public_id: str = ""
    picture_url: str = ""
    how_to_use: str = ""
    expires_at: datetime | None = None
    sent_at: datetime | None = None
    carrier: str = ""
    tracking: str = ""
    may_cancel: bool = False
    return_until: datetime | None = None
    gift_days: int = 0
    gives_name: str = ""


def redemption(*, public_id: str, member_id: int) -> RedemptionCard | None:
    """One claim, for its owner alone."""
    row = Redemption.objects.filter(public_id=public_id, member_id=member_id).select_related(*_WITH).first()
    return _redemption(row) if row else None


def steps_of(*, redemption_id: int) -> list[Step]:
    """What happened to a claim, oldest first. Notes are the team's words to the member."""
    rows = RedemptionStep.objects.filter(redemption_id=redemption_id).order_by("id")
    return [Step(row.get_state_display(), row.at, row.note) for row in rows]


def address_of(*, redemption_id: int, member_id: int) -> dict[str, str]:
    """The address that the member gave for their own claim, for its form; empty when there is none (any more)."""
    row = ShippingAddress.objects.filter(redemption_id=redemption_id, redemption__member_id=member_id).first()
    fields = ("name", "lines", "postcode", "city", "region", "country", "phone")
    return {field: getattr(row, field) for field in fields} if row else {}


def redemptions_of(*, member_id: int, limit: int = 20) -> list[RedemptionCard]:
    """A member's claims, newest first."""
    return cards_of_claims(Redemption.objects.filter(member_id=member_id).order_by("-claimed_at", "-id")[:limit])


def cards_of_claims(rows: "QuerySet[Redemption]") -> list[RedemptionCard]:
    """Any claims, as cards."""
    return [_redemption(row) for row in rows.select_related(*_WITH)]


def claims_since(*, member_id: int, since: datetime) -> list[datetime]:
    """When the member claimed something lately; gifts do not count."""
    rows = Redemption.objects.filter(member_id=member_id, claimed_at__gt=since, cost__gt=0)
    return list(rows.values_list("claimed_at", flat=True))


def coupons_of(*, member_id: int, at: datetime) -> list[CouponCard]:
    """Coupons the member can still use, soonest expiry first."""
    # What the team has not agreed to was not seen by anybody.
    unseen = Redemption.objects.filter(member_id=member_id, state=Redemption.State.REQUESTED, coupon__isnull=False)
    waiting = unseen.values("coupon_id")
    rows = (
        Coupon.objects.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=at), member_id=member_id, state=Coupon.State.ASSIGNED
        )
        .exclude(id__in=waiting)
        .order_by("expires_at", "id")
    )
    return [coupon_card(row) for row in rows]


_WITH = ("reward__gives", "coupon")


def _redemption(row: Redemption) -> RedemptionCard:
    seen = row.reward
    label = row.get_state_display()
    if row.state == Redemption.State.FULFILLING and seen.kind == Reward.Kind.GIFT:
        label = _("Waiting for your friend")
    elif row.state == Redemption.State.FULFILLING and row.sent_at is None:
        label = _("Being packed") if seen.kind == Reward.Kind.PHYSICAL else _("In work")
    hidden = row.coupon is None or row.state == Redemption.State.REQUESTED
    returns = seen.return_days and row.state == Redemption.State.FULFILLED and row.fulfilled_at is not None
    return RedemptionCard(
        row.pk,
        row.public_id,
        row.member_id,
        _(seen.name),
        seen.kind,
        row.cost,
        row.state,
        label,
        row.claimed_at,
        None if hidden or row.coupon is None else coupon_card(row.coupon),
        reward_public_id=seen.public_id,
        picture_url=default_storage.url(seen.picture_small or seen.picture) if seen.picture else "",
        how_to_use=seen.how_to_use,
        expires_at=row.expires_at,
        sent_at=row.sent_at,
        carrier=row.carrier,
        tracking=row.tracking,
        may_cancel=may_take_back(state=row.state, kind=seen.kind),
        return_until=row.fulfilled_at + timedelta(days=seen.return_days) if returns and row.fulfilled_at else None,
        gift_days=seen.gift_days,
        gives_name=_(seen.gives.name) if seen.gives else "",
    )
