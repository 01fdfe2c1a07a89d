"""The rules in force and what they may know of a member: what the pure engine is fed with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from community.rules import trust_of
from loyalty import rules
from loyalty.models import EarningRule, RuleRefusal, Tier
from loyalty.queries.tiers import Benefits, benefits_of
from loyalty.rules.conditions import facts_used
from loyalty.rules.limits import Limits
from members.queries import groups_of, member_card
from outbox.require import require_transaction

NEAR = timedelta(days=14)
"""How near a rule's time box must be for its refusal to be worth telling."""


def rules_of(trigger: str, moment: datetime) -> list[EarningRule]:
    """The published versions for an act at `moment`, also those whose time is near: their refusal is told."""
    return list(_near(trigger, moment))


def _near(trigger: str, moment: datetime) -> QuerySet[EarningRule]:
    return EarningRule.objects.filter(
        Q(starts_at__isnull=True) | Q(starts_at__lte=moment + NEAR),
        Q(ends_at__isnull=True) | Q(ends_at__gt=moment - NEAR),
        trigger=trigger,
        active=True,
        replaced_at__isnull=True,
    ).order_by("id")


_kept: dict[str, tuple[rules.RuleVersion, ...]] = {}
"""Rules by the version of them all, which is their content hashed (`loyalty_rules_version`): never wrong, at most not asked for
again. Orders of other days have other rules near them."""
_MOST_KEPT = 64


def versions_known_as(version: str, trigger: str, moment: datetime) -> tuple[rules.RuleVersion, ...]:
    """`rules_of` as the engine reads them. `version`: what the database said in this transaction that they are; then they are
    read only when this process has not met that version."""
    kept = _kept.get(version)
    if kept is not None:
        return kept
    # One statement, so one moment: the rules and what they are called by.
    known_as = RawSQL("(SELECT loyalty_rules_version(%s, %s, %s))", [trigger, moment - NEAR, moment + NEAR])
    rows = list(_near(trigger, moment).annotate(known_as=known_as))
    found = tuple(version_of(row) for row in rows)
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    if rows:
        _kept[rows[0].known_as] = found
    return found


def is_open(row: EarningRule | rules.RuleVersion, moment: datetime) -> bool:
    """Whether the moment is in the rule's time box."""
    return (row.starts_at is None or row.starts_at <= moment) and (row.ends_at is None or row.ends_at > moment)


def version_of(row: EarningRule) -> rules.RuleVersion:
    """A rule's version as the engine reads it."""
    return rules.RuleVersion(
        id=row.id,
        code=row.code,
        version=row.version,
        trigger=row.trigger,
        formula=row.formula,
        points=row.points,
        credit=row.credit,
        per_units=row.per_units,
        percent=row.percent,
        categories=frozenset(one.casefold() for one in row.categories),
        skus=frozenset(one.casefold() for one in row.skus),
        conditions=row.conditions,
        tiers=frozenset(row.audience_tiers),
        groups=frozenset(row.audience_groups),
        stack=row.stack,
        priority=row.priority,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        pending_days=row.pending_days,
        limits=Limits(
            times={
                "day": row.daily_cap, "week": row.weekly_cap, "month": row.monthly_cap, "lifetime": row.lifetime_cap,
            },
            points={
                "day": row.points_cap, "week": row.weekly_points, "month": row.monthly_points,
                "lifetime": row.lifetime_points,
            },
            from_one=row.giver_cap,
            rolling_times=row.rolling_cap,
            rolling_days=row.rolling_days,
            cooldown_minutes=row.cooldown_minutes,
            budget=row.budget,
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A member as rules see them at this moment."""

    values: dict[str, Any] = field(default_factory=dict)
    percent: int = 100
    pending_days: int | None = None
    ranks: dict[str, int] = field(default_factory=dict)


def standing_of(
    member_id: int, versions: Sequence[rules.RuleVersion], *, at: datetime, benefits: Benefits | None = None
) -> Standing:
    """What these rules may ask about a member: the tier always, the rest only when one of them asks. One statement, seldom more;
    none for the tier whose `benefits` the caller was told in this transaction."""
    used = set().union(*(facts_used(one.conditions) for one in versions)) if versions else set()
    benefits = benefits or benefits_of(member_ids=[member_id])[member_id]
    values: dict[str, Any] = {"member.tier": benefits.code} if benefits.code else {}
    if "member.age_days" in used:
        card = member_card(member_id=member_id)
        values["member.age_days"] = max(0, (at - card.joined_at).days) if card else 0
    if {"member.groups", "member.trust"} & used or any(one.groups for one in versions):
        groups = groups_of(member_ids=[member_id]).get(member_id, set())
        values["member.groups"] = sorted(groups)
        values["member.trust"] = trust_of(groups)
    ranks = dict(Tier.objects.values_list("code", "rank")) if "member.tier" in used else {}
    return Standing(values, benefits.multiplier_percent, benefits.pending_days, ranks)


REFUSALS_KEPT = timedelta(days=90)


def forget_refusals(*, at: datetime, limit: int = 20_000) -> int:
    """Let refusals of more than ninety days ago go, one batch. Returns how many; 0: none are left."""
    require_transaction()
    old = RuleRefusal.objects.filter(at__lt=at - REFUSALS_KEPT).order_by("at").values("id")[:limit]
    return RuleRefusal.objects.filter(id__in=old).delete()[0]


def lost(refusals: Iterable[rules.Refusal]) -> list[dict[str, Any]]:
    """The rules that paid nothing, as a posting remembers them."""
    return [
        {"rule": one.rule.code, "version": one.rule.version, "code": one.code, "detail": dict(one.detail)}
        for one in list(refusals)[:12]
    ]


def keep_refusals(
    refusals: Iterable[rules.Refusal], *, member_id: int, source_type: str, source_id: int, at: datetime
) -> None:
    """Remember for ninety days why rules paid nothing for this act; the newest word about a rule and an act stands."""
    rows = [
        RuleRefusal(
            rule_id=one.rule.id,
            member_id=member_id,
            source_type=source_type,
            source_id=source_id,
            code=one.code,
            detail=dict(one.detail),
            at=at,
        )
        for one in refusals
    ]
    if rows:
        RuleRefusal.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["member", "source_type", "source_id", "rule"],
            update_fields=["code", "detail", "at"],
        )
