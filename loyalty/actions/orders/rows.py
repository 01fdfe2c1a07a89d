"""The rows of an order, written as it stands: lines and refunds included."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils.crypto import salted_hmac

from loyalty.actions.earning.ruling import NEAR
from loyalty.canonical import CanonicalOrder, PaymentState, RefundData, RefundLineData
from loyalty.models import EarningRule, Order, OrderLine, Refund, RefundLine, RefundNotice
from loyalty.queries.tiers import NO_BENEFITS, Benefits

PAYS = (Order.State.PAID, Order.State.PARTLY_REFUNDED)
"""In these states an order earns."""


def hash_email(email: str) -> str:
    """An address that cannot be read back, equal for equal addresses."""
    return salted_hmac("loyalty.order", email.strip().casefold(), algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Opened:
    """An order's lock, and what the database said with it. `known_id`: it is here already, and nothing else was said.

    Of a new one whose member is known: the version of the rules near its moment, the programme's currency and the member's tier,
    all as they are in this transaction.
    """

    known_id: int | None
    refunds_wait: bool
    has_first: bool
    new_id: int
    line_ids: Sequence[int]
    rules_version: str | None
    programme: str
    benefits: Benefits


def begin(order: CanonicalOrder, member_id: int | None, at: datetime) -> Opened:
    """Lock the order, or what stands in for its missing row together with the member's wallets. One statement."""
    # A pending or cancelled one is not judged.
    moment = (_paid_at(order, None) or at) if _earns(order) else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_id, refunds_wait, has_first, new_id, line_ids, rules_version, programme, tier_code, percent, "
            "pending_days FROM loyalty_begin_order(%s, %s, %s, %s, %s, %s, %s)",
            [
                order.source, order.external_id, member_id, len(order.lines), EarningRule.Trigger.ORDER.value,
                moment - NEAR if moment else None, moment + NEAR if moment else None,
            ],
        )  # fmt: skip
        known_id, refunds_wait, has_first, new_id, line_ids, version, programme, tier, percent, days = cursor.fetchone()
    return Opened(
        known_id,
        bool(refunds_wait),
        bool(has_first),
        new_id or 0,
        line_ids or (),
        version,
        programme or "",
        Benefits(code=tier, multiplier_percent=percent, pending_days=days) if tier is not None else NO_BENEFITS,
    )


def create(
    order: CanonicalOrder, member_id: int | None, at: datetime, *, opened: Opened
) -> tuple[Order, list[OrderLine]]:
    """A new order with its lines and refunds. The caller holds the lock that stands in for the missing row, and of the member's
    wallets. Written at once when something was refunded; else by `write`, when it is judged."""
    row = Order(id=opened.new_id, source=order.source, external_id=order.external_id, recorded_at=at)
    refunds = _refunds(order) if opened.refunds_wait else list(order.refunds)
    _fill(order, refunds, row, member_id, at)
    row.is_first = member_id is not None and not opened.has_first and row.state in PAYS and row.net > 0
    lines = _lines(row, order)
    for line, number in zip(lines, opened.line_ids, strict=True):
        line.id = number
    if refunds:
        write(row, lines)
        write_refunds(row, refunds)
    return row, lines


def write(row: Order, lines: Sequence[OrderLine]) -> None:
    """A new order with its lines, in one statement: they know each other's numbers already."""
    bought, values = _insertion([row])
    if not lines:
        statement = bought
    else:
        sold, more = _insertion(lines)
        statement, values = f"WITH bought AS ({bought}) {sold}", values + more
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    for one in (row, *lines):
        one._state.adding, one._state.db = False, connection.alias


def _insertion(rows: Sequence[models.Model]) -> tuple[str, list[Any]]:
    fields = rows[0]._meta.concrete_fields
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    places = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{rows[0]._meta.db_table}" ({columns}) VALUES {", ".join([places] * len(rows))}', values


def update(order: CanonicalOrder, row: Order, member_id: int | None, at: datetime) -> None:
    """Make a locked order say what the shop says now."""
    refunds = _refunds(order)
    _fill(order, refunds, row, member_id or row.member_id, at)
    row.save()
    _write_lines(row, order)
    gone = OrderLine.objects.filter(order=row).exclude(external_id__in=[line.external_id for line in order.lines])
    gone.update(quantity=0, net=0, tax=0)
    Refund.objects.filter(order=row).delete()
    write_refunds(row, refunds)


