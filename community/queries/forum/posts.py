"""What one topic's page reads: the topic with what is the reader's own about it, its posts, and their reactions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from json import loads
from typing import Any

from django.db import connection
from django.utils.safestring import SafeString

from community import cook
from community.addresses import POSTS_A_PAGE, post_url, topic_url
from community.models import Post, Topic


@dataclass(frozen=True)
class Near:
    """Another topic worth reading: it shares a tag, or is the newest of the same board."""

    title: str
    url: str
    replies: int


@dataclass(frozen=True)
class TopicHead:
    """A topic as its page knows it; the last part is the reader's own (`read_number` is None: never opened)."""

    id: int
    public_id: str
    board_id: int
    kind: str
    title: str
    slug: str
    author_id: int
    state: str
    pinned: str
    created_at: datetime
    removed_at: datetime | None
    highest_number: int
    visible_posts: int
    last_post_at: datetime
    accepted_post_id: int | None
    participants: list[int]
    last_seq: int
    vote_count: int
    tag_ids: list[int]
    closes_at: datetime | None
    slow_seconds: int
    pinned_until: datetime | None
    progress: str
    merged_into_id: int | None
    read_number: int | None
    level: int | None
    reason: str
    level_until: datetime | None
    seen_above: list[int]
    nested: bool
    shortcuts: bool
    near: list[Near] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.id

    @property
    def replies(self) -> int:
        return max(self.visible_posts - 1, 0)


@dataclass(frozen=True)
class PostRow:
    """A post as the topic's page shows it; one that is not visible has no text."""

    id: int
    number: int
    kind: str
    author_id: int
    state: str
    html: SafeString
    counts: dict[str, int]
    first_givers: dict[str, int]
    created_at: datetime
    edited_at: datetime | None
    revision: int
    wiki: bool
    has_poll: bool
    parent_number: int | None
    parent_author_id: int | None
    reply_count: int
    line: dict[str, Any] | None
    reason: str
    excerpt: str

    @property
    def removed(self) -> bool:
        return self.state != Post.State.VISIBLE


@dataclass(frozen=True)
class Own:
    """What is one reader's own on a page: reactions and bookmarks (public ids) by post, whom of its authors they ignore,
    and what they said of boards and tags."""

    reactions: dict[int, str] = field(default_factory=dict)
    bookmarks: dict[int, str] = field(default_factory=dict)
    ignored: frozenset[int] = frozenset()
    board_levels: dict[int, int] = field(default_factory=dict)
    tag_levels: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """One reaction and who gave it."""

    kind: str
    member_id: int
    at: datetime


# By hand, like all of this file: it is the heart of the most read page, and composing it anew took as long as the rest.
# The topics nearby come along, so that they are never older than the page: up to three by each tag, then the board's.
_HEAD = """
SELECT topic.id, topic.public_id, topic.board_id, topic.kind, topic.title, topic.slug, topic.author_id, topic.state,
       topic.pinned, topic.created_at, topic.removed_at, topic.highest_number, topic.visible_posts, topic.last_post_at,
       topic.accepted_post_id, topic.participants, topic.last_seq, topic.vote_count, topic.tag_ids, topic.closes_at,
       topic.slow_seconds, topic.pinned_until, topic.progress, topic.merged_into_id, pointer.last_read_number,
       pointer.level, coalesce(pointer.reason, ''), pointer.level_until, coalesce(pointer.seen_above, '{}'),
       coalesce(choice.nested, false), coalesce(choice.shortcuts, true),
       (SELECT jsonb_agg(jsonb_build_array(near.public_id, near.slug, near.title, near.visible_posts))
        FROM ((SELECT other.* FROM unnest(topic.tag_ids[1:3]) AS tag (id), LATERAL (
                   SELECT topic_id FROM community_topictag AS tagged WHERE tagged.tag_id = tag.id
                   ORDER BY tagged.last_post_at DESC, tagged.topic_id DESC LIMIT 4
               ) AS found JOIN community_topic AS other ON other.id = found.topic_id
               WHERE other.removed_at IS NULL AND other.board_id = ANY(%(boards)s))
              UNION ALL
              (SELECT other.* FROM community_topic AS other
               WHERE other.board_id = topic.board_id AND other.removed_at IS NULL
               ORDER BY other.last_post_at DESC, other.id DESC LIMIT 5)) AS near)
FROM community_topic AS topic
LEFT JOIN community_topicread AS pointer ON pointer.topic_id = topic.id AND pointer.member_id = %(member)s
LEFT JOIN community_readingchoice AS choice ON choice.member_id = %(member)s
WHERE topic.public_id = %(topic)s AND topic.board_id = ANY(%(boards)s)
"""

