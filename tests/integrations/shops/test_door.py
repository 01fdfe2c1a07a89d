"""The door: what a shop signed is kept once, what it did not sign changes nothing."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from integrations.shops import actions, signatures
from integrations.shops.models import InboundMessage, Shop
from integrations.shops.verifying import valid_secrets
from loyalty.models import Order
from outbox.clock import now
from tests.integrations.shops.conftest import FakeApi, Sender, fixture, jwks, jws

pytestmark = pytest.mark.django_db

FIRST = {
    "shopify": ("orders/create", "shopify_order"),
    "woocommerce": ("order.created", "woocommerce_order"),
    "saleor": ("order_fully_paid", "saleor_order"),
    "medusa": ("order", "feed_order"),
    "feed": ("order", "feed_order"),
}


@pytest.mark.parametrize("kind", FIRST)
def test_a_signed_order_is_kept_once_and_becomes_one_order(kind: str, connect: Any) -> None:
    sender, (topic, name) = connect(kind), FIRST[kind]
    assert sender.tell(topic, fixture(name)).verdict == "recorded"
    order = Order.objects.get(source=sender.source)
    earning = [line.net for line in order.lines.all() if line.earns]
    assert (sum(earning), order.currency, order.state) == (4200, "EUR", "paid")
    assert sender.send(topic, fixture(name)).json() == {"kept": False}
    assert InboundMessage.objects.filter(shop_id=sender.id).count() == 1


@pytest.mark.parametrize("kind", FIRST)
def test_a_flipped_bit_is_refused_counted_and_changes_nothing(kind: str, connect: Any) -> None:
    sender, (topic, name) = connect(kind), FIRST[kind]
    raw = json.dumps(fixture(name)).encode()
    headers = sender.headers(topic, raw)
    for place in (0, len(raw) // 2, len(raw) - 1):
        flipped = bytearray(raw)
        flipped[place] ^= 1
        answer = sender.client.post(sender.address, bytes(flipped), content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    unsigned = sender.client.post(sender.address, raw, content_type="application/json")
    assert unsigned.status_code == 401
    assert (InboundMessage.objects.count(), Order.objects.filter(source=sender.source).count()) == (0, 0)
    assert sender.shop.refused == 4


def test_shopify_is_heard_with_and_without_x(connect: Any) -> None:
    sender = connect("shopify")
    raw = json.dumps(fixture("shopify_order")).encode()
    plain = {name.removeprefix("X-"): one for name, one in sender.headers("orders/paid", raw).items()}
    plain["Shopify-Shop-Domain"] = "tea.myshopify.com"
    assert sender.client.post(sender.address, raw, content_type="application/json", headers=plain).status_code == 200
    assert InboundMessage.objects.get().topic == "orders/paid"


def test_another_shop_with_the_same_app_is_not_this_shop(connect: Any) -> None:
    answer = connect("shopify").send(
        "orders/paid", fixture("shopify_order"), X_Shopify_Shop_Domain="evil.myshopify.com"
    )
    assert answer.status_code == 401


def test_the_old_secret_is_valid_for_a_day(connect: Any) -> None:
    sender, at = connect("shopify", "first"), now()
    with transaction.atomic():
        actions.rotate(shop_id=sender.id, secret="second", by=None, at=at)
    assert sender.send("orders/paid", fixture("shopify_order")).status_code == 200  # signed with the first
    sender.secret = "second"
    assert sender.send("orders/paid", fixture("shopify_order", id=2)).status_code == 200
    assert valid_secrets(sender.shop, at=at + timedelta(hours=23)) == ["second", "first"]
    assert valid_secrets(sender.shop, at=at + timedelta(hours=25)) == ["second"]


def test_secrets_and_tokens_are_sealed_and_bound_to_their_shop(connect: Any) -> None:
    first, second = connect("shopify", "a secret of some length", token="shpat_very"), connect("shopify", "other")
    shop = first.shop
    assert b"a secret" not in bytes(shop.secret) and b"shpat" not in bytes(shop.token)
    Shop.objects.filter(pk=second.id).update(secret=shop.secret)  # a row copied by somebody with the database alone
    assert valid_secrets(second.shop, at=now()) == []


def test_the_secret_of_woocommerce_is_used_with_its_entities_decoded() -> None:
    raw = b'{"id":1}'
    seal = base64.b64encode(hmac.digest(b'a&b"c', raw, "sha256")).decode()
    assert signatures.is_woocommerce(raw, seal, ["a&amp;b&quot;c"])
    assert not signatures.is_woocommerce(raw, seal, ["other"])


def test_woocommerces_ping_is_greeted_and_nothing_else_goes_unsigned(connect: Any) -> None:
    sender = connect("woocommerce")
    form = "application/x-www-form-urlencoded"
    assert sender.client.post(sender.address, "webhook_id=17", content_type=form).status_code == 200
    assert sender.client.post(sender.address, "webhook_id=17&x=1", content_type=form).status_code == 401
    assert connect("feed").client.post(connect("feed").address, "webhook_id=17", content_type=form).status_code == 401
    assert InboundMessage.objects.count() == 0


def test_two_woocommerce_messages_of_one_second_are_two(connect: Any) -> None:
    sender = connect("woocommerce")
    for number in (1, 2):
        sender.send("order.updated", fixture("woocommerce_order", id=number), "the same delivery id")
    assert InboundMessage.objects.filter(shop_id=sender.id).count() == 2


def test_the_vector_of_standard_webhooks_and_its_tolerance() -> None:
    from datetime import UTC, datetime

    secret, raw = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    seal = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    sent = datetime.fromtimestamp(1614265330, UTC)
    given: dict[str, Any] = {
        "message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "timestamp": "1614265330",
        "secrets": [secret],
    }
    for seconds, fits in ((0, True), (299, True), (-299, True), (301, False), (-301, False)):
        at = sent + timedelta(seconds=seconds)
        assert signatures.is_standard(raw, signatures=f"v2,x {seal}", at=at, **given) is fits
    assert not signatures.is_standard(raw + b" ", signatures=seal, at=sent, **given)


def test_a_number_used_again_for_another_body_is_refused_by_name(connect: Any) -> None:
    sender = connect("feed")
    assert sender.send("order", fixture("feed_order"), "m-1").status_code == 200
    again = sender.send("order", fixture("feed_order", external_id="1002"), "m-1")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert InboundMessage.objects.count() == 1


def test_saleors_keys_are_asked_for_once_when_one_is_unknown(connect: Any, api: FakeApi) -> None:
    sender = connect("saleor", base_url=api.url)
    api.answers["/.well-known/jwks.json"] = jwks("new")
    Shop.objects.filter(pk=sender.id).update(keys={}, keys_asked_at=None)
    raw = json.dumps(fixture("saleor_order")).encode()

    def send(signature: str) -> int:
        given = {"Saleor-Event": "order_fully_paid", "Saleor-Signature": signature}
        return sender.client.post(sender.address, raw, content_type="application/json", headers=given).status_code  # type: ignore[no-any-return]

    assert [send(jws(raw, "new")), send(jws(raw, "new")), send(jws(raw, "stranger")), send(jws(raw, "stranger"))] == [
        200,
        200,
        401,
        401,
    ]
    assert len(api.asked) == 1  # not once for every stranger
    assert send(jws(raw, "new", alg="none")) == send(jws(raw, "new", crit=["exp"])) == 401


def test_saleors_old_signature_is_hex(connect: Any) -> None:
    sender = connect("saleor", "old secret")
    raw = json.dumps(fixture("saleor_order")).encode()
    headers = {
        "X-Saleor-Event": "order_fully_paid",
        "X-Saleor-Signature": hmac.digest(b"old secret", raw, "sha256").hex(),
    }
    assert sender.client.post(sender.address, raw, content_type="application/json", headers=headers).status_code == 200
    assert InboundMessage.objects.get().topic == "order_fully_paid"


def test_what_is_no_message_is_answered_as_a_problem(connect: Any) -> None:
    sender: Sender = connect("feed")
    assert sender.client.get(sender.address).status_code == 405
    for address in ("/api/v1/shops/nobody/messages", "/api/v1/shops/%00/messages", f"{sender.address}/"):
        assert sender.client.post(address, b"{}", content_type="application/json").status_code == 404
    big = sender.client.post(sender.address, b" " * (2 * 1024 * 1024 + 1), content_type="application/json")
    assert (big.status_code, big.json()["code"]) == (413, "body_too_large")
    assert InboundMessage.objects.count() == 0


def test_a_paused_shops_messages_wait_and_an_ended_shop_is_not_there(connect: Any) -> None:
    sender = connect("feed")
    with transaction.atomic():
        actions.set_state(shop_id=sender.id, state="paused", by=None, at=now())
    assert sender.tell("order", fixture("feed_order")).verdict == "waiting"
    with transaction.atomic():
        actions.set_state(shop_id=sender.id, state="connected", by=None, at=now())
    from integrations.shops.working import take_in

    assert take_in() == 1
    with transaction.atomic():
        actions.set_state(shop_id=sender.id, state="ended", by=None, at=now())
    assert sender.send("order", fixture("feed_order")).status_code == 404
    assert bytes(sender.shop.secret) == b""
