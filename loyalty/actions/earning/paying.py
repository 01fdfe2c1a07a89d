"""Merits become postings: what stands is paid by the rules, within their limits; what no longer stands is taken back exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.earning.caps import Act, take_points, take_slots
from loyalty.actions.earning.ruling import Standing, keep_refusals, lost, standing_of, version_of
from loyalty.actions.ledger import Earning
from loyalty.actions.tiers.reviewing import review_tiers
from loyalty.models import EarningRule, Merit, Txn


@dataclass(frozen=True, kw_only=True)
class Paying:
    """One act of one member. `values` are what its teller knows of it; `by` wrote it, when somebody did."""

    trigger: str
    member_id: int
    source: tuple[str, int]
    giver_id: int | None
    at: datetime
    author_trust: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    by: int | None = None


@dataclass
class Paid:
    """What came of it: postings as (currency, txn, amount), and refusals as (rule, code)."""

    postings: list[tuple[str, int, int]] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)


def settle(
    merits: Mapping[str, Merit], versions: Sequence[EarningRule], act: Paying, *, taken_because: str = "unaccepted"
) -> Paid:
    """Pay what stands and is not paid; take back what is paid and does not stand. The member's wallets are locked."""
    result = Paid()
    due: dict[str, Merit] = {}
    for merit in merits.values():
        stands = merit.standing and not merit.hidden
        if not merit.adjustments and not stands:
            continue
        paid = _paid(merit) if merit.adjustments else []
        if stands and not paid:
            due[merit.rule_code] = merit
        elif not stands:
            for txn_id in paid:
                reason = "post_removed" if merit.hidden else taken_because
                ledger.reverse_txn(txn_id=txn_id, reason=reason, by=act.by, at=act.at)
    if due:
        _pay_all(due, versions, act, result)
    return result


def _paid(merit: Merit) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn.id FROM loyalty_txn AS txn WHERE txn.source_type = 'merit' AND txn.source_id = %s "
            "AND txn.kind = 'earn' AND NOT EXISTS "
            "(SELECT 1 FROM loyalty_txn AS undo WHERE undo.reverses_id = txn.id) ORDER BY txn.id",
            [merit.id],
        )
        return [txn_id for (txn_id,) in cursor.fetchall()]


def _pay_all(due: Mapping[str, Merit], rows: Sequence[EarningRule], act: Paying, result: Paid) -> None:
    versions = [version_of(row) for row in rows]
    standing = standing_of(act.member_id, versions, at=act.at)
    values = {**act.values, **standing.values}
    if act.author_trust is not None:
        values["member.trust"] = act.author_trust
    facts = rules.Facts(
        trigger=act.trigger, at=act.at, values=values, percent=standing.percent, tier_ranks=standing.ranks
    )
    verdict = rules.evaluate(facts, versions, zone=ledger.zone())
    refusals = list(verdict.refusals)
    earnings: list[Earning] = []
    for effect in verdict.effects:
        merit = due.get(effect.rule.code)
        if merit is None:
            continue
        points, cap, refusal = _within(effect, act)
        if refusal is not None:
            refusals.append(refusal)
            continue
        earnings += _earnings(merit, effect, points, act, days=_days(effect.rule, standing, act), cap=cap, facts=facts)
        merit.adjustments += 1
        Merit.objects.filter(id=merit.id).update(
            adjustments=merit.adjustments,
            refusal="",
            facts=_kept(act, facts) | ({"cap": cap["granted"]} if cap else {}),
        )
    _refuse(refusals, due, earnings, act, result, _kept(act, facts))
    _post(earnings, act, result)


def _kept(act: Paying, facts: rules.Facts) -> dict[str, Any]:
    """What the act was judged by: kept with the merit, so that it can be judged again by other rules."""
    kept: dict[str, Any] = {"trigger": act.trigger, "at": act.at.isoformat(), "values": dict(facts.values)}
    if facts.percent != 100:
        kept["percent"] = facts.percent
    if facts.tier_ranks:
        kept["ranks"] = dict(facts.tier_ranks)
    return kept


def _days(rule: rules.RuleVersion, standing: Standing, act: Paying) -> int:
    """Days until it can be spent: the rule's or the tier's, whichever is shorter; longer again for those hardly known."""
    days = rule.pending_days if standing.pending_days is None else min(rule.pending_days, standing.pending_days)
    return rules.hold_days(days, author_trust=act.author_trust)


def _refuse(
    refusals: Sequence[rules.Refusal],
    due: Mapping[str, Merit],
    earnings: Sequence[Earning],
    act: Paying,
    result: Paid,
    kept: dict[str, Any],
) -> None:
    """Keep why rules paid nothing: with the merit, for ninety days by itself, and with what the others paid."""
    for one in refusals:
        if one.rule.code in due:
            Merit.objects.filter(id=due[one.rule.code].id).update(refusal=one.code, facts=kept)
        result.refusals.append((one.rule.code, one.code))
    why = lost(refusals)
    for earning in earnings if why else ():
        earning.facts["lost"] = [one for one in why if one["rule"] != earning.facts["rule"]]
    keep_refusals(refusals, member_id=act.member_id, source_type=act.source[0], source_id=act.source[1], at=act.at)


def _post(earnings: Sequence[Earning], act: Paying, result: Paid) -> None:
    posted = ledger.earn(earnings=earnings, by=act.by, at=act.at)
    result.postings += [(one.currency, answer.txn_id, one.amount) for one, answer in zip(earnings, posted, strict=True)]
    ledger.announce(
        [(act.member_id, currency, txn_id, amount) for currency, txn_id, amount in result.postings], at=act.at
    )
    if any(one.currency == ledger.CREDIT and one.available_at <= act.at for one in earnings):
        review_tiers(member_ids=[act.member_id], at=act.at)


def _within(effect: rules.Effect, act: Paying) -> tuple[int, dict[str, Any], rules.Refusal | None]:
    """The points that the rule's limits let through, what they cut, or the refusal."""
    rule = effect.rule
    if not rule.limits.any:
        return effect.points, {}, None
    counted = Act(rule, act.member_id, *act.source, act.at, act.giver_id)
    code = take_slots(counted)
    if code:
        return 0, {}, rules.Refusal(rule, code)
    points, code = take_points(counted, effect.points)
    if effect.points and not points:
        return 0, {}, rules.Refusal(rule, code)
    cap = {"code": code, "wanted": effect.points, "granted": points} if code else {}
    return points, cap, None


def _earnings(
    merit: Merit,
    effect: rules.Effect,
    points: int,
    act: Paying,
    *,
    days: int,
    cap: dict[str, Any],
    facts: rules.Facts,
) -> list[Earning]:
    number = merit.adjustments + 1
    why: dict[str, Any] = {
        merit.source_type: merit.source_id,
        "giver": act.giver_id,
        "rule": effect.rule.code,
        "version": effect.rule.version,
        "number": number,
        "known": {**facts.values, **({"percent": facts.percent} if facts.percent != 100 else {})},
    }
    if effect.inputs:
        why["inputs"] = dict(effect.inputs)
    if cap:
        why["cap"] = cap
    return [
        Earning(
            key=rules.cause_key("merit", merit.id, currency, number),
            member_id=act.member_id,
            currency=currency,
            amount=amount,
            reason=act.trigger,
            origin=Txn.Origin.ACTIVITY,
            source_type="merit",
            source_id=merit.id,
            rule_id=effect.rule.id,
            effective_at=act.at,
            available_at=act.at + timedelta(days=days),
            facts=dict(why),
        )
        for currency, amount in ((ledger.POINTS, points), (ledger.CREDIT, effect.credit))
        if amount
    ]
