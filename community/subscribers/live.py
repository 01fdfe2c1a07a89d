"""Event → one call."""

from community.events import MessageEdited, MessageRemoved, MessageRestored, MessageSent, PostPublished
from community.queries import messages, topics
from messaging import hub
from outbox.subscribe import live


def show_message(event: MessageSent | MessageEdited | MessageRemoved | MessageRestored) -> None:
    """Give the message, as it is now, to everybody who has its room open."""
    if found := messages.message(message_id=event.message_id):
        public_id, row = found
        hub.push(f"room:{public_id}", messages.as_frame(row))


live(MessageSent)(show_message)
live(MessageEdited)(show_message)
live(MessageRemoved)(show_message)
live(MessageRestored)(show_message)


@live(PostPublished)
def tell_readers(event: PostPublished) -> None:
    """Tell those who have the topic open how far it goes now; their page says "1 new reply" and does not move."""
    public_id = topics.public_id_of(topic_id=event.topic_id)
    hub.push(f"topic:{public_id}", {"type": "posted", "seq": None, "data": {"number": event.number}})
