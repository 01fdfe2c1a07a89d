"""Making and changing word rules."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from community.actions.order.audit import record_act
from community.models import WordRule
from outbox.require import require_transaction


def save_rule(
    *, rule_id: int | None, phrase: str, act: str, places: Sequence[str], with_what: str, note: str, active: bool,
    by: int, at: datetime,
) -> int:  # fmt: skip
    """Make a rule (`rule_id` None) or change one; its id. It acts on what is written from now on."""
    require_transaction()
    fields = {
        "phrase": phrase, "act": act, "places": sorted(places), "with_what": with_what, "note": note, "active": active
    }  # fmt: skip
    before: dict[str, object] = {}
    if rule_id is None:
        rule_id = WordRule.objects.create(by_id=by, created_at=at, **fields).pk
    else:
        held = WordRule.objects.select_for_update().get(pk=rule_id)
        before = {name: getattr(held, name) for name in fields if name != "note"}
        WordRule.objects.filter(pk=rule_id).update(revision=F("revision") + 1, **fields)
    after = {name: value for name, value in fields.items() if name != "note"}
    record_act(act="words.saved", target_kind="word_rule", target=rule_id, by=by, at=at, before=before, after=after)
    return rule_id


def switch(*, rule_id: int, active: bool, by: int, at: datetime) -> bool:
    """Switch a rule on or off; False when it is so already."""
    require_transaction()
    changed = (
        WordRule.objects.filter(pk=rule_id).exclude(active=active).update(active=active, revision=F("revision") + 1)
    )
    if changed:
        record_act(
            act="words.switched", target_kind="word_rule", target=rule_id, by=by, at=at, before={"active": not active},
            after={"active": active},
        )  # fmt: skip
    return bool(changed)
