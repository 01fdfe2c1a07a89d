"""What single members' open pages hear of their rooms, on their own stream."""

from collections.abc import Collection, Mapping
from typing import Any

from community.queries.chat import hints as room_hints
from messaging import hub
from outbox.clock import now


def tell_read(*, room_id: int, member_id: int) -> None:
    """After a commit that moved a member's pointer or level: their other pages put their badges right."""
    _push("room_read", room_hints.of_members(room_id=room_id, member_ids=[member_id], at=now()))


def tell_message(*, message_id: int) -> None:
    """The numbers of those whom a message concerns by name: it came, went, or came back."""
    _push("room_unread", room_hints.after_message(message_id=message_id, at=now()))


def tell_messages(*, room_id: int, message_ids: Collection[int]) -> None:
    """The same for messages of one room that came together: each member hears of all of them once."""
    _push("room_unread", room_hints.after_messages(room_id=room_id, message_ids=message_ids, at=now()))


def tell_people(*, room_id: int, member_ids: Collection[int]) -> None:
    """A room came into these members' lists, or is gone from them."""
    _push("room_unread", room_hints.of_members(room_id=room_id, member_ids=member_ids, at=now()))


def _push(kind: str, hints: Mapping[int, Mapping[str, Any]]) -> None:
    for member_id, data in hints.items():
        hub.push_to_member(member_id, kind, dict(data))
