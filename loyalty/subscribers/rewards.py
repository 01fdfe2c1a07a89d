"""What claims of rewards hear."""

from loyalty.actions.rewards import undoing
from loyalty.events import HoldReleased
from outbox.subscribe import subscribe


@subscribe(HoldReleased)
def end_claim_of_hold(event: HoldReleased) -> None:
    if event.source_type == "reward":
        undoing.hold_ended(hold_id=event.hold_id, at=event.at)
