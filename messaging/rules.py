"""When a message may leave: quiet hours, caps, back-off. Pure (specs: campaigns, sections 2 and 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

EMAIL, PUSH = "email", "push"
SERVICE, COMMUNITY, DIGEST, MARKETING = "service", "community", "digest", "marketing"

MAX_ATTEMPTS = 5
WAIT_AT_MOST = timedelta(hours=48)
"""How long a capped or postponed message waits for a free moment before it is given up with its reason."""
PAUSE_FOR = timedelta(days=30)
CLAIM_LEASE = timedelta(minutes=2)
HANDOVER_LEASE = timedelta(minutes=5)
"""Longer than an SMTP conversation with all its time-outs, so that a slow server is not taken for a dead sender."""


@dataclass(frozen=True)
class Limits:
    """The site's quiet hours (local to the member) and how many marketing mails a member gets."""

    quiet_from: time = time(21)
    quiet_to: time = time(8)
    marketing_per_day: int = 1
    marketing_per_week: int = 3
    week_units: int = 12
    mail_delay: int = 10
    """Minutes that a notice has to be seen in the site before it becomes mail."""


WEEK = timedelta(days=7)
BUNDLE_WAITS = timedelta(days=8)
"""Longer than the budget's week: a bundle over budget grows until there is room, and is not lost."""
PUSH_WAITS = timedelta(hours=24)
DIGEST_STOPS = timedelta(days=180)
"""Who was away so long gets no digest any more (specs: community, section 6)."""


def units(*, purpose: str, channel: str) -> int:
    """What a message costs of the weekly budget (specs: campaigns, section 2)."""
    if purpose == SERVICE:
        return 0
    if channel == PUSH or purpose == COMMUNITY:
        return 1
    return 2 if purpose == DIGEST else 3


def next_in_budget(*, at: datetime, spent: Sequence[tuple[datetime, int]], cost: int, budget: int) -> datetime:
    """When the budget of seven rolling days has room for `cost` more units; `at` itself when it has now."""
    inside = sorted((moment, some) for moment, some in spent if moment > at - WEEK)
    total = sum(some for _moment, some in inside)
    if not cost or total + cost <= budget:
        return at
    for moment, some in inside:
        total -= some
        if total + cost <= budget:
            return moment + WEEK
    return at + WEEK


def is_quiet(*, at: datetime, zone: ZoneInfo, limits: Limits) -> bool:
    """Whether it is a quiet hour for somebody in `zone`. Equal ends mean: no quiet hours."""
    start, end, local = limits.quiet_from, limits.quiet_to, at.astimezone(zone).time()
    if start <= end:
        return start <= local < end
    return local >= start or local < end


def next_allowed(*, at: datetime, zone: ZoneInfo, limits: Limits) -> datetime:
    """`at` itself, or the first moment after it that is not quiet, by the zone's own rules (daylight saving)."""
    if not is_quiet(at=at, zone=zone, limits=limits):
        return at
    local = at.astimezone(zone)
    day = local.date() if local.time() < limits.quiet_to else local.date() + timedelta(days=1)
    end = datetime.combine(day, limits.quiet_to, tzinfo=zone).astimezone(UTC)
    # The end may fall into the hour that a clock change skips or repeats: walk to the first minute that is free.
    while end < at or is_quiet(at=end, zone=zone, limits=limits):
        end += timedelta(minutes=15)
    return end


def next_free(*, at: datetime, sent: Sequence[datetime], limits: Limits) -> tuple[datetime, str]:
    """When the caps admit one more marketing message, and why not now ("cap_day", "cap_week" or "").

    `sent` are the times of marketing messages to this member in the last seven days. Windows roll: 23:00 and 00:30 are
    the same day.
    """
    free, reason = at, ""
    for days, cap, name in ((1, limits.marketing_per_day, "cap_day"), (7, limits.marketing_per_week, "cap_week")):
        inside = sorted(moment for moment in sent if moment > at - timedelta(days=days))
        if len(inside) >= cap:
            opens = inside[-cap] + timedelta(days=days) if cap else at + timedelta(days=days)
            if opens > free:
                free, reason = opens, name
    return free, reason


def back_off(attempts: int) -> timedelta:
    """The wait after the n-th failed try: 1, 4, 16, 64 minutes."""
    return timedelta(minutes=4 ** max(0, attempts - 1))


def is_unknown_user(*, code: int, answer: str, stage: str) -> bool:
    """Whether a permanent refusal means that the mailbox does not exist (then its address is suppressed).

    550, 551 and 553 to RCPT, unless the enhanced code says it is about something else (5.7.1 policy, 5.2.2 full).
    """
    enhanced = answer.split(" ", 1)[0]
    if enhanced.startswith("5."):
        return enhanced.startswith("5.1.") and stage == "recipient"
    return stage == "recipient" and code in (550, 551, 553)
