"""Keeping order in a room while people talk: slower, quiet, open again. The room reads a line that says so."""

from datetime import datetime

from django.utils.translation import gettext as _

from community.actions.chat.messages import lock_room, say_line
from community.actions.order.audit import record_act
from community.models import LiveSession, Message, Room
from community.rules import chat as rules
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
        if room.rushed_at is not None:  # it came by itself, and is chosen now
            Room.objects.filter(pk=room_id).update(rushed_at=None)
        return False
    code, args = ("slow", {"seconds": seconds}) if seconds else ("slow_off", {})
    say_line(room_id=room_id, code=code, args=args, by=by, at=at, slow_seconds=seconds, rushed_at=None)
    _record(room, {"slow_seconds": room.slow_seconds}, {"slow_seconds": seconds}, by, at)
    return True


def rushed(*, at: datetime, limit: int = 100) -> list[int]:
    """Ids of rooms whose slow mode came by itself, long enough ago to be looked at."""
    found = Room.objects.filter(rushed_at__lte=at - rules.CALM_AFTER).order_by("rushed_at")
    return list(found.values_list("id", flat=True)[:limit])


def calm(*, room_id: int, at: datetime) -> bool:
    """End the slow mode that a rush switched on, with a line that says so; False while much is said, or when it is over."""
    require_transaction()
    room = lock_room(room_id)
    if room.rushed_at is None or at - room.rushed_at < rules.CALM_AFTER:
        return False
    said = Message.objects.filter(room=room, sent_at__gt=at - rules.CALM_WITHIN).exclude(kind=Message.Kind.LINE)
    last = Message.objects.filter(room=room).order_by("-seq").first()
    if last is None or room.status == Room.Status.ARCHIVED or _is_over(room):  # nobody is there to be told
        Room.objects.filter(pk=room_id).update(rushed_at=None, slow_seconds=0)
        return False
    if len(said.values_list("id")[: rules.CALM + 1]) > rules.CALM:
        return False
    # A line needs somebody it is about; this one names nobody.
    say_line(room_id=room_id, code="slow_calm", args={}, by=last.author_id, at=at, slow_seconds=0, rushed_at=None)
    return True


def _is_over(room: Room) -> bool:
    ended = LiveSession.objects.filter(room=room, state=LiveSession.State.ENDED)
    return room.kind == Room.Kind.SESSION and ended.exists()


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
