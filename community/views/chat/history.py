"""A room's history: a calendar of its days, and each day as a page to read. Those of public rooms may be indexed."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import get_format
from django.views.decorators.http import require_safe

from community.access import hold_rights
from community.models import Room
from community.queries.chat import days as queries
from community.room_access import get_room
from community.views.chat.lines import lines
from community.views.chat.page import number
from members.access import is_member
from outbox.clock import now


@dataclass(frozen=True)
class Cell:
    """A day in the calendar. `heat` is 0 to 5: how much was said, against the busiest day shown."""

    day: date
    count: int
    heat: int


@require_safe
def days(request: HttpRequest, slug: str) -> HttpResponse:
    """A year of the room, month by month; the newest by default, others by `?year=`."""
    hold_rights(request.user)
    room, zone = get_room(request.user, slug=slug), _zone()
    bounds = queries.bounds(room_id=room.pk, zone=zone)
    year = number(request.GET.get("year", "")) or (bounds[1].year if bounds else timezone.localtime(now()).year)
    if bounds and not bounds[0].year <= year <= bounds[1].year:
        raise Http404
    counts = queries.days(room_id=room.pk, year=year, zone=zone) if bounds else {}
    newest_year = bounds[1].year if bounds else year
    own = reverse("community:room_days", args=[slug])
    context = {
        "room": room,
        "year": year,
        "months": _months(year, counts),
        "weekdays": [date(2024, 1, 1 + offset) for offset in _week()],  # the first of January 2024 was a Monday
        "total": sum(counts.values()),
        "older_year": year - 1 if bounds and bounds[0].year < year else None,
        "newer_year": year + 1 if bounds and year < bounds[1].year else None,
        "canonical": request.build_absolute_uri(own if year == newest_year else f"{own}?year={year}"),
        "indexed": room.kind == Room.Kind.PUBLIC,
    }
    return render(request, "community/rooms/days.html", context)


@require_safe
def day(request: HttpRequest, slug: str, on: date) -> HttpResponse:
    """What was said on one day. A day without a word is no page."""
    hold_rights(request.user)
    room, zone = get_room(request.user, slug=slug), _zone()
    after = number(request.GET.get("after", "")) or 0
    found = queries.day(room_id=room.pk, on=on, zone=zone, after=after)
    if not found.messages:
        raise Http404
    own = reverse("community:room_day", args=[slug, on])
    viewer_id = request.user.pk if is_member(request.user) else None
    context = {
        "room": room,
        "day": on,
        "lines": [
            line for line in lines(found.messages, unread_after=None, viewer_id=viewer_id) if line["kind"] != "date"
        ],
        "next_after": found.messages[-1].seq if found.more else None,
        "previous": found.previous,
        "next": found.next,
        "canonical": request.build_absolute_uri(f"{own}?after={after}" if after else own),
        "indexed": room.kind == Room.Kind.PUBLIC,
    }
    return render(request, "community/rooms/day.html", context)


def _months(year: int, counts: dict[date, int]) -> list[dict[str, Any]]:
    """Months in which anything was said, as weeks of cells; a day of another month is None."""
    most = max(counts.values(), default=1)
    calendar = Calendar(firstweekday=_week()[0])
    months = []
    for month in sorted({day.month for day in counts}, reverse=True):
        weeks = [
            [_cell(day, counts, most) if day.month == month else None for day in week]
            for week in calendar.monthdatescalendar(year, month)
        ]
        months.append({"first": date(year, month, 1), "weeks": weeks})
    return months


def _cell(day: date, counts: dict[date, int], most: int) -> Cell:
    count = counts.get(day, 0)
    return Cell(day, count, -(-5 * count // most))


def _week() -> list[int]:
    """The days of a week (Monday is 0) as the reader's language begins it."""
    first = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7
    return [(first + offset) % 7 for offset in range(7)]


def _zone() -> ZoneInfo:
    zone = timezone.get_current_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")
