"""Notices leave the site: those of one member that are still news become one mail, or one push message.

One statement a batch. It takes a notice out of the line (`mail_at` becomes empty) and puts it into a message (`mail`) at
once, so a second run, a killed worker or a moved clock finds it either waiting or told, never both.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from messaging.rules import BUNDLE_WAITS, COMMUNITY, PUSH, PUSH_WAITS
from outbox.ids import new_id
from outbox.require import require_transaction

KIND = "notices"
AT_ONCE = 5_000
"""Notices that one statement looks at; a member's other waiting notices come along."""

# A message that waits untried takes in what came since; one that is being written does not: its notices wait a minute.
# What the member saw in the meantime leaves the line without a message. SKIP LOCKED: a reader never waits for this.
_BUNDLE = """
WITH who AS MATERIALIZED (
    SELECT DISTINCT member_id FROM (
        SELECT member_id FROM messaging_notice WHERE {due} <= %(at)s ORDER BY {due} LIMIT %(limit)s) AS due
), busy AS MATERIALIZED (
    SELECT DISTINCT member_id FROM messaging_delivery JOIN who USING (member_id)
    WHERE kind = %(kind)s AND channel = %(channel)s AND state IN ('claimed', 'handing_over')
), waiting AS MATERIALIZED (
    SELECT sent.id, sent.member_id, sent.urgent FROM messaging_delivery AS sent JOIN who USING (member_id)
    WHERE sent.kind = %(kind)s AND sent.channel = %(channel)s AND sent.state = 'queued' AND sent.attempts = 0
    FOR UPDATE OF sent SKIP LOCKED
), open AS (SELECT DISTINCT ON (member_id) id, member_id FROM waiting ORDER BY member_id, id
), held AS MATERIALIZED (
    SELECT notice.id, notice.member_id, notice.urgent,
           notice.read_at IS NULL AND (notice.seen_at IS NULL OR NOT notice.in_site) AS news
    FROM messaging_notice AS notice JOIN who USING (member_id)
    WHERE notice.{due} IS NOT NULL AND notice.member_id NOT IN (SELECT member_id FROM busy)
    FOR UPDATE OF notice SKIP LOCKED
), fresh AS (
    SELECT member_id, min(id) AS first, bool_or(urgent) AS urgent, row_number() OVER (ORDER BY member_id) AS place
    FROM held WHERE news AND member_id NOT IN (SELECT member_id FROM open) GROUP BY member_id
), made AS (
    INSERT INTO messaging_delivery (public_id, kind, cause, campaign_key, step, member_id, channel, purpose, priority,
        keeps_quiet_hours, urgent, state, reason, queued_at, not_before, expires_at, attempts, content_hash,
        server_answer)
    SELECT (%(ids)s::text[])[place], %(kind)s, %(kind)s || ':' || first, '', 1, member_id, %(channel)s, %(purpose)s,
        CASE WHEN urgent THEN 1 ELSE 3 END, true, urgent, 'queued', 'in_line', %(at)s, %(at)s, %(expires)s, 0, '', ''
    FROM fresh ON CONFLICT DO NOTHING RETURNING id, member_id
), hurried AS (
    UPDATE messaging_delivery AS sent SET urgent = true, priority = 1, not_before = %(at)s
    FROM open JOIN held USING (member_id) WHERE sent.id = open.id AND held.news AND held.urgent AND NOT sent.urgent
), target AS (SELECT id, member_id FROM open UNION ALL SELECT id, member_id FROM made
), moved AS (
    UPDATE messaging_notice AS notice SET {due} = NULL, {told} = CASE WHEN held.news THEN target.id END
    FROM held LEFT JOIN target USING (member_id) WHERE notice.id = held.id RETURNING notice.id
)
SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM made)
"""


@dataclass(frozen=True)
class Bundled:
    """How many notices left the line, and how many messages were made of them."""

    notices: int
    messages: int


def bundle(*, channel: str, at: datetime, limit: int = AT_ONCE) -> Bundled:
    """Make messages of what is due for a channel ("email", "push"). Nothing when another run is at it."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"messaging:bundle:{channel}"])
        if not cursor.fetchone()[0]:
            return Bundled(0, 0)
        due, told = ("push_at", "push_id") if channel == PUSH else ("mail_at", "mail_id")
        cursor.execute(
            _BUNDLE.format(due=due, told=told),
            {
                "at": at, "limit": limit, "kind": KIND, "channel": channel, "purpose": COMMUNITY,
                "ids": [new_id() for _ in range(limit)],
                "expires": at + (PUSH_WAITS if channel == PUSH else BUNDLE_WAITS),
            },
        )  # fmt: skip
        return Bundled(*cursor.fetchone())
