"""What open pages of single members are told of their rooms: `{room, unread, mentions, counts: {chat}}`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from community.models import Membership, Message, MessageMention, Room
from community.queries.chat.unread import Unread, label, told_in_room, totals_of
from community.room_access import CLOSED_KINDS
from community.rules import rooms as rules

TOLD_EACH = rules.PRIVATE_MOST
"""People whose pages are told of each message one by one: all of a closed room, and so many who are called in others."""


def after_message(*, message_id: int, at: datetime) -> dict[int, dict[str, Any]]:
    """Hints by member about a message that came, went or came back; two statements when it concerns nobody by name."""
    message = Message.objects.select_related("room").filter(pk=message_id, thread__isnull=True).first()
    if message is None or message.room.kind == Room.Kind.SESSION:
        return {}
    return of_members(room_id=message.room_id, member_ids=_concerned(message), at=at, room=message.room)


def after_messages(*, room_id: int, message_ids: Collection[int], at: datetime) -> dict[int, dict[str, Any]]:
    """The same for messages of one room that came together: two statements when they concern nobody by name."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None or room.kind == Room.Kind.SESSION:
        return {}
    told: QuerySet[Any] = (
        Membership.objects.filter(room_id=room_id)
        if room.kind in CLOSED_KINDS
        else MessageMention.objects.filter(message__in=message_ids, message__thread__isnull=True).distinct()
    )
    concerned = list(told.values_list("member_id", flat=True)[:TOLD_EACH])
    return of_members(room_id=room_id, member_ids=concerned, at=at, room=room)


def of_members(
    *, room_id: int, member_ids: Collection[int], at: datetime, room: Room | None = None
) -> dict[int, dict[str, Any]]:
    """Hints by member about one room; those who are not in it any more hear that nothing waits there."""
    room = room or Room.objects.filter(pk=room_id).first()
    if room is None or not member_ids:
        return {}
    told = told_in_room(room=room, member_ids=member_ids, at=at)
    gone = totals_of(member_ids=[member for member in member_ids if member not in told], at=at)
    told |= {member: (Unread(), total) for member, total in gone.items()}
    return {member: hint(room.public_id, here, total) for member, (here, total) in told.items()}


def hint(public_id: str, here: Unread, total: Unread) -> dict[str, Any]:
    """One room's numbers and the header's, as one member's pages are told them."""
    return {
        "room": public_id, "unread": here.number, "mentions": here.mentions, "counts": {"chat": label(total)},
    }  # fmt: skip


def _concerned(message: Message) -> list[int]:
    """Whose badges may be others now: the people of a closed room, or whom the message calls."""
    if message.room.kind in CLOSED_KINDS:
        told: QuerySet[Any] = Membership.objects.filter(room_id=message.room_id).exclude(member_id=message.author_id)
    else:
        told = MessageMention.objects.filter(message=message).exclude(member_id=message.author_id)
    return list(told.values_list("member_id", flat=True)[:TOLD_EACH])
