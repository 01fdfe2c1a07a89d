"""How much can be said in a room of many? Our socket process, a bare `websockets` broadcast and Channels' tutorial, in one run.

    python benchmarks/chat.py [--sockets 500 2000] [--seconds 5] [--rounds 3] [--idle 10000] [--offered 1300000] [--only ours]

Every server is one process on this machine, compression off, the same bytes in each frame. Readers are a process of their own
(chat_readers.py: epoll, no parsing), the senders another (this one, uvloop), the same for every server; it is told where
one of them was the limit. Ours goes the whole way in a real room: members send over their sockets, each message is
committed in PostgreSQL (fsync on) before it is delivered, and travels through Valkey. The others keep nothing.

rate       as fast as it goes: deliveries a second until everything sent has arrived, µs of the server's CPU each.
           ours: as many senders as nine messages a second each (the flood guard's pace) make the deliveries offered; they
           wait for their answers. Readers who cannot follow are sent away, and it is said how many.
           fan-out alone: frames published to Valkey, without the database, as the others do.
delay      at a paced 20,000 deliveries a second, from the writing of the message at its sender to its arrival in the kernel
           at each reader; the fan-out alone from the publishing on
memory     resident KB a socket of the server; and so many idle sockets of one process
two        two of our processes share a room: every reader has every message once and in order

Its own database stands beside the site's and is used again. Limits on members' pace are off (LAYOU_LIMITS).
"""

import argparse
import asyncio
import math
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the world is asked between two measurements
os.environ.setdefault("LAOYOU_LIMITS", "false")  # nobody writes as fast as a benchmark

import chat_servers as servers  # noqa: E402
import uvloop  # noqa: E402
from chat_client import Counter, Crowd, Line, Talker, Tally, masked, timed  # noqa: E402
from chat_readers import Readers  # noqa: E402
from chat_world import World  # noqa: E402
from serving import cpu_seconds  # noqa: E402

PACED = 20_000
"""Deliveries a second of the delay's measurement."""
OUTSTANDING, JOINED = 20, 100
"""Messages on their way at once where there are no answers to wait for: what suits those who send each message by itself
best, and who joins messages needs more."""
WARM = 50
"""Sockets opened before memory is counted, and messages said before anything is."""
CALM = 1 / 9
"""Seconds between two messages of one sender."""


