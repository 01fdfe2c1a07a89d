"""A claim moves on: the row, its history, what others hear. One place, so that none of the three is forgotten."""

from datetime import datetime
from typing import Any

from loyalty.events import RewardCancelled, RewardClaimed, RewardFulfilled
from loyalty.models import Redemption, RedemptionStep
from loyalty.notices import rewards as notices
from outbox.publish import publish

State = Redemption.State
CLAIMED = frozenset({State.CONFIRMED, State.FULFILLING, State.FULFILLED})


def note_step(*, redemption_id: int, state: str, by: int | None, at: datetime, note: str = "") -> None:
    RedemptionStep.objects.create(redemption_id=redemption_id, state=state, by_id=by, note=note[:300], at=at)


def move(
    row: Redemption, to: Redemption.State, *, by: int | None, at: datetime, note: str = "", **changes: Any
) -> bool:
    """Bring a claim into the next state, if it is still where `row` saw it. False: somebody else was faster."""
    if to == State.FULFILLED:
        changes["fulfilled_at"] = at
    if to in Redemption.UNDONE:
        changes |= {"slot": None, "closed_at": at}
    elif to == State.FULFILLED:
        changes["closed_at"] = at
    moved = Redemption.objects.filter(id=row.id, state=row.state).update(
        state=to, expires_at=changes.pop("expires_at", None), **changes
    )
    if moved != 1:
        return False
    note_step(redemption_id=row.id, state=to, by=by, at=at, note=note)
    tell(row, to, before=row.state, by=by, at=at)
    row.state = to
    return True


def tell(row: Redemption, to: Redemption.State, *, before: str, by: int | None, at: datetime) -> None:
    """Publish what a claim has become, and put it into the member's bell unless it was their own doing."""
    words: dict[str, Any] = {"redemption_id": row.id, "member_id": row.member_id, "reward_id": row.reward_id, "at": at}
    if to in CLAIMED and before not in CLAIMED:
        publish(RewardClaimed(**words))
    if to == State.FULFILLED and before in (State.CONFIRMED, State.FULFILLING):
        publish(RewardFulfilled(**words))
    if to in Redemption.UNDONE:
        publish(RewardCancelled(**words))
    notices.tell_claim(redemption_id=row.id, member_id=row.member_id, state=to, by=by, at=at)