_POSTS = """
SELECT post.id, post.number, post.kind, post.author_id, post.state,
       CASE WHEN post.state = 'visible' THEN post.cooked ELSE '' END, post.reaction_counts,
       CASE WHEN post.like_count > 0 THEN (
           SELECT jsonb_object_agg(kind, member_id) FROM (
               SELECT DISTINCT ON (kind) kind, member_id FROM community_reaction WHERE post_id = post.id
               ORDER BY kind, created_at, id
           ) AS first) END,
       post.created_at, post.edited_at, post.revision, post.wiki, post.has_poll, parent.number, parent.author_id,
       (SELECT count(*) FROM community_post AS answer
        WHERE answer.parent_id = post.id AND answer.state = 'visible' AND answer.kind = 'post'),
       post.line, CASE WHEN post.kind = 'line' THEN post.raw ELSE '' END,
       CASE WHEN post.state = 'visible' THEN left(post.text, 1000) ELSE '' END
FROM community_post AS post LEFT JOIN community_post AS parent ON parent.id = post.parent_id AND parent.topic_id = post.topic_id
WHERE post.number IS NOT NULL AND """

_OWN = """
SELECT (SELECT jsonb_object_agg(post_id, kind) FROM community_reaction
        WHERE member_id = %(member)s AND post_id = ANY(%(posts)s)),
       (SELECT jsonb_object_agg(post_id, public_id) FROM community_bookmark
        WHERE member_id = %(member)s AND post_id = ANY(%(posts)s)),
       ARRAY(SELECT person_id FROM community_personlevel WHERE member_id = %(member)s AND person_id = ANY(%(authors)s)
             AND level = 0 AND (until IS NULL OR until > %(at)s)),
       (SELECT jsonb_agg(jsonb_build_array(board_id, tag_id, level)) FROM community_placelevel
        WHERE member_id = %(member)s AND (until IS NULL OR until > %(at)s))
"""

_MOVED = """
SELECT topic.public_id, topic.slug, post.number
FROM community_postredirect AS moved
JOIN community_post AS post ON post.id = moved.post_id AND post.number IS NOT NULL
JOIN community_topic AS topic ON topic.id = post.topic_id
WHERE moved.from_topic_id = %(topic)s AND moved.from_number = %(number)s AND topic.board_id = ANY(%(boards)s)
      AND topic.removed_at IS NULL
"""

_NEAR_MOST = 4


def topic_head(*, public_id: str, boards: Sequence[int], member_id: int | None) -> TopicHead | None:
    """The topic if it lies in one of these boards, with the member's pointer, level and choice of view: one statement.

    A removed or merged one too: `access.get_head` decides who may know.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, {"topic": public_id, "boards": list(boards), "member": member_id})
        row = cursor.fetchone()
    if row is None:
        return None
    values: list[Any] = [*row[:-1], _near(public_id, row[-1])]
    return TopicHead(*values)


def page_posts(*, topic_id: int, page: int, answer_id: int | None = None) -> list[PostRow]:
    """The posts of one page, by number, in one statement. Numbers have no holes, so every page is equally near.

    The post `answer_id` comes along wherever it is.
    """
    first = (page - 1) * POSTS_A_PAGE + 1
    condition = (
        "((post.topic_id = %(topic)s AND post.number >= %(first)s AND post.number < %(end)s) OR post.id = %(id)s)"
    )
    return _posts(condition, topic=topic_id, first=first, end=first + POSTS_A_PAGE, id=answer_id)


def numbered_posts(*, topic_id: int, numbers: Sequence[int], answer_id: int | None = None) -> list[PostRow]:
    """The posts with these numbers, by number; the post `answer_id` comes along."""
    condition = "((post.topic_id = %(topic)s AND post.number = ANY(%(numbers)s)) OR post.id = %(id)s)"
    return _posts(condition, topic=topic_id, numbers=list(numbers), id=answer_id)


def replies_to(*, topic_id: int, number: int, limit: int = 100) -> list[PostRow]:
    """The visible posts that answer this one, by number."""
    condition = (
        "parent.topic_id = %(topic)s AND parent.number = %(number)s AND post.state = 'visible' AND post.kind = 'post'"
    )
    return _posts(condition, limit=limit, topic=topic_id, number=number)


def parents_of(*, topic_id: int) -> list[tuple[int, int | None]]:
    """(number, number of the post it answers) of a whole topic: what its branches are grown from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT post.number, parent.number FROM community_post AS post"
            " LEFT JOIN community_post AS parent ON parent.id = post.parent_id AND parent.topic_id = post.topic_id"
            " WHERE post.topic_id = %s AND post.number IS NOT NULL",
            [topic_id],
        )
        return [(number, parent) for number, parent in cursor.fetchall()]


