"""Noting what members did, and that something was undone."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection

from insights.actions.stages import restage_member, restage_taken_in
from insights.models import Act, Stream
from insights.queries import day_of
from loyalty import queries as loyalty
from outbox.require import require_transaction

STREAM_OF = {
    Act.Kind.ORDER: Stream.COMMERCE,
    Act.Kind.REWARD: Stream.COMMERCE,
    Act.Kind.POST: Stream.SOCIAL,
    Act.Kind.MESSAGE: Stream.SOCIAL,
    Act.Kind.ANSWER: Stream.SOCIAL,
}

# An older message may still say when and by whom; whether the act stands is for the newest one to say.
_NOTE = """
INSERT INTO insights_act AS act (member_id, stream, kind, source_id, occurred_at, day, stands, changed_at)
SELECT member, %(stream)s, %(kind)s, source, %(occurred)s, %(day)s, %(stands)s, %(at)s
FROM unnest(%(members)s::bigint[], %(sources)s::bigint[]) AS given(member, source) ORDER BY source
ON CONFLICT (kind, source_id) DO UPDATE SET
    member_id = excluded.member_id, occurred_at = excluded.occurred_at, day = excluded.day,
    stands = CASE WHEN excluded.changed_at >= act.changed_at THEN excluded.stands ELSE act.stands END,
    changed_at = greatest(excluded.changed_at, act.changed_at)
RETURNING member_id, stands, EXISTS (
    SELECT 1 FROM insights_act AS other WHERE other.stands AND other.stream = %(stream)s
    AND other.member_id = act.member_id AND other.day = %(day)s
    AND NOT (other.kind = %(kind)s AND other.source_id = act.source_id)
)
"""

_UNDO = """
INSERT INTO insights_act AS act (member_id, stream, kind, source_id, occurred_at, day, stands, changed_at)
VALUES (%(member)s, %(stream)s, %(kind)s, %(source)s, %(at)s, %(day)s, false, %(at)s)
ON CONFLICT (kind, source_id) DO UPDATE SET stands = false, changed_at = excluded.changed_at
WHERE excluded.changed_at >= act.changed_at
"""

_REDO = """
UPDATE insights_act SET stands = true, changed_at = %(at)s
WHERE kind = %(kind)s AND source_id = %(source)s AND changed_at <= %(at)s AND NOT stands
"""

_TAKE_IN = """
INSERT INTO insights_act AS act (member_id, stream, kind, source_id, occurred_at, day, stands, changed_at)
SELECT member_id, 'C', 'order', id, placed_at, (placed_at AT TIME ZONE %(zone)s)::date, counts, changed_at
FROM ({purchases}) AS purchase (id, member_id, placed_at, changed_at, counts)
ORDER BY id -- two imports that overlap lock the same rows in the same order
ON CONFLICT (kind, source_id) DO UPDATE SET
    member_id = excluded.member_id, occurred_at = excluded.occurred_at, day = excluded.day,
    stands = excluded.stands, changed_at = excluded.changed_at
WHERE excluded.changed_at >= act.changed_at AND (act.member_id, act.occurred_at, act.day, act.stands)
    IS DISTINCT FROM (excluded.member_id, excluded.occurred_at, excluded.day, excluded.stands)
"""


def note_act(
    *,
    member_id: int,
    kind: str,
    source_id: int,
    occurred_at: datetime,
    by: int | None,
    at: datetime,
    stands: bool = True,
) -> None:
    """Note that a member did something, as the message of `at` says, and move their stage up if that is due.

    `stands` false: it was undone (a refund), which waits for the night. A second act on a day changes no stage.
    """
    note_acts(
        acts={source_id: member_id}, kind=kind, occurred_at=occurred_at, by=by, at=at, stands=stands
    )  # fmt: skip


def note_acts(
    *, acts: Mapping[int, int], kind: str, occurred_at: datetime, by: int | None, at: datetime, stands: bool = True
) -> None:
    """The same for acts of one moment (source -> member): one statement, and a look at whoever had none on that day."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "members": list(acts.values()),
                "stream": STREAM_OF[Act.Kind(kind)].value,
                "kind": kind,
                "sources": list(acts),
                "occurred": occurred_at,
                "day": day_of(occurred_at),
                "stands": stands,
                "at": at,
            },
        )
        noted = cursor.fetchall()
    for member_id in sorted({member_id for member_id, stands_now, known_day in noted if stands_now and not known_day}):
        restage_member(member_id=member_id, at=at, upwards_only=True)


def undo_act(*, member_id: int, kind: str, source_id: int, by: int | None, at: datetime) -> None:
    """Note that an act no longer counts, even when the act itself has not been heard of yet."""
    require_transaction()
    stream = STREAM_OF[Act.Kind(kind)].value
    with connection.cursor() as cursor:
        cursor.execute(
            _UNDO,
            {"member": member_id, "stream": stream, "kind": kind, "source": source_id, "at": at, "day": day_of(at)},
        )


def redo_act(*, member_id: int, kind: str, source_id: int, by: int | None, at: datetime) -> None:
    """Note that an undone act counts again, on its old day."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_REDO, {"kind": kind, "source": source_id, "at": at})
        if not cursor.rowcount:
            return
    restage_member(member_id=member_id, at=at, upwards_only=True)


def take_in_orders(*, member_ids: Sequence[int], by: int | None, at: datetime) -> None:
    """Bring the acts of these members in line with all their orders, in one statement, and look at their stages."""
    require_transaction()
    found = loyalty.purchases(member_ids=member_ids)
    sql, values = found.query.sql_with_params()
    names = [f"purchase_{index}" for index in range(len(values))]
    sql = sql % tuple(f"%({name})s" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE_IN.format(purchases=sql), dict(zip(names, values, strict=True)) | {"zone": settings.TIME_ZONE}
        )
    restage_taken_in(member_ids=member_ids, at=at)
