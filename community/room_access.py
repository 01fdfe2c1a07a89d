"""Who may be in which room, and do what there. What is hidden looks exactly like what is absent."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community.access import Rights, absent, require_voice, rights
from community.models import Membership, Message, Room
from members.access import Refused, is_member, is_moderator, members_by_id

if TYPE_CHECKING:
    from members.access import Viewer


def visible_rooms(viewer: "Viewer", *, held: Rights | None = None) -> QuerySet[Room]:
    """The rooms that the viewer may read; every list is filtered by this inside the SQL."""
    held = held or rights(viewer)
    own = Q()
    if is_member(viewer):
        own = Q(kind=Room.Kind.PRIVATE, id__in=Membership.objects.filter(member_id=viewer.pk).values("room_id"))
    return Room.objects.filter(
        Q(kind=Room.Kind.PUBLIC) | Q(kind=Room.Kind.BOARD, board_id__in=held.browsable) | own
    ).order_by("position", "id")


def get_room(
    viewer: "Viewer", *, slug: str = "", public_id: str = "", act: str = "read", among: Iterable[Room] | None = None
) -> Room:
    """The room for somebody who may read it (or send to it, or moderate it), else Refused.

    `among`: the viewer's visible rooms, when they are at hand.
    """
    if "\x00" in slug + public_id:  # PostgreSQL has no such text
        raise absent()
    held = rights(viewer)
    if among is None:
        among = visible_rooms(viewer, held=held).filter(Q(slug=slug) if slug else Q(public_id=public_id))[:1]
    room = next((one for one in among if (one.slug == slug if slug else one.public_id == public_id)), None)
    if room is None:
        raise absent()
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
    if may_moderate(viewer, room, held=held):
        return
    if room.status == Room.Status.READ_ONLY:
        raise Refused("room_read_only", _("Only moderators speak here at the moment."))
    if room.board_id is not None and not held.may("reply", room.board_id):
        raise Refused("may_not_reply", _("You may read here, but not reply."))


def may_moderate(viewer: "Viewer", room: Room, *, held: Rights | None = None) -> bool:
    """Whether the viewer keeps order in a room that they may read."""
    if room.board_id is not None:
        return (held or rights(viewer)).may("moderate", room.board_id)
    return is_moderator(viewer)


def get_message(viewer: "Viewer", *, slug: str, seq: int, act: str) -> Message:
    """The message for somebody who may `read`, `edit` or `remove` it, with its room and author."""
    room = get_room(viewer, slug=slug)
    message = Message.objects.filter(room=room, seq=seq).select_related("author").first()
    if message is None or message.removed_at is not None:
        raise absent()
    message.room = room
    if act == "read":
        return message
    require_send(viewer, room)
    if not is_member(viewer) or (viewer.pk != message.author_id and not may_moderate(viewer, room)):
        raise Refused("not_your_message", _("Only the author and moderators may change a message."))
    return message


def still_readable(pairs: Collection[tuple[int | None, str]]) -> set[tuple[int | None, str]]:
    """Those (member id or None, room's public id) that may still read: a few statements for any number of pairs."""
    rooms = {room.public_id: room for room in Room.objects.filter(public_id__in={key for _, key in pairs})}
    private = [room.id for room in rooms.values() if room.kind == Room.Kind.PRIVATE]
    inside = (
        set(Membership.objects.filter(room_id__in=private).values_list("member_id", "room_id")) if private else set()
    )
    follow_a_board = any(room.board_id for room in rooms.values())
    browsable = _browsable({member for member, _ in pairs}) if follow_a_board else {}
    kept = set()
    for member, key in pairs:
        room = rooms.get(key)
        if room is None:
            continue
        if (
            room.kind == Room.Kind.PUBLIC
            or (room.kind == Room.Kind.PRIVATE and (member, room.id) in inside)
            or (room.board_id in browsable.get(member, ()))
        ):
            kept.add((member, key))
    return kept


def _browsable(member_ids: Iterable[int | None]) -> "dict[int | None, frozenset[int]]":
    """The boards that each may browse; people with the same groups share one answer."""
    people = members_by_id({member for member in member_ids if member is not None})
    answers: dict[tuple[frozenset[int], bool], frozenset[int]] = {}
    found: dict[int | None, frozenset[int]] = {None: frozenset(rights(None).browsable)}
    for member, (user, groups) in people.items():
        combination = (groups, user.is_superuser)
        if combination not in answers:
            answers[combination] = frozenset(rights(user).browsable)
        found[member] = answers[combination]
    return found
