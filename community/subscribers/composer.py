"""Which pictures are in use."""

from community.actions import uploads
from community.events import MessageEdited, MessageSent, PostEdited, PostHeld, PostPublished
from community.queries import written
from outbox.subscribe import subscribe


def keep_pictures_of_post(event: PostPublished | PostHeld | PostEdited) -> None:
    """The pictures that the post names stay."""
    uploads.mark_used(raw=written.post_raw(post_id=event.post_id), at=event.at)


def keep_pictures_of_message(event: MessageSent | MessageEdited) -> None:
    """The pictures that the message names stay."""
    uploads.mark_used(raw=written.message_raw(message_id=event.message_id), at=event.at)


subscribe(PostPublished)(keep_pictures_of_post)
subscribe(PostHeld)(keep_pictures_of_post)
subscribe(PostEdited)(keep_pictures_of_post)
subscribe(MessageSent)(keep_pictures_of_message)
subscribe(MessageEdited)(keep_pictures_of_message)
