"""Guests by where they come from: one address holds so many lines of a process open, and no more.

Members are counted one by one (`MOST_SOCKETS`, `MOST_OF_MEMBER`), so an office behind one address is not one visitor. Without
this a single guest could take every place that polls have.
"""

import ipaddress
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings

GUESTS_MOST = 50
"""Sockets and waiting polls of guests of one address, in one process (specs: security 11)."""


class Visitors:
    """The lines that guests hold open, by address; an address that nobody knows is not counted."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def enter(self, scope: Mapping[str, Any]) -> str | None:
        """Count one more line; where it comes from, for `leave`. None: too many."""
        where = _network(_address(scope)) if settings.COMMUNITY_LIMITS_ON else ""
        if where and self._open[where] >= GUESTS_MOST:
            return None
        if where:
            self._open[where] += 1
        return where

    def leave(self, where: str) -> None:
        """One line less; the address that `enter` gave."""
        if where:
            self._open[where] -= 1
            if self._open[where] <= 0:
                del self._open[where]


def _address(scope: Mapping[str, Any]) -> str:
    """Who really asks: what the outermost proxy that is trusted has written down."""
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies:
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
        forwarded = ",".join(given).split(",")
        if len(forwarded) >= proxies and forwarded[-proxies].strip():
            return forwarded[-proxies].strip()
    client = scope.get("client")
    return str(client[0]) if client else ""


def _network(address: str) -> str:
    """An IPv6 customer has a whole /64 to come from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed.packed, 64), strict=False))


guests = Visitors()
