"""Replying, editing, removing and restoring posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import cook, rules
from community.events import AnswerUnaccepted, PostEdited, PostPublished, PostRemoved, PostRestored
from community.models import Post, PostRevision, Topic
from community.problems import EditConflict, FormReused, Gone, TextRefused, TopicClosed
from members import queries as members
from outbox.publish import publish
from outbox.require import require_transaction

QUIET_EDIT_WITHIN, QUIET_EDIT_CHARACTERS = timedelta(minutes=5), 100

# The caller holds the topic's row lock, so the number is nobody else's. One statement: the counters, the post under
# its number, and the author's read pointer. The parent is a visible post of the same topic or nothing.
_WRITE = """
WITH topic AS (
    UPDATE community_topic
    SET highest_number = highest_number + 1, visible_posts = visible_posts + 1, last_seq = last_seq + 1,
        last_post_by_id = CASE WHEN highest_number = 0 OR last_post_at <= %(at)s THEN %(by)s ELSE last_post_by_id END,
        last_post_at = greatest(last_post_at, %(at)s), touched_at = clock_timestamp(),
        participants = CASE WHEN %(by)s = ANY(participants) OR cardinality(participants) >= 5
                            THEN participants ELSE array_append(participants, %(by)s::bigint) END
    WHERE id = %(topic)s
    RETURNING id, board_id, highest_number, last_seq
), post AS (
    INSERT INTO community_post (topic_id, number, author_id, parent_id, kind, state, raw, cooked, cook_version, text,
        mentions, links, revision, like_count, client_id, changed_seq, created_at)
    SELECT topic.id, topic.highest_number, %(by)s,
        (SELECT id FROM community_post WHERE topic_id = %(topic)s AND number = %(parent)s AND state = 'visible'),
        'post', 'visible', %(raw)s, %(cooked)s, %(version)s, %(text)s, %(mentions)s::bigint[], %(links)s::text[], 1, 0,
        %(client)s, topic.last_seq, %(at)s
    FROM topic
    ON CONFLICT (author_id, client_id) DO NOTHING
    RETURNING id, number
), pointer AS (
    INSERT INTO community_topicread AS held (member_id, topic_id, last_read_number, visited_at)
    SELECT %(by)s, topic.id, topic.highest_number, %(at)s FROM topic
    ON CONFLICT (member_id, topic_id) DO UPDATE
    SET last_read_number = greatest(held.last_read_number, excluded.last_read_number), visited_at = excluded.visited_at
)
SELECT post.id, post.number, topic.board_id FROM post, topic
"""


@dataclass(frozen=True)
class Written:
    """Where a post is. `repeated`: the same form was sent before, and this is what it made then."""

    post_id: int
    topic_id: int
    board_id: int
    number: int
    repeated: bool = False


def reply(
    *, topic_id: int, raw: str, by: int, at: datetime, parent_number: int | None = None, client_id: str | None = None
) -> Written:
    """Publish a post in an open topic. Sending the same `client_id` again answers the post it made the first time.

    Raises TextRefused, TopicClosed, FormReused.
    """
    require_transaction()
    raw, cooked = prepared(raw)
    topic = lock_topic(topic_id)
    if client_id and (before := _written_before(by, client_id, topic_id, raw)):
        return before
    if topic.state != Topic.State.OPEN or topic.removed_at:
        raise TopicClosed
    written = write_post(topic, raw, cooked, by, at, parent_number, client_id)
    publish(published(written, by, at))
    return written


def edit(*, post_id: int, raw: str, revision: int, by: int, at: datetime, title: str = "", reason: str = "") -> bool:
    """Replace the text, keeping the one before. False when nothing changed.

    `revision` is the one the writer saw; a newer one raises EditConflict with the text that is there now. `title` is
    for the first post, whose title is the topic's. Raises TextRefused, Gone, EditConflict.
    """
    require_transaction()
    raw, cooked = prepared(raw)
    topic, post = _lock(post_id)
    if post.state != Post.State.VISIBLE:
        raise Gone
    title = checked_title(title) if title and post.number == 1 else topic.title
    if post.raw == raw and topic.title == title:
        return False
    if post.revision != revision:
        raise EditConflict(current_raw=post.raw, current_revision=post.revision)
    PostRevision.objects.create(
        post=post, revision=post.revision, raw=post.raw, reason=reason[:200], by_id=by, at=at,
        title=topic.title if title != topic.title else "",
    )  # fmt: skip
    quiet = at - post.created_at <= QUIET_EDIT_WITHIN and abs(len(raw) - len(post.raw)) <= QUIET_EDIT_CHARACTERS
    Topic.objects.filter(pk=topic.pk).update(last_seq=F("last_seq") + 1, title=title, slug=rules.slug_of(title))
    Post.objects.filter(pk=post.pk).update(
        raw=raw, cooked=cooked.html, text=cooked.text, mentions=cooked.mentions, links=cooked.links,
        cook_version=cooked.version, revision=post.revision + 1, changed_seq=topic.last_seq + 1,
        edited_at=post.edited_at if quiet else at,
    )  # fmt: skip
    publish(PostEdited(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, by_id=by, at=at))
    return True


def remove(*, post_id: int, by: int, at: datetime) -> bool:
    """Stop showing a reply; it keeps its number and can be restored. False when it was removed already.

    An accepted answer stops being accepted. The first post goes with its topic: `topics.remove_topic`.
    """
    require_transaction()
    topic, post = _lock(post_id)
    if post.state != Post.State.VISIBLE:
        return False
    facts: list[PostRemoved | AnswerUnaccepted] = []
    if topic.accepted_post_id == post.pk:
        facts.append(unaccepted(topic, post, by, at))
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.REMOVED, removed_at=at, removed_by=by, changed_seq=topic.last_seq + 1
    )
    last = _last_visible(topic.pk)
    Topic.objects.filter(pk=topic.pk).update(
        visible_posts=F("visible_posts") - 1, last_seq=F("last_seq") + 1, touched_at=Now(), **last,
        accepted_post=None if facts else topic.accepted_post_id,
    )  # fmt: skip
    publish(*facts, PostRemoved(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, by_id=by, at=at))
    return True


def restore(*, post_id: int, by: int, at: datetime) -> bool:
    """Show a removed post again. False when it is not removed."""
    require_transaction()
    topic, post = _lock(post_id)
    if post.state != Post.State.REMOVED:
        return False
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.VISIBLE, removed_at=None, removed_by=None, changed_seq=topic.last_seq + 1
    )
    Topic.objects.filter(pk=topic.pk).update(
        visible_posts=F("visible_posts") + 1, last_seq=F("last_seq") + 1, touched_at=Now(), **_last_visible(topic.pk)
    )
    publish(PostRestored(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, by_id=by, at=at))
    return True


# --- Shared by the actions on topics ---------------------------------------------------------------------------------


def lock_topic(topic_id: int) -> Topic:
    """The topic under its row lock: all changes of one topic happen one after the other."""
    return Topic.objects.select_for_update().get(pk=topic_id)


def write_post(
    topic: Topic, raw: str, cooked: cook.Cooked, by: int, at: datetime, parent: int | None, client_id: str | None
) -> Written:
    """Number, post, counters and read pointer in one statement; the caller holds the topic's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "topic": topic.pk, "by": by, "at": at, "parent": parent, "raw": raw, "cooked": cooked.html,
                "text": cooked.text, "version": cooked.version, "mentions": cooked.mentions, "links": cooked.links,
                "client": client_id,
            },
        )  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        raise FormReused
    return Written(post_id=row[0], topic_id=topic.pk, board_id=row[2], number=row[1])


