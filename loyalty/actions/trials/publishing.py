"""A draft becomes what pays: each rule by the publishing action, with the result that was looked at kept beside the version."""

from datetime import datetime

from django.utils.translation import gettext as _

from community.actions.order.audit import record_act
from loyalty.actions.earning.publishing import BadRule, publish_rule
from loyalty.actions.tiers.programme import change_programme
from loyalty.actions.trials.drafting import EXPIRY, DraftRefused, fields_of_a_rule, instance_of, needs_second
from loyalty.models import Currency, DraftSet, EarningRule, RuleDraft, Tier, TierProgram, Trial, TrialDecision
from loyalty.rules.ceilings import FINANCE
from members.queries import in_groups
from outbox.require import require_transaction


def publish_draft(*, draft_id: int, trial_id: int | None, by: int, at: datetime) -> list[EarningRule]:
    """Publish everything in a draft at once or nothing of it. Raises DraftRefused when a rule has another version than the one
    the draft was made from, or when the draft was changed after the trial; TierRefused for a table that no longer fits."""
    require_transaction()
    draft = DraftSet.objects.select_for_update().get(pk=draft_id)
    if draft.published_at is not None:
        raise DraftRefused("published", _("This draft is published already."))
    rows = list(RuleDraft.objects.filter(draft=draft).order_by("code"))
    if not rows and draft.tiers is None and draft.expiry is None:
        raise DraftRefused("empty", _("There is nothing in this draft."))
    trial = _looked_at(draft, trial_id)
    _check_bases(rows)
    seconded = _second(draft, by, at)
    made = []
    for row in rows:
        rule = instance_of(row)
        changes = {name: getattr(rule, name) for name in fields_of_a_rule()}
        try:
            made.append(publish_rule(code=row.code, changes=changes, by=by, at=at, seconded=seconded))
        except BadRule as bad:
            raise DraftRefused(bad.code, f"{row.code}: {bad.message}") from bad
    if trial is not None:
        TrialDecision.objects.bulk_create([TrialDecision(rule=rule, trial=trial) for rule in made])
    _publish_tiers(draft, by, at)
    _publish_expiry(draft, by, at)
    DraftSet.objects.filter(pk=draft.pk).update(published_at=at)
    return made


def _second(draft: DraftSet, by: int, at: datetime) -> bool:
    """Whether this is the second person of what needs one. Raises DraftRefused for anybody else."""
    why = needs_second(draft.pk)
    if not why:
        return False
    if by in draft.writers or by == draft.made_by_id:
        raise DraftRefused("second_person", _("You wrote this draft yourself, or a part of it. %(why)s") % {"why": why})
    if by not in in_groups(names=[FINANCE], superusers=True):
        raise DraftRefused("second_person", why)
    record_act(
        act="draft.seconded", target_kind="draft", target=draft.pk, by=by, at=at, before={"writers": draft.writers},
        after={"changes": draft.changes},
    )  # fmt: skip
    return True


def _looked_at(draft: DraftSet, trial_id: int | None) -> Trial | None:
    if trial_id is None:
        return None
    trial = Trial.objects.filter(pk=trial_id, draft=draft, state=Trial.State.DONE).first()
    if trial is None or trial.changes != draft.changes:
        raise DraftRefused(
            "tried_before_change", _("The draft was changed after this trial. Try it again before you publish it.")
        )
    return trial


def _check_bases(rows: list[RuleDraft]) -> None:
    published = EarningRule.objects.select_for_update().filter(code__in=[row.code for row in rows], replaced_at=None)
    current = dict(published.values_list("code", "version"))
    for row in rows:
        if current.get(row.code, 0) != row.base:
            words = _("Somebody has published another version of the rule “%(rule)s” meanwhile. Look at it first.")
            raise DraftRefused("changed_meanwhile", words % {"rule": row.code})


def _publish_tiers(draft: DraftSet, by: int, at: datetime) -> None:
    program = TierProgram.objects.order_by("id").first() if draft.tiers else None
    if program is None or draft.tiers is None:
        return
    numbers = {
        pk: draft.tiers["numbers"][code]
        for pk, code in Tier.objects.filter(program=program).values_list("pk", "code")
        if code in draft.tiers["numbers"]
    }
    change_programme(program_id=program.pk, values=draft.tiers["values"], numbers=numbers, by=by, at=at)


def _publish_expiry(draft: DraftSet, by: int, at: datetime) -> None:
    """From now on: what was earned before keeps the day it was promised."""
    if draft.expiry is None:
        return
    row = Currency.objects.select_for_update().get(code="points")
    before = {name: getattr(row, name) for name in EXPIRY}
    Currency.objects.filter(pk=row.pk).update(**{name: draft.expiry[name] for name in EXPIRY})
    record_act(
        act="currency.expiry",
        target_kind="currency",
        target=row.pk,
        by=by,
        at=at,
        before=before,
        after=dict(draft.expiry),
    )
