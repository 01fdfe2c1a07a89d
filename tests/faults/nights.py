"""The night of the points is killed at each of its steps, run again, and run twice at once: the same end as one quiet night.

    python tests/faults/nights.py --members 2000 --kills 60 --seconds 900

Several nights follow each other, each with points that expire, holds and claims whose time is over, gifts that nobody took, coupons
that ran out, pending points that arrive, tiers that begin their grace or fall, a season that closes, a birthday. Each night is
played in a process of its own, whose n-th COMMIT kills it with -9, before it reaches the server or after; then two whole nights
run at once. A twin of the database has quiet nights. At the end both have the same points, lots, tiers, claims and results.
Broken variant that must be caught: a night that gives a claim up in one transaction and its points back in another.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.world import World, arguments, broken_invariants, report

BROKEN = ("half",)
DAYS = (1, 31, 62, 100, 380)
"""Nights so many days after the beginning: within pending time, after a grace began, after it ended, a season on, a year on."""


def night_process(job: dict[str, Any]) -> None:
    """One night; the commit with this number kills the process, before the server hears of it or after."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    commits, commit = 0, BaseDatabaseWrapper._commit

    def counted(self: Any) -> Any:
        nonlocal commits
        commits += 1
        if commits == job["dies_at"] and not job["after"]:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = commit(self)
        if commits == job["dies_at"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    BaseDatabaseWrapper._commit = counted  # type: ignore[method-assign]
    if job["broken"]:
        _half()
    one_night(job["at"])
    os.write(job["says"], json.dumps({"commits": commits}).encode())


def one_night(at: datetime) -> None:
    from loyalty import birthday_round, nightly
    from loyalty.actions.seasons import closing

    birthday_round.run(at=at)
    closing.season_round(at=at)
    nightly.run(at=at)


def _half() -> None:
    """The classic mistake: a claim is given up in one transaction, and its points are given back in the next."""
    from django.db import connection

    from loyalty.actions import ledger

    reverse = ledger.reverse_txn

    def afterwards(**facts: Any) -> Any:
        connection._commit()
        return reverse(**facts)

    ledger.reverse_txn = afterwards


class Nights:
    """One run: the same beginning in two databases, quiet nights in the one, killed ones in the other."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.findings: list[str] = []
        self.faults: Counter[str] = Counter()

    def prepare(self) -> None:
        from django.db import connection, transaction

        from outbox.clock import now

        self.start = now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=400)
        self.here.make_people(self.asked.members)
        with transaction.atomic():
            self._earn()
        with transaction.atomic():
            self._claim()
        with transaction.atomic():
            self._season()
        connection.close()
        self.quiet = f"{self.here.database}_quiet"
        with self.here._maintenance() as cursor:
            # The thread that tells open pages has a session of its own.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.here.database]
            )
            cursor.execute(f'CREATE DATABASE "{self.quiet}" TEMPLATE "{self.here.database}"')

    def _earn(self) -> None:
        from loyalty.actions.earning.grants import grant_points
        from loyalty.models import EarningRule

        EarningRule.objects.filter(code="purchase").update(pending_days=14)
        for place, member in enumerate(self.here.people):
            for number, (currency, pending) in enumerate(
                (("points", 0), ("points", 20), ("credit", 0), ("credit", 40))
            ):
                grant_points(
                    cause=f"begin:{member}:{number}", member_id=member, amount=200 + 90 * (place % 9) * (1 + number),
                    reason="goodwill", origin=("goodwill", "activity")[place % 2], by=None, currency=currency,
                    at=self.start - timedelta(days=place % 7), pending_days=pending,
                )  # fmt: skip

    def _claim(self) -> None:
        from loyalty.actions import claim_reward
        from loyalty.actions.ledger import hold
        from loyalty.actions.rewards import details, granting
        from loyalty.models import Reward
        from loyalty.rules import cause_key

        cup = Reward.objects.create(name="Cup", kind="physical", cost=60, stock=500)
        code = Reward.objects.create(name="Code", kind="generated_code", cost=20, percent=5, valid_days=50)
        friend = Reward.objects.create(name="For a friend", kind="gift_to_friend", cost=30, gives=code, gift_days=10)
        people, at = self.here.people, self.start
        for place, member in enumerate(people):
            wanted = (cup, code, friend)[place % 3]
            done = claim_reward(reward_id=wanted.pk, member_id=member, key=f"begin{member:012}", by=member, at=at)
            if wanted is friend:
                other = people[(place + 1) % len(people)]
                details.choose_friend(redemption_id=done.redemption_id, friend_id=other, note="", by=member, at=at)
            if place % 4 == 0:
                granting.grant_gift(
                    cause=f"begin:{member}", member_id=member, reward_id=code.pk, valid_days=20, by=None, at=at
                )
            hold(
                key=cause_key("begin", member), member_id=member, currency="points", amount=25, reason="checkout",
                source_type="checkout", source_id=place, expires_at=at + timedelta(days=place % 60), facts={}, by=None, at=at,
            )  # fmt: skip

    def _season(self) -> None:
        from loyalty.actions.seasons import closing, playing
        from loyalty.models import Season, SeasonPrize, TierProgram

        TierProgram.objects.update(grace_days=20, window_days=90)
        season = closing.begin_next(at=self.start)
        assert season is not None
        Season.objects.filter(pk=season).update(ends_at=self.start + timedelta(days=20))
        SeasonPrize.objects.create(season_id=season, first_rank=1, last_rank=5, points=77)
        for member in self.here.people:
            playing.join_season(season_id=season, member_id=member, by=member, at=self.start)

    # What happens

    def play(self) -> None:
        for day in DAYS:
            at = self.start + timedelta(days=day)
            commits = self._night(self.quiet, at)["commits"]
            steps = sorted(self.here.random.sample(range(1, commits + 1), min(self.asked.kills, commits)))
            for number, step in enumerate(steps):
                self._night(self.here.database, at, dies_at=step, after=bool(number % 2))
                self.faults["killed"] += 1
            self._twice(at)
            self.here.left()

    def _night(self, database: str, at: datetime, *, dies_at: int = 0, after: bool = False) -> dict[str, Any]:
        return self._end(self._begin(database, at, dies_at=dies_at, after=after), at)

    def _begin(self, database: str, at: datetime, *, dies_at: int = 0, after: bool = False) -> tuple[int, int]:
        """A copy of this process, which has everything loaded, plays the night: its number and what it will say."""
        from django.db import connection

        connection.close()
        hears, says = os.pipe()
        broken = self.asked.broken if database != self.quiet else ""
        child = os.fork()
        if child:
            os.close(says)
            return child, hears
        status = 1
        try:
            signal.alarm(60)
            connection.settings_dict["NAME"] = database
            night_process({"at": at, "dies_at": dies_at, "after": after, "broken": broken, "says": says})
            status = 0
        except BaseException:
            os.write(says, traceback.format_exc()[-1500:].encode())
        finally:
            os._exit(status)

    def _end(self, begun: tuple[int, int], at: datetime) -> dict[str, Any]:
        child, hears = begun
        with os.fdopen(hears, "rb") as ear:
            said = ear.read().decode()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        self.here.left()
        if status not in (0, -signal.SIGKILL):
            self.findings.append(f"the night of {at:%Y-%m-%d} ended with {status}: {said}")
        return dict(json.loads(said)) if status == 0 else {"commits": 1}

    def _twice(self, at: datetime) -> None:
        both = [self._begin(self.here.database, at) for _time in range(2)]
        self.faults["twice at once"] += 1
        for one in both:
            self._end(one, at)

    # What came of it

    STATE = {
        "balances": "SELECT member_id, currency_id, posted, held FROM loyalty_wallet",
        "lots": """SELECT wallet.member_id, wallet.currency_id, lot.earned_at, lot.expires_at, lot.amount, lot.remaining
            FROM loyalty_lot AS lot JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id""",
        "postings": "SELECT kind, reason, effective_at, count(*) FROM loyalty_txn GROUP BY 1, 2, 3",
        "tiers": "SELECT member_id, tier_id, since, until, ground, grace_until, next_review FROM loyalty_tiermembership",
        "claims": "SELECT member_id, reward_id, state, slot, closed_at FROM loyalty_redemption",
        "gifts": "SELECT cause, state, closed_at FROM loyalty_gift",
        "coupons": "SELECT cause, state FROM loyalty_coupon",
        "rewards": "SELECT name, claimed FROM loyalty_reward",
        "holds": "SELECT source_id, state, closed_at FROM loyalty_hold WHERE source_type = 'checkout'",
        "results": "SELECT league_id, member_id, rank, score, rewarded_at FROM loyalty_seasonresult",
        "levels": "SELECT member_id, highest FROM loyalty_levelstanding",
        "news": """SELECT name, payload->>'member_id', payload->>'at', count(*) FROM outbox_storedevent
            WHERE name IN ('tier.changed', 'level.reached', 'reward.cancelled', 'hold.released', 'season.closed') GROUP BY 1, 2, 3""",
        "sealed days": "SELECT count(*) FROM loyalty_booksday",
    }

    def check(self) -> list[str]:
        mine, quiet = self._state(self.here.database), self._state(self.quiet)
        found = []
        for what in self.STATE:
            if mine[what] != quiet[what]:
                other = sorted((mine[what] - quiet[what]).items(), key=str)[:2]
                found.append(
                    f"{what} are not those of quiet nights: {other}, not {sorted((quiet[what] - mine[what]).items(), key=str)[:2]}"
                )
        with self.here._maintenance() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.quiet}" WITH (FORCE)')
        return [
            *self.findings,
            *found,
            # Twenty days passed since the last night: tiers wait for the next one.
            *[one for one in broken_invariants() if not one.startswith("tiers")],
        ]

    def _state(self, database: str) -> dict[str, Counter[Any]]:
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = database
        found = {}
        with connection.cursor() as cursor:
            for what, statement in self.STATE.items():
                cursor.execute(statement)
                found[what] = Counter(tuple(map(str, row)) for row in cursor.fetchall())
        connection.close()
        connection.settings_dict["NAME"] = self.here.database
        return found


def main() -> None:
    asked = arguments(__doc__ or "", broken=BROKEN, members=24, kills=3, seconds=240.0)
    with World("nights", seed=asked.seed, deadline=asked.seconds) as here:
        nights = Nights(here, asked)
        nights.prepare()
        begun = time.monotonic()
        nights.play()
        took = time.monotonic() - begun
        findings = nights.check()
    report(
        "nights" + (f", {asked.broken}" if asked.broken else ""), findings, seed=asked.seed, seconds=round(took, 1),
        members=asked.members, nights=len(DAYS), faults=dict(nights.faults),
    )  # fmt: skip


if __name__ == "__main__":
    main()
