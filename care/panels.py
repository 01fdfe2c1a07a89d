"""What care shows in the pages of lower apps."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from care import queries
from members.access import is_manager, is_member
from members.addresses import address
from members.console import Card
from members.slots import NavItem


def tell_us(*, request: HttpRequest) -> NavItem | None:
    """The way to the form, at the foot of every page."""
    if not is_member(request.user):
        return None
    return NavItem(_("Something is wrong?"), address("care:open"), icon="warning", order=200)


def console_card(*, request: HttpRequest) -> Card | None:
    """How many words wait for an answer, for those who answer."""
    if not is_manager(request.user):
        return None
    number = queries.waiting()
    text = _("The longest waiting stands first.") if number else _("Everybody has an answer.")
    return Card(
        ngettext("complaint waits", "complaints wait", number), number_format(number), text, reverse("care_desk"),
        order=10, urgent=number > 0,
    )  # fmt: skip
