"""Scores from entries: one statement for everybody whose credit moved since the last time.

A season's score is credit earned in [start, end), what was taken back of it deducted whenever that happened until the season
is final, with a cap for each kind of act and day. Only members who are in the season are counted.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from community.queries.people.causes import boards_of_posts
from loyalty.actions.ledger import zone
from loyalty.models import Season, SeasonLeague
from loyalty.queries.seasons import people_sql
from outbox.require import require_transaction

# An order's line is one cause however often it was adjusted; every other posting is its own, and its reversal is of it. A
# cause that was first paid before the season is no cause of the season.
_COUNT = """
WITH people AS ({people}), who AS MATERIALIZED (
    SELECT player.member_id FROM loyalty_seasonplayer AS player
    WHERE player.season_id = %(season)s AND player.left_at IS NULL AND ({whole})
    UNION
    SELECT player.member_id FROM loyalty_entry AS entry
    JOIN loyalty_wallet AS wallet ON wallet.id = entry.account AND wallet.currency_id = ANY(%(credit)s)
    JOIN loyalty_seasonplayer AS player
        ON player.member_id = wallet.member_id AND player.season_id = %(season)s AND player.left_at IS NULL
    WHERE entry.id > %(after)s AND {moved}
), moved AS (
    SELECT who.member_id, entry.amount, txn.effective_at, txn.kind, txn.source_type, txn.source_id,
           coalesce(txn.reverses_id, CASE WHEN txn.source_type = 'order_line' THEN -txn.source_id ELSE txn.id END) AS cause,
           coalesce(rule.code, txn.reason) AS act
    FROM who JOIN loyalty_wallet AS wallet ON wallet.member_id = who.member_id AND wallet.currency_id = ANY(%(credit)s)
    JOIN loyalty_entry AS entry ON entry.account = wallet.id
    JOIN loyalty_txn AS txn ON txn.id = entry.txn_id
    LEFT JOIN loyalty_earningrule AS rule ON rule.id = txn.rule_id
    WHERE txn.effective_at >= %(starts)s AND txn.kind IN ('earn', 'reverse')
      AND (txn.origin IN ('activity', 'referral', 'campaign') OR (%(purchases)s AND txn.origin = 'purchase'))
), net AS MATERIALIZED (
    SELECT member_id, sum(amount) AS amount, min(effective_at) FILTER (WHERE kind = 'earn') AS earned_at,
           min(act) FILTER (WHERE kind = 'earn') AS act, min(source_type) AS source_type, min(source_id) AS source_id
    FROM moved GROUP BY member_id, cause
    HAVING sum(amount) > 0 AND min(effective_at) FILTER (WHERE kind = 'earn') < %(ends)s
), total AS MATERIALIZED (
    SELECT member_id, sum(amount) AS score FROM (
        SELECT member_id, least(sum(amount), %(cap)s) AS amount FROM net
        GROUP BY member_id, act, (earned_at AT TIME ZONE %(zone)s)::date) AS day
    GROUP BY member_id
), scored AS (
    SELECT league.id AS league_id, total.member_id, total.score FROM total
    JOIN people ON people.id = total.member_id
    JOIN loyalty_seasonleague AS league ON league.season_id = %(season)s
        AND (league.kind = 'everybody' OR (league.kind = 'newcomers' AND people.date_joined > %(newcomers)s))
    {boards}
), gone AS (
    DELETE FROM loyalty_seasonscore AS held USING loyalty_seasonleague AS league
    WHERE league.id = held.league_id AND league.season_id = %(season)s
      AND NOT EXISTS (SELECT FROM scored WHERE scored.league_id = held.league_id AND scored.member_id = held.member_id)
      AND held.member_id IN (SELECT member_id FROM who)
), counted AS (
    UPDATE loyalty_seasonplayer AS player SET counted_at = %(at)s
    FROM who WHERE player.season_id = %(season)s AND player.member_id = who.member_id AND player.counted_at IS NULL
)
INSERT INTO loyalty_seasonscore AS held (league_id, member_id, score)
SELECT league_id, member_id, score FROM scored
ON CONFLICT (league_id, member_id) DO UPDATE SET score = excluded.score WHERE held.score <> excluded.score
"""

_BOARDS = """
    UNION ALL
    SELECT day.league_id, day.member_id, sum(day.amount) FROM (
        SELECT league.id AS league_id, net.member_id, least(sum(net.amount), %(cap)s) AS amount
        FROM net JOIN people ON people.id = net.member_id
        JOIN loyalty_merit AS merit ON net.source_type = 'merit' AND merit.id = net.source_id AND merit.source_type = 'post'
        JOIN ({places}) AS place ON place.id = merit.source_id
        JOIN loyalty_seasonleague AS league ON league.season_id = %(season)s AND league.board_id = place.board_id
        GROUP BY league.id, net.member_id, net.act, (net.earned_at AT TIME ZONE %(zone)s)::date) AS day
    GROUP BY day.league_id, day.member_id
