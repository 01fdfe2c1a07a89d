"""What calendars are told of live sessions, in whole addresses."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from community import cook
from community.models import CalendarFeed, LiveSession, SessionSeries
from community.queries.live.sessions import SessionRow, _row, _values
from community.rules import calendar as rules
from community.rules.calendar import CalendarEvent, CalendarSeries
from community.session_access import visible_sessions
from members.queries import member_cards

if TYPE_CHECKING:
    from members.access import Viewer

BACK, AHEAD = timedelta(days=31), timedelta(days=366)
TEXT_MOST = 2_000


def uid(kind: str, public_id: str) -> str:
    """The name of an entry for ever, wherever the file is read."""
    host = settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return f"{kind}-{public_id}@{host}"


def entry(row: SessionRow) -> CalendarEvent:
    """One session for a calendar. A yes is fixed, everything else is a possibility; without an answer it is fixed too."""
    url = settings.SITE_URL + row.url
    text = cook.plain_text(row.html)[:TEXT_MOST]
    lines = [_("With %(host)s.") % {"host": row.host.name}] if row.host else []
    if row.state == "cancelled":
        lines.append(
            _("Cancelled: %(reason)s") % {"reason": row.cancel_reason} if row.cancel_reason else _("Cancelled.")
        )
    return CalendarEvent(
        uid=uid("session", row.public_id), starts_at=row.starts_at, ends_at=row.ends_at, stamp=row.changed_at,
        sequence=row.revision, title=row.title, text="\n\n".join([*lines, *([text] if text else []), url]), url=url,
        cancelled=row.state == "cancelled", tentative=row.own == "maybe",
    )  # fmt: skip


def feed(*, rows: Iterable[SessionRow], name: str, at: datetime) -> str:
    return rules.calendar(entries=[entry(row) for row in rows], name=name, at=at)


def series_file(*, series: SessionSeries, viewer: "Viewer", at: datetime) -> str:
    """The whole series as one repeating entry, with the days that are free, and those that were moved or cancelled."""
    rows = LiveSession.objects.filter(series=series, occurs_on__gte=series.starts_on).order_by("occurs_on")
    shown = visible_sessions(viewer).filter(series=series).values("pk")  # one of them may be for a smaller circle
    values = {
        one["id"]: one for one in _values(rows.filter(differs=True, pk__in=shown).exclude(state="cancelled"), viewer)
    }
    seen = set(shown.values_list("pk", flat=True))
    people = member_cards(member_ids={series.host_id})
    days = {row.pk: row.occurs_on for row in rows if row.occurs_on}
    moved = tuple((days[pk], entry(_row(one, people))) for pk, one in values.items())
    gone = {row.occurs_on for row in rows if row.occurs_on and (row.state == "cancelled" or row.pk not in seen)}
    first = series.starts_on
    while first.isoweekday() not in series.weekdays:
        first += timedelta(days=1)
    until = series.until
    if series.paused_at is not None:  # what is made stands, and nothing after it
        until = max(days.values(), default=first)
    changed = max((row.changed_at for row in rows), default=series.created_at)
    url = settings.SITE_URL + reverse("community:live_sessions")
    own_uid = uid("series", series.public_id)
    rule = CalendarSeries(
        uid=own_uid, zone=ZoneInfo(series.time_zone), first=first, hour=series.starts_local, minutes=series.minutes,
        weekdays=tuple(series.weekdays), until=until, without=tuple(sorted({*series.free_days, *gone})),
        moved=tuple((day, replace(one, uid=own_uid)) for day, one in moved), stamp=changed,
        sequence=sum(row.revision for row in rows), title=series.title,
        text="\n\n".join(part for part in (cook.plain_text(series.cooked)[:TEXT_MOST], url) if part), url=url,
    )  # fmt: skip
    return rules.calendar(series=[rule], name=series.title, at=at)


def feed_of(*, member_id: int) -> CalendarFeed | None:
    """The member's own address, if they made one."""
    return CalendarFeed.objects.filter(member_id=member_id).first()


def member_of_feed(*, key: str) -> int | None:
    """Whose calendar this secret opens."""
    if "\x00" in key:
        return None
    return CalendarFeed.objects.filter(key=key).values_list("member_id", flat=True).first()
