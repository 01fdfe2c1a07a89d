"""Groups of members: who is in them, joining, leaving, and letting in."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members import queries
from members.access import Refused, require_member
from members.actions import groups as actions
from outbox.clock import now

if TYPE_CHECKING:
    from members.access import Viewer

A_PAGE = 48


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """All groups that everybody may see; for members."""
    member = require_member(request.user)
    return render(request, "members/groups.html", {"groups": queries.groups_seen(viewer_id=member.pk)})


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """One group with its people; for its owner also who asks to be let in."""
    found = get_group(request.user, slug)
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    rows = queries.group_people(group_id=found.group_id, limit=A_PAGE + 1, before=before)
    owner = queries.member_card(member_id=found.owner_id) if found.owner_id else None
    own = found.owner_id == request.user.pk
    context = {
        "group": found,
        "people": [card for _cursor, card in rows[:A_PAGE]],
        "older": rows[A_PAGE - 1][0] if len(rows) > A_PAGE else 0,
        "owner": owner,
        "requests": queries.group_requests(profile_id=found.id) if own else [],
    }
    return render(request, "members/group.html", context)


@require_POST
def act(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    """Join, leave; accept or decline somebody."""
    member, at = require_member(request.user), now()
    found = get_group(member, slug)
    person = queries.find_member(public_id=request.POST.get("member", "")[:16].replace("\x00", ""))
    if act not in ("join", "leave", "accept", "decline") or (act in ("accept", "decline") and person is None):
        raise Refused("not_found", _("There is nothing here."), hidden=True)
    try:
        with transaction.atomic(durable=True):
            if act == "join":
                inside = actions.join(profile_id=found.id, by=member.pk, at=at)
                said = _("Welcome to the group.") if inside else _("Asked. The owner of the group will answer.")
            elif act == "leave":
                actions.leave(profile_id=found.id, by=member.pk, at=at)
                said = _("You are not in this group any more.")
            elif person is not None:
                accept = act == "accept"
                asked = actions.answer(profile_id=found.id, member_id=person.id, accept=accept, by=member.pk, at=at)
                said = _("Answered.") if asked else _("This was answered already.")
    except actions.GroupRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("members:group", found.slug)


def get_group(viewer: "Viewer", slug: str) -> queries.GroupCard:
    """The group for a member, or Refused; what is not shown looks absent."""
    member = require_member(viewer)
    found = queries.groups_seen(viewer_id=member.pk, slug=slug)
    if not found:
        raise Refused("not_found", _("There is nothing here."), hidden=True)
    return found[0]
