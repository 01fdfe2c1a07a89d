"""Reading, and the moment at which these tests begin. The switch for limits is in the folder above."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from community.actions.people.activity import note_reading
from tests.community.conftest import forget_paces
from tests.community.forum.conftest import cast, make_board, make_member, tea

__all__ = ["AT", "cast", "forget_paces", "make_board", "make_member", "read", "tea"]
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def read(member: Any, at: datetime, **what: int) -> None:
    with transaction.atomic():
        note_reading(member_id=member.pk, at=at, **what)
