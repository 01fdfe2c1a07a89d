"""From one frame to all readers of a stream in this process: joined when busy, and one write a socket."""

import asyncio

from messaging import frames
from messaging.sockets import Socket
from messaging.streams import StreamHandler

JOIN_LEAST, JOIN_MOST = 0.005, 0.010
"""Seconds for which a busy stream gathers frames: as long as its last round took, within these."""
JOIN_BYTES = 65_536
"""Bytes after which gathering ends early."""
SLICE = 100
"""Sockets written to before the loop looks after everything else: half a millisecond."""


class Stream:
    """A channel with at least one local socket.

    A frame of an idle stream leaves at once. The next ones within a few milliseconds are joined into one bytes object
    that all sockets share, so a busy room costs one write a socket and round however much is said in it.
    """

    def __init__(self, channel: str, kind: str, key: str, handler: StreamHandler) -> None:
        self.channel, self.kind, self.key, self.handler = channel, kind, key, handler
        self.name = kind if kind == channel.partition(":")[0] and not key else channel
        self.sockets: dict[Socket, None] = {}  # as they came and so lie in memory, which a set does not keep
        self.last: int | None = None  # everything up to here was given to the sockets
        self.early: dict[int, bytes] = {}  # arrived before their predecessors
        self.ready = asyncio.Event()  # Valkey confirmed the subscription
        self.repairing = False
        self._loop = asyncio.get_running_loop()
        self._joined: list[bytes] = []
        self._size = 0
        self._round: asyncio.Handle | None = None
        self._not_before = 0.0

    def broadcast(self, text: bytes) -> None:
        """Give one frame (JSON) to every socket soon; awaits nothing."""
        self._joined.append(frames.wire(text))
        self._size += len(text)
        if self._round is None:
            wait = self._not_before - self._loop.time()
            # Not before the loop's next turn: what came in one piece from Valkey leaves in one piece.
            self._round = self._loop.call_later(wait, self._write) if wait > 0 else self._loop.call_soon(self._write)
        elif self._size > JOIN_BYTES and isinstance(self._round, asyncio.TimerHandle):
            self._round.cancel()
            self._round = self._loop.call_soon(self._write)

    def broadcast_apart(self, for_members: bytes, for_guests: bytes = b"") -> None:
        """Give a hint that names people to members alone; guests hear the other wording of it, or nothing.

        It is never gathered: a guest may come in before what was gathered is written. What names nobody goes with the rest.
        """
        if for_members == for_guests:
            self.broadcast(for_members)
            return
        named, other = frames.wire(for_members), frames.wire(for_guests) if for_guests else b""
        self._write_apart(named, other, tuple(self.sockets), 0)

    def _write_apart(self, named: bytes, other: bytes, sockets: tuple[Socket, ...], begin: int) -> None:
        for socket in sockets[begin : begin + SLICE]:
            if socket in self.sockets and (data := other if socket.member_id is None else named):
                socket.write(data)
        if begin + SLICE < len(sockets):
            self._loop.call_soon(self._write_apart, named, other, sockets, begin + SLICE)

    def _write(self) -> None:
        data = b"".join(self._joined)
        self._joined.clear()
        self._size = 0
        self._slice(data, tuple(self.sockets), 0, self._loop.time())

    def _slice(self, data: bytes, sockets: tuple[Socket, ...], begin: int, begun: float) -> None:
        here = self.sockets
        for socket in sockets[begin : begin + SLICE]:
            if begin == 0 or socket in here:  # it may have left between two slices
                socket.write(data)
        # The transports send at the end of the turn, so that the end of a round is a turn later.
        more = begin + SLICE < len(sockets)
        self._round = self._loop.call_soon(
            *((self._slice, data, sockets, begin + SLICE, begun) if more else (self._rest, begun))
        )

    def _rest(self, begun: float) -> None:
        now = self._loop.time()
        pause = min(max(now - begun, JOIN_LEAST), JOIN_MOST)
        self._not_before = now + pause
        self._round = self._loop.call_later(pause, self._write) if self._joined else None
