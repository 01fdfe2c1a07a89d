"""Webhooks out, through the outbox and over HTTP: at least once, under one id, and never what an endpoint may not know."""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from integrations.webhooks import actions, rules, sending, signing
from integrations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from loyalty.events import PointsPosted, TierChanged
from members.actions import update_profile
from members.events import MemberUpdated
from members.models import User
from messaging.models import Delivery
from outbox.dispatch import run_pending
from outbox.models import EventDelivery
from outbox.publish import publish
from tests.integrations.hooks.conftest import AT, Machine

pytestmark = pytest.mark.django_db(transaction=True)
Endpoint = Callable[..., WebhookEndpoint]
LISTENER = actions.LISTENER


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.subscribers.now", lambda: AT)


def happen(*events: Any) -> None:
    with transaction.atomic():
        publish(*events)
    run_pending()


def send(at: datetime = AT) -> int:
    return sending.send_due(clock=lambda: at, seconds=1)


def updated(member: int, at: datetime = AT) -> MemberUpdated:
    return MemberUpdated(member_id=member, at=at)


def test_an_act_reaches_the_machine_signed_and_in_public_words(
    machine: Machine, endpoint: Endpoint, manager: int
) -> None:
    shop = endpoint()
    with transaction.atomic():
        update_profile(member_id=manager, display_name="Mei 老友", bio="", language="", time_zone="", by=manager, at=AT)
    run_pending()
    assert send() == 1
    got = machine.got[0]
    public = User.objects.get(id=manager).public_id
    assert json.loads(got.body) == {
        "type": "member.updated", "version": 1, "timestamp": "2026-03-01T10:00:00Z",
        "data": {"member": f"mem_{public}", "occurred_at": "2026-03-01T10:00:00Z"},
    }  # fmt: skip
    assert signing.is_genuine(secrets=[shop.clear], headers=got.headers, body=got.body, at=int(time.time()))  # type: ignore[attr-defined]
    assert got.headers["content-type"] == "application/json"
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, got.headers["webhook-id"]) == ("done", 1, delivery.public_id)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, len(attempt.answer), "\x00" in attempt.answer) == (200, 1024, False)
    assert send() == 0


def test_what_nobody_wants_costs_nothing(endpoint: Endpoint, manager: int) -> None:
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as without,
    ):
        publish(updated(manager))
    assert not EventDelivery.objects.filter(handler=LISTENER).exists()
    shop = endpoint(events=("points.posted",))
    with transaction.atomic(), CaptureQueriesContext(connection) as others:
        publish(updated(manager))
    assert len(without) == len(others)
    assert not EventDelivery.objects.filter(handler=LISTENER).exists()
    happen(PointsPosted(member_id=manager, txn_id=7, currency="points", amount=40, at=AT))
    assert WebhookDelivery.objects.count() == 1
    with transaction.atomic():
        actions.switch_off(endpoint_id=shop.pk, why="person", by=None, at=AT)
    happen(PointsPosted(member_id=manager, txn_id=8, currency="points", amount=40, at=AT))
    assert (WebhookDelivery.objects.count(), WebhookDelivery.objects.get().state) == (1, "parked")


def test_an_event_routed_twice_is_one_delivery(endpoint: Endpoint, manager: int) -> None:
    from integrations.webhooks.routing import route

    endpoint()
    for _ in range(2):
        with transaction.atomic():
            route(updated(manager), 77, at=AT)
    assert WebhookDelivery.objects.count() == 1


def test_a_worker_that_dies_after_sending_sends_again_under_the_same_id(
    machine: Machine, endpoint: Endpoint, manager: int
) -> None:
    endpoint()
    happen(updated(manager))
    (claim,) = sending.claim_due(at=AT)
    sending.deliver(claim)  # and here the worker is killed
    assert send(AT + timedelta(seconds=59)) == 0  # in its hands until the lease ends
    assert send(AT + timedelta(seconds=61)) == 1
    first, second = machine.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    with transaction.atomic():  # the dead one comes back and settles: the newer attempt's word stands
        sending.settle(claim=claim, outcome=sending.Outcome(500), at=AT + timedelta(seconds=62))
    assert WebhookDelivery.objects.get().state == "done"


