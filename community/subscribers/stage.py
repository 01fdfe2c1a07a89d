"""Event → what a live session shows, and to whom."""

from community.actions.live import seats, stage, winding_up
from community.events import (
    MemberSuspended,
    SeatsChanged,
    SessionCancelled,
    SessionChanged,
    SessionDoorsOpened,
    SessionEnded,
    SessionStarted,
    SessionVoted,
    StageChanged,
)
from community.streams import session_hints
from outbox.subscribe import live, subscribe


@subscribe(SessionEnded)
def wind_up(event: SessionEnded) -> None:
    """It was done with the end itself; this is for sessions that ended before that was so."""
    winding_up.wind_up(session_id=event.session_id, at=event.at)


@subscribe(MemberSuspended)
def give_seats_back(event: MemberSuspended) -> None:
    """Seats and places in the queue go to the next."""
    seats.leave_all(member_id=event.member_id, at=event.at)


def show_state(event: SessionDoorsOpened | SessionStarted | SessionChanged | SessionCancelled) -> None:
    """Whoever changed it (the clock, a form, a series), the stream says so; and new seats are offered."""
    stage.show_state(session_id=event.session_id, at=event.at)


subscribe(SessionDoorsOpened)(show_state)
subscribe(SessionStarted)(show_state)
subscribe(SessionChanged)(show_state)
subscribe(SessionCancelled)(show_state)


@live(StageChanged)
def show_change(event: StageChanged) -> None:
    session_hints.push_row(session_id=event.session_id, kind=event.kind, row_id=event.row_id)


@live(SessionVoted)
def show_votes(event: SessionVoted) -> None:
    """At most once a second for each thing that is voted on, with the numbers of that moment."""
    session_hints.push_numbers_soon(session_id=event.session_id, kind=event.kind, row_id=event.row_id)


@live(SeatsChanged)
def show_seats(event: SeatsChanged) -> None:
    session_hints.push_places(session_id=event.session_id, member_ids=event.member_ids)
    session_hints.push_counts_soon(session_id=event.session_id)
