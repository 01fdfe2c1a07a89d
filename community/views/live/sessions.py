"""Finding live sessions and saying whether one comes. Inside of them is another page."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.access import Rights, hold_rights
from community.actions.live import rsvp
from community.actions.live import sessions as actions
from community.forms.sessions import OpeningForm
from community.models import Audience, LiveSession, Rsvp
from community.problems import SessionRefused
from community.queries.live import calendar as calendar_queries
from community.queries.live import sessions as queries
from community.queries.live.sessions import SessionRow
from community.session_access import get_session, may_keep, may_plan
from community.slots import rank_names
from community.views.live.data import event_data
from community.words import sessions as words
from members.access import is_member, require_member
from outbox.clock import now

A_YEAR = timedelta(days=366)


@require_safe
def live_sessions(request: HttpRequest) -> HttpResponse:
    """Open now, the next ones by day, and what there was, with what is left of it."""
    held = hold_rights(request.user)
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 1 <= len(asked) <= 4 else 1
    mine = request.GET.get("mine") == "1" and is_member(request.user)
    found = queries.program(viewer=request.user, held=held, at=now(), page=max(page, 1), mine=mine)
    rows = [*found.now, *found.ahead]
    context = {
        "now": found.now, "days": _by_day(found.ahead), "past": found.past, "page": max(page, 1), "more": found.more,
        "mine": mine, "may_plan": may_plan(request.user), "zone": timezone.get_current_timezone_name(),
        "audiences": _audiences(rows, held), "at": now(),
        "feed_url": reverse("community:live_feed"),
    }  # fmt: skip
    return render(request, "community/sessions/list.html", context)


@require_safe
def live_session(request: HttpRequest, public_id: str) -> HttpResponse:
    """One session: what, who, when by both clocks, how long until then, who comes, how seats are given; and afterwards
    what is left of it."""
    held = hold_rights(request.user)
    session = get_session(request.user, public_id, held=held)
    row = queries.session_row(session_id=session.pk, viewer=request.user, held=held)
    public = row.audience == Audience.EVERYBODY
    series = session.series.public_id if session.series else ""
    context = {
        "series_url": reverse("community:live_series", args=[series]) if series else "",
        "series_file": reverse("community:live_series_file", args=[series]) if series else "",
        "row": row, "coming": queries.coming(session_id=session.pk), "at": now(),
        "stage": queries.stage_people(session_id=session.pk), "zone": timezone.get_current_timezone_name(),
        "audience": words.audience(row, _audiences([row], held)), "may_keep": may_keep(request.user, session),
        "opens": _opens(session, request), "opening": OpeningForm(initial={"answers_from": session.answers_from}),
        "answers": Rsvp.Answer.choices, "ranks": _ranks(row), "public": public,
        "machine": event_data(request, row) if public else "", "whole_url": settings.SITE_URL + row.url,
        "crumbs": [(_("Live sessions"), reverse("community:live_sessions")), (row.title, "")],
        "sign_in": "" if is_member(request.user) else f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': row.url})}",
    }  # fmt: skip
    return render(request, "community/sessions/session.html", context)


@require_POST
def answer_session(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say going, maybe or no; "" takes it back."""
    member = require_member(request.user)
    session = get_session(member, public_id, "answer")
    wanted = request.POST.get("answer", "")
    problem: SessionRefused | None = None
    try:
        with transaction.atomic(durable=True):
            if wanted:
                rsvp.answer(session_id=session.pk, answer=wanted, by=member.pk, at=now())
            else:
                rsvp.withdraw(session_id=session.pk, by=member.pk, at=now())
    except SessionRefused as refusal:
        problem = refusal
    if "application/json" in request.headers.get("Accept", ""):
        if problem:
            return JsonResponse({"code": problem.code, "message": problem.message}, status=422)
        found = queries.coming(session_id=session.pk)
        return JsonResponse({"ok": True, "answer": wanted, "going": found.going, "maybe": found.maybe})
    if problem:
        messages.error(request, problem.message)
    elif wanted == Rsvp.Answer.GOING:
        messages.success(request, _("Lovely. We will remind you a day before and when the doors open."))
    return redirect(_back(request, session))


