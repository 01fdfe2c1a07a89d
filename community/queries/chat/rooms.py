"""Reading chat: the rooms of a viewer with their last words and what is unread, and a room's page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from community.models import Membership, Room
from community.queries.chat.messages import Page, badges_of, faces, found_page, message_rows, people_of
from community.queries.chat.unread import MOST_UNREAD, OWN_UNREAD, Held, Places, Unread, places, unread_of
from community.room_access import announced_rooms, visible_rooms
from members import queries as members
from members.access import is_member
from members.queries import MemberCard

if TYPE_CHECKING:
    from members.access import Viewer

__all__ = ["MOST_UNREAD", "OWN_UNREAD", "unread_of"]

NAMED = 4
"""So many people are named in the name of a conversation; the others are counted."""


@dataclass(frozen=True)
class RoomRow:
    """A room in the viewer's list. `people` are the others of a conversation, at most a few.

    `joined`: it is one of the viewer's rooms; `away`: a conversation that they put away and nobody took up again.
    """

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
    last_said: int = 0
    """The seq of the message that these are the words of."""
    mentions: int = 0
    joined: bool = False
    quiet: bool = False
    away: bool = False
    level: str = ""
    topic: str = ""
    people: tuple[MemberCard, ...] = ()
    member_count: int = 0


@dataclass(frozen=True)
class LockedRoom:
    """A room of a group, for those who are not in it: that it is there, and how one gets in."""

    name: str
    description: str
    group: str


@dataclass(frozen=True)
class RoomList:
    """The page of all rooms: the viewer's own, their conversations, others they may look into, and the locked ones.

    `folded`: public ids of those whom the viewer ignores, with spaces between; no list shows their words.
    """

    own: list[RoomRow]
    direct: list[RoomRow]
    others: list[RoomRow]
    locked: list[LockedRoom]
    folded: str = ""

    @property
    def rows(self) -> list[RoomRow]:
        return [*self.own, *self.direct, *self.others]

    @property
    def unread(self) -> Unread:
        return total(self.rows)


@dataclass(frozen=True)
class RoomPage:
    """What stands on the page of a room. `pointer` is how far the member had read, None when they are not in it.

    `ignored` are the authors whose messages are folded for this viewer (ids of members).
    """

    page: Page
    rooms: list[RoomRow]
    pointer: int | None
    place: Held | None = None
    ignored: frozenset[int] = frozenset()


def rooms(*, viewer: "Viewer", at: datetime) -> list[RoomRow]:
    """The rooms that the viewer may read, in order, with their last words and what is unread; their own ones first."""
    return _listed(visible_rooms(viewer), viewer, at)[0]


def room_list(*, viewer: "Viewer", at: datetime) -> RoomList:
    """The rooms by what they are to the viewer, with how many are in those that one may look into."""
    rows, folded = _listed(visible_rooms(viewer), viewer, at)
    others = [row for row in rows if not row.joined]
    counts = people_counts(room_ids=[row.id for row in rows if row.kind != Room.Kind.DIRECT])
    counted = [replace(row, member_count=counts.get(row.id, 0)) for row in rows]
    locked = [
        LockedRoom(room.name, room.description, members.group_words(room.group.name if room.group else ""))
        for room in announced_rooms(viewer)
    ]
    chosen = {row.id for row in others}
    return RoomList(
        own=[row for row in counted if row.joined and row.kind != Room.Kind.DIRECT],
        direct=[row for row in counted if row.kind == Room.Kind.DIRECT and not row.away],
        others=[row for row in counted if row.id in chosen and row.status != Room.Status.ARCHIVED]
        + [row for row in counted if row.id in chosen and row.status == Room.Status.ARCHIVED],
        locked=locked,
        folded=folded,
    )


def conversations(*, viewer: "Viewer", at: datetime) -> tuple[list[RoomRow], str]:
    """All conversations of the viewer, the newest first, those put away at the end; and `folded`, as in a RoomList."""
    rows, folded = _listed(visible_rooms(viewer).filter(kind=Room.Kind.DIRECT), viewer, at)
    return sorted(rows, key=lambda row: row.away), folded


def room_page(
    *,
    viewer: "Viewer",
    room: Room,
    visible: Sequence[Room],
    at: datetime,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
) -> RoomPage:
    """A room's messages (the last, or those before, after or around a seq) beside the list of the rooms that the viewer may read.

    A conversation gets the name by which this viewer knows it.
    """
    room_id = room.pk
    found, more, newer = found_page(room_id, before=before, after=after, around=around)
    held = places(member_id=viewer.pk if is_member(viewer) else None, at=at)
    authors = {one.author_id for one in found}
    inside, last = _inside(visible), _last_messages([room.pk for room in visible])
    cards = members.member_cards(member_ids=people_of(found) | _named(inside, last))
    messages = message_rows(found, cards, badges_of(sorted(authors)))
    place = held.by_room.get(room_id)
    if room_id in inside:
        room.name = _others_name(_others(inside[room_id], cards, viewer))
    listed = [
        row for row in _room_rows(visible, held, last, inside, cards, viewer) if row.id == room_id or _in_side(row)
    ]
    return RoomPage(Page(messages, more, newer), listed, place.pointer if place else None, place, held.ignored)


def show_page(*, room_id: int, before: int | None = None) -> Page:
    """The messages of a live session: no other rooms beside them. One statement while the people who speak are known."""
    found, more, newer = found_page(room_id, before=before)
    cards, badges = faces(people_of(found))
    return Page(message_rows(found, cards, badges), more, newer)


def total(rows: Iterable[RoomRow]) -> Unread:
    """What waits in these rooms together."""
    return sum((Unread(row.unread, row.mentions) for row in rows), Unread())


def name_rooms(listed: Collection[Room], *, viewer: "Viewer") -> None:
    """Give conversations among these rooms the name that this viewer knows them by: two statements, or none."""
    inside = _inside(listed)
    if not inside:
        return
    cards = members.member_cards(member_ids={member for people in inside.values() for member in people})
    for room in listed:
        if room.pk in inside:
            room.name = _others_name(_others(inside[room.pk], cards, viewer))


def people_counts(*, room_ids: Collection[int]) -> dict[int, int]:
    """How many are in each of these rooms."""
    rows = Membership.objects.filter(room_id__in=room_ids).values("room_id").annotate(number=Count("id"))
    return {row["room_id"]: row["number"] for row in rows} if room_ids else {}


# --- Rows -------------------------------------------------------------------------------------------------------------


def _listed(found: Iterable[Room], viewer: "Viewer", at: datetime) -> tuple[list[RoomRow], str]:
    """The rooms, and the public ids of those whose words are not shown."""
    visible = list(found)
    held = places(member_id=viewer.pk if is_member(viewer) else None, at=at)
    inside, last = _inside(visible), _last_messages([room.pk for room in visible])
    cards = members.member_cards(member_ids=_named(inside, last) | held.ignored)
    folded = " ".join(sorted(cards[one].public_id for one in held.ignored if one in cards))
    return _room_rows(visible, held, last, inside, cards, viewer), folded


def _in_side(row: RoomRow) -> bool:
    """Whether a room stands beside another one: not what was put away, not what is archived and nobody's own."""
    return not row.away and (row.joined or row.status != Room.Status.ARCHIVED)


