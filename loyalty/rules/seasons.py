"""When a season begins and ends, which rank a place in a table is, which prizes a rank brings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

CLOSES_AFTER_DAYS = 7
"""Days from a season's end to its final table, so that moderation catches up."""


def quarter(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment of the calendar quarter of `moment` in `zone`, and of the next."""
    local = moment.astimezone(zone)
    first = (local.month - 1) // 3 * 3 + 1
    year, following = (local.year + 1, 1) if first == 10 else (local.year, first + 3)
    return datetime(local.year, first, 1, tzinfo=zone), datetime(year, following, 1, tzinfo=zone)


def quarter_number(start: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """(year, 1 to 4) of the quarter in which a season begins."""
    local = start.astimezone(zone)
    return local.year, (local.month + 2) // 3


def next_season(*, last_end: datetime, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The season that follows one: from its end, or from this quarter's beginning when that was long ago, to the quarter's end."""
    first, end = quarter(at, zone)
    return max(first, last_end), end


def ranks(scores: Sequence[int], *, higher: int, before: int) -> list[int]:
    """Ranks of a piece of a table, best first, in which ties share theirs (1, 2, 2, 4).

    `higher`: how many of the whole table have more than the first of the piece; `before`: how many stand above it.
    """
    found: list[int] = []
    for place, score in enumerate(scores):
        if place == 0:
            found.append(higher + 1)
        else:
            found.append(found[-1] if score == scores[place - 1] else before + place + 1)
    return found


@dataclass(frozen=True)
class Prize:
    """What the ranks from `first` to `last` of a table are given. An empty `league` is every one."""

    id: int
    league: str
    first: int
    last: int
    points: int
    reward_id: int | None
    badge_id: int | None


def prizes_for(prizes: Iterable[Prize], *, league: str, rank: int) -> list[Prize]:
    """What a rank in a table brings; several prizes add up."""
    return [prize for prize in prizes if prize.league in ("", league) and prize.first <= rank <= prize.last]
