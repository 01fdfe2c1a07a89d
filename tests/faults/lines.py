"""What goes wrong on the wire itself, against one socket process: each part says what it does.

    python tests/faults/lines.py slow-reader --megabytes 300
    python tests/faults/lines.py bad-frames
    python tests/faults/lines.py flood --sockets 50 --rate 100 --flooded 5
    python tests/faults/lines.py idle --idle 10000

slow-reader  somebody stops reading at the level of TCP while a room is busy: the process grows by less than 5 MB, closes with
             4008, and the reader comes back and has everything; the others see no gap. Broken: no bound.
bad-frames   each once, raw: too long, too long in fragments, not masked, bad UTF-8, a reserved opcode, binary, a foreign
             origin, a foreign host, a send without an account: the right code, and a neighbour in the room notices nothing.
flood        sockets that send far too fast: no more is taken than the limit allows, they are sent away with 4029, and the
             others' messages arrive. Broken: no limit.
idle         sockets that only stand there: none fails, KB each, and a round trip.
"""

import asyncio
import contextlib
import json
import random
import resource
import socket
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.chat_client import Counter as Quiet
from benchmarks.chat_client import Crowd, Line, Talker, Tally, masked
from tests.faults.reader import Page, Reader
from tests.faults.world import Process, World, arguments, broken_invariants, report

PARTS = ("slow-reader", "bad-frames", "flood", "idle")
BROKEN = ("no-bound", "no-limit")
GROWTH_KB, LIMIT_KB = 5 * 1024, 45.0
FRAME, WARM_UP = 8_000, 10


