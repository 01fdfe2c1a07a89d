"""What happens in the forum. Who listens is not our business."""

from dataclasses import dataclass

from outbox.events import Event, event


@event("topic.started")
@dataclass(frozen=True, kw_only=True)
class TopicStarted(Event):
    """Somebody started a topic; its first post is published in the same transaction."""

    topic_id: int
    board_id: int
    author_id: int


@event("post.published")
@dataclass(frozen=True, kw_only=True)
class PostPublished(Event):
    """A post became visible to everybody who may read its board, under its number. The first post of a topic is 1."""

    post_id: int
    topic_id: int
    board_id: int
    author_id: int
    number: int


@event("post.edited")
@dataclass(frozen=True, kw_only=True)
class PostEdited(Event):
    """The text of a post changed; `by_id` is the author or a moderator."""

    post_id: int
    topic_id: int
    author_id: int
    by_id: int


@event("post.removed")
@dataclass(frozen=True, kw_only=True)
class PostRemoved(Event):
    """A post is no longer shown; it can be restored."""

    post_id: int
    topic_id: int
    author_id: int
    by_id: int


@event("post.restored")
@dataclass(frozen=True, kw_only=True)
class PostRestored(Event):
    """A removed post is shown again, under its old number."""

    post_id: int
    topic_id: int
    author_id: int
    by_id: int


@event("reaction.added")
@dataclass(frozen=True, kw_only=True)
class ReactionAdded(Event):
    """`by_id` liked a post of `author_id`; never one's own."""

    post_id: int
    topic_id: int
    author_id: int
    by_id: int
    kind: str


@event("reaction.removed")
@dataclass(frozen=True, kw_only=True)
class ReactionRemoved(Event):
    """`by_id` took the reaction back."""

    post_id: int
    topic_id: int
    author_id: int
    by_id: int
    kind: str


@event("answer.accepted")
@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(Event):
    """The asker (or a moderator) said that this post answers the question. `self_answer`: the asker wrote it."""

    topic_id: int
    post_id: int
    author_id: int
    by_id: int
    self_answer: bool


@event("answer.unaccepted")
@dataclass(frozen=True, kw_only=True)
class AnswerUnaccepted(Event):
    """The acceptance was taken back, or another answer took its place, or the answer was removed."""

    topic_id: int
    post_id: int
    author_id: int
    by_id: int
    self_answer: bool


@event("message.sent")
@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """Somebody said something in a room; `seq` is its place there."""

    message_id: int
    room_id: int
    author_id: int
    seq: int


@event("message.edited")
@dataclass(frozen=True, kw_only=True)
class MessageEdited(Event):
    """A chat message says something else now; `by_id` is the author or a moderator."""

    message_id: int
    room_id: int
    author_id: int
    by_id: int


@event("message.removed")
@dataclass(frozen=True, kw_only=True)
class MessageRemoved(Event):
    """A chat message is no longer shown; `by_id` is the author or a moderator."""

    message_id: int
    room_id: int
    author_id: int
    by_id: int
