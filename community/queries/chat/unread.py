"""What waits for a member in their rooms: one pointer a room, and the rows of those who called them.

The number is said by the server alone; every page, socket and device repeats it. Counted are messages of others above the
pointer that everybody sees in the room itself: not those of threads (they have an inbox of their own), not lines of the
system, not removed ones, not those of people whom the member ignores. A quiet room (level "nothing", or muted for a
while), an archived one and one that the member is not in count nothing.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from community.access import rights
from community.models import Membership, Room
from community.room_access import readers, visible_rooms
from members.access import group_ids, is_manager, is_member, members_by_id

if TYPE_CHECKING:
    from community.access import Rights
    from members.access import Viewer

MOST_UNREAD = 100
"""Beyond it a badge says "99+"; so counting stops here."""


@dataclass(frozen=True)
class Unread:
    """Messages that wait, and how many of them call the member by name."""

    number: int = 0
    mentions: int = 0

    def __add__(self, other: "Unread") -> "Unread":
        return Unread(self.number + other.number, self.mentions + other.mentions)


@dataclass(frozen=True)
class Held:
    """A member's place in a room. `quiet`: nothing is counted there now."""

    room_id: int
    pointer: int
    level: str
    muted_until: datetime | None
    role: str
    hidden_at: datetime | None
    unread: Unread
    quiet: bool


@dataclass(frozen=True)
class Places:
    """All places of a member, and whom they ignore: members' ids."""

    by_room: Mapping[int, Held] = field(default_factory=dict)
    ignored: frozenset[int] = frozenset()


# --- SQL: `held` is a row of memberships, `room` its room; %(at)s the moment ------------------------------------------

IGNORED = (
    "ARRAY(SELECT person_id FROM community_personlevel AS said WHERE said.member_id = {member} AND said.level = 0"
    " AND (said.until IS NULL OR said.until > %(at)s))"
)
_QUIET = f"""(held.level = '{Membership.Level.NEVER.value}' OR coalesce(held.muted_until > %(at)s, FALSE)
    OR room.status = '{Room.Status.ARCHIVED.value}' OR room.kind = '{Room.Kind.SESSION.value}')"""
_WAITS = (
    "message.removed_at IS NULL AND message.thread_id IS NULL"
    f" AND message.author_id <> ALL({IGNORED.format(member='held.member_id')})"
)
_NUMBER = f"""(SELECT count(*) FROM (SELECT FROM community_message AS message
    WHERE message.room_id = held.room_id AND message.seq > held.last_read_seq AND {_WAITS} AND message.kind <> 'line'
    AND message.author_id <> held.member_id LIMIT {MOST_UNREAD}) AS beyond)"""
_MENTIONS = f"""(SELECT count(*) FROM (SELECT FROM community_messagemention AS call
    JOIN community_message AS message ON message.id = call.message_id
    WHERE call.member_id = held.member_id AND call.room_id = held.room_id AND call.seq > held.last_read_seq AND {_WAITS}
    AND message.author_id <> held.member_id LIMIT {MOST_UNREAD}) AS calls)"""
_NEWS = f"room.last_seq > held.last_read_seq AND NOT {_QUIET}"

# What waits for the row `member`, by kind, board and group of the room: which of it they may read is known with their rights.
OWN_UNREAD = f"""(
    SELECT jsonb_agg(jsonb_build_array(room.kind, room.board_id, room.group_id, counted.number, counted.mentions))
    FROM community_membership AS held JOIN community_room AS room ON room.id = held.room_id
    CROSS JOIN LATERAL (SELECT {_NUMBER} AS number, {_MENTIONS} AS mentions OFFSET 0) AS counted
    WHERE held.member_id = member.id AND {_NEWS} AND counted.number > 0)"""

_PLACES = f"""
SELECT held.room_id, held.last_read_seq, held.level, held.muted_until, held.role, held.hidden_at, {_QUIET},
    CASE WHEN {_NEWS} THEN {_NUMBER} ELSE 0 END, CASE WHEN {_NEWS} THEN {_MENTIONS} ELSE 0 END, NULL
FROM community_membership AS held JOIN community_room AS room ON room.id = held.room_id
WHERE held.member_id = %(me)s"""
_IGNORED_ROW = f"""
UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, {IGNORED.format(member="%(me)s")}"""

_OF_ROOM = f"""
SELECT held.member_id, {_NUMBER}, {_MENTIONS} FROM community_membership AS held
JOIN community_room AS room ON room.id = held.room_id
WHERE held.room_id = %(room)s AND held.member_id = ANY(%(members)s) AND NOT {_QUIET}"""
_WAITING = f"""
SELECT room.id, room.name, room.slug, room.kind, room.board_id, room.group_id, counted.number, counted.mentions
FROM community_membership AS held JOIN community_room AS room ON room.id = held.room_id
CROSS JOIN LATERAL (SELECT {_NUMBER} AS number, {_MENTIONS} AS mentions OFFSET 0) AS counted
WHERE held.member_id = %(me)s AND {_NEWS} AND counted.number > 0
ORDER BY room.kind <> 'direct', room.position, room.id"""
_TOTALS = f"""SELECT member.id, {OWN_UNREAD} FROM unnest(%(members)s::bigint[]) AS member (id)"""


