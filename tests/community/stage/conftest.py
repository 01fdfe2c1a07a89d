"""A show this evening: Hana hosts it, and people come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from community.actions.live import sessions
from community.models import LiveSession

AT = datetime(2026, 5, 3, 20, tzinfo=UTC)
"""The beginning of the show; it is planned for an hour."""


def make_person(name: str, **more: Any) -> Any:
    return get_user_model().objects.create(
        username=name, email=f"{name}@example.com", display_name=name.title(), **more
    )


@pytest.fixture
def hana(db: None) -> Any:
    return make_person("hana")


@pytest.fixture
def people(db: None) -> list[Any]:
    return [make_person(f"guest{number}") for number in range(6)]


@pytest.fixture
def make_show(hana: Any) -> Callable[..., LiveSession]:
    def make(
        *, state: str = "live", capacity: int = 0, at: datetime = AT, minutes: int = 60, **more: Any
    ) -> LiveSession:
        show = sessions.Show(title="Tea evening", host_id=hana.pk, time_zone="UTC", capacity=capacity, **more)
        with transaction.atomic():
            public_id = sessions.plan_session(
                show=show, starts_at=at, ends_at=at + timedelta(minutes=minutes), by=hana.pk, at=at - timedelta(days=1)
            )
        into = {
            "scheduled": {},
            "doors": {"doors_at": at - timedelta(minutes=15)},
            "live": {"doors_at": at - timedelta(minutes=15), "started_at": at},
        }[state]
        LiveSession.objects.filter(public_id=public_id).update(state=state, **into)
        return LiveSession.objects.get(public_id=public_id)

    return make


@pytest.fixture
def ranks(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """Ranks as a higher app would say them; tests write into it."""
    from community import slots

    said: dict[int, int] = {}
    empty: Any = slots.Slot("seat_priority")
    empty.register(lambda *, member_ids: {one: said[one] for one in member_ids if one in said})
    monkeypatch.setattr(slots, "seat_priority", empty)
    return said


def sure(session: LiveSession) -> None:
    """The counter is the rows, and never above the capacity."""
    from community.models import Seat

    session.refresh_from_db()
    taken = Seat.objects.filter(session=session, state__in=("seated", "offered")).count()
    assert session.seated == taken
    assert not session.capacity or taken <= session.capacity


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    from community.queries.live import kept as stage_kept

    stage_kept.forget()
