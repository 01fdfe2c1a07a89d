"""What is a member's own: posts, and what happened since they were here."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from community.access import Rights
from community.addresses import post_url
from community.queries.people.people import excerpt

A_PAGE = 30


@dataclass(frozen=True)
class OwnPost:
    """A post of the member, in one line."""

    title: str
    url: str
    number: int
    excerpt: str
    at: datetime
    reactions: int


@dataclass(frozen=True)
class OwnPage:
    """Posts, newest first; `older` is the cursor of the next page, empty at the end."""

    rows: list[OwnPost]
    older: str = ""


@dataclass(frozen=True)
class Since:
    """What happened since a moment: replies to the member, topics of others; counted up to 501."""

    replies: int = 0
    topics: int = 0


_OWN = """
SELECT post.id, topic.title, topic.public_id, topic.slug, post.number, left(post.text, 400), post.created_at,
    post.like_count
FROM community_post AS post JOIN community_topic AS topic ON topic.id = post.topic_id
WHERE post.author_id = %(me)s AND post.state = 'visible' AND post.kind = 'post' AND topic.removed_at IS NULL
    AND topic.board_id = ANY(%(boards)s) AND (%(before)s::timestamptz IS NULL OR post.created_at <= %(before)s)
    AND (%(before)s::timestamptz IS NULL OR (post.created_at, post.id) < (%(before)s, %(id)s))
ORDER BY post.created_at DESC, post.id DESC LIMIT %(limit)s
"""
# Replies are looked for where they can be: in answers to the member's newest posts, and in their newest topics.
_SINCE = """
SELECT (SELECT count(*) FROM (
    SELECT reply.id FROM (SELECT id FROM community_post WHERE author_id = %(me)s ORDER BY created_at DESC LIMIT 200) AS mine
    JOIN community_post AS reply ON reply.parent_id = mine.id
    JOIN community_topic AS topic ON topic.id = reply.topic_id
    WHERE reply.created_at > %(since)s AND reply.author_id <> %(me)s AND reply.state = 'visible' AND reply.kind = 'post'
        AND topic.removed_at IS NULL AND topic.board_id = ANY(%(boards)s) AND reply.author_id <> ALL(%(ignored)s)
    UNION
    SELECT reply.id FROM (
        SELECT id FROM community_topic WHERE author_id = %(me)s AND removed_at IS NULL AND last_post_at > %(since)s
            AND board_id = ANY(%(boards)s) ORDER BY last_post_at DESC, id DESC LIMIT 50) AS mine
    CROSS JOIN LATERAL (
        SELECT id, author_id, created_at, state, kind FROM community_post WHERE topic_id = mine.id ORDER BY number DESC LIMIT 50
    ) AS reply
    WHERE reply.created_at > %(since)s AND reply.author_id <> %(me)s AND reply.state = 'visible' AND reply.kind = 'post'
        AND reply.author_id <> ALL(%(ignored)s)
    LIMIT 501) AS replies),
(SELECT count(*) FROM (
    SELECT FROM (SELECT * FROM community_topic WHERE removed_at IS NULL AND board_id = ANY(%(boards)s)
        AND last_post_at > %(since)s ORDER BY last_post_at DESC, id DESC LIMIT 1000) AS topic
    WHERE topic.created_at > %(since)s AND topic.author_id <> %(me)s AND topic.author_id <> ALL(%(ignored)s)
        AND topic.board_id <> ALL(%(muted)s) LIMIT 501) AS topics)
"""


def own_posts(*, member_id: int, held: Rights, before: str = "", limit: int = A_PAGE) -> OwnPage:
    """The member's visible posts where they may read now, newest first, by keyset."""
    moment, number = _cursor(before)
    with connection.cursor() as cursor:
        cursor.execute(
            _OWN, {"me": member_id, "boards": held.browsable, "before": moment, "id": number, "limit": limit + 1}
        )
        found = cursor.fetchall()
    rows = [
        OwnPost(title, post_url(public_id, slug, place or 1), place or 1, excerpt(text), at, likes)
        for _id, title, public_id, slug, place, text, at, likes in found[:limit]
    ]
    last = found[limit - 1] if len(found) > limit else None
    return OwnPage(rows, f"{last[6].isoformat()}~{last[4]}~{last[2]}" if last else "")


def since(*, member_id: int, since: datetime, held: Rights, ignored: list[int], muted: list[int]) -> Since:
    """What happened since then, in one statement that looks only where something can be."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SINCE,
            {"me": member_id, "since": since, "boards": held.browsable, "ignored": ignored, "muted": muted},
        )
        return Since(*cursor.fetchone())


def _cursor(text: str) -> tuple[datetime | None, int]:
    """`moment~number~topic` as (moment, post id): the row itself says its id."""
    moment, _, rest = text.partition("~")
    number, _, public_id = rest.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None, 0
    if at.tzinfo is None or not (number.isascii() and number.isdigit() and len(number) < 10 and public_id.isalnum()):
        return None, 0
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT post.id FROM community_post AS post JOIN community_topic AS topic ON topic.id = post.topic_id
            WHERE topic.public_id = %s AND post.number = %s""",
            [public_id, int(number)],
        )
        row = cursor.fetchone()
    return at, row[0] if row else 0
