"""Which time counts for a tier: the last days, the calendar year, the year since joining; in whole days of the programme's zone.

A day counts whole: what was earned on 3 May leaves a window of 365 days as 3 May of the next year begins, wherever the clocks
were put forward or back in between.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ROLLING, CALENDAR, ANNIVERSARY = "rolling", "calendar", "anniversary"


@dataclass(frozen=True)
class Frame:
    """The window at one moment. `start`: since when things count for rising. `since`: since when they count for keeping: the
    same for rolling days, the beginning of the period before for fixed periods. `ends`: when a fixed period is over."""

    since: datetime
    start: datetime
    ends: datetime | None


@dataclass(frozen=True)
class Window:
    """A programme's kind of window."""

    kind: str
    days: int
    zone: ZoneInfo

    def frame(self, *, at: datetime, joined: date | None = None) -> Frame:
        """What counts at `at`, for somebody who joined on the day `joined` (only the anniversary asks)."""
        today = at.astimezone(self.zone).date()
        if self.kind == ROLLING:
            start = midnight(today - timedelta(days=self.days - 1), self.zone)
            return Frame(start, start, None)
        month, day = (joined.month, joined.day) if self.kind == ANNIVERSARY and joined else (1, 1)
        year = today.year if today >= on(today.year, month, day) else today.year - 1
        since, start, ends = (midnight(on(one, month, day), self.zone) for one in (year - 1, year, year + 1))
        return Frame(since, start, ends)

    def leaves(self, day: date) -> datetime | None:
        """When what was earned on `day` stops counting in rolling days; None for fixed periods."""
        return midnight(day + timedelta(days=self.days), self.zone) if self.kind == ROLLING else None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins. Where the clock leaps over midnight, the first moment after the leap."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def on(year: int, month: int, day: int) -> date:
    """This day of a year; 29 February is 28 February in years without it."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def day_end(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end of the day that comes `days` after the day of `at`: "by 31 October" means that whole day."""
    return midnight(at.astimezone(zone).date() + timedelta(days=days + 1), zone)
