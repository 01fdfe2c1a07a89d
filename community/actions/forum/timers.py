"""What time does to topics: closing, opening again, unpinning. Called every minute."""

from datetime import datetime

from django.db import connection
from django.db.models import F

from community.actions.forum import topics
from community.actions.forum.writing import lock_topic
from community.models import Topic
from outbox.require import require_transaction

AT_ONCE = 100

_QUIET = """
SELECT topic.id FROM community_board AS board JOIN community_topic AS topic ON topic.board_id = board.id
WHERE board.auto_close_days > 0 AND topic.removed_at IS NULL AND topic.state = 'open'
AND topic.last_post_at <= %s - board.auto_close_days * interval '1 day' LIMIT %s
"""


def due(*, at: datetime) -> list[tuple[int, str]]:
    """(topic, what) that time has come for, some at a time: "unpin", "open", "close", "solved", "quiet"."""
    shown = Topic.objects.filter(removed_at__isnull=True)
    unpinned = shown.filter(pinned_until__lte=at).values_list("pk")[:AT_ONCE]
    opened = shown.filter(opens_at__lte=at, state=Topic.State.CLOSED).values_list("pk")[:AT_ONCE]
    closed = shown.filter(closes_at__lte=at, state=Topic.State.OPEN).values_list("pk", "closing")[:AT_ONCE]
    rows = [(pk, "unpin") for (pk,) in unpinned] + [(pk, "open") for (pk,) in opened]
    rows += [(pk, "solved" if closing == Topic.Closing.SOLVED else "close") for pk, closing in closed]
    return rows + [(pk, "quiet") for pk in _quiet(at)]


def act(*, topic_id: int, what: str, at: datetime) -> bool:
    """Do it, if it is still due under the topic's lock. Nobody did it: the line is the author's in name only."""
    require_transaction()
    topic = lock_topic(topic_id)
    if what == "unpin":
        return bool(
            Topic.objects.filter(pk=topic_id, pinned_until__lte=at).update(
                pinned=Topic.Pinned.NO, pinned_until=None, last_seq=F("last_seq") + 1
            )
        )
    if what == "open":
        if topic.state != Topic.State.CLOSED or topic.opens_at is None or topic.opens_at > at:
            return False
        topics.close_topic(topic, Topic.State.OPEN, by=topic.author_id, at=at, code="reopened_by_time")
        return True
    if topic.state != Topic.State.OPEN:
        return False
    if what == "quiet":
        days = topic.board.auto_close_days
        if not days or (at - topic.last_post_at).days < days:
            return False
    elif topic.closes_at is None or topic.closes_at > at:
        return False
    code = {"close": "closed_by_time", "solved": "closed_solved", "quiet": "closed_quiet"}[what]
    topics.close_topic(topic, Topic.State.CLOSED, by=topic.author_id, at=at, code=code)
    return True


def _quiet(at: datetime) -> list[int]:
    """Open topics of boards that close by themselves, silent for that long."""
    with connection.cursor() as cursor:
        cursor.execute(_QUIET, [at, AT_ONCE])
        return [row[0] for row in cursor.fetchall()]
