"""What a quest brings, once: its keys come from the run."""

from datetime import datetime

from loyalty.actions.earning.grants import grant_points
from loyalty.actions.ledger import CREDIT, POINTS
from loyalty.actions.quests.gifting import give_badge, let_wait
from loyalty.events import QuestCompleted
from loyalty.models import QuestRun
from loyalty.notices import quests as notices
from outbox.publish import publish
from outbox.require import require_transaction


def complete(*, run: QuestRun, at: datetime) -> bool:
    """Pay a run whose steps are done; False when it was paid before. Its row is locked by the caller."""
    require_transaction()
    quest = run.quest
    paid = QuestRun.objects.filter(pk=run.pk, state=QuestRun.State.OPEN).update(
        state=QuestRun.State.DONE, done_at=at, points=quest.points, credit=quest.credit
    )
    if not paid:
        return False
    cause = f"quest:{run.public_id}"
    for currency, amount in ((POINTS, quest.points), (CREDIT, quest.credit)):
        if amount:
            grant_points(
                cause=cause, member_id=run.member_id, amount=amount, reason="quest", origin="activity", by=None, at=at,
                currency=currency,
            )  # fmt: skip
    if quest.badge_id:
        give_badge(kind_id=quest.badge_id, member_id=run.member_id, note=quest.name, at=at)
    if quest.gift_id:
        let_wait(cause=cause, member_id=run.member_id, reward_id=quest.gift_id, valid_days=quest.gift_days, at=at)
    publish(QuestCompleted(run_id=run.pk, member_id=run.member_id, quest_code=quest.code, at=at))
    notices.tell_done(run=run, at=at)
    return True
