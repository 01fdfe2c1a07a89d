"""Orders in. Points follow the order's state: what a message says is stored, then the ledger is brought to what that earns."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Sum

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.orders.checks import check, check_amount, check_same_refund
from loyalty.actions.orders.judging import EARNING, HANDS, is_fixed
from loyalty.actions.orders.points import follow
from loyalty.actions.orders.rows import (
    Opened,
    begin,
    create,
    hash_email,
    state_of,
    told_state,
    update,
    write,
    write_refunds,
)
from loyalty.actions.rewards.coupons import mark_coupons_used
from loyalty.actions.tiers.reviewing import review_tiers
from loyalty.canonical import CanonicalOrder, PaymentState, RefundData
from loyalty.events import OrderRecorded
from loyalty.models import Coupon, Order, OrderLine, OrderRevision, RefundNotice
from members import actions as members
from members import queries as member_queries
from outbox.publish import publish
from outbox.require import require_transaction

GUEST_DAYS = 30
"""How long an order waits for somebody who confirms its e-mail address."""


@dataclass(frozen=True)
class RecordedOrder:
    """What came of it: `result` is created, updated, unchanged or ignored (an older revision). Points net of what was taken."""

    order_id: int
    public_id: str
    result: str
    state: str
    member_id: int | None
    points: int
    credit: int


def record_order(*, order: CanonicalOrder, by: int | None, at: datetime) -> RecordedOrder:
    """Take in the whole order as it stands. Any number of times, in any order, from any number of threads: the same result.

    Raises BadOrder when it contradicts itself. Locks: the order, the member's wallets, coupons.
    """
    require_transaction()
    check(order)
    member_id = _member_of(order, by=by, at=at)
    opened = begin(order, member_id, at)
    row = Order.objects.get(id=opened.known_id) if opened.known_id is not None else None
    lines = None
    if row is None:
        row, lines = create(order, member_id, at, opened=opened)
        result = "created"
    elif (verdict := _compare(order, row)) != "newer":
        adopts = row.member_id is None and member_id is not None
        if verdict != "same":
            _keep_evidence(order, row, verdict, at)
        if not adopts:
            return _answer(row, "unchanged" if verdict == "same" else "ignored", 0, 0)
        row.member_id = member_id
        row.changed_at = at
        row.save(update_fields=["member", "changed_at"])
        result = "updated"
    else:
        if row.member_id is not None and member_id != row.member_id:
            ledger.lock_wallets([row.member_id])
            follow(row, by=by, at=at, nothing=True)
            row.context = {HANDS: True} if is_fixed(row) else {}
        update(order, row, member_id, at)
        result = "updated"
    return _settle(row, result, coupons=order.coupons, lines=lines, opened=opened, by=by, at=at)


def record_refund(
    *, source: str, order_external_id: str, refund: RefundData, by: int | None, at: datetime, strict: bool = False
) -> RecordedOrder | None:
    """Take in a refund that comes without its order. None when the order is not here yet: the refund waits for it.

    A newer whole order that does not name it cancels it. `strict`: BadOrder for a number that was used for another refund,
    and for a line that the order does not have; else the first word stands, and what is unknown is spread by value.
    """
    require_transaction()
    check_amount("refund.amount", refund.amount)
    _lock(source, order_external_id)
    notice, new = RefundNotice.objects.get_or_create(
        source=source,
        order_external_id=order_external_id,
        external_id=refund.external_id,
        defaults={
            "occurred_at": refund.occurred_at,
            "amount": refund.amount,
            "lines": [asdict(line) for line in refund.lines],
            "received_at": at,
        },
    )
    row = Order.objects.select_for_update().filter(source=source, external_id=order_external_id).first()
    if strict:
        check_same_refund(notice, refund, row)
    if row is None:
        return None
    if not new or refund.occurred_at < row.occurred_at or row.refunds.filter(external_id=refund.external_id).exists():
        return _answer(row, "unchanged", 0, 0)
    write_refunds(row, [refund])
    told = PaymentState.PAID if row.state in EARNING else told_state(row.state)
    row.refunded = row.refunds.aggregate(total=Sum("amount"))["total"] or 0
    row.state = state_of(told, row.refunded, row.net)
    row.changed_at = at
    row.save(update_fields=["state", "refunded", "changed_at"])
    return _settle(row, "updated", coupons=None, by=by, at=at)


def claim_waiting_orders(*, member_id: int, by: int | None, at: datetime) -> int:
    """Give a member the recent orders that were placed with their confirmed e-mail address. Returns how many."""
    require_transaction()
    email = member_queries.verified_email(member_id=member_id)
    if not email:
        return 0
    waiting = Order.objects.filter(
        member__isnull=True, email_hash=hash_email(email), recorded_at__gt=at - timedelta(days=GUEST_DAYS)
    )
    rows = list(waiting.select_for_update().order_by("id"))
    for row in rows:
        row.member_id = member_id
        row.changed_at = at
        row.save(update_fields=["member", "changed_at"])
        _settle(row, "updated", coupons=None, by=by, at=at)
    return len(rows)


def settle_again(row: Order, *, at: datetime) -> None:
    """Bring the ledger to a locked order once more: what it waited for may be here."""
    if row.member_id is None:
        return
    ledger.lock_wallets([row.member_id])
    posted = follow(row, by=None, at=at)
    if any(currency == ledger.CREDIT and amount > 0 for _member, currency, _txn, amount in posted):
        review_tiers(member_ids=[row.member_id], at=at)


def _member_of(order: CanonicalOrder, *, by: int | None, at: datetime) -> int | None:
    if order.member_id is not None:
        return order.member_id
    if order.member_external_id:
        return members.ensure_identity(
            source=order.source,
            external_id=order.member_external_id,
            email=order.member_email or None,
            name=order.member_name,
            by=by,
            at=at,
        )
    card = member_queries.find_member(email=order.member_email)
    return card.id if card else None


def _lock(source: str, external_id: str) -> None:
    """Stands in for the order's row before it exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{source}:{external_id}"])


