"""What is told to those who are in a live session. May be lost: pages find it again in the stream or with their next sign.

Numbers (votes, seats) are told at most once a second for each thing, always including the last change: the first change
begins the second, at its end the numbers are read from the rows.
"""

import logging
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict

from django.db import connection

from community.models import LiveSession
from community.queries.live import stage as queries
from messaging import hub
from outbox import nudge
from outbox.clock import now

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two tellings of the same numbers."""
MOST_PLACES = 50
"""People in the queue who are told that they moved up; those behind learn it with their next sign of life."""

_waiting: set[Hashable] = set()
_guard = threading.Lock()


def push_row(*, session_id: int, kind: str, row_id: int) -> None:
    """A question, poll, drop or the stage as it is now, with its seq."""
    if found := queries.frame_of(session_id=session_id, kind=kind, row_id=row_id):
        public_id, frame = found
        hub.push(f"session:{public_id}", frame)


def push_numbers_soon(*, session_id: int, kind: str, row_id: int) -> None:
    soon((kind, row_id), lambda: _push_numbers(session_id, kind, row_id))


def push_counts_soon(*, session_id: int) -> None:
    soon(("seats", session_id), lambda: _push_counts(session_id))


def push_places(*, session_id: int, member_ids: Sequence[int]) -> None:
    """To each of these members their own place, on their own stream."""
    session = LiveSession.objects.filter(pk=session_id).first()
    if session is None:
        return
    for member_id in member_ids[:MOST_PLACES]:
        hub.push_to_member(member_id, "seat", queries.seat_data(session=session, member_id=member_id, at=now()))


def soon(key: Hashable, tell: Callable[[], None]) -> None:
    """Run `tell` once within the next second, however often this is called."""
    if nudge.synchronous:
        tell()
        return
    with _guard:
        if key in _waiting:
            return
        _waiting.add(key)
    timer = threading.Timer(EVERY, _tell, (key, tell))
    timer.daemon = True
    timer.start()


def _tell(key: Hashable, tell: Callable[[], None]) -> None:
    with _guard:
        _waiting.discard(key)  # before the numbers are read: what changes from now on begins another second
    try:
        tell()
    except Exception:
        log.info("session: numbers of %s were not told; the next will be", key, exc_info=True)
    finally:
        connection.close()  # this thread ends here


def _push_numbers(session_id: int, kind: str, row_id: int) -> None:
    if found := queries.frame_of(session_id=session_id, kind=kind, row_id=row_id):
        public_id, frame = found
        hub.push(f"session:{public_id}", {"type": kind, "seq": None, "data": frame["data"]})


def _push_counts(session_id: int) -> None:
    session = LiveSession.objects.filter(pk=session_id).first()
    if session is None:
        return
    hub.push(
        f"session:{session.public_id}",
        {"type": "seats", "seq": None, "data": asdict(queries.counts(session_id=session_id))},
    )
    for one in queries.queue(session=session, at=now(), limit=MOST_PLACES):
        data = {
            "session": session.public_id, "state": "offered" if one.offer_until else "waiting",
            "place": one.place or None, "until": one.offer_until.isoformat() if one.offer_until else None,
        }  # fmt: skip
        hub.push_to_member(one.card.id, "seat", data)
