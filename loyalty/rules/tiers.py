"""Which tier a credit reaches, and when one is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class TierStep:
    """One tier as the review needs it."""

    id: int
    code: str
    rank: int
    threshold: int
    keep: int


@dataclass(frozen=True)
class Review:
    """Where a member stands after a review. `grace_until` is set while a tier is about to be lost."""

    tier: TierStep
    grace_until: datetime | None


def reached(credit: int, steps: Sequence[TierStep]) -> TierStep:
    """The highest tier that `credit` reaches; the lowest for everybody."""
    return max(
        (step for step in steps if step.threshold <= credit), key=lambda s: s.rank, default=min(steps, key=_rank)
    )


def review(
    *,
    credit: int,
    current: TierStep | None,
    grace_until: datetime | None,
    steps: Sequence[TierStep],
    grace: timedelta,
    at: datetime,
    allow_down: bool,
) -> Review:
    """Up at once; down one level, at a review, when the grace has run out."""
    target = reached(credit, steps)
    if current is None or target.rank >= current.rank:
        return Review(target, None)
    if credit >= current.keep:
        return Review(current, None)
    if not allow_down:
        return Review(current, grace_until)
    if grace_until is None:
        return Review(current, at + grace)
    if grace_until > at:
        return Review(current, grace_until)
    below = max((step for step in steps if step.rank < current.rank), key=_rank)
    return Review(below, None)


def _rank(step: TierStep) -> int:
    return step.rank
