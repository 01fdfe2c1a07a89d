"""A new version of an earning rule."""

from datetime import datetime
from typing import Any

from loyalty.models import EarningRule
from outbox.require import require_transaction


def publish_rule(*, code: str, changes: dict[str, Any], by: int | None, at: datetime) -> EarningRule:
    """Make the next version of a rule and end the one before; a code that nobody has begins at version 1."""
    require_transaction()
    before = EarningRule.objects.select_for_update().filter(code=code, replaced_at__isnull=True).first()
    fields = {"name": code} | (_values(before) if before else {}) | {"note": ""} | changes | {"published_by_id": by}
    if before:
        EarningRule.objects.filter(id=before.id).update(replaced_at=at)
    return EarningRule.objects.create(
        **fields, code=code, version=before.version + 1 if before else 1, published_at=at, replaced_at=None
    )


def _values(rule: EarningRule) -> dict[str, Any]:
    kept = {"id", "code", "version", "published_at", "published_by_id", "replaced_at", "note"}
    return {field.attname: getattr(rule, field.attname) for field in rule._meta.fields if field.attname not in kept}
