"""Where a text will stand: the board, topic, post or room behind the key of a draft, for somebody who may write there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from community import access, room_access
from community.addresses import post_url, topic_url
from community.models import Room, Topic
from community.queries.chat.rooms import name_rooms
from community.rules.composer import Key, key_of
from members.access import Member


@dataclass(frozen=True)
class Place:
    """`words` name it, `url` opens its form. `board_id` is None in rooms that follow no board."""

    words: str
    url: str
    board_id: int | None = None
    room: Room | None = None


def get_place(viewer: Member, key: str, *, held: access.Rights, attach: bool = False) -> Place:
    """The place of one key, for somebody who may write there (`attach`: and bring pictures). Raises Refused."""
    parts = key_of(key)
    found = places(viewer, [key], held=held).get(key)
    if parts is None or found is None:
        raise access.absent()
    if parts.kind == "room" and found.room is not None:
        room_access.require_send(viewer, found.room, held=held)
    elif found.board_id is not None:
        access.require(viewer, found.board_id, "start" if parts.kind == "new" else "reply", held=held)
    if attach and found.board_id is not None:
        access.require(viewer, found.board_id, "attach", held=held)
    if attach:
        access.require_voice(held)
    return found


def places(viewer: Member, keys: Collection[str], *, held: access.Rights) -> Mapping[str, Place]:
    """The places that the viewer may read, by key: one statement for topics and one for rooms, if there are such keys."""
    parts = {key: known for key in keys if (known := key_of(key))}
    topics = _topics({one.name for one in parts.values() if one.kind in ("reply", "edit")}, held)
    wanted = {one.name for one in parts.values() if one.kind == "room"}
    rooms = (
        {room.public_id: room for room in room_access.visible_rooms(viewer, held=held).filter(public_id__in=wanted)}
        if wanted
        else {}
    )
    name_rooms(rooms.values(), viewer=viewer)
    boards = {card.slug: card for card in held.boards.values() if held.may("browse", card.id)}
    found: dict[str, Place] = {}
    for key, one in parts.items():
        if one.kind == "new" and one.name in boards:
            board = boards[one.name]
            words = _("New topic in %(board)s") % {"board": board.name}
            found[key] = Place(words, reverse("community:start_topic", args=[board.slug]), board.id)
        elif one.kind == "room" and one.name in rooms:
            room = rooms[one.name]
            found[key] = Place(room.name, reverse("community:room", args=[room.slug]), room.board_id, room)
        elif one.name in topics:
            found[key] = _in_topic(one, topics[one.name])
    return found


def _topics(ids: Collection[str], held: access.Rights) -> Mapping[str, Topic]:
    if not ids:
        return {}
    rows = Topic.objects.filter(public_id__in=ids, board_id__in=held.browsable, removed_at__isnull=True)
    return {row.public_id: row for row in rows.only("public_id", "slug", "title", "board_id")}


def _in_topic(key: Key, topic: Topic) -> Place:
    if key.kind == "edit":
        words = _("Edit of #%(number)s in %(title)s") % {"number": key.number, "title": topic.title}
        url = post_url(topic.public_id, topic.slug, key.number).partition("#")[0]
        return Place(words, f"{url}edit/", topic.board_id)
    words = _("Reply in %(title)s") % {"title": topic.title}
    return Place(words, topic_url(topic.public_id, topic.slug), topic.board_id)
