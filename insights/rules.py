"""The stage of a relationship, as pure arithmetic on the days on which somebody came.

Source: specs, customer science, sections 2, 3 and 5. Nothing here is learnt from data except one number, the site's
usual rhythm; every answer names its reason and carries the numbers that decided it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import comb, floor
from typing import Any


class Stage(StrEnum):
    """Where a relationship stands."""

    POTENTIAL = "potential"
    EXPLORATION = "exploration"
    FORMATION = "formation"
    STABLE = "stable"
    DECLINE = "decline"
    LAPSED = "lapsed"
    RECOVERED = "recovered"


class Reason(StrEnum):
    """Why: one code for each way into a stage,."""

    NO_EVENTS = "no_events"
    SILENT_LONG = "silent_long"
    CAME_BACK = "came_back"
    SILENT = "silent"
    FALLING = "falling"
    FEW_VISITS = "few_visits"
    STEADY = "steady"
    BUILDING = "building"


HEALTH: tuple[Stage, ...] = (
    Stage.STABLE,
    Stage.FORMATION,
    Stage.RECOVERED,
    Stage.EXPLORATION,
    Stage.DECLINE,
    Stage.LAPSED,
    Stage.POTENTIAL,
)
"""From the healthiest to the one that has not begun."""


@dataclass(frozen=True)
class Thresholds:
    """Every number of the rule. Days where not said otherwise."""

    overdue: float = 2.0
    """Silence of this many cadences is decline: a Poisson visitor is silent so long once in seven times (e^-2)."""
    lapsed: float = 4.0
    """Silence of this many cadences is lapsed (e^-4: once in 55 times); also what makes a gap long."""
    least_silence: int = 14
    least_lapse: int = 60
    recovered_for: int = 30
    visits_to_know: int = 3
    visits_to_be_stable: int = 5
    tenure_to_be_stable: int = 90
    chance: Fraction = Fraction(1, 20)
    """Falling is a fall that chance would bring at most this often."""
    least_prior: int = 4
    shrink: int = 2
    """How many gaps of the site's rhythm a member's own must outweigh."""
    window_least: int = 28
    window_most: int = 180
    fallback_cadence: float = 30.0
    """The site's rhythm until enough members have one."""
    members_for_prior: int = 30


DEFAULTS = Thresholds()


@dataclass(frozen=True)
class Inputs:
    """The numbers that decided, as of one day."""

    visits: int
    """Event days: days with at least one act."""
    cadence: float = 0.0
    """Days between visits, shrunk to the site's rhythm."""
    silence: int = 0
    tenure: int = 0
    overdue: float = 0.0
    """silence / cadence"""
    window: int = 0
    recent: int = 0
    """Visits within the last `window` days."""
    prior: int = 0
    """Visits within the `window` days before those."""
    back_for: int | None = None
    """Days since the latest long gap ended; None when there was none."""

    def as_json(self) -> dict[str, Any]:
        """As stored beside the stage."""
        return asdict(self)


@dataclass(frozen=True)
class Verdict:
    """A stage, its reason and its inputs."""

    stage: Stage
    reason: Reason
    inputs: Inputs


def evaluate(days: Iterable[date], *, as_of: date, prior_cadence: float, thresholds: Thresholds = DEFAULTS) -> Verdict:
    """The stage of one stream of one member as of a day. Later days, repeated days and disorder are ignored."""
    seen = sorted({day for day in days if day <= as_of})
    if not seen:
        return Verdict(Stage.POTENTIAL, Reason.NO_EVENTS, Inputs(visits=0))
    inputs = _measure(seen, as_of, prior_cadence, thresholds)
    stage, reason = _decide(inputs, thresholds)
    return Verdict(stage, reason, inputs)


def healthier(one: Stage, other: Stage) -> Stage:
    """The better of two stages: a member who talks is not lost because they stopped buying."""
    return min(one, other, key=HEALTH.index)


def is_better(new: Stage, old: Stage) -> bool:
    """Whether a move is upwards."""
    return HEALTH.index(new) < HEALTH.index(old)


