"""Reading chat: rooms with what is unread, pages of messages, and what changed since a seq."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet

from community import slots
from community.models import Membership, Message, Room
from community.room_access import visible_rooms
from members import queries as members
from members.access import is_member
from members.queries import MemberCard
from messaging.streams import Replay

if TYPE_CHECKING:
    from community.access import Rights
    from members.access import Viewer

PAGE = 50
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
class MessageRow:
    """A message as everybody in the room sees it; a removed one has no text any more."""

    id: int
    seq: int
    changed_seq: int
    client_id: str
    author: MemberCard
    badges: tuple[slots.Badge, ...]
    html: str
    sent_at: datetime
    edited: bool
    removed: bool


@dataclass(frozen=True)
class Page:
    """Messages, oldest first; `more`: there are older ones."""

    messages: list[MessageRow]
    more: bool


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
    found, more = _messages_before(room_id, before, PAGE)
    held = _pointers(viewer.pk if is_member(viewer) else None, [room.pk for room in visible])
    last = _last_messages([room.pk for room in visible])
    authors = {one.author_id for one in found}
    cards = members.member_cards(member_ids=authors | {author for author, _ in last.values()})
    messages = _message_rows(found, cards, _badges(sorted(authors)))
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


def messages_before(*, room_id: int, before: int | None = None, limit: int = PAGE) -> Page:
    """The last messages, or those before a seq; by key, so that page 1,000 costs what page 1 costs."""
    found, more = _messages_before(room_id, before, limit)
    return Page(_rows(found), more)


def _messages_before(room_id: int, before: int | None, limit: int) -> tuple[list[Message], bool]:
    found = Message.objects.filter(room_id=room_id).order_by("-seq")
    if before is not None:
        found = found.filter(seq__lt=before)
    rows = list(found[: limit + 1])
    return rows[:limit][::-1], len(rows) > limit


def messages_changed(*, room_id: int, since: int, limit: int) -> list[MessageRow]:
    """Messages that were sent, edited or removed after a seq, in the order of their last changes."""
    found: QuerySet[Message] = Message.objects.filter(room_id=room_id, changed_seq__gt=since).order_by("changed_seq")
    return _rows(found[:limit])


def message(*, message_id: int) -> tuple[str, MessageRow] | None:
    """A message as it is now, with its room's public id."""
    found = Message.objects.filter(id=message_id).select_related("room").first()
    return (found.room.public_id, _rows([found])[0]) if found else None


def last_seqs(*, public_ids: Collection[str]) -> dict[str, int]:
    """Where the rooms' streams are, by public id."""
    return dict(Room.objects.filter(public_id__in=public_ids).values_list("public_id", "last_seq"))


def replay(*, public_id: str, since: int, limit: int) -> Replay:
    """What somebody missed who knows the room up to `since`; a reset when that is more than `limit` rows."""
    found = Room.objects.filter(public_id=public_id).values_list("id", "last_seq").first()
    if found is None:
        return Replay(seq=since)
    room_id, last_seq = found
    if since > last_seq:  # from another life of the database: a restored backup has given these numbers to others
        return Replay(seq=last_seq, reset=True)
    rows = messages_changed(room_id=room_id, since=since, limit=limit + 1) if since < last_seq else []
    if len(rows) > limit:
        return Replay(seq=last_seq, reset=True)
    # A row may be newer than the number read before it; the numbers are given in the order of commits.
    return Replay(seq=max([last_seq, *(row.changed_seq for row in rows)]), frames=[as_frame(row) for row in rows])


def as_frame(row: MessageRow) -> dict[str, Any]:
    """The message as it travels over the socket: its whole state, so that any change is replayed by the same frame."""
    return {"seq": row.changed_seq, "type": "message", "data": as_data(row)}


def as_data(row: MessageRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "client_id": row.client_id,
        "author": {
            "id": row.author.public_id,
            "name": row.author.name,
            "url": row.author.url,
            "avatar": row.author.avatar_url,
            "badges": [
                {"label": str(badge.label), "kind": badge.kind, "title": str(badge.title)} for badge in row.badges
            ],
        },
        "html": row.html,
        "at": row.sent_at.isoformat(),
        "edited": row.edited,
        "removed": row.removed,
    }


def _rows(found: Iterable[Message]) -> list[MessageRow]:
    listed = list(found)
    authors = sorted({one.author_id for one in listed})
    return _message_rows(listed, members.member_cards(member_ids=authors), _badges(authors))


def _message_rows(
    listed: Iterable[Message], cards: Mapping[int, MemberCard], badges: Mapping[int, Sequence[slots.Badge]]
) -> list[MessageRow]:
    return [
        MessageRow(
            id=one.pk,
            seq=one.seq,
            changed_seq=one.changed_seq,
            client_id=one.client_id,
            author=cards[one.author_id],
            badges=tuple(badges.get(one.author_id, ())),
            html="" if one.removed_at else one.cooked,
            sent_at=one.sent_at,
            edited=one.edited_at is not None,
            removed=one.removed_at is not None,
        )
        for one in listed
    ]


def _badges(member_ids: Sequence[int]) -> dict[int, list[slots.Badge]]:
    found: dict[int, list[slots.Badge]] = {}
    for answer in slots.name_badges.collect(member_ids=member_ids):
        for member_id, badges in answer.items():
            found.setdefault(member_id, []).extend(badges)
    return found


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
