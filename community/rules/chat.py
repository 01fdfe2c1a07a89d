"""How long a message may be, and how slow a room, without a database. (How fast a member may write: `rules_limits`.)"""

from datetime import datetime, timedelta
from math import ceil

MESSAGE_LONGEST = 6_000


def slow_wait(last: datetime | None, slow_seconds: int, at: datetime) -> int:
    """Seconds that a member waits in a room in slow mode, from their last message in it; 0 for not at all."""
    if last is None or slow_seconds <= 0:
        return 0
    return max(0, ceil((last + timedelta(seconds=slow_seconds) - at).total_seconds()))
