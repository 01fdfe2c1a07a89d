"""Pure parts of delivering: when it is tried again, what an answer means, when an endpoint is given up."""

from datetime import timedelta

DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""How long each attempt waits after the one before it; after the last one the delivery is parked."""
JITTER = 0.1
GIVE_UP_AFTER = timedelta(days=5)
OLD_SECRET_SIGNS = timedelta(hours=24)
KEPT = timedelta(days=30)
ANSWER_KEPT = 1024
BODY_MOST = 20_000
SLOWEST = timedelta(hours=1)
SCOPES = ("personal", "staff")
PING = "webhook.ping"

DELIVERED, GONE, BUSY, FAILED = "delivered", "gone", "busy", "failed"


def meaning(status: int | None) -> str:
    """Success is 2xx alone; 410 says never again; 429, 502 and 504 ask us to slow down; all else failed."""
    if status is not None and 200 <= status < 300:
        return DELIVERED
    if status == 410:
        return GONE
    return BUSY if status in (429, 502, 504) else FAILED


def next_try(*, attempts: int, chance: float, retry_after: int = 0) -> timedelta | None:
    """How long to wait after so many failed attempts; None when they were enough. `chance` is random, 0 to 1."""
    if attempts >= len(DELAYS):
        return None
    wait = DELAYS[attempts] * (1 + JITTER * (2 * chance - 1))
    return max(wait, timedelta(seconds=min(retry_after, SLOWEST.total_seconds())))


def slow_down(*, failures: int, retry_after: int) -> timedelta:
    """How long an endpoint that is too busy is left alone: a minute, doubling, at most an hour, or what it asks for."""
    wait = timedelta(minutes=1 << min(max(failures - 1, 0), 6))
    return min(max(wait, timedelta(seconds=retry_after)), SLOWEST)
