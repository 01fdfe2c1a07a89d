"""One open socket, in two ways: frames written straight to the server's transport, or a bounded queue before ASGI's `send`."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Protocol

from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import translation

from messaging import frames

log = logging.getLogger(__name__)

MOST_WAITING = 200
"""Frames that may wait for a slow reader where we queue ourselves; more, and it is sent away and comes back with `since`."""
LARGEST_WAITING = 256 * 1024
"""Bytes that may wait, in our queue or in the transport's buffer."""
LAST_WORD = 10.0
"""Seconds that a reader has to take the closing frame, before the connection is cut."""

Send = Callable[[dict[str, Any]], Awaitable[None]]

_WRITES_WHOLE_FRAMES = {"uvicorn.protocols.websockets.websockets_sansio_impl.WebSocketsSansIOProtocol"}
"""Servers read and tested: each of their own frames (answers, pings, closing) goes to `transport` whole and at once, so a
frame of ours written there stands between two of theirs, in the order of the calls. Behind any other we queue."""


class Transport(Protocol):
    """What is used of asyncio's."""

    def write(self, data: bytes) -> None: ...
    def is_closing(self) -> bool: ...
    def get_write_buffer_size(self) -> int: ...
    def abort(self) -> None: ...


def transport_of(send: Any) -> tuple[Transport | None, bool]:
    """The server's transport behind ASGI's `send`, if it can be seen, and whether frames may be written to it directly.

    Compressed connections have frames of their own each, so with permessage-deflate switched on nothing is shared.
    """
    server = getattr(send, "__self__", None)
    transport = getattr(server, "transport", None)
    known = f"{type(server).__module__}.{type(server).__qualname__}" in _WRITES_WHOLE_FRAMES
    plain = not getattr(getattr(server, "config", None), "ws_per_message_deflate", True)
    return transport, known and plain and transport is not None


def language_of(scope: dict[str, Any], chosen: str) -> str:
    """In which language whoever comes by this ASGI scope is spoken to: `chosen` by the member, else asked as pages ask it, of
    the cookie and of the browser."""
    if chosen:
        return chosen
    asked = HttpRequest()
    asked.COOKIES = scope.get("cookies", {})
    said = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    asked.META["HTTP_ACCEPT_LANGUAGE"] = said.decode("latin-1")
    return translation.get_language_from_request(asked)


class Socket:
    """What the hub knows of a connection. `write`, `put` and `close` never wait."""

    __slots__ = (
        "__weakref__", "_cutting", "_ending", "_send", "closing", "heard", "mark", "member_id", "session_key", "streams",
        "transport",
    )  # fmt: skip

    def __init__(
        self,
        send: Send,
        transport: Transport | None = None,
        *,
        member_id: int | None = None,
        session_key: str = "",
        mark: str = "",
    ) -> None:
        self._send, self.transport = send, transport
        self.member_id, self.session_key, self.mark = member_id, session_key, mark
        self.streams: dict[str, str] = {}  # the name the client uses -> channel
        self.closing = False
        self.heard = asyncio.get_running_loop().time()  # when the client last said something
        self._cutting: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    def write(self, data: bytes) -> None:
        """Give WebSocket frames as `frames.wire` builds them; the same bytes object for every reader of a stream."""
        raise NotImplementedError

    def put(self, value: dict[str, Any]) -> None:
        """Give a frame to this socket alone."""
        self.write(frames.wire(frames.encode(value).encode()))

    async def say(self, value: dict[str, Any]) -> None:
        """Answer the client's own frame, waiting for it as long as it takes: only its own consumer may call this."""
        if not self.closing:
            await self._send({"type": "websocket.send", "text": frames.encode(value)})

    def close(self, code: int, reason: str = "") -> None:
        """End the connection soon; what comes after this is not sent."""
        if self.closing:
            return
        self.closing = True
        self._begin_end({"type": "websocket.close", "code": code, "reason": reason})
        if self.transport is not None:
            # A reader that takes nothing would not take the closing frame either.
            self._cutting = asyncio.get_running_loop().call_later(LAST_WORD, self.transport.abort)

    def _begin_end(self, message: dict[str, Any]) -> None:
        self._ending = asyncio.create_task(self._end(message))

    async def _end(self, message: dict[str, Any]) -> None:
        try:
            await self._send(message)
        except Exception as error:  # the client has gone; the consumer hears of it by its own disconnect message
            log.debug("socket: no closing frame: %s", error)

    def gone(self) -> None:
        """The connection has ended."""
        self.closing = True
        if self._cutting is not None:
            self._cutting.cancel()


class DirectSocket(Socket):
    """Frames go to the transport: no queue and no task of ours a socket; what a slow reader leaves is the transport's."""

    __slots__ = ()
    transport: Transport

    def write(self, data: bytes) -> None:
        transport = self.transport
        if self.closing or transport.is_closing():
            return
        if transport.get_write_buffer_size() > LARGEST_WAITING:
            self.close(frames.TOO_SLOW, "too_slow")
        else:
            transport.write(data)


class QueuedSocket(Socket):
    """Behind any other ASGI server: a bounded queue and one writer, so that nobody waits for this reader."""

    __slots__ = ("_last", "_size", "_waiting", "_wake", "_writer")

    def __init__(self, send: Send, transport: Transport | None = None, **who: Any) -> None:
        super().__init__(send, transport, **who)
        self._waiting: deque[tuple[str, int]] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self._last: dict[str, Any] | None = None
        self._writer = asyncio.create_task(self._write())

    def write(self, data: bytes) -> None:
        if self.closing:
            return
        if len(self._waiting) > MOST_WAITING or self._size > LARGEST_WAITING:
            self.close(frames.TOO_SLOW, "too_slow")
            return
        for text, size in frames.texts(data):
            self._waiting.append((text, size))
            self._size += size
        self._wake.set()

    def _begin_end(self, message: dict[str, Any]) -> None:
        self._waiting.clear()
        self._size = 0
        self._last = message
        self._wake.set()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while self._waiting:
                    text, size = self._waiting.popleft()
                    self._size -= size
                    await self._send({"type": "websocket.send", "text": text})
            except Exception:
                self.closing = True  # gone; see _end
                self._waiting.clear()
            if self._last is not None:
                await self._end(self._last)
                return

    def gone(self) -> None:
        super().gone()
        self._writer.cancel()


def sessions_alive(keys: Collection[str]) -> set[str]:
    """Those of the session keys that have not ended or run out, by the database's clock (ours may be moved)."""
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=Now())
    return set(alive.values_list("session_key", flat=True))
