"""What quests show in other pages: the overview of one's points, and, for newcomers, the front page."""

from datetime import datetime
from typing import Any

from loyalty.queries import levels
from members.access import Member


def overview(*, member: Member, at: datetime) -> dict[str, Any]:
    """Level, next rung, gifts that wait: one statement."""
    return {"level": levels.level(member_id=member.pk, at=at)}
