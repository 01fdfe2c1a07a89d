"""The end of a season: a final table, prizes; and the beginning of the next."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from community.actions.people import badges
from loyalty.actions.earning.grants import grant_points
from loyalty.actions.ledger import zone
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.actions.rewards.granting import grant_gift
from loyalty.actions.seasons.counting import count_season
from loyalty.events import SeasonClosed
from loyalty.models import Season, SeasonLeague, SeasonPlayer, SeasonPrize, SeasonResult, SeasonScore
from loyalty.notices import seasons as told
from loyalty.queries.seasons import people_sql
from loyalty.rules import seasons as rules
from outbox.publish import publish
from outbox.require import require_transaction
from outbox.retry import whole

log = logging.getLogger(__name__)

GIFT_WAITS_DAYS = 30
TRIED_DAYS = 60
"""Days after the end in which a prize that could not be given (nothing left) is tried again."""


def close_season(*, season_id: int, at: datetime) -> bool:
    """Seven days after the end: count once more, write the final tables, tell everybody who was in. Once; never again."""
    require_transaction()
    due = at - timedelta(days=rules.CLOSES_AFTER_DAYS)
    found = Season.objects.select_for_update().filter(pk=season_id, closed_at__isnull=True, ends_at__lte=due)
    season = found.first()
    if season is None or not count_season(season_id=season_id, at=at, whole=True):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_seasonresult (league_id, member_id, rank, score) "
            "SELECT score.league_id, score.member_id, "
            "rank() OVER (PARTITION BY score.league_id ORDER BY score.score DESC), score.score "
            "FROM loyalty_seasonscore AS score JOIN loyalty_seasonleague AS league ON league.id = score.league_id "
            "WHERE league.season_id = %s",
            [season_id],
        )
    SeasonScore.objects.filter(league__season_id=season_id).delete()
    Season.objects.filter(pk=season_id).update(closed_at=at)
    told.tell_result(season_id=season_id, at=at)
    publish(SeasonClosed(season_id=season_id, at=at))
    return True


def unrewarded(*, at: datetime, limit: int = 500) -> list[int]:
    """Results whose rank brings something that was not given yet."""
    prize = SeasonPrize.objects.filter(
        Q(league="") | Q(league=OuterRef("league__kind")),
        season_id=OuterRef("league__season_id"),
        first_rank__lte=OuterRef("rank"),
        last_rank__gte=OuterRef("rank"),
    )
    inside = SeasonPlayer.objects.filter(
        season_id=OuterRef("league__season_id"), member_id=OuterRef("member_id"), left_at__isnull=True
    )
    rows = SeasonResult.objects.filter(
        Exists(prize), Exists(inside), rewarded_at__isnull=True, member__is_active=True,
        league__season__closed_at__gt=at - timedelta(days=TRIED_DAYS),
    )  # fmt: skip
    return list(rows.order_by("id").values_list("pk", flat=True)[:limit])


def reward_result(*, result_id: int, at: datetime) -> bool:
    """Give what a rank brings, once: the keys are made of season, table and member. False when something could not be given."""
    require_transaction()
    result = SeasonResult.objects.select_for_update(of=("self",)).select_related("league").get(pk=result_id)
    if result.rewarded_at is not None:
        return False
    season_id, league = result.league.season_id, result.league
    prizes = [
        rules.Prize(row.pk, row.league, row.first_rank, row.last_rank, row.points, row.reward_id, row.badge_id)
        for row in SeasonPrize.objects.filter(season_id=season_id)
    ]
    due = rules.prizes_for(prizes, league=league.kind, rank=result.rank)
    cause = f"season:{season_id}:{league.pk}:{result.member_id}"
    if points := sum(prize.points for prize in due):
        grant_points(
            cause=cause, member_id=result.member_id, amount=points, reason="season", origin="campaign", by=None, at=at
        )
    for prize in due:
        if prize.reward_id:
            try:
                grant_gift(
                    cause=f"{cause}:{prize.id}", member_id=result.member_id, reward_id=prize.reward_id,
                    valid_days=GIFT_WAITS_DAYS, by=None, at=at,
                )  # fmt: skip
            except RewardRefused as refused:
                log.error("A prize of season %s cannot be given: %s", season_id, refused)
                raise
        if prize.badge_id:
            badges.give(kind_id=prize.badge_id, member_id=result.member_id, note="", by=None, at=at)
    SeasonResult.objects.filter(pk=result_id).update(rewarded_at=at)
    return True


def begin_next(*, at: datetime) -> int | None:
    """The season that follows, with the tables and prizes of the last; on a site that never had one, the first. Its id.

    None while one runs, or when the last was not to be followed. Twice at once begins one.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('loyalty.season'), 0)")
    last = Season.objects.order_by("-ends_at").first()
    if last is not None and (last.ends_at > at or not last.continues):
        return None
    if last is None:
        starts, ends = rules.quarter(at, zone())
        season = Season.objects.create(starts_at=starts, ends_at=ends)
        kinds = (SeasonLeague.Kind.EVERYBODY, SeasonLeague.Kind.NEWCOMERS)
        SeasonLeague.objects.bulk_create(SeasonLeague(season=season, kind=kind) for kind in kinds)
    else:
        starts, ends = rules.next_season(last_end=last.ends_at, at=at, zone=zone())
        season = Season.objects.create(
            starts_at=starts,
            ends_at=ends,
            counts_purchases=last.counts_purchases,
            daily_cap=last.daily_cap,
            newcomer_days=last.newcomer_days,
        )
        SeasonLeague.objects.bulk_create(
            SeasonLeague(season=season, kind=one.kind, board_id=one.board_id) for one in last.leagues.all()
        )
        SeasonPrize.objects.bulk_create(
            SeasonPrize(
                season=season, league=one.league, first_rank=one.first_rank, last_rank=one.last_rank, points=one.points,
                reward_id=one.reward_id, badge_id=one.badge_id,
            )
            for one in last.prizes.all()
        )  # fmt: skip
    _join_always(season.pk, at)
    return season.pk


def _join_always(season_id: int, at: datetime) -> None:
    """Those who are in each season are in this one from its first day."""
    people, values = people_sql()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_seasonplayer (season_id, member_id, joined_at) "
            "SELECT %(season)s, choice.member_id, %(at)s FROM loyalty_seasonchoice AS choice "
            f"JOIN ({people}) AS person ON person.id = choice.member_id WHERE choice.wish = 'always' ON CONFLICT DO NOTHING",
            values | {"season": season_id, "at": at},
        )


def season_round(*, at: datetime) -> None:
    """Every ten minutes: begin, count, close, give. Each step is its own transaction, and doing it again changes nothing."""
    whole(partial(begin_next, at=at))
    due = at - timedelta(days=rules.CLOSES_AFTER_DAYS)
    rows = Season.objects.filter(closed_at__isnull=True, starts_at__lte=at).order_by("starts_at")
    for season_id, ends_at in list(rows.values_list("pk", "ends_at")):
        if ends_at <= due:
            whole(partial(close_season, season_id=season_id, at=at))
        else:
            whole(partial(count_season, season_id=season_id, at=at))
    for result_id in unrewarded(at=at):
        try:
            whole(partial(reward_result, result_id=result_id, at=at))
        except RewardRefused:
            continue  # nothing left: tried again, and the log says so
