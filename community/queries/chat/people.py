"""Who is in a room, and what must always be true of rooms."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from community.models import Membership, Room
from community.room_access import OPEN_KINDS
from community.rules import rooms as rules
from members import queries as members
from members.queries import MemberCard

A_PAGE = 100

_CONSOLE = """
SELECT room.id, (SELECT count(*) FROM community_membership WHERE room_id = room.id),
    (SELECT count(*) FROM (SELECT FROM community_message WHERE room_id = room.id LIMIT 100000) AS said)
FROM community_room AS room WHERE room.id = ANY(%s)
"""


@dataclass(frozen=True)
class InRoom:
    """A member of a room. `keeps`: it is theirs to set up."""

    card: MemberCard
    keeps: bool
    joined_at: datetime
    brought_by: MemberCard | None


@dataclass(frozen=True)
class People:
    """A page of the people of a room, keepers first, then in the order they came."""

    rows: list[InRoom]
    count: int
    more: bool


@dataclass(frozen=True)
class ConsoleRow:
    """A room as the team sees it; of private ones and conversations there are only numbers (`room_totals`)."""

    room: Room
    people: int
    messages: int
    last_at: datetime | None


def people(*, room_id: int, page: int = 1) -> People:
    """Who is in a room: three statements."""
    held = Membership.objects.filter(room_id=room_id)
    start = (page - 1) * A_PAGE
    order = held.order_by("-role", "joined_at", "id")  # "owner" sorts after "member"
    rows = list(order.values_list("member_id", "role", "joined_at", "invited_by_id")[start : start + A_PAGE + 1])
    shown = rows[:A_PAGE]
    cards = members.member_cards(member_ids={row[0] for row in shown} | {row[3] for row in shown if row[3]})
    listed = [
        InRoom(cards[member], role == Membership.Role.OWNER, joined, cards.get(by) if by else None)
        for member, role, joined, by in shown
        if member in cards
    ]
    return People(listed, held.count(), len(rows) > A_PAGE)


def console_rooms() -> list[ConsoleRow]:
    """The rooms of the site with their numbers: two statements. Private ones and conversations are nobody's business."""
    rows = list(Room.objects.filter(kind__in=OPEN_KINDS).select_related("board", "group").order_by("position", "id"))
    with connection.cursor() as cursor:
        cursor.execute(_CONSOLE, [[room.pk for room in rows]])
        numbers = {room: (people, said) for room, people, said in cursor.fetchall()}
    return [ConsoleRow(room, *numbers[room.pk], room.last_message_at) for room in rows]


def room_totals() -> dict[str, int]:
    """How many rooms of each kind there are, for the console."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM community_room GROUP BY kind")
        return dict(cursor.fetchall())


def breaches() -> list[str]:
    """What is not as it must be, in a few words each; nothing on a healthy site. For checks, not for pages."""
    found: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT room.id, room.direct_key, array_agg(held.member_id ORDER BY held.member_id) FROM community_room AS room"
            " JOIN community_membership AS held ON held.room_id = room.id WHERE room.kind = 'direct' GROUP BY room.id"
        )
        for room_id, key, inside in cursor.fetchall():
            if len(inside) > rules.DIRECT_MOST:
                found.append(f"conversation {room_id} has {len(inside)} people")
            if not key.startswith("left:") and key != rules.direct_key(inside):
                found.append(f"conversation {room_id} is not found by its people")
        cursor.execute(
            "SELECT room.id FROM community_room AS room WHERE room.kind = 'private' AND room.status <> 'archived'"
            " AND NOT EXISTS (SELECT FROM community_membership AS held JOIN members_user AS keeper"
            "   ON keeper.id = held.member_id AND keeper.is_active AND keeper.erased_at IS NULL"
            "   WHERE held.room_id = room.id AND held.role = 'owner')"
        )
        found += [f"private room {room_id} belongs to nobody who is here" for (room_id,) in cursor.fetchall()]
        cursor.execute(
            "SELECT held.id FROM community_membership AS held JOIN members_user AS gone ON gone.id = held.member_id"
            " WHERE gone.erased_at IS NOT NULL"
        )
        found += [f"membership {held} is of somebody who was erased" for (held,) in cursor.fetchall()]
        cursor.execute(
            "SELECT held.id FROM community_membership AS held JOIN community_room AS room ON room.id = held.room_id"
            " WHERE held.last_read_seq > room.last_seq"
        )
        found += [f"membership {held} has read what nobody said" for (held,) in cursor.fetchall()]
        cursor.execute(
            "SELECT room.id FROM community_room AS room JOIN (SELECT room_id, max(changed_seq) AS last"
            " FROM community_message GROUP BY room_id) AS said ON said.room_id = room.id WHERE said.last > room.last_seq"
        )
        found += [f"room {room_id} counts less than was said in it" for (room_id,) in cursor.fetchall()]
    return found
