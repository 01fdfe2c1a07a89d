"""Taking posts and messages out of sight until somebody has looked, and bringing them back."""

from datetime import datetime

from django.db.models.functions import Now

from community.actions.chat import messages
from community.actions.forum import writing
from community.actions.forum.posts import lock_post
from community.events import PostRemoved, PostRestored
from community.models import Post, Topic
from outbox.publish import publish
from outbox.require import require_transaction


def hide_post(*, post_id: int, by: int | None, at: datetime) -> bool:
    """Nobody but the author and moderators reads it; the first post takes its topic along. False when not visible.

    Without `by` it is the flags' doing.
    """
    require_transaction()
    topic, post = lock_post(post_id)
    if post.state != Post.State.VISIBLE or topic.removed_at:
        return False
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.HIDDEN, removed_at=at, removed_by=by, changed_seq=topic.last_seq + 1
    )
    writing.recount(topic.pk)
    if post.number == 1:
        Topic.objects.filter(pk=topic.pk).update(removed_at=at, removed_by=by, touched_at=Now())
    publish(PostRemoved(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, by_id=by, at=at))
    return True


def show_post(*, post_id: int, by: int, at: datetime) -> bool:
    """Everybody reads it again, under its old number. False when it is not hidden."""
    require_transaction()
    topic, post = lock_post(post_id)
    if post.state != Post.State.HIDDEN:
        return False
    Post.objects.filter(pk=post.pk).update(
        state=Post.State.VISIBLE, removed_at=None, removed_by=None, changed_seq=topic.last_seq + 1
    )
    if post.number == 1:
        Topic.objects.filter(pk=topic.pk).update(removed_at=None, removed_by=None, touched_at=Now())
    writing.recount(topic.pk)
    publish(PostRestored(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id, by_id=by, at=at))
    return True


def hide_message(*, message_id: int, by: int | None, at: datetime) -> bool:
    """Take a chat message out of sight. False when it is so already."""
    return messages.remove_message(message_id=message_id, by=by, at=at)


def show_message(*, message_id: int, by: int, at: datetime) -> bool:
    """Show a chat message again, where it stood. False when it is in sight."""
    return messages.restore_message(message_id=message_id, by=by, at=at)
