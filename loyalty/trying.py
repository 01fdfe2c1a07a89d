"""Trials are counted here, batch by batch, each batch in a read-only transaction of its own; only the trial's row is written."""

import logging
import time
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from loyalty.actions import ledger
from loyalty.actions.earning.ruling import version_of
from loyalty.actions.trials import trying as acts
from loyalty.actions.trials.drafting import instance_of
from loyalty.models import DraftSet, RuleDraft, Trial
from loyalty.queries import trial_results, what_if
from loyalty.queries.standing import programme
from loyalty.rules.earning import RuleVersion
from loyalty.rules.what_if import Bench, Tally
from outbox.clock import now

log = logging.getLogger(__name__)

AT_ONCE = 1_500
"""A trial of so few deeds is counted while the page waits; more go to a worker."""


def drafts_of(draft: DraftSet | None) -> dict[str, RuleVersion | None]:
    """The rules of a draft as the engine reads them, with numbers that no published version has.

    They are tried as if in force all the time: a rule that begins next week says nothing about the past otherwise.
    """
    found: dict[str, RuleVersion | None] = {}
    rows = RuleDraft.objects.filter(draft=draft).order_by("code") if draft else ()
    for nth, row in enumerate(rows, 1):
        rule = instance_of(row)
        rule.id = -nth
        found[row.code] = replace(version_of(rule), starts_at=None, ends_at=None) if rule.active else None
    return found


def run(*, trial_id: int, at: datetime) -> bool:
    """Count one trial from its first deed to its last. False when it was not ours to count, or was stopped."""
    with transaction.atomic(durable=True):
        turn = acts.take_turn(trial_id=trial_id, at=at)
    if turn is None:
        return False
    try:
        trial = Trial.objects.select_related("draft").get(pk=trial_id)
        result = count(trial, alive=lambda done, total: _alive(turn, done, total))
    except Exception:
        log.exception("The trial %s broke.", trial_id)
        with transaction.atomic(durable=True):
            acts.fail(turn=turn, at=now())
        return False
    if result is None:
        return False
    with transaction.atomic(durable=True):
        return acts.finish(turn=turn, result=result, at=now())


def _alive(turn: acts.Turn, done: int, total: int) -> bool:
    with transaction.atomic(durable=True):
        return acts.progress(turn=turn, done=done, total=total, at=now())


def count(
    trial: Trial, *, alive: Callable[[int, int], bool] = lambda done, total: True, size: int = what_if.BATCH
) -> dict[str, Any] | None:
    """The result of a trial; None when `alive` (asked after each batch) says that nobody wants it any more."""
    began = time.monotonic()
    drafts = drafts_of(trial.draft)
    with _Reading():
        reader = what_if.Reader([one for one in drafts.values() if one is not None])
        line = what_if.timeline(since=trial.since, until=trial.until)
        program = programme()
    total, done = len(line.ids), 0
    if not alive(0, total):
        return None
    bench = Bench(drafts, zone=ledger.zone())
    frame = program.window.frame(at=trial.until).start if program else None
    tally = Tally(reader.codes | {one.id: one.code for one in drafts.values() if one}, frame=frame)
    for numbers in line.batches(size):
        with _Reading():
            deeds = reader.read(numbers)
        for deed in deeds:
            tally.add(deed, bench.judge(deed))
        done += len(numbers)
        if not alive(done, total):
            return None
    with _Reading():
        result = trial_results.complete(
            trial=trial, tally=tally, line=line, assumed=reader.assumed, drafts=drafts, program=copy(program)
        )
    return result | {"seconds": round(time.monotonic() - began, 2)}


class _Reading:
    """A transaction that sees one moment and can write nothing; inside another one (a test, a page) simply part of that."""

    def __enter__(self) -> None:
        self.own = not connection.in_atomic_block
        if self.own:
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def __exit__(self, *error: Any) -> None:
        if self.own:
            self.atomic.__exit__(*error)


def run_waiting(*, at: datetime) -> int:
    """What was asked for and lies there: its hint was lost, or its worker died. Returns how many were counted."""
    return sum(run(trial_id=one, at=at) for one in acts.waiting(at=at))
