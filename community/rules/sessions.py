"""Live sessions: when doors open, what the clock does to them, and which days a series means. Pure."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DOORS_BEFORE = timedelta(minutes=15)
OVERTIME = timedelta(minutes=30)
"""After its planned end a session is ended by the clock, when its host forgot the button."""
HORIZON = timedelta(days=14)
"""How far ahead the sessions of a series are made."""
FARTHEST = timedelta(days=730)
"""How far ahead somebody may plan."""
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=12)
CAPACITY_MOST, AGE_MOST = 100_000, 1440
TITLE_LONGEST, DESCRIPTION_LONGEST, REASON_LONGEST = 80, 8_000, 300
PEOPLE_MOST = 12
FREE_DAYS_MOST = 60
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)

SCHEDULED, DOORS, LIVE, ENDED, CANCELLED = "scheduled", "doors", "live", "ended", "cancelled"

# How long before the start a reminder is due, and how late it still helps: after that nobody is told any more.
REMINDERS = {"day": (timedelta(hours=24), timedelta(hours=2)), "soon": (timedelta(minutes=15), timedelta(minutes=-5))}


def utc_of(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The moment of this local hour. In the hour that a change to summer time skips, the same distance after it (2:30
    becomes 3:30); of an hour that comes twice, the first."""
    return datetime.combine(day, hour, tzinfo=zone).replace(fold=0).astimezone(UTC)


def local_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same moment by the clock of that place."""
    return moment.astimezone(zone)


def days(
    *,
    starts_on: date,
    until: date | None,
    weekdays: Collection[int],
    free_days: Collection[date],
    first: date,
    last: date,
) -> Iterator[date]:
    """The days from `first` to `last` on which the series has a session."""
    day = max(starts_on, first)
    end = min(last, until) if until else last
    while day <= end:
        if day.isoweekday() in weekdays and day not in free_days:
            yield day
        day += timedelta(days=1)


def due_state(state: str, *, starts_at: datetime, ends_at: datetime, starts_itself: bool, at: datetime) -> str:
    """The next state that the clock asks for, or the same. Asked again after each step, so a late run catches up.

    What nobody began within its hours did not take place: it is cancelled, never ended.
    """
    if state in (SCHEDULED, DOORS):
        if at >= ends_at + OVERTIME:
            return CANCELLED
        if state == SCHEDULED and at >= starts_at - DOORS_BEFORE:
            return DOORS
        if state == DOORS and starts_itself and at >= starts_at:
            return LIVE
    if state == LIVE and at >= ends_at + OVERTIME:
        return ENDED
    return state


def reminder_due(which: str, *, starts_at: datetime, at: datetime) -> bool:
    """Whether the reminder's moment has come, and it is not too late for it."""
    before, latest = REMINDERS[which]
    return starts_at - before <= at < starts_at - latest
