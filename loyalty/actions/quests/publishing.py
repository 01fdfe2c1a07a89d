"""Writing quests and rungs: a change is a new version, so that what was promised to those under way holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty.actions.ledger.ceilings import too_much
from loyalty.models import Quest, QuestStep
from loyalty.rules.quest_steps import StepDraft, checked
from outbox.require import require_transaction

MOST_STEPS = 12
MOST_PAID = 100_000


class BadQuest(Exception):
    """A quest that cannot be: `code` is stable, `field` names the part, `message` says what to change."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


def publish_quest(
    *, code: str, fields: Mapping[str, Any], steps: Sequence[StepDraft], by: int | None, at: datetime
) -> Quest:
    """Make the next version of a quest and end the one before; a code that nobody has begins at version 1.

    Who has begun goes on with the version they began. Raises BadQuest and BadStep; nothing is then written.
    """
    require_transaction()
    if not steps:
        raise BadQuest("no_steps", "steps", _("A quest needs at least one step."))
    if len(steps) > MOST_STEPS:
        raise BadQuest(
            "many_steps", "steps", _("At most %(number)s steps: nobody reads a longer list.") % {"number": MOST_STEPS}
        )
    drafts = [checked(step) for step in steps]
    with transaction.atomic():
        before = Quest.objects.select_for_update().filter(code=code, replaced_at__isnull=True).first()
        version = 1
        if before is not None:
            version = before.version + 1
            Quest.objects.filter(pk=before.pk).update(replaced_at=at)
        quest = Quest(**fields, code=code, version=version, published_at=at)
        _check(quest)
        _check_reach(quest, before, by)
        quest.save(force_insert=True)
        QuestStep.objects.bulk_create(
            [
                QuestStep(
                    quest=quest, position=number, event=draft.event, filter=dict(draft.filter), count=draft.count,
                    distinct_by=draft.distinct_by, name=draft.name,
                )
                for number, draft in enumerate(drafts, start=1)
            ]
        )  # fmt: skip
    return quest


def _check_reach(quest: Quest, before: Quest | None, by: int | None) -> None:
    for name in ("points", "credit"):
        held = getattr(before, name) if before else 0
        if why := too_much(amount=getattr(quest, name), before=held, by=by, currency=name):
            raise BadQuest("finance", name, why)


def _check(quest: Quest) -> None:
    for is_bad, code, field, message in _problems(quest):
        if is_bad:
            raise BadQuest(code, field, message)


def _problems(quest: Quest) -> list[tuple[bool, str, str, str]]:
    """(so it is, code, field, what to change) of everything that can be wrong with a quest by itself."""
    own = {Quest.Audience.NEWCOMERS, Quest.Audience.RETURNING}
    brings = quest.points or quest.credit or quest.gift_id or quest.badge_id
    backwards = bool(quest.starts_at and quest.ends_at and quest.ends_at <= quest.starts_at)
    most = _("From 0 to 100,000.")
    return [
        (not brings, "no_reward", "points", _("A quest brings something: points, credit, a gift or a badge.")),
        (not 0 <= quest.points <= MOST_PAID, "bad_amount", "points", most),
        (not 0 <= quest.credit <= MOST_PAID, "bad_amount", "credit", most),
        (backwards, "ends_first", "ends_at", _("It ends before it starts.")),
        (quest.audience == "group" and quest.group_id is None, "no_group", "group", _("Say which group.")),
        (quest.audience == "tier" and quest.tier_id is None, "no_tier", "tier", _("Say which tier.")),
        (not 1 <= quest.audience_days <= 3650, "bad_days", "audience_days", _("From 1 to 3650 days.")),
        (
            quest.audience in own and quest.repeat != Quest.Repeat.NEVER, "no_repeat", "repeat",
            _("First steps, and the welcome of those who came back, do not repeat."),
        ),
        (not 1 <= quest.gift_days <= 365, "bad_gift_days", "gift_days", _("From 1 to 365 days.")),
    ]  # fmt: skip
