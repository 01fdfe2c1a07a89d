"""What a member chose, their devices, and what reached them this week."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from messaging.models import Delivery, NoticeSettings, PushSubscription
from messaging.purposes import label
from messaging.queries.mail import reached
from messaging.rules import WEEK


@dataclass(frozen=True)
class DeviceRow:
    """A device that is rung, as its owner sees it."""

    public_id: str
    label: str
    created_at: datetime
    last_success_at: datetime | None
    failing: bool


@dataclass(frozen=True)
class WeekLine:
    """How many messages of a purpose reached a member in seven days, and what they cost of the budget."""

    label: str
    count: int
    units: int


def notice_settings(*, member_id: int) -> NoticeSettings:
    """The member's row, or one with the defaults that is not kept."""
    return NoticeSettings.objects.filter(member_id=member_id).first() or NoticeSettings(member_id=member_id)


def devices(*, member_id: int) -> list[DeviceRow]:
    """The newest first."""
    rows = PushSubscription.objects.filter(member_id=member_id).order_by("-created_at", "-id")
    return [DeviceRow(one.public_id, one.label, one.created_at, one.last_success_at, one.failures > 2) for one in rows]


def week(*, member_id: int, at: datetime) -> list[WeekLine]:
    """What reached the member in the last seven days, the dearest first."""
    found = reached(member_ids=[member_id], at=at).get(member_id, [])
    counted = Counter((one.purpose, one.channel, one.units) for one in found)
    lines = [
        WeekLine(label(purpose, channel), count, count * units) for (purpose, channel, units), count in counted.items()
    ]
    return sorted(lines, key=lambda line: -line.units)


@dataclass(frozen=True)
class BudgetUse:
    """The weekly budget over all members: whom anything reached, how much, who is at the end of it, what waits for room."""

    members: int
    messages: int
    units: int
    full: int
    waiting: int


_USE = """
WITH used AS (
    SELECT member_id, count(*) AS messages, sum(CASE WHEN channel = 'push' OR purpose = 'community' THEN 1
        WHEN purpose = 'digest' THEN 2 ELSE 3 END) AS units
    FROM messaging_delivery WHERE sent_at > %s AND purpose <> 'service' AND state IN ('handing_over', 'sent', 'sent?')
    GROUP BY member_id
)
SELECT count(*), COALESCE(sum(messages), 0), COALESCE(sum(units), 0), count(*) FILTER (WHERE units >= %s) FROM used
"""


def budget_use(*, budget: int, at: datetime) -> BudgetUse:
    """How the budget is used by the whole site in the last seven days."""
    with connection.cursor() as cursor:
        cursor.execute(_USE, [at - WEEK, budget])
        members, messages, units, full = (int(number) for number in cursor.fetchone())
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED, reason="cap_budget").count()
    return BudgetUse(members, messages, units, full, waiting)
