"""Caps, cooldowns and budgets, held by rows of the database. The caller has locked the member's wallets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from loyalty import rules
from loyalty.actions import ledger
from loyalty.models import RuleBudget, RuleHit
from loyalty.rules import limits as bounds


@dataclass(frozen=True)
class Act:
    """What is counted: one rule, one member, the act and its moment. `counterpart` is whoever recognised it."""

    rule: rules.RuleVersion
    member_id: int
    source_type: str
    source_id: int
    at: datetime
    counterpart_id: int | None = None


def take_slots(act: Act) -> str:
    """Take one slot of each counter of times, or say what is full (daily_cap, giver_cap, cooldown, …) and take none.

    Safe to count: the member's wallets are locked; the unique number and the CHECK stand behind it.
    """
    limits = act.rule.limits
    if limits.timed:
        since = act.at - bounds.horizon(limits)
        earlier = RuleHit.objects.filter(rule_code=act.rule.code, member_id=act.member_id, at__gt=since)
        refusal = bounds.too_soon(limits, act.at, [one for one in earlier.values_list("at", flat=True) if one])
        if refusal:
            return refusal
    scopes = bounds.hit_scopes(limits, act.at, ledger.zone(), counterpart=act.counterpart_id)
    if not scopes and not limits.timed:
        return ""
    once = f"once:{act.source_type}:{act.source_id}"
    taken = _taken(act, [once, *(scope.period for scope in scopes)])
    for scope in scopes:
        if taken.get(scope.period, 0) >= scope.cap:
            return scope.code
    hits = [_hit(act, scope.period, taken.get(scope.period, 0) + 1, scope.cap) for scope in scopes]
    if not hits:
        number = taken.get(once, 0) + 1
        hits = [_hit(act, once, number, number)]
    if limits.timed:
        hits[0].at = act.at  # one of them tells when
    RuleHit.objects.bulk_create(hits)
    return ""


def _taken(act: Act, periods: Sequence[str]) -> dict[str, int]:
    rows = RuleHit.objects.filter(rule_code=act.rule.code, member_id=act.member_id, period__in=periods)
    return dict(rows.values_list("period").annotate(number=Count("id")).values_list("period", "number"))


def _hit(act: Act, period: str, seq: int, cap: int) -> RuleHit:
    return RuleHit(
        rule_code=act.rule.code,
        member_id=act.member_id,
        period=period,
        seq=seq,
        cap=cap,
        source_type=act.source_type,
        source_id=act.source_id,
    )


def take_points(act: Act, wanted: int) -> tuple[int, str]:
    """As many of the wanted points as all counters of points and the budget have left, and what stood in the way."""
    limits = act.rule.limits
    scopes = bounds.point_scopes(limits, act.at, ledger.zone())
    granted, code = wanted, ""
    for scope in scopes:
        left = _room(act, scope)
        if left < granted:
            granted, code = left, scope.code
    if limits.budget is not None and granted:
        left = _budget_room(act.rule.code, limits.budget)
        if left < granted:
            granted, code = left, "budget"
    if granted:
        for scope in scopes:
            _raise_usage(act, scope.period, granted)
        if limits.budget is not None:
            _raise_budget(act.rule.code, granted)
    return granted, code


def _room(act: Act, scope: bounds.Scope) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_ruleusage AS usage (rule_code, member_id, period, points, cap) "
            "VALUES (%s, %s, %s, 0, %s) ON CONFLICT (rule_code, member_id, period) "
            "DO UPDATE SET cap = greatest(usage.points, excluded.cap) RETURNING cap - points",
            [act.rule.code, act.member_id, scope.period, scope.cap],
        )
        return int(cursor.fetchone()[0])


def _raise_usage(act: Act, period: str, points: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE loyalty_ruleusage SET points = points + %s WHERE rule_code = %s AND member_id = %s AND period = %s "
            "AND points + %s <= cap",
            [points, act.rule.code, act.member_id, period, points],
        )
        if cursor.rowcount != 1:
            raise RuntimeError("The usage of a rule moved under the lock of the wallet.")


def _budget_room(code: str, budget: int) -> int:
    """What is left for everybody. An empty budget is seen without its lock, so that nobody waits in line for nothing."""
    spent = RuleBudget.objects.filter(rule_code=code).values_list("points", flat=True).first()
    if spent is not None and spent >= budget:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_rulebudget AS held (rule_code, points, cap) VALUES (%s, 0, %s) ON CONFLICT (rule_code) "
            "DO UPDATE SET cap = greatest(held.points, excluded.cap) RETURNING cap - points",
            [code, budget],
        )
        return int(cursor.fetchone()[0])


def _raise_budget(code: str, points: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE loyalty_rulebudget SET points = points + %s WHERE rule_code = %s AND points + %s <= cap",
            [points, code, points],
        )
        if cursor.rowcount != 1:
            raise RuntimeError("The budget of a rule moved under its own lock.")
