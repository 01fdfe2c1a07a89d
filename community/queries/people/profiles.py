"""What the pages about a member show of the talk: only what this viewer may read, asked inside the statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from community.access import Rights
from community.addresses import post_url, topic_url
from community.models import Post
from community.queries.people.people import excerpt
from community.rules import reading as rules
from members.queries import MemberCard, member_cards

A_PAGE = 20
GIVERS = 5

_READABLE = """topic.removed_at IS NULL AND topic.board_id = ANY(%(boards)s)"""
_SAID = f"""post.author_id = %(member)s AND post.state = 'visible' AND post.kind = 'post' AND {_READABLE}"""
_TALK = "community_post AS post JOIN community_topic AS topic ON topic.id = post.topic_id"

# Counts stop at 501: nobody needs to know more, and no page waits for a diligent writer.
_HEAD = f"""
SELECT
    (SELECT count(*) FROM (SELECT FROM community_topic AS topic WHERE topic.author_id = %(member)s AND {_READABLE}
        LIMIT {rules.COUNT_TO + 1}) AS one),
    (SELECT count(*) FROM (SELECT FROM {_TALK} WHERE {_SAID} AND post.number > 1 LIMIT {rules.COUNT_TO + 1}) AS one),
    (SELECT coalesce(sum(one.like_count), 0) FROM (SELECT post.like_count FROM {_TALK}
        WHERE {_SAID} AND post.like_count > 0 LIMIT {rules.COUNT_TO + 1}) AS one),
    (SELECT count(*) FROM community_badgeaward WHERE member_id = %(member)s),
    (SELECT level FROM community_personlevel WHERE member_id = %(viewer)s AND person_id = %(member)s
        AND (until IS NULL OR until > %(at)s))
"""

_LINE = """post.id, topic.title, topic.public_id, topic.slug, post.number,
    CASE WHEN post.state = 'visible' THEN left(post.text, 400) ELSE '' END, post.created_at,
    post.like_count, topic.board_id, post.reaction_counts, topic.accepted_post_id = post.id, topic.visible_posts,
    topic.accepted_post_id IS NOT NULL, topic.kind"""

# The best liked are looked for among the newest two thousand posts.
_KNOWN_FOR = f"""
(SELECT 'topic', {_LINE} FROM community_topic AS topic
    JOIN community_post AS post ON post.topic_id = topic.id AND post.number = 1
    WHERE topic.author_id = %(member)s AND {_READABLE} ORDER BY topic.id DESC LIMIT 5)
UNION ALL
(SELECT 'liked', {_LINE} FROM (SELECT * FROM community_post WHERE author_id = %(member)s ORDER BY created_at DESC
        LIMIT 2000) AS post JOIN community_topic AS topic ON topic.id = post.topic_id
    WHERE {_SAID} AND post.number > 1 AND post.like_count > 0
    ORDER BY post.like_count DESC, post.id DESC LIMIT 5)
UNION ALL
(SELECT 'solved', {_LINE} FROM {_TALK} WHERE {_SAID} AND topic.accepted_post_id = post.id
        AND topic.author_id <> post.author_id
    ORDER BY post.created_at DESC LIMIT 5)
UNION ALL
(SELECT 'reply', {_LINE} FROM {_TALK} WHERE {_SAID} AND post.number > 1
    ORDER BY post.created_at DESC, post.id DESC LIMIT 3)
"""

_TOPICS = f"""
SELECT {_LINE}, topic.id FROM community_topic AS topic
JOIN community_post AS post ON post.topic_id = topic.id AND post.number = 1
WHERE topic.author_id = %(member)s AND {_READABLE} AND (%(id)s = 0 OR topic.id < %(id)s)
ORDER BY topic.id DESC LIMIT %(limit)s
"""
_POSTS = f"""
SELECT {_LINE}, post.id FROM {_TALK}
WHERE {_SAID} AND (%(before)s::timestamptz IS NULL OR (post.created_at, post.id) < (%(before)s, %(id)s))
    AND {{which}}
ORDER BY post.created_at DESC, post.id DESC LIMIT %(limit)s
"""
_GIVERS = f"""
SELECT post.id, ARRAY(SELECT member_id FROM community_reaction WHERE post_id = post.id ORDER BY id LIMIT {GIVERS})
FROM unnest(%(posts)s::bigint[]) AS post(id)
"""
_FOLLOWED = f"""
SELECT {_LINE}, post.id, post.author_id FROM unnest(%(people)s::bigint[]) AS person(id)
CROSS JOIN LATERAL (
    SELECT * FROM community_post WHERE author_id = person.id AND state = 'visible' AND kind = 'post'
        AND (%(before)s::timestamptz IS NULL OR (created_at, id) < (%(before)s, %(id)s))
    ORDER BY created_at DESC LIMIT 100) AS post
JOIN community_topic AS topic ON topic.id = post.topic_id
WHERE {_READABLE} ORDER BY post.created_at DESC, post.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Head:
    """What the head of the pages needs: counts (up to 501) and the viewer's own level for this person."""

    topics: int
    replies: int
    reactions: int
    badges: int
    level: int | None


@dataclass(frozen=True)
class Line:
    """A post or topic in one line."""

    id: int
    title: str
    url: str
    number: int
    excerpt: str
    at: datetime
    likes: int
    board: str
    colour: str
    counts: Mapping[str, int]
    answer: bool
    replies: int
    solved: bool
    kind: str
    by: MemberCard | None = None
    givers: tuple[MemberCard, ...] = ()


