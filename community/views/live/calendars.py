"""Live sessions in calendars: the public feed, the secret one of a member, one series."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access import absent, hold_rights, rights
from community.actions.live import rsvp
from community.models import SessionSeries
from community.queries.live import calendar as queries
from community.queries.live.sessions import sessions_between
from community.session_access import visible_series
from members.access import is_suspended, member_by_id, require_member
from outbox.clock import now

BACK, AHEAD = timedelta(days=31), timedelta(days=366)


@require_safe
def public_feed(request: HttpRequest) -> HttpResponse:
    """All sessions that everybody may read. Calendars do not sign in: this one says the same to everybody."""
    at = now()
    rows = sessions_between(viewer=None, held=rights(None), since=at - BACK, until=at + AHEAD)
    name = _("%(site)s: live sessions") % {"site": settings.WAGTAIL_SITE_NAME}
    return _file(queries.feed(rows=rows, name=name, at=at), "live.ics", "public, max-age=300")


@require_safe
def own_feed(request: HttpRequest, key: str) -> HttpResponse:
    """The sessions that a member said yes or perhaps to, or is on stage of, for whoever has the secret address.

    As they may be read at this moment; a suspended or gone member's address answers like none.
    """
    member_id = queries.member_of_feed(key=key)
    member = member_by_id(member_id) if member_id else None
    if member is None or is_suspended(member):
        raise absent()
    at = now()
    with translation.override(member.language or settings.LANGUAGE_CODE):
        found = sessions_between(viewer=member, held=rights(member), since=at - BACK, until=at + AHEAD, mine=True)
        name = _("%(site)s: my sessions") % {"site": settings.WAGTAIL_SITE_NAME}
        text = queries.feed(rows=found, name=name, at=at)
    return _file(text, "my-sessions.ics", "private, no-store")


@require_http_methods(["GET", "HEAD", "POST"])
def own_calendar(request: HttpRequest) -> HttpResponse:
    """The secret address of one's own calendar: make it, make another one, end it."""
    member = require_member(request.user)
    hold_rights(member)
    if request.method == "POST":
        act = request.POST.get("act", "")
        with transaction.atomic(durable=True):
            if act == "renew":
                rsvp.renew_feed(by=member.pk, at=now())
            elif act == "end":
                rsvp.end_feed(by=member.pk, at=now())
        if act == "end":
            messages.success(request, _("The address does not work any more."))
        return redirect("community:live_calendar")
    found = queries.feed_of(member_id=member.pk)
    url = settings.SITE_URL + reverse("community:live_own_feed", args=[found.key]) if found else ""
    context = {
        "feed": found, "url": url, "webcal": url.replace("https://", "webcal://").replace("http://", "webcal://"),
        "public_url": settings.SITE_URL + reverse("community:live_feed"), "zone": timezone.get_current_timezone_name(),
        "crumbs": [(_("Live sessions"), reverse("community:live_sessions")), (_("My calendar"), "")],
    }  # fmt: skip
    answer = render(request, "community/sessions/calendar.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def series_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """A whole series as one entry that repeats."""
    held = hold_rights(request.user)
    series: SessionSeries | None = None
    if "\x00" not in public_id:
        series = visible_series(request.user, held=held).filter(public_id=public_id).first()
    if series is None:
        raise absent()
    text = queries.series_file(series=series, viewer=request.user, at=now())
    return _file(text, f"series-{series.public_id}.ics", "private, no-store")


def _file(text: str, name: str, caching: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = caching
    answer["X-Robots-Tag"] = "noindex"
    return answer
