"""Members claim rewards from several processes while PostgreSQL is restarted under them.

    python tests/faults/books.py --claims 10000 --restarts 30 --seconds 900

PostgreSQL stops fast, stops at once (as when the machine loses its power), and one of its sessions is killed with -9, which ends
all of them; a server of its own, so nobody else notices. Everybody who hears nothing asks again under the same key, as a page
that is sent again does. Some claims need an address, some are cancelled, some are for the last piece.

At the end each claim that was asked for ended once: what was confirmed is stored, what was refused is not, nobody paid twice,
each balance is what it began with less what its claims cost, stock and limits are exact, `manage.py verify` holds.
Broken variants that must be caught: people who ask again under a new key, and a server that says "committed" before it is.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.world import ROOT, World, arguments, broken_invariants, report

BROKEN = ("new-key", "commits-later")
HOW = ("fast", "immediate", "backend")
START = 100_000
"""Points that each member begins with: enough for everything."""
LOST = 0.1
"""Which part of the first answers does not arrive, although everything was done."""
LONGEST_WAIT = 10.0
"""Seconds that nobody may wait for an answer; the server comes back within five, with two cores and neighbours."""


def member_process(job: dict[str, Any]) -> None:
    """One process of people: threads that claim, and one line of JSON with what each heard."""
    import django

    django.setup()
    from loyalty.views import rewards

    rewards.PACE = tuple((span, 10**6) for span, _most in rewards.PACE)  # few people stand for many here
    heard: list[dict[str, Any]] = []
    progress = Path(job["progress"])

    def live(number: int) -> None:
        from django.db import connection

        chance = random.Random(f"{job['seed']}-{job['process']}-{number}")
        try:
            for place in range(job["claims"]):
                key = f"claim{job['process']:03}{number:03}{place:06}"
                one = _one_claim(chance, job, key)
                heard.append(one)
                with progress.open("a") as file:
                    file.write(".")
        finally:
            connection.close()

    threads = [threading.Thread(target=live, args=(number,)) for number in range(job["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(heard))


def _one_claim(chance: random.Random, job: dict[str, Any], key: str) -> dict[str, Any]:
    from loyalty.actions import RewardRefused
    from loyalty.actions.rewards import details, undoing
    from loyalty.views.rewards import _claim_once
    from outbox.clock import now

    member, reward = chance.choice(job["people"]), chance.choice(job["rewards"])
    one: dict[str, Any] = {"key": key, "member": member, "reward": reward, "id": 0, "end": "", "waits": 0.0, "again": 0}
    chance_of = chance.random()

    def claim(again: int) -> Any:
        asked = f"{key}again{again}" if again and job["broken"] == "new-key" else key
        return _claim_once(True, None, reward_id=reward, member_id=member, key=asked, by=member, at=now())

    try:
        claimed = _insist(one, job, chance, claim)
    except RewardRefused as refused:
        return one | {"end": refused.code}
    one |= {"id": claimed.redemption_id, "end": "claimed"}
    if claimed.state == "held" and chance_of < 0.6:
        address = details.Address(name="Mei", lines="Leaf 1", city="Hangzhou", country="China")
        _insist(
            one, job, chance, lambda _again: _act(details.give_address, claimed.redemption_id, member, address=address)
        )
        one["end"] = "addressed"
    elif chance_of > 0.7 and claimed.state in ("held", "confirmed", "fulfilled"):
        try:
            _insist(one, job, chance, lambda _again: _act(undoing.cancel_own, claimed.redemption_id, member))
            one["end"] = "cancelled"
        except RewardRefused:
            pass
    return one


def _act(act: Any, redemption_id: int, member: int, **more: Any) -> Any:
    from django.db import transaction

    from outbox.clock import now

    with transaction.atomic(durable=True):
        return act(redemption_id=redemption_id, by=member, at=now(), **more)


def _insist(one: dict[str, Any], job: dict[str, Any], chance: random.Random, work: Any) -> Any:
    """As somebody does whose page did not answer, or whose answer was lost on its way: again and again, the same."""
    from django.db import InterfaceError, OperationalError, connection

    begun, again = time.monotonic(), 0
    while True:
        try:
            answer = work(again)
            if again or chance.random() > LOST:
                return answer
            raise OperationalError("The answer was lost on its way.")
        except (OperationalError, InterfaceError):
            connection.close()
            again += 1
            if time.monotonic() > begun + job["patience"]:
                raise
            time.sleep(0.05)
        finally:
            one["waits"] = max(one["waits"], time.monotonic() - begun)
            one["again"] = max(one["again"], again)


class Rush:
    """One run."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.faults: Counter[str] = Counter()
        self.back: dict[str, float] = {}
        self.findings: list[str] = []
        self.heard: list[dict[str, Any]] = []

    def prepare(self) -> None:
        from django.db import transaction

        from loyalty.actions.earning.grants import grant_points
        from loyalty.models import CouponPool, Reward
        from outbox.clock import now

        self.here.make_people(self.asked.people)
        with transaction.atomic():
            for member in self.here.people:
                grant_points(
                    cause=f"start:{member}", member_id=member, amount=START, reason="goodwill", origin="goodwill", by=None,
                    at=now(),
                )  # fmt: skip
        from loyalty.actions.rewards.coupons import add_codes

        pool = CouponPool.objects.create(name="Codes", percent=10)
        claims = self.asked.claims
        with transaction.atomic():
            text = "\n".join(f"TEALEAF{number:06}" for number in range(claims))
            add_codes(pool_id=pool.pk, text=text, by=None, at=now())
        made = [
            Reward(name="Cup", kind="physical", cost=40, stock=claims),
            Reward(name="Code", kind="generated_code", cost=10, percent=5),
            Reward(name="Listed", kind="coupon_pool", cost=15, pool=pool, stock=claims),
            Reward(name="Few", kind="generated_code", cost=20, percent=5, stock=max(3, claims // 30)),
            Reward(name="Mine", kind="promise", cost=5, per_member=2),
        ]
        Reward.objects.bulk_create(made)
        self.rewards = [reward.pk for reward in made]
        self.few = made[3].pk
        if self.asked.broken == "commits-later":  # a server that answers before the disk has it, to be quick
            self._superuser("ALTER SYSTEM SET wal_writer_delay = '10s'", "ALTER SYSTEM SET synchronous_commit = 'off'")
        # What was just copied would be read again at each restart; no site has a database that is a second old.
        self._superuser("CHECKPOINT", "SELECT pg_reload_conf()")

    def _superuser(self, *statements: str) -> None:
        import psycopg

        from config.engines import places

        with psycopg.connect(
            host=str(places.runtime_dir()), port=places.PORT, user="postgres", dbname="postgres", autocommit=True
        ) as line:
            for statement in statements:
                line.execute(statement)  # type: ignore[arg-type]

    def play(self) -> None:
        asked, here = self.asked, self.here
        progress = here.folder / "progress"
        progress.touch()
        share = -(-asked.claims // (asked.processes * asked.threads))
        self.wanted = share * asked.processes * asked.threads
        children = []
        for number in range(asked.processes):
            job = {
                "seed": asked.seed, "process": number, "threads": asked.threads, "claims": share, "people": here.people,
                "rewards": self.rewards, "broken": asked.broken, "patience": 30.0, "progress": str(progress),
            }  # fmt: skip
            command = [sys.executable, str(Path(__file__).resolve()), "--people-process", json.dumps(job)]
            log = (here.folder / f"people-{number}.log").open("wb")
            children.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True))
        try:
            self._disturb(progress, children)
            for child in children:
                said, _none = child.communicate(timeout=here.left())
                if child.returncode:
                    self.findings.append(f"a process of people ended with {child.returncode}")
                else:
                    self.heard += json.loads(said.splitlines()[-1])
        finally:
            for child in children:
                child.kill()

    def _disturb(self, progress: Path, children: list[Any]) -> None:
        order = [HOW[number % len(HOW)] for number in range(self.asked.restarts)]
        if self.asked.broken == "commits-later":
            order = ["immediate"] * self.asked.restarts
        self.here.random.shuffle(order)
        for number, how in enumerate(order):
            while progress.stat().st_size < self.wanted * (number + 1) / (len(order) + 1):
                self.here.left()
                if all(child.poll() is not None for child in children):
                    return
                time.sleep(0.01)
            self.faults[how] += 1
            self.back[how] = max(self.back.get(how, 0), round(self.here.break_postgres(how), 2))

    # What came of it

    def check(self) -> list[str]:
        from django.db import connection

        from loyalty.models import Redemption

        connection.close()
        rows = {row.key: row for row in Redemption.objects.all()}
        return [*self.findings, *self._each_ended_once(rows), *self._balances(rows), *broken_invariants()]

    def _each_ended_once(self, rows: dict[Any, Any]) -> list[str]:
        from loyalty.rules import cause_key

        found = [] if len(self.heard) == self.wanted else [f"{len(self.heard)} of {self.wanted} claims ended"]
        states = {"cancelled": ("cancelled",), "addressed": ("confirmed",)}
        known = set()
        for one in self.heard:
            key = cause_key("claim", one["member"], one["key"])
            row = rows.get(key)
            known.add(key)
            if one["id"] != (row.pk if row else 0):
                found.append(f"{one['key']} ended as {one['end']} {one['id']} and is {row and row.pk}")
            elif row is not None and row.state not in states.get(one["end"], (row.state,)):
                found.append(f"{one['key']} was {one['end']} and is {row.state}")
        if more := len(rows.keys() - known):
            found.append(f"{more} claims are stored that nobody asked for: paid twice")
        waits = max((one["waits"] for one in self.heard), default=0)
        return [*found, *([f"somebody waited {waits:.1f} s"] if waits > LONGEST_WAIT else [])]

    def _balances(self, rows: dict[Any, Any]) -> list[str]:
        from loyalty import queries
        from loyalty.models import Redemption, Reward
        from outbox.clock import now

        spent: Counter[int] = Counter()
        for row in rows.values():
            spent[row.member_id] += row.cost if row.state not in Redemption.UNDONE else 0
        left = {member: queries.balance(member_id=member, at=now()).available for member in self.here.people}
        found = [
            f"member {member} has {has}, not {START - spent[member]}" for member, has in left.items()
            if has != START - spent[member]
        ]  # fmt: skip
        few = Reward.objects.get(pk=self.few)
        return [*found, *([] if few.claimed == few.stock else [f"{few.claimed} of the few {few.stock} were given"])]

    def numbers(self) -> dict[str, Any]:
        waits = sorted(one["waits"] for one in self.heard) or [0.0]
        return {
            "claims": len(self.heard), "ends": dict(Counter(one["end"] for one in self.heard)), "faults": dict(self.faults),
            "asked_again": sum(one["again"] for one in self.heard), "longest_wait_s": round(waits[-1], 2),
            "p99_wait_s": round(waits[int(len(waits) * 0.99)], 3), "back_s": self.back,
        }  # fmt: skip


def main() -> None:
    if sys.argv[1:2] == ["--people-process"]:
        member_process(json.loads(sys.argv[2]))
        return
    asked = arguments(
        __doc__ or "", broken=BROKEN, people=12, claims=240, processes=2, threads=4, restarts=3, seconds=120.0
    )
    with World("books", seed=asked.seed, deadline=asked.seconds, own_postgres=True) as here:
        rush = Rush(here, asked)
        rush.prepare()
        begun = time.monotonic()
        try:
            rush.play()
        except (TimeoutError, subprocess.TimeoutExpired):
            rush.findings.append(f"not done in {asked.seconds} s")
        took = time.monotonic() - begun
        findings = rush.check()
        numbers = rush.numbers()
        if findings:
            print(here.logs()[-6000:], file=sys.stderr)
    report(
        "books" + (f", {asked.broken}" if asked.broken else ""),
        findings,
        seed=asked.seed,
        seconds=round(took, 1),
        **numbers,
    )


if __name__ == "__main__":
    main()
