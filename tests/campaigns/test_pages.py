"""The managers' pages through the door managers use, and the door others find closed."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign
from members.models import User
from members.rules import bucket
from messaging import sender
from messaging.addresses import unsubscribe_url
from messaging.models import Delivery

from .conftest import AT, BODY, draft, person, start

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Spring",
    "stages": ["decline", "lapsed"],
    "subject": "{name}, the first leaves",
    "body": BODY,
    "offer": "amount",
    "amount": "5.50",
    "offer_currency": "eur",
    "offer_days": "14",
    "holdout_percent": "20",
    "expected_percent": "5",
    "outcome": "any",
    "window_days": "30",
    "keeps_quiet_hours": "on",
}


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.views.now", lambda: AT)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def hold_one_out(campaign: Campaign, people: list[Any]) -> None:
    """Of five people a fair draw of a fifth holds out nobody one time in three; then there is nothing to compare."""
    keys = (f"draw {number}" for number in count())
    key = next(key for key in keys if sum(bucket(key, one.pk) < 2_000 for one in people) == 1)
    Campaign.objects.filter(pk=campaign.pk).update(draw_key=key)


def test_from_the_first_word_to_the_result(office: Client) -> None:
    friends = [person(f"friend{number}") for number in range(5)]
    person("silent", consents=False)
    page = text(office.get("/admin/win-back/new/"))
    assert "6 people" in page
    assert "never said yes to news and offers" in page
    saved = office.post("/admin/win-back/new/", TYPED, follow=True)
    assert saved.status_code == 200
    campaign = Campaign.objects.get()
    assert (campaign.offer_amount, campaign.offer_currency) == (550, "EUR")
    hold_one_out(campaign, friends)
    shown = text(office.get(f"/admin/win-back/{campaign.public_id}/preview/?member=friend1"))
    assert "Friend1, the first leaves" in shown
    frame = office.get(f"/admin/win-back/{campaign.public_id}/preview/mail/?member=friend1")
    assert "EXAMPLE-CODE" in frame.content.decode()
    assert "/u/" not in frame.content.decode()
    confirm = text(office.get(f"/admin/win-back/{campaign.public_id}/start/"))
    assert "<strong>5</strong> eligible" in confirm
    assert "22.00 EUR" in confirm
    started = office.post(f"/admin/win-back/{campaign.public_id}/start/", follow=True)
    assert "Started. Of 6 members" in text(started)
    assert "Too early" in text(started)
    again = office.post(f"/admin/win-back/{campaign.public_id}/start/", follow=True)
    assert again.status_code == 200
    assert Delivery.objects.count() == 6
    assert sender.send_due(clock=lambda: AT) == Delivery.objects.filter(state="sent").count() > 0
    sent = Delivery.objects.filter(state="sent").first()
    assert sent is not None
    address = unsubscribe_url(member_id=sent.member_id, purpose="marketing", delivery_id=sent.pk)
    Client(enforce_csrf_checks=True).post(
        address.removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"}
    )
    behind = text(office.get(f"/admin/win-back/{campaign.public_id}/members/?unsubscribed=1"))
    assert "1 member" in behind
    assert friends[0].email not in behind
    for query in ("?arm=treated", "?arm=held_out&returned=1", "?state=sent%3F", "?state=no_consent&reason=no_consent"):
        assert office.get(f"/admin/win-back/{campaign.public_id}/members/{query}").status_code == 200


def test_what_was_typed_wrong_is_told_and_kept(office: Client) -> None:
    typed = TYPED | {"body": "Dear {nmae}, we kept this sentence.", "holdout_percent": "95", "offer_currency": "euro"}
    answer = office.post("/admin/win-back/new/", typed)
    assert answer.status_code == 422
    page = text(answer)
    assert "“{nmae}” is no variable." in page
    assert "the text never shows {coupon}" in page
    assert "Choose a whole number from 0 to 90." in page
    assert "we kept this sentence" in page
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"stages": []},
        {"stages": ["nonsense"]},
        {"name": ""},
        {"amount": "-1"},
        {"amount": ""},
        {"amount": "1.005"},
        {"amount": "1.5", "offer_currency": "JPY"},
        {"offer": "percent", "offer_percent": "101"},
        {"offer": "free"},
        {"offer_days": "0"},
        {"window_days": "0"},
        {"window_days": "9999999999999"},
        {"expected_percent": "0"},
        {"body": "x" * 20_001},
        {"body": "{coupon} \x00"},
        {"subject": "{coupon}"},
    ],
)
def test_bad_input_saves_nothing(office: Client, changes: dict[str, Any]) -> None:
    answer = office.post("/admin/win-back/new/", TYPED | changes)
    assert answer.status_code == 422
    assert not Campaign.objects.exists()


def test_the_count_answers_whatever_is_typed(office: Client) -> None:
    person("friend")
    for query in (
        "",
        "?stages=lapsed&holdout_percent=-5&expected_percent=x",
        "?stages=nope",
        "?stages=lapsed&holdout_percent=²",
    ):
        assert office.get(f"/admin/win-back/count/{query}").status_code == 200


def test_a_campaign_without_holdout_is_not_measurable(office: Client, manager: User) -> None:
    person("friend")
    campaign = draft(manager, holdout_percent=0)
    start(campaign, manager)
    page = text(office.get(f"/admin/win-back/{campaign.public_id}/"))
    assert "Not measurable" in page
    assert "Lift" not in page


def test_no_colour_and_no_verdict_before_the_day(
    office: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        person(f"friend{number}")
    campaign = draft(manager, holdout_percent=50)
    start(campaign, manager)
    page = text(office.get(f"/admin/win-back/{campaign.public_id}/"))
    assert "campaigns-too_early" in page
    assert "Proven" not in page
    assert "12 people are too small a group" in page
    monkeypatch.setattr("campaigns.views.now", lambda: AT + timedelta(days=31))
    assert "No proven effect" in text(office.get(f"/admin/win-back/{campaign.public_id}/"))


def test_pausing_and_stopping_from_the_page(office: Client, manager: User) -> None:
    person("friend")
    campaign = draft(manager, holdout_percent=0)
    start(campaign, manager)
    for act, state in (
        ("pause", "paused"),
        ("pause", "paused"),
        ("resume", "running"),
        ("x", "running"),
        ("stop", "stopped"),
    ):
        office.post(f"/admin/win-back/{campaign.public_id}/move/", {"act": act})
        campaign.refresh_from_db()
        assert campaign.state == state
    assert office.get(f"/admin/win-back/{campaign.public_id}/").status_code == 200
    assert office.get(f"/admin/win-back/{campaign.public_id}/edit/").status_code == 403


ADDRESSES = [
    "",
    "new/",
    "count/",
    "{id}/",
    "{id}/edit/",
    "{id}/preview/",
    "{id}/preview/mail/",
    "{id}/start/",
    "{id}/members/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_managers_come_in(client: Client, manager: User, address: str) -> None:
    campaign = draft(manager)
    address = f"/admin/win-back/{address.format(id=campaign.public_id)}"
    assert client.get(address).status_code == 302
    client.force_login(person("stranger"))
    assert client.get(address).status_code in (302, 403)
    editor = User.objects.create_user("editor", "editor@example.org", "a long password", is_staff=True)
    from django.contrib.auth.models import Permission

    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    assert client.get(address).status_code == 403
    for verb in ("start", "move"):
        assert client.post(f"/admin/win-back/{campaign.public_id}/{verb}/", {"act": "stop"}).status_code == 403
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_the_sites_mail_limits(office: Client) -> None:
    typed = {"quiet_from": "22:00", "quiet_to": "07:00", "marketing_per_day": "2", "marketing_per_week": "4"}
    typed |= {"week_units": "20", "mail_delay": "10"}
    assert office.post("/admin/mail-limits/", typed).status_code == 302
    assert 'value="22:00"' in text(office.get("/admin/mail-limits/"))
    assert office.post("/admin/mail-limits/", typed | {"marketing_per_day": "9"}).status_code == 422
