"""Telling members inside the site, and remembering what they have seen."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from messaging import slots
from messaging.choices import CHANNELS, GROUPS, SITE
from messaging.events import NoticesChanged
from messaging.models import Notice
from messaging.rules import Limits
from outbox.ids import new_id
from outbox.nudge import send_later
from outbox.publish import publish
from outbox.require import require_transaction

MERGED_WITHIN = timedelta(hours=2)
TOLD_AT_ONCE = 1_000
"""Members that one event names, so that no event grows without bound."""

# What is unseen and of the same key takes the news in; who has nothing of the kind gets a row of their own. The same
# person twice counts once. Seen a moment ago, it becomes unseen again, so that no news is lost. Two that
# arrive at the same moment may become two rows: harmless, and no lock is needed. News that joins what is in a mail
# already is not mailed again. Whether it may be mailed at all is asked here, so that nothing waits in vain.
_NOTIFY = """
WITH asked AS (SELECT unnest(%(members)s::bigint[]) AS member_id, unnest(%(ids)s::text[]) AS public_id),
chosen AS (
    SELECT asked.*, (COALESCE(own.choices #>> %(to_site)s::text[], %(site)s) <> 'off' OR %(fixed)s) AS in_site,
           COALESCE(own.choices #>> %(to_email)s::text[], %(email)s) AS email,
           COALESCE(own.choices #>> %(to_push)s::text[], %(push)s) AS push
    FROM asked LEFT JOIN messaging_noticesettings AS own ON own.member_id = asked.member_id
), told AS (
    SELECT member_id, public_id, in_site, email,
           CASE WHEN email IN ('now', 'bundled') AND (
                    SELECT said.state FROM messaging_consent AS said WHERE said.purpose = 'community'
                        AND said.channel = 'email' AND said.member_id = chosen.member_id
                    ORDER BY said.id DESC LIMIT 1) = 'granted'
                THEN CASE WHEN email = 'now' OR %(urgent)s THEN %(at)s ELSE delay.later END END AS mail_at,
           CASE WHEN push IN ('now', 'bundled') AND EXISTS (
                    SELECT FROM messaging_pushsubscription AS device WHERE device.member_id = chosen.member_id)
                THEN CASE WHEN push = 'now' OR %(urgent)s THEN %(at)s ELSE delay.later END END AS push_at
    FROM chosen, (SELECT %(at)s::timestamptz + make_interval(mins => COALESCE(
        (SELECT mail_delay FROM messaging_messagingsettings), %(delay)s)) AS later) AS delay
), near AS (
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
    RETURNING held.member_id, false AS leaves
), made AS (
    INSERT INTO messaging_notice (public_id, member_id, kind, cause, merge_key, data, by_ids, count, created_at,
        updated_at, seen_at, in_site, urgent, mail_at, push_at)
    SELECT told.public_id, told.member_id, %(kind)s, %(cause)s, %(merge)s, %(data)s::jsonb,
           CASE WHEN %(by)s::bigint IS NULL THEN '{}'::bigint[] ELSE ARRAY[%(by)s::bigint] END, 1, %(at)s, %(at)s,
           CASE WHEN NOT in_site THEN %(at)s END, in_site, %(urgent)s, mail_at, push_at
    FROM told WHERE told.member_id NOT IN (SELECT member_id FROM near)
        AND (in_site OR mail_at IS NOT NULL OR push_at IS NOT NULL OR email = 'digest')
    ON CONFLICT (member_id, cause) DO NOTHING
    RETURNING member_id, COALESCE(mail_at <= %(at)s, false) OR COALESCE(push_at <= %(at)s, false) AS leaves
)
SELECT member_id, leaves FROM joined UNION ALL SELECT member_id, leaves FROM made
"""


def notify(
    *,
    member_ids: Collection[int],
    kind: str,
    cause: str,
    data: Mapping[str, int | str],
    by: int | None = None,
    merge: str = "",
    urgent: bool = False,
    at: datetime,
) -> int:
    """Tell these members, in one statement; how many of them got news.

    The same cause tells a member once. Notices of the same `merge` key that are unseen and at most two hours old become
    one ("Lin and 2 others"). `data` holds ids only: the writer of the kind finds the words when it is shown. `by`, who
    did it, is never told of it. Whether it is shown, mailed and pushed is the member's choice for the group of the kind;
    `urgent`, for what they asked for at a certain time, spares the wait for being seen, the site's quiet hours and the
    weekly budget, never the member's own hours. Raises TypeError for a kind that nobody writes.
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
                "urgent": urgent, **_ways(kind),
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    if any(leaves for _member, leaves in rows):
        transaction.on_commit(lambda: send_later("messaging.tasks.bundle"))
    told = [member for member, _leaves in rows]
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


def withdraw_notices(*, kinds: Collection[str], of: str, ids: Collection[int], at: datetime) -> int:
    """What these unseen notices speak of (`data[of]`) is deleted for good: they go too, and the bell counts them no more.

    Seen ones stay as rows without words until they are forgotten: their writer has nothing to tell.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM messaging_notice WHERE seen_at IS NULL AND kind = ANY(%s) AND (data ->> %s)::bigint = ANY(%s)"
            " RETURNING member_id",
            [list(kinds), of, list(ids)],
        )
        members = sorted({member for (member,) in cursor.fetchall()})
    _changed(members, at)
    return len(members)


def _ways(kind: str) -> dict[str, Any]:
    """The defaults of the kind's group, and where in a member's choices they are replaced."""
    group = GROUPS[slots.notices.group(kind)]
    ways: dict[str, Any] = {f"to_{channel}": [group.key, channel] for channel in CHANNELS}
    ways |= {channel: group.default(channel) for channel in CHANNELS}
    return ways | {"fixed": SITE in group.fixed, "delay": Limits().mail_delay}


def _changed(member_ids: list[int], at: datetime) -> None:
    for start in range(0, len(member_ids), TOLD_AT_ONCE):
        publish(NoticesChanged(member_ids=tuple(member_ids[start : start + TOLD_AT_ONCE]), at=at))
