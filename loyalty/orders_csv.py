"""Reading a shop's past orders from a CSV file: every line is either a purchase or refused with a reason; nothing is guessed."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from loyalty import rules
from loyalty.actions.orders.imports import Purchase

LARGEST_FILE = 500_000_000  # bytes
LONGEST_LINE = 10_000  # characters
LARGEST_QUANTITY = 1_000_000
LARGEST_AMOUNT = 10**12  # minor units
_COLUMNS = {
    "customer": ("customer", "customer_id", "cust", "id"),
    "date": ("date", "order_date", "placed_at"),
    "quantity": ("quantity", "qty", "quant", "units"),
    "amount": ("dollars", "amount", "amount_net", "net", "total", "value"),
    "order": ("order_id", "order", "order_number", "external_id"),
    "name": ("name", "customer_name"),
}
_NUMBER = re.compile(r"\d{1,18}(\.\d{1,6})?")
_WHOLE = re.compile(r"\d{1,18}(\.0+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")


class WrongFile(Exception):
    """This file cannot be read as orders at all; the message is one sentence."""


@dataclass(frozen=True, order=True)
class RefusedLine:
    """A line that was not taken in. `text` is the line as it stood, shortened and made printable."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Row:
    """A good line."""

    line: int
    text: str
    purchase: Purchase


@dataclass(frozen=True)
class Parsed:
    """What a file holds."""

    rows: tuple[Row, ...]
    refused: tuple[RefusedLine, ...]


class _Refused(Exception):
    """Why a line cannot be taken."""


def read(path: Path, *, currency: str, latest: date, shift_to: date | None = None) -> Parsed:
    """Read the whole file. Purchases after `latest` are refused. Raises WrongFile.

    A row without an order number is known by its content: customer, date, quantity, amount, and which of the identical
    rows it is. So a shuffled or partial copy of the file names the same orders. The number is made before dates are moved.
    """
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise WrongFile("The currency is three capital letters, like USD.")
    lines = _lines(path)
    try:
        number, header = next(lines)
    except StopIteration:
        raise WrongFile(f"{path} is empty.") from None
    columns = _columns(header, path)
    width = len(_split(header) or [])
    rows: list[Row] = []
    refused: list[RefusedLine] = []
    seen: Counter[str] = Counter()
    for number, text in lines:
        if not text.strip():
            continue
        try:
            purchase = _numbered(_purchase(text, columns, width, currency, latest), seen)
        except _Refused as reason:
            refused.append(RefusedLine(number, str(reason), _printable(text)))
            continue
        rows.append(Row(number, _printable(text), purchase))
    if not rows and not refused:
        raise WrongFile(f"{path} has a header but no orders.")
    if shift_to is not None and rows:
        rows = _shift(rows, shift_to)
    return Parsed(tuple(rows), tuple(refused))


def _numbered(purchase: Purchase, seen: Counter[str]) -> Purchase:
    """With an order number: the file's own, which must be there once, or one made of the content."""
    name = f"={purchase.external_id}" if purchase.external_id else purchase.content
    seen[name] += 1
    if purchase.external_id:
        if seen[name] > 1:
            raise _Refused("the order number stands in the file twice")
        return purchase
    return replace(purchase, external_id=rules.made_number(name, seen[name]))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines. Bytes that are no UTF-8 become U+FFFD, and their line is refused later."""
    try:
        if path.is_dir():
            raise WrongFile(f"{path} is a folder, not a file.")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise WrongFile(f"{path} is larger than {LARGEST_FILE // 1_000_000} MB; split it.")
        with path.open("rb") as file:
            head = file.read(4096)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise WrongFile(f"{path} is UTF-16; save it as CSV UTF-8.")
        if b"\x00" in head.partition(b"\n")[0] or head.startswith((b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\x89PNG")):
            raise WrongFile(f"{path} is not a text file; export it as CSV.")
        with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file:
            for number, line in enumerate(file, 1):
                yield number, line.rstrip("\r\n")
    except FileNotFoundError:
        raise WrongFile(f"There is no file {path}.") from None
    except OSError as error:
        raise WrongFile(f"{path} cannot be read: {error.strerror}.") from None


def _columns(header: str, path: Path) -> dict[str, int]:
    names = [name.strip().lower() for name in _split(header) or []]
    found = {
        meaning: names.index(alias)
        for meaning, aliases in _COLUMNS.items()
        for alias in reversed(aliases)
        if alias in names
    }
    missing = [meaning for meaning in ("customer", "date", "amount") if meaning not in found]
    if missing:
        raise WrongFile(
            f"The first line of {path} must name the columns customer, date, quantity and dollars (or amount); "
            f"missing: {', '.join(missing)}."
        )
    return found


def _split(line: str) -> list[str] | None:
    """The fields of one line, or None when its quotes do not close. A field never spans lines in a file of orders."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None


