"""Event → one call."""

from community import fresh
from community.events import (
    MessageChanged,
    MessageEdited,
    MessageRemoved,
    MessageRestored,
    MessagesSent,
    PostPublished,
)
from community.queries.chat import messages
from community.queries.forum import topics
from community.room_access import CLOSED_KINDS
from community.streams import hints
from members.events import MemberUpdated
from messaging import hub
from outbox.subscribe import live


@live(MessagesSent)
def show_messages(event: MessagesSent) -> None:
    """Give what was just said to everybody who has the room open; in the process that wrote it, without reading it.

    Then the badges of those whom it concerns by name: the people of a closed room, and whoever is called.
    """
    kept = fresh.take(event.message_ids)
    if kept is None:
        found = messages.messages_by_id(message_ids=event.message_ids)
        push_rows(found[0][0] if found else "", [row for _room, row in found])
    else:
        cards, badges = messages.faces(messages.people_of(kept.messages))
        push_rows(kept.room.public_id, messages.message_rows(kept.messages, cards, badges))
    if kept is None or kept.called or kept.room.kind in CLOSED_KINDS:
        hints.tell_messages(room_id=event.room_id, message_ids=event.message_ids)


def push_rows(public_id: str, rows: list[messages.MessageRow]) -> None:
    """All frames at once, in the order of the stream."""
    hub.push_many([(f"room:{public_id}", messages.as_frame(row)) for row in rows])


def show_message(event: MessageEdited | MessageRemoved | MessageRestored | MessageChanged) -> None:
    """Give the message, as it is now, to everybody who has its room open."""
    if found := messages.message(message_id=event.message_id):
        public_id, row = found
        hub.push(f"room:{public_id}", messages.as_frame(row))


live(MessageEdited)(show_message)
live(MessageRemoved)(show_message)
live(MessageRestored)(show_message)
live(MessageChanged)(show_message)


@live(MemberUpdated)
def know_them_anew(event: MemberUpdated) -> None:
    """Frames show this member's name and picture as they are now."""
    messages.forget_faces(event.member_id)


@live(PostPublished)
def tell_readers(event: PostPublished) -> None:
    """Tell those who have the topic open how far it goes now; their page says "1 new reply" and does not move."""
    public_id = topics.public_id_of(topic_id=event.topic_id)
    hub.push(f"topic:{public_id}", {"type": "posted", "seq": None, "data": {"number": event.number}})
