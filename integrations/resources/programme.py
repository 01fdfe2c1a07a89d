"""What earns, what tiers there are, what points are good for."""

from datetime import datetime
from typing import Annotated, Literal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel, Field

from integrations import wallets
from integrations.problems import Problem
from integrations.reading import is_clean
from integrations.resources.naming import bare_id
from integrations.webhooks.fields import MEMBER
from loyalty import queries as loyalty
from loyalty.queries import RewardCard, RuleCard


class RuleOut(BaseModel):
    """One version of an earning rule. `summary` is what members read."""

    code: str
    version: int
    name: str
    summary: str
    trigger: str
    formula: str
    points: int
    credit: int
    per_units: Annotated[int, Field(description="Whole currency units that earn them, where the formula counts these.")]
    percent: int
    pending_days: int
    active: bool
    starts_at: datetime | None
    ends_at: datetime | None
    published_at: datetime
    replaced_at: Annotated[datetime | None, Field(description="Null: this version is in force.")]


class RulesOut(BaseModel):
    data: list[RuleOut]


class TierStepOut(BaseModel):
    """One step of the ladder."""

    code: str
    name: str
    rank: int
    threshold: int
    keep_threshold: int
    by_invitation: bool
    benefits: list[str]
    multiplier_percent: int
    early_hours: int


class TiersOut(BaseModel):
    data: list[TierStepOut]


class RewardOut(BaseModel):
    """A reward, for one member when one was named: whether they may claim it, and if not, what would help."""

    id: Annotated[str, Field(examples=["rew_9f3k2m5v7q1x"])]
    name: str
    description: str
    kind: str
    category: str
    cost: int
    left: Annotated[int | None, Field(description="Null: as many as anybody wants.")]
    per_member: int | None
    tier: Annotated[str, Field(description="The tier it is kept for; empty for everybody.")]
    starts_at: datetime | None
    ends_at: datetime | None
    picture_url: str
    terms: str
    facts: list[str]
    claimable: Annotated[bool | None, Field(description="Null when no member was named.")] = None
    why_not: Annotated[
        Literal["", "short", "tier", "group", "limit", "later", "out"],
        Field(description="The first reason that the member can do least about."),
    ] = ""
    why_not_words: str = ""
    missing: Annotated[int, Field(description="Points that are missing for it.")] = 0
    taken: Annotated[int, Field(description="How many of it the member has.")] = 0


class RewardsOut(BaseModel):
    member: str | None
    data: list[RewardOut]


def rules(*, trigger: str) -> RulesOut:
    """The rules as they stand."""
    return RulesOut(data=[_rule(card) for card in loyalty.rules_listed(trigger=trigger)])


def versions(code: str) -> RulesOut:
    """Every version of one rule, the newest first. Raises Problem not_found."""
    found = loyalty.rules_listed(code=code) if is_clean(code) and 0 < len(code) <= 40 else []
    if not found:
        raise Problem("not_found")
    return RulesOut(data=[_rule(card) for card in found])


def _rule(card: RuleCard) -> RuleOut:
    text = card.text
    return RuleOut(
        code=text.code, version=text.version, name=text.name, summary=text.summary, trigger=card.trigger,
        formula=card.formula, points=card.points, credit=card.credit, per_units=card.per_units, percent=card.percent,
        pending_days=text.pending_days, active=text.active, starts_at=card.starts_at, ends_at=card.ends_at,
        published_at=text.since, replaced_at=text.until,
    )  # fmt: skip


def tiers() -> TiersOut:
    return TiersOut(
        data=[
            TierStepOut(
                code=one.code, name=one.name, rank=one.rank, threshold=one.threshold, keep_threshold=one.keep_threshold,
                by_invitation=one.by_invitation, benefits=list(one.benefits), multiplier_percent=one.multiplier_percent,
                early_hours=one.early_hours,
            )
            for one in loyalty.tiers_listed()
        ]
    )  # fmt: skip


def rewards(*, member_ref: str | None, at: datetime) -> RewardsOut:
    """The shelf, as the member sees it when one is named."""
    card = wallets.find(member_ref) if member_ref is not None else None
    shelf = loyalty.shelf(member_id=card.id if card else None, at=at)
    return RewardsOut(
        member=MEMBER + card.public_id if card else None, data=[_reward(one, for_one=card is not None) for one in shelf]
    )


def reward(ref: str, *, member_ref: str | None, at: datetime) -> RewardOut:
    """One reward of the shelf. Raises Problem not_found."""
    public_id = bare_id("reward", ref)
    member = wallets.find(member_ref) if member_ref is not None else None
    found = loyalty.reward(public_id=public_id, member_id=member.id if member else None, at=at) if public_id else None
    if found is None:
        raise Problem("not_found")
    return _reward(found, for_one=member is not None)


def _reward(card: RewardCard, *, for_one: bool) -> RewardOut:
    out = RewardOut(
        id=f"rew_{card.public_id}", name=card.name, description=card.description, kind=card.kind, category=card.category,
        cost=card.cost, left=card.left, per_member=card.per_member, tier=card.tier_name, starts_at=card.starts_at,
        ends_at=card.ends_at, picture_url=card.picture_url, terms=card.terms, facts=list(card.facts),
    )  # fmt: skip
    if for_one:
        out.claimable = card.state == "open"
        out.why_not = "" if out.claimable else card.state  # type: ignore[assignment]
        out.why_not_words = _why_not(card)
        out.missing, out.taken = card.missing, card.taken
    return out


def _why_not(card: RewardCard) -> str:
    if card.state == "short":
        words = ngettext("%(number)s more point is needed.", "%(number)s more points are needed.", card.missing)
        return words % {"number": card.missing}
    if card.state == "tier":
        return _("It is kept for “%(tier)s” and above.") % {"tier": card.tier_name}
    if card.state == "later" and card.opens_at is not None:
        return _("It opens on %(when)s.") % {"when": formats.date_format(card.opens_at, "DATETIME_FORMAT")}
    others = {
        "group": _("It is kept for a group that the member is not in."),
        "limit": _("The member has as many as one may have."),
        "out": _("None is left."),
    }
    return others.get(card.state, "")
