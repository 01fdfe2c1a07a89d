"""How a post gets into its topic: one statement each, all of them under the topic's row lock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.html import escape

from community.cook import VERSION, Cooked
from community.events import PostPublished
from community.models import Topic
from community.problems import FormReused
from community.rules.composer import reply_key

JOINED_WITHIN = timedelta(minutes=20)
"""An own reply right after an own reply becomes a part of it for so long."""

# What the writer's form made before, when it was sent before: a post, or a part of the post before it.
_BEFORE = """
    SELECT id, number, topic_id, raw, revision = 1 AND state = 'visible' AS untouched FROM community_post
    WHERE author_id = %(by)s AND client_id = %(client)s
    UNION ALL
    SELECT post.id, post.number, post.topic_id, NULL, false
    FROM community_postrevision AS joined JOIN community_post AS post ON post.id = joined.post_id
    WHERE joined.by_id = %(by)s AND joined.client_id = %(client)s
"""

# The caller holds the topic's row lock, so the number is nobody else's, and this statement's snapshot is younger than
# the lock: it sees what the same form made a moment ago. Nothing is written when the form was sent before, when the
# writer must wait (slow mode), or when the text belongs to the writer's own reply just before. Else: the counters, the
# post under its number, the author's read pointer, and their draft is gone. The parent is a visible post of the same
# topic or nothing.
_WRITE = f"""
WITH before AS ({_BEFORE}), early AS (
    SELECT max(created_at) AS at FROM community_post
    WHERE %(slow)s > 0 AND author_id = %(by)s AND topic_id = %(topic)s AND kind = 'post'
    AND created_at > %(at)s - %(slow)s * interval '1 second' AND created_at <= %(at)s
), last AS (
    SELECT id, raw, revision FROM community_post AS post
    WHERE %(join)s AND topic_id = %(topic)s AND number = %(highest)s AND number > 1 AND author_id = %(by)s
    AND kind = 'post' AND state = 'visible' AND like_count = 0 AND NOT has_poll AND NOT wiki
    AND created_at > %(at)s - %(within)s AND created_at <= %(at)s
    AND (%(parent)s IS NULL OR number = %(parent)s
         OR parent_id = (SELECT id FROM community_post WHERE topic_id = %(topic)s AND number = %(parent)s))
    AND NOT EXISTS (SELECT FROM community_postrevision AS other WHERE other.post_id = post.id AND other.by_id <> %(by)s)
    AND NOT EXISTS (SELECT FROM community_reviewitem AS item WHERE item.kind = 'post' AND item.target = post.id)
    AND char_length(raw) + 2 + char_length(%(raw)s) <= %(longest)s
), topic AS (
    UPDATE community_topic
    SET highest_number = highest_number + 1, visible_posts = visible_posts + 1, last_seq = last_seq + 1,
        last_post_by_id = CASE WHEN visible_posts = 0 OR last_post_at <= %(at)s THEN %(by)s ELSE last_post_by_id END,
        last_post_at = greatest(last_post_at, %(at)s), touched_at = clock_timestamp(),
        participants = CASE WHEN %(by)s = ANY(participants) OR cardinality(participants) >= 5
                            THEN participants ELSE array_append(participants, %(by)s::bigint) END
    WHERE id = %(topic)s AND NOT EXISTS (SELECT FROM before) AND NOT EXISTS (SELECT FROM last)
    AND (SELECT at FROM early) IS NULL
    RETURNING id, highest_number, last_seq
), post AS (
    INSERT INTO community_post (topic_id, number, author_id, parent_id, kind, state, raw, cooked, cook_version, text,
        mentions, links, revision, like_count, has_poll, client_id, changed_seq, created_at)
    SELECT topic.id, topic.highest_number, %(by)s,
        (SELECT id FROM community_post WHERE topic_id = %(topic)s AND number = %(parent)s AND state = 'visible'),
        'post', 'visible', %(raw)s, %(cooked)s, %(version)s, %(text)s, %(mentions)s::bigint[], %(links)s::text[], 1, 0,
        %(poll)s, %(client)s, topic.last_seq, %(at)s
    FROM topic
    ON CONFLICT (author_id, client_id) DO NOTHING
    RETURNING id, number
), pointer AS (
    INSERT INTO community_topicread AS held (member_id, topic_id, last_read_number, visited_at)
    SELECT %(by)s, topic.id, topic.highest_number, %(at)s FROM topic
    ON CONFLICT (member_id, topic_id) DO UPDATE
    SET last_read_number = greatest(held.last_read_number, excluded.last_read_number), visited_at = excluded.visited_at
), draft AS (
    DELETE FROM community_draft WHERE member_id = %(by)s AND key = %(draft)s AND EXISTS (SELECT FROM post)
)
SELECT 'written', id, number, NULL::bigint, NULL::text, NULL::boolean, NULL::integer, NULL::timestamptz FROM post
UNION ALL SELECT 'before', id, number, topic_id, raw, untouched, NULL, NULL FROM before
UNION ALL SELECT 'early', NULL, NULL, NULL, NULL, NULL, NULL, at FROM early WHERE at IS NOT NULL
UNION ALL SELECT 'last', id, %(highest)s, NULL, raw, NULL, revision, NULL FROM last
"""

# A text that waits for a moderator has no number yet, so nobody has read past it when it appears.
_HOLD = """
WITH draft AS (
    DELETE FROM community_draft WHERE member_id = %(by)s
    AND key = 'reply:' || (SELECT public_id FROM community_topic WHERE id = %(topic)s)
)
INSERT INTO community_post (topic_id, number, author_id, parent_id, kind, state, raw, cooked, cook_version, text,
    mentions, links, revision, like_count, has_poll, client_id, changed_seq, created_at)
