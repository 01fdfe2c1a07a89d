"""Fan-out to sockets: PUBLISH on one side, one hub per socket process on the other.

Why not a channel layer: the core one goes deaf for ever after FLUSHALL, and both decode every message once per socket
(specs: performance, section 3; reliability, section 9). The hub keeps one subscription per stream however many sockets hear
it (`listening`), builds each frame once and joins those of a busy moment (`fanout`), never waits for a socket (`sockets`), and
repairs from PostgreSQL whatever Valkey lost.
"""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import redis
from channels.db import database_sync_to_async
from django.conf import settings
from redis.backoff import NoBackoff

from members import queries as members
from messaging import frames, streams
from messaging.fanout import Stream
from messaging.listening import Listener
from messaging.sockets import Socket, sessions_alive
from messaging.streams import Pair, StreamHandler

log = logging.getLogger(__name__)

PREFIX = "laoyou:live:"
TICK = 3.0
"""Seconds between two looks at PostgreSQL: what a lost fan-out or a lost right costs at most."""
GRACE = 0.05
"""Seconds that a frame may arrive before its predecessor; then the gap is read from PostgreSQL."""
READY = 0.5
"""Seconds that a subscriber waits for Valkey; without it the tick still feeds the stream."""

Result = TypeVar("Result")

# --- Senders: any process, from @live subscribers --------------------------------------------------------------------

_BREAK_AFTER, _BREAK_SECONDS = 2, 5.0
_client: "redis.Redis | None" = None
_failures = 0
_broken_until = 0.0


def push(stream: str, frame: dict[str, Any]) -> None:
    """Tell every process that serves `stream`. Best effort, at most 0.25 s; call it only from @live subscribers.

    `frame` has type and data, and seq when the stream is counted.
    """
    _publish(stream, {"stream": stream, "seq": None, **frame})


def push_to_member(member_id: int, type: str, data: dict[str, Any]) -> None:
    """A hint to every open page of one member (dispatched there as the DOM event `laoyou:<type>`)."""
    _publish(f"member:{member_id}", frames.frame("member", type, data))


def _publish(channel: str, frame: dict[str, Any]) -> None:
    global _client, _failures, _broken_until
    if time.monotonic() < _broken_until:
        return
    if _client is None:
        _client = redis.Redis.from_url(settings.LIVE_URL, socket_timeout=0.25, socket_connect_timeout=0.25)
        _client.set_retry(redis.retry.Retry(NoBackoff(), 1))  # one: a restarted Valkey leaves a dead connection behind
    try:
        _client.publish(PREFIX + channel, frames.envelope(frame))
        _failures = 0
    except (redis.RedisError, OSError):
        _failures += 1
        if _failures >= _BREAK_AFTER:
            _failures, _broken_until = 0, time.monotonic() + _BREAK_SECONDS
        log.info("hub: a frame of %s was not published; readers will find it in the database", channel)


# --- Receivers: the socket process -----------------------------------------------------------------------------------


def in_thread(function: Callable[..., Result], *args: Any, **kwargs: Any) -> Any:
    """Run a function that uses the database in one of the loop's threads (not in the one shared "sensitive" thread)."""
    return database_sync_to_async(function, thread_sensitive=False)(*args, **kwargs)


