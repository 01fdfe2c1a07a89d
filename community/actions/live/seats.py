"""Seats of a live session: taking one, waiting for one, being offered one, and going.

Who changes anybody's state holds the session's row. So seats are taken one after the other, the counter equals the rows in
every commit, and a worker that dies takes nothing with it. Signs of life change no state and take no lock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from community import slots
from community.actions.live.stream import OPEN, lock, lock_open
from community.events import SeatsChanged
from community.models import LiveSession, Rsvp, Seat, Stage
from community.problems import Problem
from community.rules import seats as rules
from outbox.publish import publish
from outbox.require import require_transaction

State = Seat.State
HERE = (State.WAITING, State.OFFERED, State.SEATED)


@dataclass(frozen=True)
class Taken:
    """Where somebody is now: seated, waiting or offered. `changed`: it was otherwise before."""

    state: str
    changed: bool = True


_SEND_AWAY = """
WITH gone AS (
    SELECT id, state FROM community_seat WHERE session_id = %(session)s AND (
        (state = 'offered' AND offer_until <= %(at)s)
        OR (state = 'seated' AND last_seen_at < %(seat)s)
        OR (state = 'waiting' AND last_seen_at < %(place)s))
    ORDER BY id FOR UPDATE
)
UPDATE community_seat AS seat SET state = CASE gone.state WHEN 'seated' THEN 'left' ELSE 'expired' END, offer_until = NULL
FROM gone WHERE seat.id = gone.id RETURNING seat.member_id, gone.state
"""

_OFFER = f"""
UPDATE community_seat SET state = 'offered', offer_until = %(until)s WHERE id IN (
    SELECT seat.id FROM community_seat AS seat JOIN members_user AS member ON member.id = seat.member_id
    WHERE seat.session_id = %(session)s AND seat.state = 'waiting' AND member.is_active
    ORDER BY {rules.ORDER_SQL} LIMIT %(free)s)
RETURNING member_id
"""

_SEEN = """
UPDATE community_seat SET last_seen_at = %(at)s
WHERE session_id = %(session)s AND member_id = %(member)s AND state IN ('waiting', 'offered', 'seated')
AND last_seen_at < %(since)s
"""


def join(*, session_id: int, by: int, at: datetime) -> Taken:
    """Come in: take a free seat, or an offered one, or wait for one. Coming in twice changes nothing. Raises NotOpen,
    and Problem (sent_out) to whom somebody of the house sent out of this session.

    Whoever is on stage needs no seat, and who may come at all the edge has asked.
    """
    require_transaction()
    # Before the lock, for which everybody waits at eight in the evening.
    said_yes = Rsvp.objects.filter(session_id=session_id, member_id=by, answer=Rsvp.Answer.GOING).exists()
    session = lock_open(session_id)
    # Under the lock, so that a rank that changes at this moment is read here or found by `set_priority`. Of those who sit
    # at once nobody ever asks.
    full = session.capacity and session.seated >= session.capacity
    rank = _priority(by) if full else None
    if state := _come_in(session, by, rank, said_yes, at):
        _told(session, [by], at)
        return Taken(state)
    seat = Seat.objects.filter(session=session, member_id=by).first()
    if seat and seat.state == State.SENT_OUT:
        raise Problem(
            "sent_out",
            _("You were sent out of this session, so you cannot come in again. You are welcome at the next one."),
        )
    moved = _settle(session, at)
    seat = Seat.objects.filter(session=session, member_id=by).first()
    if seat and seat.state in (State.SEATED, State.WAITING):
        Seat.objects.filter(pk=seat.pk, last_seen_at__lt=at).update(last_seen_at=at)
        _told(session, moved, at)
        return Taken(seat.state, changed=False)
    if seat and seat.state == State.OFFERED:  # the counter counts it already
        Seat.objects.filter(pk=seat.pk).update(state=State.SEATED, offer_until=None, last_seen_at=at)
        _note_peak(session)
        _told(session, [*moved, by], at)
        return Taken(State.SEATED)
    # After settling a free seat means that nobody waits.
    rank = _priority(by) if rank is None else rank
    state = _come_in(session, by, rank, said_yes, at)
    if state is None:
        raise RuntimeError("a settled session has a seat or a queue")
    _told(session, [*moved, by], at)
    return Taken(state)


# All of it in one statement: a free seat while nobody waits is taken, and without a free seat one waits. No row when it is
# not so simple: the member has a place, time is over for somebody who sits, a seat is free while others wait, or the rank
# was not asked for and is needed.
_COME_IN = """
WITH own AS (
    SELECT FROM community_seat WHERE session_id = %(session)s AND member_id = %(member)s
    AND state IN ('waiting', 'offered', 'seated', 'sent_out')
), line AS (
    SELECT FROM community_seat AS seat JOIN members_user AS member ON member.id = seat.member_id
    WHERE seat.session_id = %(session)s AND seat.state = 'waiting' AND member.is_active LIMIT 1
), over AS (
    SELECT FROM community_seat WHERE session_id = %(session)s AND (
        (state = 'offered' AND offer_until <= %(at)s) OR (state = 'seated' AND last_seen_at < %(seat)s)) LIMIT 1
), place AS (
    SELECT id, capacity = 0 OR seated < capacity AS free FROM community_livesession WHERE id = %(session)s
), plain AS (
    SELECT id, free FROM place WHERE NOT EXISTS (SELECT FROM own) AND CASE
        WHEN free THEN NOT EXISTS (SELECT FROM line)
        ELSE %(rank)s::int IS NOT NULL AND NOT EXISTS (SELECT FROM over) END
), taken AS (
    INSERT INTO community_seat AS held
        (session_id, member_id, state, priority, rsvp, waiting_since, offer_until, last_seen_at)
    SELECT id, %(member)s, CASE WHEN free THEN 'seated' ELSE 'waiting' END,
        CASE WHEN free THEN 0 ELSE %(rank)s::int END, %(rsvp)s, %(at)s, NULL, %(at)s FROM plain
    ON CONFLICT (session_id, member_id) DO UPDATE SET state = excluded.state, priority = excluded.priority,
        rsvp = excluded.rsvp, waiting_since = excluded.waiting_since, offer_until = NULL,
        last_seen_at = excluded.last_seen_at
    RETURNING state
), counted AS (
    UPDATE community_livesession AS session SET seated = seated + 1 FROM taken
    WHERE session.id = %(session)s AND taken.state = 'seated' RETURNING session.seated
), peak AS (
    INSERT INTO community_stage AS stage (session_id, changed_seq, now_text, notice, stream_url, peak)
    SELECT %(session)s, 0, '', '', '', counted.seated - (
        SELECT count(*) FROM community_seat WHERE session_id = %(session)s AND state = 'offered') FROM counted
    ON CONFLICT (session_id) DO UPDATE SET peak = excluded.peak WHERE stage.peak < excluded.peak
)
SELECT state FROM taken
"""


def _come_in(session: LiveSession, by: int, rank: int | None, said_yes: bool, at: datetime) -> str | None:
    """The plain ways in, as the member's state; None when it is not so simple."""
    asked: dict[str, Any] = {
        "session": session.pk, "member": by, "at": at, "seat": at - rules.SEAT_KEPT, "rank": rank, "rsvp": said_yes,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COME_IN, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0] == State.SEATED:
        session.seated += 1
    return str(row[0])


def leave(*, session_id: int, by: int, at: datetime) -> bool:
    """Go, or give up one's place in the queue or what was offered; the seat goes on at once. False: was not there."""
    require_transaction()
    session = lock(session_id)
    seat = Seat.objects.filter(session=session, member_id=by, state__in=HERE).first()
    if seat is None:
        return False
    Seat.objects.filter(pk=seat.pk).update(state=State.LEFT, offer_until=None)
    if seat.state in (State.SEATED, State.OFFERED):
        _count(session, -1)
    _told(session, [by, *_settle(session, at)], at)
    return True


def leave_all(*, member_id: int, at: datetime) -> int:
    """The same everywhere, for somebody who may not come any more. How many places went on."""
    require_transaction()
    places = Seat.objects.filter(member_id=member_id, state__in=(State.WAITING, State.OFFERED, State.SEATED))
    sessions = list(places.filter(session__state__in=OPEN).order_by("session_id").values_list("session_id", flat=True))
    return sum(leave(session_id=session_id, by=member_id, at=at) for session_id in sessions)


