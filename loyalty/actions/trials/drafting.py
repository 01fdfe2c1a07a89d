"""Drafts: kept, changed, thrown away. Nothing here pays anybody or changes what pays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Func
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from loyalty.actions.earning.publishing import second_person
from loyalty.events import DraftWaits
from loyalty.models import Currency, DraftSet, EarningRule, RuleDraft, Tier, Trial, TrialDecision
from outbox.publish import publish
from outbox.require import require_transaction

_OWN = {"id", "code", "version", "published_by", "published_at", "replaced_at"}
_TIMES = ("starts_at", "ends_at")
MOST_RULES = 50
EXPIRY = ("expiry_policy", "expiry_months", "expiry_rounding", "expiry_dates")


class DraftRefused(Exception):
    """A draft cannot be changed or published: published, changed_meanwhile, tried_before_change, too_many, empty,
    second_person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def fields_of_a_rule() -> list[str]:
    """What a draft of a rule keeps."""
    return [field.name for field in EarningRule._meta.fields if field.name not in _OWN]


def make_draft(*, name: str, by: int | None, at: datetime) -> int:
    """An empty draft."""
    require_transaction()
    words = " ".join(name.replace("\x00", "").split())[:120] or _("Draft")
    writers = [by] if by else []
    return int(DraftSet.objects.create(name=words, made_by_id=by, writers=writers, made_at=at, changed_at=at).pk)


def put_rule(*, draft_id: int, code: str, values: Mapping[str, Any], at: datetime, by: int | None = None) -> None:
    """Put a rule into a draft, in the place of the one with its code. `values` are those of the rule's form, already checked."""
    _touch(draft_id, at, by)
    if (
        not RuleDraft.objects.filter(draft_id=draft_id, code=code).exists()
        and RuleDraft.objects.filter(draft_id=draft_id).count() >= MOST_RULES
    ):
        raise DraftRefused("too_many", _("At most %(number)s rules in one draft.") % {"number": MOST_RULES})
    base = EarningRule.objects.filter(code=code, replaced_at=None).values_list("version", flat=True).first() or 0
    kept = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if name in fields_of_a_rule()
    }
    RuleDraft.objects.update_or_create(draft_id=draft_id, code=code, defaults={"base": base, "values": kept})


def drop_rule(*, draft_id: int, code: str, at: datetime, by: int | None = None) -> None:
    """Take a rule out of a draft; the published one stays as it is."""
    _touch(draft_id, at, by)
    RuleDraft.objects.filter(draft_id=draft_id, code=code).delete()


def put_tiers(
    *, draft_id: int, values: Mapping[str, Any] | None, numbers: Mapping[int, Mapping[str, int | None]], at: datetime,
    by: int | None = None,
) -> None:  # fmt: skip
    """Put a checked table of tiers into a draft; None takes it out. Tiers are kept by their codes."""
    _touch(draft_id, at, by)
    if values is None:
        DraftSet.objects.filter(pk=draft_id).update(tiers=None)
        return
    codes = dict(Tier.objects.filter(pk__in=numbers).values_list("pk", "code"))
    table = {"values": dict(values), "numbers": {codes[pk]: dict(row) for pk, row in numbers.items() if pk in codes}}
    DraftSet.objects.filter(pk=draft_id).update(tiers=table)


def put_expiry(*, draft_id: int, values: Mapping[str, Any] | None, at: datetime, by: int | None = None) -> None:
    """Put a checked way of expiry of points into a draft; None takes it out."""
    _touch(draft_id, at, by)
    kept = None if values is None else {name: values[name] for name in EXPIRY}
    DraftSet.objects.filter(pk=draft_id).update(expiry=kept)


def throw_away(*, draft_id: int) -> bool:
    """Delete a draft with its trials. False when a decision rests on one of them: then it stays."""
    require_transaction()
    draft = DraftSet.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        return True
    if draft.published_at or TrialDecision.objects.filter(trial__draft_id=draft_id).exists():
        return False
    Trial.objects.filter(draft_id=draft_id).delete()
    draft.delete()
    return True


def instance_of(row: RuleDraft) -> EarningRule:
    """The draft as an unsaved rule. It must never be saved: publishing is `publish_rule`'s."""
    values = {name: value for name, value in row.values.items() if name in fields_of_a_rule()}
    for name in _TIMES:
        if values.get(name):
            values[name] = parse_datetime(values[name])
    return EarningRule(code=row.code, version=row.base + 1, **values)


def expiry_of(kept: Mapping[str, Any]) -> Currency:
    """An unsaved currency with the draft's way of expiry."""
    return Currency(code="points", **{name: kept.get(name) for name in EXPIRY})


def needs_second(draft_id: int) -> str:
    """Why a second person publishes this draft, in words; empty when one may do it alone."""
    for row in RuleDraft.objects.filter(draft_id=draft_id).order_by("code"):
        if why := second_person(code=row.code, values=row.values):
            return why
    return ""


def ask_second(*, draft_id: int, by: int, at: datetime) -> None:
    """Tell Finance that a draft waits for them. Twice is once. Raises DraftRefused when nobody has to be asked."""
    require_transaction()
    if not needs_second(draft_id):
        raise DraftRefused("alone", _("This draft needs no second person: publish it yourself."))
    asked = DraftSet.objects.filter(pk=draft_id, published_at=None, waits_since=None).update(waits_since=at)
    if asked:
        publish(DraftWaits(draft_id=draft_id, by_id=by, at=at))


def _touch(draft_id: int, at: datetime, by: int | None) -> None:
    """Lock the draft, count the change, note who wrote. Raises DraftRefused when it is published already."""
    require_transaction()
    changed = DraftSet.objects.filter(pk=draft_id, published_at=None).update(
        changes=F("changes") + 1, changed_at=at, waits_since=None
    )
    if not changed:
        raise DraftRefused("published", _("This draft is published. Make another one."))
    if by is not None:
        DraftSet.objects.filter(pk=draft_id).exclude(writers__contains=[by]).update(
            writers=Func(F("writers"), by, function="array_append")
        )