def published(written: Written, by: int, at: datetime) -> PostPublished:
    return PostPublished(
        post_id=written.post_id, topic_id=written.topic_id, board_id=written.board_id, author_id=by,
        number=written.number, at=at,
    )  # fmt: skip


def unaccepted(topic: Topic, post: Post, by: int, at: datetime) -> AnswerUnaccepted:
    return AnswerUnaccepted(
        topic_id=topic.pk, post_id=post.pk, author_id=post.author_id, by_id=by,
        self_answer=post.author_id == topic.author_id, at=at,
    )  # fmt: skip


def prepared(raw: str) -> tuple[str, cook.Cooked]:
    """The text as kept and as shown. Raises TextRefused."""
    raw = checked_raw(raw)
    return raw, cook.cook(raw, named_members)


def checked_raw(raw: str) -> str:
    """The text as kept. Raises TextRefused when it is too short or too long."""
    raw = cook.clean(raw)
    shortest = rules.shortest_raw(raw)
    if len(raw) < shortest:
        words = ngettext(
            "Please write at least %(count)s character.", "Please write at least %(count)s characters.", shortest
        )
        raise TextRefused("too_short", words % {"count": shortest})
    if len(raw) > rules.RAW_LONGEST:
        words = _("This is longer than %(most)s characters (%(count)s). Please split it into several posts.")
        raise TextRefused("too_long", words % {"most": rules.RAW_LONGEST, "count": len(raw)})
    return raw


def checked_title(title: str) -> str:
    """The title as kept: one line. Raises TextRefused when it is too short or too long."""
    title = " ".join(cook.clean(title).split())
    shortest = rules.shortest_title(title)
    if len(title) < shortest:
        words = ngettext(
            "A title has at least %(count)s character.", "A title has at least %(count)s characters.", shortest
        )
        raise TextRefused("title_too_short", words % {"count": shortest})
    if len(title) > rules.TITLE_LONGEST:
        raise TextRefused(
            "title_too_long", _("A title has at most %(most)s characters.") % {"most": rules.TITLE_LONGEST}
        )
    return title


def named_members(handles: Sequence[str]) -> Mapping[str, cook.Named]:
    """Who is meant by these handles, in one statement."""
    cards = members.members_named(usernames=handles)
    return {handle: cook.Named(card.id, card.url) for handle, card in cards.items()}


def _written_before(by: int, client_id: str, topic_id: int, raw: str) -> Written | None:
    """What this form made the first time. The same key with another text is another post, so nothing is swallowed."""
    post = Post.objects.filter(author_id=by, client_id=client_id).select_related("topic").first()
    if post is None:
        return None
    if post.topic_id != topic_id or (post.revision == 1 and post.raw != raw):
        raise FormReused
    return Written(post.pk, topic_id, post.topic.board_id, post.number or 0, repeated=True)


def _lock(post_id: int) -> tuple[Topic, Post]:
    """Topic before post, always, so that two acts never wait for each other in a circle."""
    topic = lock_topic(Post.objects.values_list("topic_id", flat=True).get(pk=post_id))
    return topic, Post.objects.select_for_update().get(pk=post_id)


def _last_visible(topic_id: int) -> dict[str, object]:
    """The columns of the last post that is still shown."""
    row = (
        Post.objects.filter(topic_id=topic_id, state=Post.State.VISIBLE)
        .order_by("-number")
        .values_list("created_at", "author_id")
        .first()
    )
    return {"last_post_at": row[0], "last_post_by": row[1]} if row else {}
