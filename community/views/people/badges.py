"""All badges, who has them, and which one is shown beside one's name."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.access import absent
from community.actions.people import badges as actions
from community.problems import Problem
from community.queries.people import badges as queries
from members.access import is_member, require_member
from members.queries import MemberCard
from outbox.clock import now


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """What can be earned, and how."""
    viewer_id = request.user.pk if is_member(request.user) else None
    return render(request, "community/people/all_badges.html", {"kinds": queries.all_kinds(viewer_id=viewer_id)})


@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One badge; members also see who has it."""
    kind = queries.kind_named(code=code)
    if kind is None:
        raise absent()
    people: list[tuple[MemberCard, datetime]] = []
    older = ""
    if is_member(request.user):
        people, older = queries.holders(kind_id=kind.id, before=request.GET.get("before", "")[:20])
    return render(request, "community/people/badge.html", {"kind": kind, "people": people, "older": older})


@require_POST
def wear(request: HttpRequest) -> HttpResponse:
    """Show a badge beside one's name, or none."""
    member = require_member(request.user)
    try:
        with transaction.atomic(durable=True):
            actions.wear(code=request.POST.get("badge", "")[:40].replace("\x00", "") or None, by=member.pk, at=now())
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("community:profile_badges", member.username)
