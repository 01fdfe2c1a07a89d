"""A set of drafts tried on what happened: each deed judged as it was, and as it would have been. Pure; memory grows with the
people and the rules, never with the deeds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.rules.earning import Effect, Facts, RuleVersion, Verdict, evaluate
from loyalty.rules.replay import Case, Counters

SHOWN = 10
PAIRS_KEPT = 100_000
"""Pairs of people are pruned to the largest when there are three times as many."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An order or an act as it is stored. `paid`: the versions that judged it then; `granted`: what limits let each of them
    pay; `held`: what the ledger holds for it, by (version, currency).

    `bought`: an order as it was before refunds, when something went back: limits were asked then. `void`: cancelled, given back
    or withdrawn. It pays nothing, but its place in the limits stays taken.
    """

    member_id: int
    kind: str
    facts: Facts
    bought: Facts | None = None
    void: bool = False
    counterpart_id: int | None = None
    paid: tuple[RuleVersion, ...] = ()
    granted: Mapping[int, int] = field(default_factory=dict)
    held: Mapping[tuple[int, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Paid:
    """What one rule would have paid for one deed. `cut`: the limit that took `wanted` down to `points`."""

    rule: RuleVersion
    points: int
    credit: int
    wanted: int = 0
    cut: str = ""


@dataclass(frozen=True)
class Judged:
    """The answer for one deed: payments, and (rule, reason) of those that paid nothing."""

    paid: tuple[Paid, ...]
    refusals: tuple[tuple[RuleVersion, str], ...]


class Bench:
    """Judges deeds, in order of time, by the versions of their day with drafts in the place of their namesakes.

    Without drafts it comes to what the ledger holds. A draft of None takes its rule away. Limits of drafts are counted from the
    first deed on.
    """

    def __init__(self, drafts: Mapping[str, RuleVersion | None], *, zone: ZoneInfo) -> None:
        self.drafts, self.zone, self.counters = drafts, zone, Counters(zone)

    def judge(self, deed: Deed) -> Judged:
        rules = [one for one in deed.paid if one.code not in self.drafts]
        new = [one for one in self.drafts.values() if one is not None and one.trigger == deed.facts.trigger]
        rules += new
        if not rules:
            return Judged((), ())
        limited = any(one.limits.any for one in new)
        now = None if deed.void else evaluate(deed.facts, rules, zone=self.zone)
        first = now
        if limited and (deed.bought is not None or now is None):
            first = evaluate(deed.bought or deed.facts, rules, zone=self.zone)
        granted = self._ask_limits(deed, first, {one.id for one in new}) if first is not None else {}
        if now is None:
            return Judged((), ())
        return _answer(deed, now, granted)

    def _ask_limits(self, deed: Deed, verdict: Verdict, new: set[int]) -> dict[int, tuple[int, str]]:
        asked = Case(
            member_id=deed.member_id, source_type=deed.kind, source_id=0, facts=deed.facts,
            counterpart_id=deed.counterpart_id,
        )  # fmt: skip
        return {
            effect.rule.id: self.counters.take(asked, effect)
            for effect in verdict.effects
            if effect.rule.limits.any and (effect.rule.id in new or effect.rule.id not in deed.granted)
        }


def _answer(deed: Deed, verdict: Verdict, asked: Mapping[int, tuple[int, str]]) -> Judged:
    paid = []
    refusals = [(one.rule, one.code) for one in verdict.refusals]
    for effect in verdict.effects:
        most, code = asked.get(effect.rule.id) or (deed.granted.get(effect.rule.id), "limit")
        one = _within(effect, most, code, counted=effect.rule.id in asked)
        if one is None:
            refusals.append((effect.rule, code))
        else:
            paid.append(one)
    return Judged(tuple(paid), tuple(refusals))


def _within(effect: Effect, most: int | None, code: str, *, counted: bool) -> Paid | None:
    """The payment within what limits allow; None: they allow nothing."""
    if most is None or most >= effect.points > 0 or (most == 0 == effect.points and not (counted and code)):
        return Paid(effect.rule, effect.points, effect.credit, effect.points)
    if most <= 0:
        return None
    points = min(effect.points, most)
    return Paid(effect.rule, points, effect.credit, effect.points, code if points < effect.points else "")


class Tally:
    """Adds the answers up: totals, rules, people, pairs. `frame`: since when credit counts for the running window of tiers."""

    def __init__(self, codes: Mapping[int, str], *, frame: datetime | None = None) -> None:
        self.codes, self.frame = codes, frame
        self.deeds: Counter[str] = Counter()
        self.rules: dict[str, Counter[str]] = defaultdict(Counter)
        self.reasons: dict[str, Counter[str]] = defaultdict(Counter)
        self.cuts: dict[str, Counter[str]] = defaultdict(Counter)
        self.lost: dict[str, Counter[str]] = defaultdict(Counter)
        self.before: Counter[int] = Counter()
        self.after: Counter[int] = Counter()
        self.credit: dict[int, list[int]] = {}
        self.pairs: dict[tuple[int, int], list[int]] = {}
        self.bought_points: int = 0

    def add(self, deed: Deed, judged: Judged) -> None:
        self.deeds[deed.kind] += 1
        credit = self._add_held(deed)
        points = 0
        for one in judged.paid:
            found = self.rules[one.rule.code]
            found["points"] += one.points
            found["credit"] += one.credit
            found["times"] += 1
            points += one.points
            credit += one.credit
            if one.cut:
                self.cuts[one.rule.code][one.cut] += 1
                self.lost[one.rule.code][one.cut] += one.wanted - one.points
        for rule, code in judged.refusals:
            self.reasons[rule.code][code] += 1
        if points:
            self.after[deed.member_id] += points
            if deed.kind == "order":
                self.bought_points += points
            if deed.counterpart_id is not None:
                self._pair(deed.member_id, deed.counterpart_id, points)
        if credit:
            self._credit(deed, credit)

    def _add_held(self, deed: Deed) -> int:
        """What the ledger holds; returns the credit of it, taken away."""
        credit = 0
        for (version, currency), amount in deed.held.items():
            self.rules[self.codes.get(version, "")][f"{currency}_before"] += amount
            if currency == "points":
                self.before[deed.member_id] += amount
            else:
                credit -= amount
        return credit

    def _credit(self, deed: Deed, change: int) -> None:
        mine = self.credit.setdefault(deed.member_id, [0, 0])
        mine[0 if self.frame is None or deed.facts.at >= self.frame else 1] += change

    def _pair(self, member: int, counterpart: int, points: int) -> None:
        mine = self.pairs.setdefault((member, counterpart), [0, 0])
        mine[0] += points
        mine[1] += 1
        if len(self.pairs) > 3 * PAIRS_KEPT:
            self.pairs = dict(nlargest(PAIRS_KEPT, self.pairs.items(), key=lambda item: item[1]))

    def changes(self) -> Iterable[tuple[int, int]]:
        """(member, points more or fewer) of everybody for whom it makes a difference."""
        for member in self.before.keys() | self.after.keys():
            if change := self.after[member] - self.before[member]:
                yield member, change

    def result(self) -> dict[str, Any]:
        """Everything that does not need the database, ready to be kept as JSON."""
        people = [self._person(member, change) for member, change in self._extremes(1)]
        losers = [self._person(member, change) for member, change in self._extremes(-1)]
        more = fewer = 0
        for _member, change in self.changes():
            more, fewer = more + (change > 0), fewer + (change < 0)
        pairs = nlargest(SHOWN, self.pairs.items(), key=lambda item: (item[1], item[0]))
        return {
            "deeds": dict(self.deeds),
            "before": self._totals("_before"),
            "after": self._totals(""),
            "paid_members": sum(1 for amount in self.after.values() if amount > 0),
            "more": more,
            "fewer": fewer,
            "rules": [self._rule(code) for code in sorted(self.rules.keys() | self.reasons.keys())],
            "winners": people,
            "losers": losers,
            "pairs": [
                {"member": member, "counterpart": other, "points": points, "times": times}
                for (member, other), (points, times) in pairs
            ],
        }

    def _totals(self, suffix: str) -> dict[str, int]:
        return {
            currency: sum(one[f"{currency}{suffix}"] for one in self.rules.values())
            for currency in ("points", "credit")
        }

    def _extremes(self, sign: int) -> list[tuple[int, int]]:
        chosen = nlargest(SHOWN, self.changes(), key=lambda pair: (sign * pair[1], -pair[0]))
        return [(member, change) for member, change in chosen if sign * change > 0]

    def _person(self, member: int, change: int) -> dict[str, int]:
        return {"member": member, "before": self.before[member], "after": self.after[member], "change": change}

    def _rule(self, code: str) -> dict[str, Any]:
        found = self.rules[code]
        return {
            "code": code,
            "times": found["times"],
            "points": found["points"],
            "credit": found["credit"],
            "points_before": found["points_before"],
            "credit_before": found["credit_before"],
            "cuts": [
                {"code": reason, "times": times, "points": self.lost[code][reason]}
                for reason, times in self.cuts[code].most_common()
            ],
            "refusals": [{"code": reason, "times": times} for reason, times in self.reasons[code].most_common()],
        }
