"""A webhook that the shop deleted or switched off after an outage works again after the next comparison."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from integrations.shops import actions, hooks, reconcile, verifying
from integrations.shops.models import Shop
from outbox.clock import now
from tests.integrations.shops.conftest import FakeApi, Sender

pytestmark = pytest.mark.django_db
SHOPIFY, WOO = "/admin/api/2025-07", "/wp-json/wc/v3"


class Hooks:
    """The webhooks of a fake Shopify app: listed by address, made, and deleted by an outage."""

    def __init__(self, api: FakeApi) -> None:
        self.rows: list[dict[str, Any]] = []
        self.made: list[str] = []
        api.answers[f"{SHOPIFY}/orders.json"] = {"orders": []}
        api.answers[f"{SHOPIFY}/webhooks.json"] = self.answer

    def answer(self, query: dict[str, str], body: bytes) -> Any:
        if not body:
            return {"webhooks": [one for one in self.rows if one["address"] == query["address"]]}
        row = json.loads(body)["webhook"]
        if any((one["topic"], one["address"]) == (row["topic"], row["address"]) for one in self.rows):
            return 422, {}, {"errors": {"address": ["for this topic has already been taken"]}}
        self.rows.append(row)
        self.made.append(row["topic"])
        return 201, {}, {"webhook": row}


def compare(sender: Sender) -> Shop:
    Shop.objects.filter(pk=sender.id).update(ask_due_at=now())
    reconcile.ask_due()
    return sender.shop


def test_what_shopify_deleted_is_made_again_and_what_was_never_there_is_not(connect: Any, api: FakeApi) -> None:
    sender, there = connect("shopify", base_url=api.url, token="shpat_1"), Hooks(api)
    compare(sender)
    assert there.made == []  # made by hand in the shop's settings, or not wanted: no doubles
    mine = hooks.address_of(sender.shop)
    there.rows = [
        {"topic": "orders/paid", "address": mine, "format": "json"},
        {"topic": "refunds/create", "address": mine, "format": "json"},
        {"topic": "products/update", "address": mine, "format": "json"},
        {"topic": "orders/create", "address": "https://elsewhere.example.com/", "format": "json"},
    ]
    assert compare(sender).hooks == ["orders/paid", "refunds/create"]
    there.rows = there.rows[2:]
    assert compare(sender).ask_problem == ""
    assert there.made == ["orders/paid", "refunds/create"] and there.rows[-1] == {
        "topic": "refunds/create", "address": mine, "format": "json",
    }  # fmt: skip
    compare(sender)
    assert len(there.made) == 2


def test_a_manager_has_them_made(connect: Any, api: FakeApi, manager: Client) -> None:
    sender, there = connect("shopify", base_url=api.url, token="shpat_1"), Hooks(api)
    page = manager.get(f"/admin/shops/{sender.shop.public_id}/").content.decode()
    assert "Make the webhooks in the shop" in page
    manager.post(f"/admin/shops/{sender.shop.public_id}/do/hooks/")
    reconcile.ask_due()
    assert sorted(there.made) == sorted(hooks.SHOPIFY_TOPICS)
    other = connect("feed")
    assert manager.post(f"/admin/shops/{other.shop.public_id}/do/hooks/").status_code == 404


def test_a_token_that_may_not_write_is_said_and_orders_are_compared_all_the_same(connect: Any, api: FakeApi) -> None:
    sender, there = connect("shopify", base_url=api.url, token="shpat_1"), Hooks(api)
    Shop.objects.filter(pk=sender.id).update(hooks=["orders/paid"])

    def refuse(query: dict[str, str], body: bytes) -> Any:
        return (403, {}, {}) if body else there.answer(query, body)

    api.answers[f"{SHOPIFY}/webhooks.json"] = refuse
    shop = compare(sender)
    assert (shop.ask_problem, shop.hooks) == ("hooks_refused", ["orders/paid"])
    assert shop.asked_until is not None and shop.ask == {}
    api.answers[f"{SHOPIFY}/webhooks.json"] = there.answer
    assert compare(sender).ask_problem == "" and there.made == ["orders/paid"]


def test_what_woocommerce_switched_off_is_switched_on_and_what_a_person_paused_stays(
    connect: Any, api: FakeApi
) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    mine, told = hooks.address_of(sender.shop), []
    rows = [
        {"id": 1, "status": "disabled", "topic": "order.updated", "delivery_url": mine},
        {"id": 2, "status": "paused", "topic": "order.created", "delivery_url": mine},
        {"id": 3, "status": "active", "topic": "order.deleted", "delivery_url": mine},
        {"id": 4, "status": "disabled", "topic": "order.updated", "delivery_url": "https://elsewhere.example.com/"},
    ]
    api.answers[f"{WOO}/orders"] = []
    api.answers[f"{WOO}/webhooks"] = rows
    for number in (1, 2, 3, 4):
        api.answers[f"{WOO}/webhooks/{number}"] = lambda _query, body, number=number: (
            told.append((number, json.loads(body))) or {"id": number}
        )
    compare(sender)
    assert told == [(1, {"status": "active"})]
    api.answers[f"{WOO}/webhooks/1"] = (401, {}, {"code": "woocommerce_rest_cannot_edit"})
    assert compare(sender).ask_problem == "hooks_refused"


def test_a_manager_has_those_of_woocommerce_made_signed_with_our_secret(
    connect: Any, api: FakeApi, manager: Client
) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    mine = hooks.address_of(sender.shop)
    rows: list[dict[str, Any]] = [{"id": 7, "status": "active", "topic": "order.updated", "delivery_url": mine}]
    written: list[dict[str, Any]] = []

    def answer(query: dict[str, str], body: bytes) -> Any:
        if not body:
            return rows
        written.append(json.loads(body))
        rows.append(written[-1] | {"id": 10 + len(rows)})
        return 201, {}, rows[-1]

    api.answers[f"{WOO}/orders"] = []
    api.answers[f"{WOO}/webhooks"] = answer
    api.answers[f"{WOO}/webhooks/7"] = lambda _query, body: written.append(json.loads(body)) or {"id": 7}
    assert compare(sender).hooks == ["order.updated"] and written == []
    page = manager.get(f"/admin/shops/{sender.shop.public_id}/").content.decode()
    assert "Make the webhooks in the shop" in page
    manager.post(f"/admin/shops/{sender.shop.public_id}/do/hooks/")
    reconcile.ask_due()
    [secret] = verifying.valid_secrets(sender.shop, at=now())
    assert written[0] == {"secret": secret}
    assert [one["topic"] for one in written[1:]] == ["order.created", "order.deleted", "order.restored"]
    assert all((one["delivery_url"], one["secret"], one["status"]) == (mine, secret, "active") for one in written[1:])
    del rows[1]
    assert len(written) == 4 and compare(sender).ask_problem == ""
    assert len(written) == 4, "one that a person deleted stays deleted"


def test_what_a_manager_asks_for_while_the_shop_is_looked_at_is_not_forgotten(connect: Any, api: FakeApi) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    api.answers[f"{WOO}/webhooks"] = []
    looked_at = sender.shop
    with transaction.atomic():
        assert actions.make_hooks(shop_id=sender.id, topics=[hooks.ASKED], by=None, at=now())
    hooks.keep_alive(looked_at)
    assert sender.shop.hooks == [hooks.ASKED]
