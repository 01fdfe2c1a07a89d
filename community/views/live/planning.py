"""Planning live sessions: new ones, changes of one or of all that follow, cancelling, holidays."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access import Rights, hold_rights
from community.actions.live import series as series_actions
from community.actions.live import sessions as actions
from community.actions.live import stage
from community.forms.sessions import DAYS, FOLLOWING, AfterForm, CancelForm, SessionForm, free_days_of, initial_of
from community.models import LiveSession, SessionSeries
from community.problems import Problem, SessionRefused, TooFast
from community.queries.live import sessions as queries
from community.session_access import get_series, get_session, require_plan
from community.trust import limits
from community.views.composer import uploads
from community.views.live.host import published
from members import pictures
from members.access import Member, is_manager, require_member
from members.queries import member_card
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def plan_session(request: HttpRequest) -> HttpResponse:
    """A new session, or a series of them."""
    member = require_plan(request.user)
    held = hold_rights(member)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SessionForm(*posted, member=member, held=held)
    if request.method == "POST" and form.is_valid() and _take_picture(form, member, held) and form.show and form.hours:
        try:
            pace = limits.spending("session", member_id=member.pk, trust=held.trust, at=now())
            with nullcontext() if is_manager(member) else pace, transaction.atomic(durable=True):
                if form.repeat:
                    series_actions.plan_series(show=form.show, repeat=form.repeat, by=member.pk, at=now())
                    url = reverse("community:live_sessions")
                else:
                    public_id = actions.plan_session(
                        show=form.show, starts_at=form.hours[0], ends_at=form.hours[1], by=member.pk, at=now()
                    )
                    url = reverse("community:live_session", args=[public_id])
            messages.success(request, _("It is in the calendar."))
            return redirect(url)
        except SessionRefused as problem:
            form.refuse(problem)
        except TooFast as problem:
            form.add_error(None, problem.message)
            answer = _form(request, form, _("Plan a session"), back=reverse("community:live_sessions"))
            answer.status_code, answer["Retry-After"] = 429, str(problem.retry_after)
            return answer
    return _form(request, form, _("Plan a session"), back=reverse("community:live_sessions"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_session(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change one session, or it and all that follow; of one that is over, what is left of it."""
    held = hold_rights(request.user)
    member = require_member(request.user)
    session = get_session(member, public_id, "keep", held=held)
    url = reverse("community:live_session", args=[public_id])
    if session.state == LiveSession.State.ENDED:
        return _afterwards(request, session, url, member)
    if session.state == LiveSession.State.CANCELLED:
        messages.error(request, _("This session is cancelled."))
        return redirect(url)
    series = SessionSeries.objects.filter(pk=session.series_id).first() if session.series_id else None
    host = member_card(member_id=session.host_id)
    start = initial_of(session, series, queries.stage_people(session_id=session.pk), host.username if host else "")
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SessionForm(*posted, initial=start, member=member, held=held, session=session, series=series)
    if request.method == "POST" and form.is_valid() and _take_picture(form, member, held) and form.show and form.hours:
        try:
            with transaction.atomic(durable=True):
                if form.repeat and form.cleaned_data.get("which") == FOLLOWING:
                    series_actions.change_following(
                        session_id=session.pk, show=form.show, repeat=form.repeat, by=member.pk, at=now()
                    )
                else:
                    actions.change_session(
                        session_id=session.pk, show=form.show, starts_at=form.hours[0], ends_at=form.hours[1],
                        by=member.pk, at=now(),
                    )  # fmt: skip
            messages.success(request, _("Saved. Whoever said yes is told if the hour has changed."))
            return redirect(url)
        except SessionRefused as problem:
            form.refuse(problem)
        except IntegrityError:  # two people moved two sessions to one hour at one moment
            form.add_error("starts", _("The series has another session at this hour."))
    return _form(request, form, _("Change the session"), back=url, session=session, series=series)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_session(request: HttpRequest, public_id: str) -> HttpResponse:
    """It does not take place: why, and whether the following ones do."""
    member = require_member(request.user)
    session = get_session(member, public_id, "keep", held=hold_rights(member))
    url = reverse("community:live_session", args=[public_id])
    form = CancelForm(request.POST if request.method == "POST" else None, in_series=session.series_id is not None)
    if request.method == "POST" and form.is_valid():
        reason, whole = form.cleaned_data["reason"], form.cleaned_data.get("which") == FOLLOWING
        cancel = series_actions.end_series if whole else actions.cancel_session
        try:
            with transaction.atomic(durable=True):
                cancel(session_id=session.pk, reason=reason, by=member.pk, at=now())
            return redirect(url)
        except SessionRefused as problem:
            form.add_error("reason", problem.message)
    coming = queries.coming(session_id=session.pk)
    context = {
        "form": form, "session": session, "url": url, "told": coming.going + coming.maybe,
        "crumbs": _crumbs(session, _("Cancel")),
    }  # fmt: skip
    return render(request, "community/sessions/cancel.html", context, status=422 if form.errors else 200)