def see(*, session_id: int, by: int, at: datetime) -> None:
    """A sign of life: the seat, offer or place stays. One statement, which takes no lock but its own row's."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, {"session": session_id, "member": by, "at": at, "since": at - timedelta(seconds=5)})


def settle(*, session_id: int, at: datetime) -> int:
    """Offers that nobody took and seats that nobody sits on any more go to the next in the queue. How many people moved."""
    session = lock(session_id)
    moved = _settle(session, at)
    _told(session, moved, at)
    return len(moved)


def due(*, at: datetime) -> list[int]:
    """The sessions in which somebody's time is over, or a seat is free while people wait; looked up without locks."""
    over = (
        Q(state=State.OFFERED, offer_until__lte=at)
        | Q(state=State.SEATED, last_seen_at__lt=at - rules.SEAT_KEPT)
        | Q(state=State.WAITING, last_seen_at__lt=at - rules.PLACE_KEPT)
        | (Q(state=State.WAITING) & (Q(session__capacity=0) | Q(session__seated__lt=F("session__capacity"))))
    )
    return sorted(set(Seat.objects.filter(over, session__state__in=OPEN).values_list("session_id", flat=True)))


def close(*, session: LiveSession, at: datetime) -> None:
    """The session is over and locked: nobody waits any more, nothing is offered. Who sat until now, the rows still say."""
    gone = Seat.objects.filter(session=session, state__in=(State.WAITING, State.OFFERED))
    offered = gone.filter(state=State.OFFERED).count()
    gone.update(state=State.EXPIRED, offer_until=None)
    if offered:
        _count(session, -offered)


def set_priority(*, member_id: int, rank: int, at: datetime) -> int:
    """A member's rank is another one: where they wait, their place is too. In how many sessions. Nobody seated moves."""
    require_transaction()
    waits = Seat.objects.filter(member_id=member_id, state=State.WAITING).exclude(priority=rank)
    # Under the sessions' rows, so that somebody who joins at this moment is seen, or has read the new rank themselves.
    open_now = LiveSession.objects.filter(state__in=OPEN, capacity__gt=0)
    sessions = list(open_now.select_for_update(no_key=True).order_by("pk"))
    count = 0
    for session in sessions:
        if waits.filter(session=session).update(priority=rank):
            count += 1
            _told(session, [member_id], at)
    return count


def _settle(session: LiveSession, at: datetime) -> list[int]:
    """What time has brought, in a session that is locked; the members whose place is another one now."""
    times: dict[str, Any] = {
        "session": session.pk,
        "at": at,
        "seat": at - rules.SEAT_KEPT,
        "place": at - rules.PLACE_KEPT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEND_AWAY, times)
        gone = cursor.fetchall()
        if freed := sum(state != State.WAITING for _, state in gone):
            _count(session, -freed)
        moved = [member_id for member_id, _ in gone]
        free = rules.free(capacity=session.capacity, taken=session.seated, waiting=100_000)
        if session.state not in OPEN or free <= 0:
            return moved
        until = at + rules.OFFER_LASTS
        cursor.execute(_OFFER, {**times, "age": session.age_minutes, "free": free, "until": until})
        offered = [row[0] for row in cursor.fetchall()]
    if offered:
        _count(session, len(offered))
    return [*moved, *offered]


def _count(session: LiveSession, change: int) -> None:
    LiveSession.objects.filter(pk=session.pk).update(seated=F("seated") + change)
    session.seated += change


def _note_peak(session: LiveSession) -> None:
    inside = Seat.objects.filter(session=session, state=State.SEATED).count()
    if not Stage.objects.filter(session=session).update(peak=Greatest(F("peak"), inside)):
        Stage.objects.get_or_create(session=session, defaults={"peak": inside})


def _priority(member_id: int) -> int:
    return max((answer.get(member_id, 0) for answer in slots.seat_priority.collect(member_ids=[member_id])), default=0)


def _told(session: LiveSession, member_ids: list[int], at: datetime) -> None:
    if member_ids:
        publish(SeatsChanged(session_id=session.pk, member_ids=tuple(dict.fromkeys(member_ids)), at=at))
