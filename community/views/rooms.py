"""The list of rooms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from community.access import hold_rights
from community.queries import rooms as queries


@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    hold_rights(request.user)
    rows = queries.rooms(viewer=request.user)
    request.chat_unread = sum(row.unread for row in rows)  # type: ignore[attr-defined]  # for the navigation
    return render(request, "community/rooms/list.html", {"rooms": rows})
