"""What members did, as other apps tell it."""

from community.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    MessageRemoved,
    MessagesSent,
    PostPublished,
    PostRemoved,
    PostRestored,
)
from insights import actions
from insights.models import Act
from loyalty.events import OrderRecorded, OrdersImported, RewardClaimed
from outbox.subscribe import subscribe


@subscribe(OrderRecorded)
def note_order(event: OrderRecorded) -> None:
    actions.note_act(
        member_id=event.member_id,
        kind=Act.Kind.ORDER,
        source_id=event.order_id,
        occurred_at=event.placed_at,
        stands=event.state in ("paid", "partly_refunded") and event.net > 0,
        by=None,
        at=event.at,
    )


@subscribe(OrdersImported)
def take_in_orders(event: OrdersImported) -> None:
    actions.take_in_orders(member_ids=event.member_ids, by=None, at=event.at)


@subscribe(RewardClaimed)
def note_reward(event: RewardClaimed) -> None:
    actions.note_act(
        member_id=event.member_id,
        kind=Act.Kind.REWARD,
        source_id=event.redemption_id,
        occurred_at=event.at,
        by=None,
        at=event.at,
    )


# A topic needs no act of its own: its first post is published with it.
@subscribe(PostPublished)
def note_post(event: PostPublished) -> None:
    actions.note_act(
        member_id=event.author_id,
        kind=Act.Kind.POST,
        source_id=event.post_id,
        occurred_at=event.at,
        by=None,
        at=event.at,
    )


@subscribe(PostRemoved)
def undo_post(event: PostRemoved) -> None:
    actions.undo_act(
        member_id=event.author_id, kind=Act.Kind.POST, source_id=event.post_id, by=event.by_id, at=event.at
    )


@subscribe(PostRestored)
def redo_post(event: PostRestored) -> None:
    actions.redo_act(
        member_id=event.author_id, kind=Act.Kind.POST, source_id=event.post_id, by=event.by_id, at=event.at
    )


@subscribe(MessagesSent)
def note_messages(event: MessagesSent) -> None:
    """Each message of a batch; a busy room costs one delivery and one statement."""
    actions.note_acts(
        acts=dict(zip(event.message_ids, event.author_ids, strict=True)),
        kind=Act.Kind.MESSAGE,
        occurred_at=event.at,
        by=None,
        at=event.at,
    )


@subscribe(MessageRemoved)
def undo_message(event: MessageRemoved) -> None:
    actions.undo_act(
        member_id=event.author_id, kind=Act.Kind.MESSAGE, source_id=event.message_id, by=event.by_id, at=event.at
    )


@subscribe(AnswerAccepted)
def note_answer(event: AnswerAccepted) -> None:
    if event.self_answer:
        return  # their own word about their own answer is no sign of life from others
    actions.note_act(
        member_id=event.author_id,
        kind=Act.Kind.ANSWER,
        source_id=event.post_id,
        occurred_at=event.at,
        by=event.by_id,
        at=event.at,
    )


@subscribe(AnswerUnaccepted)
def undo_answer(event: AnswerUnaccepted) -> None:
    if event.self_answer:
        return
    actions.undo_act(
        member_id=event.author_id, kind=Act.Kind.ANSWER, source_id=event.post_id, by=event.by_id, at=event.at
    )
