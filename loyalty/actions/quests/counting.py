"""Counting what stands: marks are written under the lock of their runs, so two events at once both count, each once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from loyalty.actions.quests.paying import complete
from loyalty.models import QuestRun, QuestStep
from loyalty.rules import quests
from outbox.ids import new_id
from outbox.require import require_transaction

if TYPE_CHECKING:
    from loyalty.actions.quests.hearing import Told, Wanted

_BEGIN = """
INSERT INTO loyalty_questrun (public_id, member_id, quest_id, code, period, state, begun_at, ends_at, points, credit)
SELECT * FROM unnest(%(ids)s::text[], %(members)s::bigint[], %(quests)s::bigint[], %(codes)s::text[], %(periods)s::text[],
    %(states)s::text[], %(at)s::timestamptz[], %(ends)s::timestamptz[], %(zeros)s::int[], %(zeros)s::int[])
ON CONFLICT (member_id, code, period) DO NOTHING
"""

# The newest word about a source decides; at the same moment "it stands" wins over nothing, a withdrawal over it.
_MARK = """
INSERT INTO loyalty_stepprogress AS held (run_id, step_id, source, subject, "distinct", stands, at)
SELECT * FROM unnest(%(runs)s::bigint[], %(steps)s::bigint[], %(sources)s::text[], %(subjects)s::text[],
    %(distincts)s::text[], %(stands)s::bool[], %(ats)s::timestamptz[])
ON CONFLICT (run_id, step_id, source) DO UPDATE
SET stands = excluded.stands, at = excluded.at, subject = excluded.subject, "distinct" = excluded."distinct"
WHERE held.at < excluded.at OR held.at = excluded.at AND held.stands AND NOT excluded.stands
"""

_WITHDRAW = """
INSERT INTO loyalty_questwithdrawal AS held (subject, gone, at) VALUES (%(subject)s, %(gone)s, %(at)s)
ON CONFLICT (subject) DO UPDATE SET gone = excluded.gone, at = excluded.at WHERE held.at < excluded.at
"""

STANDING_MARKS = """
SELECT mark.id, mark.run_id, mark.step_id, mark.source, mark."distinct", mark.at FROM loyalty_stepprogress AS mark
WHERE mark.stands AND NOT EXISTS (
    SELECT FROM loyalty_questwithdrawal AS withdrawn WHERE withdrawn.subject = mark.subject AND withdrawn.gone)
