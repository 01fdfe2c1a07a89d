"""What an order should earn as it stands. What was known at its first award stays with it (`Order.context`): the rule versions,
the member's tier and groups, the rate, and what caps let each rule pay; so a refund is judged by the day of the purchase."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.earning.caps import Act, take_points, take_slots
from loyalty.actions.earning.ruling import (
    is_open,
    keep_refusals,
    rules_of,
    standing_of,
    version_of,
    versions_known_as,
)
from loyalty.actions.orders.rows import PAYS, Opened, write
from loyalty.models import EarningRule, Order, OrderLine, Refund
from loyalty.queries.rates import programme_currency, rate

EARNING = PAYS
HANDS = "hands"
"""In the context of an order that changed hands: its new member is judged afresh, by the same rule versions."""


@dataclass(frozen=True)
class Judgement:
    """What the ledger should hold, and why."""

    targets: Sequence[rules.Target]
    verdict: rules.Verdict
    versions: Sequence[rules.RuleVersion]
    refusals: Sequence[rules.Refusal]
    rate: Fraction
    programme: str
    pending_days: int | None
    cuts: dict[int, dict[str, Any]] = field(default_factory=dict)


def judge(row: Order, lines: Sequence[OrderLine], *, at: datetime, opened: Opened | None = None) -> Judgement | None:
    """Judge a paid order as it stands, and write what it was judged by; None while it waits for a rate. The member's wallets are
    locked. `opened`: what is known of a new one, which is written here if it was not yet; when nothing of it was refunded it is
    not asked for refunds."""
    moment = row.paid_at or at
    fresh = row.waits or not is_fixed(row) or HANDS in row.context
    versions = _versions(row, moment, opened)
    if fresh and not _learn(row, versions, moment, opened):
        return None
    facts = facts_of(row, lines, [] if opened and not row.refunded else refunds_of(row), moment)
    verdict = rules.evaluate(facts, versions, zone=ledger.zone())
    granted, cuts, capped = _within(row, verdict, moment)
    refusals = [*verdict.refusals, *capped]
    if row._state.adding:
        write(row, lines)
    else:
        Order.objects.filter(id=row.id).update(rules=row.rules, context=row.context, waits=False)
    if row.member_id is not None:
        keep_refusals(refusals, member_id=row.member_id, source_type="order", source_id=row.id, at=moment)
    return Judgement(
        targets=rules.targets(verdict.effects, granted),
        verdict=verdict,
        versions=versions,
        refusals=refusals,
        rate=Fraction(row.context.get("rate", "1")),
        programme=row.context.get("programme", ""),
        pending_days=row.context.get("pending_days"),
        cuts=cuts,
    )


def is_fixed(row: Order) -> bool:
    """Whether the versions that judge the order are fixed, even if there are none."""
    return bool(row.rules) or not row.context.keys().isdisjoint({"values", HANDS})


def _versions(row: Order, moment: datetime, opened: Opened | None) -> Sequence[rules.RuleVersion]:
    """The versions that judge the order, fixed when it first earns or was imported; and at first those whose time is near, for
    their refusals."""
    if is_fixed(row):
        return [version_of(one).fixed() for one in EarningRule.objects.filter(id__in=row.rules).order_by("id")]
    found: Sequence[rules.RuleVersion]
    if opened is not None and opened.rules_version is not None:
        found = versions_known_as(opened.rules_version, EarningRule.Trigger.ORDER, moment)
    else:
        found = [version_of(one) for one in rules_of(EarningRule.Trigger.ORDER, moment)]
    row.rules = [one.id for one in found if is_open(one, moment)]
    return found


def _learn(row: Order, versions: Sequence[rules.RuleVersion], moment: datetime, opened: Opened | None) -> bool:
    """Keep with the order what is known today. False: its currency has no rate, so it waits."""
    told = opened if opened is not None and opened.rules_version is not None else None
    programme = told.programme if told else programme_currency()
    worth = rate(source=row.currency, target=programme, day=moment.astimezone(ledger.zone()).date())
    if worth is None:
        row.rules, row.waits = row.rules if is_fixed(row) else [], True
        if not row._state.adding:
            Order.objects.filter(id=row.id).update(rules=row.rules, waits=True)
        return False
    row.waits = False
    standing = standing_of(row.member_id or 0, versions, at=moment, benefits=told.benefits if told else None)
    row.context = {"values": standing.values | {"order.first": row.is_first}, "granted": {}, "refused": {}}
    if standing.percent != 100:
        row.context["percent"] = standing.percent
    if standing.pending_days is not None:
        row.context["pending_days"] = standing.pending_days
    if standing.ranks:
        row.context["ranks"] = standing.ranks
    if worth != 1:
        row.context |= {"rate": str(worth), "programme": programme}
    return True


def facts_of(
    row: Order, lines: Sequence[OrderLine], refunds: Sequence[rules.RefundFacts], moment: datetime
) -> rules.Facts:
    """The order as rules see it: what is left of it now, and what was known of its member then."""
    context = row.context
    programme = context.get("programme") or row.currency
    unit = Fraction(context.get("rate", "1")) / 10 ** rules.exponent(row.currency)
    left = rules.remaining(
        [rules.Line(one.id, one.quantity, one.net, one.earns, one.category, one.sku) for one in lines], refunds
    )
    values = {
        **context.get("values", {}),
        **rules.order_values(left, unit=unit, exponent=rules.exponent(programme)),
        "order.coupons": row.coupons_used,
        "order.currency": row.currency,
        "order.source": row.source,
    }
    return rules.Facts(
        trigger=EarningRule.Trigger.ORDER,
        at=moment,
        values=values,
        lines=tuple(left),
        paid_with_points=row.paid_with_points,
        unit=unit,
        percent=context.get("percent", 100),
        tier_ranks=context.get("ranks", {}),
    )


def granted_by(row: Order) -> dict[int, int]:
    """By version: the points that its limits let through for this order, or REFUSED."""
    refused = row.context.get("refused", {})
    granted = row.context.get("granted", {}).items()
    return {int(rule): rules.REFUSED if rule in refused else points for rule, points in granted}


def refunds_of(row: Order) -> list[rules.RefundFacts]:
    """What was given back, in the order of its days."""
    rows = Refund.objects.filter(order=row).order_by("occurred_at", "external_id").prefetch_related("lines")
    return [
        rules.RefundFacts(one.amount, tuple((part.line_id, part.quantity, part.amount) for part in one.lines.all()))
        for one in rows
    ]


def _within(
    row: Order, verdict: rules.Verdict, moment: datetime
) -> tuple[dict[int, int], dict[int, dict[str, Any]], list[rules.Refusal]]:
    """What the limits of rules let them pay for this order: asked once, and again only for what comes on top. Points that a
    refund takes leave their place in the cap taken."""
    granted: dict[str, int] = row.context.get("granted", {})
    refused: dict[str, str] = row.context.get("refused", {})
    limited, cuts, refusals = {}, {}, []
    for effect in verdict.effects:
        if not effect.rule.limits.any:
            continue
        code = _grant(row, effect, granted, refused, moment)
        mine = granted[str(effect.rule.id)]
        limited[effect.rule.id] = rules.REFUSED if str(effect.rule.id) in refused else mine
        if str(effect.rule.id) in refused or (effect.points and not mine):
            refusals.append(rules.Refusal(effect.rule, code or "points_cap"))
        elif mine < effect.points:
            cuts[effect.rule.id] = {"code": code or "points_cap", "wanted": effect.points, "granted": mine}
    if granted:
        row.context |= {"granted": granted, "refused": refused}
    return limited, cuts, refusals


def _grant(row: Order, effect: rules.Effect, granted: dict[str, int], refused: dict[str, str], moment: datetime) -> str:
    """Take what the rule's limits allow beyond what they allowed before; what stood in the way."""
    key = str(effect.rule.id)
    act = Act(effect.rule, row.member_id or 0, "order", row.id, moment)
    if key not in granted:
        granted[key] = 0
        if code := take_slots(act):
            refused[key] = code
    code = refused.get(key, "")
    if not code and granted[key] < effect.points:
        more, code = take_points(act, effect.points - granted[key])
        granted[key] += more
    return code
