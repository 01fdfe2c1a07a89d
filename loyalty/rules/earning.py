"""What an act or an order earns by a set of rules: effects and refusals, each with its reasons. Pure, so that the same facts and
the same rules give the same points for ever: on the day, after a refund, in a what-if replay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.rules import conditions
from loyalty.rules.amounts import spread
from loyalty.rules.limits import NONE, Limits

CEILING = 500
"""Percent: multipliers multiply one another, together at most to five times."""
FIXED, PER_UNIT, PER_ITEM, MULTIPLIER = "fixed", "per_unit", "per_item", "multiplier"


@dataclass(frozen=True, kw_only=True)
class RuleVersion:
    """One version of one rule. Without categories and skus it looks at every line that earns."""

    id: int
    code: str
    trigger: str
    formula: str
    version: int = 1
    points: int = 0
    credit: int = 0
    per_units: int = 1
    percent: int = 100
    categories: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    conditions: Mapping[str, Any] = field(default_factory=dict)
    tiers: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    stack: str = ""
    priority: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    pending_days: int = 0
    limits: Limits = NONE

    @property
    def picks(self) -> bool:
        """Whether it looks at some lines only."""
        return bool(self.categories or self.skus)

    @cached_property
    def readable(self) -> bool:
        """Whether its conditions can be judged; looked at once for a version."""
        return not conditions.check(self.conditions, trigger=self.trigger)

    def fixed(self) -> "RuleVersion":
        """The version as it judges what it has judged before: its time was asked then, once for ever."""
        return replace(self, starts_at=None, ends_at=None)

    def takes(self, line: "Line") -> bool:
        """Whether it looks at this line."""
        if not line.earns:
            return False
        return not self.picks or line.category.casefold() in self.categories or line.sku.casefold() in self.skus


@dataclass(frozen=True)
class Line:
    """What is left of an order's line: pieces, and net in minor units of the order's currency."""

    id: int
    quantity: int
    net: int
    earns: bool = True
    category: str = ""
    sku: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that rules may look at. `unit`: what one minor unit of the order is worth in units of the programme's currency.
    `percent`: what the member's tier multiplies points by."""

    trigger: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    paid_with_points: int = 0
    unit: Fraction = Fraction(1, 100)
    percent: int = 100
    tier_ranks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """What one rule pays. `lines`: of each line, points and credit. `inputs` say how it was reckoned."""

    rule: RuleVersion
    points: int
    credit: int
    inputs: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a rule pays nothing: a stable code, and what belongs to it."""

    rule: RuleVersion
    code: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The answer of the rules, before caps and budgets, which only the database knows."""

    effects: tuple[Effect, ...]
    refusals: tuple[Refusal, ...]


def evaluate(facts: Facts, rules: Sequence[RuleVersion], *, zone: ZoneInfo) -> Verdict:
    """Judge one act, or one order as it stands.

    Rules of other triggers are passed over. A refused rule is named with its reason; inside a stacking group the best rule wins
    (points, then credit, then priority, then the older rule); multipliers raise points, never credit.
    """
    values = dict(facts.values) | moment_values(facts.at, zone)
    refusals: list[Refusal] = []
    paying: list[RuleVersion] = []
    raising: list[RuleVersion] = []
    for rule in sorted((one for one in rules if one.trigger == facts.trigger), key=lambda one: one.id):
        refusal = _refused(rule, facts, values)
        if refusal:
            refusals.append(refusal)
        else:
            (raising if rule.formula == MULTIPLIER else paying).append(rule)
    raising = _best_multipliers(raising, refusals)
    found = []
    for rule in paying:
        effect = _effect(rule, facts, raising)
        if effect.points or effect.credit:
            found.append(effect)
        else:
            refusals.append(Refusal(rule, "nothing", effect.inputs))
    return Verdict(tuple(_best_effects(found, refusals)), tuple(refusals))


