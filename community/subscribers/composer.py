"""Which pictures are in use. (A message notes its own as it is written.)"""

from community.actions.composer import uploads
from community.events import PostEdited, PostHeld, PostPublished
from community.queries.order import written
from outbox.subscribe import subscribe


def keep_pictures_of_post(event: PostPublished | PostHeld | PostEdited) -> None:
    """The pictures that the post names stay."""
    uploads.mark_used(raw=written.post_raw(post_id=event.post_id), at=event.at)


subscribe(PostPublished)(keep_pictures_of_post)
subscribe(PostHeld)(keep_pictures_of_post)
subscribe(PostEdited)(keep_pictures_of_post)
