"""Shopify's orders and refunds (specs: integrations, section 9): the REST form of webhooks and of the Admin API alike.

Money is the shop's own (`shop_money`). A line's net is price x quantity less its discounts, less its tax where prices
include it. A refund has no total: it is the sum of its transactions of the kind "refund".
"""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from integrations.shops.adapters.shapes import (
    Ask,
    BadMessage,
    Json,
    Nothing,
    Privacy,
    Refunded,
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
from loyalty.rules import spread

ORDERS = {"orders/create", "orders/paid", "orders/updated", "orders/cancelled", "orders/edited", "orders/fulfilled"}
PRIVACY = {"customers/data_request": "tell", "customers/redact": "forget", "shop/redact": "forget_shop"}
_STATES = {
    "pending": PaymentState.PENDING,
    "authorized": PaymentState.PENDING,
    "partially_paid": PaymentState.PENDING,
    "expired": PaymentState.CANCELLED,
    "voided": PaymentState.CANCELLED,
    "paid": PaymentState.PAID,
    "partially_refunded": PaymentState.PARTLY_REFUNDED,
    "refunded": PaymentState.REFUNDED,
}


def understand(topic: str, body: Json, *, source: str, default_currency: str) -> Said:
    """What the message says. Raises BadMessage."""
    if topic in PRIVACY:
        return _privacy(topic, body)
    if topic == "refunds/create":
        return _refund_alone(body, default_currency)
    if topic in ORDERS:
        return Nothing("test_order") if body.get("test") is True else order(body, source=source)
    return Nothing("not_an_order")


def order(body: Json, *, source: str) -> Said:
    """A whole order as it stands at `updated_at`."""
    customer = part(body.get("customer"), "customer")
    email = address(body.get("email")) or address(body.get("contact_email")) or address(customer.get("email"))
    customer_id = words(customer.get("id"))
    if not customer_id and not email:
        return Nothing("nobody")
    unit, included = currency(body.get("currency")), body.get("taxes_included") is True
    told_lines = enumerate(parts(body.get("line_items"), "line_items"))
    lines = [_line(line, unit, included, f"line_items/{i}") for i, line in told_lines]
    tax = scaled(_shop(body, "total_tax"), unit, "total_tax")
    lines_tax = sum(line.tax for line in lines)
    subtotal = scaled(_shop(body, "subtotal_price"), unit, "subtotal_price") if "subtotal_price" in body else None
    told = sum(line.net for line in lines) if subtotal is None else subtotal - (lines_tax if included else 0)
    nets, notes = settled(lines, max(0, told))
    changed = moment(body.get("updated_at"), "updated_at")
    placed = moment(body.get("created_at"), "created_at")
    state = _state(body)
    net = sum(line.net for line in nets)
    refunds = [_refund(one, unit, included, net, lines_tax) for one in parts(body.get("refunds"), "refunds")]
    return Whole(
        CanonicalOrder(
            source=source,
            external_id=name(body.get("id"), "id"),
            revision=revision(changed),
            occurred_at=changed,
            state=state,
            currency=unit,
            placed_at=placed,
            paid_at=None if state in (PaymentState.PENDING, PaymentState.CANCELLED) else _processed(body, placed),
            lines=nets,
            refunds=tuple(refunds),
            coupons=tuple(words(one.get("code")) for one in parts(body.get("discount_codes"), "discount_codes")),
            tax=tax,
            shipping=scaled(_shop(body, "total_shipping_price"), unit, "total_shipping_price"),
            discount=scaled(_shop(body, "total_discounts"), unit, "total_discounts"),
            member_external_id=customer_id,
            member_email=email,
            member_name=f"{words(customer.get('first_name'), 60)} {words(customer.get('last_name'), 59)}".strip(),
        ),
        notes,
    )


def _processed(body: Json, placed: datetime) -> datetime:
    return moment(body["processed_at"], "processed_at") if body.get("processed_at") else placed


def _state(body: Json) -> PaymentState:
    if body.get("cancelled_at"):
        return PaymentState.CANCELLED
    state = _STATES.get(str(body.get("financial_status")))
    if state is None:
        raise BadMessage("state", "financial_status", _("The state of the payment is not one that we know."))
    return state


def _line(line: Json, unit: str, included: bool, place: str) -> OrderLineData:
    quantity = whole(line.get("quantity"), f"{place}/quantity")
    discounts = sum(
        (_shop(one, "amount") for one in parts(line.get("discount_allocations"), f"{place}/discount_allocations")),
        Decimal(),
    )
    tax = sum((_shop(one, "price") for one in parts(line.get("tax_lines"), f"{place}/tax_lines")), Decimal())
    paid = _shop(line, "price", required=True) * quantity - discounts
    return OrderLineData(
        external_id=name(line.get("id"), f"{place}/id"),
        quantity=quantity,
        net=scaled(paid - tax if included else paid, unit, f"{place}/price"),
        tax=scaled(tax, unit, f"{place}/tax_lines"),
        sku=words(line.get("sku")),
        product=words(line.get("title"), 255),
        category=words(line.get("product_type")),
        earns=line.get("gift_card") is not True,
    )


def _shop(body: Json, field: str, *, required: bool = False) -> Decimal:
    """The amount in the shop's own money, whichever way it is written; nothing is zero unless it is required."""
    pair = part(body.get(f"{field}_set"), f"{field}_set")
    money = part(pair.get("shop_money"), f"{field}_set/shop_money").get("amount")
    value = money if money is not None else body.get(field)
    return Decimal() if value is None and not required else decimal(value, field)


def _refund_alone(body: Json, default_currency: str) -> Said:
    """refunds/create: no customer, no total, and its order may not be here yet."""
    order_id = name(body.get("order_id"), "order_id")
    unit = _unit_of_refund(body) or default_currency
    money, foreign = _money(body, unit)
    lines = parts(body.get("refund_line_items"), "refund_line_items")
    if foreign and not lines:
        return Ask(order_id, _("The refund is in the customer's money. Give us a token, so that we can ask the shop."))
    return Refunded(order_id, (_given_back(body, unit, None, money, lines),))


def _refund(body: Json, unit: str, included: bool, net: int, tax: int) -> RefundData:
    money, foreign = _money(body, unit)
    lines = parts(body.get("refund_line_items"), "refund_line_items")
    found = _given_back(body, unit, included, None if foreign else money, lines)
    if lines:
        return found
    goods = max(0, money - _shipping_back(body, unit))
    return RefundData(
        external_id=found.external_id, occurred_at=found.occurred_at, amount=share_of_net(goods, net, tax)
    )


def _given_back(body: Json, unit: str, included: bool | None, money: int | None, lines: list[Json]) -> RefundData:
    """One refund. `included` None: whether prices include tax stands in the order alone, which tells what its units are worth."""
    at = moment(body.get("created_at") or body.get("processed_at"), "created_at")
    refund_id = name(body.get("id"), "id")
    if not lines:
        return RefundData(
            external_id=refund_id, occurred_at=at, amount=max(0, (money or 0) - _shipping_back(body, unit))
        )
    taxes = [scaled(_shop(one, "total_tax"), unit, "total_tax") for one in lines]
    told = [scaled(_shop(one, "subtotal"), unit, "subtotal") for one in lines]
    unsure = included is None and sum(taxes) > 0
    nets = [max(0, value - tax) for value, tax in zip(told, taxes, strict=True)] if included or unsure else told
    goods = sum(nets) + sum(taxes)
    if money == 0:  # taken off the order without money: nothing was given back
        return RefundData(external_id=refund_id, occurred_at=at, amount=0)
    if money is not None and money < goods:  # less than the goods were worth
        nets, unsure = spread(sum(nets) * money // goods, nets), False
    return RefundData(
        external_id=refund_id,
        occurred_at=at,
        amount=sum(nets),
        lines=tuple(
            RefundLineData(
                line=name(one.get("line_item_id"), "line_item_id"),
                quantity=whole(one.get("quantity"), "quantity"),
                amount=0 if unsure else net,
            )
            for one, net in zip(lines, nets, strict=True)
        ),
    )


def _money(body: Json, unit: str) -> tuple[int, bool]:
    """Sum of the transactions that gave money back, and whether it is in another money than the shop's."""
    total, foreign = Decimal(), False
    for one in parts(body.get("transactions"), "transactions"):
        if one.get("kind") != "refund" or one.get("status") in ("failure", "error"):
            continue
        own = part(part(one.get("amount_set"), "amount_set").get("shop_money"), "amount_set/shop_money")
        foreign = foreign or (not own and one.get("currency") not in (None, unit))
        total += decimal(own["amount"] if "amount" in own else one.get("amount"), "transactions/amount")
    return scaled(total, unit, "transactions/amount"), foreign


def _unit_of_refund(body: Json) -> str:
    for one in parts(body.get("refund_line_items"), "refund_line_items"):
        own = part(part(one.get("subtotal_set"), "subtotal_set").get("shop_money"), "subtotal_set/shop_money")
        if "currency_code" in own:
            return currency(own["currency_code"], "currency_code")
    return ""


def _shipping_back(body: Json, unit: str) -> int:
    """Shipping is no part of what earns; it stands in the adjustments, below zero."""
    total = sum(
        (
            abs(_shop(one, "amount")) + abs(_shop(one, "tax_amount"))
            for one in parts(body.get("order_adjustments"), "order_adjustments")
            if one.get("kind") == "shipping_refund"
        ),
        Decimal(),
    )
    return scaled(total, unit, "order_adjustments")


def _privacy(topic: str, body: Json) -> Privacy:
    listed = body.get("orders_requested" if topic == "customers/data_request" else "orders_to_redact") or []
    if not isinstance(listed, list):
        raise BadMessage("shape", "orders_to_redact", _("A list was expected here."))
    return Privacy(
        PRIVACY[topic],
        words(body.get("shop_domain")).lower(),
        customer=words(part(body.get("customer"), "customer").get("id")),
        orders=tuple(words(one) for one in listed[:2_000]),
    )
