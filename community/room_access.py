"""Who may be in which room, and do what there. What is hidden looks exactly like what is absent.

| kind | read | speak | keep order |
|---|---|---|---|
| public | everybody | members | the site's moderators |
| board | whoever browses the board | whoever may reply there | the board's moderators |
| group | the group; community managers | the same | moderators among them |
| private | its members | the same | its owners |
| direct | its people | the same | nobody |
| session | as its session says (`session_rooms`) | | |

Nobody of the team looks into a private room or a conversation by their office: what is flagged there comes to the
review queue with the few lines before it, and nothing else does.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community.access import Rights, absent, require_voice, rights
from community.models import Membership, Message, Room
from community.session_rooms import door
from members.access import (
    Member,
    Refused,
    group_ids,
    is_manager,
    is_member,
    is_moderator,
    members_by_id,
    require_member,
)

if TYPE_CHECKING:
    from members.access import Viewer

OPEN_KINDS = (Room.Kind.PUBLIC, Room.Kind.BOARD, Room.Kind.GROUP)
"""Rooms that one may look into without having joined."""
CLOSED_KINDS = (Room.Kind.PRIVATE, Room.Kind.DIRECT)
"""Rooms in which the membership is the right to be there."""


def visible_rooms(viewer: "Viewer", *, held: Rights | None = None) -> QuerySet[Room]:
    """The rooms that the viewer may read; every list is filtered by this inside the SQL. Sessions' rooms are in none."""
    held = held or rights(viewer)
    seen = Q(kind=Room.Kind.PUBLIC) | Q(kind=Room.Kind.BOARD, board_id__in=held.browsable)
    if is_member(viewer):
        seen |= Q(
            kind__in=CLOSED_KINDS, id__in=Membership.objects.filter(member_id=viewer.pk).values("room_id")
        )  # fmt: skip
        seen |= Q(kind=Room.Kind.GROUP) & (Q() if is_manager(viewer) else Q(group_id__in=group_ids(viewer)))
    return Room.objects.filter(seen).order_by("position", "id")


def announced_rooms(viewer: "Viewer") -> QuerySet[Room]:
    """Rooms of a group that the viewer is not in, whose name and purpose everybody may know."""
    if is_manager(viewer):
        return Room.objects.none()
    known = Room.objects.filter(kind=Room.Kind.GROUP, announced=True).exclude(status=Room.Status.ARCHIVED)
    if is_member(viewer):
        known = known.exclude(group_id__in=group_ids(viewer))
    return known.select_related("group").order_by("position", "id")


def get_room(
    viewer: "Viewer", *, slug: str = "", public_id: str = "", act: str = "read", among: Iterable[Room] | None = None
) -> Room:
    """The room for somebody who may read it (or send to it, or moderate it), else Refused.

    `among`: the viewer's visible rooms, when they are at hand.
    """
    if "\x00" in slug + public_id:  # PostgreSQL has no such text
        raise absent()
    held = rights(viewer)
    asked = Q(slug=slug) if slug else Q(public_id=public_id)
    if among is None:
        among = visible_rooms(viewer, held=held).filter(asked)[:1]
    room = next((one for one in among if (one.slug == slug if slug else one.public_id == public_id)), None)
    if room is None:
        room = _of_a_session(viewer, asked, held)
    if act == "send":
        require_send(viewer, room, held=held)
    elif act == "moderate" and not may_moderate(viewer, room, held=held):
        raise Refused("moderators_only", _("Only moderators may do this."))
    return room


def require_send(viewer: "Viewer", room: Room, *, held: Rights | None = None) -> None:
    """Refuse whoever may read the room but not speak in it."""
    if not is_member(viewer):
        raise Refused("sign_in_required", _("Please sign in first."), sign_in=True)
    held = held or rights(viewer)
    require_voice(held)
    if room.status == Room.Status.ARCHIVED:
        raise Refused("room_archived", _("This room is archived: it can be read, but nothing new is said."))
    if room.kind == Room.Kind.SESSION:
        if silent := door().answer(viewer=viewer, room=room, held=held).silent:
            raise silent
        return
    if may_moderate(viewer, room, held=held):
        return
    if room.status == Room.Status.READ_ONLY:
        raise Refused("room_read_only", _("Only moderators speak here at the moment."))
    if room.board_id is not None and not held.may("reply", room.board_id):
        raise Refused("may_not_reply", _("You may read here, but not reply."))


