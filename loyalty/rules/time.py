"""The programme's day."""

from datetime import datetime
from zoneinfo import ZoneInfo


def day_of(moment: datetime, zone: ZoneInfo) -> str:
    """The programme's calendar day, as the period of a daily cap."""
    return moment.astimezone(zone).date().isoformat()
