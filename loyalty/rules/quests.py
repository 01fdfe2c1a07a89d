"""Which period a moment belongs to, and how far a quest is: by what stands now, whatever the order it was told in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEVER, DAILY, WEEKLY, SEASON = "never", "daily", "weekly", "season"


@dataclass(frozen=True)
class StepNeed:
    """What a step asks for."""

    id: int
    count: int


@dataclass(frozen=True)
class Mark:
    """An event that counts for a step now. Of those with the same `distinct` (empty: the same source) one counts."""

    step_id: int
    source: str
    distinct: str
    at: datetime


@dataclass(frozen=True)
class StepState:
    """How far a step is. `have` is never more than `count`; `locked`: another step comes first."""

    id: int
    have: int
    count: int
    locked: bool = False

    @property
    def done(self) -> bool:
        return self.have >= self.count


def progress(steps: Sequence[StepNeed], marks: Sequence[Mark], *, ordered: bool) -> list[StepState]:
    """How far each step is, in order. With `ordered` a step counts what happened after the one before it was done."""
    states: list[StepState] = []
    since: datetime | None = None
    locked = False
    for step in steps:
        seen: dict[str, datetime] = {}
        if not locked:
            for mark in marks:
                if mark.step_id != step.id or (since is not None and mark.at < since):
                    continue
                key = mark.distinct or mark.source
                seen[key] = min(mark.at, seen.get(key, mark.at))
        times = sorted(seen.values())
        states.append(StepState(step.id, min(len(times), step.count), step.count, locked))
        if ordered:
            if len(times) >= step.count:
                since = times[step.count - 1]
            else:
                locked = True
    return states


def finished(states: Sequence[StepState]) -> bool:
    """A quest without steps is never done."""
    return bool(states) and all(state.done for state in states)


def share(states: Sequence[StepState]) -> int:
    """How far the whole is, in percent, each step of the same weight; 100 only when it is done."""
    if not states:
        return 0
    return int(100 * sum(state.have / state.count for state in states) / len(states) + 1e-9)


def monday(at: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week in which a moment falls, in the programme's time zone."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def period(repeat: str, at: datetime, zone: ZoneInfo) -> str:
    """The name of the period of a moment: "", "2026-11-22", "2026-W47", "2026-Q4"."""
    day = at.astimezone(zone).date()
    if repeat == DAILY:
        return day.isoformat()
    if repeat == WEEKLY:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    if repeat == SEASON:
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return ""


def period_end(repeat: str, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the period of a moment is over: local midnight, so a day may have 23 or 25 hours. None: never."""
    day = at.astimezone(zone).date()
    if repeat == DAILY:
        last = day + timedelta(days=1)
    elif repeat == WEEKLY:
        last = day - timedelta(days=day.weekday()) + timedelta(days=7)
    elif repeat == SEASON:
        month = (day.month + 2) // 3 * 3 + 1
        last = date(day.year + month // 13, (month - 1) % 12 + 1, 1)
    else:
        return None
    return datetime.combine(last, time(), tzinfo=zone)
