"""What keeps a tier and what reaches the next: how much, and by when. Exact, if nothing else comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from loyalty.rules.tiers import EARNED, NEVER, Held, Policy, TierStep
from loyalty.rules.windows import Frame, Window


@dataclass(frozen=True)
class Grain:
    """What was earned on one day and came at one moment. `available_at` in the future: pending."""

    day: date
    amount: int
    available_at: datetime


@dataclass(frozen=True)
class Need:
    """`amount` more before the moment `before` (None: at any time). Zero: what is there or on its way is enough."""

    amount: int
    before: datetime | None


@dataclass(frozen=True)
class Forecast:
    """`keep`: what the present tier still asks; None while nothing can take it away. `reach`: what the next one asks; None at
    the top. `leaving`: what leaves the window next, and when (amount 0: nothing)."""

    keep: Need | None
    reach: Need | None
    leaving: Need


def counts_at(grains: Sequence[Grain], window: Window, frame: Frame, moment: datetime) -> int:
    """The credit that counts for rising at `moment`, which lies in the same fixed period."""
    total = 0
    for grain in grains:
        leaves = window.leaves(grain.day)
        inside = leaves > moment if leaves else grain.day >= frame.start.astimezone(window.zone).date()
        if inside and grain.available_at <= moment:
            total += grain.amount
    return total


def forecast(
    *,
    held: Held,
    following: TierStep | None,
    grains: Sequence[Grain],
    window: Window,
    frame: Frame,
    policy: Policy,
    at: datetime,
) -> Forecast:
    """The way to keep and to rise, from what counts and what is on its way."""
    current = counts_at(grains, window, frame, at)
    leaving = _next_leaving(grains, window, frame, at)
    reach = None
    if following is not None:
        reach = Need(max(0, following.threshold - current), frame.ends or leaving.before)
    keep = None
    if held.tier.rank > 0 and held.ground == EARNED and policy.down != NEVER:
        keep = (
            _keep_in_grace(held, grains, window, frame, at)
            if held.grace_until
            else _keep(held, grains, window, frame, at)
        )
    return Forecast(keep, reach, leaving)


def short_at(grains: Sequence[Grain], window: Window, frame: Frame, keep: int, at: datetime) -> datetime | None:
    """The first moment after `at` at which rolling days hold less than `keep`; None when that never comes."""
    for moment in _moments(grains, window, at):
        if counts_at(grains, window, frame, moment) < keep:
            return moment
    return None


def _keep(held: Held, grains: Sequence[Grain], window: Window, frame: Frame, at: datetime) -> Need | None:
    if frame.ends:
        # At the end of the period its whole credit decides.
        before = max(held.secured_until, frame.ends) if held.secured_until else frame.ends
        last = sum(
            g.amount
            for g in grains
            if g.day >= frame.start.astimezone(window.zone).date() and g.available_at < frame.ends
        )
        return Need(max(0, held.tier.keep - last), before)
    short = short_at(grains, window, frame, held.tier.keep, at)
    if counts_at(grains, window, frame, at) < held.tier.keep:
        short = at
    if short is None:
        return None
    return Need(held.tier.keep - counts_at(grains, window, frame, short), short if short > at else None)


def _keep_in_grace(held: Held, grains: Sequence[Grain], window: Window, frame: Frame, at: datetime) -> Need:
    until = held.grace_until or at
    last = min(until, frame.ends) if frame.ends else until
    moments = [at, *(moment for moment in _moments(grains, window, at) if moment < last)]
    if frame.ends:
        most = max(sum(g.amount for g in grains if g.available_at <= moment) for moment in moments)
    else:
        most = max(counts_at(grains, window, frame, moment) for moment in moments)
    return Need(max(0, held.tier.keep - most), until)


def _moments(grains: Sequence[Grain], window: Window, at: datetime) -> list[datetime]:
    """When something comes or leaves, after `at`."""
    edges = {window.leaves(grain.day) for grain in grains} | {grain.available_at for grain in grains}
    return sorted(edge for edge in edges if edge and edge > at)


def _next_leaving(grains: Sequence[Grain], window: Window, frame: Frame, at: datetime) -> Need:
    if frame.ends:
        return Need(counts_at(grains, window, frame, at), frame.ends)
    counted = [g for g in grains if g.available_at <= at and (edge := window.leaves(g.day)) and edge > at]
    if not counted:
        return Need(0, None)
    first = min(grain.day for grain in counted)
    return Need(sum(grain.amount for grain in counted if grain.day == first), window.leaves(first))