"""

# Who left, or may not be shown any more, though nothing of theirs moved.
_SWEEP = """
DELETE FROM loyalty_seasonscore AS held USING loyalty_seasonleague AS league
WHERE league.id = held.league_id AND league.season_id = %(season)s AND NOT EXISTS (
    SELECT FROM loyalty_seasonplayer AS player JOIN ({people}) AS person ON person.id = player.member_id
    WHERE player.season_id = %(season)s AND player.member_id = held.member_id AND player.left_at IS NULL)
"""

# Entries whose transaction may still have been open at the last time are looked at again: none is open for half an hour.
_SEEN = """
SELECT coalesce((SELECT max(entry.id) FROM loyalty_entry AS entry JOIN loyalty_txn AS txn ON txn.id = entry.txn_id
                 WHERE entry.id > %(after)s AND txn.created_at < now() - interval '30 minutes'), %(after)s)
"""

MANY = 1_000
"""Members to count, or new entries, from which on the statement is planned for a crowd."""

_MANY = """
SELECT (SELECT count(*) FROM (SELECT FROM loyalty_seasonplayer WHERE season_id = %(season)s AND counted_at IS NULL
                              AND left_at IS NULL LIMIT %(many)s) AS player) = %(many)s
    OR (SELECT count(*) FROM (SELECT FROM loyalty_entry WHERE id > %(after)s LIMIT %(many)s) AS entry) = %(many)s
"""


def count_season(*, season_id: int, at: datetime, whole: bool = False) -> bool:
    """Bring the scores of a running season up to now; False when it is being counted elsewhere, or final.

    `whole` counts everybody afresh. Twice changes nothing.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('loyalty.season'), %s)", [season_id])
        if not cursor.fetchone()[0]:
            return False
    season = Season.objects.filter(pk=season_id, closed_at__isnull=True).first()
    if season is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '120s'")  # the role's limit is for pages
        cursor.execute(_SEEN, {"after": season.counted_entry})
        seen = cursor.fetchone()[0]
        cursor.execute(_MANY, {"season": season_id, "after": season.counted_entry, "many": MANY})
        # The planner cannot know how many a common table expression will hold, and joins a crowd row by row.
        many = whole or cursor.fetchone()[0]
        cursor.execute("SELECT set_config('enable_nestloop', %s, true)", ["off" if many else "on"])
    _count(season, at=at, whole="true" if whole else "player.counted_at IS NULL", moved="true")
    people, values = people_sql()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_SWEEP.replace("{people}", people), values | {"season": season_id})
        cursor.execute("SET LOCAL enable_nestloop = on")
    Season.objects.filter(pk=season_id).update(counted_entry=seen, counted_at=at)
    return True


def count_member(*, season_id: int, member_id: int, at: datetime) -> None:
    """Count one member who has just joined, so that they see at once where they stand."""
    require_transaction()
    season = Season.objects.get(pk=season_id)
    _count(season, at=at, whole="player.member_id = %(member)s", moved="false", member=member_id)


def _count(season: Season, *, at: datetime, whole: str, moved: str, member: int = 0) -> None:
    people, values = people_sql()
    boards = SeasonLeague.objects.filter(season=season, kind=SeasonLeague.Kind.BOARD).exists()
    statement = (
        _COUNT.replace("{people}", people)
        .replace("{whole}", whole)
        .replace("{moved}", moved)
        .replace("{boards}", _BOARDS.replace("{places}", boards_of_posts()) if boards else "")
    )
    given: dict[str, Any] = {
        "season": season.pk,
        "starts": season.starts_at,
        "ends": season.ends_at,
        "newcomers": season.newcomers_since,
        "purchases": season.counts_purchases,
        "cap": season.daily_cap,
        "after": season.counted_entry,
        "zone": zone().key,
        "at": at,
        "member": member,
        "credit": _credit(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given | values)


def _credit() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM loyalty_currency WHERE qualifies_tier")
        return [id for (id,) in cursor.fetchall()]
