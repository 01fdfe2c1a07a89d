"""The weekly rhythm: weeks in which somebody came and did something for others. Nothing is ever lost.

A missed week pauses: it adds nothing and takes nothing. Only after a longer pause than the cups kept warm does a new
rhythm begin, and the longest one stays for good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

GRACE = 1
"""Weeks that anybody may miss in a row."""
WARMED_BY = 4
"""So many weeks of a rhythm keep one more missed week warm."""
MOST_WARM = 3
"""Weeks that can be kept warm at once."""


@dataclass(frozen=True)
class Rhythm:
    """`weeks` of the present rhythm, `longest` ever, `warm`: weeks that may still be missed; `paused`: not this week yet."""

    weeks: int
    longest: int
    warm: int
    this_week: bool
    paused: bool
    total: int


def rhythm(weeks: Iterable[date], *, this_week: date) -> Rhythm:
    """The rhythm as it stands in the week that begins on `this_week` (a Monday). Later weeks do not count yet."""
    known = sorted({week for week in weeks if week <= this_week})
    length = longest = 0
    warm = GRACE
    before: date | None = None
    for week in known:
        missed = 0 if before is None else (week - before).days // 7 - 1
        if missed > warm:
            length, warm = 0, GRACE
        else:
            warm -= missed
        length += 1
        warm = max(warm, GRACE)  # the week of grace is there again for whoever came
        if length % WARMED_BY == 0:
            warm = min(warm + 1, MOST_WARM)
        longest, before = max(longest, length), week
    if before is None:
        return Rhythm(0, 0, GRACE, False, False, 0)
    missed = max((this_week - before).days // 7 - 1, 0)
    if missed > warm:
        return Rhythm(0, longest, GRACE, False, False, len(known))
    return Rhythm(length, longest, warm - missed, before == this_week, missed > 0, len(known))


def last_weeks(weeks: Iterable[date], *, this_week: date, count: int) -> list[tuple[date, bool]]:
    """The last weeks, the oldest first, and whether something was done in each."""
    known = set(weeks)
    days = [this_week - timedelta(days=7 * back) for back in range(count - 1, -1, -1)]
    return [(day, day in known) for day in days]
