"""Whether and how much a member may send to others."""

from dataclasses import dataclass
from datetime import datetime

from loyalty.actions.ledger.transferring import TransferRefused, check_sender, sent_today
from loyalty.models import Currency


@dataclass(frozen=True)
class Sending:
    """`left` of `daily` can still be sent today; `refusal` says why not at all (empty: it is open)."""

    daily: int
    left: int
    refusal: str


def sending_of(*, member_id: int, at: datetime) -> Sending | None:
    """How sending stands for a member; None when points cannot be sent on this site."""
    kind = Currency.objects.get(code="points")
    if not (kind.transferable and kind.spendable):
        return None
    try:
        check_sender(kind, member_id=member_id)
    except TransferRefused as refused:
        return Sending(kind.transfer_daily, 0, refused.message)
    sent = sent_today(member_id=member_id, currency_id=kind.id, at=at)
    return Sending(kind.transfer_daily, max(0, kind.transfer_daily - sent), "")


def sending_is_open(*, trust: int) -> bool:
    """Whether a member of this level of trust may send points on this site."""
    kinds = Currency.objects.filter(code="points", transferable=True, spendable=True, transfer_trust__lte=trust)
    return kinds.exists()
