"""Who sits in a live session and who waits: the order of the queue and its times (specs: community section 13). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

OFFER_LASTS = timedelta(seconds=60)
"""An offered seat that nobody takes goes on to the next."""
SEAT_KEPT = timedelta(seconds=90)
"""How long a seat stays taken without a sign of life: a tunnel, a lift, a page loaded again."""
PLACE_KEPT = timedelta(minutes=5)
"""How long a place in the queue stays without a sign of life; people who wait put the phone away."""
HERE_EVERY = 30
"""Seconds between two signs of life of a page; one without script loads itself again as often."""


@dataclass(frozen=True)
class Waiting:
    """Somebody in the queue. `priority` is what higher apps say of them (a tier's rank), 0 for everybody without."""

    id: int
    priority: int
    rsvp: bool
    since: datetime


def raised(one: Waiting, *, age_minutes: int, at: datetime) -> int:
    """The priority with what waiting has added to it: one for each full `age_minutes`; 0 switches that off."""
    if not age_minutes or at <= one.since:
        return one.priority
    return one.priority + int((at - one.since) / timedelta(minutes=age_minutes))


def line(waiting: Iterable[Waiting], *, age_minutes: int, at: datetime) -> list[Waiting]:
    """The queue in its order: priority, then who had said they would come, then who waits longest, then the id.

    With `age_minutes` nobody starves: after (highest priority − own + 1) × age_minutes nobody who comes later is before
    them, so they wait for finitely many people. Without it a stream of higher priorities may pass for ever.
    """
    return sorted(
        waiting, key=lambda one: (-raised(one, age_minutes=age_minutes, at=at), not one.rsvp, one.since, one.id)
    )


def free(*, capacity: int, taken: int, waiting: int) -> int:
    """How many of the waiting can be offered a seat now. Capacity 0 has a seat for everybody."""
    return waiting if capacity == 0 else min(waiting, max(0, capacity - taken))


ORDER_SQL = """
    seat.priority + CASE WHEN %(age)s > 0 AND %(at)s > seat.waiting_since
        THEN floor(extract(epoch FROM %(at)s - seat.waiting_since) / (60 * %(age)s))::int ELSE 0 END DESC,
    seat.rsvp DESC, seat.waiting_since, seat.id"""
"""`line` for the table of seats; a test holds the two together."""