def test_failures_are_tried_again_by_the_timetable_then_parked_and_the_owner_is_told(
    machine: Machine, endpoint: Endpoint, manager: int
) -> None:
    endpoint(by=manager)
    machine.answers["/in"] = 302  # a redirect is no success and is not followed
    happen(updated(manager))
    at, moments = AT, []
    for _ in range(10):
        assert send(at) == 1
        moments.append(at)
        assert send(at) == 0
        due = WebhookDelivery.objects.get()
        at = due.due_at
    waits = [(after - before).total_seconds() for before, after in pairwise(moments)]
    for wait, promised in zip(waits, rules.DELAYS[1:], strict=True):
        assert abs(wait - promised.total_seconds()) <= promised.total_seconds() * 0.1 + 0.001
    assert (due.state, WebhookAttempt.objects.filter(status=302).count()) == ("parked", 10)
    assert {got.path for got in machine.got} == {"/in"}
    assert len({got.headers["webhook-id"] for got in machine.got}) == 1
    mail = Delivery.objects.get(kind="integrations.webhook_trouble")
    assert (mail.member_id, mail.purpose) == (manager, "service")
    with transaction.atomic():
        assert actions.send_again(delivery_ids=[due.pk], by=manager, at=at) == 1
    machine.answers.clear()
    assert send(at) == 1
    assert WebhookDelivery.objects.get().state == "done"
    assert WebhookEndpoint.objects.get().failing_since is None


def test_410_switches_off_and_five_days_of_failures_do(machine: Machine, endpoint: Endpoint, manager: int) -> None:
    gone, failing = endpoint("/gone", by=manager), endpoint("/down", by=manager)
    machine.answers |= {"/gone": 410, "/down": 500}
    happen(updated(manager))
    send()
    gone.refresh_from_db()
    failing.refresh_from_db()
    assert (gone.state, gone.why_off, failing.state) == ("off", "gone", "active")
    happen(updated(manager))
    send(AT + timedelta(days=5, seconds=1))
    failing.refresh_from_db()
    assert (failing.state, failing.why_off) == ("off", "failing")
    assert not WebhookDelivery.objects.filter(state="due").exists()
    from integrations.webhooks import trouble
    from messaging.slots import DeliveryCard

    for mail in Delivery.objects.filter(kind=trouble.KIND):
        card = DeliveryCard(mail.pk, "x", mail.kind, mail.cause, "", 0, manager, "email", "service", "en")
        written = trouble.compose(card, at=AT)
        assert "switched off" in written.subject  # type: ignore[union-attr]
    assert Delivery.objects.filter(kind=trouble.KIND).count() == 2


@pytest.mark.parametrize("status", [429, 502, 504])
def test_a_busy_endpoint_is_left_alone_for_a_while(
    machine: Machine, endpoint: Endpoint, manager: int, status: int
) -> None:
    endpoint()
    machine.answers["/in"], machine.wait["/in"] = status, "120"
    happen(updated(manager))
    assert send() == 1
    happen(updated(manager))
    assert send(AT + timedelta(seconds=119)) == 0
    machine.answers.clear()
    assert send(AT + timedelta(seconds=121)) == 2
    assert WebhookEndpoint.objects.get().slow_until is None


def test_a_slow_endpoint_delays_nobody(machine: Machine, endpoint: Endpoint, manager: int) -> None:
    endpoint("/slow")
    endpoint("/fast")

    def fast() -> int:
        return sum(got.path == "/fast" for got in machine.got)

    def until_the_fast_ones_are_through() -> None:
        end = time.monotonic() + 8
        while fast() < 12 and time.monotonic() < end:
            time.sleep(0.01)

    machine.slow["/slow"] = until_the_fast_ones_are_through
    for _ in range(12):
        with transaction.atomic():
            publish(updated(manager))
    run_pending()
    assert sending.send_due(clock=lambda: AT, seconds=60, lines=8) == 24
    # All twelve of the fast one were through before the slow one answered at all.
    assert [got.path for got in machine.got] == ["/fast"] * 12 + ["/slow"] * 12


