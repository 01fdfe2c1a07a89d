"""What happens to campaigns."""

from dataclasses import dataclass

from outbox.events import Event, event


@event("campaign.started")
@dataclass(frozen=True, kw_only=True)
class CampaignStarted(Event):
    """The audience was drawn; messages of the treated wait in the queue."""

    campaign_id: int
    eligible: int
    held_out: int


@event("campaign.finished")
@dataclass(frozen=True, kw_only=True)
class CampaignFinished(Event):
    """Nothing of the campaign waits any more. Its result is read on the read-out day."""

    campaign_id: int
    stopped: bool
