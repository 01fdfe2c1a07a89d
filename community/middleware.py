"""How many pages one address or one member may load: counted in this process, and together through Valkey."""

import ipaddress
import math
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from community.problems import TooFast
from community.rules.limits import GUEST_REQUESTS, MEMBER_REQUESTS, Window
from community.trust import limits
from members.access import is_member

GetResponse = Callable[[HttpRequest], HttpResponse]

FREE = ("/static/", "/media/", "/health/", "/api/")
"""Files are cheap, health is asked by machines, and the API counts by key."""

TOLD_EVERY = 10
"""Requests of one visitor that this process counts alone before it tells the others: what a call would cost each page.

So a visitor may load at most nine pages more per process and window than the table says, and no page waits for Valkey
oftener than every tenth request. Without Valkey each process holds the limit by what it sees itself.
"""
_MOST_VISITORS = 20_000


class _Count:
    """What one visitor did in one window: requests here, of them untold, and those of the other processes."""

    __slots__ = ("elsewhere", "here", "number", "untold")

    def __init__(self, number: int) -> None:
        self.number, self.here, self.untold, self.elsewhere = number, 0, 0, 0


_counts: dict[tuple[str, int], _Count] = {}


class RequestLimitMiddleware:
    """429 with Retry-After beyond 50 pages in 10 s or 200 a minute of an address (members: 100 and 300).

    Windows are those of the clock, because a page is no act: two may touch. Who is signed in counts alone, so an office
    or a village behind one address is not one visitor.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.COMMUNITY_LIMITS_ON and not request.path_info.startswith(FREE):
            user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
            if user is not None and is_member(user):
                wait = count(f"m{user.pk}", MEMBER_REQUESTS, time.time())
            else:
                wait = count(network(_address(request)), GUEST_REQUESTS, time.time())
            if wait:
                return _too_many(wait)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Acts without a form (react, flag, remove) say here when they work again, as a page or as JSON."""
        if not isinstance(exception, TooFast):
            return None
        seconds = exception.retry_after
        if request.headers.get("Accept", "").startswith("application/json"):
            told = {"code": exception.code, "message": exception.message, "retry_after": seconds}
            return JsonResponse(told, status=429, headers={"Retry-After": str(seconds)})
        response = render(request, "429.html", {"message": exception.message}, status=429)
        response["Retry-After"] = str(seconds)
        return response


def count(visitor: str, windows: tuple[Window, ...], now: float) -> int:
    """Count one request; the seconds to wait when it is beyond a window, else 0. A refused one counts as well."""
    wait = 0
    for window in windows:
        number = int(now // window.seconds)
        counted = _counts.get((visitor, window.seconds))
        if counted is None or counted.number != number:
            if len(_counts) > _MOST_VISITORS:
                _forget(now)
            counted = _counts[visitor, window.seconds] = _Count(number)
        counted.here += 1
        counted.untold += 1
        if counted.untold >= TOLD_EVERY:
            _tell(visitor, window, counted)
        if counted.here + counted.elsewhere > window.count:
            wait = max(wait, math.ceil((number + 1) * window.seconds - now))
    return wait


@lru_cache(maxsize=4_096)
def network(address: str) -> str:
    """An IPv6 customer has a whole /64 to come from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False))


def _address(request: HttpRequest) -> str:
    """Who really asks: the address that the outermost proxy we trust has written down."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        if len(forwarded) >= proxies and forwarded[-proxies].strip():
            return forwarded[-proxies].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _tell(visitor: str, window: Window, counted: _Count) -> None:
    told, counted.untold = counted.untold, 0
    together = limits.add_requests(f"{visitor}:{window.seconds}:{counted.number}", told, seconds=2 * window.seconds)
    if together is not None:
        counted.elsewhere = max(0, together - counted.here)


def _forget(now: float) -> None:
    """Drop the windows that are over, and when that does not help, all: memory is bounded before counts are right."""
    for key in [key for key, counted in _counts.items() if counted.number != int(now // key[1])]:
        _counts.pop(key, None)
    if len(_counts) > _MOST_VISITORS:
        _counts.clear()


def _too_many(seconds: int) -> HttpResponse:
    body = render_to_string("community/too_many.html", {"seconds": seconds})  # without request: it asks nobody
    return HttpResponse(body, status=429, headers={"Retry-After": str(seconds)})
