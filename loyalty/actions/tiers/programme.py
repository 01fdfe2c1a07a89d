"""The programme's numbers change: checked, written, looked at by everybody's next review, and in the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from community.actions.order.audit import record_act
from loyalty.actions.tiers.due import forget_review
from loyalty.actions.tiers.inviting import TierRefused
from loyalty.models import Tier, TierProgram
from loyalty.rules.tier_checks import TierDraft, faults
from outbox.require import require_transaction


def change_programme(
    *,
    program_id: int,
    values: Mapping[str, Any],
    numbers: Mapping[int, Mapping[str, int | None]],
    by: int | None,
    at: datetime,
) -> None:
    """Write the programme and what its tiers ask for. Nobody moves now: the next night looks at everybody, with its graces.

    Raises TierRefused with the code of the first fault of `tier_checks.faults`.
    """
    require_transaction()
    tiers = list(Tier.objects.filter(program_id=program_id).order_by("-rank").select_for_update())
    before = {tier.code: tier.threshold for tier in tiers}
    for tier in tiers:
        for name, number in numbers.get(tier.pk, {}).items():
            setattr(tier, name, number)
    drafts = [
        TierDraft(t.code, t.rank, t.threshold, t.keep_threshold, t.lifetime_threshold, t.by_invitation) for t in tiers
    ]
    if found := faults(drafts):
        raise TierRefused(found[0].code, f"{found[0].key}: {found[0].code}")
    # Unique thresholds: out of each other's way first.
    top = max((tier.threshold for tier in tiers), default=0) + max(before.values(), default=0) + 1
    for nth, tier in enumerate(tiers):
        Tier.objects.filter(pk=tier.pk).update(threshold=top + nth, keep_threshold=None)
    for tier in tiers:
        tier.save(update_fields=["threshold", "keep_threshold", "lifetime_threshold"])
    TierProgram.objects.filter(pk=program_id).update(**values)
    forget_review(program_id=program_id, at=at)
    after = {tier.code: tier.threshold for tier in tiers} | {name: str(value) for name, value in values.items()}
    record_act(
        act="tier.programme", target_kind="tier_programme", target=program_id, by=by, at=at, before=before, after=after
    )


BENEFITS = frozenset(
    {
        "multiplier_percent", "pending_days", "early_hours", "birthday_points", "birthday_reward_id", "welcome_reward_id",
        "gift_days", "service_promise", "benefits", "lifetime_threshold", "keep_threshold",
    }
)  # fmt: skip


def set_benefits(*, code: str, values: Mapping[str, Any], by: int | None, at: datetime) -> None:
    """What a tier does for its members from now on; in the audit log. Raises TierRefused (no_tier)."""
    require_transaction()
    if strange := set(values) - BENEFITS:
        raise ValueError(f"These are no benefits of a tier: {sorted(strange)}")
    tier = Tier.objects.select_for_update().filter(code=code).first()
    if tier is None:
        raise TierRefused("no_tier", _("There is no such tier."))
    before = {name: getattr(tier, name) for name in values}
    Tier.objects.filter(pk=tier.pk).update(**values)
    record_act(
        act="tier.programme", target_kind="tier_programme", target=tier.program_id, by=by, at=at, before=before,
        after=dict(values), reason=code,
    )  # fmt: skip
