"""A few members do everything at once over HTTP while orders are paid and refunded and the sweeps of the night go on.

    python tests/faults/rush.py --lasting 600 --threads 24 --seconds 900

Claims (some twice under one key, some for the last piece), cancelling, addresses, gifts to friends, taking and declining them,
points sent to each other in circles, the same forms sent twice; meanwhile shops tell orders and refunds of the same members, claims
and gifts run out, points expire, tiers are reviewed. Real pages, real threads.

No page may answer with 500, and none with 503: who collides is tried again. At the end `manage.py verify` is clean and nobody's
points were made or lost. Broken variant that must be caught: a shelf that reads, counts and writes.
"""

import asyncio
import random
import re
import sys
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.browser import ask
from tests.faults.world import Process, World, arguments, broken_invariants, report

BROKEN = ("counts-itself",)
HANDLE = re.compile(r"/rewards/claimed/([0-9a-z]+)/")


class Rush:
    """One run."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.answers: Counter[str] = Counter()
        self.behind: Counter[str] = Counter()
        self.findings: list[str] = []
        self.claims: list[tuple[int, str]] = []
        self.guard = threading.Lock()
        self.over = 0.0

    def prepare(self) -> None:
        from django.db import transaction

        from loyalty.actions.earning.grants import grant_points
        from loyalty.models import CouponPool, Currency, EarningRule, Reward
        from outbox.clock import now

        self.pages = [self.here.pages("tests.faults.quick_pages:application") for _process in range(2)]
        for page, _port in self.pages:
            page.environment["LAOYOU_BROKEN"] = self.asked.broken
        self.here.make_people(self.asked.people)
        Currency.objects.filter(code="points").update(transferable=True, transfer_trust=0, transfer_daily=10**9)
        EarningRule.objects.filter(code="purchase").update(pending_days=0)
        with transaction.atomic():
            for member in self.here.people:
                grant_points(
                    cause=f"start:{member}", member_id=member, amount=20_000, reason="goodwill", origin="goodwill", by=None,
                    at=now(),
                )  # fmt: skip
        from loyalty.actions.rewards.coupons import add_codes

        pool = CouponPool.objects.create(name="Codes", percent=10)
        with transaction.atomic():
            add_codes(pool_id=pool.pk, text="\n".join(f"TEALEAF{one:06}" for one in range(40)), by=None, at=now())
        code = Reward.objects.create(name="Code", kind="generated_code", cost=10, percent=5, stock=60)
        made = [
            code,
            Reward.objects.create(name="Cup", kind="physical", cost=40, stock=30, per_member=3),
            Reward.objects.create(name="Listed", kind="coupon_pool", cost=15, pool=pool),
            Reward.objects.create(name="Promise", kind="promise", cost=25, stock=20),
            Reward.objects.create(name="Friend", kind="gift_to_friend", cost=30, gives=code, gift_days=1),
        ]
        self.rewards = [(reward.public_id, reward.cost) for reward in made]
        self.names = [f"person{number}" for number in range(self.asked.people)]
        with ThreadPoolExecutor() as threads:
            list(threads.map(Process.start, [page for page, _port in self.pages]))

    def play(self) -> None:
        self.over = time.monotonic() + self.asked.lasting
        lives = [threading.Thread(target=self.live, args=(number,)) for number in range(self.asked.threads)]
        lives += [
            threading.Thread(target=self.work, args=(one,)) for one in (self.shop, self.shop, self.sweep, self.night)
        ]
        for life in lives:
            life.start()
        for life in lives:
            life.join(self.here.left())

    # What people do

    def live(self, number: int) -> None:
        chance = random.Random(f"{self.asked.seed}-{number}")
        acts = (
            self.claim,
            self.claim,
            self.claim,
            self.cancel,
            self.address,
            self.friend,
            self.send,
            self.send,
            self.gift,
            self.look,
        )
        while time.monotonic() < self.over:
            act = chance.choice(acts)
            try:
                act(chance, chance.randrange(self.asked.people))
            except (OSError, TimeoutError) as error:
                self.note(act.__name__, 0, repr(error))

    def post(self, what: str, path: str, who: int, form: dict[str, str] | None) -> tuple[int, str, bytes]:
        port = self.pages[hash((path, who, time.monotonic())) % 2][1]
        answer = asyncio.run(ask(port, path, self.here.keys[who], form, wait=20))
        self.note(what, answer[0], path)
        return answer

    def note(self, what: str, status: int, detail: str) -> None:
        with self.guard:
            self.answers[f"{what} {status}"] += 1
            if status in (0, 500, 503):
                self.findings.append(f"{what} {detail} answered {status}")

    def claim(self, chance: random.Random, who: int) -> None:
        reward, cost = chance.choice(self.rewards)
        form = {"key": uuid.uuid4().hex, "cost": str(cost)}
        for _time in range(chance.choice((1, 1, 2))):
            _status, place, _body = self.post("claim", f"/rewards/{reward}/", who, form)
            if found := HANDLE.search(place):
                with self.guard:
                    self.claims.append((who, found[1]))

    def mine(self, chance: random.Random) -> tuple[int, str] | None:
        with self.guard:
            return chance.choice(self.claims[-12:]) if self.claims else None

    def cancel(self, chance: random.Random, _who: int) -> None:
        if one := self.mine(chance):
            self.post("cancel", f"/rewards/claimed/{one[1]}/cancel/", one[0], {})

    def address(self, chance: random.Random, _who: int) -> None:
        if one := self.mine(chance):
            form = {"name": "Mei", "lines": "Leaf 1", "city": "Hangzhou", "country": "China"}
            self.post("address", f"/rewards/claimed/{one[1]}/address/", one[0], form)

    def friend(self, chance: random.Random, _who: int) -> None:
        if one := self.mine(chance):
            self.post("friend", f"/rewards/claimed/{one[1]}/friend/", one[0], {"username": chance.choice(self.names)})

    def send(self, chance: random.Random, who: int) -> None:
        form = {
            "to": chance.choice(self.names), "amount": str(chance.choice((1, 7, 60, 9000))), "key": str(uuid.uuid4()), "sure": "1",
        }  # fmt: skip
        for _time in range(chance.choice((1, 2))):
            self.post("send", "/points/send/", who, form)

    def gift(self, chance: random.Random, who: int) -> None:
        from django.db import connection

        from loyalty.models import Gift

        try:
            rows = Gift.objects.filter(state="waiting", member_id=self.here.people[who])
            found = list(rows.values_list("public_id", flat=True)[:5])
        finally:
            connection.close()
        if found:
            act = chance.choice(("take", "take", "decline"))
            self.post("gift", f"/gifts/{chance.choice(found)}/", who, {"act": act})

    def look(self, chance: random.Random, who: int) -> None:
        self.post("look", chance.choice(("/points/", "/points/statement/", "/rewards/", "/codes/")), who, None)

    # What goes on behind them

    def work(self, one: Any) -> None:
        from django.db import OperationalError, connection

        from outbox.retry import collided

        chance = random.Random(f"{self.asked.seed}-{one.__name__}-{threading.get_ident()}")
        try:
            while time.monotonic() < self.over:
                try:
                    one(chance)
                    self.behind[one.__name__] += 1
                except OperationalError as error:
                    # Beat and the shop's worker try again; how often is said.
                    self.behind[f"{one.__name__} collided"] += 1
                    if not collided(error) and "lock timeout" not in str(error):
                        self.findings.append(f"{one.__name__}: {error}")
                except Exception as error:
                    self.findings.append(f"{one.__name__}: {type(error).__name__}: {error}")
        finally:
            connection.close()

    def shop(self, chance: random.Random) -> None:
        from django.db import transaction

        from loyalty.actions import record_order
        from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState, RefundData, RefundLineData
        from outbox.clock import now

        number, at = chance.randrange(20), now()
        line = OrderLineData(external_id="l1", quantity=2, net=4200 + number, product="Green tea")
        back = RefundData(
            external_id="r1", occurred_at=at, amount=2100, lines=(RefundLineData(line="l1", quantity=1, amount=2100),)
        )
        state = chance.choice((PaymentState.PAID, PaymentState.PAID, PaymentState.CANCELLED))
        order = CanonicalOrder(
            source="shop", external_id=str(number), revision=f"{time.time_ns():020}", occurred_at=at, state=state, currency="EUR",
            placed_at=at, paid_at=at, lines=(line,), member_id=self.here.people[number % len(self.here.people)],
            refunds=(back,) if chance.random() < 0.4 else (),
        )  # fmt: skip
        with transaction.atomic(durable=True):
            record_order(order=order, by=None, at=at)

    def sweep(self, chance: random.Random) -> None:
        from loyalty.actions.rewards import sweeping
        from outbox.clock import now

        sweeping.sweep(at=now() + timedelta(minutes=chance.choice((14, 16, 60 * 25))))
        time.sleep(0.2)

    def night(self, chance: random.Random) -> None:
        from loyalty import nightly
        from outbox.clock import now

        nightly.run(at=now() + timedelta(days=chance.choice((0, 1))))
        time.sleep(0.3)

    # What came of it

    def check(self) -> list[str]:
        from loyalty.models import Redemption, Reward

        said = self.here.logs()
        crashed = [line[:200] for line in said.splitlines() if "Internal Server Error" in line or "Traceback" in line]
        counted = Counter(
            Redemption.objects.exclude(state__in=Redemption.UNDONE).values_list("reward__name", flat=True)
        )
        over = [
            f"{counted[row.name]} of {row.stock} {row.name} were given"
            for row in Reward.objects.filter(stock__isnull=False) if row.stock is not None and counted[row.name] > row.stock
        ]  # fmt: skip
        return [*self.findings[:15], *crashed[:5], *over, *broken_invariants()]


def main() -> None:
    asked = arguments(__doc__ or "", broken=BROKEN, people=4, threads=8, lasting=10.0, seconds=90.0)
    with World("rush", seed=asked.seed, deadline=asked.seconds) as here:
        rush = Rush(here, asked)
        rush.prepare()
        rush.play()
        findings = rush.check()
        if findings:
            print(here.logs()[-6000:], file=sys.stderr)
    report(
        "rush" + (f", {asked.broken}" if asked.broken else ""), findings, seed=asked.seed, answers=dict(rush.answers),
        behind=dict(rush.behind),
    )  # fmt: skip


if __name__ == "__main__":
    main()
