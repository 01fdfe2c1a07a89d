"""The readers of benchmarks/chat.py: thousands of WebSockets in a process of their own that does as little as a reader can.

One epoll, `recv` into one buffer, a count of marks; nothing is parsed. It looks every millisecond instead of being woken for
each frame, so that the readers, which live on the server's machine, cost the sender of a frame no wake-up and the processor
little. When delays are asked for, an arrival is when the kernel took the bytes in (SO_TIMESTAMPNS), so it does not matter
when this process gets round to reading them.

Run by `Readers`; commands come as lines of JSON on stdin, answers on stdout, and counts stand in a file that both map.
"""

import array
import asyncio
import json
import mmap
import os
import select
import socket
import struct
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from chat_client import MARK, TIMED, masked

LOOK = 0.001
"""Seconds between two looks at the sockets."""
AT_ONCE = 50
"""Handshakes under way together."""
_BUFFER = 1 << 20
_LONGEST = len(MARK) + 16
_STAMP = getattr(socket, "SO_TIMESTAMPNS", 35)  # Linux; Python has no name for it
_COUNTS = struct.Struct("qqq")  # marks, sockets that ended, nanoseconds of processor time


class Readers:
    """The reader process as the benchmark sees it."""

    def __init__(self, port: int) -> None:
        self.port, self.size = port, 0
        self._folder = tempfile.TemporaryDirectory()

    async def __aenter__(self) -> "Readers":
        path = Path(self._folder.name, "counts")
        path.write_bytes(bytes(_COUNTS.size))
        with path.open("r+b") as file:
            self._counts = mmap.mmap(file.fileno(), _COUNTS.size)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            __file__,
            str(self.port),
            str(path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def __aexit__(self, *details: object) -> None:
        self._process.kill()
        await self._process.wait()
        self._counts.close()
        self._folder.cleanup()

    async def _ask(self, **command: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        answer = json.loads(await self._process.stdout.readline() or '{"error": "the readers have ended"}')
        if "error" in answer:
            raise ConnectionError(answer["error"])
        return answer

    async def open(self, cookies: list[str], first: str = "") -> None:
        """One more socket for each; `first` is what it says once it is open."""
        await self._ask(op="open", cookies=cookies, first=first)
        self.size += len(cookies)

    async def reset(self) -> None:
        await self._ask(op="reset")

    async def time(self) -> None:
        """From now on note the delay of each arrival."""
        await self._ask(op="time")

    async def delays(self) -> list[int]:
        """Microseconds from the making of a text to its arrival; they are noted no more."""
        path = Path(self._folder.name, "delays")
        await self._ask(op="delays", path=str(path))
        found = array.array("q")
        found.frombytes(path.read_bytes())
        return found.tolist()

    @property
    def count(self) -> int:
        return int(_COUNTS.unpack(self._counts[:])[0])

    @property
    def ended(self) -> int:
        return int(_COUNTS.unpack(self._counts[:])[1])

    @property
    def cpu(self) -> float:
        """Seconds."""
        return float(_COUNTS.unpack(self._counts[:])[2]) / 1e9


class Reading:
    """Inside the reader process."""

    def __init__(self, port: int, counts: mmap.mmap) -> None:
        self.port, self.counts = port, counts
        self.poll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.rests: dict[int, bytes] = {}
        self.buffer = bytearray(_BUFFER)
        self.seen = self.ended = 0
        self.delays: array.array[int] | None = None
        self.ahead = 0  # of the monotonic clock, in which texts are timed, before the one in which the kernel stamps

    def run(self) -> None:
        command = sys.stdin.fileno()
        os.set_blocking(command, False)
        self.poll.register(command, select.EPOLLIN)
        waiting = b""
        while True:
            for number, _what in self.poll.poll():
                if number != command:
                    self.read(number)
                elif not (data := os.read(command, 1 << 16)):
                    return
                else:
                    waiting += data
                    *lines, waiting = waiting.split(b"\n")
                    for line in lines:
                        self.obey(json.loads(line))
            _COUNTS.pack_into(self.counts, 0, self.seen, self.ended, time.process_time_ns())
            time.sleep(LOOK)

    def obey(self, asked: dict[str, Any]) -> None:
        answer: dict[str, Any] = {}
        try:
            getattr(self, f"_{asked.pop('op')}")(**asked)
        except OSError as error:
            answer["error"] = str(error)
        _COUNTS.pack_into(self.counts, 0, self.seen, self.ended, time.process_time_ns())
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    def _open(self, cookies: list[str], first: str) -> None:
        for begin in range(0, len(cookies), AT_ONCE):
            fresh = []
            for cookie in cookies[begin : begin + AT_ONCE]:
                one = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                one.sendall(_handshake(cookie))
                fresh.append(one)
            for one in fresh:
                head = b""
                while not head.endswith(b"\r\n\r\n"):  # nothing follows before we have said something
                    if not (data := one.recv(4096)):
                        break
                    head += data
                if b" 101 " not in head:
                    raise ConnectionError(head.split(b"\r\n")[0].decode() or "closed")
                if first:
                    one.sendall(masked(first))
                one.setblocking(False)
                self.sockets[one.fileno()] = one
                self.rests[one.fileno()] = b""
                self.poll.register(one.fileno(), select.EPOLLIN)

    def _reset(self) -> None:
        self.seen = 0

    def _time(self) -> None:
        for one in self.sockets.values():
            one.setsockopt(socket.SOL_SOCKET, _STAMP, 1)
        self.ahead = time.time_ns() - time.monotonic_ns()
        self.seen, self.delays = 0, array.array("q")

    def _delays(self, path: str) -> None:
        for one in self.sockets.values():
            one.setsockopt(socket.SOL_SOCKET, _STAMP, 0)
        Path(path).write_bytes(self.delays.tobytes() if self.delays is not None else b"")
        self.delays = None

    def read(self, number: int) -> None:
        one, buffer, stamps = self.sockets[number], self.buffer, []
        try:
            if self.delays is None:
                size = one.recv_into(buffer)
            else:
                size, stamps, _flags, _sender = one.recvmsg_into([buffer], 64)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if not size:
            self.poll.unregister(number)
            self.ended += 1
            return
        if (ping := buffer.find(b"\x89\x04", 0, size)) >= 0:  # bytes that no text of JSON has
            one.send(b"\x8a\x84\0\0\0\0" + buffer[ping + 2 : ping + 6])
        rest = self.rests[number]
        if self.delays is not None:
            self._note(number, rest + buffer[:size], stamps)
            return
        self.seen += buffer.count(MARK, 0, size) + (rest[-1:] == MARK[:1] and buffer[0] == MARK[1])
        self.rests[number] = MARK[:1] if buffer[size - 1] == MARK[0] else b""

    def _note(self, number: int, data: bytes, stamps: list[Any]) -> None:
        """What came in one piece with a later frame counts as having come as late as that."""
        assert self.delays is not None
        if stamps:
            seconds, nanoseconds = struct.unpack_from("qq", stamps[0][2])
            arrived = (seconds * 10**9 + nanoseconds - self.ahead) // 1000
        else:  # it came before the stamps were switched on
            arrived = time.monotonic_ns() // 1000
        end = 0
        for found in TIMED.finditer(data):
            end = found.end()
            self.delays.append(arrived - int(found[1]))
            self.seen += 1
        self.rests[number] = data[max(end, len(data) - _LONGEST + 1) :]


def _handshake(cookie: str) -> bytes:
    said = f"Cookie: sessionid={cookie}\r\n" if cookie else ""
    return (
        "GET /ws/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Origin: http://localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
        f"{said}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("r+b") as shared:
        Reading(int(sys.argv[1]), mmap.mmap(shared.fileno(), _COUNTS.size)).run()
