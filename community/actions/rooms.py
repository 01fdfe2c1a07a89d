"""Talking in rooms. Every change takes the room's row, gives the next seq and stamps exactly one message with it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import cook
from community.events import MessageEdited, MessageRemoved, MessageSent
from community.models import Membership, Message, MessageRevision, Room
from community.problems import TooFast
from community.queries import named
from community.rules import chat as chat_rules
from members.access import Refused
from outbox.publish import publish
from outbox.require import require_transaction


@dataclass(frozen=True)
class Sent:
    """A message that is in the room. `again`: it was there already, this was a resend."""

    message_id: int
    seq: int
    again: bool = False


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
) -> int:
    """Open a room, last in the list. Returns its id."""
    require_transaction()
    room = Room.objects.create(
        kind=kind,
        slug=slug,
        name=name,
        description=description,
        board_id=board_id,
        slow_seconds=slow_seconds,
        position=Room.objects.count(),
        created_at=at,
    )
    if kind == Room.Kind.PRIVATE and by is not None:
        add_to_room(room_id=room.pk, member_id=by, by=by, at=at)
    return room.pk


def add_to_room(*, room_id: int, member_id: int, by: int | None, at: datetime) -> None:
    """Let a member into a private room; a second time changes nothing."""
    require_transaction()
    Membership.objects.get_or_create(room_id=room_id, member_id=member_id, defaults={"joined_at": at})


def leave_room(*, room_id: int, member_id: int, by: int | None, at: datetime) -> None:
    """Out of the room: of a private one for good, of any other its read pointer is forgotten."""
    require_transaction()
    Membership.objects.filter(room_id=room_id, member_id=member_id).delete()


def send_message(*, room_id: int, raw: str, client_id: str, by: int, at: datetime) -> Sent:
    """Say something. The same `client_id` of the same author in the room is the same message, however often it comes.

    Raises Refused (empty, too_long), and TooFast in a room in slow mode. The edge has asked `room_access` whether `by`
    may send, and `limits` whether now.
    """
    require_transaction()
    text = _checked(raw)
    cooked = cook.cook_message(text, named.people)

    room = _lock(room_id)
    existing = (
        Message.objects.filter(room_id=room_id, author_id=by, client_id=client_id).values_list("id", "seq").first()
    )
    if existing:
        return Sent(*existing, again=True)
    if room.slow_seconds:
        _keep_slow(room, by, at)
    seq = _advance(room, last_message_at=at)
    message = Message.objects.create(
        room_id=room_id,
        seq=seq,
        changed_seq=seq,
        author_id=by,
        client_id=client_id,
        raw=text,
        cooked=cooked.html,
        cook_version=cooked.version,
        text=cooked.text,
        sent_at=at,
    )
    publish(MessageSent(message_id=message.pk, room_id=room_id, author_id=by, seq=seq, at=at))
    return Sent(message.pk, seq)


def edit_message(*, message_id: int, raw: str, by: int, at: datetime) -> None:
    """Say it differently; what it said before is kept. An unchanged text changes nothing. Raises Refused."""
    require_transaction()
    text = _checked(raw)
    cooked = cook.cook_message(text, named.people)
    room, message = _lock_message(message_id)
    if message.raw == text:
        return
    MessageRevision.objects.create(message=message, raw=message.raw, by_id=by, at=at)
    Message.objects.filter(id=message_id).update(
        raw=text,
        cooked=cooked.html,
        cook_version=cooked.version,
        text=cooked.text,
        edited_at=at,
        changed_seq=_advance(room),
    )
    publish(MessageEdited(message_id=message_id, room_id=room.pk, author_id=message.author_id, by_id=by, at=at))


def remove_message(*, message_id: int, by: int, at: datetime) -> None:
    """Take a message out of sight; a removed one stays removed. Its text is kept for moderators."""
    require_transaction()
    room, message = _lock_message(message_id, or_removed=True)
    if message.removed_at is not None:
        return
    Message.objects.filter(id=message_id).update(removed_at=at, removed_by_id=by, changed_seq=_advance(room))
    publish(MessageRemoved(message_id=message_id, room_id=room.pk, author_id=message.author_id, by_id=by, at=at))


def mark_read(*, room_id: int, seq: int, by: int, at: datetime) -> bool:
    """Move the member's pointer forward to `seq` (never back, never beyond the room). Returns whether it moved."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO community_membership (member_id, room_id, last_read_seq, level, joined_at) "
            "SELECT %s, id, LEAST(%s, last_seq), %s, %s FROM community_room WHERE id = %s "
            "ON CONFLICT (member_id, room_id) DO UPDATE SET last_read_seq = excluded.last_read_seq "
            "WHERE community_membership.last_read_seq < excluded.last_read_seq",
            [by, seq, Membership.Level.MENTION.value, at, room_id],
        )
        return bool(cursor.rowcount > 0)


def _checked(raw: str) -> str:
    text = cook.clean(raw)
    if not text:
        raise Refused("empty", _("Write something first."))
    if len(text) > chat_rules.MESSAGE_LONGEST:
        too_long = _(
            "This message is too long: %(length)d characters, at most %(most)d fit. The forum has room for more."
        )
        raise Refused("too_long", too_long % {"length": len(text), "most": chat_rules.MESSAGE_LONGEST})
    return text


def _keep_slow(room: Room, member_id: int, at: datetime) -> None:
    last = Message.objects.filter(room=room, author_id=member_id).order_by("-sent_at")
    if wait := chat_rules.slow_wait(last.values_list("sent_at", flat=True).first(), room.slow_seconds, at):
        words = ngettext(
            "This room is in slow mode. Please wait %(seconds)d second.",
            "This room is in slow mode. Please wait %(seconds)d seconds.",
            wait,
        )
        raise TooFast(words % {"seconds": wait}, wait)


def _lock(room_id: int) -> Room:
    # NO KEY: a new message's foreign key must not wait for the lock that its own sender holds elsewhere.
    return Room.objects.select_for_update(no_key=True).get(id=room_id)


def _advance(room: Room, **changed: datetime) -> int:
    """The next seq of a room that is locked."""
    room.last_seq += 1
    Room.objects.filter(id=room.pk).update(last_seq=room.last_seq, **changed)
    return room.last_seq


def _lock_message(message_id: int, *, or_removed: bool = False) -> tuple[Room, Message]:
    """The room first, then its message: the one order of locks."""
    room_id = Message.objects.values_list("room_id", flat=True).get(id=message_id)
    room = _lock(room_id)
    message = Message.objects.get(id=message_id)
    if message.removed_at is not None and not or_removed:
        raise Refused("message_removed", _("This message was removed."))
    return room, message