def own_on_page(*, member_id: int, post_ids: Sequence[int], author_ids: Sequence[int], at: datetime) -> Own:
    """What is this reader's own on a page of posts, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"member": member_id, "posts": list(post_ids), "authors": list(author_ids), "at": at})
        reactions, bookmarks, ignored, levels = cursor.fetchone()
    places = _json(levels) or []
    return Own(
        {int(post): kind for post, kind in (_json(reactions) or {}).items()},
        {int(post): bookmark for post, bookmark in (_json(bookmarks) or {}).items()},
        frozenset(ignored),
        {board: level for board, _tag, level in places if board is not None},
        {tag: level for _board, tag, level in places if tag is not None},
    )


def moved_to(*, topic_id: int, number: int, boards: Sequence[int]) -> str | None:
    """The address where the post lives that had this number here before it was moved, if it lies in these boards."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"topic": topic_id, "number": number, "boards": list(boards)})
        row = cursor.fetchone()
    return post_url(*row) if row else None


def readable_url(*, topic_id: int, boards: Sequence[int]) -> str | None:
    """The address of a topic that is not removed, if it lies in one of these boards."""
    found = Topic.objects.filter(pk=topic_id, board_id__in=list(boards), removed_at__isnull=True)
    row = found.values_list("public_id", "slug").first()
    return topic_url(*row) if row else None


def given(*, post_id: int, limit: int = 500) -> list[Given]:
    """Who reacted to a post, in the order in which they did: the first of each kind comes first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, member_id, created_at FROM community_reaction WHERE post_id = %s"
            " ORDER BY created_at, id LIMIT %s",
            [post_id, limit],
        )
        return [Given(*row) for row in cursor.fetchall()]


def reaction_state(*, post_id: int, member_id: int) -> tuple[dict[str, int], dict[str, int], str]:
    """Counts by kind, who gave each kind first, and what this member gave ("": nothing)."""
    row = next(iter(_posts("post.id = %(id)s", id=post_id)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind FROM community_reaction WHERE post_id = %s AND member_id = %s", [post_id, member_id]
        )
        mine = cursor.fetchone()
    return row.counts, row.first_givers, mine[0] if mine else ""


def post_text(*, topic_id: int, number: int) -> tuple[str, int] | None:
    """Text as written and revision of a visible post."""
    row = Post.objects.filter(topic_id=topic_id, number=number, state=Post.State.VISIBLE).values_list("raw", "revision")
    return row.first()


def _posts(condition: str, limit: int | None = None, **wanted: Any) -> list[PostRow]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_POSTS}{condition} ORDER BY post.number LIMIT %(limit)s", {"limit": limit, **wanted})
        rows = cursor.fetchall()
    return [_post(list(row)) for row in rows]


def _post(row: list[Any]) -> PostRow:
    """The columns of `_POSTS` in their order."""
    row[5] = cook.stored(row[5])
    row[6], row[7], row[16] = _json(row[6]) or {}, _json(row[7]) or {}, _json(row[16])
    return PostRow(*row)


def _near(public_id: str, rows: Any) -> list[Near]:
    """Each once, the topic itself not, the first few."""
    found: dict[str, Near] = {}
    for other, slug, title, posts in _json(rows) or ():
        if other != public_id:
            found.setdefault(other, Near(title, topic_url(other, slug), max(posts - 1, 0)))
    return list(found.values())[:_NEAR_MOST]


def _json(value: Any) -> Any:
    """Django's connections hand JSON over as text when a statement is written by hand."""
    return loads(value) if isinstance(value, str) else value
