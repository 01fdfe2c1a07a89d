"""The webhooks as they stand in the shop itself. Shopify deletes one that failed for hours, WooCommerce switches it off after
six failures: without this, everything would come by the half-hourly comparison from then on (specs: integrations 9, 10).

Shopify tells an app its own subscriptions alone, so those that somebody made by hand in the shop's settings are never doubled:
what is made again is what was once seen here, or what a manager had us make. WooCommerce tells a key all of them and deletes none,
so there a missing one is a person's wish, and made only when a manager asks.
"""

import json
import logging
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from integrations.outbound import Unreachable
from integrations.sealing import Unreadable
from integrations.shops import actions, asking, verifying
from integrations.shops.adapters.shapes import BadMessage, Json, parts, words
from integrations.shops.asking import NotAnswered
from integrations.shops.models import Shop
from outbox.clock import now

log = logging.getLogger(__name__)

SHOPIFY_TOPICS = ("orders/create", "orders/paid", "orders/updated", "orders/cancelled", "refunds/create")
"""What an app may subscribe to by its API and we need; the privacy topics stand in the app's configuration."""

WOO_TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
ASKED = "asked"
"""Stands among a WooCommerce shop's webhooks until those that a manager asked for are made."""


def topics_asked(kind: str) -> Sequence[str]:
    """What to note when a manager asks for the webhooks of such a shop; nothing for one whose API cannot make them."""
    return {Shop.Kind.SHOPIFY: SHOPIFY_TOPICS, Shop.Kind.WOOCOMMERCE: (ASKED,)}.get(Shop.Kind(kind), ())


def address_of(shop: Shop) -> str:
    """Where the shop's messages go."""
    return settings.SITE_URL + reverse("shop_messages", args=[shop.public_id])


def keep_alive(shop: Shop) -> int:
    """Look at the shop's webhooks and make those work that stopped. Returns how many; what hinders it is noted at the shop."""
    keepers = {Shop.Kind.SHOPIFY: _shopify, Shop.Kind.WOOCOMMERCE: _woocommerce}
    keeper = keepers.get(Shop.Kind(shop.kind))
    if keeper is None:
        return 0
    problem, mended, standing = "", 0, set(shop.hooks)
    try:
        mended, standing = keeper(shop)
    except (NotAnswered, Unreachable, BadMessage, Unreadable) as error:
        code = getattr(error, "code", "token_unreadable")
        log.warning("shops: the webhooks of %s could not be looked after: %s", shop.source, code)
        problem = "hooks_refused" if code in ("token_refused", "hooks_refused") else ""
    with transaction.atomic(durable=True):
        actions.hooks_looked_after(shop_id=shop.pk, known=shop.hooks, topics=sorted(standing), problem=problem)
    if mended:
        log.warning("shops: %s webhooks of %s had stopped and work again", mended, shop.source)
    return mended


def _shopify(shop: Shop) -> tuple[int, set[str]]:
    path, address = f"/admin/api/{asking.SHOPIFY_VERSION}/webhooks.json", address_of(shop)
    listed = asking.told(shop, path, {"address": address, "limit": "250"})
    rows = parts(listed.get("webhooks"), "webhooks")
    there = {words(row.get("topic"), 100) for row in rows if row.get("address") == address}
    wanted = {topic for topic in {*shop.hooks, *there} if topic in SHOPIFY_TOPICS}
    for topic in sorted(wanted - there):
        _write(shop, path, {"webhook": {"topic": topic, "address": address, "format": "json"}})
    return len(wanted - there), wanted


def _woocommerce(shop: Shop) -> tuple[int, set[str]]:
    """“disabled” is what WooCommerce itself writes after failures; “paused” is a person's wish."""
    path, address = "/wp-json/wc/v3/webhooks", address_of(shop)
    rows = [row for row in asking.listed(shop, path, {"per_page": "100"}) if row.get("delivery_url") == address]
    off = [row["id"] for row in rows if row.get("status") == "disabled" and isinstance(row.get("id"), int)]
    for number in off:
        _write(shop, f"{path}/{number}", {"status": "active"})
    there = {words(row.get("topic"), 100) for row in rows}
    made = _make_woocommerce(shop, path, rows, there) if ASKED in shop.hooks else 0
    return len(off) + made, there | (set(WOO_TOPICS) if made else set())


def _make_woocommerce(shop: Shop, path: str, rows: Sequence[Json], there: Collection[str]) -> int:
    """Those that are missing, and our secret for those that are there: somebody may have mistyped it. How many were made."""
    [secret, *_before] = verifying.valid_secrets(shop, at=now()) or [""]
    if not secret:
        raise NotAnswered("token_unreadable")
    for row in rows:
        if row.get("topic") in WOO_TOPICS and isinstance(row.get("id"), int):
            _write(shop, f"{path}/{row['id']}", {"secret": secret})
    missing = [topic for topic in WOO_TOPICS if topic not in there]
    for topic in missing:
        name = f"{settings.WAGTAIL_SITE_NAME}: {topic}"
        hook = {"name": name, "topic": topic, "delivery_url": address_of(shop), "secret": secret, "status": "active"}
        _write(shop, path, hook)
    return len(missing)


def _write(shop: Shop, path: str, body: dict[str, Any]) -> None:
    if not asking.tell(shop, path, json.dumps(body).encode()).ok:
        raise NotAnswered("hooks_refused")