def test_rotation_signs_with_both_for_a_day(machine: Machine, endpoint: Endpoint, manager: int) -> None:
    shop = endpoint()
    with transaction.atomic():
        new = actions.rotate_secret(endpoint_id=shop.pk, by=manager, at=AT).secret
    for hours, old_signs in ((23, True), (25, False)):
        machine.got.clear()
        happen(updated(manager))
        send(AT + timedelta(hours=hours))
        got = machine.got[0]
        stamp = int(got.headers["webhook-timestamp"])
        assert signing.is_genuine(secrets=[new], headers=got.headers, body=got.body, at=stamp)
        old = signing.is_genuine(secrets=[shop.clear], headers=got.headers, body=got.body, at=stamp)  # type: ignore[attr-defined]
        assert old is old_signs
    assert shop.clear.encode() not in bytes(shop.secret)  # type: ignore[attr-defined]


def test_who_lapsed_is_for_staff_alone_and_names_for_those_with_the_scope(
    machine: Machine, endpoint: Endpoint, manager: int
) -> None:
    from insights.events import StageChanged

    with pytest.raises(actions.EndpointRefused) as refused:
        endpoint("/plain", events=("stage.changed",))
    assert refused.value.field == "scopes"
    endpoint("/plain", events=("member.updated",))
    endpoint("/staff", events=("stage.changed", "member.updated"), scopes=("staff", "personal"))
    lost = endpoint("/lost", events=("stage.changed",), scopes=("staff",))
    WebhookEndpoint.objects.filter(id=lost.pk).update(scopes=[])
    stage = StageChanged(member_id=manager, stream="C", from_stage="active", to_stage="lapsed", reason="silence", at=AT)
    happen(stage, updated(manager))
    send()
    said = {(got.path, json.loads(got.body)["type"]): json.loads(got.body)["data"] for got in machine.got}
    assert set(said) == {("/plain", "member.updated"), ("/staff", "stage.changed"), ("/staff", "member.updated")}
    assert "person" not in said["/plain", "member.updated"]
    assert "mei@example.com" not in str(said["/plain", "member.updated"])
    assert said["/staff", "member.updated"]["person"] == {"username": "mei", "name": "mei", "email": "mei@example.com"}


def test_a_scope_that_is_taken_away_leaves_what_waits_and_what_can_be_sent_again(
    machine: Machine, endpoint: Endpoint, manager: int
) -> None:
    from insights.events import StageChanged

    events = ("stage.changed", "member.updated")
    shop = endpoint("/lost", events=events, scopes=("staff", "personal"))
    other = endpoint("/other", events=events, scopes=("staff", "personal"))
    stage = StageChanged(member_id=manager, stream="C", from_stage="active", to_stage="lapsed", reason="silence", at=AT)
    happen(stage, updated(manager))
    with transaction.atomic():
        actions.change_endpoint(
            endpoint_id=shop.pk, name="Lost", url=shop.url, events=["member.updated"], scopes=[], by=manager, at=AT
        )
    send()
    with transaction.atomic():
        mine = WebhookDelivery.objects.filter(endpoint=shop).values_list("pk", flat=True)
        actions.send_again(delivery_ids=list(mine), by=manager, at=AT)
    send()
    lost = [json.loads(got.body) for got in machine.got if got.path == "/lost"]
    assert [one["type"] for one in lost] == ["member.updated"] * 2
    assert "mei@example.com" not in str(lost) and lost[0]["data"]["member"].startswith("mem_")
    kept = [json.loads(got.body)["data"]["person"]["email"] for got in machine.got if got.path == "/other"]
    assert kept == ["mei@example.com"] * 2 and WebhookDelivery.objects.filter(endpoint=other).count() == 2


