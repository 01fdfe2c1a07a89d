"""Talking in rooms. Every change takes the room's row, gives the next seq and stamps exactly one message with it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import cook
from community.events import MessageEdited, MessageRemoved, MessageSent
from community.models import Message, MessageRevision, Room
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
