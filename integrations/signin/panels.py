"""Buttons on the pages where one signs in, and the settings page of connected services."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.signin import queries
from members.slots import NavItem


def ways(*, request: HttpRequest) -> tuple[NavItem, ...]:
    """A button for each service in use."""
    return tuple(NavItem(one.name, queries.start_url(one), icon="sign-in") for one in queries.in_use())


def connections(*, request: HttpRequest) -> NavItem:
    return NavItem(_("Connected services"), reverse("socialaccount_connections"), order=45)
