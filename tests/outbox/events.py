"""Events and subscribers that exist only for these tests."""

from dataclasses import dataclass
from datetime import datetime

from outbox.events import Event, event


@event("test.happened")
@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    """Something happened in a test."""

    thing_id: int
    note: str = ""
    when: datetime | None = None
    members: tuple[int, ...] = ()