VALUES (%(topic)s, NULL, %(by)s,
    (SELECT id FROM community_post WHERE topic_id = %(topic)s AND number = %(parent)s AND state = 'visible'),
    'post', 'awaiting_review', %(raw)s, %(cooked)s, %(version)s, %(text)s, %(mentions)s::bigint[], %(links)s::text[],
    1, 0, %(poll)s, %(client)s, 0, %(at)s)
ON CONFLICT (author_id, client_id) DO NOTHING
RETURNING id
"""

# It appears now, for every reader and every list by time; a topic that waited with it appears too.
_APPROVE = """
WITH topic AS (
    UPDATE community_topic
    SET highest_number = highest_number + 1, visible_posts = visible_posts + 1, last_seq = last_seq + 1,
        last_post_by_id = CASE WHEN visible_posts = 0 OR last_post_at <= %(at)s THEN %(author)s ELSE last_post_by_id END,
        last_post_at = greatest(last_post_at, %(at)s), touched_at = clock_timestamp(),
        participants = CASE WHEN %(author)s = ANY(participants) OR cardinality(participants) >= 5
                            THEN participants ELSE array_append(participants, %(author)s::bigint) END,
        created_at = CASE WHEN awaiting THEN %(at)s ELSE created_at END,
        removed_at = CASE WHEN awaiting THEN NULL ELSE removed_at END,
        removed_by_id = CASE WHEN awaiting THEN NULL ELSE removed_by_id END, awaiting = false
    WHERE id = %(topic)s
    RETURNING id, highest_number, last_seq
), pointer AS (
    INSERT INTO community_topicread AS held (member_id, topic_id, last_read_number, visited_at)
    SELECT %(author)s, topic.id, topic.highest_number, %(at)s FROM topic WHERE topic.highest_number = 1
    ON CONFLICT (member_id, topic_id) DO NOTHING
)
UPDATE community_post AS post
SET number = topic.highest_number, state = 'visible', changed_seq = topic.last_seq, created_at = %(at)s,
    removed_at = NULL, removed_by_id = NULL