def _named(inside: Mapping[int, Sequence[int]], last: Mapping[int, tuple[int, str, int]]) -> set[int]:
    return {author for author, _text, _seq in last.values()} | {
        member for people in inside.values() for member in people
    }


def _room_rows(
    visible: Sequence[Room],
    held: Places,
    last: Mapping[int, tuple[int, str, int]],
    inside: Mapping[int, Sequence[int]],
    cards: Mapping[int, MemberCard],
    viewer: "Viewer",
) -> list[RoomRow]:
    rows = [_row(room, held, last, inside, cards, viewer) for room in visible]
    talks = [row for row in rows if row.kind == Room.Kind.DIRECT]
    talks.sort(key=lambda row: (row.last_message_at.timestamp() if row.last_message_at else 0, row.id), reverse=True)
    own = [row for row in rows if row.joined and row.kind != Room.Kind.DIRECT]
    return [*own, *talks, *(row for row in rows if not row.joined and row.kind != Room.Kind.DIRECT)]


def _row(
    room: Room,
    held: Places,
    last: Mapping[int, tuple[int, str, int]],
    inside: Mapping[int, Sequence[int]],
    cards: Mapping[int, MemberCard],
    viewer: "Viewer",
) -> RoomRow:
    place = held.by_room.get(room.pk)
    unread = place.unread if place else Unread()
    others = _others(inside.get(room.pk, ()), cards, viewer)
    author, text, said = last.get(room.pk, (0, "", 0))
    if author and not text:
        text = _("A picture")
    if author in held.ignored:
        text = ""
    return RoomRow(
        id=room.pk,
        public_id=room.public_id,
        slug=room.slug,
        name=_others_name(others) if room.kind == Room.Kind.DIRECT else room.name,
        description=room.description,
        kind=room.kind,
        status=room.status,
        last_seq=room.last_seq,
        last_message_at=room.last_message_at,
        unread=unread.number,
        mentions=unread.mentions,
        last_text=text,
        last_author=cards[author].name if text and author in cards else "",
        last_said=said,
        joined=place is not None,
        quiet=place is not None and place.quiet,
        away=place is not None and place.hidden_at is not None and not unread.number,
        level=place.level if place else "",
        topic=room.topic,
        people=others[:NAMED],
    )


def _others(people: Sequence[int], cards: Mapping[int, MemberCard], viewer: "Viewer") -> tuple[MemberCard, ...]:
    me = viewer.pk if is_member(viewer) else None
    return tuple(cards[member] for member in people if member != me and member in cards)


def _others_name(others: Sequence[MemberCard]) -> str:
    if not others:
        return _("Only you")
    names = pgettext("between names", ", ").join(card.name for card in others[:NAMED])
    more = len(others) - NAMED
    if more <= 0:
        return names
    words = ngettext("%(names)s and %(count)s other", "%(names)s and %(count)s others", more)
    return words % {"names": names, "count": more}


def _inside(listed: Collection[Room]) -> dict[int, list[int]]:
    """The people of each conversation among these rooms, in the order they came; no statement without conversations."""
    talks = [room.pk for room in listed if room.kind == Room.Kind.DIRECT]
    found: dict[int, list[int]] = {}
    if talks:
        rows = (
            Membership.objects.filter(room_id__in=talks).order_by("room_id", "id").values_list("room_id", "member_id")
        )
        for room_id, member_id in rows:
            found.setdefault(room_id, []).append(member_id)
    return found


def _last_messages(room_ids: Collection[int]) -> dict[int, tuple[int, str, int]]:
    """Author, first words and seq of each room's last visible message."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT room.id, message.author_id, left(message.text, 120), message.seq FROM community_room AS room, LATERAL ("
            "  SELECT author_id, text, seq FROM community_message WHERE room_id = room.id AND removed_at IS NULL"
            "  AND thread_id IS NULL AND kind <> 'line' ORDER BY seq DESC LIMIT 1) AS message WHERE room.id = ANY(%s)",
            [list(room_ids)],
        )
        return {room: (author, text, seq) for room, author, text, seq in cursor.fetchall()}
