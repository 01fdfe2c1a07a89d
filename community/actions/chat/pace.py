"""Keeping order in a room while people talk: slower, quiet, open again. The room reads a line that says so."""

from datetime import datetime

from django.utils.translation import gettext as _

from community.actions.chat.messages import lock_room, say_line
from community.actions.order.audit import record_act
from community.models import Room
from members.access import Refused
from outbox.require import require_transaction

SLOWNESS = (0, 10, 30, 60, 300)
"""Seconds between two messages of a member that moderators choose from; 0: as fast as they like."""


def slow_down(*, room_id: int, seconds: int, by: int, at: datetime) -> bool:
    """So many seconds between two messages of one member; 0 ends it. False when it is so already. Raises Refused.

    The edge has asked whether `by` keeps order here.
    """
    require_transaction()
    if seconds not in SLOWNESS:
        raise Refused("unknown_choice", _("There is no such choice."))
    room = _open(room_id)
    if room.slow_seconds == seconds:
        return False
    code, args = ("slow", {"seconds": seconds}) if seconds else ("slow_off", {})
    say_line(room_id=room_id, code=code, args=args, by=by, at=at, slow_seconds=seconds)
    _record(room, {"slow_seconds": room.slow_seconds}, {"slow_seconds": seconds}, by, at)
    return True


def quieten(*, room_id: int, quiet: bool, by: int, at: datetime) -> bool:
    """Moderators speak and others read, or everybody speaks again. False when it is so already. Raises Refused."""
    require_transaction()
    room = _open(room_id)
    status = Room.Status.READ_ONLY if quiet else Room.Status.OPEN
    if room.status == status:
        return False
    say_line(room_id=room_id, code="read_only" if quiet else "opened", args={}, by=by, at=at, status=status)
    _record(room, {"status": room.status}, {"status": status.value}, by, at)
    return True


def _open(room_id: int) -> Room:
    room = lock_room(room_id)
    if room.status == Room.Status.ARCHIVED:
        raise Refused("room_archived", _("This room is archived: it can be read, but nothing new is said."))
    return room


def _record(room: Room, before: dict[str, object], after: dict[str, object], by: int, at: datetime) -> None:
    if room.kind not in (Room.Kind.PRIVATE, Room.Kind.DIRECT):
        record_act(
            act="room.changed", target_kind="room", target=room.pk, board_id=room.board_id, before=before, after=after,
            by=by, at=at,
        )  # fmt: skip
