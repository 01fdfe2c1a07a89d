"""Saying which reply answered a question."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from community.actions.forum.posts import no_longer_solved, unaccepted
from community.actions.forum.writing import lock_topic, write_line
from community.events import AnswerAccepted, AnswerUnaccepted
from community.models import Post, Topic
from community.models.boards import TopicKind
from community.problems import Gone, NotAnAnswer
from outbox.publish import publish
from outbox.require import require_transaction

CLOSES_AFTER = timedelta(days=30)


def accept(*, post_id: int, by: int, at: datetime, trust: int = 0) -> bool:
    """Make this reply the answer of its question; an earlier one gives way. False when it is so already.

    A line says so in the topic, which closes by itself after thirty days. `trust` is the level of who accepts. Raises
    NotAnAnswer, Gone.
    """
    require_transaction()
    topic, post = _topic_and_post(post_id)
    if topic.kind != TopicKind.QUESTION or post.number == 1 or post.kind != Post.Kind.POST:
        raise NotAnAnswer
    if post.state != Post.State.VISIBLE or topic.removed_at:
        raise Gone
    if topic.accepted_post_id == post.pk:
        return False
    facts: list[AnswerUnaccepted | AnswerAccepted] = []
    if topic.accepted_post_id:
        facts.append(unaccepted(topic, Post.objects.get(pk=topic.accepted_post_id), by, at))
    timer: dict[str, Any] = {}
    if topic.state == Topic.State.OPEN and (topic.closes_at is None or topic.closing == Topic.Closing.SOLVED):
        timer = {"closes_at": at + CLOSES_AFTER, "closing": Topic.Closing.SOLVED}
    Topic.objects.filter(pk=topic.pk).update(accepted_post=post, last_seq=F("last_seq") + 1, **timer)
    write_line(topic.pk, "solved", by=by, at=at, number=post.number or 0)
    facts.append(
        AnswerAccepted(
            topic_id=topic.pk,
            post_id=post.pk,
            author_id=post.author_id,
            by_id=by,
            self_answer=post.author_id == topic.author_id,
            by_trust=trust,
            at=at,
        )
    )
    publish(*facts)
    return True


def unaccept(*, post_id: int, by: int, at: datetime) -> bool:
    """Take the acceptance back. False when this post is not the accepted one."""
    require_transaction()
    topic, post = _topic_and_post(post_id)
    if topic.accepted_post_id != post.pk:
        return False
    Topic.objects.filter(pk=topic.pk).update(accepted_post=None, last_seq=F("last_seq") + 1, **no_longer_solved(topic))
    publish(unaccepted(topic, post, by, at))
    return True


def _topic_and_post(post_id: int) -> tuple[Topic, Post]:
    topic = lock_topic(Post.objects.values_list("topic_id", flat=True).get(pk=post_id))
    return topic, Post.objects.get(pk=post_id)
