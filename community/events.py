"""What happens in the forum. Who listens is not our business."""

from dataclasses import dataclass
from datetime import datetime

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
    """A post became visible to everybody who may read its board, under its number. The first post of a topic is 1.

    `trust` is the author's level at that time; a listener who pays for quality may wait longer for newcomers.
    """

    post_id: int
    topic_id: int
    board_id: int
    author_id: int
    number: int
    trust: int = 0


@event("post.held")
@dataclass(frozen=True, kw_only=True)
class PostHeld(Event):
    """A text waits for a moderator: nobody else sees it, it has no number. `starts`: a whole topic waits with it.

    Approved, it says `post.published` like any other; declined, nothing.
    """

    post_id: int
    topic_id: int
    board_id: int
    author_id: int
    starts: bool = False


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
    """A post is no longer shown; it can be restored. Without `by_id` flags hid it until somebody has looked."""

    post_id: int
    topic_id: int
    author_id: int
    by_id: int | None


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
    """`by_id`, who had this level of trust, reacted to a post of `author_id`; never one's own."""

    post_id: int
    topic_id: int
    author_id: int
    by_id: int
    kind: str
    by_trust: int = 0


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
    by_trust: int = 0


@event("answer.unaccepted")
@dataclass(frozen=True, kw_only=True)
class AnswerUnaccepted(Event):
    """The acceptance was taken back, or another answer took its place, or the answer was removed."""

    topic_id: int
    post_id: int
    author_id: int
    by_id: int
    self_answer: bool


@event("topic.changed")
@dataclass(frozen=True, kw_only=True)
class TopicChanged(Event):
    """Title, kind, tags, board or state of a topic is another now; its posts are the same."""

    topic_id: int
    board_id: int
    by_id: int | None


@event("posts.moved")
@dataclass(frozen=True, kw_only=True)
class PostsMoved(Event):
    """Posts left one topic for another (split or merged) and have new numbers there; the old addresses lead to them."""

    from_topic_id: int
    to_topic_id: int
    post_ids: tuple[int, ...]
    by_id: int


@event("member.mentioned")
@dataclass(frozen=True, kw_only=True)
class MemberMentioned(Event):
    """A post names members who had not been named in it before; only those who may read it."""

    post_id: int
    topic_id: int
    author_id: int
    member_ids: tuple[int, ...]


@event("poll.voted")
@dataclass(frozen=True, kw_only=True)
class PollVoted(Event):
    """A member voted in a poll, or changed the vote. What they chose stays with the poll."""

    poll_id: int
    post_id: int
    member_id: int


@event("idea.voted")
@dataclass(frozen=True, kw_only=True)
class IdeaVoted(Event):
    """A member gave an idea their vote (`given`) or took it back."""

    topic_id: int
    author_id: int
    member_id: int
    given: bool


@event("flag.upheld")
@dataclass(frozen=True, kw_only=True)
class FlagUpheld(Event):
    """A moderator agreed with whoever flagged: `kind` and `target_id` say what, `author_id` wrote it."""

    kind: str
    target_id: int
    author_id: int
    by_id: int
    flagger_ids: tuple[int, ...]


@event("flag.declined")
@dataclass(frozen=True, kw_only=True)
class FlagDeclined(Event):
    """A moderator found nothing wrong with what was flagged."""

    kind: str
    target_id: int
    author_id: int
    by_id: int
    flagger_ids: tuple[int, ...]


@event("flag.reopened")
@dataclass(frozen=True, kw_only=True)
class FlagReopened(Event):
    """A moderator took a judgement back: neither upheld nor declined any more, until the next one."""

    kind: str
    target_id: int
    author_id: int
    by_id: int
    flagger_ids: tuple[int, ...]


@event("trust.changed")
@dataclass(frozen=True, kw_only=True)
class TrustChanged(Event):
    """A member's level of trust is another now; `by_id` is None when the rule did it."""

    member_id: int
    before: int
    after: int
    by_id: int | None


@event("member.silenced")
@dataclass(frozen=True, kw_only=True)
class MemberSilenced(Event):
    """A member may read but not write until then."""

    member_id: int
    until: datetime | None
    by_id: int | None


@event("member.suspended")
@dataclass(frozen=True, kw_only=True)
class MemberSuspended(Event):
    """A member may not sign in until then."""

    member_id: int
    until: datetime | None
    by_id: int | None


@event("sanction.ended")
@dataclass(frozen=True, kw_only=True)
class SanctionEnded(Event):
    """A silence or suspension is over, by time or by hand."""

    member_id: int
    kind: str
    by_id: int | None


@event("message.sent")
@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """Somebody said something in a room; `seq` is its place there."""

    message_id: int
    room_id: int
    author_id: int
    seq: int


@event("messages.sent")
@dataclass(frozen=True, kw_only=True)
class MessagesSent(Event):
    """The messages of one room that were written together, one or many, in the order of the room: each of them is a
    `message.sent` too. Whoever works for messages listens here, once for a batch; `author_ids` stand beside the ids."""

    room_id: int
    message_ids: tuple[int, ...]
    author_ids: tuple[int, ...]


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
    """A chat message is no longer shown; `by_id` is the author or a moderator, or nobody when flags hid it."""

    message_id: int
    room_id: int
    author_id: int
    by_id: int | None


