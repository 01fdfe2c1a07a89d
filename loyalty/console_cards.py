"""What waits for the team in loyalty, on the console's first page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty import access
from loyalty.models import Adjustment, DraftSet
from loyalty.queries.desk import desk_counts
from members.access import is_manager
from members.console import Card


def handing_out(*, request: HttpRequest) -> Card | None:
    """Claims that nobody has taken yet, for those who hand them out."""
    if not is_manager(request.user):
        return None
    counts = desk_counts()
    number = counts["requested"] + counts["waiting"]
    text = _("Somebody paid points and looks forward to it.") if number else _("Everything is on its way.")
    return Card(
        ngettext("reward to hand out", "rewards to hand out", number), number_format(number), text,
        reverse("loyalty_desk"), order=12, urgent=number > 0,
    )  # fmt: skip


def corrections(*, request: HttpRequest) -> Card | None:
    """Corrections that wait for a second person. Urgent for whoever may be that person."""
    if not access.may_see_books(request.user):
        return None
    number = Adjustment.objects.filter(state=Adjustment.State.WAITING).count()
    deciding = access.is_finance(request.user)
    text = _("Nothing waits for a second person.")
    if number:
        text = _("They wait for your yes or no.") if deciding else _("Somebody of the group “Finance” decides.")
    return Card(
        ngettext("large correction of points", "large corrections of points", number), number_format(number), text,
        reverse("loyalty_adjustments"), order=14, urgent=deciding and number > 0,
    )  # fmt: skip


def drafts(*, request: HttpRequest) -> Card | None:
    """Drafts that wait for a second person; nothing where none does."""
    if not access.may_see_books(request.user):
        return None
    rows = DraftSet.objects.filter(published_at=None, waits_since__isnull=False).order_by("waits_since")
    waiting = list(rows.values_list("public_id", flat=True)[:100])
    if not waiting:
        return None
    deciding = access.is_finance(request.user)
    text = _("They wait for your yes or no.") if deciding else _("Somebody of the group “Finance” decides.")
    listed = len(waiting) > 1 and is_manager(request.user)  # the list of all is the managers'
    address = reverse("loyalty_drafts") if listed else reverse("loyalty_draft", args=waiting[:1])
    return Card(
        ngettext("draft of large rules", "drafts of large rules", len(waiting)), number_format(len(waiting)), text,
        address, order=15, urgent=deciding,
    )  # fmt: skip
