"""What the numbers of a campaign may claim (specs: campaigns, sections 5 and 6). Pure.

Arms: 1 are the treated, 0 the held out. Shares are between 0 and 1, lifts are differences of shares.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

ALPHA, POWER = 0.05, 0.80
READ_OUT_CONFIDENCE = 0.955
"""Of the one interval on the read-out day; the rest of the 5 % is spent on looking earlier."""
EARLY_ALPHA = 0.01
EARLY_CONVERSIONS = 20
TOO_SMALL = 500
BROKEN_RATIO = 0.001


class Verdict(StrEnum):
    """What the page may say."""

    NOT_MEASURABLE = "not_measurable"
    BROKEN = "broken"
    TOO_EARLY = "too_early"
    BETTER = "better"
    NO_EFFECT = "no_effect"
    WORSE = "worse"


@dataclass(frozen=True)
class Arm:
    """`returned` of `size` came back."""

    returned: int
    size: int

    @property
    def share(self) -> float:
        return self.returned / self.size if self.size else 0.0


@dataclass(frozen=True)
class Lift:
    """The difference of the shares and the interval that covers the true one."""

    value: float
    lower: float
    upper: float


def newcombe(treated: Arm, held_out: Arm, confidence: float = 0.95) -> Lift:
    """Newcombe's interval for a difference of two shares, from Wilson limits. Never Wald's, which calls noise a win."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    (l1, u1), (l0, u0) = _wilson(treated, z), _wilson(held_out, z)
    p1, p0 = treated.share, held_out.share
    value = p1 - p0
    return Lift(value, value - math.hypot(p1 - l1, u0 - p0), value + math.hypot(u1 - p1, p0 - l0))


def needed(*, base: float, target: float, held_share: float) -> int:
    """How many eligible members prove a change from `base` to `target` (5 %, power 80 %)."""
    k = (1 - held_share) / held_share
    pooled = (base + k * target) / (1 + k)
    a, b = NormalDist().inv_cdf(1 - ALPHA / 2), NormalDist().inv_cdf(POWER)
    inner = a * math.sqrt(pooled * (1 - pooled) * (1 + 1 / k)) + b * math.sqrt(
        base * (1 - base) + target * (1 - target) / k
    )
    return math.ceil(inner**2 / (target - base) ** 2 / held_share)


def detectable_lift(*, eligible: int, held_share: float, base: float) -> float | None:
    """The smallest lift that so many members prove; None when even everybody returning would not."""
    if eligible < 2 or not 0 < held_share < 1:
        return None
    low, high = 0.0, 1 - base - 1e-9
    if high <= 0 or needed(base=base, target=base + high, held_share=held_share) > eligible:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        enough = middle > 0 and needed(base=base, target=base + middle, held_share=held_share) <= eligible
        low, high = (low, middle) if enough else (middle, high)
    return high


def suggested_holdout(eligible: int) -> int:
    """Percent to hold out: half of a small audience, a twentieth of a large one."""
    for below, percent in ((2_000, 50), (10_000, 20), (50_000, 10)):
        if eligible < below:
            return percent
    return 5


def ratio_p(*, treated: int, held_out: int, held_share: float) -> float:
    """The probability that a fair draw misses the planned share by at least so much (χ², one degree of freedom)."""
    total = treated + held_out
    if not total or not 0 < held_share < 1:
        return 1.0
    planned_held, planned_treated = total * held_share, total * (1 - held_share)
    chi = (held_out - planned_held) ** 2 / planned_held + (treated - planned_treated) ** 2 / planned_treated
    return math.erfc(math.sqrt(chi / 2))


def early_bound(treated: Arm, held_out: Arm, *, base: float) -> float:
    """How large the difference must be to stop before the read-out day, however often one looks."""
    p1, p0 = (treated.returned + 1) / (treated.size + 2), (held_out.returned + 1) / (held_out.size + 2)
    v = p1 * (1 - p1) / treated.size + p0 * (1 - p0) / held_out.size
    planned = base * (1 - base) * (1 / treated.size + 1 / held_out.size)
    c = -2 * math.log(EARLY_ALPHA)
    rho = planned / (c + math.log(c + 1))
    return math.sqrt((v + rho) * math.log((v + rho) / (rho * EARLY_ALPHA**2)))


def stops_early(treated: Arm, held_out: Arm, *, base: float) -> bool:
    """Whether the difference is proven before the read-out day."""
    if treated.returned + held_out.returned < EARLY_CONVERSIONS or not treated.size or not held_out.size:
        return False
    return abs(treated.share - held_out.share) > early_bound(treated, held_out, base=base)


def judge(
    treated: Arm, held_out: Arm, *, held_share: float, base: float, read_out: bool
) -> tuple[Verdict, Lift | None]:
    """What may be said now, with the interval when there is one to show."""
    if not held_share or not held_out.size or not treated.size:
        return Verdict.NOT_MEASURABLE, None
    if ratio_p(treated=treated.size, held_out=held_out.size, held_share=held_share) < BROKEN_RATIO:
        return Verdict.BROKEN, None
    lift = newcombe(treated, held_out, READ_OUT_CONFIDENCE)
    if not read_out:
        if not stops_early(treated, held_out, base=base):
            return Verdict.TOO_EARLY, lift
        return (Verdict.BETTER if lift.value > 0 else Verdict.WORSE), lift
    if lift.lower > 0:
        return Verdict.BETTER, lift
    return (Verdict.WORSE if lift.upper < 0 else Verdict.NO_EFFECT), lift


def _wilson(arm: Arm, z: float) -> tuple[float, float]:
    n, p = arm.size, arm.share
    centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)
