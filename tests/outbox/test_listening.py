"""Listeners that choose their events at run time: nothing for names that nobody chose, everything for those they did."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from outbox import actions, dispatch
from outbox import subscribe as registry
from outbox.events import Event
from outbox.models import EventDelivery, StoredEvent
from outbox.publish import publish
from outbox.queries import facts

from .events import Happened

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def happen(thing_id: int) -> None:
    with transaction.atomic():
        publish(Happened(at=AT, thing_id=thing_id))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(registry, "_listeners", dict(registry._listeners))

    @registry.listener
    def hear(event: Event, event_id: int) -> None:
        assert isinstance(event, Happened)
        Group.objects.create(name=f"{event.thing_id} of {event_id}")

    return registry.handler_name(hear)


def choose(handler: str, *names: str) -> None:
    with transaction.atomic():
        actions.listen(handler=handler, names=names)


def test_only_chosen_names_make_deliveries_and_from_the_very_commit_on(heard: str) -> None:
    happen(1)
    assert not EventDelivery.objects.exists()
    choose(heard, "test.happened", "other.happened")
    happen(2)
    choose(heard, "other.happened")
    happen(3)
    assert [row.handler for row in EventDelivery.objects.all()] == [heard]
    assert dispatch.run_pending() == 1
    assert dispatch.run_pending() == 0
    second = StoredEvent.objects.order_by("id")[1]
    assert list(Group.objects.filter(name__contains=" of ").values_list("name", flat=True)) == [f"2 of {second.id}"]


def test_a_listener_that_is_gone_leaves_its_work_for_a_person(heard: str) -> None:
    choose("gone.listener", "test.happened")
    happen(1)
    assert dispatch.run_pending() == 0
    assert "No subscriber gone.listener" in EventDelivery.objects.get().last_error


def test_stored_facts_are_read_page_by_page() -> None:
    for number in (1, 2, 3):
        happen(number)
    first = facts(names=["test.happened"], since=AT, until=AT, limit=2)
    rest = facts(names=["test.happened"], since=AT, until=AT, after=first[-1].id)
    assert [fact.payload["thing_id"] for fact in (*first, *rest)] == [1, 2, 3]
    assert facts(names=["test.other"], since=AT, until=AT) == []
