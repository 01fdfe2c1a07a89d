"""Reading chat: rooms with what is unread, pages of messages, and what changed since a seq."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from community.models import Membership, Room
from community.queries.messages import (
    PAGE,
    Page,
    badges_of,
    found_before,
    message_rows,
)
from community.room_access import visible_rooms
from members import queries as members
from members.access import is_member
from members.queries import MemberCard

if TYPE_CHECKING:
    from community.access import Rights
    from members.access import Viewer

MOST_UNREAD = 100
"""Beyond it a badge says "99+"; so counting stops here."""


@dataclass(frozen=True)
class RoomRow:
    """A room in the viewer's list."""

    id: int
    public_id: str
    slug: str
    name: str
    description: str
    kind: str
    status: str
    last_seq: int
    last_message_at: datetime | None
    unread: int
    last_text: str
    last_author: str


@dataclass(frozen=True)
class RoomPage:
    """What stands on the page of a room. `pointer` is how far the member had read, None when they were never here."""

    page: Page
    rooms: list[RoomRow]
    pointer: int | None


def rooms(*, viewer: "Viewer") -> list[RoomRow]:
    """The rooms that the viewer may read, in order, with their last words and unread counts."""
    visible = list(visible_rooms(viewer))
    held = _pointers(viewer.pk if is_member(viewer) else None, [room.pk for room in visible])
    last = _last_messages([room.pk for room in visible])
    cards = members.member_cards(member_ids=[author for author, _ in last.values()])
    return _room_rows(visible, held, last, cards)


def room_page(*, viewer: "Viewer", room_id: int, visible: Sequence[Room], before: int | None = None) -> RoomPage:
    """A room's messages (the last, or those before a seq) beside the list of the rooms that the viewer may read."""
    found, more = found_before(room_id, before, PAGE)
    held = _pointers(viewer.pk if is_member(viewer) else None, [room.pk for room in visible])
    last = _last_messages([room.pk for room in visible])
    authors = {one.author_id for one in found}
    cards = members.member_cards(member_ids=authors | {author for author, _ in last.values()})
    messages = message_rows(found, cards, badges_of(sorted(authors)))
    pointer, _ = held.get(room_id, (None, 0))
    return RoomPage(Page(messages, more), _room_rows(visible, held, last, cards), pointer)


def _room_rows(
    visible: Sequence[Room],
    held: Mapping[int, tuple[int, int]],
    last: Mapping[int, tuple[int, str]],
    cards: Mapping[int, MemberCard],
) -> list[RoomRow]:
    return [
        RoomRow(
            id=room.pk,
            public_id=room.public_id,
            slug=room.slug,
            name=room.name,
            description=room.description,
            kind=room.kind,
            status=room.status,
            last_seq=room.last_seq,
            last_message_at=room.last_message_at,
            unread=held[room.pk][1] if room.pk in held else 0,
            last_text=last[room.pk][1] if room.pk in last else "",
            last_author=cards[last[room.pk][0]].name if room.pk in last and last[room.pk][0] in cards else "",
        )
        for room in visible
    ]


# The pointer, and messages of others above it, at most MOST_UNREAD a room. Rooms never opened count nothing: a newcomer
# is not greeted by somebody else's backlog.
_POINTERS = """
SELECT held.room_id, held.last_read_seq, CASE WHEN held.level = %s THEN 0 ELSE (
    SELECT count(*) FROM (SELECT 1 FROM community_message AS message
        WHERE message.room_id = held.room_id AND message.seq > held.last_read_seq
        AND message.removed_at IS NULL AND message.author_id <> held.member_id LIMIT %s) AS counted) END
FROM community_membership AS held WHERE held.member_id = %s AND held.room_id """


def _pointers(member_id: int | None, room_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Pointer and number of unread messages of each of these rooms that the member has been in; a guest in none."""
    if member_id is None:
        return {}
    never = Membership.Level.NEVER.value
    with connection.cursor() as cursor:
        cursor.execute(_POINTERS + "= ANY(%s)", [never, MOST_UNREAD, member_id, list(room_ids)])
        return {room_id: (pointer, unread) for room_id, pointer, unread in cursor.fetchall()}


def unread_counts(*, member_id: int, room_ids: Collection[int]) -> dict[int, int]:
    """Messages of others above the member's pointer, for the rooms that have any."""
    held = _pointers(member_id, room_ids)
    return {room_id: unread for room_id, (_, unread) in held.items() if unread}


def unread_total(*, viewer: "Viewer") -> int:
    """All unread messages of the viewer's rooms, for the navigation: one statement."""
    if not is_member(viewer):
        return 0
    rooms, held = visible_rooms(viewer).order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{_POINTERS}IN ({rooms})", [Membership.Level.NEVER.value, MOST_UNREAD, viewer.pk, *held])
        return sum(unread for _, _, unread in cursor.fetchall())


# The same for the row `member`, by kind and board of the room: what of it the member may read is seen when rights are known.
OWN_UNREAD = f"""(
    SELECT jsonb_agg(jsonb_build_array(room.kind, room.board_id, counted.number))
    FROM community_membership AS held JOIN community_room AS room ON room.id = held.room_id
    CROSS JOIN LATERAL (SELECT count(*) AS number FROM (SELECT 1 FROM community_message AS message
        WHERE message.room_id = held.room_id AND message.seq > held.last_read_seq
        AND message.removed_at IS NULL AND message.author_id <> held.member_id LIMIT {MOST_UNREAD}) AS beyond) AS counted
    WHERE held.member_id = member.id AND held.level <> '{Membership.Level.NEVER.value}' AND counted.number > 0)"""


def unread_of(found: str | None, *, held: "Rights") -> int:
    """The total of what OWN_UNREAD found, without rooms of boards that the member may not read any more."""
    board = Room.Kind.BOARD.value
    return sum(
        number for kind, board_id, number in json.loads(found or "[]") if kind != board or held.may("browse", board_id)
    )


def _last_messages(room_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Author and first words of each room's last visible message."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT room.id, message.author_id, left(message.text, 120) FROM community_room AS room, LATERAL ("
            "  SELECT author_id, text FROM community_message WHERE room_id = room.id AND removed_at IS NULL"
            "  ORDER BY seq DESC LIMIT 1) AS message WHERE room.id = ANY(%s)",
            [list(room_ids)],
        )
        return {room: (author, text) for room, author, text in cursor.fetchall()}
