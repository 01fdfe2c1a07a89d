"""Who may see and move campaigns: community managers."""

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from members.access import Refused, Viewer, require_manager


def require_campaign(user: Viewer, public_id: str) -> Campaign:
    """The campaign for a manager, or Refused."""
    require_manager(user)
    campaign = Campaign.objects.filter(public_id=public_id).first()
    if campaign is None:
        raise Refused("campaign_unknown", _("There is no such campaign."), hidden=True)
    return campaign


def require_draft(user: Viewer, public_id: str) -> Campaign:
    """A campaign that may still be changed, or Refused with the reason."""
    campaign = require_campaign(user, public_id)
    if campaign.state != Campaign.State.DRAFT:
        raise Refused(
            "campaign_started",
            _("This campaign has started. What was measured is not changed afterwards; make a new one instead."),
        )
    return campaign