class Hub:
    """All sockets of this process. Everything here runs in the event loop; the database is asked in threads."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.of_member: dict[int, set[Socket]] = defaultdict(set)
        self.streams: dict[str, Stream] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._listener = Listener(
            PREFIX, lambda: self.streams, heard=self._heard, subscribed=self._subscribed, lost=self._unheard
        )

    # Sockets

    def add(self, socket: Socket) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listener.run()), asyncio.create_task(self._look_again())]
        self.sockets.add(socket)
        if socket.member_id is not None:
            self.of_member[socket.member_id].add(socket)

    def remove(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        if socket.member_id is not None:
            self.of_member[socket.member_id].discard(socket)
            if not self.of_member[socket.member_id]:
                del self.of_member[socket.member_id]
        for name in list(socket.streams):
            self.leave(socket, name)

    # Streams

    async def join(
        self, socket: Socket, name: str, channel: str, kind: str, key: str, handler: StreamHandler
    ) -> Stream:
        """From now on the socket hears the channel. Only then its snapshot is read, so that nothing falls between."""
        stream = self.streams.get(channel)
        if stream is None:
            stream = self.streams[channel] = Stream(channel, kind, key, handler)
            await self._listener.say("subscribe", channel)
        stream.sockets.add(socket)
        socket.streams[name] = channel
        if not stream.ready.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stream.ready.wait(), READY)
        return stream

    def leave(self, socket: Socket, name: str) -> None:
        channel = socket.streams.pop(name, "")
        stream = self.streams.get(channel)
        if stream is None:
            return
        stream.sockets.discard(socket)
        if not stream.sockets:
            del self.streams[channel]
            self._unsubscribing = asyncio.create_task(self._listener.say("unsubscribe", channel))

    def known(self, stream: Stream, seq: int) -> None:
        """A snapshot of the database says that the stream is at `seq`: the beginning of what this process gives."""
        if stream.last is None:
            stream.last = seq
            self._flush(stream)

    async def tell(self, channel: str, frame: dict[str, Any]) -> None:
        """Publish a hint of a socket (typing). May be lost."""
        await self._listener.publish(channel, frames.envelope(frame), READY)

    # What Valkey says

    def _subscribed(self, channel: str) -> None:
        if stream := self.streams.get(channel):
            stream.ready.set()

    def _unheard(self) -> None:
        for stream in self.streams.values():
            stream.ready.clear()

    def _heard(self, channel: str, payload: bytes) -> None:
        stream = self.streams.get(channel)
        if stream is None:
            return
        try:
            seq, text = frames.opened(payload)
        except ValueError:
            log.warning("hub: not a frame on %s", channel)
            return
        if seq is None:
            stream.broadcast(text)
        elif stream.last is None:
            stream.early[seq] = text
        elif seq > stream.last:
            stream.early[seq] = text
            self._flush(stream)

    def _flush(self, stream: Stream) -> None:
        """Give what follows on; when something is missing, wait a moment and then read it from PostgreSQL."""
        last = stream.last or 0
        while (text := stream.early.pop(last + 1, None)) is not None:
            last += 1
            stream.broadcast(text)
        stream.last = last
        if stream.early:
            for seq in [seq for seq in stream.early if seq <= last]:
                del stream.early[seq]
        if stream.early and not stream.repairing:
            stream.repairing = True
            self._repairs = asyncio.create_task(self._repair_soon(stream))

    # What PostgreSQL says

    async def _repair_soon(self, stream: Stream) -> None:
        try:
            await asyncio.sleep(GRACE)
            if stream.early:
                await self._repair(stream)
        except Exception:
            log.warning("hub: %s could not be repaired now; the next look will", stream.channel, exc_info=True)
        finally:
            stream.repairing = False

    async def _repair(self, stream: Stream) -> None:
        """Read what changed since the last frame given, once for all sockets."""
        begun = stream.last
        if begun is None:
            return
        replay = await in_thread(stream.handler.since, key=stream.key, seq=begun, limit=streams.REPLAY_LIMIT)
        if replay.reset:
            stream.broadcast(_text({"stream": stream.name, "seq": replay.seq, "type": "reset", "data": {}}))
            stream.last = max(stream.last or 0, replay.seq)
        for number, row in enumerate(replay.frames):
            if row["seq"] > (last := stream.last or 0):  # live frames may have gone on meanwhile
                stream.broadcast(_text({"stream": stream.name, "prev": last, **row}))
                stream.last = row["seq"]
            if number % 50 == 49:
                await asyncio.sleep(0.01)  # let the readers take them
        stream.last = max(stream.last or 0, replay.seq)
        self._flush(stream)

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            for look in (self._check_people, self._check_rights, self._check_seqs):
                try:
                    await look()
                except Exception:
                    log.warning("hub: %s failed; again in %s s", look.__name__, TICK, exc_info=True)

    async def _check_people(self) -> None:
        """Close the sockets of ended sessions, changed passwords and deactivated accounts."""
        signed_in = [socket for socket in self.sockets if socket.member_id is not None]
        if not signed_in:
            return
        marks = await in_thread(members.sign_in_marks, member_ids={socket.member_id for socket in signed_in})
        alive = await in_thread(sessions_alive, {socket.session_key for socket in signed_in})
        for socket in signed_in:
            if marks.get(socket.member_id) != socket.mark or socket.session_key not in alive:
                socket.close(frames.SIGNED_OUT, "signed_out")

    async def _check_rights(self) -> None:
        for kind, handler in streams.kinds():
            pairs: set[Pair] = {
                (socket.member_id, stream.key)
                for stream in self.streams.values()
                if stream.kind == kind
                for socket in stream.sockets
            }
            if not pairs:
                continue
            allowed = await in_thread(handler.still_allowed, pairs=pairs)
            for stream in [stream for stream in self.streams.values() if stream.kind == kind]:
                for socket in tuple(stream.sockets):
                    if (pair := (socket.member_id, stream.key)) in pairs and pair not in allowed:
                        self.leave(socket, stream.name)
                        socket.put(frames.frame(stream.name, "not_allowed", {}))

    async def _check_seqs(self) -> None:
        for kind, handler in streams.kinds():
            served = {stream.key: stream for stream in self.streams.values() if stream.kind == kind}
            if not handler.counted or not served:
                continue
            seqs: dict[str, int] = await in_thread(handler.last_seqs, keys=set(served))
            for key, stream in served.items():
                if stream.last is None and key in seqs:
                    self.known(stream, seqs[key])
                elif stream.last is not None and seqs.get(key, 0) > stream.last and not stream.repairing:
                    await self._repair_now(stream)

    async def _repair_now(self, stream: Stream) -> None:
        stream.repairing = True
        try:
            await self._repair(stream)
        finally:
            stream.repairing = False


def _text(frame: dict[str, Any]) -> bytes:
    return frames.encode(frame).encode()


hub = Hub()
"""The hub of this process; it starts with its first socket."""


def seqs_of(socket: Socket, names: Iterable[str]) -> dict[str, int]:
    """The last seq that this process knows of each of these streams that the socket hears."""
    known: dict[str, int] = {}
    for name in names:
        stream = hub.streams.get(socket.streams.get(name, ""))
        if stream is not None and stream.last is not None:
            known[name] = stream.last
    return known
