"""What time does to live sessions: doors, beginnings, ends, and reminders. Run as often and by as many as may be.

Each step is one conditional update of one session, so of two workers one does it; and each step is asked for again
afterwards, so that a late run catches up in the right order.
"""

from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Greatest

from community import session_access
from community.actions.live import sessions
from community.actions.live.sessions import State
from community.actions.live.winding_up import wind_up
from community.events import SessionDoorsOpened, SessionEnded, SessionStarted
from community.models import LiveSession, Rsvp
from community.rules import sessions as rules
from messaging.actions import notify
from outbox.publish import publish
from outbox.require import require_transaction

REMINDER, MOVED, CANCELLED = "session.reminder", "session.moved", "session.cancelled"
COMING = (Rsvp.Answer.GOING, Rsvp.Answer.MAYBE)
AT_ONCE = 1_000


def due(*, at: datetime) -> list[int]:
    """The sessions that the clock has something to do with now; each in a transaction of its own."""
    soon = at + rules.DOORS_BEFORE
    rows = LiveSession.objects.filter(
        Q(state=State.SCHEDULED, starts_at__lte=soon)
        | Q(state=State.DOORS, starts_itself=True, starts_at__lte=at)
        | Q(state__in=sessions.OPEN, ends_at__lte=at - rules.OVERTIME)
    )
    return list(rows.order_by("starts_at", "pk").values_list("pk", flat=True))


def step(*, session_id: int, at: datetime) -> str:
    """Bring one session to where it has to be; its state afterwards."""
    require_transaction()
    session = sessions.lock(session_id)
    while True:
        wanted = rules.due_state(
            session.state, starts_at=session.starts_at, ends_at=session.ends_at,
            starts_itself=session.starts_itself, at=at,
        )  # fmt: skip
        if wanted == session.state:
            return session.state
        _move(session, wanted, at)
        session.refresh_from_db(fields=["state"])


def reminders_due(*, at: datetime) -> list[tuple[int, str]]:
    """(session, "day" or "soon") of the reminders whose moment has come."""
    found: list[tuple[int, str]] = []
    for which, (before, latest) in rules.REMINDERS.items():
        column = f"reminded_{which}"
        rows = LiveSession.objects.filter(state__in=sessions.OPEN, starts_at__lte=at + before)
        rows = rows.filter(starts_at__gt=at + latest).exclude(**{column: F("starts_at"), f"{column}__isnull": False})
        found += [(pk, which) for pk in rows.order_by("starts_at", "pk").values_list("pk", flat=True)]
    return found


def remind(*, session_id: int, which: str, at: datetime) -> int:
    """Remind whoever said yes or perhaps, once for each beginning; how many were told.

    Who answered after the moment of the reminder knows already. Who may not come any more is not told.
    """
    require_transaction()
    session = sessions.lock(session_id)
    column = f"reminded_{which}"
    if (
        session.state not in sessions.OPEN
        or getattr(session, column) == session.starts_at
        or not rules.reminder_due(which, starts_at=session.starts_at, at=at)
    ):
        return 0
    values: dict[str, Any] = {column: session.starts_at}
    LiveSession.objects.filter(pk=session_id).update(**values)
    moment = session.starts_at - rules.REMINDERS[which][0]
    begins = int(session.starts_at.timestamp())
    return _tell(
        session, REMINDER, cause=f"session:{session_id}:{begins}:{which}", before=moment, urgent=which == "soon",
        data={"session": session_id, "begins": begins}, by=None, at=at,
    )  # fmt: skip


def tell_of_move(*, session_id: int, by: int | None, at: datetime) -> int:
    """Tell whoever said yes or perhaps that the hour is another one now. Once for each hour."""
    require_transaction()
    session = LiveSession.objects.get(pk=session_id)
    if session.state not in sessions.OPEN:
        return 0
    begins = int(session.starts_at.timestamp())
    cause = f"session:{session_id}:moved:{session.revision}"
    data: dict[str, int | str] = {"session": session_id, "begins": begins}
    return _tell(session, MOVED, cause=cause, before=at, data=data, by=by, at=at)


def tell_of_cancel(*, session_id: int, by: int | None, at: datetime) -> int:
    """Tell whoever said yes or perhaps that it does not take place."""
    require_transaction()
    session = LiveSession.objects.get(pk=session_id)
    if session.state != State.CANCELLED:
        return 0
    begins = int(session.starts_at.timestamp())
    return _tell(
        session, CANCELLED, cause=f"session:{session_id}:cancelled:{session.revision}", before=at, urgent=True,
        data={"session": session_id, "begins": begins}, by=by, at=at,
    )  # fmt: skip


def _tell(
    session: LiveSession,
    kind: str,
    *,
    cause: str,
    before: datetime,
    data: dict[str, int | str],
    by: int | None,
    at: datetime,
    urgent: bool = False,
) -> int:
    answers = Rsvp.objects.filter(session=session, answer__in=COMING, at__lte=before)
    ids = list(answers.order_by("member_id").values_list("member_id", flat=True))
    told = 0
    for start in range(0, len(ids), AT_ONCE):
        pairs = [(member, session) for member in ids[start : start + AT_ONCE]]
        members = [member for member, _session in session_access.invited(pairs) if member is not None]
        told += notify(member_ids=members, kind=kind, cause=cause, data=data, by=by, urgent=urgent, at=at)
    return told


def _move(session: LiveSession, wanted: str, at: datetime) -> None:
    if wanted == State.CANCELLED:
        sessions.cancel(session, reason="", differs=session.series_id is not None, by=None, at=at)
        return
    stamps: dict[str, dict[str, Any]] = {
        rules.DOORS: {"doors_at": at},
        rules.LIVE: {"started_at": Greatest(at, F("doors_at"))},
        rules.ENDED: {"ended_at": Greatest(at, F("started_at"))},
    }
    LiveSession.objects.filter(pk=session.pk).update(state=wanted, **stamps[wanted])
    ids = {"session_id": session.pk, "room_id": session.room_id}
    if wanted == State.DOORS:
        publish(SessionDoorsOpened(**ids, at=at))
    elif wanted == State.LIVE:
        publish(SessionStarted(**ids, host_id=session.host_id, by_id=None, at=at))
    else:
        publish(SessionEnded(**ids, host_id=session.host_id, by_id=None, at=at))
        wind_up(session_id=session.pk, at=at)
