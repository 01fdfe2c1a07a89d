"""The counter of a session's stream: each change takes the session's row, gives the next seq and stamps one row with it."""

from datetime import datetime

from django.utils.translation import gettext as _

from community.events import StageChanged
from community.models import LiveSession, Stage
from community.problems import Problem
from outbox.publish import publish

OPEN = (LiveSession.State.DOORS, LiveSession.State.LIVE)
"""States in which people are inside."""


class NotOpen(Problem):
    """The session's doors are not open: not yet, or not any more."""

    def __init__(self, state: str) -> None:
        if state == LiveSession.State.SCHEDULED:
            super().__init__("doors_closed", _("The doors are not open yet."))
        elif state == LiveSession.State.CANCELLED:
            super().__init__("session_cancelled", _("This session will not take place."))
        else:
            super().__init__("session_over", _("This session is over."))


def lock(session_id: int) -> LiveSession:
    """The session's row, held until the transaction ends. The first lock of everything that happens in a session."""
    # NO KEY: new rows that point at the session need not wait.
    return LiveSession.objects.select_for_update(no_key=True).get(pk=session_id)


def lock_open(session_id: int) -> LiveSession:
    """The same for a session that people are in. Raises NotOpen."""
    session = lock(session_id)
    if session.state not in OPEN:
        raise NotOpen(session.state)
    return session


def advance(session: LiveSession) -> int:
    """The next seq of a session that is locked; exactly one row is stamped with it."""
    session.last_seq += 1
    LiveSession.objects.filter(pk=session.pk).update(last_seq=session.last_seq)
    return session.last_seq


def tell(session: LiveSession, kind: str, row_id: int, seq: int, at: datetime) -> None:
    publish(StageChanged(session_id=session.pk, kind=kind, row_id=row_id, seq=seq, at=at))


def stamp_stage(session: LiveSession, at: datetime, **changed: object) -> None:
    """Write these columns of the stage, which begins with its first change, and tell the stream."""
    seq = advance(session)
    stage, _made = Stage.objects.update_or_create(session=session, defaults={**changed, "changed_seq": seq})
    tell(session, "stage", stage.pk, seq, at)
