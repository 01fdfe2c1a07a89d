"""What the community adds to the navigation of every page."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.access import hold_rights
from community.queries.chat import unread
from members.access import UNASKED, is_member, standing
from members.addresses import address
from members.slots import NavItem, Standing
from outbox.clock import now


def forum(*, request: HttpRequest) -> NavItem:
    return NavItem(_("Forum"), address("community:forum"), icon="forum", order=10, under=("/b/", "/t/"))


def permission_version() -> Standing:
    """With it `access.rights` asks nothing."""
    return Standing(
        "permission_version", "coalesce((SELECT version FROM community_permissionversion), 0)", pages_only=False
    )


def chat_unread() -> Standing:
    return Standing("chat_unread", unread.OWN_UNREAD)


def chat(*, request: HttpRequest) -> NavItem:
    waits: unread.Unread | None = getattr(request, "chat_unread", None)  # set by pages that counted already
    if waits is None and is_member(request.user):
        held = hold_rights(request.user)
        asked = standing(request.user, "chat_unread")
        if asked is UNASKED:
            waits = unread.unread_total(viewer=request.user, at=now())
        else:
            waits = unread.unread_of(asked, viewer=request.user, held=held)
    waits = waits or unread.Unread()
    mark = unread.label(waits)
    return NavItem(
        _("Chat"), address("community:rooms"), icon="chat", order=20, count=waits.number, mark=mark, live="chat"
    )


def chat_greeting(*, member_id: int) -> dict[str, str]:
    """The header's number as it is when a page begins to listen."""
    total = unread.totals_of(member_ids=[member_id], at=now()).get(member_id)
    return {"chat": unread.label(total)} if total else {}


def reading_settings(*, request: HttpRequest) -> NavItem:
    """Levels, single keys, what is muted."""
    return NavItem(_("What I follow"), address("community:reading_choices"), order=40)
