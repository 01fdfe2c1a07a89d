"""Asking a shop's own API: for one order, its refunds, what changed since, and the keys it signs with.

Every call goes through `integrations.outbound`: bounded in time and size, to public addresses alone. What a shop answers is
as hostile as what it sends. No transaction is open while we wait for somebody else.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from integrations.outbound import Answer, call
from integrations.sealing import unseal
from integrations.shops.adapters.shapes import BadMessage, Json, moment, part, parts, read, words
from integrations.shops.models import Shop
from integrations.shops.rules import CAN_BE_ASKED

SHOPIFY_VERSION = "2025-07"
_WOO = "/wp-json/wc/v3"
PAGE, MOST_BYTES, SECONDS, KEYS_SECONDS = 50, 8 * 1024 * 1024, 15.0, 2.0
_NEXT = re.compile(r'<([^<>]{1,2000})>;\s*rel="next"')


class NotAnswered(Exception):
    """The shop did not say what it was asked. `code` is stable; `wait`: seconds it asks us to leave it alone, if it did."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.code, self.wait = code, wait


@dataclass(frozen=True)
class Page:
    """Orders that changed, as the shop tells them. `next`: where to go on, None at the end; `wait`: seconds to rest before."""

    orders: tuple[Json, ...]
    next: dict[str, Any] | None
    wait: int = 0


def can_be_asked(shop: Shop) -> bool:
    """Whether this shop has an API and gave us a token for it."""
    return shop.kind in CAN_BE_ASKED and bool(shop.token) and bool(shop.base_url)


def one_order(shop: Shop, external_id: str) -> Json | None:
    """The order as it stands now, None when the shop has it no more. Raises NotAnswered, Unreachable."""
    if shop.kind == Shop.Kind.SALEOR:
        answer = _graphql(shop, "LaoyouOrder", {"id": external_id})
        return part(answer.get("order"), "order") or None
    if not external_id.isascii() or not external_id.isdigit():
        return None  # it is going into an address
    shopify = shop.kind == Shop.Kind.SHOPIFY
    path = f"/admin/api/{SHOPIFY_VERSION}/orders/{external_id}.json" if shopify else f"{_WOO}/orders/{external_id}"
    reply = _get(shop, path, {})
    if reply.status == 404:
        return None
    body = _object(reply)
    return part(body.get("order"), "order") if shopify else body


def refunds_of(shop: Shop, external_id: str) -> list[Json]:
    """WooCommerce: an order's refunds with their lines. Raises NotAnswered, Unreachable."""
    if not external_id.isascii() or not external_id.isdigit():
        return []
    reply = _get(shop, f"{_WOO}/orders/{external_id}/refunds", {"per_page": "100"})
    return [] if reply.status == 404 else _list(reply)


def changed_orders(shop: Shop, where: Mapping[str, Any]) -> Page:
    """One page of orders that changed since `where["since"]`. Raises NotAnswered, Unreachable."""
    if shop.kind == Shop.Kind.SHOPIFY:
        return _shopify_page(shop, where)
    return _woocommerce_page(shop, where) if shop.kind == Shop.Kind.WOOCOMMERCE else _saleor_page(shop, where)


def _shopify_page(shop: Shop, where: Mapping[str, Any]) -> Page:
    first = {"status": "any", "order": "updated_at asc", "updated_at_min": where["since"]}
    cursor = where.get("cursor")
    asked = {"limit": str(PAGE), **({"page_info": str(cursor)} if cursor else first)}
    reply = _get(shop, f"/admin/api/{SHOPIFY_VERSION}/orders.json", asked)
    if reply.status == 400 and cursor:  # cursors of Shopify do not live for ever
        return Page((), {"since": where["since"]})
    found = parts(_object(reply).get("orders"), "orders")
    link = _NEXT.search(reply.headers.get("link", ""))
    info = parse_qs(urlsplit(link[1]).query).get("page_info", [""])[0] if link else ""
    used, _slash, most = reply.headers.get("x-shopify-shop-api-call-limit", "").partition("/")
    full = used.isdigit() and most.isdigit() and int(used) * 10 >= int(most) * 8
    return Page(tuple(found), {**where, "cursor": info} if info else None, 5 if full else 0)


def _woocommerce_page(shop: Shop, where: Mapping[str, Any]) -> Page:
    """Page numbers slip when an order changes meanwhile, so each page begins where the last one's times ended."""
    number = int(where.get("page", 1))
    asked = {
        "modified_after": str(where["since"])[:19],
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "asc",
        "per_page": str(PAGE),
        "page": str(number),
    }
    found = _list(_get(shop, f"{_WOO}/orders", asked))
    if len(found) < PAGE:
        return Page(tuple(found), None)
    last = moment(found[-1].get("date_modified_gmt"), "date_modified_gmt") - timedelta(seconds=1)
    since = moment(where["since"], "since")
    if last > since:
        return Page(tuple(found), {**where, "since": last.isoformat(), "page": 1})
    return Page(tuple(found), {**where, "page": number + 1})


