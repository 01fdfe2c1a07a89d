"""The way to a gift of points, on the overview of one's points."""

from datetime import datetime
from typing import Any

from loyalty.queries.sending import sending_is_on
from members.access import Member


def overview(*, member: Member, at: datetime) -> dict[str, Any] | None:
    """Shown where points may be sent; one statement."""
    return {} if sending_is_on() else None
