"""What the community adds to the navigation of every page."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.access import hold_rights
from community.queries import rooms
from members.access import UNASKED, is_member, standing
from members.addresses import address
from members.slots import NavItem, Standing


def forum(*, request: HttpRequest) -> NavItem:
    return NavItem(_("Forum"), address("community:forum"), icon="forum", order=10, under=("/b/", "/t/"))


def permission_version() -> Standing:
    """With it `access.rights` asks nothing."""
    return Standing(
        "permission_version", "coalesce((SELECT version FROM community_permissionversion), 0)", pages_only=False
    )


def chat_unread() -> Standing:
    return Standing("chat_unread", rooms.OWN_UNREAD)


def chat(*, request: HttpRequest) -> NavItem:
    count: int | None = getattr(request, "chat_unread", None)  # set by pages that counted already
    if count is None and is_member(request.user):
        held = hold_rights(request.user)
        asked = standing(request.user, "chat_unread")
        count = rooms.unread_total(viewer=request.user) if asked is UNASKED else rooms.unread_of(asked, held=held)
    return NavItem(_("Chat"), address("community:rooms"), icon="chat", order=20, count=count or 0)


def reading_settings(*, request: HttpRequest) -> NavItem:
    """Levels, single keys, what is muted."""
    return NavItem(_("What I follow"), address("community:reading_choices"), order=40)
