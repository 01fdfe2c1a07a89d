"""Many cheap sockets: the load side of benchmarks/chat.py, and clients for whoever tests under load.

`Line` opens a WebSocket by hand and hands on bytes, so that the client costs less than what is measured. `Counter` counts
marks in whatever comes; `Talker` speaks the site's protocol and keeps every frame. Times are of CLOCK_MONOTONIC, which all
processes of one machine share.
"""

import asyncio
import itertools
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MARK = b"^%"
"""Stands before the time in each measured text; nothing else of a frame holds it, and Markdown leaves it alone."""
TIMED = re.compile(rb"\^%(\d{16})")
_LONGEST = len(MARK) + 16


def timed(filling: str = "") -> str:
    """A text that says when it was made, to the microsecond."""
    return f"{MARK.decode()}{time.monotonic_ns() // 1000:016} {filling}"


def masked(text: str, opcode: int = 1) -> bytes:
    """A client's frame. A mask of zeros changes nothing."""
    payload = text.encode()
    size = len(payload)
    head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else bytes([0x80 | opcode, 0xFE]) + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


def frames_in(data: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take whole frames (opcode, payload) off the front of what has come."""
    while len(data) >= 2:
        size, begin = data[1] & 0x7F, 2
        if size > 125:
            begin = 4 if size == 126 else 10
            if len(data) < begin:
                return
            size = int.from_bytes(data[2:begin], "big")
        if len(data) < begin + size:
            return
        frame = data[0] & 0x0F, bytes(data[begin : begin + size])
        del data[: begin + size]
        yield frame


class Line(asyncio.Protocol):
    """One WebSocket. `opened` is done when the handshake is; `received` gets what follows."""

    def __init__(self, path: str = "/ws/", cookie: str = "", first: str = "") -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self._path, self._cookie, self._first = path, cookie, first
        self._head = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        cookie = f"Cookie: sessionid={self._cookie}\r\n" if self._cookie else ""
        self.transport.write(
            (
                f"GET {self._path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Origin: http://localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
                f"{cookie}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += data
            head, end, rest = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = None  # type: ignore[assignment]
            if b" 101 " not in head:
                self.opened.set_exception(ConnectionError(head.split(b"\r\n")[0].decode()))
                return
            if self._first:
                self.transport.write(masked(self._first))
            self.opened.set_result(None)
            data = rest
        if data:
            self.received(data)

    def received(self, data: bytes) -> None:
        """Bytes after the handshake."""

    def connection_lost(self, error: Exception | None) -> None:
        for future in (self.opened, self.ended):
            if not future.done():
                future.set_result(None)


@dataclass
class Tally:
    """What all counters of a run have got together."""

    count: int = 0
    delays: list[int] | None = None
    """Microseconds from the making of a text to its arrival, when they are wanted."""


class Counter(Line):
    """Counts marks and answers pings; in a run that asks for delays it reads the time behind each mark."""

    def __init__(self, tally: Tally, **options: Any) -> None:
        super().__init__(**options)
        self.tally, self.count, self._rest = tally, 0, b""

    def received(self, data: bytes) -> None:
        if (ping := data.find(b"\x89\x04")) >= 0:  # bytes that no text of JSON has
            self.transport.write(b"\x8a\x84\0\0\0\0" + data[ping + 2 : ping + 6])
        if self.tally.delays is not None:
            self._time(self._rest + data)
            return
        found = data.count(MARK) + (self._rest == MARK[:1] and data[:1] == MARK[1:])
        self._rest = MARK[:1] if data.endswith(MARK[:1]) else b""
        self.count += found
        self.tally.count += found

    def _time(self, data: bytes) -> None:
        now, end = time.monotonic_ns() // 1000, 0
        for end, sent in ((match.end(), match[1]) for match in TIMED.finditer(data)):  # noqa: B007
            self.tally.delays.append(now - int(sent))  # type: ignore[union-attr]
            self.tally.count += 1
            self.count += 1
        self._rest = data[max(end, len(data) - _LONGEST + 1) :]


class Talker(Line):
    """Speaks the protocol of /ws/: asks and gets answers, and keeps the seqs of the messages it hears."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.seqs: list[int] = []
        self.size = 0  # bytes of the newest message's frame
        self.code: int | None = None
        self._data = bytearray()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._refs = itertools.count(1)

    def post(self, **frame: Any) -> None:
        self.transport.write(masked(json.dumps(frame)))

    def ask(self, **frame: Any) -> "asyncio.Future[dict[str, Any]]":
        """The answer to a frame, or a refusal."""
        ref = str(next(self._refs))
        self._answers[ref] = asyncio.get_running_loop().create_future()
        self.post(**frame, ref=ref)
        return self._answers[ref]

    def received(self, data: bytes) -> None:
        self._data += data
        for opcode, payload in frames_in(self._data):
            if opcode == 1:
                self._heard(json.loads(payload), len(payload))
            elif opcode == 9:
                self.transport.write(bytes([0x8A, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)
            elif opcode == 8:
                self.code = int.from_bytes(payload[:2], "big")
                self.transport.write(b"\x88\x82\0\0\0\0" + payload[:2])

    def _heard(self, frame: dict[str, Any], size: int) -> None:
        if (answer := self._answers.pop(frame.get("ref", ""), None)) is not None and not answer.done():
            answer.set_result(frame)
        elif frame.get("type") == "message":
            self.seqs.append(frame["seq"])
            self.size = size


@dataclass
class Crowd:
    """Sockets opened a few at a time; closed together."""

    port: int
    lines: list[Line] = field(default_factory=list)

    async def open(self, makers: list[Any], at_once: int = 50) -> None:
        loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(at_once)

        async def one(make: Any) -> None:
            async with gate:
                line = (await loop.create_connection(make, "127.0.0.1", self.port))[1]
                self.lines.append(line)
                await asyncio.wait_for(line.opened, 30)

        await asyncio.gather(*(one(make) for make in makers))

    async def close(self) -> None:
        for line in self.lines:
            line.transport.abort()
        await asyncio.gather(*(line.ended for line in self.lines))
        self.lines.clear()
