"""How often somebody may do what, as data (specs: community section 10, security section 11), and the one question asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

SECOND, MINUTE, HOUR, DAY = 1, 60, 3_600, 86_400


@dataclass(frozen=True)
class Window:
    """At most `count` acts in any `seconds`. Who goes beyond waits `quiet` seconds, if that is longer."""

    count: int
    seconds: int
    quiet: int = 0

    @property
    def span(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class Limit:
    """The pace of one act. `newcomer` replaces `windows` at trust 0, `first_day` comes on top within a day of joining.

    `grows`: windows of a day are × 1.5, 2 and 3 at trust 2, 3 and 4. `durable`: limited even while Valkey is away.
    """

    windows: tuple[Window, ...]
    newcomer: tuple[Window, ...] = ()
    first_day: tuple[Window, ...] = ()
    grows: bool = False
    durable: bool = False


LIMITS: Mapping[str, Limit] = {
    "topic": Limit(
        (Window(1, 15), Window(20, DAY)), (Window(1, 120), Window(20, DAY)), first_day=(Window(3, DAY),), durable=True
    ),
    "post": Limit((Window(1, 5),), (Window(1, 30),), first_day=(Window(10, DAY),), durable=True),
    "message": Limit(
        (Window(10, 10), Window(40, 30, quiet=30)), (Window(10, 10), Window(20, 30, quiet=30)), durable=True
    ),
    "direct_room": Limit((Window(20, DAY),), durable=True),
    # Rooms of one's own, and bringing up to nineteen people in at once: each of them is told.
    "room": Limit((Window(10, DAY),), durable=True),
    "room_invitation": Limit((Window(3, MINUTE), Window(10, DAY)), durable=True),
    "upload": Limit((Window(5, 5), Window(20, HOUR)), (Window(5, 5), Window(20, HOUR), Window(50, DAY))),
    "invitation": Limit((Window(10, DAY),)),
    "reaction": Limit((Window(50, DAY),), grows=True),
    "flag": Limit((Window(20, DAY),), grows=True),
    # Inside live sessions.
    "question": Limit((Window(1, 5), Window(20, HOUR))),
    "session_act": Limit((Window(20, 10), Window(300, HOUR))),
    "session": Limit((Window(10, DAY),), durable=True),  # of hosts who are no managers; a series is one
    "edit": Limit((Window(30, DAY),), grows=True),
    "removal": Limit((Window(2, MINUTE), Window(10, DAY))),
}
"""What members do. A site changes single ones by the setting COMMUNITY_LIMITS: {"reaction": {"windows": [(100, 86400)]}}."""

SAME_TEXT = timedelta(minutes=5)
"""Within this time the same text is not taken again from the same member."""

GUEST_REQUESTS = (Window(50, 10), Window(200, MINUTE))
MEMBER_REQUESTS = (Window(100, 10), Window(300, MINUTE))
"""Pages of any kind, by address and by member."""

_GROWTH = {2: 3, 3: 4, 4: 6}
"""Halves by which a day's numbers are multiplied."""


def windows_for(limit: Limit, *, trust: int, age: timedelta | None) -> tuple[Window, ...]:
    """What applies to a member of this level and age (None: not told, so no newcomer's first day)."""
    windows = limit.newcomer if trust == 0 and limit.newcomer else limit.windows
    if limit.grows and trust in _GROWTH:
        windows = tuple(
            replace(window, count=window.count * _GROWTH[trust] // 2) if window.seconds == DAY else window
            for window in windows
        )
    if age is not None and age < timedelta(days=1):
        windows += limit.first_day
    return windows


def wait(times: Sequence[datetime], windows: Sequence[Window], at: datetime) -> int:
    """Whole seconds until another act fits in every window; 0 when it fits now. `times` are the acts, newest first."""
    longest = 0
    for window in windows:
        if len(times) >= window.count:
            left = min(times[window.count - 1] + window.span - at, window.span)
            if left > timedelta(0):
                longest = max(longest, ceil(left.total_seconds()), window.quiet)
    return longest


def quiet(times: Sequence[datetime], windows: Sequence[Window], at: datetime) -> int:
    """Seconds of silence that going beyond these windows brings now."""
    over = (window for window in windows if wait(times, [window], at))
    return max((window.quiet for window in over), default=0)


def overridden(limits: Mapping[str, Limit], given: Mapping[str, Mapping[str, Any]]) -> dict[str, Limit]:
    """The table with a site's own numbers in it. Raises KeyError and TypeError for what is not in the table."""
    merged = dict(limits)
    for act, fields in given.items():
        changed: dict[str, Any] = {
            name: tuple(Window(*window) for window in value) if isinstance(value, list | tuple) else value
            for name, value in fields.items()
        }
        merged[act] = replace(merged[act], **changed)
    return merged
