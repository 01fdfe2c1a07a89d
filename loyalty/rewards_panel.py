"""Rewards on the member's overview: gifts that wait, and codes to use."""

from datetime import datetime
from typing import Any

from loyalty.queries import gifts
from members.access import Member


def overview(*, member: Member, at: datetime) -> dict[str, Any] | None:
    """What waits to be taken or used; None when nothing does."""
    waiting = gifts.waiting_for(member_id=member.pk, at=at)
    return {"waiting": waiting} if waiting.gifts or waiting.codes else None
