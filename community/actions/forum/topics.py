"""Starting, closing, pinning and removing topics; how far somebody has read. Moving posts: `moving.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from community import rules
from community.actions.forum import polls, writing
from community.actions.forum.polls import PollDraft
from community.actions.forum.posts import Prepared, checked_title, prepare
from community.actions.forum.writing import Written, lock_topic
from community.actions.order.audit import record_act
from community.events import PostHeld, PostRemoved, PostRestored, TopicChanged, TopicStarted
from community.models import EventDetails, Post, Topic
from community.models.boards import TopicKind
from community.problems import FormReused, OthersAnswered, Problem
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

# The second of two equal forms waits for the first to commit, and then finds nothing to insert. A held topic counts
# as removed until it is approved, so that no list can show it by mistake.
_START = """
INSERT INTO community_topic (public_id, board_id, kind, title, slug, author_id, client_id, state, pinned, created_at,
    highest_number, visible_posts, last_post_at, last_post_by_id, participants, last_seq, touched_at, tag_ids, awaiting,
    removed_at, removed_by_id)
VALUES (%(public)s, %(board)s, %(kind)s, %(title)s, %(slug)s, %(by)s, %(client)s, 'open', 'no', %(at)s,
    0, 0, %(at)s, %(by)s, '{}', 0, clock_timestamp(), %(tags)s::bigint[], %(hold)s,
    CASE WHEN %(hold)s THEN %(at)s END, CASE WHEN %(hold)s THEN %(by)s END)
ON CONFLICT (author_id, client_id) DO NOTHING
RETURNING id
"""


@dataclass(frozen=True)
class EventDraft:
    """When and where; both times are moments, `time_zone` names the clock of the place."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str
    place: str = ""
    link: str = ""


def start_topic(
    *,
    board_id: int,
    title: str,
    raw: str,
    by: int,
    at: datetime,
    kind: str = TopicKind.DISCUSSION,
    client_id: str | None = None,
    text: Prepared | None = None,
    trust: int = 0,
    tag_ids: Sequence[int] = (),
    event: EventDraft | None = None,
    poll: PollDraft | None = None,
    hold: bool = False,
) -> Written:
    """Start a topic with its first post. The same `client_id` again answers the topic it made the first time.

    `tag_ids` come from `tags.resolve`; `event` belongs to the kind event, and only to it. `hold`: the whole topic
    waits for a moderator (`posts.approve_post`). Raises TextRefused, FormReused, Problem.
    """
    require_transaction()
    title = checked_title(title)
    text = text or prepare(raw)
    if (kind == TopicKind.EVENT) != (event is not None):
        raise Problem("event_needs_date", _("An event needs a date, and only an event has one."))
    values: dict[str, Any] = {
        "public": new_id(), "board": board_id, "kind": kind, "title": title, "slug": rules.slug_of(title), "by": by,
        "client": client_id, "at": at, "tags": list(tag_ids), "hold": hold,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_START, values)
        made = cursor.fetchone()
    if made is None:
        return _started_before(by, client_id)
    topic = Topic(pk=made[0], highest_number=0)
    if event:
        set_event(topic_id=topic.pk, event=event, by=by, at=at)
    if hold:
        post_id = writing.hold(
            topic.pk, text.raw, text.cooked, by=by, at=at, parent=None, client_id=client_id, poll=poll is not None
        )
        written = Written(post_id, topic.pk, board_id, 0, held=True)
    else:
        done = writing.write(topic, text.raw, text.cooked, by=by, at=at, client_id=client_id, poll=poll is not None)
        if done.what != "written":  # the key belongs to a reply
            raise FormReused
        written = Written(done.post_id, topic.pk, board_id, done.number)
    if poll:
        polls.attach(post_id=written.post_id, draft=poll, at=at)
    if hold:
        publish(
            PostHeld(post_id=written.post_id, topic_id=topic.pk, board_id=board_id, author_id=by, starts=True, at=at)
        )
        return written
    started = TopicStarted(topic_id=written.topic_id, board_id=board_id, author_id=by, at=at)
    publish(started, writing.published(written=written, author_id=by, at=at, trust=trust))
    return written


def set_event(*, topic_id: int, event: EventDraft, by: int, at: datetime) -> None:
    """Say when and where an event is, or that it is elsewhere now. Raises Problem when it ends before it begins."""
    require_transaction()
    if event.ends_at < event.starts_at:
        raise Problem("event_ends_before", _("The event would end before it begins."))
    EventDetails.objects.update_or_create(
        topic_id=topic_id,
        defaults={
            "starts_at": event.starts_at, "ends_at": event.ends_at, "time_zone": event.time_zone,
            "place": event.place, "link": event.link,
        },
    )  # fmt: skip


def set_state(
    *, topic_id: int, state: str, by: int, at: datetime, reason: str = "", opens_at: datetime | None = None
) -> bool:
    """Close, archive or open a topic again, with a line that says so and why. False when it is so already.

    `opens_at`: a closed topic opens again by itself then.
    """
    require_transaction()
    topic = lock_topic(topic_id)
    if topic.state == state:
        return False
    close_topic(topic, Topic.State(state), by=by, at=at, reason=reason, opens_at=opens_at)
    return True


