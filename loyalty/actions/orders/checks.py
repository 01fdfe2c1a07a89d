"""Whether an order contradicts itself, or what was told before."""

from collections.abc import Iterable
from dataclasses import asdict

from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.canonical import CanonicalOrder, RefundData
from loyalty.models import Order, OrderLine, RefundNotice

LARGEST = 10**15
"""No amount or quantity is larger, in minor units: a slip of the shop, not an order."""


class BadOrder(ValueError):
    """The order contradicts itself. `code` is stable, `field` names the place."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


def check(order: CanonicalOrder) -> None:
    """Raise BadOrder unless the order can be true."""
    if not order.source or not order.external_id:
        raise BadOrder("missing", "external_id", _("An order needs its source and its number."))
    if not (order.member_id or order.member_external_id or order.member_email):
        raise BadOrder("member_missing", "member", _("Say whose order it is: a customer number or an e-mail address."))
    if not rules.is_currency(order.currency):
        raise BadOrder("currency", "currency", _("The currency is three capital letters of ISO 4217, like EUR."))
    _check_text(order)
    for field in ("tax", "shipping", "discount", "paid_with_points"):
        check_amount(field, getattr(order, field))
    known = set()
    for line in order.lines:
        if line.external_id in known:
            raise BadOrder("line_twice", "lines", _("Two lines have the same id."))
        known.add(line.external_id)
        for field in ("quantity", "net", "tax"):
            check_amount(f"lines.{field}", getattr(line, field))
    _check_refunds(order.refunds, known)


def _check_refunds(refunds: Iterable[RefundData], known: set[str]) -> None:
    seen = set()
    for refund in refunds:
        if refund.external_id in seen:
            raise BadOrder("refund_twice", "refunds", _("Two refunds have the same id."))
        seen.add(refund.external_id)
        check_amount("refunds.amount", refund.amount)
        for line in refund.lines:
            if line.line not in known:
                raise BadOrder(
                    "unknown_line", "refunds.lines", _("A refund names a line that the order does not have.")
                )
            check_amount("refunds.lines.quantity", line.quantity)
            check_amount("refunds.lines.amount", line.amount)


def check_amount(field: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise BadOrder("amount", field, _("Amounts are whole numbers of minor units, from zero up."))


def _check_text(order: CanonicalOrder) -> None:
    texts = [order.source, order.external_id, order.revision, order.member_external_id, order.member_name]
    texts += [text for line in order.lines for text in (line.external_id, line.sku, line.product, line.category)]
    if any("\x00" in text for text in texts):
        raise BadOrder("nul", "", _("The order contains a NUL character."))
    if any(len(text) > 120 for text in texts[:5]) or any(len(line.product) > 255 for line in order.lines):
        raise BadOrder("too_long", "", _("A name or number in the order is too long."))
    if any(len(text) > 120 for line in order.lines for text in (line.external_id, line.sku, line.category)):
        raise BadOrder("too_long", "lines", _("A name or number in the order is too long."))


def check_same_refund(known: RefundNotice, refund: RefundData, order: Order | None) -> None:
    """Raise BadOrder when a refund's number was used for another refund, or it names a line that the order does not have."""
    told = [asdict(line) for line in refund.lines]
    if (known.occurred_at, known.amount, known.lines) != (refund.occurred_at, refund.amount, told):
        raise BadOrder("refund_differs", "external_id", _("This number was used for another refund."))
    lines = set() if order is None else set(OrderLine.objects.filter(order=order).values_list("external_id", flat=True))
    if order is not None and any(line.line not in lines for line in refund.lines):
        raise BadOrder("unknown_line", "lines", _("A refund names a line that the order does not have."))
