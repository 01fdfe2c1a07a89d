"""Moving topics to other boards, and posts to other topics. Old addresses lead to the new places for ever."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from community import rules
from community.actions.forum import writing
from community.actions.forum.posts import checked_title, no_longer_solved, unaccepted
from community.actions.forum.writing import lock_topic, lock_topics
from community.actions.order.audit import record_act
from community.events import AnswerUnaccepted, PostsMoved, TopicChanged, TopicStarted
from community.models import Board, Post, Topic
from community.models.boards import TopicKind
from community.problems import Problem
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

# Both topics are locked. Every chosen post gets the next number of its new home, in the old order (those without a
# number stay without); who had read it there has read it here, if nothing unread lies between; replies keep their
# parent when it came along; the old numbers are remembered. One statement would see its own rows only as they were
# before, so these are four.
_NUMBER = """
WITH chosen AS (
    SELECT id, number AS before, row_number() OVER (ORDER BY number) AS place
    FROM community_post WHERE id = ANY(%(posts)s) AND topic_id = %(source)s AND number IS NOT NULL
), remembered AS (
    INSERT INTO community_postredirect (from_topic_id, from_number, post_id)
    SELECT %(source)s, before, id FROM chosen
    ON CONFLICT (from_topic_id, from_number) DO UPDATE SET post_id = excluded.post_id
), pointers AS (
    INSERT INTO community_topicread AS held (member_id, topic_id, last_read_number, visited_at)
    SELECT read.member_id, %(target)s, %(highest)s + count(*), max(read.visited_at)
    FROM community_topicread AS read JOIN chosen ON chosen.before <= read.last_read_number
    WHERE read.topic_id = %(source)s
    AND (%(highest)s = 0 OR EXISTS (
        SELECT FROM community_topicread AS there
        WHERE there.topic_id = %(target)s AND there.member_id = read.member_id AND there.last_read_number >= %(highest)s))
    GROUP BY read.member_id
    ON CONFLICT (member_id, topic_id) DO UPDATE
    SET last_read_number = greatest(held.last_read_number, excluded.last_read_number)
)
UPDATE community_post AS post
SET topic_id = %(target)s, number = %(highest)s + chosen.place, changed_seq = %(seq)s + chosen.place
FROM chosen WHERE post.id = chosen.id
"""
_UNNUMBERED = "UPDATE community_post SET topic_id = %(target)s WHERE id = ANY(%(posts)s) AND topic_id = %(source)s"
_PARENTS = """
UPDATE community_post AS post SET parent_id = NULL FROM community_post AS parent
WHERE parent.id = post.parent_id AND parent.topic_id <> post.topic_id
AND (post.topic_id IN (%(source)s, %(target)s)) AND (post.id = ANY(%(posts)s) OR parent.id = ANY(%(posts)s))
"""
_COUNTERS = """
UPDATE community_topic SET highest_number = highest_number + %(count)s, last_seq = last_seq + %(count)s
WHERE id = %(target)s
"""


class NotMovable(Problem):
    """These posts or this topic cannot go there; the message says why."""


def move_topic(*, topic_id: int, board_id: int, by: int, at: datetime) -> bool:
    """Put a topic on another board, with a line that says so. False when it is there already."""
    require_transaction()
    topic = lock_topic(topic_id)
    if topic.board_id == board_id:
        return False
    before = topic.board_id
    Topic.objects.filter(pk=topic_id).update(board_id=board_id, touched_at=Now())
    Board.objects.filter(pk__in=[before, board_id]).update(counted_at=None)
    writing.write_line(topic_id, "moved", by=by, at=at)
    publish(TopicChanged(topic_id=topic_id, board_id=board_id, by_id=by, at=at))
    record_act(
        act="topic.moved", target_kind="topic", target=topic_id, about=topic.author_id, board_id=board_id, by=by, at=at,
        before={"board": before}, after={"board": board_id},
    )  # fmt: skip
    return True


def split(
    *, topic_id: int, numbers: Sequence[int], title: str, board_id: int, by: int, at: datetime, kind: str = ""
) -> int:
    """Make a new topic of these posts; its id. The author of the first of them is the new topic's author.

    Raises TextRefused, NotMovable.
    """
    require_transaction()
    title = checked_title(title)
    source = lock_topic(topic_id)
    posts = _chosen(source, numbers)
    first = posts[0]
    board = Board.objects.get(pk=board_id)
    wanted = kind or TopicKind.DISCUSSION.value
    target = Topic.objects.create(
        public_id=new_id(), board=board, kind=wanted if wanted in board.kinds else _plain_kind(board), title=title,
        slug=rules.slug_of(title), author_id=first.author_id, created_at=first.created_at,
        last_post_at=first.created_at, last_post_by_id=first.author_id,
    )  # fmt: skip
    moved = _move(source, target, posts, by=by, at=at)
    started = TopicStarted(topic_id=target.pk, board_id=board_id, author_id=first.author_id, at=at)
    publish(*moved[:-1], started, moved[-1])
    return target.pk


def move_posts(*, topic_id: int, numbers: Sequence[int], to_topic_id: int, by: int, at: datetime) -> int:
    """Put these posts at the end of another topic; how many. Raises NotMovable."""
    require_transaction()
    if topic_id == to_topic_id:
        raise NotMovable("same_topic", _("They are in this topic already."))
    source, target = lock_topics(topic_id, to_topic_id)
    _require_target(target)
    posts = _chosen(source, numbers)
    publish(*_move(source, target, posts, by=by, at=at))
    return len(posts)


def merge(*, topic_id: int, into_topic_id: int, by: int, at: datetime) -> bool:
    """Put all posts of a topic at the end of another one, where its address leads from now on. False when done before.

    Between two questions the accepted answer stays accepted, unless the other has one. Raises NotMovable.
    """
    require_transaction()
    if topic_id == into_topic_id:
        raise NotMovable("same_topic", _("A topic cannot be merged into itself."))
    source, target = lock_topics(topic_id, into_topic_id)
    if source.merged_into_id is not None:
        return False
    _require_target(target)
    if source.removed_at:
        raise NotMovable("topic_removed", _("This topic was removed."))
    posts = list(Post.objects.filter(topic=source).exclude(kind=Post.Kind.LINE).order_by("number"))
    facts = _move(source, target, posts, by=by, at=at, whole=True)
    Topic.objects.filter(pk=source.pk).update(
        merged_into=target, removed_at=at, removed_by=by, accepted_post=None, last_seq=F("last_seq") + 1,
        touched_at=Now(), pinned=Topic.Pinned.NO, pinned_until=None, closes_at=None, closing="", opens_at=None,
    )  # fmt: skip
    Topic.objects.filter(merged_into=source).update(merged_into=target)
    Board.objects.filter(pk__in=[source.board_id, target.board_id]).update(counted_at=None)
    publish(*facts, TopicChanged(topic_id=source.pk, board_id=source.board_id, by_id=by, at=at))
    return True


def _chosen(source: Topic, numbers: Sequence[int]) -> list[Post]:
    """The posts with these numbers. Raises NotMovable when none can leave."""
    if source.removed_at:
        raise NotMovable("topic_removed", _("This topic was removed."))
    posts = list(
        Post.objects.filter(topic=source, number__in=list(numbers)).exclude(kind=Post.Kind.LINE).order_by("number")
    )
    if not posts:
        raise NotMovable("nothing_chosen", _("Choose at least one post."))
    if posts[0].number == 1:
        raise NotMovable(
            "first_post", _("The first post carries the topic. Leave it, or merge the whole topic into another one.")
        )
    return posts


def _require_target(target: Topic) -> None:
    if target.removed_at or target.merged_into_id:
        raise NotMovable("target_removed", _("That topic was removed. Choose another one."))


def _plain_kind(board: Board) -> str:
    without_date = [kind for kind in board.kinds if kind != TopicKind.EVENT]
    return without_date[0] if without_date else TopicKind.DISCUSSION.value


def _move(
    source: Topic, target: Topic, posts: Sequence[Post], *, by: int, at: datetime, whole: bool = False
) -> list[AnswerUnaccepted | PostsMoved]:
    """Renumber, redirect, recount both, leave a line; what happened, as events (`posts.moved` is the last)."""
    ids = [post.pk for post in posts]
    numbered = [post for post in posts if post.number is not None]
    facts: list[AnswerUnaccepted | PostsMoved] = []
    accepted = next((post for post in posts if post.pk == source.accepted_post_id), None)
    if accepted:
        Topic.objects.filter(pk=source.pk).update(accepted_post=None, **no_longer_solved(source))
        stays = whole and target.kind == TopicKind.QUESTION and target.accepted_post_id is None
        if stays:
            Topic.objects.filter(pk=target.pk).update(accepted_post=accepted)
        else:
            facts.append(unaccepted(source, accepted, by, at))
    values: dict[str, Any] = {
        "posts": ids, "source": source.pk, "target": target.pk, "highest": target.highest_number,
        "seq": target.last_seq, "count": len(numbered),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (_NUMBER, _UNNUMBERED, _PARENTS, _COUNTERS):
            cursor.execute(statement, values)
    first = numbered[0].number if numbered else 0
    if not whole:
        writing.write_line(source.pk, "split", by=by, at=at, count=len(numbered), number=first or 0)
    else:
        writing.write_line(target.pk, "merged", by=by, at=at, count=len(numbered))
    writing.recount(source.pk)
    writing.recount(target.pk)
    facts.append(PostsMoved(from_topic_id=source.pk, to_topic_id=target.pk, post_ids=tuple(ids), by_id=by, at=at))
    record_act(
        act="topic.merged" if whole else "topic.split", target_kind="topic", target=source.pk, about=source.author_id,
        board_id=source.board_id, by=by, at=at, before={"topic": source.pk}, after={"topic": target.pk, "posts": len(ids)},
    )  # fmt: skip
    return facts
