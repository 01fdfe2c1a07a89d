"""What insights shows in the pages of lower apps."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from insights import access, queries
from members.access import is_member
from members.slots import NavItem, Panel
from outbox.clock import now


def stage_panel(*, viewer_id: int | None, member_id: int) -> Panel | None:
    """A member's own stage on their own page, in words; managers see it too."""
    if not access.may_see_stage(viewer_id=viewer_id, member_id=member_id):
        return None
    card = queries.stage(member_id=member_id, as_of=queries.day_of(now()))
    own = viewer_id == member_id
    if not own and not card.profiled:
        return None
    return Panel("insights/stage_panel.html", {"card": card, "own": own}, order=80)


def privacy_item(*, request: HttpRequest) -> NavItem | None:
    """The way to the switch, among the settings."""
    if not is_member(request.user):
        return None
    return NavItem(_("What we notice"), reverse("insights:scoring"), icon="eye", order=80)
