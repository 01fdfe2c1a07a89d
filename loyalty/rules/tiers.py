"""Which tier a credit reaches, and when one is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from loyalty.rules.windows import day_end

EARNED, LIFETIME, INVITATION = "earned", "lifetime", "invitation"
ONE, FULL, NEVER = "one", "full", "never"
LOOK_AGAIN = timedelta(days=400)
"""Nobody stays unlooked at for longer."""


@dataclass(frozen=True)
class TierStep:
    """One tier as the review needs it. `lifetime`: the credit of a whole life that gives it for good."""

    id: int
    code: str
    rank: int
    threshold: int
    keep: int
    lifetime: int | None = None
    by_invitation: bool = False


@dataclass(frozen=True)
class Policy:
    """How tiers are lost: `down` one level | full | never, after `grace_days` (0: at once)."""

    down: str
    grace_days: int
    zone: ZoneInfo


@dataclass(frozen=True)
class Counted:
    """What counts of a member now. `previous` is the credit of the fixed period before this one, 0 for rolling days; `ends` is
    when this period is over. Pending credit is in none of them."""

    current: int
    previous: int = 0
    lifetime: int = 0
    ends: datetime | None = None

    @property
    def keeping(self) -> int:
        """What keeps a tier: in fixed periods the better of this one and the last, so that a year's work lasts the next year."""
        return max(self.current, self.previous)

    @property
    def in_grace(self) -> int:
        """What saves a tier in its grace: this period makes up what the last one lacked."""
        return self.current + self.previous


@dataclass(frozen=True)
class Held:
    """Where a member is: the tier and why, and until when a grace or a saved tier lasts."""

    tier: TierStep
    ground: str = EARNED
    grace_until: datetime | None = None
    secured_until: datetime | None = None


def reached(credit: int, steps: Sequence[TierStep]) -> TierStep:
    """The highest tier that `credit` reaches; the lowest for everybody."""
    return max(
        (step for step in _earnable(steps) if step.threshold <= credit), key=_rank, default=min(steps, key=_rank)
    )


def sustained(credit: int, steps: Sequence[TierStep]) -> TierStep:
    """The highest tier that `credit` would keep; the lowest for everybody."""
    return max((step for step in _earnable(steps) if step.keep <= credit), key=_rank, default=min(steps, key=_rank))


def for_good(lifetime: int, steps: Sequence[TierStep]) -> TierStep | None:
    """The highest tier that a whole life's credit gives for ever."""
    return max(
        (s for s in _earnable(steps) if s.lifetime is not None and s.lifetime <= lifetime), key=_rank, default=None
    )


def review(
    *,
    counted: Counted,
    held: Held | None,
    invited: TierStep | None,
    steps: Sequence[TierStep],
    policy: Policy,
    at: datetime,
    allow_down: bool,
) -> Held:
    """Where a member stands now: up at once; down only at a review (`allow_down`), when the grace has run out.

    `invited` is the highest tier that an invitation gives at this moment. An invitation that is over ends without a grace,
    because its last day was known from the first; what was earned meanwhile stands.
    """
    best, ground = _best(counted, invited, steps)
    if held is None or best.rank > held.tier.rank:
        return Held(best, ground)
    secured = held.secured_until if held.secured_until and held.secured_until > at else None
    if best.rank == held.tier.rank:
        return Held(held.tier, ground, None, secured)
    if held.ground == INVITATION or held.tier.by_invitation:
        if not allow_down:
            return held
        stays = sustained(counted.keeping, [step for step in steps if step.rank <= held.tier.rank])
        return Held(stays, EARNED) if stays.rank >= best.rank else Held(best, ground)
    return _keep_or_lose(counted, held, secured, best, ground, steps, policy, at, allow_down)


def _keep_or_lose(
    counted: Counted, held: Held, secured: datetime | None, best: TierStep, ground: str, steps: Sequence[TierStep],
    policy: Policy, at: datetime, allow_down: bool,
) -> Held:  # fmt: skip
    if counted.keeping >= held.tier.keep:
        return Held(held.tier, EARNED, None, secured)
    if held.grace_until and counted.in_grace >= held.tier.keep:
        return Held(held.tier, EARNED, None, counted.ends or secured)
    if policy.down == NEVER or (secured and not held.grace_until):
        return Held(held.tier, EARNED, None, secured)
    if not allow_down:
        return Held(held.tier, EARNED, held.grace_until, secured)
    if held.grace_until is None and policy.grace_days:
        return Held(held.tier, EARNED, day_end(at, policy.grace_days, policy.zone))
    if held.grace_until and held.grace_until > at:
        return Held(held.tier, EARNED, held.grace_until)
    below = max((s for s in _earnable(steps) if s.rank < held.tier.rank), key=_rank)
    landing = min(sustained(counted.keeping, steps), below, key=_rank) if policy.down == FULL else below
    return Held(landing, EARNED) if landing.rank >= best.rank else Held(best, ground)


def next_look(
    *,
    held: Held,
    policy: Policy,
    counted: Counted,
    short_at: datetime | None,
    invited_until: datetime | None,
    at: datetime,
) -> datetime:
    """When the answer may be another one without any posting. `short_at`: when the credit, as it leaves the window, will be
    too little to keep the tier."""
    edges = [at + LOOK_AGAIN]
    if invited_until:
        edges.append(invited_until)
    if held.tier.rank > 0 and held.ground == EARNED and policy.down != NEVER:
        own = (held.grace_until,) if held.grace_until else (held.secured_until or short_at, counted.ends)
        edges += [edge for edge in own if edge and edge > at]
    return min(edges)


def _best(counted: Counted, invited: TierStep | None, steps: Sequence[TierStep]) -> tuple[TierStep, str]:
    ways = [(reached(counted.current, steps), EARNED)]
    if lasting := for_good(counted.lifetime, steps):
        ways.append((lasting, LIFETIME))
    if invited:
        ways.append((invited, INVITATION))
    top = max(step.rank for step, _ground in ways)
    # For good before earned: it needs no keeping. An invitation comes last.
    order = (LIFETIME, EARNED, INVITATION)
    return min((way for way in ways if way[0].rank == top), key=lambda way: order.index(way[1]))


def _earnable(steps: Sequence[TierStep]) -> list[TierStep]:
    return [step for step in steps if not step.by_invitation]


def _rank(step: TierStep) -> int:
    return step.rank
