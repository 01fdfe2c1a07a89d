"""Who meant to come to a live session hears that it moved or does not take place."""

from community.actions.live import clock as session_clock
from community.events import SessionCancelled, SessionChanged
from outbox.subscribe import subscribe


@subscribe(SessionChanged)
def tell_of_move(event: SessionChanged) -> None:
    """Another hour: everybody who said yes or perhaps."""
    if event.moved:
        session_clock.tell_of_move(session_id=event.session_id, by=event.by_id, at=event.at)


@subscribe(SessionCancelled)
def tell_of_cancel(event: SessionCancelled) -> None:
    """It does not take place: everybody who said yes or perhaps."""
    session_clock.tell_of_cancel(session_id=event.session_id, by=event.by_id, at=event.at)
