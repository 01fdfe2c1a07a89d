"""Starting, closing, pinning and removing topics; how far somebody has read."""

from datetime import datetime

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from community import rules
from community.actions.posts import Written, checked_title, lock_topic, prepared, published, write_post
from community.events import PostRemoved, PostRestored, TopicStarted
from community.models import Post, Topic
from community.models.boards import TopicKind
from community.problems import FormReused, OthersAnswered
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

# The second of two equal forms waits for the first to commit, and then finds nothing to insert.
_START = """
INSERT INTO community_topic (public_id, board_id, kind, title, slug, author_id, client_id, state, pinned, created_at,
    highest_number, visible_posts, last_post_at, last_post_by_id, participants, last_seq, touched_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'open', 'no', %s, 0, 0, %s, %s, '{}', 0, clock_timestamp())
ON CONFLICT (author_id, client_id) DO NOTHING
RETURNING id
"""

# Forward only; a page read twice writes nothing. The select sees the pointer as it was before.
_READ = """
WITH moved AS (
    INSERT INTO community_topicread AS held (member_id, topic_id, last_read_number, visited_at)
    VALUES (%(member)s, %(topic)s, %(number)s, %(at)s)
    ON CONFLICT (member_id, topic_id) DO UPDATE
    SET last_read_number = excluded.last_read_number, visited_at = excluded.visited_at
    WHERE held.last_read_number < excluded.last_read_number
)
SELECT last_read_number FROM community_topicread WHERE member_id = %(member)s AND topic_id = %(topic)s
"""


def start_topic(
    *,
    board_id: int,
    title: str,
    raw: str,
    by: int,
    at: datetime,
    kind: str = TopicKind.DISCUSSION,
    client_id: str | None = None,
) -> Written:
    """Start a topic with its first post. The same `client_id` again answers the topic it made the first time.

    Raises TextRefused, FormReused.
    """
    require_transaction()
    title = checked_title(title)
    raw, cooked = prepared(raw)
    row: list[str | int | datetime | None] = [
        new_id(),
        board_id,
        kind,
        title,
        rules.slug_of(title),
        by,
        client_id,
        at,
        at,
        by,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_START, row)
        made = cursor.fetchone()
    if made is None:
        return _started_before(by, client_id)
    written = write_post(Topic(pk=made[0]), raw, cooked, by, at, None, client_id)
    started = TopicStarted(topic_id=written.topic_id, board_id=board_id, author_id=by, at=at)
    publish(started, published(written, by, at))
    return written


def set_state(*, topic_id: int, state: str, by: int, at: datetime) -> bool:
    """Close, archive or open a topic again. False when it is so already."""
    require_transaction()
    changed = (
        Topic.objects.filter(pk=topic_id)
        .exclude(state=state)
        .update(state=Topic.State(state), last_seq=F("last_seq") + 1)
    )
    return changed == 1


def pin(*, topic_id: int, pinned: str, by: int, at: datetime) -> bool:
    """Pin a topic on its board or everywhere, or unpin it ("no"). False when it is so already."""
    require_transaction()
    changed = Topic.objects.filter(pk=topic_id).exclude(pinned=pinned).update(pinned=Topic.Pinned(pinned))
    return changed == 1


def remove_topic(*, topic_id: int, by: int, at: datetime, moderating: bool = False) -> bool:
    """Stop showing a topic. Its author may do so while nobody else has answered; moderators always. False when done.

    Raises OthersAnswered.
    """
    require_transaction()
    topic = lock_topic(topic_id)
    if topic.removed_at:
        return False
    others = Post.objects.filter(topic=topic, state=Post.State.VISIBLE).exclude(author_id=topic.author_id)
    if not moderating and others.exists():
        raise OthersAnswered
    Topic.objects.filter(pk=topic_id).update(removed_at=at, removed_by=by, last_seq=F("last_seq") + 1, touched_at=Now())
    first = Post.objects.get(topic=topic, number=1)
    publish(PostRemoved(post_id=first.pk, topic_id=topic.pk, author_id=first.author_id, by_id=by, at=at))
    return True


def restore_topic(*, topic_id: int, by: int, at: datetime) -> bool:
    """Show a removed topic again. False when it is not removed."""
    require_transaction()
    topic = lock_topic(topic_id)
    if not topic.removed_at:
        return False
    Topic.objects.filter(pk=topic_id).update(
        removed_at=None, removed_by=None, last_seq=F("last_seq") + 1, touched_at=Now()
    )
    first = Post.objects.get(topic=topic, number=1)
    publish(PostRestored(post_id=first.pk, topic_id=topic.pk, author_id=first.author_id, by_id=by, at=at))
    return True


def mark_read(*, topic_id: int, member_id: int, number: int, at: datetime) -> int:
    """Move the member's pointer forward to this number, never back; where it was before (0: nowhere)."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"member": member_id, "topic": topic_id, "number": number, "at": at})
        before = cursor.fetchone()
    return int(before[0]) if before else 0


def _started_before(by: int, client_id: str | None) -> Written:
    row = (
        Post.objects.filter(topic__author_id=by, topic__client_id=client_id, number=1)
        .values_list("id", "topic_id", "topic__board_id")
        .first()
    )
    if row is None:
        raise FormReused
    return Written(row[0], row[1], row[2], 1, repeated=True)
