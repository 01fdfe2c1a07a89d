"""Much value needs a fresh proof of the person: without JavaScript, with nothing typed lost, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from loyalty.models import Adjustment, Currency, Redemption, Transfer
from outbox.clock import now
from tests.loyalty.conftest import in_threads
from tests.loyalty.ledger.conftest import grant
from tests.loyalty.ledger.test_ledger_pages import balance, door, hidden
from tests.loyalty.rewards.test_claiming import offer
from tests.proof import mark

pytestmark = pytest.mark.django_db
LONG_AGO = 600


def stale(user: Any, **more: Any) -> Client:
    client = door(user, **more)
    mark(client, seconds_ago=LONG_AGO)
    return client


def prove(client: Client, asked: Any, password: str = "a long password") -> Any:
    """As a browser without JavaScript: to the page of the proof, type, and back."""
    where = asked.headers["Location"]
    assert where.startswith("/accounts/reauthenticate/?next="), where
    [form] = re.findall(
        r'<form[^>]*action="/accounts/reauthenticate/".*?</form>', client.get(where).content.decode(), re.S
    )
    [back] = re.findall(r'name="next" value="([^"]+)"', form)
    return client.post("/accounts/reauthenticate/", {"password": password, "next": back.replace("&amp;", "&")})


def test_a_large_gift_waits_for_the_proof_and_keeps_its_words(person: Callable[..., Any], sending: None) -> None:
    mei, lin = person("mei"), person("lin")
    grant(mei.pk, 1000, at=now())
    client, url = stale(mei), reverse("loyalty:send")
    key = hidden(client.get(url).content.decode())["key"]
    words = {"key": key, "to": "@lin", "amount": "301", "note": "For the tea & cake"}
    assert "Send 301 points to lin?" in client.post(url, words).content.decode()
    asked = client.post(url, words | {"sure": "1"})
    assert balance(mei) == 1000 and not Transfer.objects.exists()
    assert "Nothing has happened yet" in client.get(asked.headers["Location"]).content.decode()
    wrong = prove(client, asked, password="a wrong password")
    assert wrong.status_code == 200 and balance(mei) == 1000
    back = prove(client, asked)
    assert back.headers["Location"] == url and not Transfer.objects.exists(), "coming back does nothing by itself"
    again = client.get(url).content.decode()
    assert "Send 301 points to lin?" in again and "For the tea &amp; cake" in again
    assert hidden(again)["key"] == key, "it is the same gift, once"
    assert "Send 301" not in client.get(url).content.decode(), "words come back once"
    assert client.post(url, words | {"sure": "1"}).status_code == 302
    assert (balance(mei), balance(lin)) == (699, 301)
    mark(client, seconds_ago=LONG_AGO)
    assert client.post(url, words | {"sure": "1"}).headers["Location"] == reverse("loyalty:points"), "sent already"
    assert balance(mei) == 699


def test_small_steps_count_together_with_claims(person: Callable[..., Any], sending: None) -> None:
    mei, _lin = person("mei"), person("lin")
    grant(mei.pk, 1000, at=now())
    client, url = stale(mei), reverse("loyalty:send")

    def send(amount: int) -> str:
        key = hidden(client.get(url).content.decode())["key"]
        sent = client.post(url, {"key": key, "to": "lin", "amount": str(amount), "note": "", "sure": "1"})
        return str(sent.headers["Location"])

    assert send(150) == reverse("loyalty:points")
    assert send(150) == reverse("loyalty:points")
    assert send(1).startswith("/accounts/reauthenticate/")
    cup = offer(cost=100)
    asked = client.post(f"/rewards/{cup.public_id}/", {"key": "k" * 12, "cost": 100})
    assert not Redemption.objects.exists() and balance(mei) == 700
    assert prove(client, asked).headers["Location"] == f"/rewards/{cup.public_id}/"
    assert client.post(f"/rewards/{cup.public_id}/", {"key": "k" * 12, "cost": 100}).status_code == 302
    assert Redemption.objects.count() == 1 and balance(mei) == 600


@pytest.mark.django_db(transaction=True)
def test_nor_do_eight_at_once_pass_it(person: Callable[..., Any]) -> None:
    mei = person("mei")
    grant(mei.pk, 5000, at=now())
    cups = [offer(cost=200, name=f"Cup {n}") for n in range(4)]
    browsers = [stale(mei) for _ in cups]
    in_threads(4, lambda n: browsers[n].post(f"/rewards/{cups[n].public_id}/", {"key": f"{n}" * 12, "cost": 200}))
    assert Redemption.objects.count() == 1 and balance(mei) == 4800


def test_a_correction_and_its_approval_are_acts_with_money(person: Callable[..., Any]) -> None:
    boss, fei, mei = person("boss", "Community managers"), person("fei", "Finance"), person("mei")
    client, url = stale(boss, console=True), reverse("loyalty_adjustments")
    [key] = re.findall(r'name="key" value="([^"]+)"', client.get(url).content.decode())
    words = {"member": "@mei", "currency": "points", "amount": "9000", "reason_code": "goodwill", "note": "Broken cup",
             "key": key}  # fmt: skip
    asked = client.post(url, words)
    assert not Adjustment.objects.exists()
    assert prove(client, asked).headers["Location"] == url
    page = client.get(url).content.decode()
    assert "Broken cup" in page and 'value="9000"' in page and key in page
    assert client.post(url, words).status_code == 302
    row = Adjustment.objects.get()
    finance = stale(fei, console=True)
    decide = reverse("loyalty_adjustment_decide", args=[row.public_id])
    asked = finance.post(decide, {"act": "approve"})
    assert balance(mei) == 0
    assert prove(finance, asked).headers["Location"] == url
    assert finance.post(decide, {"act": "approve"}).status_code == 302
    assert balance(mei) == 9000


def test_it_is_said_in_chinese_too(person: Callable[..., Any]) -> None:
    mei = person("mei")
    mei.language = "zh-hans"
    mei.save(update_fields=["language"])
    grant(mei.pk, 1000, at=now())
    client, cup = stale(mei), offer(cost=500)
    asked = client.post(f"/rewards/{cup.public_id}/", {"key": "k" * 12, "cost": 500})
    page = client.get(asked.headers["Location"]).content.decode()
    assert "确认访问" in page
    assert 'lang="zh-hans"' in page


def test_the_limit_is_finances(person: Callable[..., Any]) -> None:
    from tests.loyalty.ledger.test_ledger_pages import GOOD

    row = Currency.objects.get(code="points")
    url = f"/admin/snippets/loyalty/currency/edit/{row.pk}/"
    manager = door(person("boss", "Community managers"), console=True)
    refused = manager.post(url, GOOD | {"proof_above": "100000"})
    assert "may change this limit" in refused.content.decode()
    both = person("fei", "Community managers", "Finance")
    both.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert door(both, console=True).post(url, GOOD | {"proof_above": "0"}).status_code == 302
    row.refresh_from_db()
    assert row.proof_above == 0
