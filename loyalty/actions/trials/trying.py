"""A trial's life: asked for, taken by one worker, counted in batches, kept, stopped. The counting itself writes nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from loyalty.models import DraftSet, Trial
from outbox.require import require_transaction

LOST_AFTER = timedelta(minutes=5)
"""A worker that has given no sign for so long is taken for dead: another begins anew."""
MOST_TURNS = 3
MOST_DAYS = 730
State = Trial.State


@dataclass(frozen=True)
class Turn:
    """The right to count a trial, until somebody stops it or takes over."""

    trial_id: int
    number: int


def ask_for_trial(*, draft_id: int | None, days: int, by: int | None, at: datetime) -> int:
    """Note that the last `days` days shall be replayed. The same question that waits or runs already is the answer."""
    require_transaction()
    days = max(1, min(days, MOST_DAYS))
    changes = 0
    if draft_id is not None:
        changes = DraftSet.objects.select_for_update().values_list("changes", flat=True).get(pk=draft_id)
    open_one = Trial.objects.filter(
        draft_id=draft_id, changes=changes, state__in=[State.WAITING, State.RUNNING], asked_at__gt=at - LOST_AFTER,
        since__range=(at - timedelta(days=days) - LOST_AFTER, at - timedelta(days=days)),
    ).first()  # fmt: skip
    if open_one is not None:
        return int(open_one.pk)
    row = Trial(
        draft_id=draft_id, changes=changes, since=at - timedelta(days=days), until=at, asked_by_id=by, asked_at=at
    )
    row.save()
    return int(row.pk)


def take_turn(*, trial_id: int, at: datetime) -> Turn | None:
    """Begin a waiting trial, or one whose worker died; None when it is somebody else's or over. Of two workers one wins."""
    require_transaction()
    due = Q(state=State.WAITING) | Q(state=State.RUNNING, seen_at__lt=at - LOST_AFTER)
    taken = Trial.objects.filter(due, pk=trial_id, turn__lt=MOST_TURNS).update(
        state=State.RUNNING, turn=F("turn") + 1, seen_at=at, done=0, total=0
    )
    if not taken:
        Trial.objects.filter(due, pk=trial_id, turn__gte=MOST_TURNS).update(state=State.FAILED, finished_at=at)
        return None
    return Turn(trial_id, Trial.objects.values_list("turn", flat=True).get(pk=trial_id))


def progress(*, turn: Turn, done: int, total: int, at: datetime) -> bool:
    """A sign of life. False: it was stopped or taken over, so stop counting."""
    require_transaction()
    return bool(_mine(turn).update(done=done, total=total, seen_at=at))


def finish(*, turn: Turn, result: dict[str, Any], at: datetime) -> bool:
    """Keep the result, unless it was stopped meanwhile."""
    require_transaction()
    return bool(_mine(turn).update(state=State.DONE, result=result, finished_at=at, seen_at=at, done=F("total")))


def fail(*, turn: Turn, at: datetime) -> None:
    """It broke; the log says why."""
    require_transaction()
    _mine(turn).update(state=State.FAILED, finished_at=at)


def cancel(*, trial_id: int, at: datetime) -> bool:
    """Stop it; a worker notices at its next batch. False when it was over."""
    require_transaction()
    rows = Trial.objects.filter(pk=trial_id, state__in=[State.WAITING, State.RUNNING])
    return bool(rows.update(state=State.CANCELLED, finished_at=at))


def waiting(*, at: datetime, limit: int = 5) -> list[int]:
    """Trials that nobody works on: their hint was lost, or their worker died."""
    lost = Q(state=State.WAITING, asked_at__lt=at - timedelta(seconds=30)) | Q(
        state=State.RUNNING, seen_at__lt=at - LOST_AFTER
    )
    return list(Trial.objects.filter(lost).order_by("asked_at").values_list("pk", flat=True)[:limit])


def _mine(turn: Turn) -> Any:
    return Trial.objects.filter(pk=turn.trial_id, state=State.RUNNING, turn=turn.number)