@dataclass(frozen=True)
class LinePage:
    """Lines, newest first; `older` is the cursor of the next page, empty at the end."""

    rows: list[Line]
    older: str = ""


@dataclass(frozen=True)
class KnownFor:
    """What a member is known for, as far as this viewer may read."""

    topics: list[Line] = field(default_factory=list)
    liked: list[Line] = field(default_factory=list)
    solved: list[Line] = field(default_factory=list)
    lately: list[Line] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.topics or self.liked or self.solved or self.lately)


def head(*, member_id: int, viewer_id: int | None, held: Rights, at: datetime) -> Head:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, {"member": member_id, "viewer": viewer_id, "boards": held.browsable, "at": at})
        return Head(*cursor.fetchone())


def known_for(*, member_id: int, held: Rights) -> KnownFor:
    """One statement."""
    found: dict[str, list[Line]] = {"topic": [], "liked": [], "solved": [], "reply": []}
    for what, *row in _rows(_KNOWN_FOR, {"member": member_id, "boards": held.browsable}):
        found[what].append(_line(row, held))
    return KnownFor(found["topic"], found["liked"], found["solved"], found["reply"])


def topics_of(*, member_id: int, held: Rights, before: str = "") -> LinePage:
    """Topics that the member started, newest first."""
    at_id = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0
    rows = _rows(_TOPICS, {"member": member_id, "boards": held.browsable, "id": at_id, "limit": A_PAGE + 1})
    return LinePage(
        [_line(row, held) for row in rows[:A_PAGE]], str(rows[A_PAGE - 1][-1]) if len(rows) > A_PAGE else ""
    )


def replies_of(*, member_id: int, held: Rights, before: str = "") -> LinePage:
    """What the member wrote in answer to others, and in their own topics after the beginning; newest first."""
    return _posts(member_id, held, before, "post.number > 1")


def reacted_of(*, member_id: int, held: Rights, before: str = "") -> LinePage:
    """Posts of the member that somebody liked, newest first, with those who did so first: two statements and the cards."""
    page = _posts(member_id, held, before, "post.like_count > 0")
    givers = dict(_rows(_GIVERS, {"posts": [row.id for row in page.rows]})) if page.rows else {}
    cards = member_cards(member_ids={one for some in givers.values() for one in some}) if givers else {}
    rows = [
        Line(**{**row.__dict__, "givers": tuple(cards[one] for one in givers.get(row.id, ()) if one in cards)})
        for row in page.rows
    ]
    return LinePage(rows, page.older)


def of_people(*, people: list[int], held: Rights, before: str = "") -> LinePage:
    """What these people wrote, newest first, where the viewer may read it."""
    at, at_id = _cursor(before)
    rows = _rows(
        _FOLLOWED, {"people": people, "boards": held.browsable, "before": at, "id": at_id, "limit": A_PAGE + 1}
    )
    cards = member_cards(member_ids={row[-1] for row in rows})
    lines = [_line(row[:-2], held, by=cards.get(row[-1])) for row in rows[:A_PAGE]]
    return LinePage(lines, _older(rows))


def wrote_anything(*, member_id: int) -> bool:
    """Whether anything by this member stands in the forum."""
    return Post.objects.filter(author_id=member_id, state=Post.State.VISIBLE, topic__removed_at__isnull=True).exists()


def _posts(member_id: int, held: Rights, before: str, which: str) -> LinePage:
    at, at_id = _cursor(before)
    values = {"member": member_id, "boards": held.browsable, "before": at, "id": at_id, "limit": A_PAGE + 1}
    rows = _rows(_POSTS.format(which=which), values)
    return LinePage([_line(row[:-1], held) for row in rows[:A_PAGE]], _older(rows))


def _older(rows: list[tuple[Any, ...]]) -> str:
    return f"{rows[A_PAGE - 1][6].isoformat()}_{rows[A_PAGE - 1][0]}" if len(rows) > A_PAGE else ""


def _cursor(text: str) -> tuple[datetime | None, int]:
    """The place in a list that a link names; nonsense is its beginning."""
    when, _between, number = text.rpartition("_")
    try:
        at = datetime.fromisoformat(when.replace(" ", "+"))
        if (
            at.tzinfo is None
            or not 1990 < at.year < 3000
            or not (number.isascii() and number.isdigit() and len(number) < 18)
        ):
            return None, 0
        return at, int(number)
    except (ValueError, OverflowError):
        return None, 0


def _line(row: Any, held: Rights, by: MemberCard | None = None) -> Line:
    (
        id, title, public_id, slug, number, text, at, likes, board_id, counts, answer, visible, solved, kind,
    ) = row[:14]  # fmt: skip
    board = held.boards[board_id]
    return Line(
        id=id,
        title=title,
        url=post_url(public_id, slug, number) if number > 1 else topic_url(public_id, slug),
        number=number,
        excerpt=excerpt(text),
        at=at,
        likes=likes,
        board=board.name,
        colour=board.colour,
        counts=_counts(counts),
        answer=bool(answer),
        replies=max(visible - 1, 0),
        solved=solved,
        kind=kind,
        by=by,
    )


def _counts(value: Any) -> Mapping[str, int]:
    """JSON as the driver gives it."""
    from json import loads

    counts: Mapping[str, int] = loads(value) if isinstance(value, str) else value
    return counts


def _rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
