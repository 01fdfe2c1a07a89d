"""Seasons as members see them: the tables, one's own place, how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from community.access import Rights
from loyalty.models import Season, SeasonChoice, SeasonLeague, SeasonPlayer, SeasonPrize
from loyalty.rules import seasons as season_rules
from members.access import SUSPENDED
from members.queries import MemberCard, findable, member_cards

TOP = 20
NEAR = 5


def people_sql() -> tuple[str, dict[str, Any]]:
    """Who may stand in a table at all (id, date_joined), as SQL: not the erased, the suspended, nor those who may not sign in."""
    shown = findable(absent_too=True).exclude(groups__name=SUSPENDED).order_by().values("id", "date_joined")
    statement, values = shown.query.sql_with_params()
    named = {f"people{place}": value for place, value in enumerate(values)}
    return statement % tuple(f"%({name})s" for name in named), named


@dataclass(frozen=True)
class SeasonCard:
    """A season. `running`: earning counts now; `final`: its tables are closed. Between the two it is being checked."""

    id: int
    public_id: str
    name: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    counted_at: datetime | None
    counts_purchases: bool
    daily_cap: int
    newcomers_since: datetime
    running: bool
    final: bool
    coming: bool


@dataclass(frozen=True)
class LeagueCard:
    """One table of a season."""

    id: int
    kind: str
    label: str
    board_id: int | None
    slug: str


@dataclass(frozen=True)
class Place:
    """A row of a table. Ties share their rank."""

    rank: int
    score: int
    card: MemberCard
    own: bool


@dataclass(frozen=True)
class PrizeLine:
    """What ranks bring, for people."""

    first: int
    last: int
    points: int
    gift: str
    badge: str


@dataclass(frozen=True)
class Standing:
    """What a member has to do with a season: whether they are in, and what they want of all of them."""

    inside: bool
    wish: str


def season_name(name: str, starts_at: datetime) -> str:
    """How a season is called: its own name, else its quarter."""
    if name:
        return _(name)
    year, number = season_rules.quarter_number(starts_at, ZoneInfo(settings.TIME_ZONE))
    return _("%(year)s, season %(number)s") % {"year": year, "number": number}


def current_season(*, at: datetime) -> SeasonCard | None:
    """The season that runs; without one, the last that did."""
    row = Season.objects.filter(starts_at__lte=at).order_by("-starts_at").first()
    return season_card(row, at=at) if row else None


def season(*, public_id: str, at: datetime) -> SeasonCard | None:
    if "\x00" in public_id:
        return None
    row = Season.objects.filter(public_id=public_id, starts_at__lte=at).first()
    return season_card(row, at=at) if row else None


def past_seasons(*, at: datetime, limit: int = 12) -> list[SeasonCard]:
    """Seasons that are over, the latest first."""
    rows = Season.objects.filter(ends_at__lte=at).order_by("-starts_at")[:limit]
    return [season_card(row, at=at) for row in rows]


def season_card(row: Season, *, at: datetime) -> SeasonCard:
    return SeasonCard(
        id=row.pk,
        public_id=row.public_id,
        name=season_name(row.name, row.starts_at),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        closes_at=row.ends_at + timedelta(days=season_rules.CLOSES_AFTER_DAYS),
        counted_at=row.counted_at,
        counts_purchases=row.counts_purchases,
        daily_cap=row.daily_cap,
        newcomers_since=row.newcomers_since,
        running=row.starts_at <= at < row.ends_at and row.closed_at is None,
        final=row.closed_at is not None,
        coming=at < row.starts_at,
    )


def leagues(*, season_id: int, held: Rights) -> list[LeagueCard]:
    """The tables that the viewer may see: those of boards only with the right to read the board."""
    readable = Q(board__isnull=True) | Q(board_id__in=held.browsable)
    rows = SeasonLeague.objects.filter(readable, season_id=season_id).values_list(
        "pk", "kind", "board_id", "board__name", "board__slug"
    )
    order = [kind.value for kind in SeasonLeague.Kind]
    cards = [
        LeagueCard(
            pk,
            kind,
            name if board_id else str(SeasonLeague.Kind(kind).label),
            board_id,
            f"board:{slug}" if board_id else kind,
        )
        for pk, kind, board_id, name, slug in rows
    ]
    return sorted(cards, key=lambda card: (order.index(card.kind), card.label, card.id))


def standing(*, season_id: int, member_id: int) -> Standing:
    """In one statement: whether the member is in this season, and their wish."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM loyalty_seasonplayer WHERE season_id = %s AND member_id = %s AND left_at IS NULL), "
            "(SELECT wish FROM loyalty_seasonchoice WHERE member_id = %s)",
            [season_id, member_id, member_id],
        )
        inside, wish = cursor.fetchone()
    return Standing(inside, wish or SeasonChoice.Wish.ASK)


