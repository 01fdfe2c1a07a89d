"""Who was at a live session: signs of life become time, and enough of it becomes SessionAttended, once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from community.events import SessionAttended
from community.models import Attendance, LiveSession, Seat
from community.rules import attendance as rules
from outbox.publish import publish_many
from outbox.require import require_transaction

SEEN_AGAIN = timedelta(seconds=5)
"""Signs that follow each other faster need not be written for the seat."""

# `rules.note` in one statement: the row is its own lock, so that two tabs and a form sent twice come one by one.
_NOTED = """
place AS (
    SELECT session.id AS session_id, seat.member_id,
           CASE WHEN session.state = 'live' THEN session.started_at END AS live_from,
           session.ends_at - session.starts_at AS length
    FROM community_seat AS seat JOIN community_livesession AS session ON session.id = seat.session_id
    WHERE seat.session_id = %(session)s AND seat.member_id = %(member)s AND seat.state = 'seated'
    AND session.state IN ('doors', 'live')
), noted AS (
    INSERT INTO community_attendance AS held (session_id, member_id, came_at, last_beat_at, present)
    SELECT session_id, member_id, %(at)s, %(at)s, interval '0' FROM place
    ON CONFLICT (session_id, member_id) DO UPDATE SET
        present = held.present + CASE
            WHEN excluded.last_beat_at BETWEEN held.last_beat_at + %(shortest)s AND held.last_beat_at + %(longest)s
            THEN coalesce(greatest(interval '0', excluded.last_beat_at
                 - greatest(held.last_beat_at, (SELECT live_from FROM place))), interval '0')
                 * CASE WHEN (SELECT live_from FROM place) IS NULL THEN 0 ELSE 1 END
            ELSE interval '0' END,
        last_beat_at = excluded.last_beat_at
    WHERE excluded.last_beat_at >= held.last_beat_at + %(shortest)s
       OR excluded.last_beat_at <= held.last_beat_at - %(longest)s
    RETURNING held.id, held.present, held.attended_at
)
"""
_ENOUGH = """SELECT noted.id FROM noted, place
WHERE noted.attended_at IS NULL AND noted.present >= least(%(enough)s, place.length / 2)"""
_BEAT = f"WITH {_NOTED} {_ENOUGH}"

# The sign of life of a page: the seat stays taken, and the time counts; one statement. The commit need not reach the disk.
_SIGN = f"""
WITH seen AS (
    UPDATE community_seat SET last_seen_at = %(seen)s
    WHERE session_id = %(session)s AND member_id = %(member)s AND state IN ('waiting', 'offered', 'seated')
    AND last_seen_at < %(since)s
), {_NOTED}
SELECT ({_ENOUGH}), set_config('synchronous_commit', 'off', true)
"""


def beat(*, session_id: int, by: int, at: datetime) -> bool:
    """A sign of life of somebody who is seated. True when it was the one that makes them one who was there."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, _asked(session_id, by, at))
        row = cursor.fetchone()
    return bool(row) and _attended(Q(pk=row[0]), at) == 1


def sign_of_life(*, session_id: int, by: int, at: datetime, kept: timedelta = timedelta()) -> bool:
    """`seats.see` and `beat` in one statement, which takes no lock but those of the member's own rows.

    The commit need not reach the disk, because the next sign says the same; but for the one that makes them one who was
    there: True. `kept`: the seat stays taken so much longer without another.
    """
    require_transaction()
    seen = at + kept
    asked = {**_asked(session_id, by, at), "seen": seen, "since": seen - SEEN_AGAIN}
    with connection.cursor() as cursor:
        cursor.execute(_SIGN, asked)
        enough = cursor.fetchone()[0]
        if enough is None:
            return False
        cursor.execute("SET LOCAL synchronous_commit TO on")
    return _attended(Q(pk=enough), at) == 1


def _asked(session_id: int, by: int, at: datetime) -> dict[str, Any]:
    return {
        "session": session_id, "member": by, "at": at, "shortest": rules.SHORTEST_GAP,
        "longest": rules.LONGEST_GAP, "enough": rules.ENOUGH,
    }  # fmt: skip


def close(*, session: LiveSession, at: datetime) -> int:
    """The session is over: who was there for enough of what it was in fact, though it was planned to be longer."""
    require_transaction()
    if session.started_at is None:
        return 0
    until = session.ended_at or at
    length = min(until - session.started_at, session.ends_at - session.starts_at)
    enough = rules.needed(length=length)
    asked: dict[str, Any] = {
        "session": session.pk, "until": until, "from": session.started_at, "seated": Seat.State.SEATED,
        "longest": rules.LONGEST_GAP,
    }  # fmt: skip
    # The stay goes on from the last sign of life to the end.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE community_attendance AS held SET present = present + (%(until)s - greatest(last_beat_at, %(from)s)), "
            "last_beat_at = %(until)s FROM community_seat AS seat "
            "WHERE held.session_id = %(session)s AND seat.session_id = held.session_id "
            "AND seat.member_id = held.member_id AND seat.state = %(seated)s "
            "AND last_beat_at < %(until)s AND last_beat_at >= %(until)s - %(longest)s",
            asked,
        )
    return _attended(Q(session=session, present__gte=enough, present__gt=timedelta()), at)


def _attended(which: Q, at: datetime) -> int:
    """Mark and say it, once for each: who is marked already is not marked again."""
    rows = list(Attendance.objects.select_for_update().filter(which, attended_at=None).order_by("pk"))
    Attendance.objects.filter(pk__in=[row.pk for row in rows]).update(attended_at=at)
    publish_many(
        [
            SessionAttended(
                attendance_id=row.pk, member_id=row.member_id, session_id=row.session_id,
                seconds=int(row.present.total_seconds()), at=at,
            )
            for row in rows
        ]
    )  # fmt: skip
    return len(rows)
