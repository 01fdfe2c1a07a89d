"""What rooms are: making them, setting them up, and how far each member has read. (Their people: `memberships`.)"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext as _

from community.actions.chat import messages
from community.actions.chat.memberships import add_to_room, join_room, leave_room
from community.actions.chat.messages import Sent, edit_message, remove_message, send_message
from community.actions.order.audit import record_act
from community.events import RoomChanged
from community.models import Membership, Room
from community.problems import Problem
from community.rules import rooms as rules
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

__all__ = [
    "RoomDraft",
    "RoomRefused",
    "Sent",
    "add_to_room",
    "create_room",
    "edit_message",
    "join_room",
    "leave_room",
    "make_room",
    "mark_read",
    "mark_unread",
    "put_away",
    "remove_message",
    "send_message",
    "set_level",
    "update_room",
]


class RoomRefused(Problem):
    """The room is not made or changed like this; `message` says why."""


@dataclass(frozen=True)
class RoomDraft:
    """What somebody wants a room to be."""

    name: str
    kind: str
    description: str = ""
    topic: str = ""
    board_id: int | None = None
    group_id: int | None = None
    announced: bool = False
    threads: bool = True
    slow_seconds: int = 0
    retention_days: int | None = None
    status: str = Room.Status.OPEN
    position: int | None = None


_COLUMNS = (
    "name", "kind", "description", "topic", "board_id", "group_id", "announced", "threads", "slow_seconds",
    "retention_days", "status", "position",
)  # fmt: skip
_TOLD = ("kind", "board_id", "group_id", "announced", "threads", "slow_seconds", "retention_days", "status")
"""Of the audit log: states and ids, never what people wrote."""


def create_room(
    *,
    kind: str,
    slug: str,
    name: str,
    description: str = "",
    board_id: int | None = None,
    slow_seconds: int = 0,
    by: int | None,
    at: datetime,
    group_id: int | None = None,
    announced: bool = False,
    threads: bool = True,
    retention_days: int | None = None,
    topic: str = "",
) -> int:
    """Open a room under a given address, last in the list; a private one belongs to `by`. Returns its id."""
    require_transaction()
    room = Room.objects.create(
        kind=kind,
        slug=slug,
        name=name,
        description=description,
        topic=topic,
        board_id=board_id,
        group_id=group_id,
        announced=announced,
        threads=threads,
        retention_days=retention_days,
        slow_seconds=slow_seconds,
        created_by_id=by,
        position=Room.objects.count(),
        created_at=at,
    )
    if kind == Room.Kind.PRIVATE and by is not None:
        add_to_room(room_id=room.pk, member_id=by, by=by, role=Membership.Role.OWNER, at=at)
    publish(RoomChanged(room_id=room.pk, by_id=by, at=at))
    return room.pk


def make_room(*, draft: RoomDraft, by: int, at: datetime) -> str:
    """Open the room that somebody filled in; the address comes from its name (a private one's says nothing). Its slug.

    Raises RoomRefused. The edge has asked `room_access.require_may_make`.
    """
    require_transaction()
    _check(draft)
    slug = new_id() if draft.kind == Room.Kind.PRIVATE else rules.slug_of(draft.name, fallback=new_id())
    if Room.objects.filter(slug=slug).exists():
        slug = f"{slug[:47]}-{new_id()}"
    room_id = create_room(
        kind=draft.kind, slug=slug, name=draft.name, description=draft.description, topic=draft.topic,
        board_id=draft.board_id, group_id=draft.group_id, announced=draft.announced, threads=draft.threads,
        retention_days=draft.retention_days, slow_seconds=draft.slow_seconds, by=by, at=at,
    )  # fmt: skip
    if draft.kind != Room.Kind.PRIVATE:
        join_room(room_id=room_id, member_id=by, by=by, at=at)
        _record(room_id, "room.made", by, at, {}, {"kind": draft.kind})
    return slug


def update_room(*, room_id: int, draft: RoomDraft, by: int, at: datetime) -> bool:
    """Set a room up otherwise; False when nothing is different. Raises RoomRefused, and never shows old words to new eyes.

    The edge has asked `room_access.get_kept_room`.
    """
    require_transaction()
    room = Room.objects.select_for_update(no_key=True).get(pk=room_id)
    if room.kind == Room.Kind.PRIVATE:
        draft = _as_private(draft, room)
    _check(draft)
    same_circle = (room.board_id, room.group_id) == (draft.board_id, draft.group_id)
    if not rules.may_become(room.kind, draft.kind, same_circle=same_circle, empty=room.last_seq == 0):
        raise RoomRefused(
            "larger_circle",
            _("What was said here was said to a smaller or another circle. Open a new room for the others instead."),
        )
    wanted = {name: getattr(draft, name) for name in _COLUMNS}
    if draft.position is None:
        wanted["position"] = room.position
    changed = {name: value for name, value in wanted.items() if getattr(room, name) != value}
    if not changed:
        return False
    if changed.get("kind") == Room.Kind.PRIVATE:
        _make_private(room, by, at)
    chosen = {"rushed_at": None} if "slow_seconds" in changed else {}  # a pace that somebody chose stays
    Room.objects.filter(pk=room_id).update(**changed, **chosen)
    if room.kind != Room.Kind.PRIVATE:
        told = {name: getattr(room, name) for name in _TOLD if name in changed}
        _record(room_id, "room.changed", by, at, told, {name: changed[name] for name in told})
    publish(RoomChanged(room_id=room_id, by_id=by, at=at))
    if room.last_seq:
        _tell(room_id, changed, by, at)
    return True


# --- Reading ----------------------------------------------------------------------------------------------------------


def mark_read(*, room_id: int, seq: int, by: int, at: datetime) -> bool:
    """Move the member's pointer forward to `seq` (never back, never beyond the room). Returns whether it moved.

    Only those who are in the room have a pointer: looking into a room once owes nobody anything. What was put away and is
    read is back in the list.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE community_membership AS held SET hidden_at = NULL, last_read_seq = LEAST(%s, room.last_seq) "
            "FROM community_room AS room WHERE room.id = held.room_id AND held.room_id = %s AND held.member_id = %s "
            "AND held.last_read_seq < LEAST(%s, room.last_seq)",
            [seq, room_id, by, seq],
        )
        return bool(cursor.rowcount > 0)


