"""How often a key may call (specs: security, section 11): counted in Valkey, and open when Valkey is away."""

import logging
import math
import time
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

log = logging.getLogger(__name__)

PER_MINUTE = 600
"""Requests a minute of one key in one scope."""

_BREAK_SECONDS = 10.0
_asked_again_at = 0.0


@dataclass(frozen=True)
class Rate:
    """Where a key stands in its window."""

    allowed: bool
    limit: int
    remaining: int
    reset: int  # seconds until there is room again

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


def hit(*, key_id: int, scope: str) -> Rate:
    """Count one request. When Valkey does not answer everybody may pass, and it is asked again after ten seconds."""
    global _asked_again_at
    if time.monotonic() < _asked_again_at:
        return Rate(True, PER_MINUTE, PER_MINUTE, 60)
    item, name = RateLimitItemPerMinute(PER_MINUTE), f"api:{key_id}:{scope}"
    try:
        allowed = _limiter().hit(item, name)
        stats = _limiter().get_window_stats(item, name)
    except Exception:
        log.warning("api: rate limits are open, Valkey does not answer", exc_info=True)
        _asked_again_at = time.monotonic() + _BREAK_SECONDS
        return Rate(True, PER_MINUTE, PER_MINUTE, 60)
    return Rate(allowed, PER_MINUTE, int(stats.remaining), max(1, math.ceil(stats.reset_time - time.time())))


GUESSES = 30
"""Codes that nobody has, asked for by one key in ten minutes; then it may ask for none until they are over."""


def may_guess(*, key_id: int, missed: bool) -> int:
    """0 when the key may ask for codes, else the seconds to wait. `missed` counts one that nobody has."""
    item, name = RateLimitItemPerMinute(GUESSES, 10), f"api:{key_id}:guesses"
    try:
        free = _limiter().hit(item, name) if missed else _limiter().test(item, name)
        return 0 if free else max(1, math.ceil(_limiter().get_window_stats(item, name).reset_time - time.time()))
    except Exception:  # codes that we make have 84 bits: being away for a while opens nothing
        log.warning("api: guesses are not counted, Valkey does not answer", exc_info=True)
        return 0


@cache
def _limiter() -> SlidingWindowCounterRateLimiter:
    storage = storage_from_string(settings.LIMITS_URL, socket_timeout=0.25, socket_connect_timeout=0.25)
    return SlidingWindowCounterRateLimiter(storage)
