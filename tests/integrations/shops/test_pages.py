"""The managers' pages: connect, look, replay, rotate, end; and nobody else."""

import base64
import hashlib
import hmac
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from integrations.shops import actions, working
from integrations.shops.models import InboundMessage, Shop
from integrations.shops.signatures import standard_signature
from members.models import User
from outbox.clock import now
from tests.integrations.shops.conftest import fixture

pytestmark = pytest.mark.django_db


def test_a_feed_is_connected_its_secret_shown_once_and_an_order_comes_in(manager: Client, connect: Any) -> None:
    page = manager.post(
        "/admin/shops/connect/feed/", {"name": "Corner shop", "currency": "EUR", "source": "", "secret": ""}
    )
    found = re.search(r'id="new-secret"[^>]*>(whsec_[^<]+)<', page.content.decode())
    assert page.status_code == 200 and found and "no-store" in page["Cache-Control"]
    shop = Shop.objects.get(source="corner-shop")
    assert f"/api/v1/shops/{shop.public_id}/messages" in page.content.decode()
    sender = connect("feed")
    sender.id, sender.secret, sender.source = shop.pk, found[1], shop.source
    sender.address = f"/api/v1/shops/{shop.public_id}/messages"
    assert sender.tell("order", fixture("feed_order")).verdict == "recorded"
    for address in ("/admin/shops/", f"/admin/shops/{shop.public_id}/"):
        text = manager.get(address).content.decode()
        assert "Corner shop" in text and found[1] not in text


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("shopify", {"secret": "s" * 32}, "This field is required"),
        ("shopify", {"base_url": "tea.myshopify.com"}, "This field is required"),
        ("shopify", {"base_url": "https://10.0.0.1", "secret": "s" * 32}, "cannot be asked"),
        ("woocommerce", {"base_url": "file:///etc/passwd"}, "cannot be asked"),
        ("woocommerce", {"token": "ck_1:cs_2"}, "Write the shop"),
        ("woocommerce", {"token": "ck_1", "base_url": "https://tea.example.com"}, "with a colon between"),
        ("feed", {"currency": "euro"}, "Three capital letters"),
        ("feed", {"source": "Not OK"}, "Use small letters"),
        ("feed", {"source": "taken"}, "There is a shop with this source already"),
        ("feed", {"name": "N\0L"}, "Null characters are not allowed"),
    ],
)
def test_bad_input_is_refused_by_name(
    manager: Client, connect: Any, kind: str, fields: dict[str, str], words: str
) -> None:
    connect("feed", source="taken")
    answer = manager.post(f"/admin/shops/connect/{kind}/", {"name": "Tea", "currency": "EUR", **fields})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert Shop.objects.count() == 1


def test_a_failed_message_is_shown_and_replayed(manager: Client, connect: Any) -> None:
    sender = connect("feed")
    failed = sender.tell("order", fixture("feed_order", currency="euro"))
    page = f"/admin/shops/{sender.shop.public_id}/"
    assert "1 failed" in manager.get("/admin/shops/").content.decode()
    assert "wrong_form" in failed.problem and failed.public_id in manager.get(page + "?verdict=failed").content.decode()
    assert failed.public_id not in manager.get(page + "?verdict=recorded").content.decode()
    address = f"{page}messages/{failed.public_id}/"
    text = manager.get(address).content.decode()
    assert "&quot;currency&quot;: &quot;euro&quot;" in text
    assert manager.post(address + "replay/").status_code == 302
    assert InboundMessage.objects.get(pk=failed.pk).verdict == "waiting"
    working.take_in()
    assert InboundMessage.objects.get(pk=failed.pk).verdict == "failed"


def test_a_secret_is_changed_a_token_entered_and_the_shop_paused_and_ended(manager: Client, connect: Any) -> None:
    sender = connect("woocommerce")
    page = f"/admin/shops/{sender.shop.public_id}/"
    made = manager.post(page + "secret/", {"secret": ""}).content.decode()
    assert "whsec_" in made and sender.send("order.created", fixture("woocommerce_order")).status_code == 200
    given = {"name": "New name", "currency": "USD", "base_url": "tea.example.com", "token": "ck_1:cs_2"}
    assert manager.post(page + "settings/", given).status_code == 302
    shop = sender.shop
    assert (shop.name, shop.currency, shop.base_url, bool(shop.token)) == (
        "New name",
        "USD",
        "https://tea.example.com",
        True,
    )
    assert manager.post(page + "settings/", {**given, "token": "", "name": "Newer"}).status_code == 302
    assert bytes(sender.shop.token) == bytes(shop.token)  # left empty, it stays
    for act, state in (
        ("pause", "paused"),
        ("resume", "connected"),
        ("compare", "connected"),
        ("end", "ended"),
        ("resume", "ended"),
    ):
        assert manager.post(f"{page}do/{act}/").status_code == 302
        assert sender.shop.state == state
    assert manager.get(page).status_code == 200
    assert manager.post(f"{page}do/dance/").status_code == 404


