"""Event → a note that a post wants cards, and a nudge for the worker that fetches them."""

from django.db import transaction

from community.actions.composer import cooking
from community.events import PostEdited, PostPublished
from outbox.nudge import send_later
from outbox.subscribe import subscribe


def want_cards(event: PostPublished | PostEdited) -> None:
    if cooking.want_cards(post_id=event.post_id, at=event.at):
        transaction.on_commit(lambda: send_later("community.tasks.serve_cards", event.post_id))


subscribe(PostPublished)(want_cards)
subscribe(PostEdited)(want_cards)
