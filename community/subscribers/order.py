"""What the review queue hears."""

from community.actions.order import review
from community.actions.order.audit import record_act
from community.events import PostHeld, PostsMoved, TrustChanged
from community.queries.order import held
from outbox.subscribe import subscribe


@subscribe(PostHeld)
def put_into_queue(event: PostHeld) -> None:
    """A text that waits is put before the moderators, with what the rules say of it."""
    review.raise_item(
        kind="held_post",
        target=event.post_id,
        author_id=event.author_id,
        board_id=event.board_id,
        topic_id=event.topic_id,
        reasons=held.reasons_of(post_id=event.post_id),
        at=event.at,
    )


@subscribe(PostsMoved)
def follow_posts(event: PostsMoved) -> None:
    """Items go where their posts go."""
    review.follow_posts(post_ids=event.post_ids, topic_id=event.to_topic_id, at=event.at)


@subscribe(TrustChanged)
def note_level_by_hand(event: TrustChanged) -> None:
    """A level that somebody of the team gave goes into the log; what the rules do does not."""
    if event.by_id is not None:
        record_act(
            act="trust.changed",
            target_kind="member",
            target=event.member_id,
            about=event.member_id,
            by=event.by_id,
            at=event.at,
            before={"trust": event.before},
            after={"trust": event.after},
        )
