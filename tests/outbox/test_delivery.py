"""The promises of the outbox, on real commits."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from outbox import actions, dispatch
from outbox.models import EventDelivery, StoredEvent
from outbox.publish import publish
from outbox.queries import status
from outbox.require import TransactionRequired

from .events import Happened

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def happen(thing_id: int = 1) -> None:
    with transaction.atomic():
        publish(Happened(at=AT, thing_id=thing_id))


def make_due() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_eventdelivery SET due_at = clock_timestamp() - interval '1 second'")


def test_publishing_demands_a_transaction() -> None:
    with pytest.raises(TransactionRequired):
        publish(Happened(at=AT, thing_id=1))
    assert not StoredEvent.objects.exists()


def test_a_rolled_back_fact_leaves_no_event(listeners: Any) -> None:
    heard: list[int] = []

    @listeners.live(Happened)
    def hear(event: Happened) -> None:
        heard.append(event.thing_id)

    with pytest.raises(RuntimeError), transaction.atomic():
        publish(Happened(at=AT, thing_id=1))
        raise RuntimeError
    assert not StoredEvent.objects.exists()
    assert heard == []


def test_effect_and_mark_are_one(listeners: Any) -> None:
    @listeners.subscribe(Happened)
    def make_group(event: Happened) -> None:
        Group.objects.create(name=f"group {event.thing_id}")

    happen()
    assert dispatch.run_pending() == 1
    assert dispatch.run_pending() == 0
    assert Group.objects.filter(name="group 1").count() == 1
    assert EventDelivery.objects.get().done_at is not None


def test_a_failing_handler_leaves_no_effect_backs_off_and_is_parked(listeners: Any) -> None:
    @listeners.subscribe(Happened)
    def half(event: Happened) -> None:
        Group.objects.create(name="half done")
        raise ValueError("broken on purpose")

    happen()
    for attempt in range(1, dispatch.PARK_AFTER + 1):
        assert dispatch.run_pending() == 0
        assert EventDelivery.objects.get().attempts == attempt
        make_due()
    delivery = EventDelivery.objects.get()
    assert delivery.parked_at is not None
    assert "broken on purpose" in delivery.last_error
    assert not Group.objects.filter(name="half done").exists()
    assert (status().pending, status().parked) == (0, 1)
    with transaction.atomic():
        assert actions.retry_parked(delivery_ids=[delivery.pk], by=None, at=AT) == 1
    assert status().pending == 1


def test_one_failing_subscriber_does_not_stop_another(listeners: Any) -> None:
    @listeners.subscribe(Happened)
    def fails(event: Happened) -> None:
        raise ValueError

    @listeners.subscribe(Happened)
    def works(event: Happened) -> None:
        Group.objects.create(name="worked")

    happen()
    assert dispatch.run_pending() == 1
    assert Group.objects.filter(name="worked").exists()


def test_a_worker_that_died_after_claiming_delays_and_loses_nothing(listeners: Any) -> None:
    @listeners.subscribe(Happened)
    def work(event: Happened) -> None:
        Group.objects.create(name="late but done")

    happen()
    dead = dispatch.claim(10)  # this process dies here
    assert dispatch.run_pending() == 0
    make_due()  # its lease ran out
    assert dispatch.run_pending() == 1
    assert dispatch.deliver(dead[0]) is False, "the dead one comes back to life and must not repeat the effect"
    assert Group.objects.filter(name="late but done").count() == 1


def test_many_workers_at_once_deliver_each_event_once(listeners: Any) -> None:
    @listeners.subscribe(Happened)
    def work(event: Happened) -> None:
        Group.objects.create(name=f"thing {event.thing_id}")

    for thing_id in range(60):
        happen(thing_id)
    start = threading.Barrier(4)
    counts: list[int] = []

    def worker() -> None:
        start.wait()
        counts.append(dispatch.run_pending())
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 60
    assert Group.objects.filter(name__startswith="thing ").count() == 60


def test_live_subscribers_run_after_the_commit_and_may_fail(listeners: Any) -> None:
    heard: list[bool] = []

    @listeners.live(Happened)
    def fails(event: Happened) -> None:
        raise ValueError

    @listeners.live(Happened)
    def hears(event: Happened) -> None:
        heard.append(connection.in_atomic_block)

    happen()
    assert heard == [False]


def test_a_subscriber_of_another_version_waits_instead_of_vanishing(listeners: Any) -> None:
    @listeners.subscribe(Happened)
    def work(event: Happened) -> None: ...

    happen()
    listeners._durable.clear()
    assert dispatch.run_pending() == 0
    assert "No subscriber" in EventDelivery.objects.get().last_error


def test_the_owner_sees_what_is_parked_and_tries_it_again(listeners: Any, client: Any, admin_user: Any) -> None:
    @listeners.subscribe(Happened)
    def fails(event: Happened) -> None:
        raise ValueError("the till is on fire")

    happen()
    for _ in range(dispatch.PARK_AFTER):
        dispatch.run_pending()
        make_due()
    client.force_login(admin_user, backend="members.backends.MemberBackend")
    assert "the till is on fire" in client.get("/admin/events/").content.decode()
    client.post("/admin/events/", {"delivery": [EventDelivery.objects.get().pk, "x", "9" * 40]})
    assert (status().pending, status().parked) == (1, 0)


def test_the_parked_page_is_closed_to_others(client: Any, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("ming"), backend="members.backends.MemberBackend")
    assert client.get("/admin/events/").status_code in (302, 403)
