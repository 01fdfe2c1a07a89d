"""What happens to accounts."""

from dataclasses import dataclass

from outbox.events import Event, event


@event("member.created")
@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """An account exists: by sign-up, or imported from a shop's orders (then nobody has claimed it yet)."""

    member_id: int
    imported: bool


@event("member.updated")
@dataclass(frozen=True, kw_only=True)
class MemberUpdated(Event):
    """A member changed what others see of them."""

    member_id: int
