"""Pages about people: parse, access, one action, answer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from members import queries, slots
from members.access import is_member, require_member


def profile(request: HttpRequest, username: str) -> HttpResponse:
    card = queries.find_member(username=username)
    if card is None:
        raise Http404
    viewer_id = request.user.pk if is_member(request.user) else None
    panels = sorted(slots.profile_panels.collect(viewer_id=viewer_id, member_id=card.id), key=lambda p: p.order)
    return render(request, "members/profile.html", {"card": card, "panels": panels, "own": viewer_id == card.id})


def edit_profile(request: HttpRequest) -> HttpResponse:
    member = require_member(request.user)
    return render(request, "members/edit_profile.html", {"member": member})
