"""Being in a season, by choice."""

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty.actions.seasons.counting import count_member
from loyalty.models import Season, SeasonChoice, SeasonPlayer, SeasonScore
from outbox.require import require_transaction


class SeasonRefused(Exception):
    """A season that one cannot join or leave any more. `code` is stable; the text says the next step."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def join_season(*, season_id: int, member_id: int, by: int, at: datetime) -> None:
    """Be in this season; what was earned since its first day counts. Joining twice is once. Raises SeasonRefused (over)."""
    require_transaction()
    running = Season.objects.filter(pk=season_id, closed_at__isnull=True, ends_at__gt=at).exists()
    if not running:
        raise SeasonRefused("over", _("This season is over. The next one begins for everybody at zero."))
    SeasonPlayer.objects.update_or_create(
        season_id=season_id,
        member_id=member_id,
        defaults={"left_at": None, "counted_at": None},
        create_defaults={"joined_at": at},
    )
    SeasonChoice.objects.filter(member_id=member_id, wish=SeasonChoice.Wish.NEVER).update(
        wish=SeasonChoice.Wish.ASK, changed_at=at
    )
    count_member(season_id=season_id, member_id=member_id, at=at)


def leave_season(*, season_id: int, member_id: int, by: int, at: datetime) -> bool:
    """Be in it no more: shown nowhere from now on, also not in a result. False for somebody who was not in."""
    require_transaction()
    left = SeasonPlayer.objects.filter(season_id=season_id, member_id=member_id, left_at__isnull=True).update(
        left_at=at
    )
    SeasonScore.objects.filter(league__season_id=season_id, member_id=member_id).delete()
    return left == 1


def wish_seasons(*, member_id: int, wish: str, by: int, at: datetime) -> None:
    """What somebody wants of all seasons. `never` leaves every season, past ones too; `always` joins the one that runs."""
    require_transaction()
    wish = SeasonChoice.Wish(wish).value
    SeasonChoice.objects.update_or_create(member_id=member_id, defaults={"wish": wish, "changed_at": at})
    if wish == SeasonChoice.Wish.NEVER:
        SeasonPlayer.objects.filter(member_id=member_id, left_at__isnull=True).update(left_at=at)
        SeasonScore.objects.filter(member_id=member_id).delete()
    elif wish == SeasonChoice.Wish.ALWAYS:
        running = Season.objects.filter(starts_at__lte=at, ends_at__gt=at, closed_at__isnull=True).order_by(
            "-starts_at"
        )
        for season_id in running.values_list("pk", flat=True)[:1]:
            join_season(season_id=season_id, member_id=member_id, by=by, at=at)