@require_POST
def open_answers(request: HttpRequest, public_id: str) -> HttpResponse:
    """From when on one may say yes: the host's."""
    member = require_member(request.user)
    session = get_session(member, public_id, "keep")
    form = OpeningForm(request.POST)
    try:
        if not form.is_valid():
            raise SessionRefused("bad_opening", _("This is no date and time."))
        opens = form.cleaned_data["answers_from"]
        with transaction.atomic(durable=True):
            done = rsvp.open_answers(session_id=session.pk, answers_from=opens, by=member.pk, at=now())
    except SessionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Saved.") if done else _("This session has begun or is over."))
    return redirect(_back(request, session))


def _opens(session: LiveSession, request: HttpRequest) -> dict[str, Any] | None:
    """When the answers open, for everybody and for this reader; None when they are open."""
    if session.answers_from is None or session.state != LiveSession.State.SCHEDULED or session.answers_from <= now():
        return None
    hours = rsvp.early_hours(member_id=request.user.pk) if is_member(request.user) else 0
    own = session.answers_from - timedelta(hours=hours)
    return {"everybody": session.answers_from, "own": own, "early": hours > 0, "open": own <= now()}


@require_POST
def move_session(request: HttpRequest, public_id: str) -> HttpResponse:
    """The host's buttons: go live, end."""
    member = require_member(request.user)
    session = get_session(member, public_id, "keep")
    act = {"start": actions.start_session, "end": actions.end_session}.get(request.POST.get("act", ""))
    try:
        if act is None:
            raise SessionRefused("act", _("Please choose one of the buttons."))
        with transaction.atomic(durable=True):
            act(session_id=session.pk, by=member.pk, at=now())
    except SessionRefused as problem:
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"code": problem.code, "message": problem.message}, status=422)
        messages.error(request, problem.message)
        return redirect(_back(request, session))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": True})
    return redirect(_back(request, session))


@require_safe
def session_map(request: HttpRequest) -> HttpResponse:
    """For search engines: the sessions of a year that everybody may read."""
    pages = [{"url": url, "changed": changed} for url, changed in queries.public_sessions(since=now() - A_YEAR)]
    context = {"pages": pages, "site_url": settings.SITE_URL}
    answer = render(request, "community/feeds/map.xml", context, content_type="application/xml")
    answer["Cache-Control"] = "public, max-age=300"
    return answer


# --- Calendars --------------------------------------------------------------------------------------------------------


@require_safe
def session_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """One session for a calendar."""
    held = hold_rights(request.user)
    session = get_session(request.user, public_id, held=held)
    row = queries.session_row(session_id=session.pk, viewer=request.user, held=held)
    text = calendar_queries.feed(rows=[row], name="", at=now())
    return _calendar(
        text, f"session-{row.public_id}.ics", private=row.audience != Audience.EVERYBODY or is_member(request.user)
    )


def _by_day(rows: list[SessionRow]) -> list[tuple[Any, list[SessionRow]]]:
    """In the viewer's own days."""
    days: dict[Any, list[SessionRow]] = {}
    for row in rows:
        days.setdefault(timezone.localtime(row.starts_at).date(), []).append(row)
    return list(days.items())


def _audiences(rows: list[SessionRow], held: Rights) -> dict[str, str]:
    return queries.audience_words(
        group_ids={row.group_id for row in rows if row.group_id},
        board_ids={row.board_id for row in rows if row.board_id},
        held=held,
    )


def _ranks(row: SessionRow) -> list[str]:
    """Who is seated first where people wait: the names of the ranks, the highest first; none without such an order."""
    if not row.capacity:
        return []
    names = {rank: name for some in rank_names.collect() for rank, name in some.items()}
    return [names[rank] for rank in sorted(names, reverse=True) if rank > 0]


def _back(request: HttpRequest, session: LiveSession) -> str:
    wanted = request.POST.get("back", "")
    if wanted == "list":
        return reverse("community:live_sessions") + f"#s{session.public_id}"
    if wanted == "room":
        return reverse("community:live_session", args=[session.public_id]) + "room/"
    return reverse("community:live_session", args=[session.public_id])


def _calendar(text: str, name: str, *, private: bool) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store" if private else "public, max-age=300"
    answer["X-Robots-Tag"] = "noindex"
    return answer
