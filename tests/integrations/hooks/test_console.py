"""The managers' page of webhooks, through the browser's door."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from integrations.webhooks import actions
from integrations.webhooks.models import WebhookDelivery, WebhookEndpoint
from members.actions import make_member
from members.models import User
from tests.integrations.hooks.conftest import AT, Machine

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/webhooks/"


@pytest.fixture
def desk(manager: int, client: Client) -> Client:
    User.objects.filter(id=manager).update(is_superuser=True)  # these tests' database has no console rights of groups
    client.force_login(User.objects.get(id=manager), backend="members.backends.MemberBackend")
    return client


def asked(machine: Machine, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Mail tool",
        "url": machine.url + "/in",
        "events": ["member.updated", "points.posted"],
        "asked_as": "one",
    } | changes


def test_adding_one_shows_its_secret_once_and_tries_it(desk: Client, machine: Machine) -> None:
    page = desk.post(PAGE, asked(machine))
    shown = re.search(r'id="new-secret">(whsec_[^<]+)<', page.content.decode())
    assert shown
    assert "The test arrived: answer 200" in page.content.decode()
    assert machine.got[0].headers["webhook-signature"].startswith("v1,")
    assert "no-store" in page.headers["Cache-Control"]
    again = desk.post(PAGE, asked(machine))
    assert again.status_code == 422
    assert "made already" in again.content.decode()
    endpoint = WebhookEndpoint.objects.get()
    for address in (PAGE, f"{PAGE}{endpoint.public_id}/"):
        assert shown[1] not in desk.get(address).content.decode()


def test_what_is_wrong_stands_at_its_field(desk: Client, machine: Machine, settings: Any) -> None:
    settings.OUTBOUND_LOCAL = False
    for changes, words in (
        ({"url": "https://169.254.169.254/"}, "no address of the internet"),
        ({"url": "https://shop.example.com/", "events": ["stage.changed"]}, "needs the scope for staff"),
        ({"url": "https://shop.example.com/", "events": ["no.such"]}, "Select a valid choice"),
        ({"name": "x\x00"}, "Null characters"),
    ):
        page = desk.post(PAGE, asked(machine, **changes))
        assert page.status_code == 422
        assert words in page.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_all_acts_of_one(desk: Client, machine: Machine) -> None:
    desk.post(PAGE, asked(machine))
    endpoint = WebhookEndpoint.objects.get()
    one = f"{PAGE}{endpoint.public_id}/"
    for act, state in (("pause", "paused"), ("resume", "active"), ("off", "off"), ("resume", "active")):
        assert desk.post(f"{one}{act}/").headers["Location"] == one
        endpoint.refresh_from_db()
        assert endpoint.state == state
    assert "whsec_" in desk.post(f"{one}rotate/").content.decode()
    machine.answers["/in"] = 500
    assert "answered with 500" in desk.post(f"{one}test/", follow=True).content.decode()
    failed = WebhookDelivery.objects.latest("id")
    page = desk.get(f"{one}?state=due&type=webhook.ping").content.decode()
    assert failed.public_id in page
    assert "heard" in page  # the beginning of the answer
    assert desk.get(f"{one}?state=done").content.decode().count("webhook.ping</code>") == 1
    machine.answers.clear()
    desk.post(f"{one}again/", {"delivery": [failed.pk, "x", "9" * 30]})
    failed.refresh_from_db()
    assert failed.state == "due"
    begun = desk.post(f"{one}replay/", {"since": "2026-01-01T00:00", "until": "2099-01-01T00:00"}, follow=True)
    assert "page by page" in begun.content.decode()
    assert desk.post(f"{one}replay/", {"since": "soon", "until": ""}).status_code == 422
    desk.post(one, {"name": "Other", "url": machine.url + "/other", "events": ["points.posted"]})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.events) == ("Other", ["points.posted"])
    assert desk.post(f"{one}explode/").status_code == 404
    desk.post(f"{one}remove/")
    assert desk.get(one).status_code == 404


def test_it_is_for_managers_alone(client: Client, machine: Machine, manager: int) -> None:
    with transaction.atomic():
        made = actions.make_endpoint(name="x", url=machine.url, events=["points.posted"], by=None, at=AT)
        member = make_member(
            username="ada", email="ada@example.com", password=None, groups=["Moderators"], staff=True, by=None, at=AT
        )
    client.force_login(User.objects.get(id=member), backend="members.backends.MemberBackend")
    for address in (PAGE, f"{PAGE}{made.public_id}/"):
        assert client.get(address).status_code in (302, 403)
    assert client.post(f"{PAGE}{made.public_id}/off/").status_code in (302, 403)
    assert WebhookEndpoint.objects.get().state == "active"