def wish_of(*, member_id: int) -> str:
    """What the member wants of all seasons; to be asked, while they have said nothing."""
    kept = SeasonChoice.objects.filter(member_id=member_id).values_list("wish", flat=True).first()
    return kept or SeasonChoice.Wish.ASK


_TABLE = """
    SELECT held.member_id, held.score, {rank} AS rank FROM {rows} AS held
    JOIN loyalty_seasonleague AS league ON league.id = held.league_id
    JOIN loyalty_seasonplayer AS player ON player.season_id = league.season_id AND player.member_id = held.member_id
        AND player.left_at IS NULL
    JOIN ({people}) AS person ON person.id = held.member_id
    WHERE held.league_id = %(league)s
"""
_TOP = _TABLE + " ORDER BY {order} LIMIT %(limit)s"
_AROUND = """
WITH me AS (SELECT score, member_id FROM {rows} WHERE league_id = %(league)s AND member_id = %(member)s)
(SELECT part.* FROM me, LATERAL ({table} AND (held.score > me.score OR (held.score = me.score AND held.member_id < me.member_id))
    ORDER BY held.score, held.member_id DESC LIMIT %(near)s) AS part)
UNION ALL
(SELECT part.* FROM me, LATERAL ({table} AND held.member_id = me.member_id) AS part)
UNION ALL
(SELECT part.* FROM me, LATERAL ({table} AND (held.score < me.score OR (held.score = me.score AND held.member_id > me.member_id))
    ORDER BY held.score DESC, held.member_id LIMIT %(near)s) AS part)
"""
_ABOVE = """
SELECT count(*) FILTER (WHERE score > %(score)s), count(*) FROM loyalty_seasonscore
WHERE league_id = %(league)s AND (score > %(score)s OR (score = %(score)s AND member_id < %(first)s))
"""


def top(*, league_id: int, final: bool, viewer_id: int, limit: int = TOP) -> list[Place]:
    """The first of a table."""
    rows = _read(_TOP, final, {"league": league_id, "limit": limit})
    if not final:
        numbers = season_rules.ranks([score for _member, score, _rank in rows], higher=0, before=0)
        rows = [(member, score, number) for (member, score, _rank), number in zip(rows, numbers, strict=True)]
    return _places(rows, viewer_id)


def around(*, league_id: int, final: bool, viewer_id: int) -> list[Place]:
    """The viewer with five above and five below; empty for somebody who is not in the table."""
    rows = _read(_AROUND, final, {"league": league_id, "member": viewer_id, "near": NEAR})
    rows = sorted(rows, key=lambda row: (-row[1], row[0]))
    if not any(member == viewer_id for member, _score, _rank in rows):
        return []
    if not final:
        with connection.cursor() as cursor:
            cursor.execute(_ABOVE, {"league": league_id, "score": rows[0][1], "first": rows[0][0]})
            higher, before = cursor.fetchone()
        numbers = season_rules.ranks([score for _member, score, _rank in rows], higher=higher, before=before)
        rows = [(member, score, number) for (member, score, _rank), number in zip(rows, numbers, strict=True)]
    return _places(rows, viewer_id)


def _read(statement: str, final: bool, given: dict[str, Any]) -> list[tuple[int, int, int]]:
    people, values = people_sql()
    table = _TABLE.replace("{people}", people)
    statement = statement.replace("{table}", table).replace("{people}", people)
    statement = statement.replace("{rows}", "loyalty_seasonresult" if final else "loyalty_seasonscore")
    statement = statement.replace("{rank}", "held.rank" if final else "0")
    statement = statement.replace(
        "{order}", "held.rank, held.member_id" if final else "held.score DESC, held.member_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, given | values)
        return [(member, int(score), rank) for member, score, rank in cursor.fetchall()]


def _places(rows: Sequence[tuple[int, int, int]], viewer_id: int) -> list[Place]:
    cards = member_cards(member_ids=[member for member, _score, _rank in rows])
    return [Place(rank, score, cards[member], member == viewer_id) for member, score, rank in rows if member in cards]


def prizes(*, season_id: int, league_kind: str) -> list[PrizeLine]:
    """What the ranks of this kind of table bring."""
    rows = SeasonPrize.objects.filter(season_id=season_id, league__in=["", league_kind]).select_related(
        "reward", "badge"
    )
    return [
        PrizeLine(
            row.first_rank,
            row.last_rank,
            row.points,
            _(row.reward.name) if row.reward else "",
            str(row.badge) if row.badge else "",
        )
        for row in rows.order_by("first_rank", "id")
    ]


def players(*, season_id: int) -> list[int]:
    """Who is in a season now."""
    rows = SeasonPlayer.objects.filter(season_id=season_id, left_at__isnull=True)
    return list(rows.order_by("member_id").values_list("member_id", flat=True))
