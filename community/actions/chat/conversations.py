"""Conversations: rooms of at most twenty people, found by who is in them.

The people of a conversation are its key. So two who write to each other at the same moment meet in one, and what was said
among some is never shown to one more: adding somebody opens (or finds) the conversation of the larger circle. When
somebody leaves, the room has no key any more: the others go on in it, and the same circle may begin anew.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from community.actions.chat.memberships import ignoring
from community.events import RoomJoined
from community.models import Membership, Room
from community.rules import rooms as rules
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction


def open_conversation(*, member_ids: Collection[int], by: int, at: datetime) -> tuple[int, bool]:
    """The conversation of these people and `by`: (room id, whether it was made now). It is in the list of `by` again.

    People who ignore `by` have it out of sight until somebody else speaks in it; `by` does not learn of it. The edge has
    asked `conversation_access` whether these people may be written to, and `limits`.
    """
    require_transaction()
    people = sorted({*member_ids, by})
    key = rules.direct_key(people)
    made = False
    room_id = Room.objects.filter(direct_key=key).values_list("pk", flat=True).first()
    if room_id is None:
        try:
            with transaction.atomic():
                room_id, made = _make(key, people, by, at), True
        except IntegrityError:  # the other one was quicker by a moment; their transaction is over now
            room_id = Room.objects.values_list("pk", flat=True).get(direct_key=key)
    if not made:
        Membership.objects.filter(room_id=room_id, member_id=by, hidden_at__isnull=False).update(hidden_at=None)
    return room_id, made


def _make(key: str, people: Collection[int], by: int, at: datetime) -> int:
    room = Room.objects.create(
        kind=Room.Kind.DIRECT, slug=new_id(), name="", direct_key=key, created_by_id=by, created_at=at
    )
    deaf = ignoring(member_ids=people, person_id=by, at=at)
    Membership.objects.bulk_create(
        Membership(
            room=room, member_id=member, joined_at=at, invited_by_id=None if member == by else by,
            level=Membership.Level.ALWAYS, hidden_at=at if member in deaf else None,
        )
        for member in people
    )  # fmt: skip
    publish(RoomJoined(room_id=room.pk, member_ids=tuple(people), by_id=by, at=at))
    return room.pk


def slug_of(*, room_id: int) -> str:
    """The address of a conversation."""
    return Room.objects.values_list("slug", flat=True).get(pk=room_id)
