"""“The season ends on Sunday”, “You came 4th”: only for those who are in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from loyalty.models import Season, SeasonPlayer, SeasonResult
from loyalty.queries.seasons import players, season_name
from messaging.actions import notify
from messaging.slots import NoticeCard, Told, notices

if TYPE_CHECKING:
    from members.access import Member

ENDING, RESULT = "season.ending", "season.result"
BATCH = 5_000


def tell_ending(*, at: datetime) -> int:
    """Three days before the end, once."""
    told = 0
    for season_id in Season.objects.filter(ends_at__gt=at, ends_at__lte=at + timedelta(days=3)).values_list(
        "pk", flat=True
    ):
        told += _tell(ENDING, season_id, at)
    return told


def tell_result(*, season_id: int, at: datetime) -> int:
    """When the tables are final."""
    return _tell(RESULT, season_id, at)


def _tell(kind: str, season_id: int, at: datetime) -> int:
    members = players(season_id=season_id)
    return sum(
        notify(
            member_ids=members[start : start + BATCH], kind=kind, cause=f"{kind}:{season_id}",
            data={"season": season_id}, at=at,
        )
        for start in range(0, len(members), BATCH)
    )  # fmt: skip


def write(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """As it is now; who has left meanwhile is told nothing."""
    wanted = {int(notice.data["season"]) for notice in notices}
    inside = set(
        SeasonPlayer.objects.filter(season_id__in=wanted, member_id=viewer.pk, left_at__isnull=True).values_list(
            "season_id", flat=True
        )
    )
    seasons = Season.objects.in_bulk(inside)
    best: dict[int, tuple[int, int]] = {}
    rows = SeasonResult.objects.filter(league__season_id__in=inside, member_id=viewer.pk, league__kind="everybody")
    for season_id, rank, score in rows.values_list("league__season_id", "rank", "score"):
        best[season_id] = (rank, score)
    told = {}
    for notice in notices:
        if season := seasons.get(int(notice.data["season"])):
            url = reverse("loyalty:season", args=[season.public_id])
            told[notice.id] = Told(_words(notice.kind, season, best.get(season.pk)), url, icon="crown")
    return told


def _words(kind: str, season: Season, best: tuple[int, int] | None) -> str:
    name = season_name(season.name, season.starts_at)
    if kind == ENDING:
        when = date_format(timezone.localtime(season.ends_at), "DATETIME_FORMAT")
        return _("“%(season)s” ends on %(when)s.") % {"season": name, "when": when}
    if best is None:
        return _("“%(season)s” is over, and its tables are final. Thank you for being in.") % {"season": name}
    rank, score = best
    words = ngettext(
        "“%(season)s” is over: you are number %(rank)s with %(score)s point of credit.",
        "“%(season)s” is over: you are number %(rank)s with %(score)s points of credit.",
        score,
    )
    return words % {"season": name, "rank": rank, "score": score}


def register() -> None:
    notices.register(ENDING, write, label=gettext_lazy("a season I am in ends soon"), group="points")
    notices.register(RESULT, write, label=gettext_lazy("how a season ended for me"), group="points")
