"""Event → whoever is told of what was said in a room; once for all messages that were written together."""

from community.actions.chat import telling as room_telling
from community.events import MessageEdited, MessagesSent
from outbox.subscribe import subscribe


@subscribe(MessagesSent)
def tell_of_messages(event: MessagesSent) -> None:
    room_telling.tell_of_messages(room_id=event.room_id, message_ids=event.message_ids, at=event.at)


@subscribe(MessageEdited)
def tell_of_edit(event: MessageEdited) -> None:
    """An edit tells only those whom it calls for the first time."""
    room_telling.tell_of_messages(
        room_id=event.room_id, message_ids=[event.message_id], at=event.at, only_called=True
    )  # fmt: skip
