"""Who speaks in a room is in it."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from outbox.require import require_transaction

# What was said before they came counts as read; a conversation that was put away is back.
_TAKE_PART = """
INSERT INTO community_membership AS held (member_id, room_id, last_read_seq, level, role, joined_at)
SELECT member, room.id, room.last_seq, 'mention', 'member', %(at)s
FROM community_room AS room CROSS JOIN unnest(%(members)s::bigint[]) AS member WHERE room.id = %(room)s
ON CONFLICT (member_id, room_id) DO UPDATE SET hidden_at = NULL WHERE held.hidden_at IS NOT NULL
"""


def take_part(*, room_id: int, member_ids: Collection[int], at: datetime) -> None:
    """Who speaks in a room is in it, and has it in the list: called by whatever says something. One statement."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_PART, {"room": room_id, "members": sorted(set(member_ids)), "at": at})
