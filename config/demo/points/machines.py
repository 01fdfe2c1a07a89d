"""Shops that send, machines that listen, a key: connected, and nothing here ever calls out.

The shop is a sandbox: its messages are signed with a secret of the demonstration and come through the same check as a real
shop's. The machines that listen are paused or off, so that what happens waits for them and nobody is called.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from integrations import actions as keys
from integrations import queries as key_queries
from integrations.shops import actions as shops
from integrations.shops import adapters, verifying
from integrations.shops import queries as shop_queries
from integrations.shops.rules import delivery_of, message_key
from integrations.shops.working import take_in
from integrations.webhooks import actions as webhooks
from integrations.webhooks import queries as webhook_queries

SANDBOX, FEED = "tea-online", "market-stall"
DOMAIN = "laoyou-tea-sandbox.myshopify.com"
SECRET = "shpss_demonstration_of_the_tea_house"  # noqa: S105  (signs messages that we write ourselves)
EVENTS = ("order.recorded", "reward.claimed", "reward.fulfilled", "coupon.redeemed", "points.posted")


def connect(ids: Mapping[str, int], at: datetime) -> None:
    """In a transaction, before the acts that the machines shall hear of."""
    marek = ids["marek"]
    made = at - timedelta(days=60)
    if not shop_queries.shops(at=at):
        shops.connect(
            kind="shopify", name="Tea house online (sandbox)", source=SANDBOX, base_url=DOMAIN, currency="EUR", secret=SECRET,
            token="", by=marek, at=made,
        )  # fmt: skip
        shops.connect(
            kind="feed", name="Stall on the market", source=FEED, base_url="", currency="EUR", secret="", token="", by=marek,
            at=made,
        )  # fmt: skip
    if not webhook_queries.endpoints():
        waiting = webhooks.make_endpoint(
            name="Parcel desk (paused: no address yet)", url="https://parcels.example.com/laoyou", events=EVENTS, by=marek,
            at=made,
        )  # fmt: skip
        webhooks.pause(endpoint_id=waiting.id, by=marek, at=made)
        gone = webhooks.make_endpoint(
            name="The old till", url="https://old-till.example.com/hooks", events=("order.recorded",), by=marek, at=made
        )
        webhooks.ping(endpoint_id=gone.id, by=marek, at=at - timedelta(days=31))
        webhooks.switch_off(endpoint_id=gone.id, why="gone", by=None, at=at - timedelta(days=30))
    if not key_queries.all_keys(at=at):
        keys.make_key(
            name="Till at the counter", scopes=("orders:write", "members:read", "events:write"), by=marek, at=made
        )
        keys.make_key(name="Trying things out", scopes=("orders:write",), by=marek, at=made, sandbox=True)


def send(ids: Mapping[str, int], at: datetime) -> None:
    """The sandbox speaks: two orders, one of them again, a part of one back, and one that nobody can read."""
    shop = next((one for one in shop_queries.shops(at=at) if one.source == SANDBOX), None)
    found = shop_queries.open_shop(public_id=shop.public_id) if shop else None
    if found is None:
        return
    if not shop_queries.messages(shop_id=found.pk).rows:
        for number, (topic, hours, body) in enumerate(_messages(at)):
            raw = json.dumps(body, ensure_ascii=False).encode()
            signature = base64.b64encode(hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()).decode()
            headers = {
                "x-shopify-topic": topic, "x-shopify-shop-domain": DOMAIN, "x-shopify-hmac-sha256": signature,
                "x-shopify-webhook-id": f"5d0f-demo-{number:04}", "content-type": "application/json",
            }  # fmt: skip
            moment = at - timedelta(seconds=hours)  # the orders are older than their messages
            if not verifying.is_genuine(found, headers, raw, at=moment):
                raise RuntimeError("The sandbox's own signature does not fit.")
            with transaction.atomic(durable=True):
                shops.keep(
                    shop_id=found.pk, key=message_key("shopify", topic, headers, raw), topic=topic,
                    delivery_id=delivery_of(headers), about=adapters.about("shopify", topic, raw, moment), headers=headers,
                    raw=raw, at=moment,
                )  # fmt: skip
        with transaction.atomic(durable=True):
            shops.count_refused(shop_id=found.pk, at=at - timedelta(hours=70))
    take_in()


def _messages(at: datetime) -> list[tuple[str, float, dict[str, Any]]]:
    """(topic, hours ago, body) in the shapes that Shopify documents."""
    wen = _order(5501, "wen@example.com", "文清", at - timedelta(hours=96), ("凤凰单丛 Dancong", "DAN-50", 2, "24.00"))
    lin = _order(5502, "lin@example.com", "Xiaoman", at - timedelta(hours=52), ("Cup with a chip", "CUP-3", 1, "19.00"))
    broken = _order(5503, "oleg@example.com", "Oleg", at - timedelta(hours=5), ("Samovar tray", "SAM-1", 1, "61,50"))
    back = {
        "id": 77001, "order_id": 5502, "created_at": _when(at - timedelta(hours=20)),
        "processed_at": _when(at - timedelta(hours=20)), "note": "the chip was larger than the cup",
        "refund_line_items": [
            {"id": 1, "line_item_id": 55021, "quantity": 1, "subtotal": "19.00", "total_tax": "0.00", "restock_type": "return"}
        ],
        "transactions": [{"id": 2, "kind": "refund", "status": "success", "amount": "19.00", "currency": "EUR"}],
        "order_adjustments": [],
    }  # fmt: skip
    return [
        ("orders/paid", 96, wen), ("orders/updated", 95.9, wen), ("orders/paid", 52, lin), ("refunds/create", 20, back),
        ("orders/paid", 5, broken), ("products/update", 4, {"id": 9, "title": "Cup with a chip"}),
    ]  # fmt: skip


def _order(number: int, email: str, name: str, at: datetime, line: tuple[str, str, int, str]) -> dict[str, Any]:
    title, sku, pieces, price = line
    total = f"{float(price.replace(',', '.')) * pieces:.2f}"
    return {
        "id": number, "name": f"#{number}", "email": email, "created_at": _when(at), "processed_at": _when(at),
        "updated_at": _when(at), "cancelled_at": None, "test": False, "currency": "EUR", "taxes_included": False,
        "financial_status": "paid", "customer": {"id": 90000 + number, "email": email, "first_name": name},
        "discount_codes": [], "subtotal_price": total, "total_discounts": "0.00", "total_tax": "0.00", "total_price": total,
        "line_items": [
            {
                "id": number * 10 + 1, "sku": sku, "title": title, "vendor": "Tea house", "quantity": pieces, "price": price,
                "total_discount": "0.00", "discount_allocations": [], "tax_lines": [], "gift_card": False,
            }
        ],
        "refunds": [],
    }  # fmt: skip


def _when(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
