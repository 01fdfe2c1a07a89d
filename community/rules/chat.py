"""What may be said in a room and how, without a database. (How fast a member may write: `rules_limits`.)"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import ceil

MESSAGE_LONGEST = 6_000
TOPIC_LONGEST = 200
PINS_MOST = 50
EXCERPT, EXCERPT_READ = 120, 400
"""Characters of a quoted message that are shown, and that are read for it."""
HERE_MOST = 10
"""People whom @here tells (specs: community, section 5)."""
ALL_MOST = 500
"""People of a room whom a moderator's @all tells: those who were here last."""
TRANSCRIPT_MOST = 500
"""Messages that become one topic."""
REMOVED_AT_ONCE = 100
UNDO_WITHIN = timedelta(minutes=10)
"""How long after removing one's own message one may bring it back."""

RUSH, RUSH_SECONDS = 50, 1
"""More messages than this in so many seconds switch a room's slow mode on (specs: community, section 12)."""
RUSH_SLOW = 10
"""Seconds between two messages of a member that slow mode begins with then."""
CALM, CALM_WITHIN, CALM_AFTER = 30, timedelta(minutes=1), timedelta(minutes=2)
"""Slow mode that came by itself goes by itself: after so long, when so few messages or fewer were said in the last minute."""


def slow_wait(last: datetime | None, slow_seconds: int, at: datetime) -> int:
    """Seconds that a member waits in a room in slow mode, from their last message in it; 0 for not at all."""
    if last is None or slow_seconds <= 0:
        return 0
    return max(0, ceil((last + timedelta(seconds=slow_seconds) - at).total_seconds()))


def excerpt(text: str) -> str:
    """The first words of a message, in one line: how it is quoted."""
    words = " ".join(text.split())
    return words if len(words) <= EXCERPT else words[: EXCERPT - 1].rstrip() + "…"


# --- Commands --------------------------------------------------------------------------------------------------------

_COMMAND = re.compile(r"\s*/(me|topic|remind)(?:[ \t\u3000]+(.*)|\s*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """`/me waves`, `/topic tonight: green tea`, `/remind in 20 minutes kettle`: a name and the words after it."""

    name: str
    words: str


def command(raw: str) -> Command | None:
    """The command that a text is, or None: an ordinary message, which may begin with a slash too."""
    found = _COMMAND.match(raw)
    return Command(found[1], (found[2] or "").strip()) if found else None


REMIND_SOONEST, REMIND_LATEST = timedelta(minutes=1), timedelta(days=366)
_UNITS = {
    "minutes": r"minutes?|mins?|m|分钟|分",
    "hours": r"hours?|hrs?|h|小时|个小时",
    "days": r"days?|d|天",
}
_SPAN = re.compile(
    r"(?:in\s+)?(\d{1,5})\s*(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items()) + r")"
    r"(?:之?后)?(?![a-z])\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_MOMENT = re.compile(r"(?:at\s+)?(\d{1,2})[:：](\d{2})(?!\d)\s*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Reminder:
    """When, and of what."""

    due_at: datetime
    words: str


def reminder(words: str, *, at: datetime, zone: tzinfo) -> Reminder | None:
    """What `/remind` asks for: `in 20 minutes tea`, `2h tea`, `at 18:30 tea`, `20分钟后 泡茶`; None when it is not clear.

    A clock time is in the member's zone, today or else tomorrow.
    """
    if found := _SPAN.fullmatch(words):
        unit = next(name for name in _UNITS if found[name])
        due = at + timedelta(**{unit: int(found[1])})
        return _reminder(due, found.groups()[-1], at)
    if found := _MOMENT.fullmatch(words):
        hour, minute = int(found[1]), int(found[2])
        if hour > 23 or minute > 59:
            return None
        local = at.astimezone(zone)
        due = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if due <= local:
            due = (local + timedelta(days=1)).replace(hour=hour, minute=minute, second=0, microsecond=0)
        return _reminder(due, found[3], at)
    return None


def _reminder(due: datetime, words: str | None, at: datetime) -> Reminder | None:
    if not REMIND_SOONEST <= due - at <= REMIND_LATEST:
        return None
    said = re.sub(r"^(to|that|of)\s+", "", (words or "").strip(), flags=re.IGNORECASE)
    return Reminder(due, said[:300])
