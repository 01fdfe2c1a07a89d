"""What happens to accounts."""

from dataclasses import dataclass

from outbox.events import Event, event


@event("member.created")
@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """An account was made by sign-up. (`imported` was true of those that `member.imported` tells of now.)"""

    member_id: int
    imported: bool


@event("member.imported")
@dataclass(frozen=True, kw_only=True)
class MembersImported(Event):
    """Accounts exist for people whom a shop or another forum knows; nobody has claimed them yet. At most 500 at once."""

    member_ids: tuple[int, ...]


@event("member.updated")
@dataclass(frozen=True, kw_only=True)
class MemberUpdated(Event):
    """A member changed what others see of them."""

    member_id: int


@event("member.returned")
@dataclass(frozen=True, kw_only=True)
class MemberReturned(Event):
    """A member is here again after `away_days` days, at least ninety, on which they did not come."""

    member_id: int
    away_days: int


@event("account.changed")
@dataclass(frozen=True, kw_only=True)
class AccountChanged(Event):
    """A way into an account changed (address, password, second factor); `change_id` has what and who was told."""

    member_id: int
    change_id: int
