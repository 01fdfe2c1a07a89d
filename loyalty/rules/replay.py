"""What stored acts and orders would have earned by another set of rules: the seam of the what-if. Pure; writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from loyalty.rules import limits as bounds
from loyalty.rules.earning import Effect, Facts, RuleVersion, evaluate


@dataclass(frozen=True, kw_only=True)
class Case:
    """One act or order as it stands. `published` are the ids of the versions that judged it; `raising` the multipliers that an
    act's postings remember, which have no id of a version; `granted` is what limits let each
    of them pay (0: refused)."""

    member_id: int
    source_type: str
    source_id: int
    facts: Facts
    counterpart_id: int | None = None
    published: tuple[int, ...] = ()
    raising: tuple[RuleVersion, ...] = ()
    granted: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What one rule would have paid for one case. `held_back` names the limit that cut or refused it."""

    case: Case
    rule: RuleVersion
    points: int
    credit: int
    held_back: str = ""


def replay(cases: Iterable[Case], rules: Sequence[RuleVersion], *, zone: ZoneInfo) -> Iterator[Outcome]:
    """Judge the cases, in order of time, by these rules and no others.

    A limit of a version that judged a case then is what it was then; those of any other version are counted anew.
    """
    counters = Counters(zone)
    for case in cases:
        for effect in evaluate(case.facts, rules, zone=zone).effects:
            yield _outcome(case, effect, counters)


def replay_published(cases: Iterable[Case], rules: Mapping[int, RuleVersion], *, zone: ZoneInfo) -> Iterator[Outcome]:
    """Judge each case by the versions that judged it: has to come out as the ledger holds it, to the point."""
    counters = Counters(zone)
    for case in cases:
        own = [rules[one].fixed() for one in case.published if one in rules]
        own += case.raising
        for effect in evaluate(case.facts, own, zone=zone).effects:
            yield _outcome(case, effect, counters)


def _outcome(case: Case, effect: Effect, counters: "Counters") -> Outcome:
    rule = effect.rule
    if rule.id in case.granted:
        most = case.granted[rule.id]
        points, code = max(0, min(effect.points, most)), "" if most >= effect.points else "limit"
    elif rule.limits.any:
        points, code = counters.take(case, effect)
    else:
        points, code = effect.points, ""
    refused = bool(code) and (points == 0 if effect.points else True)
    return Outcome(case, rule, points, 0 if refused else effect.credit, code)


class Counters:
    """Caps, cooldowns and budgets in memory, as the database would have held them."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.hits: dict[tuple[str, int, str], int] = defaultdict(int)
        self.points: dict[tuple[str, int, str], int] = defaultdict(int)
        self.times: dict[tuple[str, int], list[datetime]] = defaultdict(list)
        self.spent: dict[str, int] = defaultdict(int)

    def take(self, case: Case, effect: Effect) -> tuple[int, str]:
        rule, at, member = effect.rule, case.facts.at, case.member_id
        code = bounds.too_soon(rule.limits, at, self.times[rule.code, member]) if rule.limits.timed else ""
        scopes = bounds.hit_scopes(rule.limits, at, self.zone, counterpart=case.counterpart_id)
        full = [scope.code for scope in scopes if self.hits[rule.code, member, scope.period] >= scope.cap]
        if code or full:
            return 0, code or full[0]
        for scope in scopes:
            self.hits[rule.code, member, scope.period] += 1
        if rule.limits.timed:
            self.times[rule.code, member].append(at)
        return self._take_points(case, effect)

    def _take_points(self, case: Case, effect: Effect) -> tuple[int, str]:
        rule, granted, code = effect.rule, effect.points, ""
        scopes = bounds.point_scopes(rule.limits, case.facts.at, self.zone)
        for scope in scopes:
            left = scope.cap - self.points[rule.code, case.member_id, scope.period]
            if left < granted:
                granted, code = max(0, left), scope.code
        if rule.limits.budget is not None and rule.limits.budget - self.spent[rule.code] < granted:
            granted, code = max(0, rule.limits.budget - self.spent[rule.code]), "budget"
        for scope in scopes:
            self.points[rule.code, case.member_id, scope.period] += granted
        self.spent[rule.code] += granted
        return granted, code
