"""A client that follows docs/realtime.md: replays, gaps, resets, the same client_id again, and coming back.

It is lean: a message's frame is not decoded, only its numbers are read and its data kept as a hash, so that a hundred of
them cost less than the server they test.
"""

import asyncio
import itertools
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.chat_client import Line, frames_in, masked

_MESSAGE = re.compile(
    rb'\{"stream":"([^"]+)",(?:"prev":(\d+),)?"seq":(\d+),"type":"message","data":(\{"seq":(\d+),.*\})\}', re.DOTALL
)
_MARK = re.compile(rb"\^%(\d{16})")
HEARTBEAT, UNANSWERED = 30.0, 5.0
State = dict[int, tuple[int, int]]
"""By place in the room: the seq of the newest change and the hash of what it is now."""


@dataclass
class Heard:
    """One room as this client has it."""

    last: int = 0
    state: State = field(default_factory=dict)
    waiting: list[tuple[int, int | None, int, int]] | None = None
    """Frames that wait for the end of a replay; None when there is none."""
    old: int = 0
    gaps: int = 0
    resets: int = 0


@dataclass
class Page:
    """All lines of one run: where they may connect, how the state is loaded, what breaks on purpose."""

    ports: list[int]
    load: Callable[[str], tuple[int, State]]
    broken: str = ""
    delays: list[int] | None = None


