"""A hundred people rush for ten seats of a live session, then for a drop of five, while pages and the worker are killed.

    python tests/faults/show.py --people 100 --seats 10 --pieces 5 --kills 3

Two processes serve the pages, a worker carries out what follows; each of them is killed with -9 and started again in the
middle. Never more people sit than there are seats, never more pieces are claimed than there were; everybody who asked has a
seat or a place in the queue, whoever claimed a piece gets exactly one, and the books add up. Broken: somebody who sits
without having been counted, which the look at the end must see.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.browser import insist
from tests.faults.world import Process, World, arguments, broken_invariants, report

BROKEN = ("uncounted",)


class Evening:
    """One show."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.findings: list[str] = []
        self.answers: Counter[str] = Counter()
        self.most_seated = self.most_claimed = self.looks = 0
        pages = [here.pages(), here.pages()]
        self.pages, self.ports = [page for page, _port in pages], [port for _page, port in pages]
        self.worker = self._worker()
        with ThreadPoolExecutor() as pool:
            list(pool.map(Process.start, [*self.pages, self.worker]))
        here.make_people(asked.people + 1)
        self._plan()

    def _worker(self) -> Process:
        command = [
            sys.executable, "-m", "celery", "-A", "config.celery:app", "worker", "--concurrency=1", "-B", "-s",
            str(self.here.folder / "beat"), "--without-gossip", "--without-mingle", "-l", "warning",
        ]  # fmt: skip
        made = Process(command, self.here.folder / "worker.log", lambda: True, LAOYOU_PROCESS="worker")
        self.here.processes.append(made)
        return made

    def _plan(self) -> None:
        from django.db import transaction

        from community.actions.live import sessions
        from community.models import LiveSession
        from loyalty.models import Reward
        from outbox.clock import now

        at, host = now(), self.here.people[-1]
        show = sessions.Show(title="Tea evening", host_id=host, time_zone="UTC", capacity=self.asked.seats)
        with transaction.atomic():
            self.show_id = sessions.plan_session(
                show=show, starts_at=at + timedelta(minutes=5), ends_at=at + timedelta(minutes=65), by=host, at=at
            )
        into = {"state": "live", "starts_at": at - timedelta(minutes=1), "started_at": at, "doors_at": at}
        LiveSession.objects.filter(public_id=self.show_id).update(**into)
        self.show = LiveSession.objects.get(public_id=self.show_id)
        self.reward = Reward.objects.create(name="Cup", kind="generated_code", cost=50, percent=10, stock=20)

    async def play(self) -> None:
        async with asyncio.timeout(self.here.left()):
            watching = asyncio.create_task(self.watch())
            try:
                killing = asyncio.create_task(self.kill())
                joins = [self.join(number) for number in range(self.asked.people)]
                await asyncio.gather(*joins, *(self.join(number) for number in range(0, self.asked.people, 7)))
                drop = await asyncio.to_thread(self._announce)
                await asyncio.gather(*(self.claim(drop, number) for number in range(self.asked.people)))
                await asyncio.gather(*(self.claim(drop, number) for number in range(0, self.asked.people, 3)))
                await killing
                await asyncio.to_thread(self._wait_for_gifts)
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)

    async def join(self, number: int) -> None:
        path = f"/live/{self.show_id}/room/join/"
        answer = await insist(self.ports, path, self.here.keys[number], {"tab": "talk"}, self.here.deadline)
        self.answers[f"join {answer['status']} {answer.get('state', answer.get('code', ''))}"] += 1

    async def claim(self, drop: str, number: int) -> None:
        path = f"/live/{self.show_id}/room/drops/{drop}/"
        answer = await insist(self.ports, path, self.here.keys[number], {"act": "claim"}, self.here.deadline)
        self.answers[f"claim {answer['status']} {answer.get('code', '')}"] += 1

    def _announce(self) -> str:
        from django.db import connection, transaction

        from community.actions.live import drops
        from community.models import Drop
        from outbox.clock import now

        try:
            with transaction.atomic():
                public_id = drops.announce(
                    session_id=self.show.pk, source="reward", prize=str(self.reward.pk), stock=self.asked.pieces,
                    least_rank=0, countdown=0, minutes=30, by=self.here.people[-1], at=now(),
                )  # fmt: skip
                Drop.objects.filter(public_id=public_id).update(
                    opens_at=now(), announced_at=now() - timedelta(minutes=1)
                )
        finally:
            connection.close()
        return public_id

    async def kill(self) -> None:
        chance = random.Random(self.asked.seed)
        for number in range(self.asked.kills):
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            victim = (self.pages[number % 2], self.worker)[number % 3 == 2]
            victim.kill()
            await asyncio.to_thread(victim.start)

    async def watch(self) -> None:
        """What other people could see at any moment."""
        while True:
            await asyncio.to_thread(self._look)
            await asyncio.sleep(0.05)

    def _look(self) -> None:
        from django.db import connection

        from community.models import DropClaim, Seat

        try:
            seated = Seat.objects.filter(session=self.show, state__in=["seated", "offered"]).count()
            self.most_seated = max(self.most_seated, seated)
            self.most_claimed = max(self.most_claimed, DropClaim.objects.count())
            self.looks += 1
        finally:
            connection.close()

    def _wait_for_gifts(self) -> None:
        """The worker may be killed in the middle; whoever claimed gets it all the same, without another nudge."""
        from django.db import connection

        from loyalty.models import Redemption

        end = time.monotonic() + 40
        try:
            while Redemption.objects.count() < self.asked.pieces and time.monotonic() < min(end, self.here.deadline):
                time.sleep(0.2)
        finally:
            connection.close()

    def check(self) -> None:
        from community.models import Drop, DropClaim, Seat
        from loyalty.models import Redemption, RewardReserve

        asked, seats = self.asked, Counter(Seat.objects.values_list("state", flat=True))
        drop = Drop.objects.get()
        facts = {
            f"{self.most_seated} sat": self.most_seated == asked.seats,
            f"{self.most_claimed} were claimed": self.most_claimed == asked.pieces,
            f"seats: {dict(seats)}": seats["seated"] + seats["offered"] == asked.seats
            and sum(seats.values()) == asked.people,
            f"{drop.claimed} claims": drop.claimed == DropClaim.objects.count() == asked.pieces,
            f"numbers {sorted(DropClaim.objects.values_list('number', flat=True))}": sorted(
                DropClaim.objects.values_list("number", flat=True)
            )
            == list(range(1, asked.pieces + 1)),
            f"{Redemption.objects.count()} were given": Redemption.objects.count() == asked.pieces
            and RewardReserve.objects.get().given == asked.pieces,
            "given to others than those who claimed": set(Redemption.objects.values_list("member_id", flat=True))
            == set(DropClaim.objects.values_list("member_id", flat=True)),
        }
        self.findings += [said for said, holds in facts.items() if not holds]
        if asked.broken == "uncounted":
            Seat.objects.filter(pk=Seat.objects.filter(state="waiting").values("pk")[:1]).update(state="seated")
        self.findings += broken_invariants()


def main() -> None:
    asked = arguments(__doc__ or "", broken=BROKEN, people=100, seats=10, pieces=5, kills=3, seconds=110.0)
    with World("show", seed=asked.seed, deadline=asked.seconds) as here:
        evening = Evening(here, asked)
        begun = time.monotonic()
        try:
            asyncio.run(evening.play())
        except TimeoutError:
            evening.findings.append(f"not done in {asked.seconds} s")
        took = time.monotonic() - begun
        evening.check()
        if evening.findings:
            print(here.logs()[-6000:], file=sys.stderr)
    report(
        "show" + (f", {asked.broken}" if asked.broken else ""), evening.findings, seed=asked.seed, seconds=round(took, 1),
        looks=evening.looks, answers=dict(evening.answers),
    )  # fmt: skip


if __name__ == "__main__":
    main()