def may_moderate(viewer: "Viewer", room: Room, *, held: Rights | None = None) -> bool:
    """Whether the viewer keeps order in a room that they may read."""
    if not is_member(viewer) or room.kind == Room.Kind.DIRECT:
        return False
    if room.kind == Room.Kind.PRIVATE:
        return owns(viewer, room) and not (held or rights(viewer)).silenced
    held = held or rights(viewer)
    if room.kind == Room.Kind.SESSION:
        return door().answer(viewer=viewer, room=room, held=held).moderate
    if room.board_id is not None:
        return held.may("moderate", room.board_id)
    return is_moderator(viewer) and not held.silenced


def may_reword(viewer: "Viewer", room: Room, *, held: Rights | None = None) -> bool:
    """Whether the viewer changes what others said there: moderators of the site or the board, by their office.

    Who keeps a private room or a show takes words away, and puts none into anybody's mouth.
    """
    return (
        room.kind not in CLOSED_KINDS and may_moderate(viewer, room, held=held) and by_office(viewer, room, held=held)
    )


def by_office(viewer: "Viewer", room: Room, *, held: Rights | None = None) -> bool:
    """Whether who keeps order there does so as a moderator of the site or the board, and not because the show is theirs."""
    if room.board_id is not None:
        return (held or rights(viewer)).may("moderate", room.board_id)
    return is_moderator(viewer)


def owns(viewer: "Viewer", room: Room) -> bool:
    """Whether a private room is the viewer's to keep; asked once for a room that was read once."""
    if not is_member(viewer) or room.kind != Room.Kind.PRIVATE:
        return False
    known: dict[int, bool] = room.__dict__.setdefault("_owned_by", {})
    if viewer.pk not in known:
        owner = Membership.objects.filter(room=room, member_id=viewer.pk, role=Membership.Role.OWNER)
        known[viewer.pk] = owner.exists()
    return known[viewer.pk]


def may_keep(viewer: "Viewer", room: Room) -> bool:
    """Whether the viewer sets a room up: managers the site's rooms, owners their private ones, nobody a conversation."""
    if room.kind == Room.Kind.PRIVATE:
        return owns(viewer, room) and not rights(viewer).silenced
    return room.kind in OPEN_KINDS and is_manager(viewer)


def get_owned_room(viewer: "Viewer", *, slug: str) -> Room:
    """A private room for whoever brings people into it and takes them out."""
    member = require_member(viewer)
    room = get_room(member, slug=slug)
    if not owns(member, room):
        raise Refused("keepers_only", _("Only those who keep this room may change it."))
    require_voice(rights(member))
    return room


def get_kept_room(viewer: "Viewer", *, slug: str) -> Room:
    """The room for whoever sets it up."""
    member = require_member(viewer)
    if is_manager(member) and "\x00" not in slug:  # the team sets up rooms of boards that it does not read, too
        room = Room.objects.filter(slug=slug, kind__in=OPEN_KINDS).first()
        if room is not None:
            return room
    room = get_room(member, slug=slug)
    if not may_keep(member, room):
        raise Refused("keepers_only", _("Only those who keep this room may change it."))
    return room


def get_own_room(viewer: "Viewer", *, slug: str) -> tuple[Room, Membership]:
    """The room and the viewer's place in it, for those who are in it."""
    member = require_member(viewer)
    room = get_room(member, slug=slug)
    held = Membership.objects.filter(room=room, member_id=member.pk).first()
    if held is None:
        raise Refused("not_in_room", _("Join the room first."))
    return room, held


def require_may_make(viewer: "Viewer", kind: str) -> Member:
    """Whoever may open a room of this kind: managers all but private ones, members of trust 1 and the team those too."""
    member = require_member(viewer)
    held = rights(member)
    require_voice(held)
    if kind in OPEN_KINDS and not is_manager(member):
        raise Refused(
            "managers_only", _("Only the team opens rooms for everybody. A private room you can open yourself.")
        )
    if kind == Room.Kind.PRIVATE and held.trust < PRIVATE_FROM:
        raise Refused(
            "trust_private_room", _("You can open rooms of your own from trust level 1 on. Read a little first.")
        )
    if kind not in (*OPEN_KINDS, Room.Kind.PRIVATE):
        raise absent()
    return member


PRIVATE_FROM = 1
"""The level of trust that opens private rooms and conversations (specs: community, section 9)."""