class _Connection(Line):
    """One WebSocket of a reader."""

    def __init__(self, reader: "Reader", **options: Any) -> None:
        super().__init__(**options)
        self._reader, self._data, self.code = reader, bytearray(), 0

    def received(self, data: bytes) -> None:
        self._data += data
        for opcode, payload in frames_in(self._data):
            if opcode == 1:
                self._reader.taken += len(payload)
                self._reader.heard(payload)
            elif opcode == 9:
                self.transport.write(bytes([0x8A, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)
            elif opcode == 8:
                self.code = int.from_bytes(payload[:2], "big")
                self.transport.write(b"\x88\x82\0\0\0\0" + payload[:2])
                self.transport.close()


class Reader:
    """One window of a member on some rooms. `run` holds the line for ever; `say` speaks until it is answered."""

    def __init__(self, page: Page, key: str, streams: list[str], chance: random.Random) -> None:
        self.page, self.key, self.chance = page, key, chance
        self.rooms = {stream: Heard() for stream in streams}
        self.connection: _Connection | None = None
        self.live = asyncio.Event()
        self.answered: dict[str, tuple[str, int]] = {}  # client_id -> stream, seq
        self.again = self.connects = 0
        self.taken = 0  # bytes of frames
        self.codes: list[int] = []
        self.refusals: dict[str, int] = {}
        self.watches = False  # measures delays
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._refs = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscribing: dict[str, str] = {}  # ref -> stream
        self._loading: set[str] = set()

    # The line

    async def run(self) -> None:
        attempt = 0
        while True:
            try:
                opened = await self._open()
            except OSError:
                opened = None
            if opened is None:
                await asyncio.sleep(self.chance.random() * min(30, 2**attempt))
                attempt += 1
                continue
            attempt, self.connection = 0, opened
            self.connects += 1
            beating = asyncio.create_task(self._beat())
            self._do(self._begin())
            await opened.ended
            beating.cancel()
            self.live.clear()
            self.connection = None
            for future in self._answers.values():
                if not future.done():
                    future.set_exception(ConnectionError())
            self._answers.clear()
            self.codes.append(opened.code)
            if opened.code != 4008:
                await asyncio.sleep(self.chance.random() * (10 if opened.code == 4029 else 1))

    async def _open(self) -> _Connection | None:
        port = self.chance.choice(self.page.ports)
        loop = asyncio.get_running_loop()
        made: _Connection = (
            await asyncio.wait_for(
                loop.create_connection(lambda: _Connection(self, cookie=self.key), "127.0.0.1", port), 5
            )
        )[1]
        try:
            await asyncio.wait_for(made.opened, 5)
        except (TimeoutError, ConnectionError):
            made.transport.abort()
            return None
        return None if made.ended.done() else made

    def cut(self) -> None:
        """The network is gone in the middle of it."""
        if self.connection is not None:
            self.connection.transport.abort()

    def _do(self, work: Awaitable[None]) -> None:
        async def quietly() -> None:
            try:
                await work
            except (ConnectionError, TimeoutError):
                self.cut()  # the next line begins anew

        task = asyncio.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _begin(self) -> None:
        for stream in self.rooms:
            await self._subscribe(stream)
        self.live.set()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            self._post(op="heartbeat", seqs={stream: heard.last for stream, heard in self.rooms.items()})

    def _post(self, **frame: Any) -> None:
        if self.connection is not None:
            self.connection.transport.write(masked(json.dumps(frame)))

    async def _ask(self, seconds: float, **frame: Any) -> dict[str, Any]:
        if self.connection is None:
            raise ConnectionError
        ref = str(next(self._refs))
        self._answers[ref] = future = asyncio.get_running_loop().create_future()
        self._post(**frame, ref=ref)
        try:
            return await asyncio.wait_for(future, seconds)
        finally:
            self._answers.pop(ref, None)

    # What it says

    async def say(self, stream: str, text: str, client_id: str) -> None:
        """Until it is acknowledged; always under the same client_id."""
        while True:
            await self.live.wait()
            try:
                answer = await self._ask(UNANSWERED, op="send", stream=stream, client_id=client_id, data={"text": text})
            except (ConnectionError, TimeoutError):
                self.again += 1
                if self.page.broken == "no-client-id":
                    client_id = f"{client_id[:20]}-{self.again:06}"
                continue
            if answer["op"] == "ok":
                self.answered[client_id] = (stream, answer["seq"])
                return
            self.refusals[answer["code"]] = self.refusals.get(answer["code"], 0) + 1
            await asyncio.sleep(min(float(answer.get("retry_after") or 0.5), 5))

    def read(self, stream: str) -> None:
        self._post(op="read", stream=stream, seq=self.rooms[stream].last)

    # What it hears

    def heard(self, payload: bytes) -> None:
        if found := _MESSAGE.fullmatch(payload):
            heard = self.rooms[found[1].decode()]
            frame = (int(found[3]), int(found[2]) if found[2] else None, int(found[5]), hash(found[4]))
            if (
                self.watches
                and self.page.delays is not None
                and b'"edited":false' in found[4]
                and (mark := _MARK.search(found[4]))
            ):
                self.page.delays.append(time.monotonic_ns() // 1000 - int(mark[1]))
            if heard.waiting is not None:
                heard.waiting.append(frame)
            else:
                self._take(found[1].decode(), heard, frame)
            return
        self._told(json.loads(payload))

    def _told(self, said: dict[str, Any]) -> None:
        if (future := self._answers.get(said.get("ref", ""))) is not None:
            if not future.done():
                future.set_result(said)
            # At once: what stands behind this answer in the same piece must find the replay ended.
            if said.get("op") == "ok" and said["ref"] in self._subscribing:
                self._complete(self._subscribing.pop(said["ref"]), said["seq"])
        elif said.get("type") == "reset":
            self._reset(said["stream"])
        elif said.get("op") == "seqs":
            for stream, seq in said["seqs"].items():
                if seq > self.rooms[stream].last and self.rooms[stream].waiting is None:
                    self._do(self._subscribe(stream))

    async def _subscribe(self, stream: str) -> None:
        heard = self.rooms[stream]
        if heard.waiting is None:
            heard.waiting = []
        ref = str(next(self._refs))
        self._subscribing[ref] = stream
        self._answers[ref] = future = asyncio.get_running_loop().create_future()
        since = {} if self.page.broken == "no-backfill" and heard.last else {"since": heard.last}
        self._post(op="subscribe", stream=stream, ref=ref, **since)
        try:
            answer = await asyncio.wait_for(future, 10)
        finally:
            self._answers.pop(ref, None)
            self._subscribing.pop(ref, None)
        if answer["op"] != "ok":
            raise ConnectionError(answer)

    def _complete(self, stream: str, seq: int) -> None:
        """The replay is complete up to `seq`; what waited goes in by its number."""
        heard = self.rooms[stream]
        if stream in self._loading:  # the state is being loaded: it ends there
            return
        waiting, heard.waiting = sorted(heard.waiting or [], key=lambda frame: frame[0]), None
        for frame in waiting:
            if frame[0] <= seq:
                self._keep(heard, frame)
        heard.last = max(heard.last, seq)
        for frame in waiting:
            if frame[0] > seq:
                self._take(stream, heard, frame)

    def _take(self, stream: str, heard: Heard, frame: tuple[int, int | None, int, int]) -> None:
        seq, prev = frame[0], frame[1]
        if seq <= heard.last:
            heard.old += 1
        elif seq == heard.last + 1 or (prev is not None and prev <= heard.last) or self.page.broken == "no-backfill":
            self._keep(heard, frame)
        elif heard.waiting is not None:
            heard.waiting.append(frame)
        else:
            heard.gaps += 1
            heard.waiting = [frame]
            self._do(self._subscribe(stream))

    @staticmethod
    def _keep(heard: Heard, frame: tuple[int, int | None, int, int]) -> None:
        seq, _prev, place, data = frame
        if seq <= heard.last:
            heard.old += 1
            return
        heard.last = seq
        heard.state[place] = (seq, data)

    def _reset(self, stream: str) -> None:
        heard = self.rooms[stream]
        heard.resets += 1
        if heard.waiting is None:
            heard.waiting = []
        if stream not in self._loading:
            self._loading.add(stream)
            self._do(self._load(stream))

    async def _load(self, stream: str) -> None:
        heard = self.rooms[stream]
        seq, state = await asyncio.to_thread(self.page.load, stream)
        heard.last, heard.state = seq, dict(state)
        self._loading.discard(stream)
        self._complete(stream, seq)
