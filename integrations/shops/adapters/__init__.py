"""From a shop's own words to the canonical order, one module a kind of shop; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from integrations.shops.adapters import feed, saleor, shopify, woocommerce
from integrations.shops.adapters.shapes import BadMessage, Json, Said, read, revision, words

ASKED_TOPIC = {"shopify": "orders/updated", "woocommerce": "order.updated", "saleor": "order_asked"}
"""Under which topic an order is read that the shop told because it was asked."""


def understand(kind: str, topic: str, raw: bytes, *, source: str, currency: str, refunds: Sequence[Json] = ()) -> Said:
    """What a message says. Raises BadMessage, whatever the bytes are."""
    body = read(raw)
    if kind == "shopify":
        return shopify.understand(topic, body, source=source, default_currency=currency)
    if kind == "woocommerce":
        return woocommerce.understand(topic, body, source=source, refunds=refunds)
    if kind == "saleor":
        return saleor.understand(topic, body, source=source)
    return feed.understand(topic, body, source=source)


def topic_of(kind: str, headers: Mapping[str, str], raw: bytes) -> str:
    """What the message is about, by its headers (names in small letters), cut to what there is room for."""
    if kind == "shopify":
        return shopify_header(headers, "topic")[:60]
    if kind == "woocommerce":
        return headers.get("x-wc-webhook-topic", "")[:60]
    if kind == "saleor":
        return (headers.get("saleor-event") or headers.get("x-saleor-event") or "").lower()[:60]
    try:
        return feed.topic_of(read(raw))
    except BadMessage:
        return "order"


def shopify_header(headers: Mapping[str, str], name: str) -> str:
    """One of Shopify's headers, with and without its X-."""
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}") or ""


def about(kind: str, topic: str, raw: bytes, received_at: datetime) -> tuple[str, str]:
    """The order's number and, of a deletion, its revision: known before the message is worked on. ("", "") when unsure."""
    try:
        body = read(raw)
    except BadMessage:
        return "", ""
    if kind == "shopify":
        return words(body.get("order_id") if topic.startswith("refunds/") else body.get("id")), ""
    if kind == "woocommerce":
        return words(body.get("id")), revision(received_at) if topic == "order.deleted" else ""
    if kind == "saleor":
        event = body.get("event")
        order = (event if isinstance(event, dict) else body).get("order")
        return words(order.get("id")) if isinstance(order, dict) else "", ""
    inner = body.get("data") if isinstance(body.get("data"), dict) else body
    return words(inner.get("order_external_id") or inner.get("external_id")) if isinstance(inner, dict) else "", ""
