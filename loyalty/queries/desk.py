"""What waits on the desk of those who send and see to rewards. Addresses are for managers alone: who asks must be one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from loyalty.models import Redemption, Reward, ShippingAddress
from members.queries import MemberCard, member_cards

State = Redemption.State
VIEWS = ("requested", "waiting", "packing", "sent", "done", "undone")
"""Large claims to agree to; confirmed ones nobody has taken; taken, not sent; sent; handed over; given back."""


@dataclass(frozen=True)
class DeskRow:
    """A claim on the desk."""

    id: int
    public_id: str
    member: MemberCard | None
    reward_name: str
    kind: str
    kind_label: str
    cost: int
    state: str
    state_label: str
    claimed_at: datetime
    address: ShippingAddress | None
    carrier: str
    tracking: str
    taken_by: MemberCard | None
    may_return: bool


def desk(*, view: str, limit: int, before: int = 0) -> list[DeskRow]:
    """Claims of one view, oldest first where somebody waits, newest first where it is over. `before`: the last id shown."""
    rows = _view(view).select_related("reward", "address")
    if view in ("done", "undone"):
        rows = rows.order_by("-id")
        rows = rows.filter(id__lt=before) if before else rows
    else:
        rows = rows.order_by("id")
        rows = rows.filter(id__gt=before) if before else rows
    found = list(rows[:limit])
    people = member_cards(
        member_ids={row.member_id for row in found} | {row.taken_by_id for row in found if row.taken_by_id}
    )
    return [
        DeskRow(
            id=row.pk,
            public_id=row.public_id,
            member=people.get(row.member_id),
            reward_name=_(row.reward.name),
            kind=row.reward.kind,
            kind_label=row.reward.get_kind_display(),
            cost=row.cost,
            state=row.state,
            state_label=row.get_state_display(),
            claimed_at=row.claimed_at,
            address=getattr(row, "address", None),
            carrier=row.carrier,
            tracking=row.tracking,
            taken_by=people.get(row.taken_by_id or 0),
            may_return=row.state == State.FULFILLED and row.reward.return_days > 0,
        )
        for row in found
    ]


def desk_counts() -> dict[str, int]:
    """How many wait in the views where somebody waits. One statement."""
    return _by_hand().aggregate(
        requested=Count("id", filter=Q(state=State.REQUESTED)),
        waiting=Count("id", filter=Q(state=State.CONFIRMED)),
        packing=Count("id", filter=Q(state=State.FULFILLING, sent_at__isnull=True)),
        sent=Count("id", filter=Q(state=State.FULFILLING, sent_at__isnull=False)),
    )


def to_send() -> Iterable[ShippingAddress]:
    """Addresses of what was not sent yet, oldest claim first."""
    rows = ShippingAddress.objects.filter(
        redemption__state__in=[State.CONFIRMED, State.FULFILLING], redemption__sent_at__isnull=True
    )
    return rows.select_related("redemption__reward").order_by("redemption_id").iterator(chunk_size=500)


def claim_id(*, public_id: str) -> int | None:
    return Redemption.objects.filter(public_id=public_id).values_list("id", flat=True).first()


def _by_hand() -> "QuerySet[Redemption]":
    """What people see to; gifts to friends wait for friends, unless the team has to agree first."""
    return Redemption.objects.filter(
        Q(reward__kind__in=[Reward.Kind.PHYSICAL, Reward.Kind.PROMISE]) | Q(state=State.REQUESTED)
    )


def _view(view: str) -> "QuerySet[Redemption]":
    rows = _by_hand()
    if view == "requested":
        return rows.filter(state=State.REQUESTED)
    if view == "packing":
        return rows.filter(state=State.FULFILLING, sent_at__isnull=True)
    if view == "sent":
        return rows.filter(state=State.FULFILLING, sent_at__isnull=False)
    if view == "done":
        return rows.filter(state=State.FULFILLED)
    if view == "undone":
        return rows.filter(state__in=Redemption.UNDONE)
    return rows.filter(state=State.CONFIRMED)