FROM topic WHERE post.id = %(post)s
RETURNING post.number
"""

_JOIN = """
WITH kept AS (
    INSERT INTO community_postrevision (post_id, revision, raw, title, reason, by_id, at, client_id)
    SELECT id, revision, raw, '', '', %(by)s, %(at)s, %(client)s FROM community_post WHERE id = %(post)s
), topic AS (
    UPDATE community_topic SET last_seq = last_seq + 1 WHERE id = %(topic)s RETURNING last_seq
), draft AS (
    DELETE FROM community_draft WHERE member_id = %(by)s
    AND key = 'reply:' || (SELECT public_id FROM community_topic WHERE id = %(topic)s)
)
UPDATE community_post
SET raw = %(raw)s, cooked = %(cooked)s, text = %(text)s, mentions = %(mentions)s::bigint[], links = %(links)s::text[],
    cook_version = %(version)s, revision = revision + 1, edited_at = CASE WHEN %(quiet)s THEN edited_at ELSE %(at)s END,
    changed_seq = (SELECT last_seq FROM topic)
WHERE id = %(post)s
"""

# A note of the system has a number, so it stands where it happened; it is no reply and brings no topic up.
_LINE = """
WITH topic AS (
    UPDATE community_topic SET highest_number = highest_number + 1, last_seq = last_seq + 1
    WHERE id = %(topic)s RETURNING id, highest_number, last_seq
)
INSERT INTO community_post (topic_id, number, author_id, kind, state, raw, cooked, cook_version, text, mentions, links,
    revision, like_count, changed_seq, created_at, line)
SELECT topic.id, topic.highest_number, %(by)s, 'line', 'visible', %(raw)s, %(cooked)s, %(version)s, '', '{}', '{}', 1, 0,
    topic.last_seq, %(at)s, %(line)s
FROM topic RETURNING number
"""

# What the topic's row says of its posts, counted anew: for acts after which adding one would not be true.
_RECOUNT = """
UPDATE community_topic AS topic
SET visible_posts = (SELECT count(*) FROM community_post WHERE topic_id = topic.id AND kind = 'post' AND state = 'visible'),
    participants = coalesce((
        SELECT array_agg(author_id ORDER BY first) FROM (
            SELECT author_id, min(number) AS first FROM community_post
            WHERE topic_id = topic.id AND kind = 'post' AND state = 'visible'
            GROUP BY author_id ORDER BY first LIMIT 5) AS people), '{}'),
    last_post_at = coalesce(last.created_at, topic.last_post_at),
    last_post_by_id = coalesce(last.author_id, topic.last_post_by_id),
    last_seq = topic.last_seq + 1, touched_at = clock_timestamp()
FROM (SELECT 1) AS one LEFT JOIN LATERAL (
    SELECT created_at, author_id FROM community_post
    WHERE topic_id = %(topic)s AND kind = 'post' AND state = 'visible'
    ORDER BY created_at DESC, number DESC LIMIT 1) AS last ON true
