"""The one way for this app to speak to a machine whose address a person typed: webhooks, shops, sign-in services.

What may be asked, and that the connection goes to the very address that was looked at, is `messaging.outside`; here are
the limits of calls between machines, and that we never call ourselves (specs: security 8, integrations 6).
"""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from messaging import outside
from messaging.outside import INTERNET, Network, Unreachable, checked

__all__ = ["NETWORK", "Answer", "Network", "Unreachable", "call", "check_url"]

AGENT = "Laoyou/1.0"
SECONDS, BYTES_MOST = 15.0, 1024 * 1024
NETWORK = INTERNET


@dataclass(frozen=True)
class Answer:
    """What the other machine said. `headers` in small letters; `whole`: the body was not longer than asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool

    @property
    def ok(self) -> bool:
        """Only 2xx: a redirect is not followed and is no success."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> int:
        """Seconds that it asks us to wait, 0 when it says nothing that we understand."""
        wait = self.headers.get("retry-after", "")
        return int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else 0

    def json(self) -> Any:
        """The body as JSON; ValueError when it is not, or was cut off."""
        if not self.whole:
            raise ValueError("longer than we read")
        return json.loads(self.body)


def call(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most: int = BYTES_MOST,
    network: Network | None = None,
) -> Answer:
    """One request over https to a public address; raises Unreachable with a `code` and never anything else.

    No redirect, no cookies, no proxy of the environment, 5 s to connect and `seconds` in all, `most` bytes of answer. What the
    caller puts into `headers` (a shop's token, a signature) is all that the other side learns of us. While
    `OUTBOUND_LOCAL` holds (never in production), http://localhost:port/ is let through for development.
    """
    check_url(url)
    answer = outside.call_public(
        method,
        url,
        headers={"User-Agent": AGENT, "Accept": "application/json", **(headers or {})},
        body=body,
        most=most,
        network=_not_ourselves(network or NETWORK),
        seconds=seconds,
        local=settings.OUTBOUND_LOCAL,
    )
    return Answer(answer.status, answer.headers, answer.body, answer.whole)


def check_url(url: str) -> None:
    """Refuse, before anything is asked, an address that could never be called: Unreachable. Names are not looked up."""
    if settings.OUTBOUND_LOCAL and outside.is_near(url):
        return
    parts = checked(url)
    if parts.scheme != "https":
        raise Unreachable("scheme")
    if parts.netloc.removesuffix(".") == (urlsplit(settings.SITE_URL).hostname or ""):
        raise Unreachable("own")


def _not_ourselves(network: Network) -> Network:
    """The same network, without the addresses of this machine: a line that ends where it begins is cut before a word."""

    def dial(address: str, port: int, timeout: float) -> socket.socket:
        line = network.dial(address, port, timeout)
        if address not in outside.NEAR.values() and line.getsockname()[0] == address:
            line.close()
            raise Unreachable("own")
        return line

    return replace(network, dial=dial)
