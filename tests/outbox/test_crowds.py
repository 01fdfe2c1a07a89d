"""Subscribers that take many events at once, and those that want only some."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from outbox import dispatch
from outbox.models import EventDelivery, StoredEvent
from outbox.publish import publish, publish_many

from .events import Happened

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def happen(*things: int) -> None:
    with transaction.atomic():
        publish_many([Happened(at=AT, thing_id=thing) for thing in things])


def test_a_crowd_comes_at_once_in_its_order_and_is_marked_with_its_effects(listeners: Any) -> None:
    calls: list[list[int]] = []

    @listeners.subscribe_crowd(Happened)
    def take(events: Sequence[Happened]) -> None:
        calls.append([event.thing_id for event in events])
        Group.objects.bulk_create([Group(name=f"group {event.thing_id}") for event in events])

    happen(3, 1, 2)
    assert dispatch.run_pending() == 3
    assert calls == [[3, 1, 2]]
    assert Group.objects.filter(name__startswith="group").count() == 3
    assert EventDelivery.objects.filter(done_at__isnull=False, attempts=1).count() == 3
    assert dispatch.run_pending() == 0


def test_a_lane_takes_what_its_apps_hear_and_leaves_the_rest(listeners: Any) -> None:
    calls: list[int] = []

    @listeners.subscribe(Happened)
    def take(event: Happened) -> None:
        calls.append(event.thing_id)

    happen(1, 2)
    (app,) = set(EventDelivery.objects.values_list("handler", flat=True))
    assert dispatch.run_pending(apps=["nobody"]) == 0
    assert calls == []
    assert dispatch.run_pending(apps=["nobody", app.partition(".")[0]]) == 2
    assert calls == [1, 2]


def test_a_bad_one_of_a_crowd_holds_nobody_back_and_nothing_happens_twice(listeners: Any) -> None:
    @listeners.subscribe_crowd(Happened)
    def take(events: Sequence[Happened]) -> None:
        for event in events:
            Group.objects.create(name=f"group {event.thing_id}")  # unique: a second effect would fail
            if event.thing_id == 2:
                raise ValueError("broken on purpose")

    happen(1, 2, 3)
    assert dispatch.run_pending() == 2
    assert set(Group.objects.values_list("name", flat=True)) >= {"group 1", "group 3"}
    assert not Group.objects.filter(name="group 2").exists()
    bad = EventDelivery.objects.get(done_at__isnull=True)
    assert bad.attempts == 1 and "broken on purpose" in bad.last_error


def test_whose_lease_ran_out_is_left_to_its_new_holder(listeners: Any) -> None:
    calls: list[list[int]] = []

    @listeners.subscribe_crowd(Happened)
    def take(events: Sequence[Happened]) -> None:
        calls.append([event.thing_id for event in events])

    happen(1, 2)
    batch = dispatch.claim(10)
    EventDelivery.objects.filter(id=batch[0].id).update(attempts=2)  # another worker claimed it after our lease
    assert dispatch.deliver_crowd(batch) == 1
    assert calls == [[2]]


def test_what_a_subscriber_does_not_want_gets_no_delivery(listeners: Any) -> None:
    heard: list[int] = []

    @listeners.subscribe(Happened, only=lambda event: event.thing_id > 1)
    def take(event: Happened) -> None:
        heard.append(event.thing_id)

    happen(1, 2)
    assert StoredEvent.objects.count() == 2
    assert EventDelivery.objects.count() == 1
    assert dispatch.run_pending() == 1
    assert heard == [2]


def test_open_pages_hear_a_crowd_after_the_commit_and_nothing_of_a_rollback(
    listeners: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[list[int]] = []
    monkeypatch.setattr(
        "outbox.subscribe._crowds",
        {"test.happened": [], Happened.name: [lambda events: heard.append([event.thing_id for event in events])]},
    )
    with pytest.raises(RuntimeError), transaction.atomic():
        publish(Happened(at=AT, thing_id=9))
        raise RuntimeError
    assert heard == []
    happen(1, 2)
    assert [thing for crowd in heard for thing in crowd] == [1, 2]
