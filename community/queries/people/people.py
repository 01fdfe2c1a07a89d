"""What other apps may know of the talk: who said what, who answered whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max, QuerySet, Sum

from community.access import Rights, rights
from community.addresses import post_url
from community.models import Post, Topic
from community.queries.forum.topics import newest_topics
from members.access import Viewer, member_by_id
from members.queries import MemberCard, member_cards

EXCERPT = 160

# Begins with what is the member's own, so that it costs as much in a large forum as in a small one.
_ANSWERS = """
WITH answer AS (
    SELECT post.id FROM (
        SELECT id FROM community_post WHERE author_id = %(me)s ORDER BY created_at DESC LIMIT 200
    ) AS mine JOIN community_post AS post ON post.parent_id = mine.id
    WHERE post.created_at >= %(since)s
    UNION
    SELECT post.id FROM (
        SELECT id, highest_number, last_post_at FROM community_topic WHERE author_id = %(me)s ORDER BY id DESC LIMIT 200
    ) AS mine CROSS JOIN LATERAL (
        SELECT id, created_at FROM community_post
        WHERE topic_id = mine.id AND number > mine.highest_number - 100 ORDER BY number DESC LIMIT 100
    ) AS post
    WHERE mine.last_post_at >= %(since)s AND post.created_at >= %(since)s
)
SELECT post.author_id, topic.title, topic.public_id, topic.slug, post.number, post.text, post.created_at, parent.author_id
FROM answer
JOIN community_post AS post USING (id)
JOIN community_topic AS topic ON topic.id = post.topic_id
LEFT JOIN community_post AS parent ON parent.id = post.parent_id
WHERE post.author_id <> %(me)s AND post.number > 1 AND post.kind = 'post' AND post.state = 'visible'
    AND topic.removed_at IS NULL AND topic.board_id = ANY(%(boards)s)
    AND (topic.author_id = %(me)s OR parent.author_id = %(me)s)
ORDER BY post.created_at DESC, post.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class TopicCard:
    """A topic for a page of another app."""

    public_id: str
    title: str
    url: str
    kind: str
    solved: bool
    board_name: str
    board_colour: str
    author: MemberCard | None
    last_by: MemberCard | None
    last_post_at: datetime
    replies: int
    unread: int


@dataclass(frozen=True)
class PostSummary:
    """A post in one line. Without the right to read it, title, excerpt and url are empty; ids are always there."""

    post_id: int
    topic_id: int
    board_id: int
    author_id: int
    number: int
    at: datetime
    visible: bool
    title: str
    excerpt: str
    url: str


@dataclass(frozen=True)
class AuthorScore:
    """What a member gave in a span of time."""

    member_id: int
    posts: int
    likes: int


@dataclass(frozen=True)
class Talk:
    """How much a member wrote, and when last."""

    posts: int
    last_at: datetime


@dataclass(frozen=True)
class ReplyFact:
    """Somebody wrote to a member: `direct` in answer to a post of theirs, else in a topic they started."""

    by: MemberCard
    title: str
    url: str
    excerpt: str
    at: datetime
    direct: bool


def latest_topics(*, viewer_id: int | None, limit: int, viewer: Viewer = None) -> list[TopicCard]:
    """The topics with the latest posts that this member (or a guest) may read; `viewer`: the same, when at hand."""
    held = _rights(viewer_id, viewer)
    rows = newest_topics(boards=held.browsable, member_id=viewer_id, limit=limit)
    people = member_cards(member_ids={row.author_id for row in rows} | {row.last_post_by_id for row in rows})
    return [
        TopicCard(
            public_id=row.public_id,
            title=row.title,
            url=row.url,
            kind=row.kind,
            solved=row.accepted_post_id is not None,
            board_name=held.boards[row.board_id].name,
            board_colour=held.boards[row.board_id].colour,
            author=people.get(row.author_id),
            last_by=people.get(row.last_post_by_id),
            last_post_at=row.last_post_at,
            replies=row.replies,
            unread=row.unread,
        )
        for row in rows
    ]


def top_authors(*, since: datetime, limit: int) -> list[AuthorScore]:
    """Members whose posts since then were liked most, in boards that everybody may read; then who wrote most."""
    rows = (
        _shown(rights(None))
        .filter(created_at__gte=since)
        .values("author_id")
        .annotate(posts=Count("id"), likes=Sum("like_count"))
        .order_by("-likes", "-posts", "author_id")[:limit]
    )
    return [AuthorScore(member_id=row["author_id"], posts=row["posts"], likes=row["likes"]) for row in rows]


def post_summary(*, post_id: int, viewer_id: int | None = None) -> PostSummary | None:
    """The post as this member (None: a guest) may know it; None when there is no such post."""
    return next(iter(_summaries(Post.objects.filter(pk=post_id), _rights(viewer_id))), None)


