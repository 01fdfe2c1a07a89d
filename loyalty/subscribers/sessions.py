"""What loyalty does for live sessions: prizes of drops, places in the queue."""

from community.actions.live.seats import set_priority
from community.events import (
    DropClaimed,
)
from loyalty import actions, drops
from loyalty.events import TierChanged
from outbox.subscribe import subscribe


@subscribe(DropClaimed)
def give_prize(event: DropClaimed) -> None:
    """A piece of a drop in a live session: one of those put aside becomes the member's."""
    if event.source == drops.SOURCE:
        actions.give_reward(
            cause=f"drop_claim:{event.claim_id}",
            reserve=f"drop:{event.drop_id}",
            member_id=event.member_id,
            at=event.at,
        )


@subscribe(TierChanged)
def move_in_queues(event: TierChanged) -> None:
    """Where the member waits for a seat, their place follows the tier."""
    set_priority(member_id=event.member_id, rank=drops.rank_of(event.member_id), at=event.at)
