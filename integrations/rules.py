"""Pure parts of the API: the shape of keys, the fingerprint of a request, whose turn an address is."""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Sequence
from datetime import UTC, datetime

SCOPES = (
    "orders:read", "orders:write", "members:read", "members:write", "events:write", "programme:read", "redemptions:read",
    "redemptions:write", "coupons:read", "coupons:write", "adjustments:read", "adjustments:write", "transfers:read",
    "referrals:read",
)  # fmt: skip
"""What a key may be allowed to do; more come with their endpoints."""

SOURCE = r"^[a-z0-9][a-z0-9._-]{0,59}$"
"""How a source may be called: the shop or system that an order, refund, event or customer's number comes from."""

_TOKEN = re.compile(r"ly_(live|test)_([0-9a-z]{12})_([0-9a-z]{32})")


def token(*, public: str, secret: str, sandbox: bool) -> str:
    """The whole key, as the shop stores it."""
    return f"ly_{'test' if sandbox else 'live'}_{public}_{secret}"


def parse_token(text: str) -> tuple[str, str, bool] | None:
    """(public part, secret, sandbox), or None when it is no key of ours."""
    match = _TOKEN.fullmatch(text)
    return (match[2], match[3], match[1] == "test") if match else None


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(secret: str, hashed: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(hash_secret(secret), hashed)


def fingerprint(*, method: str, path: str, body: bytes) -> str:
    """SHA-256 of method, path with query, and body: the same key with another of these is a mistake."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def is_source(text: str) -> bool:
    """Whether a source may be called so."""
    return re.fullmatch(SOURCE, text) is not None


_CLAIMED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:)([0-9]{2})(?:\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)


def claimed_time(revision: str) -> datetime | None:
    """The time that a revision begins with (RFC 3339; without a zone as UTC), or None where it is no time."""
    found = _CLAIMED.match(revision)
    if found is None:
        return None
    day, minute, second, zone = found.groups()
    try:
        # The 60th second is a leap second, which datetime does not know.
        moment = datetime.fromisoformat(f"{day}T{minute}{'59' if second == '60' else second}")
        offset = datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo if zone and zone not in "Zz" else UTC
    except ValueError:
        return None
    return moment.replace(tzinfo=offset)


def is_network(text: str) -> bool:
    """Whether it names an address or a network, like 203.0.113.7 or 2001:db8::/32."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def is_allowed(address: str, networks: Sequence[str]) -> bool:
    """Whether the address lies in one of the networks; no networks means anywhere."""
    if not networks:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = caller.ipv4_mapped if isinstance(caller, ipaddress.IPv6Address) else None
    return any((mapped or caller) in ipaddress.ip_network(network, strict=False) for network in networks)
