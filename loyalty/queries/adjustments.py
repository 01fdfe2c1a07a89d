"""Corrections by hand, as the console lists them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from loyalty.models import Adjustment
from members.queries import MemberCard, member_cards


@dataclass(frozen=True)
class AdjustmentRow:
    """One correction with its people. Names are None for people who are gone, or for the machine."""

    id: int
    public_id: str
    member: MemberCard | None
    currency: str
    amount: int
    reason: str
    note: str
    state: str
    state_label: str
    second_person: bool
    because: str
    proposed_by_id: int | None
    proposed_by: MemberCard | None
    proposed_at: datetime
    decided_by: MemberCard | None
    decided_at: datetime | None
    answer: str
    member_id: int


def adjustments(
    *, waiting: bool = False, member_id: int | None = None, public_id: str | None = None, limit: int = 100
) -> list[AdjustmentRow]:
    """Those that wait, the oldest first; or all, the newest first; perhaps of one member, or that one."""
    chosen = Q(state=Adjustment.State.WAITING) if waiting else Q()
    if member_id is not None:
        chosen &= Q(member_id=member_id)
    if public_id is not None:
        chosen &= Q(public_id=public_id)
    order = "proposed_at" if waiting else "-proposed_at"
    rows = list(Adjustment.objects.filter(chosen).select_related("currency").order_by(order, "id")[:limit])
    people = {i for row in rows for i in (row.member_id, row.proposed_by_id, row.decided_by_id) if i is not None}
    cards = member_cards(member_ids=sorted(people))
    return [
        AdjustmentRow(
            row.id, row.public_id, cards.get(row.member_id), str(row.currency), row.amount, row.get_reason_code_display(),
            row.note, row.state, row.get_state_display(), row.second_person, row.get_because_display(),
            row.proposed_by_id,
            cards.get(row.proposed_by_id or 0), row.proposed_at, cards.get(row.decided_by_id or 0), row.decided_at,
            row.answer, row.member_id,
        )
        for row in rows
    ]  # fmt: skip
