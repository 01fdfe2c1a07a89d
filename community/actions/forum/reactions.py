"""Reacting to a post, with another kind later, and taking it back."""

from datetime import datetime
from typing import Any

from django.db import connection

from community.events import ReactionAdded, ReactionRemoved
from community.models import Reaction
from community.problems import Gone, OwnPost
from outbox.publish import publish
from outbox.require import require_transaction

# Topic before post, like every act in a topic. Whoever waited here sees, in the next statement, what the others wrote.
_LOCK = """
SELECT post.author_id, post.topic_id FROM community_post AS post JOIN community_topic AS topic ON topic.id = post.topic_id
WHERE post.id = %(post)s
FOR NO KEY UPDATE OF topic
"""

# The row, the counts by kind (kinds without any are left out), their sum, and the topic's version: one statement.
_REACT = """
WITH before AS (
    SELECT kind FROM community_reaction WHERE post_id = %(post)s AND member_id = %(by)s
), given AS (
    INSERT INTO community_reaction AS held (post_id, member_id, kind, created_at)
    SELECT id, %(by)s, %(kind)s, %(at)s FROM community_post WHERE id = %(post)s AND state = 'visible'
    ON CONFLICT (post_id, member_id) DO UPDATE SET kind = excluded.kind, created_at = excluded.created_at
    WHERE held.kind <> excluded.kind
    RETURNING post_id
), topic AS (
    UPDATE community_topic SET last_seq = last_seq + 1 WHERE id = %(topic)s AND EXISTS (SELECT FROM given)
    RETURNING last_seq
), counted AS (
    UPDATE community_post SET
        like_count = like_count + CASE WHEN EXISTS (SELECT FROM before) THEN 0 ELSE 1 END,
        changed_seq = topic.last_seq,
        reaction_counts = jsonb_strip_nulls(
            reaction_counts
            || jsonb_build_object(%(kind)s::text, coalesce((reaction_counts ->> %(kind)s::text)::int, 0) + 1)
            || coalesce((SELECT jsonb_build_object(kind, nullif((reaction_counts ->> kind)::int - 1, 0)) FROM before),
                        '{}'))
    FROM given, topic WHERE id = given.post_id
    RETURNING id
)
SELECT (SELECT state FROM community_post WHERE id = %(post)s), EXISTS (SELECT FROM counted), (SELECT kind FROM before)
"""

_UNREACT = """
WITH taken AS (
    DELETE FROM community_reaction WHERE post_id = %(post)s AND member_id = %(by)s RETURNING kind
), topic AS (
    UPDATE community_topic SET last_seq = last_seq + 1 WHERE id = %(topic)s AND EXISTS (SELECT FROM taken)
    RETURNING last_seq
)
UPDATE community_post SET
    like_count = like_count - 1, changed_seq = topic.last_seq,
    reaction_counts = jsonb_strip_nulls(
        reaction_counts || jsonb_build_object(taken.kind, nullif((reaction_counts ->> taken.kind)::int - 1, 0)))
FROM taken, topic WHERE id = %(post)s
RETURNING taken.kind
"""


def react(*, post_id: int, by: int, at: datetime, kind: str = Reaction.Kind.LIKE, by_trust: int = 0) -> bool:
    """React to a post of somebody else. False when it was done already, with this kind.

    Another kind than before replaces it: that is said as `reaction.removed` and `reaction.added`, in this order, so that
    whoever counts need not know of changes. Raises OwnPost, Gone, ValueError for a kind that does not exist.
    """
    require_transaction()
    wanted: dict[str, Any] = {"post": post_id, "by": by, "kind": Reaction.Kind(kind).value, "at": at}
    author_id, topic_id = _lock(post_id)
    if author_id == by:
        raise OwnPost
    with connection.cursor() as cursor:
        cursor.execute(_REACT, {**wanted, "topic": topic_id})
        state, changed, before = cursor.fetchone()
    if not changed:
        if state != "visible":
            raise Gone
        return False
    which: dict[str, Any] = {"post_id": post_id, "topic_id": topic_id, "author_id": author_id, "by_id": by, "at": at}
    facts: list[ReactionRemoved | ReactionAdded] = []
    if before:
        facts.append(ReactionRemoved(**which, kind=before))
    facts.append(ReactionAdded(**which, kind=Reaction.Kind(kind).value, by_trust=by_trust))
    publish(*facts)
    return True


def unreact(*, post_id: int, by: int, at: datetime) -> bool:
    """Take a reaction back. False when there is none."""
    require_transaction()
    author_id, topic_id = _lock(post_id)
    with connection.cursor() as cursor:
        cursor.execute(_UNREACT, {"post": post_id, "by": by, "topic": topic_id})
        taken: Any = cursor.fetchone()
    if taken is None:
        return False
    publish(ReactionRemoved(post_id=post_id, topic_id=topic_id, author_id=author_id, by_id=by, kind=taken[0], at=at))
    return True


def _lock(post_id: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"post": post_id})
        row = cursor.fetchone()
    if row is None:
        raise Gone
    return row[0], row[1]
