"""How much a member let go of lately: what makes the next claim or gift one that needs a fresh proof of the person."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from loyalty.actions.ledger.posting import POINTS
from loyalty.models import Currency, Redemption, Transfer

COUNTED_TOGETHER = timedelta(hours=24)
"""What left in this time counts as one: the limit cannot be passed in small steps."""


def weighs_much(*, member_id: int, at: datetime) -> bool:
    """Whether claims and gifts of the last day, the one of this transaction with them, are more than Currency.proof_above.

    Ask it in the transaction of the act, under the member's wallet lock: two at once then count each other.
    """
    since = at - COUNTED_TOGETHER
    claimed = Redemption.objects.filter(member_id=member_id, claimed_at__gt=since).exclude(state__in=Redemption.UNDONE)
    sent = Transfer.objects.filter(sender_id=member_id, sent_at__gt=since, currency_id=OuterRef("pk"))
    kinds = Currency.objects.filter(code=POINTS).annotate(
        gone=Coalesce(Subquery(_total(claimed, "member_id", "cost"), output_field=BigIntegerField()), Value(0))
        + Coalesce(Subquery(_total(sent, "sender_id", "amount"), output_field=BigIntegerField()), Value(0))
    )
    return kinds.filter(gone__gt=F("proof_above")).exists()


def _total(rows: "QuerySet[Any]", whose: str, what: str) -> "QuerySet[Any, Any]":
    totals: QuerySet[Any, Any] = rows.order_by().values(whose).annotate(total=Sum(what)).values("total")
    return totals