def moment_values(at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Day and hour of an act, as the programme's clock and calendar say."""
    local = at.astimezone(zone)
    return {
        "act.weekday": local.isoweekday(),
        "act.time": local.hour * 60 + local.minute,
        "act.date": local.date().isoformat(),
    }


def order_values(lines: Sequence[Line], *, unit: Fraction, exponent: int) -> dict[str, Any]:
    """What rules may ask of an order as it stands; money in minor units of the programme's currency (`exponent` places)."""
    left = [line for line in lines if line.quantity > 0 or line.net > 0]
    return {
        "order.net": int(sum(line.net for line in left) * unit * 10**exponent),
        "order.items": sum(line.quantity for line in left),
        "order.categories": sorted({line.category for line in left if line.category}),
        "order.skus": sorted({line.sku for line in left if line.sku}),
    }


def _refused(rule: RuleVersion, facts: Facts, values: Mapping[str, Any]) -> Refusal | None:
    if rule.starts_at is not None and facts.at < rule.starts_at:
        return Refusal(rule, "not_started", {"starts": rule.starts_at.isoformat()})
    if rule.ends_at is not None and facts.at >= rule.ends_at:
        return Refusal(rule, "ended", {"ended": rule.ends_at.isoformat()})
    if rule.tiers and values.get("member.tier") not in rule.tiers:
        return Refusal(rule, "audience", {"tiers": sorted(rule.tiers), "was": values.get("member.tier")})
    if rule.groups and not rule.groups & set(values.get("member.groups") or ()):
        return Refusal(rule, "audience", {"groups": sorted(rule.groups)})
    if not rule.readable:
        return Refusal(rule, "unreadable")
    verdict = conditions.judge(rule.conditions, values, tier_ranks=facts.tier_ranks)
    if not verdict.holds:
        return Refusal(rule, "conditions", {"failed": [dict(leaf) for leaf in verdict.failed]})
    if rule.picks and not any(rule.takes(line) for line in facts.lines):
        return Refusal(rule, "no_lines", {"categories": sorted(rule.categories), "skus": sorted(rule.skus)})
    return None


def _best_multipliers(rules: Iterable[RuleVersion], refusals: list[Refusal]) -> list[RuleVersion]:
    best: dict[object, RuleVersion] = {}
    for rule in rules:
        place: object = rule.stack or rule.id
        rival = best.get(place)
        if rival is None:
            best[place] = rule
            continue
        winner, loser = (
            (rule, rival) if (rule.percent, rule.priority) > (rival.percent, rival.priority) else (rival, rule)
        )
        best[place] = winner
        refusals.append(Refusal(loser, "outdone", {"by": winner.code}))
    return list(best.values())


def _best_effects(effects: Iterable[Effect], refusals: list[Refusal]) -> list[Effect]:
    best: dict[object, Effect] = {}
    for effect in effects:
        place: object = effect.rule.stack or effect.rule.id
        rival = best.get(place)
        if rival is None:
            best[place] = effect
            continue
        winner, loser = (effect, rival) if _weight(effect) > _weight(rival) else (rival, effect)
        best[place] = winner
        refusals.append(
            Refusal(loser.rule, "outdone", {"by": winner.rule.code, "points": loser.points, "credit": loser.credit})
        )
    return list(best.values())


def _weight(effect: Effect) -> tuple[int, int, int]:
    return effect.points, effect.credit, effect.rule.priority


def _effect(rule: RuleVersion, facts: Facts, raising: Sequence[RuleVersion]) -> Effect:
    if not facts.lines:
        factor, used = _factor(facts.percent, raising)
        exact = rule.points * factor
        points = int(exact)
        return Effect(rule, points, rule.credit, _inputs(rule, exact, points, factor, used, {}))
    return _effect_on_lines(rule, facts, raising)


def _effect_on_lines(rule: RuleVersion, facts: Facts, raising: Sequence[RuleVersion]) -> Effect:
    """Floor of the whole, spread over the lines by largest remainder. Depends on what is left alone, never on the way there."""
    lines = facts.lines
    eligible = [line.net if line.earns else 0 for line in lines]
    paid = spread(min(facts.paid_with_points, sum(eligible)), eligible) if facts.paid_with_points else [0] * len(lines)
    taken = [rule.takes(line) for line in lines]
    value = [net - share if mine else 0 for net, share, mine in zip(eligible, paid, taken, strict=True)]
    total = sum(value)
    weights = [net if mine else 0 for net, mine in zip(eligible, taken, strict=True)]
    inputs: dict[str, Any] = {"net": total}
    if rule.formula == PER_ITEM:
        value = [line.quantity if mine and net else 0 for line, mine, net in zip(lines, taken, value, strict=True)]
        total, weights = sum(value), value
        inputs = {"items": total}
    if total <= 0:
        return Effect(rule, 0, 0, inputs)
    rate = Fraction(1, rule.per_units) * (facts.unit if rule.formula == PER_UNIT else 1)
    base = Fraction(1) if rule.formula == FIXED else total * rate
    if rule.formula == FIXED:
        raising = [one for one in raising if not one.picks]  # a gift for the whole order belongs to no line
    factors = [_factor(facts.percent, [one for one in raising if one.takes(line)]) for line in lines]
    scale = lcm(*(factor.denominator for factor, _used in factors))
    raised = [int(weight * factor * scale) for weight, (factor, _used) in zip(weights, factors, strict=True)]
    # The mean of the lines' factors by value; exactly the factor itself where they are all the same.
    mean = Fraction(sum(raised), scale * sum(weights)) if sum(weights) else Fraction(1)
    exact = rule.points * base * mean
    points, credit = int(exact), int(rule.credit * base)
    used = tuple(dict.fromkeys(pair for _factor_, pairs in factors for pair in pairs))
    of_points, of_credit = spread(points, raised), spread(credit, weights)
    parts = tuple(
        (line.id, mine, other) for line, mine, other in zip(lines, of_points, of_credit, strict=True) if mine or other
    )
    return Effect(rule, points, credit, _inputs(rule, exact, points, mean, used, inputs), parts)


def _factor(percent: int, raising: Sequence[RuleVersion]) -> tuple[Fraction, tuple[tuple[str, int], ...]]:
    """The product of the multipliers up to the ceiling, and which took part."""
    if percent == 100 and not raising:
        return Fraction(1), ()
    factor = Fraction(percent, 100)
    for rule in raising:
        factor *= Fraction(rule.percent, 100)
    used = (("tier", percent),) if percent != 100 else ()
    return min(factor, Fraction(CEILING, 100)), (*used, *((rule.code, rule.percent) for rule in raising))


def _inputs(
    rule: RuleVersion,
    exact: Fraction,
    points: int,
    factor: Fraction,
    used: tuple[tuple[str, int], ...],
    more: dict[str, Any],
) -> dict[str, Any]:
    """How the number came about: kept with the posting, small."""
    inputs: dict[str, Any] = dict(more)
    if used:
        inputs["multiplied"] = [list(pair) for pair in used]
        inputs["factor"] = _decimal(factor)
    if exact != points:
        inputs["exact"] = _decimal(exact)
    return inputs


def _decimal(value: Fraction) -> str:
    """Four places, cut: for people."""
    whole, part = divmod(int(value * 10_000), 10_000)
    return f"{whole}.{part:04}".rstrip("0").rstrip(".")