def _purchase(text: str, columns: dict[str, int], width: int, currency: str, latest: date) -> Purchase:
    if "\x00" in text:
        raise _Refused("contains a NUL character")
    if "\ufffd" in text:
        raise _Refused("is not UTF-8 text")
    if len(text) > LONGEST_LINE:
        raise _Refused("is too long")
    fields = _split(text)
    if fields is None:
        raise _Refused("has a quote that does not close")
    if len(fields) != width:
        raise _Refused(f"has {len(fields)} fields instead of {width}")
    values = {meaning: fields[place].strip() for meaning, place in columns.items()}
    customer = _name(values["customer"], "the customer")
    at = _date(values["date"], latest)
    quantity = _quantity(values.get("quantity", "1"))
    net = _minor(values["amount"], currency)
    return Purchase(
        external_id=_name(values.get("order", ""), "the order number", least=0),
        customer=customer,
        at=at,
        quantity=quantity,
        net=net,
        content=f"{customer}:{at.date()}:{quantity}x{net}",
        customer_name=_name(values.get("name", ""), "the name", least=0)[:60],
    )


def _name(text: str, what: str, *, least: int = 1) -> str:
    if len(text) < least:
        raise _Refused(f"{what} is missing")
    if len(text) > 80 or not text.isprintable():
        raise _Refused(f"{what} is too long or has characters that cannot be printed")
    return text


def _date(text: str, latest: date) -> datetime:
    if not _DAY.fullmatch(text):
        raise _Refused("the date is not like 1997-01-31")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _Refused("there is no such date") from None
    if day.year < 1970:
        raise _Refused("the date is before 1970")
    if day > latest:
        raise _Refused("the date is in the future")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _quantity(text: str) -> int:
    if text.startswith("-"):
        raise _Refused("the quantity is negative")
    if not text.isascii() or not _WHOLE.fullmatch(text):
        raise _Refused("the quantity is not a whole number")
    quantity = int(text.partition(".")[0])
    if quantity > LARGEST_QUANTITY:
        raise _Refused("the quantity is too large")
    return quantity


def _minor(text: str, currency: str) -> int:
    if text.startswith("-"):
        raise _Refused("the amount is negative")
    if not text.isascii() or not _NUMBER.fullmatch(text):
        raise _Refused("the amount is not a number like 29.33")
    try:
        amount = Decimal(text).scaleb(rules.exponent(currency))
    except InvalidOperation:
        raise _Refused("the amount is not a number like 29.33") from None
    if amount != int(amount):
        raise _Refused(f"the amount has more decimal places than {currency} has")
    if amount > LARGEST_AMOUNT:
        raise _Refused("the amount is too large")
    return int(amount)


def _shift(rows: list[Row], shift_to: date) -> list[Row]:
    newest = max(row.purchase.at for row in rows).date()
    by: timedelta = shift_to - newest
    return [replace(row, purchase=replace(row.purchase, at=row.purchase.at + by)) for row in rows]


def _printable(text: str) -> str:
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return shown if len(shown) <= 500 else shown[:500] + "…"
