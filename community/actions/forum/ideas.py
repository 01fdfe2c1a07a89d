"""Votes for ideas, and what became of them."""

from datetime import datetime

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from community.actions.forum.writing import lock_topic, write_line
from community.events import IdeaVoted, TopicChanged
from community.models import Topic
from community.models.boards import TopicKind
from community.problems import Problem, TopicClosed
from outbox.publish import publish
from outbox.require import require_transaction

# The row and the count are one statement: a hundred votes at once count a hundred, and the same vote twice counts once.
_GIVE = """
WITH given AS (
    INSERT INTO community_ideavote (topic_id, member_id, voted_at) VALUES (%(topic)s, %(member)s, %(at)s)
    ON CONFLICT (topic_id, member_id) DO NOTHING RETURNING topic_id
)
UPDATE community_topic SET vote_count = vote_count + 1 WHERE id IN (SELECT topic_id FROM given)
"""
_TAKE = """
WITH taken AS (
    DELETE FROM community_ideavote WHERE topic_id = %(topic)s AND member_id = %(member)s RETURNING topic_id
)
UPDATE community_topic SET vote_count = vote_count - 1 WHERE id IN (SELECT topic_id FROM taken)
"""


def vote(*, topic_id: int, give: bool, by: int, at: datetime) -> bool:
    """Give an idea one's vote, or take it back. False when it is so already.

    Who had the idea may vote for it: it is one vote like any other. Raises TopicClosed (also when the idea is decided),
    Problem.
    """
    require_transaction()
    topic = Topic.objects.only("kind", "state", "removed_at", "progress", "author_id").get(pk=topic_id)
    if topic.kind != TopicKind.IDEA:
        raise Problem("not_an_idea", _("Only ideas can be voted for."))
    if topic.removed_at or topic.state != Topic.State.OPEN or topic.progress in ("done", "declined"):
        raise TopicClosed
    with connection.cursor() as cursor:
        cursor.execute(_GIVE if give else _TAKE, {"topic": topic_id, "member": by, "at": at})
        changed = bool(cursor.rowcount == 1)
    if changed:
        publish(IdeaVoted(topic_id=topic_id, author_id=topic.author_id, member_id=by, given=give, at=at))
    return changed


def set_progress(*, topic_id: int, progress: str, by: int, at: datetime, reason: str = "") -> bool:
    """Say what became of an idea: "planned", "done", "declined" or "" (open to votes), with a line. False when known."""
    require_transaction()
    topic = lock_topic(topic_id)
    if topic.kind != TopicKind.IDEA or topic.progress == progress:
        return False
    Topic.objects.filter(pk=topic_id).update(progress=Topic.Progress(progress), last_seq=F("last_seq") + 1)
    write_line(topic_id, progress or "reconsidered", by=by, at=at, reason=" ".join(reason.split())[:500])
    publish(TopicChanged(topic_id=topic_id, board_id=topic.board_id, by_id=by, at=at))
    return True
