"""Points put aside: a hold counts against the balance at once, so that confirming it can never fail."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from loyalty import rules
from loyalty.actions.ledger.posting import (
    InsufficientPoints,
    Posted,
    conflicts,
    currencies,
    least_validity,
    lock_wallets,
)
from loyalty.events import HoldReleased, PointsPosted
from loyalty.models import Hold
from outbox.publish import publish
from outbox.require import require_transaction


class HoldClosed(Exception):
    """This hold was closed the other way before: confirmed points cannot be released, released ones not be confirmed."""

    def __init__(self, hold_id: int, state: str) -> None:
        super().__init__(f"Hold {hold_id} is {state}.")
        self.hold_id, self.state = hold_id, state


@dataclass(frozen=True)
class Held:
    """The answer of a hold. `created` is false for a replay."""

    hold_id: int
    txn_id: int
    created: bool


def hold(
    *,
    key: uuid.UUID,
    member_id: int,
    currency: str,
    amount: int,
    reason: str,
    source_type: str,
    source_id: int | None,
    expires_at: datetime,
    facts: dict[str, Any],
    by: int | None,
    at: datetime,
) -> Held:
    """Put points aside until `expires_at`, soonest expiry first, and tell the member's pages.

    Raises BadAmount, InsufficientPoints (nothing is then posted) and ConflictingFacts (the key was used for something else).
    """
    require_transaction()
    amount = rules.whole_amount(amount)
    with conflicts(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT hold_id, txn_id, outcome, available "
            "FROM loyalty_hold(%s, %s, %s::smallint, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                key,
                member_id,
                currencies()[currency].id,
                amount,
                reason,
                by,
                source_type,
                source_id,
                expires_at,
                at,
                json.dumps(facts),
            ],
        )
        hold_id, txn_id, outcome, available = cursor.fetchone()
    if outcome == "insufficient":
        raise InsufficientPoints(available, amount)
    if outcome == "created":
        publish(PointsPosted(member_id=member_id, txn_id=txn_id, currency=currency, amount=-amount, at=at))
    return Held(hold_id, txn_id, outcome == "created")


def confirm_hold(*, hold_id: int, by: int | None, at: datetime) -> Posted:
    """The points are redeemed. Cannot fail for lack of points; twice is once. Raises HoldClosed when they were released."""
    posted, _closed = _close(hold_id, Hold.State.CONFIRMED, "confirmed", by, at)
    return posted


def release_hold(*, hold_id: int, reason: str, by: int | None, at: datetime) -> Posted:
    """The points go back to the lots they came from (late, to fresh ones); twice is once. Raises HoldClosed when confirmed."""
    posted, closed = _close(hold_id, Hold.State.RELEASED, reason, by, at)
    if posted.created:
        row = Hold.objects.only("source_type", "source_id").get(id=hold_id)
        publish(
            PointsPosted(
                member_id=closed.member_id, txn_id=posted.txn_id, currency=closed.currency, amount=closed.amount, at=at
            ),
            HoldReleased(
                hold_id=hold_id,
                member_id=closed.member_id,
                source_type=row.source_type,
                source_id=row.source_id,
                reason=reason,
                at=at,
            ),
        )
    return posted


def release_timed_out(*, at: datetime, limit: int = 500) -> int:
    """Give one batch of holds back whose time has passed. Returns how many; 0 when none is due."""
    require_transaction()
    due = list(
        Hold.objects.filter(state=Hold.State.OPEN, expires_at__lte=at)
        .order_by("expires_at", "id")
        .values_list("id", "wallet__member_id")[:limit]
    )
    lock_wallets([member_id for _hold, member_id in due])
    # Again under the locks: somebody may have closed one while we waited.
    open_ones = Hold.objects.filter(id__in=[hold_id for hold_id, _member in due], state=Hold.State.OPEN)
    for hold_id in open_ones.order_by("wallet_id", "id").values_list("id", flat=True):
        release_hold(hold_id=hold_id, reason="timed_out", by=None, at=at)
    return len(due)


@dataclass(frozen=True)
class _Closed:
    member_id: int
    currency: str
    amount: int


def _close(hold_id: int, state: Hold.State, reason: str, by: int | None, at: datetime) -> tuple[Posted, _Closed]:
    require_transaction()
    known = {row.id: row for row in currencies().values()}
    key = rules.cause_key("hold", hold_id, state.value)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn_id, created, outcome, amount, member_id, currency_id "
            "FROM loyalty_close_hold(%s, %s, %s, %s, %s, %s, %s)",
            [key, hold_id, state.value, reason, by, at, least_validity()],
        )
        txn_id, created, outcome, amount, member_id, currency_id = cursor.fetchone()
    if outcome == "missing":
        raise Hold.DoesNotExist(f"There is no hold {hold_id}.")
    if outcome != state.value:
        raise HoldClosed(hold_id, outcome)
    return Posted(txn_id, created), _Closed(member_id, known[currency_id].code, amount)
