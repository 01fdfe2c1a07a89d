"""From one kind of points to another, at a rate."""

import json
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import connection

from loyalty import rules
from loyalty.actions.ledger.posting import InsufficientPoints, Posted, after_posting, conflicts, currencies
from loyalty.events import PointsPosted
from outbox.publish import publish
from outbox.require import require_transaction


def convert(
    *,
    key: UUID,
    member_id: int,
    from_currency: str,
    to_currency: str,
    amount: int,
    rate: Fraction,
    reason: str,
    by: int | None,
    at: datetime,
    facts: dict[str, Any] | None = None,
) -> Posted:
    """Take `amount` of one kind and give floor(amount × rate) of another, which expires by its own policy.

    Raises BadAmount (also when nothing would be given), InsufficientPoints and ConflictingFacts; nothing is then posted.
    """
    require_transaction()
    amount = rules.whole_amount(amount)
    if from_currency == to_currency or rate <= 0:
        raise rules.BadAmount("Convert between two kinds of points, at a rate above zero.")
    given = rules.whole_amount(amount * rate.numerator // rate.denominator)
    known = currencies()
    source, target = known[from_currency], known[to_currency]
    stored = {**(facts or {}), "rate": [rate.numerator, rate.denominator]}
    with conflicts(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn_id, outcome, available "
            "FROM loyalty_convert(%s, %s, %s::smallint, %s, %s::smallint, %s, %s, %s, %s, %s, %s)",
            [
                key, member_id, source.id, amount, target.id, given, reason, by, target.expires(at), at,
                json.dumps(stored),
            ],
        )  # fmt: skip
        txn_id, outcome, available = cursor.fetchone()
    if outcome == "insufficient":
        raise InsufficientPoints(available, amount)
    if outcome == "created":
        publish(
            PointsPosted(member_id=member_id, txn_id=txn_id, currency=source.code, amount=-amount, at=at),
            PointsPosted(member_id=member_id, txn_id=txn_id, currency=target.code, amount=given, at=at),
        )
        for currency in (source, target):
            after_posting(currency, [member_id], at=at)
    return Posted(txn_id, outcome == "created")
