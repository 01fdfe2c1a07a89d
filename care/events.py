"""What care tells the rest of the house."""

from dataclasses import dataclass

from outbox.events import Event, event


@event("case.opened")
@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """A member told us that something is wrong."""

    case_id: int
    member_id: int


@event("case.resolved")
@dataclass(frozen=True, kw_only=True)
class CaseResolved(Event):
    """A case was closed. `by_member`: the member said that it is settled, which weighs more than our own word."""

    case_id: int
    member_id: int
    by_member: bool
