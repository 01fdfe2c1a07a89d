"""Event → one call."""

from community.events import MessageEdited, MessageRemoved, MessageSent
from community.queries import rooms
from messaging import hub
from outbox.subscribe import live


@live(MessageSent)
@live(MessageEdited)
@live(MessageRemoved)
def show_message(event: MessageSent | MessageEdited | MessageRemoved) -> None:
    """Give the message, as it is now, to everybody who has its room open."""
    if found := rooms.message(message_id=event.message_id):
        public_id, row = found
        hub.push(f"room:{public_id}", rooms.as_frame(row))
