"""The way to a gift of points, on the overview of one's points."""

from datetime import datetime
from typing import Any

from community.rules import trust_of
from loyalty.queries.sending import sending_is_open
from members.access import Member, group_names, is_moderator


def overview(*, member: Member, at: datetime) -> dict[str, Any] | None:
    """Shown to those who may send; one statement."""
    return {} if sending_is_open(trust=trust_here(member)) else None


def trust_here(member: Member) -> int:
    """The level of trust by the groups that came with the member; `trust_of` asks for them anew."""
    return 4 if is_moderator(member) else trust_of(group_names(member))