def _saleor_page(shop: Shop, where: Mapping[str, Any]) -> Page:
    asked = {"since": where["since"], "first": PAGE, "after": where.get("cursor") or None}
    orders = part(_graphql(shop, "LaoyouOrders", asked).get("orders"), "orders")
    found = [part(edge.get("node"), "node") for edge in parts(orders.get("edges"), "edges")]
    info = part(orders.get("pageInfo"), "pageInfo")
    on = info.get("hasNextPage") is True and words(info.get("endCursor"), 500)
    return Page(tuple(found), {**where, "cursor": on} if on else None)


def public_keys(shop: Shop) -> dict[str, Any]:
    """Saleor's JWKS, by kid: RSA keys alone, at most twenty. Raises NotAnswered, Unreachable."""
    parts_of = urlsplit(shop.base_url)
    reply = call("GET", f"{parts_of.scheme}://{parts_of.netloc}/.well-known/jwks.json", seconds=KEYS_SECONDS)
    keys = parts(_object(reply).get("keys"), "keys")
    return {
        words(key.get("kid"), 200): {name: words(key.get(name), 2_000) for name in ("kty", "n", "e")}
        for key in keys[:20]
        if key.get("kty") == "RSA" and key.get("use", "sig") == "sig"
    }


def told(shop: Shop, path: str, query: Mapping[str, str]) -> Json:
    """What the shop's API says there, as an object. Raises NotAnswered, Unreachable."""
    return _object(_get(shop, path, query))


def listed(shop: Shop, path: str, query: Mapping[str, str]) -> list[Json]:
    """What the shop's API says there, as a list. Raises NotAnswered, Unreachable."""
    return _list(_get(shop, path, query))


def tell(shop: Shop, path: str, body: bytes) -> Answer:
    """Ask the shop's API to write something. Raises NotAnswered, Unreachable."""
    headers = {**_credentials(shop), "Content-Type": "application/json"}
    return _refused_or(call("POST", shop.base_url + path, body=body, headers=headers, most=MOST_BYTES, seconds=SECONDS))


def _get(shop: Shop, path: str, query: Mapping[str, str]) -> Answer:
    url = shop.base_url + path + (f"?{urlencode(query)}" if query else "")
    return _refused_or(call("GET", url, headers=_credentials(shop), most=MOST_BYTES, seconds=SECONDS))


def _graphql(shop: Shop, operation: str, variables: Mapping[str, Any]) -> Json:
    url = shop.base_url if shop.base_url.endswith("/graphql") else f"{shop.base_url}/graphql"
    body = json.dumps({"query": saleor_queries(), "operationName": operation, "variables": variables}).encode()
    headers = {**_credentials(shop), "Content-Type": "application/json"}
    reply = _object(_refused_or(call("POST", f"{url}/", body=body, headers=headers, most=MOST_BYTES, seconds=SECONDS)))
    if reply.get("errors"):
        raise NotAnswered("refused_query")
    return part(reply.get("data"), "data")


@cache
def saleor_queries() -> str:
    """The queries and the subscription that we ship."""
    return (Path(__file__).parent / "saleor.graphql").read_text(encoding="utf-8")


def _credentials(shop: Shop) -> dict[str, str]:
    token = unseal(bytes(shop.token), place=f"token:{shop.public_id}")
    if shop.kind == Shop.Kind.SHOPIFY:
        return {"X-Shopify-Access-Token": token}
    if shop.kind == Shop.Kind.WOOCOMMERCE:
        return {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}
    return {"Authorization": f"Bearer {token}"}


def _refused_or(reply: Answer) -> Answer:
    if reply.status == 429:
        raise NotAnswered("too_fast", reply.retry_after or 30)
    if reply.status in (401, 403):
        raise NotAnswered("token_refused")
    if not reply.ok and reply.status not in (400, 404):
        raise NotAnswered(f"status_{reply.status}", reply.retry_after)
    return reply


def _object(reply: Answer) -> Json:
    if not reply.ok or not reply.whole:
        raise NotAnswered(f"status_{reply.status}" if reply.whole else "too_long")
    try:
        return read(reply.body)
    except BadMessage as error:
        raise NotAnswered("not_json") from error


def _list(reply: Answer) -> list[Json]:
    """A bare list, read as strictly as an object."""
    if not reply.ok or not reply.whole:
        raise NotAnswered(f"status_{reply.status}" if reply.whole else "too_long")
    try:
        return parts(read(b'{"list":' + reply.body + b"}").get("list"), "list")
    except BadMessage as error:
        raise NotAnswered("not_json") from error


def as_bytes(order: Json) -> bytes:
    """An answered order as a message's body: decimals as text, so that reading it again loses nothing."""
    return json.dumps(order, default=str, ensure_ascii=False).encode()


def started(at: datetime) -> str:
    """A moment as it goes into queries."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
