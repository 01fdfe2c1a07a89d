"""Fan-out to sockets: PUBLISH on one side, one hub per socket process on the other.

Why not a channel layer: the core one goes deaf for ever after FLUSHALL, and both decode every message once per socket
(specs: performance, section 3; reliability, section 9). The hub keeps one subscription per stream however many sockets hear
it (`listening`), builds each frame once and joins those of a busy moment (`fanout`), never waits for a socket (`sockets`), and
repairs from PostgreSQL whatever Valkey lost.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff

from messaging import frames, streams
from messaging.fanout import Stream
from messaging.listening import Listener
from messaging.presence import Watch
from messaging.revocation import Revocation
from messaging.sockets import Socket
from messaging.streams import StreamHandler
from messaging.threads import in_thread

log = logging.getLogger(__name__)

PREFIX = "laoyou:live:"
CONTROL = ""
"""The channel of the processes themselves: its name is the bare prefix, which the listener holds always."""
TICK = 3.0
"""Seconds between two looks at PostgreSQL: what a lost fan-out or a lost right costs at most."""
GRACE = 0.05
"""Seconds that a frame may arrive before its predecessor; then the gap is read from PostgreSQL."""
MOST_REPAIRED = 2_000
"""Rows of one repair; a process further behind lets its readers load their pages again."""
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


def push_many(said: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """`push` for many frames, in their order and in one round trip."""
    told = [(stream, frames.envelope({"stream": stream, "seq": None, **frame})) for stream, frame in said]
    _give_here(told)

    def publish(client: "redis.Redis") -> list[Any]:
        pipeline = client.pipeline(transaction=False)
        for stream, text in told:
            pipeline.publish(PREFIX + stream, text)
        return list(pipeline.execute())

    if told and ask_valkey(publish) is None:
        log.info("hub: %s frames were not published; readers will find them in the database", len(told))


def push_to_member(member_id: int, type: str, data: dict[str, Any]) -> None:
    """A hint to every open page of one member (dispatched there as the DOM event `laoyou:<type>`)."""
    _publish(f"member:{member_id}", frames.frame("member", type, data))


def members_listening(member_ids: Collection[int]) -> set[int]:
    """Which of them have a page open somewhere, in one question; nobody while Valkey is away, which nobody then hears either.

    For @live subscribers whose frame is dear to make. Who comes a moment later reads what is new with the page.
    """
    asked = sorted(member_ids)
    channels = [f"{PREFIX}member:{one}" for one in asked]
    counted: Any = ask_valkey(lambda client: client.pubsub_numsub(*channels)) if asked else None
    return {one for one, (_channel, number) in zip(asked, counted or (), strict=False) if number}


def tell_processes(word: dict[str, Any]) -> None:
    """A word to all socket processes themselves, on the channel that each of them always hears. Best effort."""
    _publish(CONTROL, word)


def _publish(channel: str, frame: dict[str, Any]) -> None:
    text = frames.envelope(frame)
    _give_here([(channel, text)])
    if ask_valkey(lambda client: client.publish(PREFIX + channel, text)) is None:
        log.info("hub: a frame of %s was not published; readers will find it in the database", channel)


def _give_here(told: Sequence[tuple[str, str]]) -> None:
    """Counted frames need no Valkey to reach the sockets of this process; what comes by both ways is given once."""
    if hub.loop is not None and (counted := [(channel, text) for channel, text in told if text[:1] != "-"]):
        with contextlib.suppress(RuntimeError):  # the process ends
            hub.loop.call_soon_threadsafe(hub.heard_here, counted)


def ask_valkey(question: "Callable[[redis.Redis], Result]") -> "Result | None":
    """Its answer, or None when it is away: at most 0.25 s, and after two failures not at all for five seconds."""
    global _client, _failures, _broken_until
    if time.monotonic() < _broken_until:
        return None
    if _client is None:
        _client = redis.Redis.from_url(settings.LIVE_URL, socket_timeout=0.25, socket_connect_timeout=0.25)
        _client.set_retry(redis.retry.Retry(NoBackoff(), 1))  # one: a restarted Valkey leaves a dead connection behind
    try:
        answer = question(_client)
        _failures = 0
        return answer
    except (redis.RedisError, OSError):
        _failures += 1
        if _failures >= _BREAK_AFTER:
            _failures, _broken_until = 0, time.monotonic() + _BREAK_SECONDS
        return None


# --- Receivers: the socket process -----------------------------------------------------------------------------------


class Hub:
    """All sockets of this process. Everything here runs in the event loop; the database is asked in threads."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.of_member: dict[int, set[Socket]] = defaultdict(set)
        self.streams: dict[str, Stream] = {}
        self.loop: asyncio.AbstractEventLoop | None = None  # of the first socket
        self._tasks: list[asyncio.Task[None]] = []
        self.presence = Watch(self)
        self.revocation = Revocation(self)
        self._listener = Listener(
            PREFIX, lambda: self.streams, heard=self._heard, subscribed=self._subscribed, lost=self._unheard
        )

    # Sockets

    def add(self, socket: Socket) -> None:
        if not self._tasks:
            self.loop = asyncio.get_running_loop()
            alongside = (self._listener.run(), self._look_again(), self.revocation.run(), self.presence.run())
            self._tasks = [asyncio.create_task(one) for one in alongside]
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
        stream.sockets[socket] = None
        socket.streams[name] = channel
        self.presence.moved(stream)
        if not stream.ready.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stream.ready.wait(), READY)
        return stream

    async def enter(
        self, socket: Socket, name: str, kind: str, key: str, handler: StreamHandler, member_id: int | None
    ) -> Stream | None:
        """Join for whoever may hear it, else None. A right that is taken away on the way in does not get in either."""
        looks = self.revocation.looks
        channel: str | None = await in_thread(handler.channel, member_id=member_id, key=key)
        if channel is not None:
            stream = await self.join(socket, name, channel, kind, key, handler)
            if looks == self.revocation.looks:
                return stream
            if channel == await in_thread(handler.channel, member_id=member_id, key=key):
                return stream
        self.leave(socket, name)
        return None

    def leave(self, socket: Socket, name: str) -> None:
        channel = socket.streams.pop(name, "")
        stream = self.streams.get(channel)
        if stream is None:
            return
        stream.sockets.pop(socket, None)
        self.presence.moved(stream)
        if not stream.sockets:
            del self.streams[channel]
            self._unsubscribing = asyncio.create_task(self._listener.say("unsubscribe", channel))

    def known(self, stream: Stream, seq: int) -> None:
        """A snapshot of the database says that the stream is at `seq`: the beginning of what this process gives."""
        if stream.last is None:
            stream.last = seq
            self._flush(stream)

    async def tell(self, channel: str, frame: dict[str, Any], *, members_only: bool = False) -> None:
        """Publish a hint of a socket (typing). May be lost."""
        await self._listener.publish(channel, frames.envelope(frame, members_only=members_only), READY)

    async def tell_processes_soon(self, word: dict[str, Any]) -> None:
        """`tell_processes` from within the loop."""
        await self.tell(CONTROL, word)

    # What Valkey says

    def _subscribed(self, channel: str) -> None:
        if stream := self.streams.get(channel):
            stream.ready.set()

    def _unheard(self) -> None:
        for stream in self.streams.values():
            stream.ready.clear()

    def _heard(self, channel: str, payload: bytes) -> None:
        if channel == CONTROL:
            self._controlled(payload)
            return
        stream = self.streams.get(channel)
        if stream is None:
            return
        try:
            seq, text = frames.opened(payload)
        except ValueError:
            log.warning("hub: not a frame on %s", channel)
            return
        if seq is None and payload.startswith(frames.MEMBERS_ONLY):
            stream.broadcast_apart(text)
        elif seq is None:
            stream.broadcast(text)
        elif stream.last is None:
            stream.early[seq] = text
        elif seq > stream.last:
            stream.early[seq] = text
            self._flush(stream)

    def _controlled(self, payload: bytes) -> None:
        """A word of another process, or of a page's; nothing here may end the listener."""
        try:
            word = json.loads(frames.opened(payload)[1])
            if "rights" in word:
                self.revocation.told(word["rights"])
            if "here" in word:
                self.presence.heard_from(word)
            if "people" in word:
                self.presence.forget_people(word["people"])
        except (ValueError, TypeError, KeyError):
            log.warning("hub: not a word between processes")

    def heard_here(self, told: Sequence[tuple[str, str]]) -> None:
        """Counted frames of this process."""
        for channel, text in told:
            if channel in self.streams:
                self._heard(channel, text.encode())

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
        replay = await in_thread(stream.handler.since, key=stream.key, seq=begun, limit=MOST_REPAIRED)
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
        await self.revocation.check_people(self.sockets)

    async def _check_rights(self) -> None:
        await self.revocation.check_rights()

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