def mark_unread(*, room_id: int, seq: int, by: int, at: datetime) -> bool:
    """From this message on everything is new again: the one way back of the pointer. False when not in the room."""
    require_transaction()
    before = max(seq - 1, 0)
    held = Membership.objects.filter(room_id=room_id, member_id=by)
    last = Room.objects.filter(pk=room_id).values("last_seq")[:1]
    return bool(held.update(last_read_seq=Least(Value(before), last), hidden_at=None))


def set_level(*, room_id: int, level: str, muted_until: datetime | None, by: int, at: datetime) -> bool:
    """What the member is told of here, and how long nothing at all. False when they are not in the room.

    Raises RoomRefused for a level or a span that is not offered.
    """
    require_transaction()
    longest = at + timedelta(seconds=max(rules.MUTES.values()))
    if level not in Membership.Level.values or (muted_until is not None and not at < muted_until <= longest):
        raise RoomRefused("not_a_level", _("Please choose one of the levels that are offered."))
    held = Membership.objects.filter(room_id=room_id, member_id=by)
    return bool(held.update(level=level, muted_until=muted_until))


def put_away(*, room_id: int, by: int, at: datetime) -> bool:
    """Take a conversation out of the list until its next message; what was said is read."""
    require_transaction()
    room = Room.objects.filter(pk=room_id, kind=Room.Kind.DIRECT).values("last_seq")[:1]
    held = Membership.objects.filter(room_id=room_id, member_id=by, room__kind=Room.Kind.DIRECT)
    return bool(held.update(hidden_at=at, last_read_seq=Greatest(F("last_read_seq"), room)))


# --- Within -----------------------------------------------------------------------------------------------------------


def _check(draft: RoomDraft) -> None:
    if not draft.name.strip():
        raise RoomRefused("no_name", _("Give the room a name."))
    if (draft.kind == Room.Kind.BOARD) != (draft.board_id is not None):
        raise RoomRefused("no_board", _("Choose a board exactly when the room follows one."))
    if (draft.kind == Room.Kind.GROUP) != (draft.group_id is not None):
        raise RoomRefused("no_group", _("Choose a group exactly when the room is for one."))
    if draft.kind not in (Room.Kind.PUBLIC, Room.Kind.BOARD, Room.Kind.GROUP, Room.Kind.PRIVATE):
        raise RoomRefused("no_such_kind", _("Choose who may come in."))
    if draft.announced and draft.kind != Room.Kind.GROUP:
        raise RoomRefused("not_announced", _("Only a room of a group can be shown with a lock."))


def _as_private(draft: RoomDraft, room: Room) -> RoomDraft:
    """An owner changes words and pace; what it is and where it stands is not theirs to say."""
    kept: dict[str, Any] = {"kind": room.kind, "board_id": None, "group_id": None, "announced": False, "position": None}
    return RoomDraft(**{**vars(draft), **kept})


def _make_private(room: Room, by: int, at: datetime) -> None:
    """A room that everybody could read belongs to those who are in it, and to whoever closes it."""
    if room.kind != Room.Kind.PUBLIC:
        Membership.objects.filter(room=room).delete()
    join_room(room_id=room.pk, member_id=by, by=by, at=at)
    Membership.objects.filter(room=room, member_id=by).update(role=Membership.Role.OWNER)


_STATUS_LINES = {
    Room.Status.OPEN: "opened", Room.Status.READ_ONLY: "read_only", Room.Status.ARCHIVED: "archived",
}  # fmt: skip


def _tell(room_id: int, changed: dict[str, Any], by: int, at: datetime) -> None:
    """Lines in the room about what those who are there notice; nothing where nobody has said anything yet."""
    told: list[tuple[str, dict[str, Any]]] = []
    if "name" in changed:
        told.append(("renamed", {"to": changed["name"]}))
    if "topic" in changed:
        told.append(("topic", {"topic": changed["topic"]}) if changed["topic"] else ("topic_cleared", {}))
    if "slow_seconds" in changed:
        seconds = changed["slow_seconds"]
        told.append(("slow", {"seconds": seconds}) if seconds else ("slow_off", {}))
    if "status" in changed:
        told.append((_STATUS_LINES[changed["status"]], {}))
    for code, args in told:
        messages.say_line(room_id=room_id, code=code, args=args, by=by, at=at)


def _record(room_id: int, act: str, by: int, at: datetime, before: dict[str, Any], after: dict[str, Any]) -> None:
    record_act(act=act, target_kind="room", target=room_id, by=by, at=at, before=before, after=after)
