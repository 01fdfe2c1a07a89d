"""Who was there, by signs of life (specs: community section 13). Pure."""

from datetime import datetime, timedelta

LONGEST_GAP = timedelta(seconds=90)
"""Between two signs of life further apart somebody was away; nearer ones are one stay."""
SHORTEST_GAP = timedelta(seconds=5)
"""A second sign within it says nothing new: another tab, a form sent twice."""
ENOUGH = timedelta(minutes=20)


def stay(last: datetime | None, at: datetime, *, live_from: datetime | None, live_until: datetime | None) -> timedelta:
    """What a sign of life at `at` adds, after the one at `last`: the time between them while the session was live.

    Two tabs add no more than one, because both tell of the same last sign. A clock that went back adds nothing, nor one
    that jumped ahead.
    """
    if last is None or live_from is None or at <= last or at - last > LONGEST_GAP:
        return timedelta()
    return max(timedelta(), min(at, live_until or at) - max(last, live_from))


def needed(*, length: timedelta) -> timedelta:
    """How long somebody is there who was there: half of the show, or 20 minutes, whichever is less."""
    return min(ENOUGH, length / 2)
