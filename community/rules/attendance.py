"""Who was there, by signs of life (specs: community section 13). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_GAP = timedelta(seconds=90)
"""Between two signs of life further apart somebody was away; nearer ones are one stay."""
SHORTEST_GAP = timedelta(seconds=5)
"""A second sign within it says nothing new: another tab, a form sent twice."""
ENOUGH = timedelta(minutes=20)


@dataclass(frozen=True)
class Noted:
    """What a sign of life changes: time to add, and the moment from which the next one counts."""

    added: timedelta
    last: datetime


def note(last: datetime, at: datetime, *, live_from: datetime | None) -> Noted:
    """A sign of life at `at` after one at `last` adds the time between them, as far as the session was live.

    Tabs share the last sign, so two of them add no more than one. Clocks of several processes that differ by less than the
    longest gap add nothing twice; one that jumped further, either way, begins anew and adds nothing.
    """
    gap = at - last
    if -LONGEST_GAP < gap < SHORTEST_GAP:
        return Noted(timedelta(), last)
    if gap < SHORTEST_GAP or gap > LONGEST_GAP or live_from is None:
        return Noted(timedelta(), at)
    return Noted(max(timedelta(), at - max(last, live_from)), at)


def needed(*, length: timedelta) -> timedelta:
    """How long somebody is there who was there: half of the show, or 20 minutes, whichever is less."""
    return min(ENOUGH, length / 2)
