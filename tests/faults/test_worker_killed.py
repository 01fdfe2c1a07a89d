"""`kill -9` of the whole worker in the middle of 200 awards: none is lost, none is doubled, the books balance.

A real worker tree (parent and two children) of the site's own Celery application, five kills. The same test with a worker that
marks the work as done before doing it must find awards missing: a checker that was never seen to fail proves nothing.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Sum

from community.events import AnswerAccepted
from config.celery import app
from loyalty import queries
from loyalty.models import Txn
from outbox.models import EventDelivery
from outbox.publish import publish_many

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
AWARDS, AUTHORS = 200, 40
HANDLER = "loyalty.subscribers.merits.award_answer"


class Worker:
    """A worker tree in its own process group, with its own queue, on the test's database."""

    def __init__(self, log: Path, broken: str = "") -> None:
        self.log, self.broken = log, broken
        self.queue = f"faults-{uuid.uuid4().hex[:8]}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        database = connection.settings_dict
        host = database["HOST"]
        address = f"postgresql://{database['USER']}@/{database['NAME']}?host={host}"
        if database["PORT"]:
            address += f"&port={database['PORT']}"
        environment = os.environ | {
            "DATABASE_URL": address,
            "LAOYOU_PROCESS": "worker",
            "LAOYOU_BROKEN": self.broken,
            "LAOYOU_LEASE": "5",  # what a killed worker held is taken up again so soon
            "PGPASSWORD": database["PASSWORD"] or "",
        }
        command = [sys.executable, "-m", "celery", "-A", "tests.faults.slow_worker:app", "worker", "--concurrency=2"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "-Q", self.queue, "--without-gossip", "--without-mingle", "-l", "warning"],
                env=environment,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """All of it at once, like a machine that loses its power."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def nudge(self) -> None:
        """What beat does every five seconds."""
        app.send_task("outbox.tasks.deliver", queue=self.queue, expires=20)


@pytest.fixture
def worker(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Worker]:
    made = Worker(tmp_path / "worker.log", getattr(request, "param", ""))
    yield made
    made.kill()


def publish_awards() -> None:
    people = [get_user_model().objects.create_user(f"author{i}").pk for i in range(AUTHORS)]
    events = [
        AnswerAccepted(
            topic_id=i,
            post_id=i,
            author_id=people[i % AUTHORS],
            by_id=people[(i + 1 + i // AUTHORS) % AUTHORS],
            self_answer=False,
            at=AT,
        )
        for i in range(AWARDS)
    ]
    with transaction.atomic(durable=True):
        publish_many(events)


def done() -> int:
    return EventDelivery.objects.filter(handler=HANDLER, done_at__isnull=False).count()


def wait_until(condition: Any, seconds: float, worker: Worker) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        assert worker.process is None or worker.process.poll() is None, worker.log.read_text()[-3000:]
        worker.nudge()
        time.sleep(0.25)
    return bool(condition())


def kill_in_the_middle(worker: Worker, times: int) -> int:
    """Start, let it do a few, kill; returns how often it was killed with work still open."""
    landed = 0
    for _time in range(times):
        before = done()
        worker.start()
        assert wait_until(lambda before=before: done() >= min(before + 8, AWARDS), 60, worker), worker.log.read_text()[
            -3000:
        ]
        worker.kill()
        landed += done() < AWARDS
    return landed


def test_two_hundred_awards_survive_five_kills(worker: Worker) -> None:
    publish_awards()
    assert kill_in_the_middle(worker, 5) == 5
    worker.start()
    started = time.monotonic()
    assert wait_until(lambda: done() == AWARDS, 60, worker), (done(), worker.log.read_text()[-3000:])
    print(f"all {AWARDS} awards {time.monotonic() - started:.1f} s after the last restart")
    earned = Txn.objects.filter(
        source_type="merit", kind="earn", entries__currency__code="points", entries__amount__gt=0
    )
    assert earned.count() == AWARDS
    assert earned.values("source_id").distinct().count() == AWARDS
    proof = queries.check_books()
    assert proof.clean, proof.findings
    # What quests and first steps paid besides is theirs.
    assert earned.aggregate(paid=Sum("entries__amount"))["paid"] == AWARDS * 25


@pytest.mark.parametrize("worker", ["mark first"], indirect=True)
def test_the_checker_sees_a_worker_that_marks_first_and_works_then(worker: Worker) -> None:
    publish_awards()
    kill_in_the_middle(worker, 3)
    worker.start()
    wait_until(lambda: done() == AWARDS, 90, worker)
    time.sleep(1)
    awards = Txn.objects.filter(
        source_type="merit", kind="earn", entries__currency__code="points", entries__amount__gt=0
    ).count()
    assert done() == AWARDS and awards < AWARDS, "the broken worker lost nothing: the kills do not land in the middle"
