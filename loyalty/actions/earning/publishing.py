"""A new version of an earning rule."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from loyalty.models import EarningRule
from loyalty.rules import conditions
from outbox.require import require_transaction


class BadRule(ValueError):
    """The rule cannot be judged. `code` is stable (not_a_condition, unknown_fact, wrong_value, …), `field` names the place."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


def publish_rule(*, code: str, changes: dict[str, Any], by: int | None, at: datetime) -> EarningRule:
    """Make the next version of a rule and end the one before; a code that nobody has begins at version 1.

    Raises BadRule for conditions that cannot be read; what is not changed is not asked again, so that a rule can be ended.
    """
    require_transaction()
    before = EarningRule.objects.select_for_update().filter(code=code, replaced_at__isnull=True).first()
    fields = {"name": code} | (_values(before) if before else {}) | {"note": ""} | changes | {"published_by_id": by}
    if {"conditions", "trigger"} & changes.keys():
        _check_conditions(fields.get("conditions", {}), fields.get("trigger", ""))
    if before:
        EarningRule.objects.filter(id=before.id).update(replaced_at=at)
    return EarningRule.objects.create(
        **fields, code=code, version=before.version + 1 if before else 1, published_at=at, replaced_at=None
    )


def _check_conditions(tree: object, trigger: str) -> None:
    for fault in conditions.check(tree, trigger=trigger):
        place = ".".join(part for part in ("conditions", fault.place.strip(".")) if part)
        words = _("A condition cannot be read: %(detail)s") % {"detail": fault.detail or place}
        raise BadRule(fault.code, place, words)


def _values(rule: EarningRule) -> dict[str, Any]:
    kept = {"id", "code", "version", "published_at", "published_by_id", "replaced_at", "note"}
    return {field.attname: getattr(rule, field.attname) for field in rule._meta.fields if field.attname not in kept}