def test_a_token_is_not_sent_to_another_address_by_who_cannot_say_it(manager: Client, connect: Any) -> None:
    sender = connect("woocommerce")
    page = f"/admin/shops/{sender.shop.public_id}/settings/"
    given = {"name": "Tea", "currency": "EUR", "base_url": "https://tea.example.com", "token": "ck_1:cs_2"}
    assert manager.post(page, given).status_code == 302
    Shop.objects.update(keys={"old": {"kty": "RSA"}}, keys_asked_at=now())
    elsewhere = {**given, "base_url": "https://mallory.example.org", "token": ""}
    answer = manager.post(page, elsewhere)
    assert answer.status_code == 422 and "must be pasted again" in answer.content.decode()
    assert sender.shop.base_url == "https://tea.example.com" and sender.shop.keys
    assert manager.post(page, {**given, "base_url": "https://TEA.example.com/shop", "token": ""}).status_code == 302
    assert manager.post(page, {**elsewhere, "token": "ck_3:cs_4"}).status_code == 302
    assert (sender.shop.keys, sender.shop.keys_asked_at) == ({}, None)  # nor does the old place sign for the new one


@pytest.mark.parametrize("secret", ["s", "whsec_", "whsec_c2hvcnQ=", "fifteen-letters"])
def test_a_secret_that_can_be_guessed_is_refused(manager: Client, connect: Any, secret: str) -> None:
    fields = {"name": "Tea", "currency": "EUR", "base_url": "tea.myshopify.com", "secret": secret}
    for kind in ("shopify", "feed"):
        answer = manager.post(f"/admin/shops/connect/{kind}/", fields)
        assert answer.status_code == 422 and "whoever guesses it" in answer.content.decode()
    assert not Shop.objects.exists()
    page = f"/admin/shops/{connect('feed').shop.public_id}/secret/"
    assert "whoever guesses it" in manager.post(page, {"secret": secret}).content.decode()


def test_a_secret_without_bytes_is_no_empty_key() -> None:
    empty = hmac.new(b"", b"m1.1.{}", hashlib.sha256).digest()
    assert standard_signature(b"{}", message_id="m1", timestamp="1", secret="whsec_") != (
        "v1," + base64.b64encode(empty).decode()
    )


def test_only_managers_see_shops(connect: Any) -> None:
    sender, client = connect("feed"), Client()
    message = sender.tell("order", fixture("feed_order"))
    person = User.objects.create_user("mia", "mia@example.com", "x")
    person.groups.add(Group.objects.get(name="Moderators"))
    page = f"/admin/shops/{sender.shop.public_id}/"
    for login in (False, True):
        if login:
            client.force_login(person)
        for address in ("/admin/shops/", "/admin/shops/connect/feed/", page, f"{page}messages/{message.public_id}/"):
            answer = client.get(address)
            assert answer.status_code in (302, 403, 404) and sender.source not in answer.content.decode(), address
        assert client.post(f"{page}do/end/").status_code in (302, 403, 404)
    assert sender.shop.state == "connected"


def test_pages_stay_few_statements_however_many_messages(
    manager: Client, connect: Any, django_assert_max_num_queries: Any
) -> None:
    sender = connect("feed")
    rows = [
        InboundMessage(shop_id=sender.id, key=f"{n:064}", origin="sent", topic="order", raw=b"{}", raw_hash="0" * 64,
                       received_at=now(), due_at=now(), verdict="recorded") for n in range(120)
    ]  # fmt: skip
    InboundMessage.objects.bulk_create(rows)
    with transaction.atomic():
        actions.count_refused(shop_id=sender.id, at=now())
    page = f"/admin/shops/{sender.shop.public_id}/"
    for address in ("/admin/shops/", page, page + "?page=3"):
        manager.get(address)
        with django_assert_max_num_queries(12):
            assert manager.get(address).status_code == 200
    assert (
        "Older" in manager.get(page).content.decode() and "Older" not in manager.get(page + "?page=3").content.decode()
    )
    for odd in ("?page=-1", "?page=x", "?verdict=%00", "?order=%00&page=99999999999999999999"):
        assert manager.get(page + odd).status_code == 200