def get_message(viewer: "Viewer", *, slug: str, seq: int, act: str) -> Message:
    """The message for somebody who may `read`, `edit` or `remove` it, with its room and author."""
    others = may_reword if act == "edit" else may_moderate
    room = get_room(viewer, slug=slug)
    message = Message.objects.filter(room=room, seq=seq).select_related("author").first()
    if message is None or message.removed_at is not None:
        raise absent()
    message.room = room
    if act == "read":
        return message
    require_send(viewer, room)
    if not is_member(viewer) or (viewer.pk != message.author_id and not others(viewer, room)):
        raise Refused("not_your_message", _("Only the author and moderators may change a message."))
    return message


def still_readable(pairs: Collection[tuple[int | None, str]]) -> set[tuple[int | None, str]]:
    """Those (member id or None, room's public id) that may still read: a few statements for any number of pairs."""
    rooms = {room.public_id: room for room in Room.objects.filter(public_id__in={key for _, key in pairs})}
    asked = [(member, rooms[key]) for member, key in pairs if key in rooms]
    allowed = readers(asked)
    return {(member, key) for member, key in pairs if key in rooms and (member, rooms[key].pk) in allowed}


def readers(
    asked: Collection[tuple[int | None, Room]], *, people: "Mapping[int, tuple[Member, frozenset[int]]] | None" = None
) -> set[tuple[int | None, int]]:
    """Those of the people and rooms that go together at this moment, as (member id or None, room id).

    `people`: the members among them, when somebody has just read them.
    """
    rooms = {room.pk: room for _, room in asked}
    kinds = {room.kind for room in rooms.values()}
    known = _Known()
    if closed := [pk for pk, room in rooms.items() if room.kind in CLOSED_KINDS]:
        known.inside = set(Membership.objects.filter(room_id__in=closed).values_list("member_id", "room_id"))
    if sessions := [(member, room.pk) for member, room in asked if room.kind == Room.Kind.SESSION]:
        known.at_sessions = door().readable(pairs=sessions)
    if people is not None:
        known.people = people
    elif kinds - {Room.Kind.PUBLIC}:
        known.people = members_by_id({member for member, _ in asked if member is not None})
    if Room.Kind.BOARD in kinds:
        known.browsable = _browsable(known.people)
    return {(member, room.pk) for member, room in asked if known.may_read(member, room)}


@dataclass
class _Known:
    """What was asked of the tables to answer for many people and rooms at once."""

    people: Mapping[int, tuple[Member, frozenset[int]]] = field(default_factory=dict)
    inside: Collection[tuple[int | None, int]] = ()
    at_sessions: Collection[tuple[int | None, int]] = ()
    browsable: Mapping[int | None, frozenset[int]] = field(default_factory=dict)

    def may_read(self, member: int | None, room: Room) -> bool:
        if room.kind == Room.Kind.PUBLIC:
            return True
        if room.kind == Room.Kind.SESSION:
            return (member, room.pk) in self.at_sessions
        if room.kind == Room.Kind.BOARD:
            return room.board_id in self.browsable.get(member, ())
        if member is None or member not in self.people:
            return False
        if room.kind == Room.Kind.GROUP:
            user, groups = self.people[member]
            return room.group_id in groups or is_manager(user)
        return (member, room.pk) in self.inside


def _of_a_session(viewer: "Viewer", asked: Q, held: Rights) -> Room:
    """The room of a session, or why a room that others know is not the viewer's."""
    room = Room.objects.filter(asked, kind__in=(Room.Kind.SESSION, Room.Kind.GROUP)).first()
    if room is not None and room.kind == Room.Kind.SESSION and door().answer(viewer=viewer, room=room, held=held).read:
        return room
    if room is not None and room.announced and room.status != Room.Status.ARCHIVED:
        if not is_member(viewer):
            raise Refused("sign_in_required", _("Please sign in first."), sign_in=True)
        raise Refused(
            "room_locked", _("This room is for a smaller circle. You may know that it is there, not what is said.")
        )
    raise absent()


def _browsable(people: "Mapping[int, tuple[Member, frozenset[int]]]") -> "dict[int | None, frozenset[int]]":
    """The boards that each may browse; people with the same groups share one answer."""
    answers: dict[tuple[frozenset[int], bool], frozenset[int]] = {}
    found: dict[int | None, frozenset[int]] = {None: frozenset(rights(None).browsable)}
    for member, (user, groups) in people.items():
        combination = (groups, user.is_superuser)
        if combination not in answers:
            answers[combination] = frozenset(rights(user).browsable)
        found[member] = answers[combination]
    return found