"""
"""What counts now, of all runs."""

STANDING = f"""
SELECT run_id, step_id, source, "distinct", at FROM ({STANDING_MARKS}) AS mark
WHERE run_id = ANY(%(runs)s) ORDER BY at, id
"""
"""What counts now for these runs."""


def begin(*, runs: Iterable[tuple[int, int, str, str, datetime | None]], at: datetime) -> None:
    """Begin runs: (member, quest, code, period, open until). One that is there already stays as it is."""
    rows = sorted(set(runs), key=lambda run: (run[0], run[2], run[3]))
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGIN,
            {
                "ids": [new_id() for _ in rows], "members": [row[0] for row in rows], "quests": [row[1] for row in rows],
                "codes": [row[2] for row in rows], "periods": [row[3] for row in rows], "states": ["open"] * len(rows),
                "at": [at] * len(rows), "ends": [row[4] for row in rows], "zeros": [0] * len(rows),
            },
        )  # fmt: skip


def settle(*, member_id: int, marks: "Sequence[tuple[Wanted, Told]]", at: datetime) -> int:
    """Write what was heard and complete what is done by it. Returns how many quests."""
    require_transaction()
    _hold_subjects({told.subject for _wanted, told in marks if told.subject})
    begin(
        runs=[(member_id, wanted.quest_id, wanted.quest_code, wanted.period, wanted.ends_at)
              for wanted, _told in marks if wanted.run_id is None],
        at=at,
    )  # fmt: skip
    known = {wanted.run_id for wanted, _told in marks if wanted.run_id is not None}
    new = {(wanted.quest_code, wanted.period) for wanted, _told in marks if wanted.run_id is None}
    runs = _lock(member_id, known, new)
    by_code = {(run.code, run.period): run for run in runs.values()}
    rows = {}
    for wanted, told in marks:
        run = runs.get(wanted.run_id) if wanted.run_id else by_code.get((wanted.quest_code, wanted.period))
        if run is None or run.quest_id != wanted.quest_id:
            continue  # done meanwhile, or begun under another version
        distinct = told.distinct.get(wanted.distinct_by, "")
        rows[run.pk, wanted.step_id, told.source] = (told.subject, distinct[:60], told.stands)
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK,
            {
                "runs": [key[0] for key in rows], "steps": [key[1] for key in rows], "sources": [key[2] for key in rows],
                "subjects": [row[0] for row in rows.values()], "distincts": [row[1] for row in rows.values()],
                "stands": [row[2] for row in rows.values()], "ats": [at] * len(rows),
            },
        )  # fmt: skip
    return _complete_done([runs[run_id] for run_id in {key[0] for key in rows}], at)


def withdraw(*, subject: str, gone: bool, at: datetime) -> int:
    """A post was removed (`gone`) or restored: what hangs on it counts no more, or again. Never after the pay-out."""
    require_transaction()
    _hold_subjects({subject})
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, {"subject": subject, "gone": gone, "at": at})
        if gone or not cursor.rowcount:
            return 0
        cursor.execute(
            "SELECT DISTINCT run.id, run.member_id FROM loyalty_stepprogress AS mark "
            "JOIN loyalty_questrun AS run ON run.id = mark.run_id AND run.state = 'open' "
            "WHERE mark.subject = %s AND mark.subject <> '' ORDER BY run.id",
            [subject],
        )
        found = cursor.fetchall()
    runs = list(
        QuestRun.objects.select_for_update().filter(pk__in=[row[0] for row in found], state="open").order_by("pk")
    )
    return _complete_done(runs, at)


def _hold_subjects(subjects: Iterable[str]) -> None:
    """Whoever counts a post and whoever withdraws it wait for each other."""
    for subject in sorted(subjects):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"loyalty:quest:{subject}"])


def _lock(member_id: int, known: set[int], new: set[tuple[str, str]]) -> dict[int, QuestRun]:
    """The open runs among these, locked by id: before the wallets, like an order's row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM loyalty_questrun WHERE member_id = %(member)s AND state = 'open' AND (id = ANY(%(known)s) "
            "OR (code, period) IN (SELECT * FROM unnest(%(codes)s::text[], %(periods)s::text[]))) "
            "ORDER BY id FOR UPDATE",
            {
                "member": member_id, "known": sorted(known), "codes": [code for code, _period in sorted(new)],
                "periods": [period for _code, period in sorted(new)],
            },
        )  # fmt: skip
        ids = [row[0] for row in cursor.fetchall()]
    return {run.pk: run for run in QuestRun.objects.filter(pk__in=ids, state="open").select_related("quest")}


def _complete_done(runs: Sequence[QuestRun], at: datetime) -> int:
    if not runs:
        return 0
    steps: dict[int, list[quests.StepNeed]] = defaultdict(list)
    for step in QuestStep.objects.filter(quest_id__in={run.quest_id for run in runs}).order_by("position", "id"):
        steps[step.quest_id].append(quests.StepNeed(step.pk, step.count))
    marks: dict[int, list[quests.Mark]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"runs": [run.pk for run in runs]})
        for run_id, step_id, source, distinct, when in cursor.fetchall():
            marks[run_id].append(quests.Mark(step_id, source, distinct, when))
    done = 0
    for run in sorted(runs, key=lambda one: one.pk):
        states = quests.progress(steps[run.quest_id], marks[run.pk], ordered=run.quest.ordered)
        if quests.finished(states):
            done += complete(run=run, at=at)
    return done
