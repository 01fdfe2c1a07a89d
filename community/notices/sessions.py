"""What members are told of live sessions, in their own words and by their own clock, written when it is shown."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from community.actions.live.clock import CANCELLED, MOVED, REMINDER
from community.models import LiveSession
from community.session_access import visible_sessions
from messaging.slots import NoticeCard, Told

if TYPE_CHECKING:
    from members.access import Member


def write(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """As it is now: a session that moved again is told with its newest hour, one that is hidden from them not at all."""
    wanted = {int(notice.data["session"]) for notice in notices}
    found = {session.pk: session for session in visible_sessions(viewer).filter(pk__in=wanted)}
    told = {}
    for notice in notices:
        if session := found.get(int(notice.data["session"])):
            url = reverse("community:live_session", args=[session.public_id])
            text, more = _words(notice, session, viewer)
            told[notice.id] = Told(text, url, more, "calendar")
    return told


def local_words(moment: datetime, viewer: "Member") -> str:
    """A moment by the clock of this member, also where no page has set it (mail)."""
    zone = ZoneInfo(viewer.time_zone) if viewer.time_zone else timezone.get_current_timezone()
    return date_format(moment.astimezone(zone), "DATETIME_FORMAT")


def _words(notice: NoticeCard, session: LiveSession, viewer: "Member") -> tuple[str, str]:
    begins = datetime.fromtimestamp(int(notice.data["begins"]), UTC)
    names = {"title": session.title, "when": local_words(session.starts_at, viewer)}
    if session.state == LiveSession.State.CANCELLED:
        reason = session.cancel_reason
        if notice.kind == CANCELLED and session.cancelled_at and session.cancelled_at >= session.ends_at:
            return _("“%(title)s” of %(when)s did not take place.") % names, reason
        return _("“%(title)s” of %(when)s is cancelled.") % names, reason
    if notice.kind == MOVED or begins != session.starts_at:
        return _("“%(title)s” moved: it begins on %(when)s now.") % names, ""
    if notice.kind == CANCELLED:  # and was brought back
        return _("“%(title)s” takes place after all, on %(when)s.") % names, ""
    return _("“%(title)s” begins on %(when)s.") % names, ""


WRITERS = (
    (REMINDER, write, lazy("A live session I want to see begins soon")),
    (MOVED, write, lazy("A live session I want to see moves")),
    (CANCELLED, write, lazy("A live session I want to see is cancelled")),
)
