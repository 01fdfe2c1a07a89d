"""How levels add up, and how reading time is believed. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

MUTED, NORMAL, TRACKING, WATCHING, WATCHING_FIRST = range(5)

READ_AFTER = timedelta(days=90)
"""What is older counts as read."""
COUNT_TO = 500
"""Counting stops here: "500+"."""
NEW_FOR_NEWCOMERS = timedelta(days=2)
"""Somebody who joins today finds the topics of the last two days new, not those of three months."""
READ_LONG = 300
"""Seconds of reading after which a topic is tracked."""
UNDO_WITHIN, UNDO_GRACE = timedelta(seconds=10), timedelta(seconds=10)
"""The page offers the undo for ten seconds; the server allows a slow hand and a slow line."""
BOOKMARKS = 2_000
REPORT_EVERY = 60

_STRENGTH = {NORMAL: 0, WATCHING_FIRST: 1, TRACKING: 2, WATCHING: 3}
REASONS = ("mention", "reply", "watching", "followed", "first")
"""Why somebody is told of a post, the strongest first."""


def effective(own: int | None, places: Iterable[int]) -> int:
    """The level that counts for a topic: its own, else the highest of its board and tags (specs: community, 6).

    A muted board or tag mutes the topic unless the topic itself is followed. "Watching first" is told of the first
    post alone, so for the topic's other posts it is less than tracking.
    """
    if own is not None and own >= TRACKING:
        return own
    levels = list(places)
    if own == MUTED or MUTED in levels:
        return MUTED
    if own is not None:
        return own
    return max(levels, key=_STRENGTH.__getitem__, default=NORMAL)


def spread(chosen: Mapping[int, int], parents: Iterable[tuple[int, int | None]]) -> dict[int, int]:
    """Levels of boards, where a board without its own has the one above. `parents`: every parent before its children."""
    levels: dict[int, int] = {}
    for board, parent in parents:
        level = chosen.get(board)
        if level is None and parent is not None:
            level = levels.get(parent)
        if level is not None:
            levels[board] = level
    return levels


def believed(seconds: int, *, since: datetime, joined: datetime, at: datetime) -> int:
    """Reported seconds of reading, as far as they can be true: no more than passed on the wall since the last report."""
    wall = min(at - since, at - joined)
    return max(0, min(seconds, int(wall.total_seconds()), 2 * REPORT_EVERY))


def counted(number: int) -> str:
    """A count for people: it stops at "500+"."""
    return f"{COUNT_TO}+" if number > COUNT_TO else str(number)
