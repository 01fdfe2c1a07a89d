"""What every adapter needs: exact money, times, texts and places out of a shop's JSON; and what a message can say.

Pure: no Django but words, no database, no clock. Money is never a float: JSON's numbers are read as decimals.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from integrations.reading import is_clean
from loyalty.canonical import CanonicalOrder, OrderLineData, RefundData
from loyalty.rules import exponent

Json = dict[str, Any]

_AMOUNT = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?")

LARGEST = 10**15
"""No amount is larger, in minor units (as loyalty refuses it, too)."""


class BadMessage(ValueError):
    """The message cannot be read. `code` is stable, `field` names the place."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


@dataclass(frozen=True)
class Whole:
    """A whole order, and what had to be settled to read it."""

    order: CanonicalOrder
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refunded:
    """Refunds without their order."""

    order_external_id: str
    refunds: tuple[RefundData, ...]


@dataclass(frozen=True)
class Ask:
    """Only the shop itself can say it: it is asked for the order. `message` says what to do when it cannot be asked."""

    order_external_id: str
    message: str


@dataclass(frozen=True)
class Deleted:
    """The order is gone from the shop."""

    order_external_id: str


@dataclass(frozen=True)
class Nothing:
    """Not about an order that anybody earns by. `code` says why."""

    code: str


@dataclass(frozen=True)
class Privacy:
    """A person (or the whole shop) is to be forgotten, or wants to know what is kept."""

    request: str  # "tell", "forget" or "forget_shop"
    domain: str  # the shop as the signed body names it
    customer: str = ""
    orders: tuple[str, ...] = ()


Said = Whole | Refunded | Ask | Deleted | Nothing | Privacy


def read(raw: bytes) -> Json:
    """The JSON object of a message. Raises BadMessage for anything else, doubled names and text that cannot be kept."""
    try:
        value = json.loads(raw.decode(), parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise BadMessage("malformed_json", "", _("The body is not JSON.")) from error
    if not isinstance(value, dict):
        raise BadMessage("not_an_object", "", _("The body is not a JSON object."))
    if b"\\u" in raw and not _clean(value):
        raise BadMessage(
            "unclean_text", "", _("The body holds NUL characters or halves of surrogate pairs, which cannot be kept.")
        )
    return value


def _clean(value: Any) -> bool:
    if isinstance(value, str):
        return is_clean(value)
    if isinstance(value, dict):
        return all(is_clean(name) and _clean(one) for name, one in value.items())
    return all(_clean(one) for one in value) if isinstance(value, list) else True


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def minor(value: object, currency: str, field: str) -> int:
    """An amount of whole units, as text or JSON number, in minor units of ISO 4217; half a minor unit rounds up.

    >>> minor("42.00", "EUR", ""), minor("4200", "JPY", ""), minor("1.234", "KWD", "")
    (4200, 4200, 1234)
    """
    return scaled(decimal(value, field), currency, field)


def decimal(value: object, field: str) -> Decimal:
    """The exact number. Booleans, floats, NaN, signs of other scripts and what is too large are refused."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadMessage("not_an_amount", field, _("An amount is missing or is not written as a number."))
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise BadMessage("not_an_amount", field, _("An amount is missing or is not written as a number."))
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 15:
        raise BadMessage("amount", field, _("An amount is too large or is no number."))
    return number


def scaled(number: Decimal, currency: str, field: str) -> int:
    """Whole units as minor units. Raises BadMessage when negative or too large."""
    value = int(number.scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if not 0 <= value <= LARGEST:
        raise BadMessage("amount", field, _("An amount is negative or too large."))
    return value


def moment(value: object, field: str) -> datetime:
    """An RFC 3339 time in UTC; one without an offset is UTC (WooCommerce's *_gmt)."""
    try:
        if isinstance(value, str) and "T" in value[:11]:
            found = datetime.fromisoformat(value)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
            if 1970 <= found.year <= 2100:
                return found
    except (ValueError, OverflowError):
        pass
    raise BadMessage("not_a_time", field, _("A time is missing or is not written as 2026-03-01T10:00:00Z."))


def revision(at: datetime) -> str:
    """A time as a revision: sorts as text, whatever offset and fraction the shop wrote."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def name(value: object, field: str, most: int = 120) -> str:
    """A number or name that must be there: text, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value or len(value) > most:
        raise BadMessage("missing", field, _("A number is missing or too long."))
    return value


def words(value: object, most: int = 120) -> str:
    """Text that may be absent; cut to what there is room for."""
    return value[:most] if isinstance(value, str) else str(value)[:most] if type(value) is int else ""


def address(value: object) -> str:
    """An e-mail address that may be absent."""
    return value.strip() if isinstance(value, str) and "@" in value and len(value) <= 254 else ""


def part(value: object, field: str) -> Json:
    """An object that may be absent."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadMessage("shape", field, _("An object was expected here."))
    return value


def parts(value: object, field: str) -> list[Json]:
    """A list of objects that may be absent; 2,000 at most."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 2_000 or not all(isinstance(one, dict) for one in value):
        raise BadMessage("shape", field, _("A list of objects was expected here."))
    return value


def whole(value: object, field: str) -> int:
    """A count, never a text and never broken."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        raise BadMessage("not_a_count", field, _("A count is missing or is not a whole number."))
    return value


def currency(value: object, field: str = "currency") -> str:
    """Three capital letters."""
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        raise BadMessage("currency", field, _("The currency is three capital letters, like EUR."))
    return value


def settled(lines: Sequence[OrderLineData], net: int) -> tuple[tuple[OrderLineData, ...], tuple[str, ...]]:
    """The lines so that they make up `net`: a unit a line is rounding, more goes to the largest line and is noted."""
    difference = net - sum(line.net for line in lines)
    if not lines or abs(difference) <= len(lines):
        return tuple(lines), ()
    largest = max(range(len(lines)), key=lambda place: (lines[place].net, -place))
    if lines[largest].net + difference < 0:
        raise BadMessage("totals_disagree", "lines", _("The total is less than the lines can bear."))
    found = list(lines)
    found[largest] = replace(found[largest], net=found[largest].net + difference)
    note = _("The total differed from the lines by %(difference)d minor units; the largest line took it.")
    return tuple(found), (note % {"difference": difference},)


def share_of_net(money: int, net: int, tax: int) -> int:
    """What money given back without lines takes of the goods without tax; at most all of them."""
    gross = net + tax
    return 0 if gross <= 0 else min(net, (money * net * 2 + gross) // (2 * gross))
