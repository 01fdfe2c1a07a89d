"""One award with its event: a single call of the database (migration 0017), because most points come one at a time."""

import json
from datetime import datetime

from django.db import connection

from loyalty.actions.ledger.posting import (
    ConflictingFacts,
    CurrencyRow,
    Earning,
    Posted,
    after_posting,
    currencies,
    currencies_once_known,
)
from loyalty.events import PointsPosted
from outbox.events import to_payload
from outbox.publish import published
from outbox.require import require_transaction
from outbox.subscribe import wanted_by

_AWARD = (
    "SELECT txn_id, outcome, deliveries FROM loyalty_award(%s, %s, %s::smallint, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
    "%s, %s, %s::text[])"
)


def award(*, earning: Earning, by: int | None, at: datetime) -> tuple[Posted, CurrencyRow]:
    """Post one award and tell of it; once, whatever happens. Returns the posting, and its currency as it is now.

    Raises ConflictingFacts when its key is known with other facts; nothing is then posted and the transaction can go on.
    """
    require_transaction()
    currency = currencies_once_known().get(earning.currency) or currencies()[earning.currency]
    txn_id, outcome, deliveries = _call(earning, currency, by, at)
    while outcome == "stale":  # somebody changed the currency since this process read it
        currency = currencies()[earning.currency]
        txn_id, outcome, deliveries = _call(earning, currency, by, at)
    if outcome == "conflict":
        raise ConflictingFacts(f"The key {earning.key} is already used for other facts.")
    created = outcome == "created"
    if created:
        published([_told(earning, txn_id, at)], deliveries=deliveries)
        after_posting(currency, [earning.member_id], at=at)
    return Posted(txn_id, created), currency


def _call(earning: Earning, currency: CurrencyRow, by: int | None, at: datetime) -> tuple[int, str, int]:
    event = _told(earning, 0, at)
    # As text, which PostgreSQL reads by the function's types: psycopg takes longer over a moment or a list than over all the rest.
    effective = available = earning.effective_at.isoformat()
    if earning.available_at != earning.effective_at:
        available = earning.available_at.isoformat()
    expires = currency.expires(max(earning.available_at, at))
    with connection.cursor() as cursor:
        cursor.execute(
            _AWARD,
            [
                earning.key,
                earning.member_id,
                currency.id,
                currency.version,
                earning.amount,
                earning.kind,
                earning.reason,
                earning.origin,
                by,
                earning.source_type,
                earning.source_id,
                earning.rule_id,
                effective,
                available,
                expires.isoformat() if expires is not None else None,
                json.dumps(earning.facts),
                json.dumps(to_payload(event)),
                f"{{{','.join(wanted_by(event))}}}",
            ],
        )
        row: tuple[int, str, int] = cursor.fetchone()
    return row


def _told(earning: Earning, txn_id: int, at: datetime) -> PointsPosted:
    return PointsPosted(
        member_id=earning.member_id, txn_id=txn_id, currency=earning.currency, amount=earning.amount, at=at
    )
