"""Tags and rooms, as links beside the lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from community.access import Rights
from community.queries import rooms
from members.access import UNASKED, Viewer, is_member, standing


@dataclass(frozen=True)
class TagLink:
    """A tag and its address."""

    name: str
    slug: str


@dataclass(frozen=True)
class RoomLink:
    """A room with unread messages."""

    name: str
    slug: str
    unread: int


# A tag that lies only on topics one may not read is not there, unless the team made it (`queries.tags`).
_TAGS = """
SELECT tag.name, tag.slug FROM community_tag AS tag
WHERE tag.topic_count > 0 AND tag.synonym_of_id IS NULL AND NOT tag.staff_only
    AND (tag.created_by_id IS NULL OR EXISTS (
        SELECT FROM community_topictag AS lies JOIN community_topic AS topic ON topic.id = lies.topic_id
        WHERE lies.tag_id = tag.id AND topic.removed_at IS NULL AND topic.board_id = ANY(%(boards)s)))
ORDER BY tag.topic_count DESC, tag.id LIMIT %(limit)s
"""
_ROOMS = """
SELECT room.name, room.slug, room.kind, room.board_id, counted.number
FROM community_membership AS held JOIN community_room AS room ON room.id = held.room_id
CROSS JOIN LATERAL (SELECT count(*) AS number FROM (
    SELECT FROM community_message AS message WHERE message.room_id = held.room_id AND message.seq > held.last_read_seq
        AND message.removed_at IS NULL AND message.author_id <> held.member_id LIMIT 100) AS beyond) AS counted
WHERE held.member_id = %(me)s AND held.level <> 'never' AND counted.number > 0 AND room.slug <> ''
ORDER BY room.position, room.id LIMIT 8
"""


def popular_tags(*, boards: Sequence[int], limit: int) -> list[TagLink]:
    """The tags that most topics carry, of those that readers of these boards may know; moderators' own are not
    advertised."""
    with connection.cursor() as cursor:
        cursor.execute(_TAGS, {"boards": list(boards), "limit": limit})
        return [TagLink(*row) for row in cursor.fetchall()]


def rooms_with_unread(*, viewer: Viewer, held: Rights) -> list[RoomLink]:
    """Rooms that wait for the member; no statement when the header knows that there are none."""
    if not is_member(viewer):
        return []
    asked = standing(viewer, "chat_unread")
    if asked is not UNASKED and not rooms.unread_of(asked, held=held):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ROOMS, {"me": viewer.pk})
        found = cursor.fetchall()
    return [
        RoomLink(name, slug, number)
        for name, slug, kind, board, number in found
        if kind != "board" or held.may("browse", board)
    ]