def _fill(
    order: CanonicalOrder, refunds: Iterable[RefundData], row: Order, member_id: int | None, at: datetime
) -> None:
    refunded = sum(refund.amount for refund in refunds)
    row.member_id = member_id
    row.email_hash = hash_email(order.member_email) if order.member_email else row.email_hash
    row.currency = order.currency
    row.state = state_of(order.state, refunded, order.net)
    row.placed_at = order.placed_at
    row.paid_at = _paid_at(order, row.paid_at)
    row.net, row.refunded = order.net, refunded
    row.tax, row.shipping, row.discount = order.tax, order.shipping, order.discount
    row.paid_with_points = order.paid_with_points
    row.revision, row.fingerprint, row.occurred_at = order.revision, order.fingerprint, order.occurred_at
    row.told_refunds = len(order.refunds)
    row.changed_at = at


def _paid_at(order: CanonicalOrder, before: datetime | None) -> datetime | None:
    return order.paid_at or before or (order.occurred_at if _earns(order) else None)


def _earns(order: CanonicalOrder) -> bool:
    return order.state not in (PaymentState.PENDING, PaymentState.CANCELLED)


def _refunds(order: CanonicalOrder) -> list[RefundData]:
    """The order's own refunds, and those told by themselves that its revision could not know yet."""
    own = {refund.external_id: refund for refund in order.refunds}
    notices = RefundNotice.objects.filter(
        source=order.source, order_external_id=order.external_id, occurred_at__gte=order.occurred_at
    ).exclude(external_id__in=own)
    known = {line.external_id for line in order.lines}
    for notice in notices:
        lines = tuple(RefundLineData(**line) for line in notice.lines if line["line"] in known)
        own[notice.external_id] = RefundData(
            external_id=notice.external_id, occurred_at=notice.occurred_at, amount=notice.amount, lines=lines
        )
    return list(own.values())


def state_of(told: PaymentState, refunded: int, net: int) -> str:
    if told == PaymentState.PENDING:
        return Order.State.PLACED
    if told == PaymentState.CANCELLED:
        return Order.State.CANCELLED
    if told == PaymentState.REFUNDED or (refunded and refunded >= net):
        return Order.State.REFUNDED
    if refunded or told == PaymentState.PARTLY_REFUNDED:
        return Order.State.PARTLY_REFUNDED
    return Order.State.PAID


def told_state(state: str) -> PaymentState:
    return PaymentState.PENDING if state == Order.State.PLACED else PaymentState(state)


def _lines(row: Order, order: CanonicalOrder) -> list[OrderLine]:
    return [
        OrderLine(
            order=row,
            external_id=line.external_id,
            position=position,
            sku=line.sku,
            product=line.product,
            category=line.category,
            quantity=line.quantity,
            net=line.net,
            tax=line.tax,
            earns=line.earns,
        )
        for position, line in enumerate(order.lines)
    ]


def _write_lines(row: Order, order: CanonicalOrder) -> None:
    OrderLine.objects.bulk_create(
        _lines(row, order),
        update_conflicts=True,
        unique_fields=["order", "external_id"],
        update_fields=["position", "sku", "product", "category", "quantity", "net", "tax", "earns"],
    )


def write_refunds(row: Order, refunds: Sequence[RefundData]) -> None:
    if not refunds:
        return
    ids = dict(OrderLine.objects.filter(order=row).values_list("external_id", "id"))
    for refund in refunds:
        lines = [line for line in refund.lines if line.line in ids]
        stored = Refund.objects.create(
            order=row,
            external_id=refund.external_id,
            occurred_at=refund.occurred_at,
            amount=refund.amount,
            spread=not lines,
        )
        merged: dict[int, RefundLine] = {}
        for line in lines:
            one = merged.setdefault(
                ids[line.line], RefundLine(refund=stored, line_id=ids[line.line], quantity=0, amount=0)
            )
            one.quantity += line.quantity
            one.amount += line.amount
        RefundLine.objects.bulk_create(merged.values())