@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """All series for managers, their own for hosts: when the next one is, which rest, which are over."""
    member = require_plan(request.user)
    hold_rights(member)
    rows = queries.series_of(member_id=None if is_manager(member) else member.pk)
    context = {
        "rows": [(row, [DAYS[day - 1][1] for day in row.weekdays]) for row in rows],
        "crumbs": [(_("Live sessions"), reverse("community:live_sessions")), (_("Series"), "")],
    }  # fmt: skip
    return render(request, "community/sessions/series_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def keep_series(request: HttpRequest, public_id: str) -> HttpResponse:
    """A series: what comes, holidays, resting."""
    hold_rights(request.user)
    series = get_series(request.user, public_id)
    member = require_member(request.user)
    problem = ""
    text = "\n".join(day.isoformat() for day in series.free_days)
    if request.method == "POST":
        text = request.POST.get("free_days", "")[:1_000]
        try:
            with transaction.atomic(durable=True):
                _keep_series(series, request.POST.get("act", ""), text, by=member.pk)
            return redirect("community:live_series", public_id)
        except SessionRefused as refusal:
            problem = refusal.message
    way = [
        (_("Live sessions"), reverse("community:live_sessions")), (_("Series"), reverse("community:live_series_list")),
        (series.title, ""),
    ]  # fmt: skip
    context = {
        "series": series, "rows": queries.of_series(series_id=series.pk, at=now()), "free_days": text,
        "problem": problem, "crumbs": way,
    }  # fmt: skip
    return render(request, "community/sessions/series.html", context, status=422 if problem else 200)


def _keep_series(series: SessionSeries, act: str, text: str, *, by: int) -> None:
    if act in ("pause", "resume"):
        series_actions.pause(series_id=series.pk, paused=act == "pause", by=by, at=now())
    elif act == "free_days":
        try:
            days = free_days_of(text)
        except ValueError as wrong:
            words = _("Please write days like 2027-01-01, one on each line.")
            raise SessionRefused("free_days", words, field="free_days") from wrong
        series_actions.set_free_days(series_id=series.pk, free_days=days, by=by, at=now())
    else:
        raise SessionRefused("act", _("Please choose one of the buttons."))


def _take_picture(form: SessionForm, member: Member, held: Rights) -> bool:
    """Store the picture of a form that is right otherwise (decoded in a child process, made anew); False: refused."""
    file = form.cleaned_data.get("picture")
    if form.show is None or not isinstance(file, UploadedFile):
        return True
    try:
        form.show = replace(form.show, picture_id=uploads.store(member, held.trust, file, now()).id)
    except pictures.BadPicture as bad:
        form.add_error("picture", str(bad))
    except Problem as refusal:
        form.add_error("picture", refusal.message)
    return not form.errors


def _afterwards(request: HttpRequest, session: LiveSession, url: str, member: Member) -> HttpResponse:
    start = {"summary": session.summary, "recording_url": session.recording_url}
    form = AfterForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                told = stage.tell_summary(
                    session_id=session.pk, summary=form.cleaned_data["summary"],
                    recording_url=form.cleaned_data["recording_url"], publish_it=request.POST.get("publish") == "1",
                    by=member.pk, at=now(),
                )  # fmt: skip
            if told is not None:
                messages.success(request, published(told))
            return redirect(url)
        except SessionRefused as problem:
            form.add_error(problem.field or None, problem.message)
    context = {
        "form": form, "session": session, "url": url, "crumbs": _crumbs(session, _("What is left of it")),
        "told": queries.told_at(session_id=session.pk),
    }  # fmt: skip
    return render(request, "community/sessions/after.html", context, status=422 if form.errors else 200)


def _form(
    request: HttpRequest,
    form: SessionForm,
    title: str,
    *,
    back: str,
    session: LiveSession | None = None,
    series: SessionSeries | None = None,
) -> HttpResponse:
    way = (
        _crumbs(session, title) if session else [(_("Live sessions"), reverse("community:live_sessions")), (title, "")]
    )
    context: dict[str, Any] = {
        "form": form, "form_title": title, "back": back, "session": session, "series": series, "crumbs": way,
        "picture": queries.picture_of(session_id=session.pk) if session and session.picture_id else None,
    }  # fmt: skip
    return render(request, "community/sessions/form.html", context, status=422 if form.errors else 200)


def _crumbs(session: LiveSession, here: str) -> list[tuple[str, str]]:
    home = reverse("community:live_session", args=[session.public_id])
    return [(_("Live sessions"), reverse("community:live_sessions")), (session.title, home), (here, "")]
