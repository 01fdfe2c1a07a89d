"""How far somebody has read a topic, and in which view they read."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from community.models import ReadingChoice
from community.topicpage.branches import MOST_ABOVE, pointer_after
from outbox.require import require_transaction

# Forward only, and over the single numbers that were read before in the nested view.
_READ = """
INSERT INTO community_topicread AS held (member_id, topic_id, last_read_number, visited_at)
VALUES (%(member)s, %(topic)s, %(number)s, %(at)s)
ON CONFLICT (member_id, topic_id) DO UPDATE
SET (last_read_number, seen_above, visited_at) = (
    SELECT far.number, ARRAY(SELECT one FROM unnest(held.seen_above) AS one WHERE one > far.number ORDER BY one),
           excluded.visited_at
    FROM (SELECT min(next) - 1 AS number
          FROM generate_series(excluded.last_read_number + 1, excluded.last_read_number + %(most)s + 1) AS next
          WHERE next <> ALL (held.seen_above)) AS far)
WHERE held.last_read_number < excluded.last_read_number
"""

# The row is locked when its old values are read here, so two pages at the same moment both count.
_SEEN = """
INSERT INTO community_topicread AS held (member_id, topic_id, last_read_number, visited_at, seen_above)
VALUES (%(member)s, %(topic)s, %(first)s, %(at)s, %(above)s::int[])
ON CONFLICT (member_id, topic_id) DO UPDATE
SET (last_read_number, seen_above, visited_at) = (
    SELECT far.number,
           ARRAY(SELECT DISTINCT one FROM unnest(held.seen_above || %(numbers)s::int[]) AS one
                 WHERE one > far.number ORDER BY one LIMIT %(most)s),
           excluded.visited_at
    FROM (SELECT least(min(next) - 1, greatest(held.last_read_number, %(highest)s)) AS number
          FROM generate_series(held.last_read_number + 1, held.last_read_number + 1
                               + cardinality(held.seen_above || %(numbers)s::int[] || %(absent)s::int[])) AS next
          WHERE next <> ALL (held.seen_above || %(numbers)s::int[] || %(absent)s::int[])) AS far)
"""


def mark_read(*, topic_id: int, member_id: int, number: int, at: datetime) -> None:
    """Everything up to this number was shown: move the pointer forward, never back."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"member": member_id, "topic": topic_id, "number": number, "at": at, "most": MOST_ABOVE})


def mark_seen(
    *, topic_id: int, member_id: int, numbers: Sequence[int], highest: int, absent: Sequence[int] = (), at: datetime
) -> None:
    """These single numbers were shown: the pointer moves to the highest n with everything up to n shown, the others
    wait above it (at most 200, the lowest). `absent` are numbers that no longer exist in the topic."""
    require_transaction()
    first, above = pointer_after(read=0, above=[], shown=numbers, highest=highest, absent=absent)
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN,
            {
                "member": member_id, "topic": topic_id, "first": first, "above": above, "numbers": list(numbers),
                "absent": list(absent), "highest": highest, "most": MOST_ABOVE, "at": at,
            },
        )  # fmt: skip


def choose_view(*, member_id: int, nested: bool, at: datetime) -> None:
    """Remember how this member reads topics from now on (asked for at `at`): as a list or as branches."""
    require_transaction()
    ReadingChoice.objects.update_or_create(member_id=member_id, defaults={"nested": nested})
