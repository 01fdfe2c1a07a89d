"""“What came of the session you were at”, in the bell."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from community.actions.live.stage import SUMMARY_KIND as KIND
from community.session_access import visible_sessions
from messaging.slots import NoticeCard, Told

if TYPE_CHECKING:
    from members.access import Member

__all__ = ["KIND", "write"]


def write(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """Nothing of sessions that are closed to the viewer now."""
    wanted = {int(notice.data["session"]) for notice in notices}
    found = {session.pk: session for session in visible_sessions(viewer).filter(pk__in=wanted)}
    told = {}
    for notice in notices:
        if session := found.get(int(notice.data["session"])):
            text = _("You were at “%(title)s”: this is what came of it.") % {"title": session.title}
            told[notice.id] = Told(text, reverse("community:live_summary", args=[session.public_id]), "", "star")
    return told