def _compare(order: CanonicalOrder, row: Order) -> str:
    """newer, same, older or loses (the same revision with another body: more refunds win, then the greater hash)."""
    if order.revision != row.revision:
        return "newer" if order.revision > row.revision else "older"
    if order.fingerprint == row.fingerprint:
        return "same"
    mine, theirs = (len(order.refunds), order.fingerprint), (row.told_refunds, row.fingerprint)
    return "newer" if mine > theirs else "loses"


def _keep_evidence(order: CanonicalOrder, row: Order, reason: str, at: datetime) -> None:
    body = json.loads(json.dumps(asdict(order), default=str))
    for field in ("member_email", "member_name"):
        body.pop(field)
    OrderRevision.objects.get_or_create(
        order=row,
        revision=order.revision,
        fingerprint=order.fingerprint,
        defaults={"body": body, "reason": reason, "received_at": at},
    )


def _settle(
    row: Order,
    result: str,
    *,
    coupons: Sequence[str] | None,
    lines: Sequence[OrderLine] | None = None,
    opened: Opened | None = None,
    by: int | None,
    at: datetime,
) -> RecordedOrder:
    """Bring the ledger to the order, see to coupons and tier, tell. `lines`: of a new order, with the member's wallets locked and
    its place as the first one decided; it is written here, with what it was judged by, if it was not yet."""
    points = credit = 0
    first_paid = row.is_first and lines is not None
    posted: list[tuple[int, str, int, int]] = []
    if coupons is not None and (coupons or row.coupons_used):
        _count_coupons(row, coupons)
    if row.member_id is not None:
        if lines is None:
            ledger.lock_wallets([row.member_id])
            first_paid = _mark_first(row)
        posted = follow(row, by=by, at=at, lines=lines, opened=opened if lines is not None else None, announce=False)
        points = sum(amount for _member, currency, _txn, amount in posted if currency == ledger.POINTS)
        credit = sum(amount for _member, currency, _txn, amount in posted if currency == ledger.CREDIT)
    if lines is not None and row._state.adding:
        write(row, lines)  # nothing was judged: nobody's, not paid, or waiting for a rate
    mark_coupons_used(codes=coupons or (), order_id=row.id, at=at)
    if row.member_id is not None:
        if credit > 0:
            review_tiers(member_ids=[row.member_id], at=at)
        publish(
            *ledger.told_of(posted, at=at),
            OrderRecorded(
                order_id=row.id,
                member_id=row.member_id,
                state=row.state,
                placed_at=row.placed_at,
                net=0 if row.state in (Order.State.REFUNDED, Order.State.CANCELLED) else row.net - row.refunded,
                currency=row.currency,
                first_paid=first_paid,
                at=at,
            ),
        )
    return _answer(row, result, points, credit)


def _count_coupons(row: Order, codes: Sequence[str]) -> None:
    """How many of these codes are ours, as rules may ask."""
    ours = Coupon.objects.filter(code__in={rules.fold_code(code) for code in codes}).count()
    if ours != row.coupons_used:
        row.coupons_used = ours
        if not row._state.adding:
            Order.objects.filter(id=row.id).update(coupons_used=ours)


def _mark_first(row: Order) -> bool:
    """Whether this is the member's first paid order ever; marked once, under the lock of their wallets."""
    if row.state not in EARNING or row.net <= 0:
        return False
    if Order.objects.filter(member_id=row.member_id, is_first=True).exists():
        return False
    row.is_first = Order.objects.filter(id=row.id, is_first=False).update(is_first=True) == 1
    return row.is_first


def _answer(row: Order, result: str, points: int, credit: int) -> RecordedOrder:
    return RecordedOrder(row.id, row.public_id, result, row.state, row.member_id, points, credit)
