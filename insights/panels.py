"""What insights shows in the pages of lower apps."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights import access, queries
from members.access import is_manager, is_member
from members.console import Card
from members.slots import NavItem, Panel
from outbox.clock import now

if TYPE_CHECKING:
    from members.access import Viewer


def stage_panel(*, viewer: "Viewer", member_id: int, username: str) -> Panel | None:
    """A member's own stage on their own page, in words; managers see it too."""
    if not access.may_see_stage(viewer=viewer, member_id=member_id):
        return None
    card = queries.stage(member_id=member_id, as_of=queries.day_of(now()))
    own = is_member(viewer) and viewer.pk == member_id
    if not own and not card.profiled:
        return None
    return Panel("insights/stage_panel.html", {"card": card, "own": own}, order=80)


def privacy_item(*, request: HttpRequest) -> NavItem | None:
    """The way to the switch, among the settings."""
    if not is_member(request.user):
        return None
    return NavItem(_("What we notice"), reverse("insights:scoring"), icon="eye", order=80)


def console_card(*, request: HttpRequest) -> Card | None:
    """How many are going, for those who may call them back."""
    if not is_manager(request.user):
        return None
    counts = queries.stage_counts()
    going, lapsed = counts.get("decline", 0), counts.get("lapsed", 0)
    text = _("%(stable)s are stable; %(lapsed)s have not been here for long.") % {
        "stable": number_format(counts.get("stable", 0)),
        "lapsed": number_format(lapsed),
    }
    title = ngettext("customer is falling silent", "customers are falling silent", going)
    return Card(title, number_format(going), text, reverse("insights_customers"), order=20)
