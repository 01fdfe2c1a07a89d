"""Event → the badges of those whom a message waits for, in every page that they have open.

Not one hint per reader of a large room: its messages travel on the room's own stream, which the list of rooms hears. Told
one by one are the people of conversations and small private rooms, and whoever is called by name.
"""

from community.events import MessageRemoved, MessageRestored, RoomJoined, RoomLeft
from community.streams import hints
from outbox.subscribe import live


def tell_badges(event: MessageRemoved | MessageRestored) -> None:
    hints.tell_message(message_id=event.message_id)


live(MessageRemoved)(tell_badges)
live(MessageRestored)(tell_badges)


def tell_people(event: RoomJoined | RoomLeft) -> None:
    hints.tell_people(room_id=event.room_id, member_ids=event.member_ids)


live(RoomJoined)(tell_people)
live(RoomLeft)(tell_people)
