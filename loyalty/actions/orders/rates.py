"""Rates of currencies, and the orders that waited for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import connection
from django.utils.translation import gettext as _

from loyalty.actions import ledger
from loyalty.actions.orders.recording import settle_again
from loyalty.events import RatesSaved
from loyalty.models import ExchangeRate, Order, ProgrammeCurrency
from outbox.publish import publish
from outbox.require import require_transaction

BATCH = 200
MOST = 5000
"""Lines of one table: three years of one currency, or a day's of all of them."""


class BadRate(ValueError):
    """A line of a table cannot be true. `line` is its number, `code` stable: columns, day, currency, same, rate, too_many."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.line, self.code, self.message = line, code, message


@dataclass(frozen=True)
class RateLine:
    """One unit of `source` is `rate` of `target` on this day."""

    day: date
    source: str
    target: str
    rate: Decimal


def read_rates(text: str) -> list[RateLine]:
    """A table as people paste it: a line each of day, from, to, rate; separated by commas, semicolons or tabs.

    Raises BadRate with the first line that cannot be true.
    """
    lines = [(nth, line.strip()) for nth, line in enumerate(text.lstrip("\ufeff").splitlines(), 1) if line.strip()]
    if lines and lines[0][1].casefold().startswith(("date", "day")):
        lines = lines[1:]
    if not lines or len(lines) > MOST:
        raise BadRate(0, "too_many" if lines else "columns", _("A table has from 1 to 5,000 lines."))
    return [_line(nth, line) for nth, line in lines]


def _line(nth: int, line: str) -> RateLine:
    cells = [cell.strip() for cell in line.replace(";", ",").replace("\t", ",").split(",")]
    if len(cells) != 4:
        raise BadRate(nth, "columns", _("Line %(line)s: say day, from, to, rate.") % {"line": nth})
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        raise BadRate(nth, "day", _("Line %(line)s: the day is like 2026-03-02.") % {"line": nth}) from None
    source, target = cells[1].upper(), cells[2].upper()
    if not all(len(code) == 3 and code.isascii() and code.isalpha() for code in (source, target)):
        raise BadRate(nth, "currency", _("Line %(line)s: currencies are three letters, like EUR.") % {"line": nth})
    if source == target:
        raise BadRate(nth, "same", _("Line %(line)s: the two currencies are the same.") % {"line": nth})
    try:
        rate = Decimal(cells[3])
        fits = rate.is_finite() and Decimal("0.0000000001") <= rate < Decimal(10) ** 10
        fits = fits and rate == rate.quantize(Decimal("0.0000000001"))
    except InvalidOperation:
        fits = False
    if not fits:
        words = _("Line %(line)s: the rate is a number above zero, with a point and at most ten decimals.")
        raise BadRate(nth, "rate", words % {"line": nth})
    return RateLine(day, source, target, rate)


def save_rates(*, rates: Sequence[RateLine], by: int | None, at: datetime) -> int:
    """Write a table; a day's rate that is here already is replaced. Orders that waited for it earn soon. Returns how many."""
    require_transaction()
    last = {(one.day, one.source, one.target): one for one in rates}
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(day=one.day, source=one.source, target=one.target, rate=one.rate) for one in last.values()],
        update_conflicts=True,
        unique_fields=["source", "target", "day"],
        update_fields=["rate"],
    )
    publish(RatesSaved(after_id=0, at=at))
    return len(last)


def set_programme_currency(*, code: str, by: int | None, at: datetime) -> None:
    """Say what rules count in; empty: a unit of any currency is one. Orders that have earned keep what they were judged by."""
    require_transaction()
    if not code:
        ProgrammeCurrency.objects.all().delete()
    else:
        ProgrammeCurrency.objects.update_or_create(id=1, defaults={"code": code})
    publish(RatesSaved(after_id=0, at=at))


def settle_waiting(*, after_id: int, at: datetime) -> int:
    """Let the next orders that wait for a rate earn, if theirs has come. Goes on by itself while there are more."""
    require_transaction()
    waiting = Order.objects.filter(waits=True, id__gt=after_id).order_by("id")
    rows = list(waiting.select_for_update(skip_locked=True)[:BATCH])
    ledger.lock_wallets([row.member_id for row in rows if row.member_id])
    for row in rows:
        settle_again(row, at=at)
    if len(rows) == BATCH:
        publish(RatesSaved(after_id=rows[-1].id, at=at))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM loyalty_order WHERE waits AND id = ANY(%s)", [[row.id for row in rows]])
        return len(rows) - int(cursor.fetchone()[0])
