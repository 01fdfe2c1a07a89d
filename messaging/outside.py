"""The one way to ask another site for something that a person named: no address of ours, of a neighbour or of a cloud.

A name is resolved once, every address of the answer must be public, and the connection goes to the very address that
was looked at, so an answer that changes afterwards changes nothing. Each redirect begins again. No cookies, no
credentials, no proxy of the environment (specs: security 8).
"""

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

AGENT = "Mozilla/5.0 (compatible; Laoyou-LinkCards/1.0)"
URL_LONGEST, REDIRECTS_MOST, BYTES_MOST, SECONDS_MOST = 2_000, 3, 512 * 1024, 5.0
POST_SECONDS, CONNECT_SECONDS = 15.0, 5.0
HTML = ("text/html", "application/xhtml+xml")

_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.A)
_CHARACTERS = re.compile(r"[!-~]+", re.A)
# Beside what Python calls not global: ways to write an inner address as an outer one, and what is reserved.
_CLOSED = [
    ip_network(network)
    for network in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
]  # fmt: skip


class Unreachable(Exception):
    """Nothing came back that may be used. `code` is a word for the record, never for a page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Fetched:
    """What a site answered: where it was in the end, its kind without parameters, its charset ("" unknown), its beginning."""

    url: str
    kind: str
    charset: str
    body: bytes


def _lookup(host: str, port: int) -> list[str]:
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _dial(address: str, port: int, timeout: float) -> socket.socket:
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True)
class Network:
    """How names become addresses and addresses connections. What is looked at in between is not a part of it."""

    lookup: Callable[[str, int], Sequence[str]] = _lookup
    dial: Callable[[str, int, float], socket.socket] = _dial
    tls: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)


INTERNET = Network()


def fetch_public(
    url: str, *, kinds: Sequence[str] = HTML, network: Network = INTERNET, seconds: float = SECONDS_MOST
) -> Fetched:
    """GET a public page: at most 512 KiB of it, three redirects and five seconds in all. Raises Unreachable."""
    until = time.monotonic() + seconds
    for _hop in range(REDIRECTS_MOST + 1):
        parts = checked(url)
        address = _public_address(parts, network, until)
        with _Conversation(parts, address, network, until) as conversation:
            answer = conversation.ask()
            if answer.status in (301, 302, 303, 307, 308):
                url = urljoin(url, answer.headers.get("Location") or "#")
                continue
            if answer.status != 200:
                raise Unreachable(f"status_{answer.status}")
            kind = answer.headers.get_content_type()
            if kind not in kinds or not answer.headers.get("Content-Type"):
                raise Unreachable("kind")
            if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise Unreachable("encoding")
            body = conversation.read(answer)
            return Fetched(url, kind, answer.headers.get_content_charset() or "", body)
    raise Unreachable("redirects")


@dataclass(frozen=True)
class Posted:
    """What a site answered to what it was sent. `retry_after`: seconds that it asks to wait, 0 when it says nothing."""

    status: int
    retry_after: int = 0


def post_public(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    hosts: Sequence[str],
    network: Network = INTERNET,
    seconds: float = POST_SECONDS,
) -> Posted:
    """POST to one of the sites that are allowed: https, no redirect is followed, its text is not read. Raises Unreachable.

    `hosts` are names, or endings as "*.example.com".
    """
    until = time.monotonic() + seconds
    parts = checked(url)
    if parts.scheme != "https" or not is_allowed(parts.netloc, hosts):
        raise Unreachable("host")
    address = _public_address(parts, network, until)
    with _Conversation(parts, address, network, until) as conversation:
        answer = conversation.ask("POST", {**headers, "Content-Length": str(len(body))}, body)
        wait = answer.headers.get("Retry-After", "")
        return Posted(answer.status, int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else 0)


@dataclass(frozen=True)
class Answered:
    """What a machine answered: names of headers in small letters, and the beginning of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


def call_public(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    most: int = BYTES_MOST,
    network: Network = INTERNET,
    seconds: float = POST_SECONDS,
    local: bool = False,
) -> Answered:
    """One request to another machine: https only, no redirect is followed, at most `most` bytes of its answer are read.

    `local`: this computer may be asked too, over http and at any port, but by its own names alone; for development.
    Raises Unreachable.
    """
    until = time.monotonic() + seconds
    port: int | None = None
    if local and (near := _near(url)):
        parts, address, port = near
    else:
        parts = checked(url)
        if parts.scheme != "https":
            raise Unreachable("scheme")
        address = _public_address(parts, network, until)
    with _Conversation(parts, address, network, until, port) as conversation:
        answer = conversation.ask(method, {**headers, "Content-Length": str(len(body))} if body else headers, body)
        beginning = conversation.read(answer, most + 1)
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answered(answer.status, told, beginning[:most], len(beginning) <= most)


NEAR = {"localhost": "127.0.0.1", "127.0.0.1": "127.0.0.1", "::1": "::1"}


