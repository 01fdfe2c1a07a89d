"""Counting tries to sign in: before a password is hashed, in PostgreSQL, an account and an address each on their own."""

import ipaddress
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from members.models import SignInTries
from outbox.require import require_transaction

ACCOUNT = (5, timedelta(minutes=15))
ADDRESS = (30, timedelta(hours=1))

# The second of two tries at the same moment waits here and counts on.
_COUNT = """
INSERT INTO members_signintries AS held (key, since, count) VALUES (%s, %s, 1)
ON CONFLICT (key, since) DO UPDATE SET count = held.count + 1 RETURNING count
"""


def count(*, login: str, address: str, at: datetime) -> bool:
    """Count one try; whether it may go on. A refused try counts too, so that trying on does not pay."""
    require_transaction()
    allowed = True
    with connection.cursor() as cursor:
        for key, since, limit in _spans(login, address, at):
            cursor.execute(_COUNT, [key, since])
            row = cursor.fetchone()
            allowed = allowed and row is not None and row[0] <= limit
    return allowed


def forgive(*, login: str, address: str, at: datetime) -> None:
    """Take back one try: the password was right."""
    require_transaction()
    with connection.cursor() as cursor:
        for key, since, _ in _spans(login, address, at):
            cursor.execute(
                "UPDATE members_signintries SET count = count - 1 WHERE key = %s AND since = %s AND count > 0",
                [key, since],
            )


def forget(*, before: datetime) -> int:
    """Clear the counts of spans that ended long ago; how many."""
    require_transaction()
    return SignInTries.objects.filter(since__lt=before).delete()[0]


def _spans(login: str, address: str, at: datetime) -> list[tuple[str, datetime, int]]:
    # In one order for everybody, so that two tries never wait for each other.
    return [
        (_key("account", login.strip().casefold()), _start(at, ACCOUNT[1]), ACCOUNT[0]),
        (_key("address", _network(address)), _start(at, ADDRESS[1]), ADDRESS[0]),
    ]


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"members.tries.{kind}", value, algorithm="sha256").hexdigest()


def _start(at: datetime, span: timedelta) -> datetime:
    return datetime.fromtimestamp(at.timestamp() // span.total_seconds() * span.total_seconds(), UTC)


def _network(address: str) -> str:
    """An IPv6 customer has a whole /64 to try from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False))
