"""WooCommerce's orders (specs: integrations, section 10): the form of its webhooks and of its REST API alike.

Paid is what has a `date_paid_gmt`. There is no message about a refund: an order tells that it has some, and the shop is
asked for their lines. A refund that is deleted is missing from the next revision.
"""

from collections.abc import Sequence
from dataclasses import replace

from integrations.shops.adapters.shapes import (
    Deleted,
    Json,
    Nothing,
    Said,
    Whole,
    address,
    currency,
    decimal,
    moment,
    name,
    part,
    parts,
    revision,
    scaled,
    settled,
    share_of_net,
    whole,
    words,
)
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState, RefundData, RefundLineData

ORDERS = {"order.created", "order.updated", "order.restored"}


def understand(topic: str, body: Json, *, source: str, refunds: Sequence[Json] = ()) -> Said:
    """What the message says. `refunds`: what the shop answered when it was asked for them. Raises BadMessage."""
    if topic == "order.deleted":
        return Deleted(name(body.get("id"), "id"))
    if topic not in ORDERS:
        return Nothing("not_an_order")
    if body.get("status") in ("checkout-draft", "auto-draft", "draft"):
        return Nothing("draft")
    return order(body, source=source, refunds=refunds)


def refunded(body: Json) -> list[str]:
    """The numbers of the refunds that the order tells of."""
    return [name(one.get("id"), "refunds/id") for one in parts(body.get("refunds"), "refunds")]


def order(body: Json, *, source: str, refunds: Sequence[Json] = ()) -> Said:
    """A whole order as it stands at `date_modified_gmt`."""
    customer, email = customer_of(body), address(part(body.get("billing"), "billing").get("email"))
    if not customer and not email:
        return Nothing("nobody")
    unit = currency(body.get("currency"))
    given = [_line(line, unit, f"line_items/{i}") for i, line in enumerate(parts(body.get("line_items"), "line_items"))]
    # A fee below zero is how plug-ins write a discount; one above is no goods.
    fees = [decimal(fee.get("total"), "fee_lines/total") for fee in parts(body.get("fee_lines"), "fee_lines")]
    less = sum(scaled(-fee, unit, "fee_lines/total") for fee in fees if fee < 0)
    total = sum(line.net for line in given)
    lines, notes = settled(given, max(0, total - less))
    changed = moment(body.get("date_modified_gmt"), "date_modified_gmt")
    state = _state(body)
    found = _refunds(body, unit, refunds, lines)
    billing = part(body.get("billing"), "billing")
    return Whole(
        CanonicalOrder(
            source=source,
            external_id=name(body.get("id"), "id"),
            revision=revision(changed),
            occurred_at=changed,
            state=PaymentState.PARTLY_REFUNDED if found and state == PaymentState.PAID else state,
            currency=unit,
            placed_at=moment(body.get("date_created_gmt"), "date_created_gmt"),
            paid_at=moment(body["date_paid_gmt"], "date_paid_gmt") if body.get("date_paid_gmt") else None,
            lines=lines,
            refunds=tuple(replace(one, occurred_at=changed) for one in found),
            coupons=tuple(words(one.get("code")) for one in parts(body.get("coupon_lines"), "coupon_lines")),
            tax=_amount(body, "total_tax", unit),
            shipping=_amount(body, "shipping_total", unit),
            discount=_amount(body, "discount_total", unit),
            member_external_id=customer,
            member_email=email,
            member_name=f"{words(billing.get('first_name'), 60)} {words(billing.get('last_name'), 59)}".strip(),
        ),
        notes,
    )


def customer_of(body: Json) -> str:
    """The shop's number for the customer, "" for a guest (0)."""
    number = words(body.get("customer_id"))
    return "" if number == "0" else number


def _state(body: Json) -> PaymentState:
    status = body.get("status")
    if status in ("cancelled", "failed", "trash"):
        return PaymentState.CANCELLED
    if status == "refunded":
        return PaymentState.REFUNDED
    return PaymentState.PAID if body.get("date_paid_gmt") else PaymentState.PENDING


def _line(line: Json, unit: str, place: str) -> OrderLineData:
    return OrderLineData(
        external_id=name(line.get("id"), f"{place}/id"),
        quantity=whole(line.get("quantity"), f"{place}/quantity"),
        net=scaled(decimal(line.get("total"), f"{place}/total"), unit, f"{place}/total"),
        tax=_amount(line, "total_tax", unit),
        sku=words(line.get("sku")),
        product=words(line.get("name"), 255),
    )


def _amount(body: Json, field: str, unit: str) -> int:
    value = body.get(field)
    return 0 if value in (None, "") else scaled(decimal(value, field), unit, field)


def _refunds(body: Json, unit: str, asked: Sequence[Json], lines: Sequence[OrderLineData]) -> list[RefundData]:
    """Every refund that this revision of the order tells of; with its lines where the shop told them."""
    told = {name(one.get("id"), "refunds/id"): one for one in parts(body.get("refunds"), "refunds")}
    known = {words(one.get("id")): one for one in asked}
    net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
    found = []
    for number, one in told.items():
        detail = _refund_lines(known[number], unit, lines) if number in known else ()
        money = scaled(abs(decimal(one.get("total"), "refunds/total")), unit, "refunds/total")
        amount = sum(line.amount for line in detail) if detail else share_of_net(money, net, tax)
        at = moment(body.get("date_modified_gmt"), "date_modified_gmt")
        found.append(RefundData(external_id=number, occurred_at=at, amount=amount, lines=detail))
    return found


def _refund_lines(refund: Json, unit: str, lines: Sequence[OrderLineData]) -> tuple[RefundLineData, ...]:
    ids = {line.external_id for line in lines}
    found = []
    for i, one in enumerate(parts(refund.get("line_items"), "line_items")):
        place = f"refunds/line_items/{i}"
        line = _refunded_item(one)
        if line not in ids:
            return ()  # we cannot say of which line: spread by value
        quantity = abs(whole(one.get("quantity"), f"{place}/quantity"))
        amount = scaled(abs(decimal(one.get("total"), f"{place}/total")), unit, f"{place}/total")
        if quantity or amount:
            found.append(RefundLineData(line=line, quantity=quantity, amount=amount))
    return tuple(found)


def _refunded_item(line: Json) -> str:
    """The line of the order that a line of a refund belongs to: WooCommerce keeps it in the line's meta data."""
    for meta in parts(line.get("meta_data"), "meta_data"):
        if meta.get("key") == "_refunded_item_id":
            return words(meta.get("value"))
    return ""
