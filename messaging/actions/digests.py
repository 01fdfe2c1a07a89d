"""Choosing whose digest is due: by each member's own day and hour, once a day at most, in one statement."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection

from members.queries import findable, time_zones
from messaging.models import NoticeSettings
from messaging.queries import zone_named
from messaging.rules import DIGEST_STOPS
from outbox.ids import new_id
from outbox.require import require_transaction

KIND = "digest"
AT_ONCE = 2_000

# The zones come with their own day, hour and weekday of this moment, reckoned here: a day of 23 or 25 hours, a zone that
# PostgreSQL does not know and a moved clock change nothing. The cause is the member's own day.
_QUEUE = """
WITH place AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[], %s::timestamptz[])
        AS place(zone, day, hour, weekday, begins)
), said AS (
    SELECT DISTINCT ON (member_id) member_id, state FROM messaging_consent
    WHERE purpose = 'digest' AND channel = 'email' ORDER BY member_id, id DESC
), due AS (
    SELECT member.id AS member_id, 'digest:' || place.day AS cause, row_number() OVER (ORDER BY member.id) AS nth,
           COALESCE(own.digest, %s) AS rhythm
    FROM ({members}) AS member JOIN said ON said.member_id = member.id AND said.state = 'granted'
    JOIN place ON place.zone = member.time_zone
    LEFT JOIN messaging_noticesettings AS own ON own.member_id = member.id
    WHERE COALESCE(own.digest, %s) <> 'never'
        AND (COALESCE(own.digest, %s) = 'daily' OR place.weekday = COALESCE(own.digest_day, %s))
        AND place.hour >= COALESCE(own.digest_hour, %s)
        AND member.last_seen_at > %s AND (COALESCE(own.digest_always, false) OR member.last_seen_at < place.begins)
        AND NOT EXISTS (SELECT FROM messaging_mailpause AS pause WHERE pause.member_id = member.id AND pause.until > %s)
        AND NOT EXISTS (SELECT FROM messaging_delivery AS made WHERE made.cause = 'digest:' || place.day
            AND made.member_id = member.id AND made.channel = 'email')
    ORDER BY member.id LIMIT %s
)
INSERT INTO messaging_delivery (public_id, kind, cause, campaign_key, step, member_id, channel, purpose, priority,
    keeps_quiet_hours, state, reason, queued_at, not_before, expires_at, attempts, content_hash, server_answer)
SELECT (%s::text[])[nth], 'digest', cause, '', 1, member_id, 'email', 'digest', 4, true, 'queued', 'in_line', %s, %s,
    %s::timestamptz + CASE rhythm WHEN 'daily' THEN interval '20 hours' ELSE interval '3 days' END, 0, '', ''
FROM due ON CONFLICT DO NOTHING
"""


def queue_digests(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Queue the digests that are due now and not queued yet; how many. What is in them is found when they leave.

    Due: said yes, was here within 180 days but not today (unless chosen otherwise), does not rest, and it is the hour
    they chose, or later, of their day.
    """
    require_transaction()
    members = findable().values("id", "time_zone", "last_seen_at")
    sql, parameters = members.query.sql_with_params()
    usual = {field.name: field.default for field in NoticeSettings._meta.concrete_fields}
    rhythm = str(usual["digest"])
    values = [
        *_places(time_zones(), at), rhythm, *parameters, rhythm, rhythm, usual["digest_day"], usual["digest_hour"],
        at - DIGEST_STOPS, at, limit, [new_id() for _ in range(limit)], at, at, at,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE.format(members=sql), values)
        return int(cursor.rowcount)


def _places(zones: Iterable[str], at: datetime) -> list[list[object]]:
    """For each zone: its name, day, hour, weekday and when the day began there."""
    columns: list[list[object]] = [[], [], [], [], []]
    for zone in zones:
        local = at.astimezone(zone_named(zone))
        begins = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
        row = (zone, local.date().isoformat(), local.hour, local.isoweekday(), begins)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return columns
