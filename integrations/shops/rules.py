"""Numbers and names about shops; pure."""

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta

RAW_MOST = 2 * 1024 * 1024
"""Bytes of one message."""
KEEP_RAW = timedelta(days=30)
OLD_SECRET_STAYS = timedelta(hours=24)
"""Shopify mixes old and new signatures for up to an hour; people paste the new one into a shop within a day."""
SECRET_IS_OURS = {"woocommerce", "medusa", "feed"}
"""Kinds of shop that take a secret of ours; the others have their own."""
CAN_BE_ASKED = {"shopify", "woocommerce", "saleor"}
"""Kinds with an API that tells orders."""
ASK_EVERY, OVERLAP, IN_FLIGHT = timedelta(minutes=30), timedelta(minutes=10), timedelta(minutes=2)
"""How often a shop is asked what changed, how far back beyond the last time, and what is too new to have been missed."""
TRIES = 8
"""How often a message is tried that only fails because somebody else is away."""
HEADERS_KEPT = {
    *(f"{x}shopify-{name}" for x in ("x-", "") for name in ("topic", "shop-domain", "api-version")),
    *(f"{x}shopify-{name}" for x in ("x-", "") for name in ("webhook-id", "event-id", "triggered-at")),
    *(f"x-wc-webhook-{name}" for name in ("source", "topic", "resource", "event", "id", "delivery-id")),
    *(f"saleor-{name}" for name in ("event", "domain", "api-url", "schema-version")),
    *("webhook-id", "webhook-timestamp", "content-type"),
}
"""Of a message's headers; never a signature."""


def message_key(kind: str, topic: str, headers: Mapping[str, str], raw: bytes) -> str:
    """What makes a message of this kind of shop the same one again.

    Shopify: its delivery's number. Standard Webhooks: the same, and another body under it is refused. WooCommerce's
    Delivery-ID is shared by whatever happens in one second, so the body decides (it holds number and date); a deletion holds
    nothing but the number, and may happen again. Saleor numbers nothing: topic and body.
    """
    body = hashlib.sha256(raw).hexdigest()
    if kind == "shopify":
        delivery = headers.get("x-shopify-webhook-id") or headers.get("shopify-webhook-id") or ""
        return f"shopify {delivery} {body}"
    if kind == "woocommerce":
        again = headers.get("x-wc-webhook-delivery-id", "") if topic == "order.deleted" else ""
        return f"woocommerce {topic} {again} {body}"
    if kind == "saleor":
        return f"saleor {topic} {body}"
    return f"standard {headers.get('webhook-id', '')}"


def delivery_of(headers: Mapping[str, str]) -> str:
    """The delivery's own number, as the shop's people would look for it."""
    names = ("x-shopify-webhook-id", "shopify-webhook-id", "x-wc-webhook-delivery-id", "webhook-id")
    return next((headers[name] for name in names if headers.get(name)), "")


def written_secret(random: bytes) -> str:
    """A secret as Standard Webhooks write it."""
    return "whsec_" + base64.b64encode(random).decode()


def source_of(name: str, kind: str) -> str:
    """A source from a shop's name."""
    found = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50]
    return found or kind
