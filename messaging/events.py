"""What happens to consent and mail."""

from dataclasses import dataclass

from outbox.events import Event, event


@event("consent.changed")
@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Event):
    """A member said yes or took it back."""

    member_id: int
    channel: str
    purpose: str
    granted: bool


@event("delivery.sent")
@dataclass(frozen=True, kw_only=True)
class DeliverySent(Event):
    """A mail server took responsibility for a message."""

    delivery_id: int
    member_id: int
    purpose: str
    campaign_key: str


@event("delivery.unsubscribed")
@dataclass(frozen=True, kw_only=True)
class Unsubscribed(Event):
    """A member used the way out that a message carries. `delivery_id` names that message when it is known."""

    member_id: int
    purpose: str
    delivery_id: int | None


@event("notices.changed")
@dataclass(frozen=True, kw_only=True)
class NoticesChanged(Event):
    """These members were told something inside the site, or have looked: the number on their bell is another."""

    member_ids: tuple[int, ...]
