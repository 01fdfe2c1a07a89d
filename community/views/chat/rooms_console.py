"""The managers' console of chat rooms: what is open, for whom, how much it is used."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.models import Room
from community.queries.chat import people as room_people
from members import queries as members
from members.access import require_manager


@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """The site's rooms with their numbers; of private ones and conversations only how many there are."""
    require_manager(request.user)
    totals = room_people.room_totals()
    rows = [(row, _whose(row.room)) for row in room_people.console_rooms()]
    context = {
        "rows": rows,
        "private": totals.get(Room.Kind.PRIVATE, 0),
        "direct": totals.get(Room.Kind.DIRECT, 0),
    }
    return render(request, "community/admin/rooms.html", context)


def _whose(room: Room) -> str:
    if room.board is not None:
        return room.board.name
    return members.group_words(room.group.name) if room.group is not None else str(room.get_kind_display())
