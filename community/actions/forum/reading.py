"""How far members have read: pointers, marks over whole places with a way back, and time."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import F, Max

from community.actions.people.levels import follow
from community.models import PlaceRead, Reason, TopicRead
from community.rules import reading as rules
from outbox.require import require_transaction

# One row a place; what was there before stays beside it, until the mark is settled or the next one takes its place.
_MARK = """
INSERT INTO community_placeread AS held (member_id, {place}_id, read_until, new_until, dismissed_at)
SELECT %(me)s, place.id, %(read)s, %(new)s, %(at)s FROM unnest(%(places)s::bigint[]) AS place(id) ORDER BY place.id
ON CONFLICT (member_id, {place}_id) DO UPDATE
SET read_before = held.read_until, new_before = held.new_until,
    read_until = greatest(held.read_until, excluded.read_until),
    new_until = greatest(held.new_until, excluded.new_until),
    dismissed_at = excluded.dismissed_at
"""

# What lies wholly before a mark needs no row of its own any more, unless the member said something about the topic. The
# rows that stay are moved to where the mark says they are, so settling changes no number that anybody sees.
_SETTLE = """
WITH due AS (
    SELECT id, member_id, board_id, tag_id, read_until FROM community_placeread
    WHERE dismissed_at < %(before)s ORDER BY dismissed_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), covered AS (
    SELECT read.id, topic.highest_number, read.level IS NULL AS plain
    FROM due JOIN community_topicread AS read ON read.member_id = due.member_id
    JOIN community_topic AS topic ON topic.id = read.topic_id AND topic.last_post_at <= due.read_until
        AND (topic.board_id = due.board_id OR topic.tag_ids @> ARRAY[due.tag_id])
), gone AS (
    DELETE FROM community_topicread USING covered
    WHERE community_topicread.id = covered.id AND covered.plain
), moved AS (
    UPDATE community_topicread SET last_read_number = greatest(last_read_number, covered.highest_number), seen_above = '{}'
    FROM covered WHERE community_topicread.id = covered.id AND NOT covered.plain
)
UPDATE community_placeread AS held SET dismissed_at = NULL, read_before = NULL, new_before = NULL
FROM due WHERE held.id = due.id
"""


def mark_read(*, member_id: int, at: datetime, board_ids: Collection[int] = (), tag_ids: Collection[int] = ()) -> None:
    """Everything in these places counts as read until now. `undo_mark` takes it back within the time of the undo."""
    _mark(member_id, board_ids, tag_ids, read=at, new=None, at=at)


def dismiss_new(
    *, member_id: int, at: datetime, board_ids: Collection[int] = (), tag_ids: Collection[int] = ()
) -> None:
    """No topic that exists now in these places is called new any more; what is unread stays so."""
    _mark(member_id, board_ids, tag_ids, read=None, new=at, at=at)


def undo_mark(*, member_id: int, at: datetime) -> int:
    """Take the last dismissal back, as if it had not been. How many places it was about; 0 when it is too late."""
    require_transaction()
    since = at - rules.UNDO_WITHIN - rules.UNDO_GRACE
    mine = PlaceRead.objects.filter(member_id=member_id, dismissed_at__gte=since)
    last = mine.aggregate(last=Max("dismissed_at"))["last"]
    return mine.filter(dismissed_at=last).update(
        read_until=F("read_before"), new_until=F("new_before"), read_before=None, new_before=None, dismissed_at=None
    )


def settle_marks(*, at: datetime, limit: int = 200) -> int:
    """Delete the pointers that marks have made needless, once nobody can take the mark back. How many marks."""
    require_transaction()
    before = at - 3 * (rules.UNDO_WITHIN + rules.UNDO_GRACE)
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"before": before, "limit": limit})
        settled: int = cursor.rowcount
    return settled


def mark_unread_from(*, topic_id: int, member_id: int, number: int, at: datetime) -> None:
    """The one exception: the pointer goes back, so that this number is the first unread one."""
    require_transaction()
    TopicRead.objects.filter(topic_id=topic_id, member_id=member_id, last_read_number__gte=number).update(
        last_read_number=max(number - 1, 0), seen_above=[]
    )


def report_reading(
    *, topic_id: int, member_id: int, seconds: int, since: datetime | None, joined: datetime, at: datetime
) -> int:
    """Add seconds that the page saw the reader reading, as far as they can be true; how many were believed.

    `since`: when this member last reported anything, on any page, so that ten tabs are not ten readers.
    """
    require_transaction()
    seconds = rules.believed(seconds, since=since or joined, joined=joined, at=at)
    if not seconds:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE community_topicread SET seconds = seconds + %(seconds)s
            WHERE member_id = %(me)s AND topic_id = %(topic)s RETURNING seconds, level""",
            {"seconds": seconds, "me": member_id, "topic": topic_id},
        )
        row = cursor.fetchone()
    if row is None:
        return 0  # who never opened the topic did not read it
    if row[0] >= rules.READ_LONG and row[1] is None:
        follow(topic_id=topic_id, member_ids=[member_id], reason=Reason.READ, at=at)
    return seconds


def _mark(
    member_id: int,
    board_ids: Collection[int],
    tag_ids: Collection[int],
    *,
    read: datetime | None,
    new: datetime | None,
    at: datetime,
) -> None:
    require_transaction()
    with connection.cursor() as cursor:
        for place, ids in (("board", board_ids), ("tag", tag_ids)):
            if ids:
                cursor.execute(
                    _MARK.format(place=place),
                    {"me": member_id, "places": sorted(set(ids)), "read": read, "new": new, "at": at},
                )