@dataclass
class Result:
    """Of one server and room size; lists by round."""

    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    client: float = 0.0
    readers: float = 0.0
    delays: list[int] = field(default_factory=list)
    kept_pace: bool = True
    closed: int = 0
    memory: float = 0.0

    @property
    def rate(self) -> float:
        return statistics.median(self.rates) if self.rates else 0.0


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def at(values: list[int], share: float) -> float:
    """A quantile of microseconds, in milliseconds."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1000 if ordered else float("nan")


Send = Callable[[], Awaitable[None]]


class Room:
    """Readers of one server, and the ways to say something to them."""

    def __init__(self, pid: int, readers: Readers) -> None:
        self.pid, self.readers, self.sent = pid, readers, 0

    @property
    def size(self) -> int:
        return self.readers.size

    @property
    def on_their_way(self) -> float:
        """Messages that not everybody has."""
        return self.sent - self.readers.count / self.size

    async def everything(self, seconds: float = 10.0) -> bool:
        """Wait until all that was sent has arrived everywhere."""
        end = time.monotonic() + seconds
        while self.readers.count < self.sent * self.size:
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.001)
        return True

    async def ready(self, send: Send) -> None:
        """Every reader hears."""
        for _ in range(20):
            self.sent = 1
            await self.readers.reset()
            await send()
            if await self.everything(3.0):
                return
        raise SystemExit("Not every reader hears.")

    async def rate(self, produce: Callable[[float], Awaitable[None]], seconds: float, result: Result) -> None:
        """One round: `produce` sends until then, and the round ends with the last arrival."""
        self.sent = 0
        await self.readers.reset()
        server, client, begun = cpu_seconds(self.pid), time.process_time(), time.monotonic()
        readers = self.readers.cpu
        await produce(begun + seconds)
        if not await self.everything():
            result.kept_pace = False
        took, count = time.monotonic() - begun, self.readers.count
        result.rates.append(count / took)
        result.costs.append((cpu_seconds(self.pid) - server) / max(1, count) * 1e6)
        result.closed = self.readers.ended
        result.client = max(result.client, (time.process_time() - client) / took)
        result.readers = max(result.readers, (self.readers.cpu - readers) / took)

    async def delay(self, send: Send, seconds: float, result: Result) -> None:
        """Say something every so often, whether what was said before has arrived or not."""
        self.sent = 0
        await self.readers.time()
        step, begun = self.size / PACED, time.monotonic()
        sending = set()
        while (now := time.monotonic()) < begun + seconds:
            sending.add(asyncio.ensure_future(send()))
            self.sent += 1
            await asyncio.sleep(max(0.0, begun + self.sent * step - now))
        await asyncio.gather(*sending)
        result.kept_pace &= await self.everything(5.0)
        result.delays = await self.readers.delays()


async def without_answers(room: Room, send: Send, until: float) -> None:
    """Send as long as not more than a few messages are on their way."""
    while time.monotonic() < until:
        if room.on_their_way < OUTSTANDING:
            room.sent += 1
            await send()
            if room.sent % 5 == 0:
                await asyncio.sleep(0)
        else:
            await asyncio.sleep(0.001)  # uvloop counts milliseconds: less would be a busy loop


async def others(
    name: str, running: tuple[int, int], size: int, options: argparse.Namespace, filling: str, text: str = "%s"
) -> Result:
    """A server that broadcasts what one of its sockets sends."""
    pid, port = running
    result, speakers = Result(), Crowd(port)
    async with Readers(port) as readers:
        await readers.open([""] * WARM)
        before = resident_kb(pid)
        await readers.open([""] * (size - WARM))
        result.memory = (resident_kb(pid) - before) / max(1, size - WARM)
        await speakers.open([Line])

        async def send() -> None:
            speakers.lines[0].transport.write(masked(text % timed(filling)))

        room = Room(pid, readers)
        await room.ready(send)
        for _ in range(options.rounds):
            await room.rate(lambda until: without_answers(room, send, until), options.seconds, result)
        await room.delay(send, options.seconds, result)
        await speakers.close()
    show(name, size, result)
    return result


class Speakers:
    """Members who talk over their sockets and wait for the answers."""

    def __init__(self, crowd: Crowd, stream: str, filling: str) -> None:
        self.talkers: list[Talker] = crowd.lines  # type: ignore[assignment]
        self.stream, self.filling, self.turn, self.said = stream, filling, 0, 0

    async def send(self, talker: Talker | None = None) -> None:
        self.turn += 1
        talker = talker or self.talkers[self.turn % len(self.talkers)]
        answer = await talker.ask(
            op="send", stream=self.stream, client_id=f"bench-{id(self)}-{self.turn}", data={"text": timed(self.filling)}
        )
        if answer["op"] != "ok":
            raise SystemExit(f"A message was refused: {answer}")
        self.said += 1

    async def all(self, room: Room, until: float) -> None:
        before = self.said

        async def one(place: int, talker: Talker) -> None:
            await asyncio.sleep(CALM * place / len(self.talkers))
            while (begun := time.monotonic()) < until:
                await self.send(talker)
                await asyncio.sleep(max(0.0, begun + CALM - time.monotonic()))

        await asyncio.gather(*(one(place, talker) for place, talker in enumerate(self.talkers)))
        room.sent = self.said - before


async def ours(world: World, running: tuple[int, int], size: int, options: argparse.Namespace) -> tuple[Result, Result]:
    """The whole way, and the fan-out alone."""
    pid, port = running
    stream = world.room(f"room-{size}")
    result, alone, speakers = Result(), Result(), Crowd(port)
    subscribe = f'{{"op":"subscribe","stream":"{stream}","ref":"s"}}'
    cookies = [world.cookie(n) for n in range(size)]
    async with Readers(port) as readers:
        await readers.open(
            cookies[:WARM], subscribe
        )  # threads, connections and what Django loads late are not the sockets'
        await asyncio.sleep(1)
        before = resident_kb(pid)
        await readers.open(cookies[WARM:], subscribe)
        await asyncio.sleep(1)
        result.memory = (resident_kb(pid) - before) / max(1, size - WARM)
        await speakers.open(
            [partial(Talker, cookie=world.cookie(size + n)) for n in range(math.ceil(options.offered * CALM / size))]
        )
        said = Speakers(crowd=speakers, stream=stream, filling="x" * options.size)
        room = Room(pid, readers)
        await said.talkers[0].ask(op="subscribe", stream=stream)
        await room.ready(said.send)
        for _ in range(WARM):  # each of the server's threads has its connection, and all is loaded
            await said.send()
        options.frame = said.talkers[0].size
        for _ in range(options.rounds):
            await room.rate(lambda until: said.all(room, until), options.seconds, result)
        await room.delay(said.send, options.seconds, result)
        show("ours, the whole way", size, result)
        for _ in range(options.rounds):
            await room.rate(lambda until: published(world, room, stream, until, options.frame), options.seconds, alone)
        push, filling = world.pusher(stream), "x" * (options.frame - 110)

        async def publish() -> None:
            await asyncio.get_running_loop().run_in_executor(None, push, timed(filling))

        await room.delay(publish, options.seconds, alone)
        show("ours, fan-out alone", size, alone)
        await speakers.close()
    return result, alone


async def published(world: World, room: Room, stream: str, until: float, size: int) -> None:
    """Frames without a message behind them, put into Valkey as live subscribers do."""

    def run() -> None:
        push = world.pusher(stream)
        while time.monotonic() < until:
            if room.on_their_way < JOINED:
                room.sent += 1
                push(timed("x" * (size - 110)))
            else:
                time.sleep(0.001)

    await asyncio.get_running_loop().run_in_executor(None, run)


async def idle(world: World, running: tuple[int, int], count: int) -> None:
    """Sockets that only listen to their own stream."""
    pid, port = running
    stream, tally, crowd = world.room("idle"), Tally(), Crowd(port)
    first, begun = f'{{"op":"subscribe","stream":"{stream}"}}', time.monotonic()
    failed = 0
    before = resident_kb(pid)
    try:
        await crowd.open([partial(Counter, tally, cookie=world.cookie(n), first=first) for n in range(count)])
    except (OSError, TimeoutError) as error:
        failed, _ = count - len(crowd.lines), print(f"  {error}")
    took = time.monotonic() - begun
    one = Crowd(port)
    await one.open([Talker])
    await asyncio.sleep(3)
    trips = []
    for _ in range(60):
        asked = time.monotonic_ns()
        # A guest who asks to speak is refused without a look at anything: a frame there, a frame back.
        await one.lines[0].ask(op="send", stream=stream, client_id="round-trip")  # type: ignore[attr-defined]
        trips.append((time.monotonic_ns() - asked) // 1000)
        await asyncio.sleep(0.1)
    cpu, begun = cpu_seconds(pid), time.monotonic()
    await asyncio.sleep(5)
    busy = (cpu_seconds(pid) - cpu) / (time.monotonic() - begun)
    print(
        f"{count:,} idle sockets: {failed} failed, open in {took:.1f} s, the process has {resident_kb(pid) / 1024:,.0f} MB "
        f"({before / 1024:,.0f} before), {(resident_kb(pid) - before) / count:.1f} KB a socket, "
        f"round trip p50 {at(trips, 0.5):.1f} / p99 {at(trips, 0.99):.1f} ms, {busy:.0%} of a core",
        flush=True,
    )
    await one.close()
    await crowd.close()


async def two(world: World, options: argparse.Namespace) -> None:
    """Two processes, readers and senders at both."""
    stream = world.room("two")
    with servers.ours(world.url) as first, servers.ours(world.url) as second:
        halves, everybody = [Crowd(first[1]), Crowd(second[1])], Crowd(0)
        for place, half in enumerate(halves):
            await half.open([partial(Talker, cookie=world.cookie(50 * place + n)) for n in range(50)])
            for line in half.lines:
                await line.ask(op="subscribe", stream=stream, since=0)  # type: ignore[attr-defined]
            everybody.lines += half.lines
        said = Speakers(everybody, stream, "x" * options.size)
        begun, count = time.monotonic(), 0
        while count < options.messages:
            step = min(100, options.messages - count)
            await asyncio.gather(*(said.send() for _ in range(step)))
            count += step
            await asyncio.sleep(0.11)
        sent = time.monotonic() - begun
        wanted = list(range(1, options.messages + 1))
        readers: list[Talker] = everybody.lines  # type: ignore[assignment]
        end = time.monotonic() + 15
        while any(len(line.seqs) < options.messages for line in readers) and time.monotonic() < end:
            await asyncio.sleep(0.05)
        right = sum(line.seqs == wanted for line in readers)
        print(
            f"two processes: {options.messages:,} messages in {sent:.1f} s, {right} of {len(readers)} readers have every "
            "message once and in order"
        )
        for half in halves:
            await half.close()
        if right < len(readers):
            raise SystemExit("Messages were lost.")


def show(name: str, size: int, result: Result) -> None:
    spread = f"({min(result.rates):,.0f}-{max(result.rates):,.0f})" if result.rates else ""
    delay = f"p50 {at(result.delays, 0.5):6.1f} p99 {at(result.delays, 0.99):6.1f} ms" if result.delays else ""
    notes = [] if result.kept_pace else ["could not keep the pace"]
    if result.closed:
        notes.append(f"{result.closed} sockets were closed")
    notes += [
        f"the {who} were the limit"
        for who, share in (("senders", result.client), ("readers", result.readers))
        if share > 0.9
    ]
    print(
        f"{name:<26}{size:>6} {result.rate:>10,.0f} {spread:<20} {statistics.median(result.costs or [0]):6.1f} µs  {delay:<30}"
        f" {f'{result.memory:.1f} KB' if result.memory else '':<9} {'; '.join(notes)}",
        flush=True,
    )


async def main(options: argparse.Namespace, world: World) -> None:
    print(f"{'':<26}{'room':>6} {'a second':>10} {'':<20} {'CPU':>6}     delay at {PACED:,} a second    a socket")
    for size in options.sockets:
        results: dict[str, Result] = {}
        if "ours" in options.only:
            with servers.ours(world.url) as running:
                results["ours"], results["alone"] = await ours(world, running, size, options)
        filling = "x" * (options.frame - len(timed()))
        if "bare" in options.only:
            with servers.bare() as running:
                results["bare"] = await others("bare websockets", running, size, options, filling)
        if "channels" in options.only:
            for layer in servers.LAYERS:
                with servers.tutorial(layer, world.valkey_url) as running:
                    results[layer] = await others(layer, running, size, options, filling, '{"message":"%s"}')
        compare(results)
    if options.idle and "ours" in options.only:
        with servers.ours(world.url) as running:
            await idle(world, running, options.idle)
    if options.messages and "ours" in options.only:
        await two(world, options)


def compare(results: dict[str, Result]) -> None:
    for name in ("ours", "alone"):
        for other in [other for other in results if other not in ("ours", "alone")]:
            if name in results and results[other].rate:
                mine, theirs = results[name], results[other]
                print(
                    f"  {'the whole way' if name == 'ours' else 'fan-out alone'} / {other}: {mine.rate / theirs.rate:.1f} × "
                    f"the deliveries, {statistics.median(theirs.costs) / statistics.median(mine.costs):.1f} × per CPU second"
                )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, nargs="+", default=[500, 2000])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--offered", type=int, default=1_300_000, help="deliveries a second that our senders ask for at most"
    )
    parser.add_argument("--size", type=int, default=100, help="characters of a message")
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=2_000, help="of the two processes")
    parser.add_argument("--only", nargs="+", default=["ours", "bare", "channels"], choices=["ours", "bare", "channels"])
    parser.set_defaults(frame=600)
    chosen = parser.parse_args()
    with World(people=max(*chosen.sockets, chosen.idle, 0) // 5 + 80) as made:
        uvloop.run(main(chosen, made))