def site_cadence(histories: Iterable[Sequence[date]], *, thresholds: Thresholds = DEFAULTS) -> float:
    """The prior G: the median over members with enough visits of their mean gap in days, or the fallback."""
    gaps = sorted(
        float((max(days) - min(days)).days) / (len(set(days)) - 1)
        for days in histories
        if len(set(days)) >= thresholds.visits_to_know
    )
    if len(gaps) < thresholds.members_for_prior:
        return thresholds.fallback_cadence
    place = (len(gaps) - 1) / 2
    low, high = gaps[floor(place)], gaps[floor(place + 0.5)]
    return low + (place - floor(place)) * (high - low)  # the same steps as PostgreSQL's percentile_cont


@lru_cache(maxsize=8)
def falling_limits(chance: Fraction, most: int) -> tuple[int, ...]:
    """For each total of visits in both windows, 0 … `most`: the highest recent count that is a fall; -1 for none.

    Exact: P(X <= recent) for X ~ Binomial(total, 1/2), in whole numbers. A table, so that SQL asks the same question.
    """
    limits = []
    for total in range(most + 1):
        allowed, tail, limit = chance * 2**total, 0, -1
        while (tail := tail + comb(total, limit + 1)) <= allowed:
            limit += 1
        limits.append(limit)
    return tuple(limits)


def _measure(seen: list[date], as_of: date, prior: float, rule: Thresholds) -> Inputs:
    first, last = seen[0], seen[-1]
    cadence = _cadence(first, last, len(seen), prior, rule)
    silence = (as_of - last).days
    window = floor(min(max(4 * cadence, rule.window_least), rule.window_most) + 0.5)
    ages = [(as_of - day).days for day in seen]
    back_on = _end_of_latest_long_gap(seen, prior, rule)
    return Inputs(
        visits=len(seen),
        cadence=cadence,
        silence=silence,
        tenure=(as_of - first).days,
        overdue=silence / cadence,
        window=window,
        recent=sum(age < window for age in ages),
        prior=sum(window <= age < 2 * window for age in ages),
        back_for=None if back_on is None else (as_of - back_on).days,
    )


def _cadence(first: date, last: date, visits: int, prior: float, rule: Thresholds) -> float:
    # Never below a day's fraction that could divide by zero: G is positive, so the sum is.
    return (rule.shrink * prior + float((last - first).days)) / float(rule.shrink + visits - 1)


def _end_of_latest_long_gap(seen: list[date], prior: float, rule: Thresholds) -> date | None:
    for index in range(len(seen) - 1, 0, -1):
        # The cadence known before the gap: what happened later must not excuse it.
        known = _cadence(seen[0], seen[index - 1], index, prior, rule)
        if (seen[index] - seen[index - 1]).days >= max(rule.least_lapse, rule.lapsed * known):
            return seen[index]
    return None


def _decide(inputs: Inputs, rule: Thresholds) -> tuple[Stage, Reason]:
    late = inputs.silence >= max(rule.least_silence, rule.overdue * inputs.cadence)
    if inputs.silence >= max(rule.least_lapse, rule.lapsed * inputs.cadence):
        return Stage.LAPSED, Reason.SILENT_LONG
    if inputs.back_for is not None and inputs.back_for <= rule.recovered_for and not late:
        return Stage.RECOVERED, Reason.CAME_BACK
    if late:
        return Stage.DECLINE, Reason.SILENT
    if _is_falling(inputs, rule):
        return Stage.DECLINE, Reason.FALLING
    if inputs.visits < rule.visits_to_know:
        return Stage.EXPLORATION, Reason.FEW_VISITS
    if inputs.visits >= rule.visits_to_be_stable and inputs.tenure >= rule.tenure_to_be_stable:
        return Stage.STABLE, Reason.STEADY
    return Stage.FORMATION, Reason.BUILDING


def _is_falling(inputs: Inputs, rule: Thresholds) -> bool:
    if inputs.prior < rule.least_prior or inputs.tenure < 2 * inputs.window:
        return False
    limits = falling_limits(rule.chance, 2 * rule.window_most)
    return inputs.recent <= limits[inputs.recent + inputs.prior]


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The calendar day of a moment in the site's time zone."""
    return moment.astimezone(zone).date()
