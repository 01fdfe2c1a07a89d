"""Levels of topics, boards and tags; reading time; what follows from what one does; the keys."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community import access
from community.actions.forum import reading
from community.actions.people import activity, levels
from community.addresses import topic_url
from community.forms.reading import ChoicesForm
from community.models import Level
from community.problems import Problem
from community.queries.people import levels as level_queries
from community.views.forum.lists import list_url, tag_or_absent
from community.words.keys import key_groups
from members.access import Refused, is_member, require_member
from outbox.clock import now

UNTIL = {"day": 1, "week": 7, "month": 30, "quarter": 90}
LARGEST_REPORT = 2_000
TOPICS_A_REPORT = 20


@require_POST
def topic_level(request: HttpRequest, address: str) -> HttpResponse:
    """How much the member wants to hear of a topic."""
    found = access.get_topic(request.user, address[-12:])
    back = topic_url(found.public_id, found.slug)
    return _set(request, back, lambda **said: levels.set_topic_level(topic_id=found.pk, **said))


@require_POST
def board_level(request: HttpRequest, slug: str) -> HttpResponse:
    """How much the member wants to hear of a board and those inside it."""
    card = access.get_board(request.user, slug)
    return _set(request, list_url("", card), lambda **said: levels.set_board_level(board_id=card.id, **said))


@require_POST
def tag_level(request: HttpRequest, slug: str) -> HttpResponse:
    """How much the member wants to hear of a tag."""
    tag = tag_or_absent(slug, access.hold_rights(request.user))
    return _set(request, list_url("latest", tag=tag), lambda **said: levels.set_tag_level(tag_id=tag.id, **said))


@require_POST
def mark_unread(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Begin again here next time: this post is the first unread one."""
    found = access.get_topic(request.user, address[-12:])
    member = require_member(request.user)
    with transaction.atomic(durable=True):
        reading.mark_unread_from(topic_id=found.pk, member_id=member.pk, number=number, at=now())
    messages.success(request, _("The topic is unread from here on."))
    return redirect(list_url("", access.hold_rights(request.user).boards[found.board_id]))


@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Seconds that pages were visible: {"topic": public id, "seconds": n}. Answers nothing, whatever it says."""
    nothing = HttpResponse(status=204)
    if not is_member(request.user) or len(request.body) > LARGEST_REPORT:
        return nothing
    try:
        said = json.loads(request.body)
        public_id, seconds = str(said["topic"])[:16], int(said["seconds"])
        found = access.get_topic(request.user, public_id.replace("\x00", ""))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, Refused):
        return nothing
    at = now()
    with transaction.atomic(durable=True):
        since = level_queries.last_noted(member_id=request.user.pk)
        believed = reading.report_reading(
            topic_id=found.pk, member_id=request.user.pk, seconds=seconds, since=since,
            joined=request.user.date_joined, at=at,
        )  # fmt: skip
        if believed:
            activity.note_reading(member_id=request.user.pk, seconds=believed, at=at)
    return nothing


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """What follows from starting, replying and reading; single keys; what is followed, muted and ignored."""
    member = require_member(request.user)
    held = access.hold_rights(member)
    form = ChoicesForm(request.POST or None, initial=level_queries.choices_of(member_id=member.pk))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            levels.set_choices(**form.cleaned_data, by=member.pk, at=now())
        messages.success(request, _("Saved."))
        return redirect("community:reading_choices")
    said = level_queries.said_by(member_id=member.pk, held=held, at=now())
    context = {"form": form, "said": said}
    return render(request, "community/reading/choices.html", context, status=422 if form.errors else 200)


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, on a page of their own."""
    return render(request, "community/reading/keys.html", {"groups": key_groups()})


def _set(request: HttpRequest, back: str, act: Callable[..., Any]) -> HttpResponse:
    member, at = require_member(request.user), now()
    said = request.POST.get("level", "")
    wanted = {"": None, **{str(level.value): level.value for level in Level}}
    if said not in wanted:
        messages.error(request, _("Please choose one of the levels that are offered."))
        return redirect(back)
    until = _until(request.POST.get("until", ""), at)
    try:
        with transaction.atomic(durable=True):
            act(level=wanted[said], until=until, by=member.pk, at=at)
    except Problem as problem:
        messages.error(request, problem.message)
        return redirect(back)
    messages.success(request, _said(wanted[said]))
    return redirect(reverse("community:reading_choices") if request.POST.get("from") == "settings" else back)


def _said(level: int | None) -> str:
    return {
        None: _("As everywhere around it."),
        Level.MUTED: _("Muted: you will not see it in lists, nor be told of it."),
        Level.NORMAL: _("Normal: you are told when somebody mentions or answers you."),
        Level.TRACKING: _("Tracking: it is in Unread when there is something new."),
        Level.WATCHING: _("Watching: you are told of every post."),
        Level.WATCHING_FIRST: _("Watching first posts: you are told of each new topic."),
    }[level]  # type: ignore[index]


def _until(text: str, at: datetime) -> datetime | None:
    return at + timedelta(days=UNTIL[text]) if text in UNTIL else None
