"""What campaigns show in the pages of other apps."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import queries
from members.access import is_manager
from members.console import Card


def console_card(*, request: HttpRequest) -> Card | None:
    """The newest campaign and how it stands."""
    if not is_manager(request.user):
        return None
    lines = queries.campaigns()
    number = len(lines)
    if not lines:
        text = _("None yet. Write to those who fall silent, and learn whether it helps.")
    else:
        newest = lines[0].campaign
        text = _("“%(name)s”: %(state)s") % {"name": newest.name, "state": newest.get_state_display()}
    title = ngettext("win-back campaign", "win-back campaigns", number)
    return Card(title, number_format(number), text, reverse("campaigns_index"), order=30)
