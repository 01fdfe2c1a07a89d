"""How much may be said how fast in a chat room, without a database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

MESSAGE_LONGEST = 6_000

LIMITS = ((10, timedelta(seconds=10)), (40, timedelta(seconds=30)))
"""At most so many messages of one member, over all rooms, within so long (specs: security, section 11)."""
LONGEST_WINDOW = max(window for _, window in LIMITS)
MOST_COUNTED = max(count for count, _ in LIMITS)


def seconds_to_wait(sent: Sequence[datetime], at: datetime) -> int:
    """How long a member must wait who sent messages at these times, newest first; 0 for not at all."""
    waits = [sent[count - 1] + window - at for count, window in LIMITS if len(sent) >= count]
    return max([0, *(ceil(wait.total_seconds()) for wait in waits)])


def slow_wait(last: datetime | None, slow_seconds: int, at: datetime) -> int:
    """The same for a room in slow mode, from the member's last message in it."""
    if last is None or slow_seconds <= 0:
        return 0
    return max(0, ceil((last + timedelta(seconds=slow_seconds) - at).total_seconds()))
