"""Tags and rooms, as links beside the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from community.access import Rights
from community.queries.chat import rooms, unread
from members.access import UNASKED, Viewer, is_member, standing

MOST_ROOMS = 8


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


def popular_tags(*, boards: Sequence[int], limit: int) -> list[TagLink]:
    """The tags that most topics carry, of those that readers of these boards may know; moderators' own are not
    advertised."""
    with connection.cursor() as cursor:
        cursor.execute(_TAGS, {"boards": list(boards), "limit": limit})
        return [TagLink(*row) for row in cursor.fetchall()]


def rooms_with_unread(*, viewer: Viewer, held: Rights, at: datetime) -> list[RoomLink]:
    """Rooms that wait for the member; no statement when the header knows that there are none."""
    if not is_member(viewer):
        return []
    asked = standing(viewer, "chat_unread")
    if asked is not UNASKED and not unread.unread_of(asked, viewer=viewer, held=held).number:
        return []
    waiting = unread.waiting_rooms(viewer=viewer, held=held, at=at)[:MOST_ROOMS]
    rooms.name_rooms([room for room, _waits in waiting], viewer=viewer)
    return [RoomLink(room.name, room.slug, waits.number) for room, waits in waiting]
