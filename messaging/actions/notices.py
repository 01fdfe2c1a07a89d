"""Telling members inside the site, and remembering what they have seen."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import connection

from messaging import slots
from messaging.events import NoticesChanged
from messaging.models import Notice
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

MERGED_WITHIN = timedelta(hours=2)
TOLD_AT_ONCE = 1_000
"""Members that one event names, so that no event grows without bound."""

# What is unseen and of the same key takes the news in; who has nothing of the kind gets a row of their own. The same
# person twice counts once. Seen a moment ago, it becomes unseen again, so that no news is lost. Two that
# arrive at the same moment may become two rows: harmless, and no lock is needed.
_NOTIFY = """
WITH told AS (SELECT unnest(%(members)s::bigint[]) AS member_id, unnest(%(ids)s::text[]) AS public_id),
near AS (
    SELECT DISTINCT ON (held.member_id) held.id, held.member_id, held.by_ids FROM messaging_notice AS held
    JOIN told USING (member_id)
    WHERE held.seen_at IS NULL AND held.merge_key = %(merge)s AND %(merge)s <> '' AND held.updated_at > %(since)s
    ORDER BY held.member_id, held.id DESC
), joined AS (
    UPDATE messaging_notice AS held
    SET count = held.count + 1, updated_at = %(at)s, data = %(data)s::jsonb, seen_at = NULL, read_at = NULL,
        by_ids = CASE WHEN %(by)s::bigint IS NULL OR cardinality(held.by_ids) >= 50 THEN held.by_ids
                      ELSE array_append(held.by_ids, %(by)s::bigint) END
    FROM near WHERE held.id = near.id
        AND (%(by)s::bigint IS NULL OR NOT %(by)s::bigint = ANY(held.by_ids))
    RETURNING held.member_id
), made AS (
    INSERT INTO messaging_notice (public_id, member_id, kind, cause, merge_key, data, by_ids, count, created_at,
        updated_at)
    SELECT told.public_id, told.member_id, %(kind)s, %(cause)s, %(merge)s, %(data)s::jsonb,
           CASE WHEN %(by)s::bigint IS NULL THEN '{}'::bigint[] ELSE ARRAY[%(by)s::bigint] END, 1, %(at)s, %(at)s
    FROM told WHERE told.member_id NOT IN (SELECT member_id FROM near)
    ON CONFLICT (member_id, cause) DO NOTHING
    RETURNING member_id
)
SELECT member_id FROM joined UNION ALL SELECT member_id FROM made
"""


def notify(
    *,
    member_ids: Collection[int],
    kind: str,
    cause: str,
    data: Mapping[str, int | str],
    by: int | None = None,
    merge: str = "",
    at: datetime,
) -> int:
    """Tell these members, in one statement; how many of them got news.

    The same cause tells a member once. Notices of the same `merge` key that are unseen and at most two hours old become
    one ("Lin and 2 others"). `data` holds ids only: the writer of the kind finds the words when it is shown. `by`, who
    did it, is never told of it. Raises TypeError for a kind that nobody writes.
    """
    require_transaction()
    if not slots.notices.known(kind):
        raise TypeError(f"No writer is registered for notices of the kind “{kind}”.")
    members = sorted(set(member_ids) - {by})
    if not members:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTIFY,
            {
                "members": members, "ids": [new_id() for _ in members], "kind": kind, "cause": cause[:160],
                "merge": merge[:160], "data": json.dumps(dict(data)), "by": by, "at": at, "since": at - MERGED_WITHIN,
            },
        )  # fmt: skip
        told = [row[0] for row in cursor.fetchall()]
    _changed(told, at)
    return len(told)


def see_notices(*, member_id: int, up_to: datetime, at: datetime) -> int:
    """The member has looked at the list as it was at `up_to`: the bell is quiet about it. How many were new."""
    require_transaction()
    seen = Notice.objects.filter(member_id=member_id, seen_at=None, updated_at__lte=up_to).update(seen_at=at)
    if seen:
        _changed([member_id], at)
    return seen


def read_notices(*, member_id: int, public_ids: Collection[str], at: datetime) -> int:
    """The member has opened these; opening is also seeing. How many were unread."""
    require_transaction()
    found = Notice.objects.filter(member_id=member_id, public_id__in=public_ids)
    unseen = found.filter(seen_at=None).update(seen_at=at)
    read = found.filter(read_at=None).update(read_at=at)
    if unseen:
        _changed([member_id], at)
    return read


def read_all_notices(*, member_id: int, at: datetime) -> int:
    """The member has no more use for what was told until now. How many were unread."""
    require_transaction()
    held = Notice.objects.filter(member_id=member_id, updated_at__lte=at)
    unseen = held.filter(seen_at=None).update(seen_at=at)
    read = held.filter(read_at=None).update(read_at=at)
    if unseen:
        _changed([member_id], at)
    return read


def forget_notices(*, before: datetime, limit: int = 5_000) -> int:
    """Delete the oldest notices that nothing was added to since `before`; how many."""
    require_transaction()
    old = Notice.objects.filter(updated_at__lt=before).order_by("updated_at").values("id")[:limit]
    return Notice.objects.filter(id__in=old).delete()[0]


def _changed(member_ids: list[int], at: datetime) -> None:
    for start in range(0, len(member_ids), TOLD_AT_ONCE):
        publish(NoticesChanged(member_ids=tuple(member_ids[start : start + TOLD_AT_ONCE]), at=at))