def places(*, member_id: int | None, at: datetime) -> Places:
    """Every room that the member is in, and whom they ignore: one statement. A guest is nowhere."""
    if member_id is None:
        return Places()
    with connection.cursor() as cursor:
        cursor.execute(_PLACES + _IGNORED_ROW, {"me": member_id, "at": at})
        rows = cursor.fetchall()
    return Places(
        {row[0]: _held(row) for row in rows if row[0] is not None},
        next((frozenset(row[9]) for row in rows if row[0] is None), frozenset()),
    )


def place(*, member_id: int, room_id: int, at: datetime) -> Held | None:
    """The member's place in one room."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES + " AND held.room_id = %(room)s", {"me": member_id, "room": room_id, "at": at})
        row = cursor.fetchone()
    return _held(row) if row else None


def _held(row: tuple[Any, ...]) -> Held:
    room_id, pointer, level, muted_until, role, hidden_at, quiet, number, mentions, _ = row
    return Held(room_id, pointer, level, muted_until, role, hidden_at, Unread(number, mentions), quiet)


def unread_counts(*, member_id: int, room_ids: Collection[int], at: datetime) -> dict[int, Unread]:
    """What waits in these rooms, for those where something does."""
    found = places(member_id=member_id, at=at).by_room
    return {pk: found[pk].unread for pk in room_ids if pk in found and found[pk].unread.number}


def waiting_rooms(*, viewer: "Viewer", held: "Rights", at: datetime) -> list[tuple[Room, Unread]]:
    """The rooms in which something waits for the member and that they may read, conversations first: one statement."""
    if not is_member(viewer):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"me": viewer.pk, "at": at})
        rows = cursor.fetchall()
    names = ("id", "name", "slug", "kind", "board_id", "group_id")
    found = [(Room(**dict(zip(names, row[:6], strict=True))), Unread(row[6], row[7])) for row in rows]
    return [(room, unread) for room, unread in found if _reads(viewer, held, room.kind, room.board_id, room.group_id)]


def unread_total(*, viewer: "Viewer", at: datetime) -> Unread:
    """What waits in all rooms that the viewer is in and may read: two statements, for those who have no header."""
    if not is_member(viewer):
        return Unread()
    found = places(member_id=viewer.pk, at=at).by_room
    waiting = {pk: held.unread for pk, held in found.items() if held.unread.number}
    readable = set(visible_rooms(viewer).filter(pk__in=waiting).values_list("pk", flat=True)) if waiting else set()
    return sum((unread for pk, unread in waiting.items() if pk in readable), Unread())


def unread_of(found: str | list[list[Any]] | None, *, viewer: "Viewer", held: "Rights") -> Unread:
    """The total of what OWN_UNREAD found, without rooms that the member may not read any more."""
    rows = json.loads(found or "[]") if isinstance(found, str) or found is None else found
    total = Unread()
    for kind, board_id, group_id, number, mentions in rows:
        if _reads(viewer, held, kind, board_id, group_id):
            total += Unread(number, mentions)
    return total


def _reads(viewer: "Viewer", held: "Rights", kind: str, board_id: int | None, group_id: int | None) -> bool:
    if kind == Room.Kind.BOARD:
        return board_id is not None and held.may("browse", board_id)
    if kind == Room.Kind.GROUP:
        return is_member(viewer) and (group_id in group_ids(viewer) or is_manager(viewer))
    return True


def told_in_room(*, room: Room, member_ids: Collection[int], at: datetime) -> dict[int, tuple[Unread, Unread]]:
    """What waits for each of these members in the room, and in all their rooms, of those who may read it and are not quiet.

    For hints to open pages: a few statements for any number of members.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_ROOM, {"room": room.pk, "members": list(member_ids), "at": at})
        here = {member: Unread(number, mentions) for member, number, mentions in cursor.fetchall()}
    reading = {member for member, _ in readers([(member, room) for member in here])}
    totals = totals_of(member_ids=[member for member in here if member in reading], at=at)
    return {member: (here[member], total) for member, total in totals.items()}


def totals_of(*, member_ids: Collection[int], at: datetime) -> dict[int, Unread]:
    """The number in the header of each of these members."""
    if not member_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"members": list(member_ids), "at": at})
        found = dict(cursor.fetchall())
    people = members_by_id(member_ids)
    return {
        member: unread_of(found.get(member), viewer=user, held=rights(user)) for member, (user, _) in people.items()
    }


def label(unread: Unread) -> str:
    """What stands in the header's badge: "@3" when somebody calls, else the number, nothing for none."""
    number = "99+" if unread.number >= MOST_UNREAD else str(unread.number or "")
    return f"@{min(unread.mentions, MOST_UNREAD - 1)}" if unread.mentions else number
