"""When points expire, by the policy of their currency (specs: none, months, fixed days, sliding on activity)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_STEPS = {"month": 1, "quarter": 3, "year": 12}


class BadDates(ValueError):
    """The fixed days are not written as MM-DD, or a day does not exist in every year."""


@dataclass(frozen=True)
class ExpiryPolicy:
    """`kind` is none, months, fixed or sliding; `months` are counted to the end of a `rounding` (month, quarter, year).

    `days` are the last days of a year on which points can be used, as (month, day); they live `months` at least.
    """

    kind: str
    months: int | None = None
    rounding: str = "month"
    days: tuple[tuple[int, int], ...] = ()

    def end(self, earned: datetime, zone: ZoneInfo) -> datetime | None:
        """The first moment at which points earned at `earned` are gone; None: never."""
        if self.kind == "none":
            return None
        local = earned.astimezone(zone)
        if self.kind == "fixed":
            return _start(self._next_day(_months_on(local.date(), self.months or 0)) + timedelta(days=1), zone)
        return _start(_end_of(local.date(), self.months or 0, _STEPS[self.rounding]), zone)

    def _next_day(self, least: date) -> date:
        """The first fixed day that is not before `least`."""
        return min(
            day for year in (least.year, least.year + 1) for month, number in self.days
            if (day := date(year, month, number)) >= least
        )  # fmt: skip


def parse_days(text: str) -> tuple[tuple[int, int], ...]:
    """“06-30, 12-31” as ((6, 30), (12, 31)), sorted and each once. Raises BadDates; 29 February does not come every year."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = set()
    for part in parts:
        match = re.fullmatch(r"(\d{2})-(\d{2})", part, re.ASCII)
        if match is None:
            raise BadDates(part)
        try:
            day = date(2023, int(match[1]), int(match[2]))
        except ValueError as error:
            raise BadDates(part) from error
        found.add((day.month, day.day))
    return tuple(sorted(found))


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _end_of(day: date, months: int, step: int) -> date:
    """The day after the end of the month, quarter or year in which `months` later lies."""
    reached = day.year * 12 + day.month - 1 + months
    after = (reached // step + 1) * step
    return date(after // 12, after % 12 + 1, 1)


def _months_on(day: date, months: int) -> date:
    """The same day some months later; the month's last one where it has no such day."""
    reached = day.year * 12 + day.month - 1 + months
    first = date(reached // 12, reached % 12 + 1, 1)
    last = _end_of(first, 0, 1) - timedelta(days=1)
    return last if day.day > last.day else first.replace(day=day.day)
