"""Whether a message is the shop's own, by the rules of its kind."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from integrations.outbound import Unreachable
from integrations.sealing import Unreadable, unseal
from integrations.shops import actions, asking, signatures
from integrations.shops.adapters import shopify_header
from integrations.shops.adapters.shapes import BadMessage
from integrations.shops.models import Shop

_PING = re.compile(rb"webhook_id=[0-9]{1,18}")
KEYS_AT_MOST_EVERY = timedelta(seconds=60)
"""A stranger who names keys that do not exist makes us ask the shop no oftener than this."""


def is_greeting(shop: Shop, headers: Mapping[str, str], raw: bytes) -> bool:
    """WooCommerce's unsigned "are you there?" when a webhook is saved: it says nothing and does nothing."""
    kind = headers.get("content-type", "").split(";")[0]
    return shop.kind == Shop.Kind.WOOCOMMERCE and "form" in kind and _PING.fullmatch(raw) is not None


def is_genuine(shop: Shop, headers: Mapping[str, str], raw: bytes, *, at: datetime) -> bool:
    """Whether one of the shop's valid secrets, or its public key, signed exactly these bytes."""
    secrets = valid_secrets(shop, at=at)
    if shop.kind == Shop.Kind.SHOPIFY:
        domain = shopify_header(headers, "shop-domain")
        # One app's secret signs for every shop that has the app: another shop's message is not this one's.
        ours = not domain or domain.lower() == (urlsplit(shop.base_url).hostname or "")
        return signatures.is_base64_hmac(raw, shopify_header(headers, "hmac-sha256"), secrets) and ours
    if shop.kind == Shop.Kind.WOOCOMMERCE:
        return signatures.is_woocommerce(raw, headers.get("x-wc-webhook-signature", ""), secrets)
    if shop.kind == Shop.Kind.SALEOR:
        return _is_saleor(shop, headers.get("saleor-signature") or headers.get("x-saleor-signature") or "", raw, at)
    return signatures.is_standard(
        raw,
        message_id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        signatures=headers.get("webhook-signature", ""),
        secrets=secrets,
        at=at,
    )


def valid_secrets(shop: Shop, *, at: datetime) -> list[str]:
    """The secret, and the one before it until its time is over."""
    sealed = [("secret", shop.secret)]
    if shop.old_secret_until is not None and shop.old_secret_until > at:
        sealed.append(("secret", shop.old_secret))
    found = []
    for place, one in sealed:
        try:
            found.append(unseal(bytes(one), place=f"{place}:{shop.public_id}"))
        except Unreadable:
            continue
    return [secret for secret in found if secret]


def _is_saleor(shop: Shop, signature: str, raw: bytes, at: datetime) -> bool:
    if "." not in signature:
        return signatures.is_hex_hmac(raw, signature, valid_secrets(shop, at=at))
    kid = signatures.key_id(signature)
    if kid is None:
        return False
    if kid not in shop.keys and _may_ask_again(shop, at):
        _learn_keys(shop, at)
    return signatures.is_detached_jws(raw, signature, shop.keys)


def _may_ask_again(shop: Shop, at: datetime) -> bool:
    return shop.keys_asked_at is None or at - shop.keys_asked_at >= KEYS_AT_MOST_EVERY


def _learn_keys(shop: Shop, at: datetime) -> None:
    """Once for an unknown key; what the shop does not answer within a second leaves things as they are."""
    with suppress(Unreachable, asking.NotAnswered, BadMessage):
        shop.keys = asking.public_keys(shop)
    with transaction.atomic(durable=True):
        actions.learn_keys(shop_id=shop.pk, keys=shop.keys, at=at)
