"""What messaging shows in the pages of `members`."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from members.slots import NavItem


def settings_item(*, request: HttpRequest) -> NavItem:
    """The tab of the settings pages."""
    return NavItem(_("Mail and privacy"), reverse("messaging:preferences"), icon="mail", order=30)