def posts_since(*, member_id: int, since: datetime, viewer_id: int | None = None, limit: int = 20) -> list[PostSummary]:
    """The member's visible posts since then, newest first, of boards this viewer (None: a guest) may read."""
    held = _rights(viewer_id)
    posts = _shown(held).filter(author_id=member_id, created_at__gte=since).order_by("-created_at", "-id")
    return _summaries(posts[:limit], held)


def talk_of(*, member_ids: Iterable[int], since: datetime) -> dict[int, Talk]:
    """How much each of these members wrote since then, wherever it was; the silent ones are missing."""
    rows = (
        Post.objects.filter(
            author_id__in=list(member_ids), created_at__gte=since, state=Post.State.VISIBLE, kind=Post.Kind.POST
        )
        .values_list("author_id")
        .annotate(Count("id"), Max("created_at"))
    )
    return {author: Talk(posts=posts, last_at=last) for author, posts, last in rows}


def replies_to_member_since(*, member_id: int, since: datetime, limit: int, viewer: Viewer = None) -> list[ReplyFact]:
    """Who answered this member since then, newest first: only visible posts of boards the member may read today.

    Looked at are answers to their newest 200 posts, and the newest hundred posts of each of their newest 200 topics.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERS,
            {"me": member_id, "since": since, "boards": _rights(member_id, viewer).browsable, "limit": limit},
        )
        rows = cursor.fetchall()
    people = member_cards(member_ids={row[0] for row in rows})
    return [
        ReplyFact(
            by=people[author],
            title=title,
            url=post_url(public_id, slug, number or 1),
            excerpt=excerpt(text),
            at=at,
            direct=parent_author == member_id,
        )
        for author, title, public_id, slug, number, text, at, parent_author in rows
        if author in people
    ]


@dataclass(frozen=True)
class Voice:
    """Something that was said and liked, in boards that everybody may read."""

    by: MemberCard
    title: str
    url: str
    excerpt: str
    at: datetime


def liked_most(*, since: datetime, limit: int) -> list[Voice]:
    """What guests may read and members liked most since then, one word of each person, the most liked first."""
    rows = (
        _shown(rights(None))
        .filter(created_at__gte=since, like_count__gt=0, number__gt=1)
        .order_by("-like_count", "-created_at", "-id")
        .values_list("author_id", "topic__title", "topic__public_id", "topic__slug", "number", "text", "created_at")
    )
    first: dict[int, tuple[Any, ...]] = {}
    for row in rows[: limit * 4]:
        first.setdefault(row[0], row)
    people = member_cards(member_ids=list(first))
    voices = [
        Voice(people[author], title, post_url(public_id, slug, number or 1), excerpt(text), at)
        for author, title, public_id, slug, number, text, at in first.values()
        if author in people
    ]
    return voices[:limit]


def topics_started_since(*, since: datetime, viewer: Viewer) -> int:
    """How many topics others started since then where this viewer may read."""
    held = rights(viewer)
    fresh = Topic.objects.filter(board_id__in=held.browsable, removed_at__isnull=True, created_at__gte=since)
    return fresh.exclude(author_id=getattr(viewer, "pk", None)).count()


def excerpt(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


def _rights(member_id: int | None, viewer: Viewer = None) -> Rights:
    if viewer is not None and viewer.pk == member_id:
        return rights(viewer)
    return rights(member_by_id(member_id) if member_id is not None else None)


def _shown(held: Rights) -> QuerySet[Post]:
    return Post.objects.filter(
        state=Post.State.VISIBLE,
        kind=Post.Kind.POST,
        topic__removed_at__isnull=True,
        topic__board_id__in=held.browsable,
    )


def _summaries(posts: QuerySet[Post], held: Rights) -> list[PostSummary]:
    rows = posts.values_list(
        "id", "topic_id", "topic__board_id", "author_id", "number", "created_at", "state", "topic__removed_at",
        "topic__title", "text", "topic__public_id", "topic__slug",
    )  # fmt: skip
    found = []
    for id, topic, board, author, number, at, state, removed, title, text, public_id, slug in rows:
        visible = state == Post.State.VISIBLE and removed is None
        readable = visible and held.may("browse", board)
        found.append(
            PostSummary(
                post_id=id,
                topic_id=topic,
                board_id=board,
                author_id=author,
                number=number or 0,
                at=at,
                visible=visible,
                title=title if readable else "",
                excerpt=excerpt(text) if readable else "",
                url=post_url(public_id, slug, number or 1) if readable else "",
            )
        )
    return found


def any_topics() -> bool:
    """Whether anybody has ever started a topic here."""
    return Topic.objects.exists()
