"""Reacting to a message, with another kind later, and taking it back: one for each member, of the six kinds of posts."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from community.actions.chat.messages import lock_message
from community.events import MessageChanged
from community.models import Message, Reaction
from members.access import Refused
from outbox.publish import publish
from outbox.require import require_transaction

# The row, the counts by kind (kinds without any are left out), the room's next seq and the stamp: one statement.
_REACT = """
WITH before AS (
    SELECT kind FROM community_messagereaction WHERE message_id = %(message)s AND member_id = %(by)s
), given AS (
    INSERT INTO community_messagereaction AS held (message_id, member_id, kind, at)
    VALUES (%(message)s, %(by)s, %(kind)s, %(at)s)
    ON CONFLICT (message_id, member_id) DO UPDATE SET kind = excluded.kind, at = excluded.at
    WHERE held.kind <> excluded.kind RETURNING message_id
), room AS (
    UPDATE community_room SET last_seq = last_seq + 1 WHERE id = %(room)s AND EXISTS (SELECT FROM given)
    RETURNING last_seq
)
UPDATE community_message SET changed_seq = room.last_seq, reaction_counts = jsonb_strip_nulls(
    reaction_counts
    || jsonb_build_object(%(kind)s::text, coalesce((reaction_counts ->> %(kind)s::text)::int, 0) + 1)
    || coalesce((SELECT jsonb_build_object(kind, nullif((reaction_counts ->> kind)::int - 1, 0)) FROM before), '{}'))
FROM room WHERE id = %(message)s RETURNING changed_seq
"""

_UNREACT = """
WITH taken AS (
    DELETE FROM community_messagereaction WHERE message_id = %(message)s AND member_id = %(by)s RETURNING kind
), room AS (
    UPDATE community_room SET last_seq = last_seq + 1 WHERE id = %(room)s AND EXISTS (SELECT FROM taken)
    RETURNING last_seq
)
UPDATE community_message SET changed_seq = room.last_seq, reaction_counts = jsonb_strip_nulls(
    reaction_counts || jsonb_build_object(taken.kind, nullif((reaction_counts ->> taken.kind)::int - 1, 0)))
FROM room, taken WHERE id = %(message)s RETURNING changed_seq
"""


def react(*, message_id: int, kind: str, by: int, at: datetime) -> bool:
    """React to a message of somebody else; another kind replaces the one before. False when it is so already.

    Raises Refused (own, removed, a line), and ValueError for a kind that does not exist.
    """
    require_transaction()
    wanted = Reaction.Kind(kind).value
    room, message = lock_message(message_id)
    if message.kind == Message.Kind.LINE:
        raise Refused("not_a_message", _("Nobody wrote this line."))
    if message.author_id == by:
        raise Refused("own_message", _("Your own messages are for others to like."))
    return _change(_REACT, {"message": message_id, "room": room.pk, "by": by, "kind": wanted, "at": at}, at)


def unreact(*, message_id: int, by: int, at: datetime) -> bool:
    """Take a reaction back. False when there is none."""
    require_transaction()
    room, _message = lock_message(message_id)
    return _change(_UNREACT, {"message": message_id, "room": room.pk, "by": by}, at)


def _change(statement: str, values: dict[str, Any], at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: Any = cursor.fetchone()
    if row is None:
        return False
    publish(MessageChanged(message_id=values["message"], room_id=values["room"], by_id=values["by"], seq=row[0], at=at))
    return True