@event("message.restored")
@dataclass(frozen=True, kw_only=True)
class MessageRestored(Event):
    """A chat message is shown again, where it stood."""

    message_id: int
    room_id: int
    author_id: int
    by_id: int


@event("badge.earned")
@dataclass(frozen=True, kw_only=True)
class BadgeEarned(Event):
    """A member earned a badge (its code) just now. What a nightly look finds of long ago says nothing."""

    member_id: int
    badge: str


@event("badge.taken_back")
@dataclass(frozen=True, kw_only=True)
class BadgeTakenBack(Event):
    """What the badge was for is no longer so: an answer is not the accepted one any more, a post is gone."""

    member_id: int
    badge: str


@event("message.changed")
@dataclass(frozen=True, kw_only=True)
class MessageChanged(Event):
    """A chat message looks otherwise without saying anything else: a reaction, a pin. `seq` is the change of the room."""

    message_id: int
    room_id: int
    by_id: int
    seq: int


@event("room.changed")
@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    """A room was made or is another one now: its name, its rights, its pace, its people, its end."""

    room_id: int
    by_id: int | None


@event("session.scheduled")
@dataclass(frozen=True, kw_only=True)
class SessionScheduled(Event):
    """A live session is planned for `starts_at`; by a manager or host, or by its series."""

    session_id: int
    room_id: int
    host_id: int
    starts_at: datetime


@event("session.changed")
@dataclass(frozen=True, kw_only=True)
class SessionChanged(Event):
    """A live session has another hour, host, audience or text. `moved`: the hour is another one."""

    session_id: int
    room_id: int
    by_id: int | None
    moved: bool = False


@event("session.cancelled")
@dataclass(frozen=True, kw_only=True)
class SessionCancelled(Event):
    """A live session does not take place; without `by_id` its hour went by and nobody began it."""

    session_id: int
    room_id: int
    by_id: int | None


@event("session.doors_opened")
@dataclass(frozen=True, kw_only=True)
class SessionDoorsOpened(Event):
    """The doors of a live session are open: people take their seats, the talk begins."""

    session_id: int
    room_id: int


@event("session.started")
@dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    """A live session is live; without `by_id` it began at its hour by itself."""

    session_id: int
    room_id: int
    host_id: int
    by_id: int | None


@event("session.ended")
@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """A live session is over; without `by_id` it ended by the clock."""

    session_id: int
    room_id: int
    host_id: int
    by_id: int | None


@event("session.seats_changed")
@dataclass(frozen=True, kw_only=True)
class SeatsChanged(Event):
    """Somebody came, waits, went, or is offered a seat: `member_ids` are those whose own place is another one now."""

    session_id: int
    member_ids: tuple[int, ...]


@event("session.stage_changed")
@dataclass(frozen=True, kw_only=True)
class StageChanged(Event):
    """Something in a session is another now, at `seq` of its stream: `kind` is stage, question, poll or drop."""

    session_id: int
    kind: str
    row_id: int
    seq: int


@event("session.voted")
@dataclass(frozen=True, kw_only=True)
class SessionVoted(Event):
    """A member voted for a question or in a poll of a session, or took it back; or a piece of a drop went."""

    session_id: int
    kind: str
    row_id: int
    member_id: int


@event("session.attended")
@dataclass(frozen=True, kw_only=True)
class SessionAttended(Event):
    """A member was at a session for half of it, or 20 minutes. Said once for each member and session."""

    attendance_id: int
    member_id: int
    session_id: int
    seconds: int


@event("drop.claimed")
@dataclass(frozen=True, kw_only=True)
class DropClaimed(Event):
    """A member got a piece of a drop; whoever filled the slot `drop_sources` under `source` gives them the `prize`."""

    claim_id: int
    drop_id: int
    member_id: int
    source: str
    prize: str


@event("session.summary_told")
@dataclass(frozen=True, kw_only=True)
class SessionSummaryTold(Event):
    """The host published what came of a session."""

    session_id: int
    by_id: int


@event("room.joined")
@dataclass(frozen=True, kw_only=True)
class RoomJoined(Event):
    """Members are in a room now: by themselves (`by_id` is the only one of them), or brought by `by_id`."""

    room_id: int
    member_ids: tuple[int, ...]
    by_id: int | None


@event("room.left")
@dataclass(frozen=True, kw_only=True)
class RoomLeft(Event):
    """Members are not in a room any more: they left, or `by_id` took them out."""

    room_id: int
    member_ids: tuple[int, ...]
    by_id: int | None


@event("member.followed")
@dataclass(frozen=True, kw_only=True)
class Followed(Event):
    """`member_id` hears of a person, board or tag (`kind`) from now on (`follows`), or not any more."""

    member_id: int
    kind: str
    target_id: int
    follows: bool
