"""Caps, cooldowns and budgets of a rule: which rows hold them, and what the counted state still allows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

PERIODS = ("day", "week", "month", "lifetime")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How often and how much one rule pays one member. None: no limit. `budget` is for everybody together."""

    times: Mapping[str, int | None]
    points: Mapping[str, int | None]
    from_one: int | None = None
    rolling_times: int | None = None
    rolling_days: int | None = None
    cooldown_minutes: int | None = None
    budget: int | None = None

    @property
    def any(self) -> bool:
        """Whether there is something to look up."""
        return (
            any(value is not None for value in (*self.times.values(), *self.points.values()))
            or any(value is not None for value in (self.from_one, self.rolling_times, self.budget))
            or bool(self.cooldown_minutes)
        )

    @property
    def timed(self) -> bool:
        """Whether the times of earlier awards matter."""
        return bool(self.cooldown_minutes) or self.rolling_times is not None


NONE = Limits(times={}, points={})


@dataclass(frozen=True)
class Scope:
    """One counter: what it counts in, its limit, and what it is called when it is full."""

    period: str
    cap: int
    code: str


def period(kind: str, moment: datetime, zone: ZoneInfo) -> str:
    """The name of the calendar period in the programme's zone: day:2026-03-02, week:2026-W10, month:2026-03, lifetime."""
    local = moment.astimezone(zone).date()
    if kind == "day":
        return f"day:{local.isoformat()}"
    if kind == "week":
        year, week, _day = local.isocalendar()
        return f"week:{year}-W{week:02}"
    return f"month:{local.year}-{local.month:02}" if kind == "month" else "lifetime"


def hit_scopes(limits: Limits, moment: datetime, zone: ZoneInfo, *, counterpart: int | None) -> list[Scope]:
    """The counters of times, the shortest period first."""
    scopes = [
        Scope(period(kind, moment, zone), cap, "daily_cap" if kind == "day" else f"{kind}_cap")
        for kind in PERIODS
        if (cap := limits.times.get(kind)) is not None
    ]
    if limits.from_one is not None and counterpart is not None:
        scopes.append(Scope(f"{period('day', moment, zone)}:from:{counterpart}", limits.from_one, "giver_cap"))
    return scopes


def point_scopes(limits: Limits, moment: datetime, zone: ZoneInfo) -> list[Scope]:
    """The counters of points, the shortest period first."""
    return [
        Scope(period(kind, moment, zone), cap, "points_cap" if kind == "day" else f"points_{kind}")
        for kind in PERIODS
        if (cap := limits.points.get(kind)) is not None
    ]


def too_soon(limits: Limits, moment: datetime, earlier: list[datetime]) -> str:
    """cooldown or rolling_cap when the earlier awards (their times, any order) forbid another now; else nothing."""
    if limits.cooldown_minutes:
        since = moment - timedelta(minutes=limits.cooldown_minutes)
        if any(since < one <= moment for one in earlier):
            return "cooldown"
    if limits.rolling_times is not None and limits.rolling_days:
        since = moment - timedelta(days=limits.rolling_days)
        if sum(1 for one in earlier if since < one) >= limits.rolling_times:
            return "rolling_cap"
    return ""


def horizon(limits: Limits) -> timedelta:
    """How far back earlier awards matter."""
    return max(timedelta(minutes=limits.cooldown_minutes or 0), timedelta(days=limits.rolling_days or 0))
