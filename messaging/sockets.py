"""One open socket: its own bounded queue and its one writer."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from messaging import frames

MOST_WAITING = 200
"""Frames that may wait for a slow reader; then it is sent away and comes back with `since`."""
LARGEST_WAITING = 256 * 1024
"""Bytes that may wait."""
LAST_WORD = 10.0
"""Seconds that a reader has to take the closing frame, before the connection is cut."""


class Built:
    """A frame ready to send, with its size in bytes."""

    __slots__ = ("size", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.size = len(text) if text.isascii() else len(text.encode())


class Socket:
    """What the hub knows of a connection. `put` and `close` never wait."""

    def __init__(
        self,
        send: Callable[[dict[str, Any]], Awaitable[None]],
        *,
        member_id: int | None,
        session_key: str,
        mark: str,
        abort: Callable[[], None] | None,
    ) -> None:
        self._send, self._abort = send, abort
        self.member_id, self.session_key, self.mark = member_id, session_key, mark
        self.streams: dict[str, str] = {}  # the name the client uses -> channel
        self._waiting: deque[Built] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._writer = asyncio.create_task(self._write())

    @property
    def closing(self) -> bool:
        return self._closing is not None

    def put(self, built: Built) -> None:
        """Queue a frame. A reader too slow for it loses the queue and is asked to come back."""
        if self._closing:
            return
        self._waiting.append(built)
        self._size += built.size
        if len(self._waiting) > MOST_WAITING or self._size > LARGEST_WAITING:
            self.close(frames.TOO_SLOW, "too_slow")
        self._wake.set()

    def close(self, code: int, reason: str = "") -> None:
        """End the connection soon, without what still waits."""
        if self._closing:
            return
        self._closing = (code, reason)
        self._waiting.clear()
        self._size = 0
        self._wake.set()
        if self._abort is not None:
            # A reader that takes nothing would not take the closing frame either.
            self._cutting = asyncio.get_running_loop().call_later(LAST_WORD, self._abort)

    async def say(self, value: dict[str, Any]) -> None:
        """Answer the client's own frame, waiting for it as long as it takes: only its own consumer may call this."""
        if not self._closing:
            await self._send({"type": "websocket.send", "text": frames.encode(value)})

    async def _write(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    built = self._waiting.popleft()
                    self._size -= built.size
                    await self._send({"type": "websocket.send", "text": built.text})
                if self._closing:
                    code, reason = self._closing
                    await self._send({"type": "websocket.close", "code": code, "reason": reason})
                    return
        except Exception:
            # The client has gone; the consumer hears of it by its own disconnect message.
            self._closing = self._closing or (1006, "")
            self._waiting.clear()

    def gone(self) -> None:
        """The connection has ended."""
        self._closing = self._closing or (1005, "")
        self._writer.cancel()
        cutting = getattr(self, "_cutting", None)
        if cutting is not None:
            cutting.cancel()


def sessions_alive(keys: Collection[str]) -> set[str]:
    """Those of the session keys that have not ended or run out, by the database's clock (ours may be moved)."""
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=Now())
    return set(alive.values_list("session_key", flat=True))
