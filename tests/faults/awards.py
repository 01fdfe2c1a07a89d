"""Answers, likes and sessions are paid while the worker is killed with -9 and Valkey forgets, stands still, is killed.

    python tests/faults/awards.py --authors 400 --kills 20 --seconds 900

What is told is told in any order, some of it twice, some of it taken back; newcomers' and weekly quests, levels and gifts of the
ladder, tiers and a season follow from it. A worker tree is killed as a machine loses its power, with work open.

At the end everything is done; told once more it changes nothing (so nothing was lost); each quest paid once, each level was told
once; the season's counts are those of a fresh count; the books and `manage.py verify` are clean.
Broken variant that must be caught: a worker that marks the work as done before it does it.
"""

import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.world import World, arguments, broken_invariants, report

BROKEN = ("mark-first",)
ANSWERS, LIKES = 5, 4


class Days:
    """One run."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.faults: Counter[str] = Counter()
        self.findings: list[str] = []

    def prepare(self) -> None:
        from django.db import transaction

        from loyalty.actions.seasons import closing, playing
        from outbox.clock import now

        self.here.make_people(self.asked.authors + 8)
        self.authors, self.others = self.here.people[:-8], self.here.people[-8:]
        self.at = now() - timedelta(minutes=30)
        with transaction.atomic():
            season = closing.begin_next(at=self.at)
            assert season is not None
            self.season = season
            for member in self.authors:
                playing.join_season(season_id=season, member_id=member, by=member, at=self.at)
        self.events = list(self._events())
        broken = "mark first" if self.asked.broken else ""
        self.worker = self.here.worker(
            application="tests.faults.slow_worker:app", LAOYOU_BROKEN=broken, LAOYOU_LEASE="3", LAOYOU_SLOW="0.01"
        )

    def _events(self) -> Any:
        from community.events import AnswerAccepted, AnswerUnaccepted, ReactionAdded, SessionAttended

        for place, author in enumerate(self.authors):
            for number in range(ANSWERS):
                post = place * 100 + number + 1
                facts = {
                    "topic_id": post, "post_id": post, "author_id": author, "by_id": self.others[number], "self_answer": False,
                }  # fmt: skip
                yield AnswerAccepted(**facts, at=self.at + timedelta(seconds=number))
                if (place + number) % 9 == 0:
                    yield AnswerUnaccepted(**facts, at=self.at + timedelta(minutes=1))
            for number in range(LIKES):
                yield ReactionAdded(
                    post_id=place * 100 + 50 + number, topic_id=1, author_id=author, by_id=self.others[number], kind="heart",
                    by_trust=2, at=self.at + timedelta(seconds=number),
                )  # fmt: skip
            yield SessionAttended(attendance_id=place + 1, member_id=author, session_id=1, seconds=3600, at=self.at)

    def tell(self, events: list[Any]) -> None:
        from django.db import transaction

        from outbox.publish import publish_many

        with transaction.atomic(durable=True):
            publish_many(events)

    def play(self) -> None:
        chance, waves = self.here.random, self.asked.kills + 1
        told = [*self.events, *chance.sample(self.events, len(self.events) // 5)]
        chance.shuffle(told)
        self.worker.start()
        for number in range(waves):
            self.tell(told[number::waves])
            if number < self.asked.kills:
                self._disturb(number)
        quiet = time.monotonic()
        while self.open() and self.here.left() > 8:
            self.nudge()
            time.sleep(0.2)
        self.healed = time.monotonic() - quiet

    def open(self) -> int:
        """Deliveries that somebody still has to do, of those that points hang on."""
        from outbox.models import EventDelivery

        return EventDelivery.objects.filter(
            done_at=None, parked_at=None, handler__startswith="loyalty.subscribers"
        ).count()

    def nudge(self) -> None:
        """What beat says every five seconds; a lost word changes nothing."""
        from kombu.exceptions import OperationalError

        from config.celery import app

        try:
            app.send_task("outbox.tasks.deliver", expires=20, retry=False)
        except (OSError, OperationalError):
            self.faults["unheard"] += 1

    def _disturb(self, number: int) -> None:
        begun, before = time.monotonic(), self.open()
        while self.open() > before - 12 and time.monotonic() < begun + 15 and self.open():
            self.nudge()
            time.sleep(0.1)
        what = ("flush", "freeze", "valkey", "")[number % 4]
        if what == "freeze":
            self.here.valkey.freeze()
        if self.open():
            self.faults["in the middle"] += 1
        self.worker.kill()
        if what == "flush":
            self._flush()
        elif what == "valkey":
            self.here.valkey.kill()
            self.here.valkey.start()
        elif what == "freeze":
            time.sleep(1)
            self.here.valkey.thaw()
        self.faults[what or "worker alone"] += 1
        self.worker.start()
        self._count()  # the season's round of ten minutes

    def _flush(self) -> None:
        import redis
        from django.conf import settings

        with redis.Redis.from_url(settings.LIVE_URL, socket_timeout=5) as client:
            client.flushall()

    def _count(self, *, whole: bool = False) -> dict[tuple[int, int], int]:
        from django.db import transaction

        from loyalty.actions.seasons.counting import count_season
        from loyalty.models import SeasonScore
        from outbox.clock import now

        with transaction.atomic(durable=True):
            count_season(season_id=self.season, at=now(), whole=whole)
        return {(row.league_id, row.member_id): row.score for row in SeasonScore.objects.all()}

    # What came of it

    def check(self) -> list[str]:
        from django.db import transaction

        from loyalty.models import LevelStanding, SeasonScore, Txn
        from outbox.dispatch import run_pending
        from outbox.models import EventDelivery, StoredEvent

        self.worker.kill()
        found = self.findings
        if left := self.open():
            found.append(f"{left} deliveries are not done")
        parked = EventDelivery.objects.filter(parked_at__isnull=False, handler__startswith="loyalty.subscribers")
        found += [f"{row.handler} is parked: {row.last_error[:200]}" for row in parked[:3]]
        run_pending()
        counted = self._count()
        if not counted:
            found.append("nobody has a score in the season")
        with transaction.atomic():
            SeasonScore.objects.all().delete()
        if counted != self._count(whole=True):
            found.append("the season's counts are not those of a fresh count")
        before = Txn.objects.count()
        self.tell(self.events)
        run_pending()
        self.earned = Txn.objects.filter(kind="earn").count()
        if more := Txn.objects.count() - before:
            found.append(f"told once more, {more} postings came: they had been lost")
        levels = Counter(
            (row["member_id"], row["level"])
            for row in StoredEvent.objects.filter(name="level.reached").values_list("payload", flat=True)
        )
        found += [
            f"level {level} of {member} was told {times} times"
            for (member, level), times in levels.items()
            if times > 1
        ]
        for row in LevelStanding.objects.all():
            if {level for member, level in levels if member == row.member_id} != set(range(2, row.highest + 1)):
                found.append(f"not every level up to {row.highest} of {row.member_id} was told")
        return [*found, *broken_invariants()]

    def numbers(self) -> dict[str, Any]:
        from loyalty.models import LevelStanding, QuestRun

        return {
            "events": len(self.events), "postings": self.earned, "faults": dict(self.faults), "healed_s": round(self.healed, 1),
            "quests_done": QuestRun.objects.filter(state="done").count(), "levels": LevelStanding.objects.count(),
        }  # fmt: skip


def main() -> None:
    asked = arguments(__doc__ or "", broken=BROKEN, authors=16, kills=3, seconds=120.0)
    with World("awards", seed=asked.seed, deadline=asked.seconds) as here:
        days = Days(here, asked)
        days.prepare()
        begun = time.monotonic()
        days.play()
        took = time.monotonic() - begun
        findings = days.check()
        numbers = days.numbers()
        if findings:
            print(here.logs()[-6000:], file=sys.stderr)
    report(
        "awards" + (f", {asked.broken}" if asked.broken else ""),
        findings,
        seed=asked.seed,
        seconds=round(took, 1),
        **numbers,
    )


if __name__ == "__main__":
    main()
