"""Valkey stands still, then refuses, while pages are asked and forms are sent.

    python tests/faults/still.py --frozen 60

Pages answer (the slowest of a hundred is told; the promise is under a second), every form is written, and who listens on a
socket has everything within ten seconds. Broken: what is said to others is said within the request.
"""

import asyncio
import random
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.browser import ask
from tests.faults.reader import Page, Reader
from tests.faults.world import World, arguments, broken_invariants, report

BROKEN = ("publish-in-request",)
PAGE, HEALED = 1.0, 10.0


class Hour:
    """One page process, one socket process, some readers."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.findings: list[str] = []
        self.pages, self.port = here.pages(asked.broken and "tests.faults.broken_pages:application")
        self.sockets, self.socket_port = here.sockets()
        for process in (self.pages, self.sockets):
            process.start()
        here.make_people(6)
        self.room_id, self.stream = here.make_room("tea", here.people)
        self.times: dict[str, list[float]] = {"calm": [], "frozen": [], "refused": []}
        self.failed: list[str] = []
        self.said = 0

    async def play(self) -> None:
        page = Page([self.socket_port], lambda stream: (0, {}), delays=[])
        reader = Reader(page, self.here.keys[0], [self.stream], random.Random(self.asked.seed))
        reader.watches = True
        life = asyncio.create_task(reader.run())
        try:
            async with asyncio.timeout(self.here.left()):
                await reader.live.wait()
                for _ in range(2):  # templates, imports, connections
                    await self.round("warm")
                await self.stretch("calm", 2.0)
                self.here.valkey.freeze()
                await self.stretch("frozen", self.asked.frozen)
                self.here.valkey.thaw()
                self.here.valkey.kill()
                await self.stretch("refused", self.asked.frozen / 2)
                await asyncio.to_thread(self.here.valkey.start)
                end = time.monotonic() + HEALED
                heard = reader.rooms[self.stream]
                while len(heard.state) < self.said and time.monotonic() < end:
                    await asyncio.sleep(0.05)
                self.heard, self.slowest = len(heard.state), max(page.delays or [0]) / 1_000_000
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
            self.here.valkey.thaw()
            reader.cut()

    async def stretch(self, name: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self.round(name)

    async def round(self, name: str) -> None:
        """A few people each ask a page; one of them says something."""
        paths = ["/chat/tea/", "/forum/", "/chat/", "/live/"]
        await asyncio.gather(*(self.timed(name, path, number) for number, path in enumerate(paths)))
        self.said += 1
        form = {"text": f"word {self.said} ^%{time.monotonic_ns() // 1000:016}", "client_id": f"still-{self.said:08}"}
        await self.timed(name, "/chat/tea/", 5, form)

    async def timed(self, name: str, path: str, number: int, form: dict[str, str] | None = None) -> None:
        begun = time.monotonic()
        try:
            status, _place, _body = await ask(self.port, path, self.here.keys[number], form)
        except (OSError, TimeoutError) as error:
            status = 0
            self.failed.append(f"{name} {path}: {error!r}")
        if status not in (0, 200, 302):
            self.failed.append(f"{name} {path}: {status}")
        self.times.setdefault(name, []).append(time.monotonic() - begun)

    def check(self) -> None:
        from community.models import Message

        stored = Message.objects.filter(room_id=self.room_id, kind="text").count()
        if self.failed:
            self.findings.append(f"{len(self.failed)} failed: {self.failed[:5]}")
        if stored != self.said:
            self.findings.append(f"{stored} of {self.said} were written")
        if self.heard < self.said or self.slowest > HEALED:
            self.findings.append(f"{self.heard} of {self.said} were heard, the slowest after {self.slowest:.1f} s")
        for name in ("frozen", "refused"):
            if (slow := self.p99(name)) > PAGE + 3 * self.p99("calm"):  # a busy machine is slow in calm times, too
                self.findings.append(f"pages took {slow:.2f} s while Valkey was {name}")
        self.findings += broken_invariants()

    def p99(self, name: str) -> float:
        times = sorted(self.times[name])
        return times[min(len(times) - 1, int(len(times) * 0.99))] if times else float("nan")


def main() -> None:
    asked = arguments(__doc__ or "", broken=BROKEN, frozen=6.0, seconds=80.0)
    with World("still", seed=asked.seed, deadline=asked.seconds) as here:
        hour = Hour(here, asked)
        try:
            asyncio.run(hour.play())
        except TimeoutError:
            hour.heard, hour.slowest = 0, 0.0
            hour.findings.append(f"not done in {asked.seconds} s")
        hour.check()
        if hour.findings:
            print(here.logs()[-6000:], file=sys.stderr)
    numbers = {f"p99_{name}_s": round(hour.p99(name), 3) for name in ("calm", "frozen", "refused")}
    report(
        "still" + (f", {asked.broken}" if asked.broken else ""), hour.findings, seed=asked.seed,
        asked=sum(map(len, hour.times.values())), said=hour.said, slowest_heard_s=round(hour.slowest, 2), **numbers,
    )  # fmt: skip


if __name__ == "__main__":
    main()
