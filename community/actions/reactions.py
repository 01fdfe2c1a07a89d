"""Liking a post, and taking it back."""

from datetime import datetime

from django.db import connection
from django.db.models import F

from community.events import ReactionAdded, ReactionRemoved
from community.models import Post, Reaction
from community.problems import Gone, OwnPost
from outbox.publish import publish
from outbox.require import require_transaction

_ADD = """
INSERT INTO community_reaction (post_id, member_id, kind, created_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (post_id, member_id) DO NOTHING
"""


def react(*, post_id: int, by: int, at: datetime, kind: str = Reaction.Kind.LIKE) -> bool:
    """Like a post of somebody else. False when it was liked already. Raises OwnPost, Gone."""
    require_transaction()
    post = Post.objects.only("author_id", "topic_id", "state").get(pk=post_id)
    if post.author_id == by:
        raise OwnPost
    if post.state != Post.State.VISIBLE:
        raise Gone
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [post_id, by, Reaction.Kind(kind).value, at])
        if cursor.rowcount == 0:
            return False
    Post.objects.filter(pk=post_id).update(like_count=F("like_count") + 1)
    publish(
        ReactionAdded(post_id=post_id, topic_id=post.topic_id, author_id=post.author_id, by_id=by, kind=kind, at=at)
    )
    return True


def unreact(*, post_id: int, by: int, at: datetime) -> bool:
    """Take a reaction back. False when there is none."""
    require_transaction()
    post = Post.objects.only("author_id", "topic_id").get(pk=post_id)
    removed, _ = Reaction.objects.filter(post_id=post_id, member_id=by).delete()
    if not removed:
        return False
    Post.objects.filter(pk=post_id).update(like_count=F("like_count") - 1)
    publish(
        ReactionRemoved(
            post_id=post_id, topic_id=post.topic_id, author_id=post.author_id, by_id=by, kind=Reaction.Kind.LIKE, at=at
        )
    )
    return True
