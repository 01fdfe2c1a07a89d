"""What the community adds to the navigation of every page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from community.access import hold_rights
from community.queries import rooms
from members.access import is_member
from members.slots import NavItem


def forum(*, request: HttpRequest) -> NavItem:
    return NavItem(_("Forum"), reverse("community:forum"), icon="forum", order=10, under=("/b/", "/t/"))


def chat(*, request: HttpRequest) -> NavItem:
    count: int | None = getattr(request, "chat_unread", None)  # set by pages that counted already
    if count is None and is_member(request.user):
        hold_rights(request.user)
        count = rooms.unread_total(viewer=request.user)
    return NavItem(_("Chat"), reverse("community:rooms"), icon="chat", order=20, count=count or 0)