def close_topic(
    topic: Topic, state: Topic.State, *, by: int, at: datetime, reason: str = "", opens_at: datetime | None = None,
    code: str = "",
) -> None:  # fmt: skip
    """The same for a topic whose lock the caller holds; `code` names the line when a timer did it."""
    Topic.objects.filter(pk=topic.pk).update(
        state=state, closes_at=None, closing="", opens_at=opens_at if state == Topic.State.CLOSED else None
    )
    line = {Topic.State.OPEN: "opened", Topic.State.CLOSED: "closed", Topic.State.ARCHIVED: "archived"}[state]
    writing.write_line(topic.pk, code or line, by=by, at=at, reason=" ".join(reason.split())[:500])
    publish(TopicChanged(topic_id=topic.pk, board_id=topic.board_id, by_id=None if code else by, at=at))
    if not code:
        _record(topic, line, by, at, reason=reason, before={"state": topic.state}, after={"state": str(state)})


def close_later(*, topic_id: int, closes_at: datetime | None, by: int, at: datetime) -> bool:
    """Let an open topic close by itself then; None takes the timer away. False when nothing changed."""
    require_transaction()
    topic = lock_topic(topic_id)
    if topic.state != Topic.State.OPEN or topic.closes_at == closes_at:
        return False
    closing = Topic.Closing.TIMER if closes_at else Topic.Closing.NONE
    Topic.objects.filter(pk=topic_id).update(closes_at=closes_at, closing=closing, last_seq=F("last_seq") + 1)
    _record(topic, "timer", by, at, after={"closes_at": closes_at.isoformat() if closes_at else None})
    return True


def set_slow_mode(*, topic_id: int, seconds: int, by: int, at: datetime) -> bool:
    """So many seconds lie between two posts of one member; 0 lets the board decide. False when it is so already."""
    require_transaction()
    topic = lock_topic(topic_id)
    if topic.slow_seconds == seconds:
        return False
    Topic.objects.filter(pk=topic_id).update(slow_seconds=seconds)
    writing.write_line(topic_id, "slow" if seconds else "not_slow", by=by, at=at, seconds=seconds)
    _record(topic, "slow", by, at, before={"seconds": topic.slow_seconds}, after={"seconds": seconds})
    return True


def pin(*, topic_id: int, pinned: str, by: int, at: datetime, until: datetime | None = None) -> bool:
    """Pin a topic on its board or everywhere, perhaps until then, or unpin it ("no"). False when it is so already."""
    require_transaction()
    until = until if pinned != Topic.Pinned.NO else None
    topic = lock_topic(topic_id)
    if (topic.pinned, topic.pinned_until) == (pinned, until):
        return False
    Topic.objects.filter(pk=topic_id).update(
        pinned=Topic.Pinned(pinned), pinned_until=until, last_seq=F("last_seq") + 1
    )
    publish(TopicChanged(topic_id=topic_id, board_id=topic.board_id, by_id=by, at=at))
    code = "unpinned" if pinned == Topic.Pinned.NO else "pinned"
    _record(topic, code, by, at, before={"pinned": topic.pinned}, after={"pinned": str(pinned)})
    return True


def remove_topic(*, topic_id: int, by: int, at: datetime, moderating: bool = False) -> bool:
    """Stop showing a topic. Its author may do so while nobody else has answered; moderators always. False when done.

    Raises OthersAnswered.
    """
    require_transaction()
    topic = lock_topic(topic_id)
    if topic.removed_at:
        return False
    others = Post.objects.filter(topic=topic, state=Post.State.VISIBLE, kind=Post.Kind.POST)
    if not moderating and others.exclude(author_id=topic.author_id).exists():
        raise OthersAnswered
    Topic.objects.filter(pk=topic_id).update(removed_at=at, removed_by=by, last_seq=F("last_seq") + 1, touched_at=Now())
    first = Post.objects.get(topic=topic, number=1)
    publish(PostRemoved(post_id=first.pk, topic_id=topic.pk, author_id=first.author_id, by_id=by, at=at))
    if by != topic.author_id:
        _record(topic, "removed", by, at, before={"state": "visible"}, after={"state": "removed"})
    return True


def restore_topic(*, topic_id: int, by: int, at: datetime) -> bool:
    """Show a removed topic again. False when it is not removed, was merged into another, or waits for review."""
    require_transaction()
    topic = lock_topic(topic_id)
    if not topic.removed_at or topic.merged_into_id or topic.awaiting:
        return False
    Topic.objects.filter(pk=topic_id).update(
        removed_at=None, removed_by=None, last_seq=F("last_seq") + 1, touched_at=Now()
    )
    first = Post.objects.get(topic=topic, number=1)
    publish(PostRestored(post_id=first.pk, topic_id=topic.pk, author_id=first.author_id, by_id=by, at=at))
    _record(topic, "restored", by, at, before={"state": "removed"}, after={"state": "visible"})
    return True


def _started_before(by: int, client_id: str | None) -> Written:
    row = (
        Post.objects.filter(topic__author_id=by, topic__client_id=client_id, client_id=client_id, author_id=by)
        .values_list("id", "topic_id", "topic__board_id", "number")
        .first()
    )
    if row is None:
        raise FormReused
    number = row[3] or 0
    return Written(row[0], row[1], row[2], number, repeated=True, held=number == 0)


def _record(
    topic: Topic, act: str, by: int, at: datetime, *, reason: str = "", before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """What somebody of the team did to a topic goes into the log."""
    record_act(
        act=f"topic.{act}", target_kind="topic", target=topic.pk, about=topic.author_id, board_id=topic.board_id, by=by,
        at=at, reason=reason, before=before, after=after,
    )  # fmt: skip
