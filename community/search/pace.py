"""How often one may search (specs: security, section 11). Counted in Valkey; open while it is away, since nothing is written."""

import logging
import math
import time
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from community.problems import TooFast
from members.access import is_member

log = logging.getLogger(__name__)

MEMBER = (RateLimitItemPerMinute(30),)
GUEST = (RateLimitItemPerSecond(2), RateLimitItemPerMinute(15))
ALL_GUESTS = (RateLimitItemPerSecond(8), RateLimitItemPerMinute(150))
TYPING = (RateLimitItemPerMinute(120),)
"""Completion and titles like this one: asked while a member types."""

_BREAK_SECONDS = 10.0
_asked_again_at = 0.0


def spend(request: HttpRequest, *, typing: bool = False) -> None:
    """Count one search of whoever asks. Raises TooFast with the seconds to wait."""
    if not getattr(settings, "COMMUNITY_LIMITS_ON", True):
        return
    if is_member(request.user):
        name = f"member:{request.user.pk}:{int(typing)}"
        counted: list[tuple[RateLimitItem, str]] = [(item, name) for item in (TYPING if typing else MEMBER)]
    else:
        address = str(request.META.get("REMOTE_ADDR", ""))
        counted = [(item, f"guest:{address}:{int(typing)}") for item in GUEST]
        counted += [(item, "guests") for item in ALL_GUESTS]
    wait = max((_hit(item, name) for item, name in counted), default=0)
    if wait:
        words = ngettext(
            "You searched a lot just now. Please try again in %(count)s second.",
            "You searched a lot just now. Please try again in %(count)s seconds.",
            wait,
        )
        raise TooFast(words % {"count": wait}, wait)


def _hit(item: RateLimitItem, name: str) -> int:
    """0, or the seconds until there is room again."""
    global _asked_again_at
    if time.monotonic() < _asked_again_at:
        return 0
    try:
        if _limiter().hit(item, "search", name):
            return 0
        return max(1, math.ceil(_limiter().get_window_stats(item, "search", name).reset_time - time.time()))
    except Exception:
        log.warning("search: the pace is open, Valkey does not answer", exc_info=True)
        _asked_again_at = time.monotonic() + _BREAK_SECONDS
        return 0


@cache
def _limiter() -> SlidingWindowCounterRateLimiter:
    storage = storage_from_string(settings.LIMITS_URL, socket_timeout=0.25, socket_connect_timeout=0.25)
    return SlidingWindowCounterRateLimiter(storage)
