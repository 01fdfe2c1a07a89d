"""A new version of an earning rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from loyalty.models import Currency, EarningRule
from loyalty.rules import ceilings, conditions
from outbox.require import require_transaction


class BadRule(ValueError):
    """The rule cannot be judged. `code` is stable (not_a_condition, unknown_fact, wrong_value, …), `field` names the place."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


def publish_rule(
    *, code: str, changes: dict[str, Any], by: int | None, at: datetime, seconded: bool = False
) -> EarningRule:
    """Make the next version of a rule and end the one before; a code that nobody has begins at version 1.

    Raises BadRule for conditions that cannot be read; what is not changed is not asked again, so that a rule can be ended.
    And for a rule that gives one person much at once, when a person publishes it alone (`seconded`: two stand for it).
    """
    require_transaction()
    before = EarningRule.objects.select_for_update().filter(code=code, replaced_at__isnull=True).first()
    fields = {"name": code} | (_values(before) if before else {}) | {"note": ""} | changes | {"published_by_id": by}
    if {"conditions", "trigger"} & changes.keys():
        _check_conditions(fields.get("conditions", {}), fields.get("trigger", ""))
    if by is not None and not seconded and (why := second_person(code=code, values=fields)):
        raise BadRule("second_person", "points", why)
    if before:
        EarningRule.objects.filter(id=before.id).update(replaced_at=at)
    return EarningRule.objects.create(
        **fields, code=code, version=before.version + 1 if before else 1, published_at=at, replaced_at=None
    )


def second_person(*, code: str, values: Mapping[str, Any]) -> str:
    """Why a rule with these values needs a second person, in words; empty when one may publish it alone.

    The limits are those of corrections by hand (Currency.approval_above): a rule is a correction for many.
    """
    limits = dict(Currency.objects.filter(code__in=("points", "credit")).values_list("code", "approval_above"))
    rule = {"formula": "fixed"} | dict(values)
    others = EarningRule.objects.filter(replaced_at=None, active=True).exclude(code=code)
    multiplied = (
        max((ceilings.points_at_once(_values(other)) for other in others), default=0) if _multiplies(rule) else 0
    )
    found = {"points": ceilings.points_at_once(rule, multiplied=multiplied), "credit": ceilings.credit_at_once(rule)}
    for name, most in found.items():
        if most > limits.get(name, most):
            words = _(
                "It could give one person %(most)s at once, more than %(limit)s. Keep it as a draft: somebody of the group "
                "“Finance” who wrote nothing of it publishes it."
            )
            return words % {"most": most, "limit": limits[name]}
    return ""


def _multiplies(rule: Mapping[str, Any]) -> bool:
    return bool(rule["formula"] == EarningRule.Formula.MULTIPLIER)


def _check_conditions(tree: object, trigger: str) -> None:
    for fault in conditions.check(tree, trigger=trigger):
        place = ".".join(part for part in ("conditions", fault.place.strip(".")) if part)
        words = _("A condition cannot be read: %(detail)s") % {"detail": fault.detail or place}
        raise BadRule(fault.code, place, words)


def _values(rule: EarningRule) -> dict[str, Any]:
    kept = {"id", "code", "version", "published_at", "published_by_id", "replaced_at", "note"}
    return {field.attname: getattr(rule, field.attname) for field in rule._meta.fields if field.attname not in kept}