def test_paused_keeps_and_replay_sends_what_was_missed(machine: Machine, endpoint: Endpoint, manager: int) -> None:
    shop = endpoint()
    happen(updated(manager))
    send()
    with transaction.atomic():
        assert actions.pause(endpoint_id=shop.pk, by=manager, at=AT)
    happen(updated(manager, AT + timedelta(hours=1)))
    assert send(AT + timedelta(hours=1)) == 0
    with transaction.atomic():
        assert actions.resume(endpoint_id=shop.pk, by=manager, at=AT)
    assert send(AT + timedelta(hours=1)) == 1
    with transaction.atomic():
        actions.switch_off(endpoint_id=shop.pk, why="person", by=manager, at=AT)
    happen(updated(manager, AT + timedelta(hours=2)))
    with transaction.atomic():
        assert not actions.replay(
            endpoint_id=shop.pk, since=AT, until=AT + timedelta(hours=3), by=manager, at=AT + timedelta(hours=3)
        )
        actions.resume(endpoint_id=shop.pk, by=manager, at=AT)
        assert actions.replay(
            endpoint_id=shop.pk,
            since=AT + timedelta(minutes=30),
            until=AT + timedelta(hours=3),
            by=manager,
            at=AT + timedelta(hours=3),
        )
    machine.got.clear()
    assert send(AT + timedelta(hours=3)) == 2  # the second again, under its id; the third for the first time
    assert WebhookDelivery.objects.count() == 3
    assert send(AT + timedelta(hours=3)) == 0


def test_old_attempts_go_after_thirty_days_and_what_waits_stays(
    machine: Machine, endpoint: Endpoint, manager: int
) -> None:
    endpoint()
    endpoint("/down")
    machine.answers["/down"] = 500
    happen(updated(manager))
    send()
    with transaction.atomic():
        assert actions.forget_old(at=AT + timedelta(days=29)) == 0
        assert actions.forget_old(at=AT + timedelta(days=31)) == 1
    assert WebhookDelivery.objects.get().state == "due"
    assert not WebhookAttempt.objects.exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://shop.example.com/", "https"), ("https://10.0.0.1/", "no address"), ("https://me:x@shop.example.com/", "no address"),
     ("https://localhost/", "no address"), ("javascript:alert(1)", "no address"), ("https://shop.example.com:8443/", "443"), ("", "no")],
)  # fmt: skip
def test_bad_addresses_are_refused_with_the_reason(settings: Any, url: str, words: str) -> None:
    settings.OUTBOUND_LOCAL = False
    with transaction.atomic(), pytest.raises(actions.EndpointRefused, match=words):
        actions.make_endpoint(name="Shop", url=url, events=["member.updated"], by=None, at=AT)


def test_a_tier_is_risen_to_or_fallen_to(machine: Machine, endpoint: Endpoint, manager: int) -> None:
    from django.apps import apps

    codes = list(apps.get_model("loyalty.Tier").objects.order_by("rank").values_list("code", flat=True))
    if len(codes) < 2:
        program = apps.get_model("loyalty.TierProgram").objects.create(code="p", name="P")
        for rank, code in enumerate(("a", "b")):
            apps.get_model("loyalty.Tier").objects.create(
                program=program, code=code, name=code, rank=rank, threshold=rank
            )
        codes = ["a", "b"]
    endpoint(events=("tier.upgraded", "tier.downgraded"))
    low, high = codes[0], codes[1]
    for before, after in ((low, high), (high, low), ("", low), (low, "")):
        happen(TierChanged(member_id=manager, from_code=before, to_code=after, at=AT))
    send()
    assert (
        sorted(json.loads(got.body)["type"] for got in machine.got) == ["tier.downgraded"] * 2 + ["tier.upgraded"] * 2
    )