def _near(url: str) -> tuple[SplitResult, str, int] | None:
    """The parts, address and port when the URL names this computer, else nothing."""
    try:
        parts = urlsplit(url)
        address, port = NEAR.get(parts.hostname or ""), parts.port
    except ValueError:
        return None
    odd = len(url) > URL_LONGEST or "\\" in url or any(sign <= " " or sign == "\x7f" for sign in url)
    if address is None or odd or "@" in parts.netloc or parts.scheme not in _PORTS:
        return None
    return parts, address, port or _PORTS[parts.scheme]


def is_near(url: str) -> bool:
    """Whether the URL names this computer by one of its own names."""
    return _near(url) is not None


def is_allowed(host: str, hosts: Sequence[str]) -> bool:
    """Whether a host is one of these names, or below one of these endings."""
    name = host.lower().removesuffix(".")
    return any(name.endswith(one[1:]) if one.startswith("*.") else name == one for one in hosts)


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked for, its host in ASCII. Raises Unreachable."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = parts.port
    except (ValueError, UnicodeError) as error:
        raise Unreachable("address") from error
    if len(url) > URL_LONGEST or "\\" in url or any(sign <= " " or sign == "\x7f" for sign in url):
        raise Unreachable("address")
    if parts.scheme not in _PORTS or "@" in parts.netloc:
        raise Unreachable("address")
    if port not in (None, _PORTS[parts.scheme]):
        raise Unreachable("port")
    labels = host.removesuffix(".").split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or not labels[-1][:1].isalpha():
        raise Unreachable("host")  # no dot, an address in numbers of any kind, or letters no name has
    return parts._replace(netloc=host)


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet at large. Unsure is no."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:  # also with a zone
        return False
    if isinstance(ip, IPv6Address) and (ip.scope_id or ip.ipv4_mapped or ip.sixtofour or ip.teredo):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in network for network in _CLOSED)


def _public_address(parts: SplitResult, network: Network, until: float) -> str:
    """The first address of the name, when all of them are public; the resolver has no timeout of its own."""
    asked: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            asked.set_result(network.lookup(parts.netloc, _PORTS[parts.scheme]))
        except Exception as error:
            asked.set_exception(error)

    threading.Thread(target=ask, name="outside-lookup", daemon=True).start()
    try:
        addresses = asked.result(_left(until))
    except (OSError, UnicodeError, TimeoutError) as error:
        raise Unreachable("lookup") from error
    if not addresses or not all(is_public(address) for address in addresses):
        raise Unreachable("not_public")
    return addresses[0]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise Unreachable("slow")
    return left


class _Conversation:
    """One request over one connection, cut off at the end of the time however slowly the other side drips."""

    def __init__(
        self, parts: SplitResult, address: str, network: Network, until: float, port: int | None = None
    ) -> None:
        self.parts, self.until = parts, until
        self.late = False
        try:
            self.line = network.dial(address, port or _PORTS[parts.scheme], min(_left(until), CONNECT_SECONDS))
        except OSError as error:
            raise Unreachable("connect") from error
        self.talk: socket.socket = self.line
        self.bell = threading.Timer(max(until - time.monotonic(), 0.0), self._cut)
        self.bell.daemon = True
        self.tls = network.tls

    def __enter__(self) -> "_Conversation":
        self.bell.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.bell.cancel()
        for line in (self.talk, self.line):
            with suppress(OSError):
                line.close()

    def _cut(self) -> None:
        self.late = True
        with suppress(OSError):
            self.talk.shutdown(socket.SHUT_RDWR)

    def ask(
        self, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> http.client.HTTPResponse:
        host = self.parts.netloc
        path = (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")
        try:
            if self.parts.scheme == "https":
                self.line.settimeout(_left(self.until))
                self.talk = self.tls().wrap_socket(self.line, server_hostname=host.removesuffix("."))
            connection = http.client.HTTPConnection(host)
            connection.sock = self.talk
            self.talk.settimeout(_left(self.until))
            connection.putrequest(method, _quoted(path), skip_accept_encoding=True)
            asked = {"Accept": ", ".join(HTML)} if headers is None else headers
            for name, value in {"User-Agent": AGENT, "Connection": "close", **asked}.items():
                connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable("slow" if self.late or isinstance(error, TimeoutError) else "answer") from error
        self._in_time()
        return answer

    def _in_time(self) -> None:
        if self.late:  # what was cut off looks like an end
            raise Unreachable("slow")

    def read(self, answer: http.client.HTTPResponse, most: int = BYTES_MOST) -> bytes:
        """The beginning of the body; of a page its head is all that is wanted."""
        body = bytearray()
        try:
            while len(body) < most and (piece := answer.read1(most - len(body))):
                body += piece
                self.talk.settimeout(_left(self.until))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable("slow" if self.late or isinstance(error, TimeoutError) else "answer") from error
        self._in_time()
        return bytes(body)


def _quoted(path: str) -> str:
    """Signs beyond ASCII as browsers send them."""
    return "".join(
        sign if _CHARACTERS.fullmatch(sign) else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in path
    )
