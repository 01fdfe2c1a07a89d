"""What care shows in the pages of lower apps."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from members.access import is_member
from members.slots import NavItem


def tell_us(*, request: HttpRequest) -> NavItem | None:
    """The way to the form, at the foot of every page."""
    if not is_member(request.user):
        return None
    return NavItem(_("Something is wrong?"), reverse("care:open"), icon="warning", order=200)
