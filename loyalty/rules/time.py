"""When points expire, and the programme's day."""

from datetime import datetime
from zoneinfo import ZoneInfo


def expiry(*, earned: datetime, months: int | None, zone: ZoneInfo) -> datetime | None:
    """The first moment at which points earned at `earned` are gone: `months` on, at the end of that month in `zone`."""
    if months is None:
        return None
    local = earned.astimezone(zone)
    last = local.year * 12 + local.month - 1 + months + 1
    return datetime(last // 12, last % 12 + 1, 1, tzinfo=zone)


def day_of(moment: datetime, zone: ZoneInfo) -> str:
    """The programme's calendar day, as the period of a daily cap."""
    return moment.astimezone(zone).date().isoformat()
