"""What a member wrote and earned; whom one follows and ignores."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.actions.people import levels
from community.problems import Problem
from community.queries.people import badges as badge_queries
from community.queries.people import levels as level_queries
from community.queries.people import profiles
from community.rules import reading as rules
from members.access import get_profile, is_member, require_member
from outbox.clock import now


@require_safe
def topics(request: HttpRequest, username: str) -> HttpResponse:
    """What a member started."""
    return _lines(request, username, "topics", profiles.topics_of)


@require_safe
def replies(request: HttpRequest, username: str) -> HttpResponse:
    """What a member answered."""
    return _lines(request, username, "replies", profiles.replies_of)


@require_safe
def reactions(request: HttpRequest, username: str) -> HttpResponse:
    """What others liked of it."""
    return _lines(request, username, "reactions", profiles.reacted_of)


@require_safe
def badges(request: HttpRequest, username: str) -> HttpResponse:
    """All badges of a member; one's own with the choice which is shown beside the name."""
    held = access.hold_rights(request.user)
    found = get_profile(request.user, username)
    own = is_member(request.user) and request.user.pk == found.id
    context = {
        "profile": found,
        "tab": "badges",
        "own": own,
        "awards": badge_queries.badges_of(member_id=found.id, held=held),
    }
    return render(request, "community/people/badges.html", context)


@require_POST
def level(request: HttpRequest, username: str) -> HttpResponse:
    """Follow, ignore, or neither."""
    member, at = require_member(request.user), now()
    found = get_profile(member, username)
    wanted = {"follow": rules.WATCHING, "ignore": rules.MUTED, "": None}.get(request.POST.get("level", ""), -1)
    back = reverse("community:own_people") if request.POST.get("from") == "settings" else found.card.url
    try:
        with transaction.atomic(durable=True):
            levels.set_person_level(person_id=found.id, level=wanted, by=member.pk, at=at)
    except Problem as problem:
        messages.error(request, problem.message)
        return redirect(back)
    name = {"name": found.card.name}
    said = {
        rules.WATCHING: _("You follow %(name)s now, and are told when they start a topic."),
        rules.MUTED: _("You ignore %(name)s now. They do not learn of it."),
        None: _("%(name)s is neither followed nor ignored any more."),
    }
    messages.success(request, said[wanted] % name)
    return redirect(back)


@require_safe
def own_people(request: HttpRequest) -> HttpResponse:
    """Whom the member follows and ignores, each with the way back."""
    member = require_member(request.user)
    said = level_queries.people_said(member_id=member.pk, at=now())
    return render(request, "community/people/own.html", {"said": said})


@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """What those whom the member follows wrote, newest first."""
    member = require_member(request.user)
    held = access.hold_rights(member)
    said = level_queries.people_said(member_id=member.pk, at=now())
    page = profiles.of_people(people=[card.id for card in said.followed], held=held, before=_before(request))
    return render(request, "community/people/followed.html", {"page": page, "said": said})


def _lines(request: HttpRequest, username: str, tab: str, lines: Callable[..., profiles.LinePage]) -> HttpResponse:
    held = access.hold_rights(request.user)
    found = get_profile(request.user, username)
    page = lines(member_id=found.id, held=held, before=_before(request))
    context: dict[str, Any] = {"profile": found, "tab": tab, "page": page}
    return render(request, "community/people/lines.html", context)


def _before(request: HttpRequest) -> str:
    return request.GET.get("before", "")[:60]
