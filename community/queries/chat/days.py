"""A room by days: on which days how much was said, and what was said on one of them. Threads are told where they began."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from community.models import Message
from community.queries.chat.messages import MessageRow, rows_of, shown

MOST_OF_A_DAY = 200
"""Messages on one page of a day."""

_BOUNDS = """
SELECT (SELECT sent_at FROM community_message WHERE room_id = %(room)s AND removed_at IS NULL ORDER BY sent_at LIMIT 1),
       (SELECT sent_at FROM community_message WHERE room_id = %(room)s AND removed_at IS NULL ORDER BY sent_at DESC LIMIT 1)
"""
_COUNTS = """
SELECT (sent_at AT TIME ZONE %(zone)s)::date AS day, count(*) FROM community_message
WHERE room_id = %(room)s AND sent_at >= %(begin)s AND sent_at < %(end)s AND removed_at IS NULL AND kind <> 'line'
GROUP BY day ORDER BY day
"""


@dataclass(frozen=True)
class Day:
    """A day's messages (or the next MOST_OF_A_DAY of them), and the nearest days before and after with any."""

    messages: list[MessageRow]
    more: bool
    previous: date | None
    next: date | None


def bounds(*, room_id: int, zone: ZoneInfo) -> tuple[date, date] | None:
    """The first and the last day of a room; None when nothing was said that is still there."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, {"room": room_id})
        first, last = cursor.fetchone()
    return (first.astimezone(zone).date(), last.astimezone(zone).date()) if first else None


def days(*, room_id: int, year: int, zone: ZoneInfo) -> dict[date, int]:
    """How many messages were said on each day of a year, as a clock in `zone` shows it."""
    values: dict[str, Any] = {
        "room": room_id,
        "zone": zone.key,
        "begin": _midnight(date(year, 1, 1), zone),
        "end": _midnight(date(year + 1, 1, 1), zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        return dict(cursor.fetchall())


def day(*, room_id: int, on: date, zone: ZoneInfo, after: int = 0) -> Day:
    """What was said on one day, from the message behind `after`."""
    begin, end = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
    said = shown(room_id, None)
    found = said.filter(sent_at__gte=begin, sent_at__lt=end, seq__gt=after).order_by("seq")
    rows = list(found[: MOST_OF_A_DAY + 1])
    left = Message.objects.filter(room_id=room_id, thread__isnull=True, removed_at__isnull=True)
    return Day(
        messages=rows_of(rows[:MOST_OF_A_DAY]),
        more=len(rows) > MOST_OF_A_DAY,
        previous=_date_of(left.filter(sent_at__lt=begin).order_by("-sent_at"), zone),
        next=_date_of(left.filter(sent_at__gte=end).order_by("sent_at"), zone),
    )


def _date_of(found: QuerySet[Message], zone: ZoneInfo) -> date | None:
    at: datetime | None = found.values_list("sent_at", flat=True).first()
    return at.astimezone(zone).date() if at else None


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), tzinfo=zone)
