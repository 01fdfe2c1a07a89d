"""The rows of an order, written as it stands: lines and refunds included."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.crypto import salted_hmac

from loyalty.canonical import CanonicalOrder, PaymentState, RefundData, RefundLineData
from loyalty.models import Order, OrderLine, Refund, RefundLine, RefundNotice

PAYS = (Order.State.PAID, Order.State.PARTLY_REFUNDED)
"""In these states an order earns."""


def hash_email(email: str) -> str:
    """An address that cannot be read back, equal for equal addresses."""
    return salted_hmac("loyalty.order", email.strip().casefold(), algorithm="sha256").hexdigest()


def create(
    order: CanonicalOrder, member_id: int | None, at: datetime, *, refunds_wait: bool, has_first: bool
) -> tuple[Order, list[OrderLine]]:
    """A new order with its lines and refunds. The caller holds the lock that stands in for the missing row, and of the member's
    wallets; `has_first`: their first paid order is here already."""
    row = Order(source=order.source, external_id=order.external_id, recorded_at=at)
    refunds = _refunds(order) if refunds_wait else list(order.refunds)
    _fill(order, refunds, row, member_id, at)
    row.is_first = member_id is not None and not has_first and row.state in PAYS and row.net > 0
    row.save(force_insert=True)
    lines = OrderLine.objects.bulk_create(_lines(row, order))
    write_refunds(row, refunds)
    return row, lines


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
    if order.state not in (PaymentState.PENDING, PaymentState.CANCELLED):
        row.paid_at = order.paid_at or row.paid_at or order.occurred_at
    else:
        row.paid_at = order.paid_at or row.paid_at
    row.net, row.refunded = order.net, refunded
    row.tax, row.shipping, row.discount = order.tax, order.shipping, order.discount
    row.paid_with_points = order.paid_with_points
    row.revision, row.fingerprint, row.occurred_at = order.revision, order.fingerprint, order.occurred_at
    row.told_refunds = len(order.refunds)
    row.changed_at = at


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
