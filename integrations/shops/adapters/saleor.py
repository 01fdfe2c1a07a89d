"""Saleor's orders (specs: integrations, section 11). The payload is what our subscription asks for: saleor.graphql.

With that subscription every message is the whole order. A shorter one (a refund without its lines) is completed by asking
the shop, or taken as the refunds it names. Amounts are decimals of whole units; ids are kept as they are.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from integrations.shops.adapters.shapes import (
    Ask,
    Json,
    Nothing,
    Refunded,
    Said,
    Whole,
    address,
    currency,
    minor,
    moment,
    name,
    part,
    parts,
    revision,
    settled,
    share_of_net,
    whole,
    words,
)
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState, RefundData, RefundLineData
from loyalty.rules import spread

PAID = {"order_fully_paid", "order_paid"}
REFUNDED = {"order_refunded", "order_fully_refunded"}
OTHER = {"order_created", "order_confirmed", "order_updated", "order_cancelled", "order_fulfilled", "order_asked"}
ORDERS = PAID | REFUNDED | OTHER
_STATES = {
    "NOT_CHARGED": PaymentState.PENDING,
    "PENDING": PaymentState.PENDING,
    "PARTIALLY_CHARGED": PaymentState.PENDING,
    "FULLY_CHARGED": PaymentState.PAID,
    "PARTIALLY_REFUNDED": PaymentState.PARTLY_REFUNDED,
    "FULLY_REFUNDED": PaymentState.REFUNDED,
    "REFUSED": PaymentState.PENDING,
    "CANCELLED": PaymentState.CANCELLED,
}


def understand(topic: str, body: Json, *, source: str) -> Said:
    """What the message says. Raises BadMessage."""
    if topic not in ORDERS:
        return Nothing("not_an_order")
    event = part(body.get("event"), "event") or part(part(body.get("data"), "data").get("event"), "data/event") or body
    given = part(event.get("order"), "order")
    if "lines" not in given:
        return _short(given)
    return order(given, topic=topic, source=source)


def order(body: Json, *, topic: str, source: str) -> Said:
    """A whole order as it stands at `updatedAt`."""
    user = part(body.get("user"), "user")
    customer, email = words(user.get("id")), address(body.get("userEmail"))
    if not customer and not email:
        return Nothing("nobody")
    total = part(body.get("total"), "total")
    gross, net = part(total.get("gross"), "total/gross"), part(total.get("net"), "total/net")
    unit = currency(gross.get("currency") or net.get("currency"))
    given = [_line(line, unit, f"lines/{i}") for i, line in enumerate(parts(body.get("lines"), "lines"))]
    shipping = _net(part(body.get("shippingPrice"), "shippingPrice"), unit, "shippingPrice")
    told = minor(net.get("amount"), unit, "total/net/amount") - (shipping or 0)
    goods = sum(line.net for line in given)
    # Without the price of shipping a greater total may be shipping; a lesser one is a discount either way.
    lines, notes = settled(given, max(0, told if shipping is not None else min(told, goods)))
    changed = moment(body.get("updatedAt"), "updatedAt")
    state = _state(body, topic)
    return Whole(
        CanonicalOrder(
            source=source,
            external_id=name(body.get("id"), "id"),
            revision=revision(changed),
            occurred_at=changed,
            state=state,
            currency=unit,
            placed_at=moment(body.get("created"), "created"),
            paid_at=None if state in (PaymentState.PENDING, PaymentState.CANCELLED) else moment(body.get("created"), "created"),
            lines=lines,
            refunds=tuple(_refunds(body, unit, lines)),
            coupons=tuple(filter(None, [words(body.get("voucherCode"))])),
            tax=max(0, minor(gross.get("amount"), unit, "total/gross/amount") - minor(net.get("amount"), unit, "total/net/amount")),
            shipping=shipping or 0,
            member_external_id=customer,
            member_email=email,
            member_name=f"{words(user.get('firstName'), 60)} {words(user.get('lastName'), 59)}".strip(),
        ),
        notes,
    )  # fmt: skip


def _state(body: Json, topic: str) -> PaymentState:
    if topic == "order_cancelled" or body.get("status") in ("CANCELED", "EXPIRED"):
        return PaymentState.CANCELLED
    if told := _STATES.get(str(body.get("paymentStatus"))):
        return told
    if topic == "order_fully_refunded":
        return PaymentState.REFUNDED
    if topic == "order_refunded":
        return PaymentState.PARTLY_REFUNDED
    return PaymentState.PAID if topic in PAID or body.get("isPaid") is True else PaymentState.PENDING


def _line(line: Json, unit: str, place: str) -> OrderLineData:
    price = part(line.get("totalPrice"), f"{place}/totalPrice")
    net, gross = _net(price, unit, place) or 0, _amount(price, "gross", unit, place)
    product = part(part(line.get("variant"), "variant").get("product"), "product")
    return OrderLineData(
        external_id=name(line.get("id"), f"{place}/id"),
        quantity=whole(line.get("quantity"), f"{place}/quantity"),
        net=net,
        tax=max(0, gross - net),
        sku=words(line.get("productSku")),
        product=words(line.get("productName"), 255),
        category=words(part(product.get("category"), "category").get("slug")),
        earns=line.get("isGift") is not True,
    )


def _net(price: Json, unit: str, place: str) -> int | None:
    return _amount(price, "net", unit, place) if price else None


def _amount(price: Json, kind: str, unit: str, place: str) -> int:
    return minor(part(price.get(kind), f"{place}/{kind}").get("amount"), unit, f"{place}/{kind}/amount")


def _refunds(body: Json, unit: str, lines: Sequence[OrderLineData]) -> list[RefundData]:
    """The refunds that were granted and paid, and what else went back: money without lines."""
    net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
    found, named = [], 0
    for one in _granted(body):
        money = minor(part(one.get("amount"), "amount").get("amount"), unit, "grantedRefunds/amount")
        named += money
        found.append(_refund(one, share_of_net(money, net, tax), {line.external_id: line for line in lines}))
    told = part(body.get("totalRefunded"), "totalRefunded")
    rest = (minor(told.get("amount"), unit, "totalRefunded/amount") if told else 0) - named
    if rest > 0:
        at = moment(body.get("updatedAt"), "updatedAt")
        found.append(RefundData(external_id="rest", occurred_at=at, amount=share_of_net(rest, net, tax)))
    return found


def _granted(body: Json) -> list[Json]:
    return [one for one in parts(body.get("grantedRefunds"), "grantedRefunds") if one.get("status") == "SUCCESS"]


def _refund(one: Json, by_money: int, lines: dict[str, OrderLineData]) -> RefundData:
    pieces = []
    for i, line in enumerate(parts(one.get("lines"), "grantedRefunds/lines")):
        line_id = name(part(line.get("orderLine"), "orderLine").get("id"), f"grantedRefunds/lines/{i}/orderLine/id")
        pieces.append((line_id, whole(line.get("quantity"), f"grantedRefunds/lines/{i}/quantity")))
    worth = [lines[line].net * units // max(1, lines[line].quantity) if line in lines else 0 for line, units in pieces]
    # Less money than the units are worth takes less; what goes beyond them is shipping or kindness.
    amounts = spread(by_money, worth) if by_money < sum(worth) else worth
    return RefundData(
        external_id=name(one.get("id"), "grantedRefunds/id"),
        occurred_at=moment(one.get("createdAt"), "grantedRefunds/createdAt"),
        amount=sum(amounts) if pieces else by_money,
        lines=tuple(
            RefundLineData(line=line, quantity=units, amount=amount)
            for (line, units), amount in zip(pieces, amounts, strict=True)
        ),
    )


def _short(body: Json) -> Said:
    """A refund as the documentation's shortest subscription tells it: what was granted, and the sum of all."""
    order_id = name(body.get("id"), "order/id")
    told = part(body.get("totalRefunded"), "totalRefunded")
    granted = _granted(body)
    if told and granted:
        unit = currency(told.get("currency"))
        amounts = [minor(part(one.get("amount"), "amount").get("amount"), unit, "amount") for one in granted]
        if sum(amounts) == minor(told.get("amount"), unit, "totalRefunded/amount"):
            return Refunded(order_id, tuple(_alone(one, money) for one, money in zip(granted, amounts, strict=True)))
    return Ask(
        order_id, _("The message holds a part of the order. Use the subscription of docs/shops.md, or give us a token.")
    )


def _alone(one: Json, money: int) -> RefundData:
    """Without its order the worth of a unit is not known: the lines say how many, loyalty knows what they were worth."""
    lines = tuple(
        RefundLineData(
            line=name(part(line.get("orderLine"), "orderLine").get("id"), "orderLine/id"),
            quantity=whole(line.get("quantity"), "quantity"),
            amount=0,
        )
        for line in parts(one.get("lines"), "grantedRefunds/lines")
    )
    at = moment(one.get("createdAt"), "grantedRefunds/createdAt")
    return RefundData(external_id=name(one.get("id"), "grantedRefunds/id"), occurred_at=at, amount=money, lines=lines)
