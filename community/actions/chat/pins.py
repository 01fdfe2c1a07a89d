"""Pinning messages at the head of their room, and taking pins away."""

from datetime import datetime

from django.utils.translation import gettext as _

from community.actions.chat.messages import advance, lock_message
from community.events import MessageChanged
from community.models import Message
from community.rules import chat as rules
from members.access import Refused
from outbox.publish import publish
from outbox.require import require_transaction


def pin(*, message_id: int, pinned: bool, by: int, at: datetime) -> bool:
    """Pin a message, or take its pin away. False when it is so already. Raises Refused at the fifty-first.

    The edge has asked whether `by` keeps this room.
    """
    require_transaction()
    room, message = lock_message(message_id)
    if message.kind == Message.Kind.LINE:
        raise Refused("not_a_message", _("Nobody wrote this line."))
    if (message.pinned_at is not None) == pinned:
        return False
    if pinned and Message.objects.filter(room=room, pinned_at__isnull=False).count() >= rules.PINS_MOST:
        words = _("There are %(most)s pins already. Take one away first; what is pinned for ever belongs in a topic.")
        raise Refused("pins_full", words % {"most": rules.PINS_MOST})
    seq = advance(room)
    Message.objects.filter(pk=message_id).update(
        pinned_at=at if pinned else None, pinned_by_id=by if pinned else None, changed_seq=seq
    )
    publish(MessageChanged(message_id=message_id, room_id=room.pk, by_id=by, seq=seq, at=at))
    return True
