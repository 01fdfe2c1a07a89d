"""The forum's cast, a host, and sessions at hours of one's choice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from community.actions.live import series as series_actions
from community.actions.live import sessions as actions
from community.actions.live.series import Repeat
from community.actions.live.sessions import Show
from community.models import LiveSession, SessionSeries
from outbox.clock import now
from tests.community.forum.conftest import Cast, cast, make_board, make_cast, tea

__all__ = ["Cast", "cast", "make_board", "make_cast", "tea"]

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


def show(host: Any, **wanted: Any) -> Show:
    given = {"title": "The evening table", "host_id": host.pk, "time_zone": "Europe/Berlin", "audience": "members"}
    return Show(**given | wanted)  # type: ignore[arg-type]


def plan(
    host: Any, *, starts: datetime | None = None, minutes: int = 60, at: datetime | None = None, **wanted: Any
) -> LiveSession:
    at = at or now()
    starts = starts or at + timedelta(hours=30)
    with transaction.atomic():
        public_id = actions.plan_session(
            show=show(host, **wanted), starts_at=starts, ends_at=starts + timedelta(minutes=minutes), by=None, at=at
        )
    return LiveSession.objects.get(public_id=public_id)


def repeat(**wanted: Any) -> Repeat:
    from datetime import time

    given = {"starts_on": AT.date(), "hour": time(20), "minutes": 60, "weekdays": (1, 2, 3, 4, 5, 6, 7)}
    return Repeat(**given | wanted)  # type: ignore[arg-type]


def plan_series(host: Any, *, at: datetime = AT, rule: Repeat | None = None, **wanted: Any) -> SessionSeries:
    with transaction.atomic():
        public_id = series_actions.plan_series(show=show(host, **wanted), repeat=rule or repeat(), by=None, at=at)
    return SessionSeries.objects.get(public_id=public_id)


@pytest.fixture
def evening(cast: Cast) -> LiveSession:
    """In thirty hours, for members, hosted by gold."""
    return plan(cast.gold)