def head(origin: str = "http://localhost", host: str = "localhost", key: str = "") -> bytes:
    cookie = f"Cookie: sessionid={key}\r\n" if key else ""
    return (
        f"GET /ws/ HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {origin}\r\n{cookie}"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


class Run:
    """One part, in one room, against one process."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.findings: list[str] = []
        self.numbers: dict[str, Any] = {}
        application = "tests.faults.broken_sockets:application" if asked.broken else "config.asgi:application"
        self.server: Process
        self.server, self.port = here.sockets(application, LAOYOU_BROKEN=asked.broken)
        self.server.start()
        here.make_people(max(4, asked.sockets + 2 if asked.part == "flood" else 4))
        self.room_id, self.stream = here.make_room("tea", here.people)

    def must(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.findings.append(otherwise)

    async def play(self) -> None:
        async with asyncio.timeout(self.here.left()):
            await getattr(self, self.asked.part.replace("-", "_"))()

    def reader(self, number: int) -> Reader:
        page = Page(ports=[self.port], load=lambda stream: (0, {}), delays=[])
        made = Reader(page, self.here.keys[number], [self.stream], random.Random(number))
        made.watches = True
        self.lives.append(asyncio.create_task(made.run()))
        return made

    @contextlib.asynccontextmanager
    async def readers(self, count: int) -> Any:
        self.lives: list[asyncio.Task[None]] = []
        made = [self.reader(number) for number in range(count)]
        try:
            for one in made:
                await asyncio.wait_for(one.live.wait(), 30)
            yield made
        finally:
            for task in self.lives:
                task.cancel()
            await asyncio.gather(*self.lives, return_exceptions=True)
            for one in made:
                one.cut()

    # Parts

    async def slow_reader(self) -> None:
        loop = asyncio.get_running_loop()
        async with self.readers(3) as readers:
            slow = socket.socket()
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.setblocking(False)
            await loop.sock_connect(slow, ("127.0.0.1", self.port))
            await loop.sock_sendall(slow, head())
            got = b""
            while b"\r\n\r\n" not in got:
                got += await loop.sock_recv(slow, 4096)
            asked = masked(json.dumps({"op": "subscribe", "ref": "1", "stream": self.stream, "since": 0}))
            await loop.sock_sendall(slow, asked)
            await self.warm_up()
            before, most = self.server.resident_kb(), 0
            count, pushed = self.asked.megabytes * 1_000_000 // FRAME, WARM_UP * 50 * FRAME
            for number in range(count):  # hints of the room: nothing is written, everything is sent
                if number % 50 == 49:
                    await asyncio.to_thread(self.push, number)
                    pushed += 50 * FRAME
                    await self.read_by(readers, pushed)
                if number % 500 == 499:
                    most = max(most, self.server.resident_kb() - before)
            most = max(most, self.server.resident_kb() - before)
            for place in range(5):
                await asyncio.wait_for(readers[0].say(self.stream, f"after {place}", f"after-{place:06}"), 20)
            await asyncio.sleep(0.5)
            code = await self.read_to_the_end(slow)
            slow.close()
            self.must(code in (4008, 0) if self.asked.megabytes > 20 else code == 4008, f"closed with {code}")
            self.must(most < GROWTH_KB, f"the process grew by {most} KB")
            back = Reader(Page([self.port], lambda stream: (0, {})), self.here.keys[3], [self.stream], random.Random(9))
            self.lives.append(asyncio.create_task(back.run()))
            await asyncio.wait_for(back.live.wait(), 20)
            await asyncio.sleep(0.5)
            truth = readers[0].rooms[self.stream].state
            self.must(len(truth) >= 5 and back.rooms[self.stream].state == truth, "who came back is not complete")
            for one in readers:
                heard = one.rooms[self.stream]
                self.must(
                    not heard.gaps and one.connects == 1, f"a neighbour saw {heard.gaps} gaps, {one.connects} lines"
                )
                self.must(heard.state == truth, "a neighbour is not complete")
            self.numbers = {"megabytes": self.asked.megabytes, "grew_kb": most, "code": code}

    def push(self, number: int) -> None:
        """Fifty frames in one piece to every process, as hints of the room."""
        from messaging import hub

        filling = "x" * FRAME
        hub.push_many([(self.stream, {"type": "filling", "data": {"number": number, "text": filling}})] * 50)

    async def warm_up(self) -> None:
        for number in range(WARM_UP):
            await asyncio.to_thread(self.push, number)
            await asyncio.sleep(0.05)

    async def read_by(self, readers: list[Reader], size: int) -> None:
        """Until everybody has read so many bytes, or is cut off: on a busy machine who reads as fast as they can is not slow."""
        async with asyncio.timeout(30):
            while any(one.live.is_set() and one.taken < size for one in readers):
                await asyncio.sleep(0.002)

    async def read_to_the_end(self, line: socket.socket) -> int:
        """The closing code of what is read now, or 0 when the connection was cut without one."""
        loop, data, code = asyncio.get_running_loop(), bytearray(), 0
        from benchmarks.chat_client import frames_in

        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(8):
                while not code and (piece := await loop.sock_recv(line, 65_536)):
                    data += piece
                    for opcode, payload in frames_in(data):
                        if opcode == 8:
                            code = int.from_bytes(payload[:2], "big")
        return code

    async def bad_frames(self) -> None:
        long, half = b"x" * 65_537, b"x" * 40_000
        bad: dict[str, tuple[list[bytes], int]] = {
            "too long": ([framed(1, long)], 1009),
            "too long in fragments": ([framed(1, half, end=False), framed(0, half)], 1009),
            "a fragment without a beginning": ([framed(0, b"{}")], 1002),
            "a second beginning": ([framed(1, b"{", end=False), framed(1, b"}")], 1002),
            "not masked": ([framed(1, b"{}", mask=False)], 1002),
            "bad UTF-8": ([framed(1, b"\xff\xfe")], 1007),
            "a reserved opcode": ([framed(3, b"{}")], 1002),
            "a reserved bit": ([bytes([framed(1, b"{}")[0] | 0x40]) + framed(1, b"{}")[1:]], 1002),
            "a long ping": ([framed(9, b"x" * 126)], 1002),
            "binary": ([framed(2, b"binary")], 1003),
        }
        async with self.readers(2) as (speaker, neighbour):
            for place, (name, (pieces, code)) in enumerate(bad.items()):
                got = await self.closing_code(pieces)
                self.must(got == code, f"{name}: {got}, not {code}")
                said = speaker.say(self.stream, f"calm {place}", f"calm-{place:07}")
                await asyncio.wait_for(said, 10)
            for name, asked in {
                "a foreign origin": head(origin="https://evil.example"),
                "no origin of the web": head(origin="null"),
                "a foreign host": head(host="evil.example"),
            }.items():
                status = await self.status(asked)
                self.must(status in (400, 403), f"{name}: {status}")
            code = await self.unauthenticated()
            self.must(code == "sign_in_required", f"a send without an account: {code}")
            for text in ("[" * 30_000, '{"op":"subscribe","stream":"room:\\u0000"}', "nonsense", "null"):
                self.must(await self.unauthenticated(text) == "bad_frame", f"{text[:40]} was not refused")
            heard = neighbour.rooms[self.stream]
            await asyncio.sleep(0.3)
            places = [place for place in heard.state if heard.state[place]]
            self.must(len(places) >= len(bad), f"the neighbour heard {len(places)}")
            for one in (speaker, neighbour):
                self.must(one.connects == 1 and not one.rooms[self.stream].gaps, "somebody else noticed")
            self.numbers = {"bad": len(bad) + 8}

    async def opened(self, asked: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(asked)
        return reader, writer, await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)

    async def status(self, asked: bytes) -> int:
        _reader, writer, answer = await self.opened(asked)
        writer.close()
        return int(answer.split()[1])

    async def closing_code(self, pieces: list[bytes]) -> int:
        reader, writer, _answer = await self.opened(head())
        for piece in pieces:
            writer.write(piece)
        opcode, payload = 0, b""
        try:
            while opcode != 8:
                opcode, payload = await asyncio.wait_for(frame_of(reader), 10)
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
        finally:
            writer.close()
        return int.from_bytes(payload[:2], "big")

    async def unauthenticated(self, text: str = "") -> str:
        frame = {"op": "send", "ref": "1", "stream": self.stream, "client_id": "nobody-000", "data": {"text": "x"}}
        reader, writer, _answer = await self.opened(head())
        writer.write(masked(text or json.dumps(frame)))
        _opcode, payload = await asyncio.wait_for(frame_of(reader), 10)
        writer.close()
        return str(json.loads(payload)["code"])

    async def flood(self) -> None:
        asked = self.asked
        async with self.readers(2) as (speaker, neighbour):
            floods = Crowd(self.port)
            await floods.open([lambda key=key: Talker(cookie=key) for key in self.here.keys[2 : 2 + asked.sockets]])
            before = self.server.resident_kb()
            flooding = [asyncio.create_task(self.pour(line)) for line in floods.lines]
            for place in range(int(asked.flooded * 4)):
                text = f"calm ^%{time.monotonic_ns() // 1000:016}"
                await asyncio.wait_for(speaker.say(self.stream, text, f"calm-{place:07}"), 10)
                await asyncio.sleep(0.25)
            answers = await asyncio.gather(*flooding)
            # One socket: a hundred frames at once, and ten a second more for as long as it was open.
            limit = 101 + int(10 * max(answer["seconds"] for answer in answers))
            await asyncio.sleep(0.5)
            grew = self.server.resident_kb() - before
            codes = Counter(line.code for line in floods.lines if isinstance(line, Talker))
            await floods.close()
            taken = [answer["ok"] for answer in answers]
            self.must(max(taken) <= limit, f"{max(taken)} of one socket were taken, not {limit}")
            closed = codes[4029] + codes[None]  # cut before the closing frame could be read
            self.must(asked.rate < 40 or closed == asked.sockets, f"not all were sent away: {dict(codes)}")
            for one in (speaker, neighbour):
                self.must(one.connects == 1, "somebody else was sent away")
            heard = neighbour.rooms[self.stream].state
            self.must(len(heard) >= asked.flooded * 4 + sum(taken), "the neighbour has not everything")
            delays = sorted(neighbour.page.delays or [0])
            self.numbers = {
                "sockets": asked.sockets, "sent": int(sum(answer["sent"] for answer in answers)), "accepted": int(sum(taken)),
                "limit": limit * asked.sockets, "codes": {str(code): count for code, count in codes.items()},
                "others_p50_ms": delays[len(delays) // 2] / 1000,
                "others_p99_ms": delays[int(len(delays) * 0.99)] / 1000, "grew_kb": grew,
            }  # fmt: skip

    async def pour(self, line: Line) -> dict[str, float]:
        """So many sends a second whatever is answered."""
        assert isinstance(line, Talker)
        waiting, sent, begun = [], 0, time.monotonic()
        end = begun + self.asked.flooded
        while time.monotonic() < end and not line.ended.done() and line.code is None:
            frame = {
                "stream": self.stream,
                "client_id": f"flood-{id(line) % 10**8}-{sent:06}",
                "data": {"text": "flood"},
            }
            waiting.append(line.ask(op="send", **frame))
            sent += 1
            await asyncio.sleep(1 / self.asked.rate)
        await asyncio.sleep(1)
        taken = sum(one.done() and one.result()["op"] == "ok" for one in waiting)
        return {"sent": sent, "ok": taken, "seconds": time.monotonic() - begun}

    async def idle(self) -> None:
        count = self.asked.idle
        crowd = Crowd(self.port)
        subscribe = json.dumps({"op": "subscribe", "ref": "1", "stream": self.stream, "since": 0})
        await crowd.open([lambda: Quiet(Tally(), first=subscribe) for _ in range(50)])
        before, begun = self.server.resident_kb(), time.monotonic()
        opened = await asyncio.gather(
            *(self.some(crowd, subscribe, count // 4) for _ in range(4)), return_exceptions=True
        )
        took = time.monotonic() - begun
        failed = [error for error in opened if error is not None]
        self.must(not failed, f"{len(failed)} failed: {failed[:1]}")
        await asyncio.sleep(1)
        each = (self.server.resident_kb() - before) / count
        self.must(each <= LIMIT_KB, f"{each:.1f} KB each")
        crowd_talker = Crowd(self.port)
        await crowd_talker.open([lambda: Talker(cookie=self.here.keys[0])])
        talker = crowd_talker.lines[0]
        assert isinstance(talker, Talker)
        trips = []
        for _ in range(20):
            begun = time.monotonic()
            await asyncio.wait_for(talker.ask(op="subscribe", stream="member"), 10)
            trips.append(time.monotonic() - begun)
        alive = sum(not line.ended.done() for line in crowd.lines)
        self.must(alive == count + 50, f"{count + 50 - alive} were closed")
        await crowd_talker.close()
        await crowd.close()
        self.numbers = {
            "sockets": count, "kb_each": round(each, 1), "opened_s": round(took, 1),
            "round_trip_ms": round(sorted(trips)[10] * 1000, 1), "resident_mb": self.server.resident_kb() // 1024,
        }  # fmt: skip

    async def some(self, crowd: Crowd, first: str, count: int) -> None:
        await crowd.open([lambda: Quiet(Tally(), first=first) for _ in range(count)], at_once=25)


def framed(opcode: int, payload: bytes, *, mask: bool = True, end: bool = True) -> bytes:
    size, bit = len(payload), 0x80 if mask else 0
    if size < 126:
        length = bytes([bit | size])
    elif size < 65_536:
        length = bytes([bit | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([bit | 127]) + size.to_bytes(8, "big")
    return bytes([(0x80 if end else 0) | opcode]) + length + (b"\0\0\0\0" if mask else b"") + payload


async def frame_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size > 125:
        size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
    return first & 0x0F, await reader.readexactly(size)


def main() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 30_000)), hard))
    asked = arguments(
        __doc__ or "", broken=BROKEN, parts=PARTS, megabytes=60, sockets=50, rate=100.0, flooded=5.0, idle=1000,
        seconds=90.0,
    )  # fmt: skip
    with World("lines", seed=asked.seed, deadline=asked.seconds) as here:
        run = Run(here, asked)
        try:
            asyncio.run(run.play())
        except TimeoutError:
            run.findings.append(f"not done in {asked.seconds} s")
        findings = [*run.findings, *broken_invariants()]
        if findings:
            print(here.logs()[-6000:], file=sys.stderr)
    name = asked.part + (f", {asked.broken}" if asked.broken else "")
    report(name, findings, seed=asked.seed, **run.numbers)


if __name__ == "__main__":
    main()
