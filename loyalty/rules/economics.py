"""What points are worth and what is owed for them. Pure; sources: specs/loyalty.md section 9 (IFRS 15 Example 52, chain ladder).

Money is whole minor units at the door; inside it is exact fractions, rounded once, half away from zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

LEAST_MONTHS = 12
"""A rate of redemption is estimated from at least so many monthly lots; before that somebody types one."""


@dataclass(frozen=True)
class Allocation:
    """The price of a sale shared between the goods and the points that came with them; the two sum to the price."""

    goods: int
    points: int


def allocate(*, price: int, goods_alone: int, points_alone: Fraction) -> Allocation:
    """Share `price` by stand-alone prices (IFRS 15.74). `points_alone`: points issued x value of one x expected redemption."""
    whole = goods_alone + points_alone
    share = rounded(price * points_alone / whole) if whole > 0 else 0
    return Allocation(price - share, share)


def recognised(*, deferred: int, redeemed: Fraction, expected: Fraction) -> int:
    """Revenue to date of what was deferred: by points redeemed of those expected to be; never more than was deferred."""
    if redeemed <= 0:
        return 0
    if expected <= redeemed:
        return deferred
    return rounded(deferred * redeemed / expected)


@dataclass(frozen=True)
class Period:
    """What one period did to an obligation: opening + issued - recognised = closing, exactly."""

    opening: int
    issued: int
    recognised: int

    @property
    def closing(self) -> int:
        return self.opening + self.issued - self.recognised


def catch_up(*, deferred: int, estimates: Sequence[tuple[int, int]]) -> list[Period]:
    """One lot through its periods. `estimates`: at each end, points redeemed to date and points now expected in all.

    A new estimate moves revenue in its own period, never in one that is over.
    """
    periods, before, opening = [], 0, 0
    for nth, (redeemed, expected) in enumerate(estimates):
        to_date = recognised(deferred=deferred, redeemed=Fraction(redeemed), expected=Fraction(expected))
        issued = deferred if nth == 0 else 0
        periods.append(Period(opening, issued, to_date - before))
        opening, before = periods[-1].closing, to_date
    return periods


@dataclass(frozen=True)
class Cohort:
    """The points of one month of issue. `used[a]`: redeemed in the a-th month of their life; `open`: still with members.

    `price`: what the purchases that brought them cost, in minor units; 0 for points that nobody bought.
    """

    month: int
    issued: int
    used: tuple[int, ...]
    open: int = 0
    price: int = 0

    @property
    def redeemed(self) -> int:
        return sum(self.used)


def measurable(cohorts: Sequence[Cohort]) -> list[Cohort]:
    """The lots issued since points were first redeemed at all. Older ones (bought before the programme began, taken in from a
    file) could not be used while they were young: their silence says nothing about the share that will be redeemed."""
    first = min((one.month + age for one in cohorts for age, points in enumerate(one.used) if points > 0), default=None)
    return [] if first is None else [one for one in cohorts if one.month >= first]


def development(cohorts: Sequence[Cohort], *, now: int) -> list[Fraction]:
    """The factors of the chain ladder: f_a = sum of cum(a+1) / sum of cum(a), over the lots old enough to have both.

    `now` is the number of the running month, which is not over and counts for nobody's development.
    """
    whole = [(one, _cumulative(one, now - one.month)) for one in cohorts if one.month < now]
    oldest = max((len(cumulative) for _one, cumulative in whole), default=0)
    factors = []
    for age in range(oldest - 1):
        both = [cumulative for _one, cumulative in whole if len(cumulative) > age + 1]
        first = sum(cumulative[age] for cumulative in both)
        factors.append(Fraction(sum(cumulative[age + 1] for cumulative in both), first) if first else Fraction(1))
    return factors


def _cumulative(cohort: Cohort, months: int) -> list[int]:
    """Points redeemed up to the end of each whole month of life."""
    found, total = [], 0
    for age in range(months):
        total += cohort.used[age] if age < len(cohort.used) else 0
        found.append(total)
    return found


@dataclass(frozen=True)
class Expectation:
    """How much of everything issued will have been redeemed in the end, and how that is known: measured or typed."""

    rate: Fraction
    measured: bool
    months: int

    @property
    def breakage(self) -> Fraction:
        return 1 - self.rate


def expectation(cohorts: Sequence[Cohort], *, now: int, typed: Fraction = Fraction(1)) -> Expectation:
    """The ultimate rate of redemption over all lots: measured by the chain ladder, or `typed` while less than a year is known."""
    known = [one for one in measurable(cohorts) if one.month < now]
    months = len({one.month for one in known if one.issued > 0})
    ultimates = ultimate(cohorts, now=now)
    issued = sum(one.issued for one in known)
    if months < LEAST_MONTHS or issued <= 0:
        return Expectation(typed, False, months)
    rate = sum(ultimates.values(), Fraction(0)) / issued
    return Expectation(min(rate, Fraction(1)), True, months)


def ultimate(cohorts: Sequence[Cohort], *, now: int) -> dict[int, Fraction]:
    """By month of issue: points that will have been redeemed in the end, never more than issued. Lots of the running month
    and those that cannot be measured are left out."""
    cohorts = measurable(cohorts)
    factors = development(cohorts, now=now)
    found: dict[int, Fraction] = {}
    for one in cohorts:
        cumulative = _cumulative(one, now - one.month)
        if not cumulative:
            continue
        amount = Fraction(cumulative[-1])
        for factor in factors[len(cumulative) - 1 :]:
            amount *= factor
        found[one.month] = found.get(one.month, Fraction(0)) + min(amount, Fraction(max(one.issued, 0)))
    return found


def still_to_come(cohorts: Sequence[Cohort], *, now: int, expected: Expectation) -> dict[int, Fraction]:
    """By month of issue: points that will still be redeemed, never more than are open."""
    measured = ultimate(cohorts, now=now) if expected.measured else {}
    found = {}
    for one in cohorts:
        final = measured.get(one.month, one.issued * expected.rate)
        found[one.month] = min(max(final - one.redeemed, Fraction(0)), Fraction(max(one.open, 0)))
    return found


def roll_forward(moves: Mapping[int, tuple[Fraction, Fraction]], months: Sequence[int]) -> list[Period]:
    """Monthly periods from exact amounts (issued, recognised) by month.

    Sums to date are rounded, not months, so that every opening is the closing before it and nothing is lost to rounding. What
    lies before the first of `months` is its opening.
    """
    if not months:
        return []
    issued = sum((one for month, (one, _other) in moves.items() if month < months[0]), Fraction(0))
    gone = sum((other for month, (_one, other) in moves.items() if month < months[0]), Fraction(0))
    ends = [(rounded(issued), rounded(gone))]
    for month in months:
        more, less = moves.get(month, (Fraction(0), Fraction(0)))
        issued, gone = issued + more, gone + less
        ends.append((rounded(issued), rounded(gone)))
    return [Period(start[0] - start[1], end[0] - start[0], end[1] - start[1]) for start, end in pairwise(ends)]


def obligation(
    cohorts: Sequence[Cohort], *, deferred: Mapping[int, Fraction], now: int, expected: Expectation
) -> dict[int, tuple[Fraction, Fraction]]:
    """What each month issued and recognised of the money kept back for points: revenue follows redemption, and a lot of which
    nothing more will come is recognised to its end in the running month."""
    coming = still_to_come(cohorts, now=now, expected=expected)
    moves: dict[int, tuple[Fraction, Fraction]] = {}

    def add(month: int, issued: Fraction, gone: Fraction) -> None:
        before = moves.get(month, (Fraction(0), Fraction(0)))
        moves[month] = (before[0] + issued, before[1] + gone)

    for one in cohorts:
        kept = deferred.get(one.month, Fraction(0))
        add(one.month, kept, Fraction(0))
        final = one.redeemed + coming[one.month]
        if final <= 0:
            add(now, Fraction(0), kept)
            continue
        for age, points in enumerate(one.used):
            add(min(one.month + age, now), Fraction(0), kept * points / final)
    return moves


def cost_of_point(*, spent: int, redeemed: int, typed: Fraction | None) -> tuple[Fraction | None, bool]:
    """What a redeemed point cost in minor units, by what rewards cost in a year, and whether that is measured; else `typed`."""
    return (Fraction(spent, redeemed), True) if redeemed > 0 and spent > 0 else (typed, False)


def rounded(value: Fraction) -> int:
    """Half away from zero, as books do."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole
