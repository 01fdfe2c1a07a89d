"""The versions of a rule, in words, with what each changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from loyalty import rule_words
from loyalty.models import EarningRule, Tier
from loyalty.queries.rates import programme_currency
from loyalty.queries.why import RuleText, text_of
from members.queries import member_cards

_KEPT = {"id", "code", "version", "published_at", "published_by", "replaced_at", "note"}


@dataclass(frozen=True)
class Change:
    """One thing that a version does otherwise than the one before."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """One version: its words, who published it and why, and its differences."""

    id: int
    text: RuleText
    note: str
    by: str
    changes: tuple[Change, ...]


def history(*, code: str) -> list[Version]:
    """Every version of a rule, the newest first; nothing for a code that nobody has."""
    rows = list(EarningRule.objects.filter(code=code).order_by("version"))
    tiers = {code_: _(name) for code_, name in Tier.objects.values_list("code", "name")} if rows else {}
    programme = programme_currency() if rows else ""
    people = member_cards(member_ids=[row.published_by_id for row in rows if row.published_by_id])
    found = []
    for nth, row in enumerate(rows):
        by = people.get(row.published_by_id or 0)
        changes = _changes(rows[nth - 1], row, tiers, programme) if nth else []
        found.append(Version(row.pk, text_of(row, tiers, programme), row.note, by.name if by else "", tuple(changes)))
    return found[::-1]


def _changes(before: EarningRule, after: EarningRule, tiers: Mapping[str, str], programme: str) -> list[Change]:
    found = []
    for field in EarningRule._meta.fields:
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if field.name not in _KEPT and old != new:
            words = [_shown(row, field.name, value, tiers, programme) for row, value in ((before, old), (after, new))]
            found.append(Change(str(field.verbose_name), *words))
    return found


def _shown(row: EarningRule, name: str, value: Any, tiers: Mapping[str, str], programme: str) -> str:
    if name == "conditions":
        return rule_words.kept_conditions(value, trigger=row.trigger, currency=programme, tiers=tiers) or "–"
    if name in ("trigger", "formula"):
        return str(getattr(row, f"get_{name}_display")())
    if name in ("starts_at", "ends_at") and value:
        return rule_words.moment(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    return "–" if value in (None, "") else str(value)
