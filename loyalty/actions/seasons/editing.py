"""Managers plan seasons: their days, tables and prizes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from loyalty.actions.ledger.ceilings import too_much
from loyalty.actions.seasons.playing import SeasonRefused
from loyalty.models import Season, SeasonLeague, SeasonPlayer, SeasonPrize
from loyalty.rules.seasons import Prize
from outbox.require import require_transaction


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A season as it is meant to be. `boards` have a table each; prizes with the id 0 are new."""

    name: str
    starts_at: datetime
    ends_at: datetime
    counts_purchases: bool
    daily_cap: int
    newcomer_days: int
    continues: bool
    boards: Collection[int]
    prizes: Sequence[Prize]


def plan_season(*, season_id: int | None, plan: Plan, by: int, at: datetime) -> int:
    """Make a season, or change one that is not final; its id. Everybody is counted afresh at the next round.

    Raises SeasonRefused (final, overlaps, order, finance).
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('loyalty.season'), 0)")
    if plan.ends_at <= plan.starts_at:
        raise SeasonRefused("order", _("A season ends after its beginning."))
    others = Season.objects.filter(starts_at__lt=plan.ends_at, ends_at__gt=plan.starts_at).exclude(pk=season_id or 0)
    if others.exists():
        raise SeasonRefused("overlaps", _("Another season runs in these days. Only one runs at a time."))
    largest = SeasonPrize.objects.filter(season_id=season_id).aggregate(most=Max("points"))["most"] if season_id else 0
    most = max((prize.points for prize in plan.prizes), default=0)
    if why := too_much(amount=most, before=largest or 0, by=by):
        raise SeasonRefused("finance", why)
    values = {
        "name": plan.name, "starts_at": plan.starts_at, "ends_at": plan.ends_at, "daily_cap": plan.daily_cap,
        "counts_purchases": plan.counts_purchases, "newcomer_days": plan.newcomer_days, "continues": plan.continues,
    }  # fmt: skip
    if season_id is None:
        season_id = Season.objects.create(**values).pk
    elif not Season.objects.filter(pk=season_id, closed_at__isnull=True).update(**values):
        raise SeasonRefused("final", _("This season is final. It is never computed again."))
    _tables(season_id, plan)
    SeasonPrize.objects.filter(season_id=season_id).delete()
    SeasonPrize.objects.bulk_create(
        SeasonPrize(
            season_id=season_id, league=one.league, first_rank=one.first, last_rank=one.last, points=one.points,
            reward_id=one.reward_id, badge_id=one.badge_id,
        )
        for one in plan.prizes
    )  # fmt: skip
    SeasonPlayer.objects.filter(season_id=season_id).update(counted_at=None)
    return season_id


def _tables(season_id: int, plan: Plan) -> None:
    """Those that are wished for and missing are made, the others go with their scores."""
    kinds = SeasonLeague.Kind
    wanted: set[tuple[str, int | None]] = {(kinds.EVERYBODY.value, None)}
    wanted |= {(kinds.NEWCOMERS.value, None)} if plan.newcomer_days else set()
    wanted |= {(kinds.BOARD.value, board) for board in plan.boards}
    for league in SeasonLeague.objects.filter(season_id=season_id):
        if (league.kind, league.board_id) in wanted:
            wanted.discard((league.kind, league.board_id))
        else:
            league.delete()
    SeasonLeague.objects.bulk_create(
        SeasonLeague(season_id=season_id, kind=kind, board_id=board) for kind, board in wanted
    )
