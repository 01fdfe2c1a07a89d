"""What follows when a live session ends, in the transaction that ends it; whoever ends it, host or clock."""

from datetime import datetime

from community.actions.live import asking, attendance, drops, seats
from community.actions.live.stream import lock, stamp_stage
from community.models import LiveSession, Stage

State = LiveSession.State


def wind_up(*, session_id: int, at: datetime) -> bool:
    """Polls and drops are closed, the queue is sent home, who was there is known. A second time: False."""
    session = lock(session_id)
    if session.state != State.ENDED or Stage.objects.filter(session=session, wound_up=True).exists():
        return False
    asking.close_polls(session=session, at=at)
    drops.close_all(session=session, at=at)
    seats.close(session=session, at=at)
    attendance.close(session=session, at=at)
    stamp_stage(session, at, wound_up=True)
    return True
