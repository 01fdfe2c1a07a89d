"""What rooms are: making them, coming and going, and how far each member has read."""

from datetime import datetime

from django.db import connection

from community.actions.messages import Sent, edit_message, remove_message, send_message
from community.models import Membership, Room
from outbox.require import require_transaction

__all__ = [
    "Sent",
    "add_to_room",
    "create_room",
    "edit_message",
    "leave_room",
    "mark_read",
    "remove_message",
    "send_message",
]


def create_room(
    *,
    kind: str,
    slug: str,
    name: str,
    description: str = "",
    board_id: int | None = None,
    slow_seconds: int = 0,
    by: int | None,
    at: datetime,
) -> int:
    """Open a room, last in the list. Returns its id."""
    require_transaction()
    room = Room.objects.create(
        kind=kind,
        slug=slug,
        name=name,
        description=description,
        board_id=board_id,
        slow_seconds=slow_seconds,
        position=Room.objects.count(),
        created_at=at,
    )
    if kind == Room.Kind.PRIVATE and by is not None:
        add_to_room(room_id=room.pk, member_id=by, by=by, at=at)
    return room.pk


def add_to_room(*, room_id: int, member_id: int, by: int | None, at: datetime) -> None:
    """Let a member into a private room; a second time changes nothing."""
    require_transaction()
    Membership.objects.get_or_create(room_id=room_id, member_id=member_id, defaults={"joined_at": at})


def leave_room(*, room_id: int, member_id: int, by: int | None, at: datetime) -> None:
    """Out of the room: of a private one for good, of any other its read pointer is forgotten."""
    require_transaction()
    Membership.objects.filter(room_id=room_id, member_id=member_id).delete()


def mark_read(*, room_id: int, seq: int, by: int, at: datetime) -> bool:
    """Move the member's pointer forward to `seq` (never back, never beyond the room). Returns whether it moved."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO community_membership (member_id, room_id, last_read_seq, level, joined_at) "
            "SELECT %s, id, LEAST(%s, last_seq), %s, %s FROM community_room WHERE id = %s "
            "ON CONFLICT (member_id, room_id) DO UPDATE SET last_read_seq = excluded.last_read_seq "
            "WHERE community_membership.last_read_seq < excluded.last_read_seq",
            [by, seq, Membership.Level.MENTION.value, at, room_id],
        )
        return bool(cursor.rowcount > 0)
