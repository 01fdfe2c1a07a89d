"""What does it cost to give one chat message to many sockets? Our hub next to a bare `websockets` broadcast, in one run.

    python benchmarks/chat_fanout.py [--sockets 200] [--messages 50] [--rounds 5] [--size 400]

One server process each, compression off, one sender. A round publishes all messages at once and ends when every socket
has every byte. Printed: deliveries a second (median of the rounds, with the lowest and highest) and the server's CPU per
delivery. Ours goes the whole way: PUBLISH to Valkey, one subscription, a queue and a writer per socket, ASGI send. What a
message costs before (its transaction in PostgreSQL) is not in it: that is paid once, not once per reader.
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

OURS = """
from config.asgi import application
from messaging import streams

class Open(streams.MemberStream):
    "A stream that everybody may hear and that is not counted, so that nothing but the fan-out is measured."
    def channel(self, *, member_id, key):
        return f"bench:{key}"
    def still_allowed(self, *, pairs):
        return set(pairs)

streams.register("bench", Open())
"""
BARE = """
import asyncio, sys
from websockets.asyncio.server import broadcast, serve

readers = set()

async def handle(connection):
    async for text in connection:
        if text.startswith('{"op"'):
            readers.add(connection)
            await connection.send("ok")
        else:
            broadcast(readers, text)

async def main():
    async with serve(handle, "127.0.0.1", int(sys.argv[1]), compression=None, ping_interval=None):
        await asyncio.get_running_loop().create_future()

asyncio.run(main())
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kb(pid: int) -> int:
    return int(
        next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")).split()[
            1
        ]
    )


def masked(text: str) -> bytes:
    payload = text.encode()
    head = (
        bytes([0x81, 0x80 | len(payload)])
        if len(payload) < 126
        else bytes([0x81, 0xFE]) + len(payload).to_bytes(2, "big")
    )
    return head + b"\0\0\0\0" + payload


class Reader(asyncio.Protocol):
    """Counts bytes and nothing else, so that the client is not what is measured."""

    def __init__(self) -> None:
        self.received = self.wanted = 0
        self.opened = asyncio.get_running_loop().create_future()
        self.done = asyncio.get_running_loop().create_future()
        self.head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(
            b"GET /ws/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://localhost\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            self.head += data
            if b"ok" in self.head.partition(b"\r\n\r\n")[2]:
                self.opened.set_result(None)
            elif self.head.endswith(b"\r\n\r\n"):
                assert b" 101 " in self.head, self.head
                self.transport.write(masked('{"op":"subscribe","ref":"1","stream":"bench:a"}'))
            return
        self.received += len(data)
        if self.received >= self.wanted and not self.done.done():
            self.done.set_result(None)

    def expect(self, size: int) -> "asyncio.Future[None]":
        self.received, self.wanted, self.done = 0, size, asyncio.get_running_loop().create_future()
        return self.done


async def measure(name: str, pid: int, port: int, options: argparse.Namespace, publish) -> tuple[float, float]:
    loop = asyncio.get_running_loop()
    before = resident_kb(pid)
    readers = [(await loop.create_connection(Reader, "127.0.0.1", port))[1] for _ in range(options.sockets)]
    await asyncio.gather(*(reader.opened for reader in readers))
    await asyncio.sleep(0.5)
    memory = (resident_kb(pid) - before) / options.sockets
    from messaging import frames

    frame = {"type": "message", "data": {"html": "x" * options.size}}
    text = frames.encode({"stream": "bench:a", "seq": None, **frame})
    on_the_wire = len(text) + (2 if len(text) < 126 else 4)
    deliveries = options.sockets * options.messages
    rates, costs = [], []
    for _ in range(options.rounds + 1):
        waiting = [reader.expect(on_the_wire * options.messages) for reader in readers]
        cpu, begun = cpu_seconds(pid), time.perf_counter()
        sending = loop.run_in_executor(None, publish, frame, text)
        await asyncio.wait_for(asyncio.gather(*waiting), 60)
        rates.append(deliveries / (time.perf_counter() - begun))
        await sending
        costs.append((cpu_seconds(pid) - cpu) / deliveries * 1e6)
    rates, costs = rates[1:], costs[1:]  # the first round warms up
    print(
        f"{name:24} {statistics.median(rates):9,.0f} a second ({min(rates):,.0f}-{max(rates):,.0f})   "
        f"{sum(costs) / len(costs):5.1f} µs CPU a delivery   {memory:5.1f} KB a socket"
    )
    for reader in readers:
        reader.transport.close()
    return statistics.median(rates), sum(costs) / len(costs)


async def wait_until_open(port: int) -> None:
    for _ in range(200):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise SystemExit("The server did not start.")


async def main(options: argparse.Namespace) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config import embedded

    embedded.ensure_running()
    import django

    django.setup()
    from messaging import hub

    def ours(frame: dict, _text: str) -> None:
        for _ in range(options.messages):
            hub.push("bench:a", frame)

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "fanout_ours.py").write_text(OURS)
        Path(folder, "fanout_bare.py").write_text(BARE)
        results = {}
        port = free_port()
        environment = {**os.environ, "LAOYOU_PROCESS": "sockets", "PYTHONPATH": f"{ROOT}:{folder}"}
        command = [
            sys.executable, "-m", "uvicorn", "fanout_ours:application", "--host", "127.0.0.1", "--port", str(port),
            "--ws", "websockets-sansio", "--ws-max-size", "65536", "--ws-per-message-deflate", "false", "--log-level", "error",
        ]  # fmt: skip
        with subprocess.Popen(command, cwd=ROOT, env=environment) as server:
            await wait_until_open(port)
            results["ours"] = await measure("our hub (uvicorn)", server.pid, port, options, ours)
            server.terminate()
        port = free_port()
        with subprocess.Popen([sys.executable, str(Path(folder, "fanout_bare.py")), str(port)]) as server:
            await wait_until_open(port)
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.sendall(
                    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                )
                assert b" 101 " in line.recv(4096)

                def bare(_frame: dict, text: str) -> None:
                    for _ in range(options.messages):
                        line.sendall(masked(text))

                results["bare"] = await measure("bare websockets", server.pid, port, options, bare)
            server.terminate()
    print(
        f"ours / bare: {results['ours'][0] / results['bare'][0]:.2f} × the deliveries, {results['ours'][1] / results['bare'][1]:.2f} × the CPU"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--messages", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=400)
    asyncio.run(main(parser.parse_args()))
