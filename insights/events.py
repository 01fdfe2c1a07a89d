"""What insights tells the rest of the house."""

from dataclasses import dataclass

from outbox.events import Event, event


@event("stage.changed")
@dataclass(frozen=True, kw_only=True)
class StageChanged(Event):
    """A member moved from one stage to another; `stream` is C (buying), S (talking) or member (the healthier of both).

    Not published for history that was taken in with an import.
    """

    member_id: int
    stream: str
    from_stage: str
    to_stage: str
    reason: str
