"""Looking at stages again: one member when something happened, everybody at night."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from insights import queries
from insights.actions.locks import lock_member, lock_site
from insights.actions.site_pass import Look, Move, look_at, measure_cadence
from insights.events import StageChanged
from insights.models import MemberStage, Origin, StageChange, StageRun, Stream
from insights.rules import HEALTH, Stage, Verdict, is_better
from outbox.publish import publish_many
from outbox.require import require_transaction

LAST = 2**63 - 1
CHUNK = 20_000  # members a statement: bounds the memory of the windows, not the truth


def restage_all(*, at: datetime, by: int | None = None) -> int:
    """Look at every profiled member as of the site's day of `at`, in both directions. Returns how many stages changed.

    Running it again for the same day changes nothing. Publishes StageChanged for each change, except for history that
    was taken in before the site's first look.
    """
    require_transaction()
    lock_site()
    day = queries.day_of(at)
    cadences = {stream: measure_cadence(stream=stream, day=day) for stream in ("C", "S")}
    look = Look(at=at, day=day, cadences=cadences, starting=not StageRun.objects.exists())
    changes = 0
    for first, last in _stretches():
        moves = look_at(look=look, first=first, last=last)
        _announce(moves, at)
        changes += len(moves)
    StageRun.objects.update_or_create(
        day=day,
        defaults={"at": at, "cadence_commerce": cadences["C"], "cadence_social": cadences["S"], "changes": changes},
    )
    return changes


def restage_taken_in(*, member_ids: Sequence[int], at: datetime, by: int | None = None) -> int:
    """Look at members whose history was imported: upwards only, and a first stage is marked `import` and not published."""
    require_transaction()
    lock_site()
    day, run = queries.day_of(at), queries.latest_run()
    cadences = queries.site_cadences()
    if run is None:
        cadences = {stream: measure_cadence(stream=stream, day=day) for stream in ("C", "S")}
    look = Look(at=at, day=day, cadences=cadences, starting=False, taking_in=True)
    moves = look_at(look=look, first=0, last=LAST, member_ids=list(member_ids))
    _announce(moves, at)
    return len(moves)


def restage_member(
    *, member_id: int, at: datetime, by: int | None = None, upwards_only: bool = False, origin: str = Origin.EVENT
) -> None:
    """Look at one member as of the site's day of `at`. After an event only moves upwards count; the rest waits for the night."""
    require_transaction()
    lock_member(member_id)
    if not queries.is_profiled(member_id=member_id):
        return
    stored = {row.stream: row for row in MemberStage.objects.filter(member_id=member_id)}
    # A late message must not date a change before the one it follows.
    at = max([at, *(row.since for row in stored.values())])
    day, cadences, rows = queries.day_of(at), queries.site_cadences(), []
    for stream in ("C", "S"):
        verdict = queries.verdict_of(member_id=member_id, stream=stream, as_of=day, cadence=cadences[stream])
        row = _row(member_id, stream, verdict, at, origin)
        if _counts(stored.get(stream), row, upwards_only):
            rows.append(row)
    whole = _healthier_of(member_id, stored | {row.stream: row for row in rows}, at, origin)
    if _counts(stored.get(Stream.MEMBER), whole, upwards_only):
        rows.append(whole)
    _announce(_write(rows, stored), at)


def _row(member_id: int, stream: str, verdict: Verdict, at: datetime, origin: str) -> MemberStage:
    return MemberStage(
        member_id=member_id,
        stream=stream,
        stage=verdict.stage.value,
        since=at,
        reason=verdict.reason.value,
        inputs=verdict.inputs.as_json(),
        origin=origin,
    )


def _healthier_of(member_id: int, rows: dict[str, MemberStage], at: datetime, origin: str) -> MemberStage:
    streams = [rows[stream] for stream in ("C", "S") if stream in rows]
    best = min(streams, key=lambda row: HEALTH.index(Stage(row.stage)))
    return MemberStage(
        member_id=member_id,
        stream=Stream.MEMBER,
        stage=best.stage,
        since=at,
        reason=best.reason,
        inputs=best.inputs,
        origin=origin,
    )


def _counts(old: MemberStage | None, new: MemberStage, upwards_only: bool) -> bool:
    if old is None or old.stage == new.stage:
        return old is None
    return not upwards_only or is_better(Stage(new.stage), Stage(old.stage))


def _write(rows: list[MemberStage], stored: dict[str, MemberStage]) -> list[Move]:
    MemberStage.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["member", "stream"],
        update_fields=["stage", "since", "reason", "inputs", "origin"],
    )
    potential = Stage.POTENTIAL.value
    changes = [
        StageChange(
            member_id=row.member_id,
            stream=row.stream,
            from_stage=stored[row.stream].stage if row.stream in stored else potential,
            to_stage=row.stage,
            at=row.since,
            reason=row.reason,
            inputs=row.inputs,
            origin=row.origin,
        )
        for row in rows
        if row.stage != (stored[row.stream].stage if row.stream in stored else potential)
    ]
    StageChange.objects.bulk_create(changes)
    return [Move(c.member_id, c.stream, c.from_stage, c.to_stage, c.reason, c.origin) for c in changes]


def _announce(moves: Sequence[Move], at: datetime) -> None:
    publish_many(
        [
            StageChanged(
                member_id=move.member_id,
                stream=move.stream,
                from_stage=move.from_stage,
                to_stage=move.to_stage,
                reason=move.reason,
                at=at,
            )
            for move in moves
            if move.origin != Origin.IMPORT
        ]
    )


def _stretches() -> Iterator[tuple[int, int]]:
    """Ranges of member ids, first included and last not, with at most CHUNK profiled members each."""
    first, ids = 0, queries.profiled().order_by("id").values_list("id", flat=True)
    while (last := ids.filter(id__gte=first)[CHUNK : CHUNK + 1].first()) is not None:
        yield first, last
        first = last
    yield first, LAST