WHERE topic.id = %(topic)s
RETURNING topic.last_seq
"""


@dataclass(frozen=True)
class Written:
    """Where a post is. `repeated`: the same form was sent before, and this is what it made then. `joined`: the text is
    now a part of the writer's own reply of a moment ago. `held`: it waits for a moderator and has no number yet (0)."""

    post_id: int
    topic_id: int
    board_id: int
    number: int
    repeated: bool = False
    joined: bool = False
    held: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the writing statement did or found: "written", "before", "early" or "last"."""

    what: str
    post_id: int = 0
    number: int = 0
    topic_id: int | None = None
    raw: str | None = None
    untouched: bool | None = None
    revision: int | None = None
    at: datetime | None = None


def lock_topic(topic_id: int) -> Topic:
    """The topic, with its board, under its row lock: all changes of one topic happen one after the other.

    The lock leaves the key alone, so those who only point at the topic (a reader's pointer) do not wait for it.
    """
    return Topic.objects.select_for_update(no_key=True, of=("self",)).select_related("board").get(pk=topic_id)


def lock_topics(*topic_ids: int) -> list[Topic]:
    """Several topics, locked in the order of their ids, so that two acts never wait for each other in a circle."""
    locked = {topic_id: lock_topic(topic_id) for topic_id in sorted(set(topic_ids))}
    return [locked[topic_id] for topic_id in topic_ids]


def write(
    topic: Topic,
    raw: str,
    cooked: Cooked,
    *,
    by: int,
    at: datetime,
    parent: int | None = None,
    client_id: str | None = None,
    slow: int = 0,
    join: bool = False,
    poll: bool = False,
    longest: int = 0,
) -> Outcome:
    """Number, post, counters and read pointer in one statement; the caller holds the topic's lock. Raises FormReused."""
    values = _text(raw, cooked) | {
        "topic": topic.pk, "by": by, "at": at, "parent": parent, "client": client_id, "highest": topic.highest_number,
        "slow": slow, "join": join, "within": JOINED_WITHIN, "longest": longest, "poll": poll,
        "draft": reply_key(topic.public_id),
    }  # fmt: skip
    rows = [Outcome(*row) for row in _all(_WRITE, values)]
    for what in ("before", "written", "early", "last"):
        for row in rows:
            if row.what == what:
                return row
    raise FormReused


def hold(
    topic_id: int,
    raw: str,
    cooked: Cooked,
    *,
    by: int,
    at: datetime,
    parent: int | None,
    client_id: str | None,
    poll: bool = False,
) -> int:
    """A post without a number, for a moderator to look at; its id. Raises FormReused."""
    values = _text(raw, cooked) | {
        "topic": topic_id, "by": by, "at": at, "parent": parent, "client": client_id, "poll": poll,
    }  # fmt: skip
    rows = _all(_HOLD, values)
    if not rows:
        raise FormReused
    return int(rows[0][0])


def sent_before(*, by: int, client_id: str | None) -> Outcome | None:
    """What this form made before, if it was sent before."""
    if not client_id:
        return None
    rows = _all(_BEFORE, {"by": by, "client": client_id})
    return Outcome("before", *rows[0]) if rows else None


def give_number(*, post_id: int, topic_id: int, author_id: int, at: datetime) -> int:
    """Publish a held post under the topic's next number; the caller holds the lock."""
    return int(_all(_APPROVE, {"post": post_id, "topic": topic_id, "author": author_id, "at": at})[0][0])


def join_to(
    *, post_id: int, topic_id: int, raw: str, cooked: Cooked, by: int, at: datetime, client_id: str | None, quiet: bool
) -> None:
    """Replace the text of the writer's own reply, keeping the one before under the key of the form that did it."""
    values = _text(raw, cooked) | {
        "post": post_id, "topic": topic_id, "by": by, "at": at, "client": client_id, "quiet": quiet,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, values)


def write_line(topic_id: int, code: str, *, by: int, at: datetime, reason: str = "", **data: int | str) -> int:
    """Note in the topic that something happened to it; its number. `data` are ids, numbers and codes, never titles."""
    line = json.dumps({"code": code, **data})
    values = {
        "topic": topic_id,
        "by": by,
        "at": at,
        "raw": reason,
        "cooked": str(escape(reason)),
        "line": line,
        "version": VERSION,
    }
    return int(_all(_LINE, values)[0][0])


def recount(topic_id: int) -> int:
    """Make the topic's row true again, whatever happened to its posts; its new seq. The caller holds the lock."""
    return int(_all(_RECOUNT, {"topic": topic_id})[0][0])


def published(*, written: Written, author_id: int, at: datetime, trust: int) -> PostPublished:
    return PostPublished(
        post_id=written.post_id, topic_id=written.topic_id, board_id=written.board_id, author_id=author_id,
        number=written.number, trust=trust, at=at,
    )  # fmt: skip


def _text(raw: str, cooked: Cooked) -> dict[str, Any]:
    return {
        "raw": raw, "cooked": cooked.html, "text": cooked.text, "version": cooked.version,
        "mentions": cooked.mentions, "links": cooked.links,
    }  # fmt: skip


def _all(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
