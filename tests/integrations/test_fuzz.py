"""Anything at all may be sent; the answer is never our own mistake. More, and other things, with FUZZ_EXAMPLES=2000.

test_described.py goes over every operation with its description; here is what no description names.
"""

import json
import os
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations import rates
from tests.integrations.conftest import Shop, an_order
from tests.integrations.world import EVERYTHING

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
FUZZ = settings(
    max_examples=EXAMPLES or 25,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

texts = st.text(max_size=20) | st.sampled_from(
    ["\0", "\ud800", "x" * 300, "2026-03-01T10:00:00Z", "9999-12-31T23:59:59-23:59", "🍵", "--", "'"]
)
numbers = st.integers() | st.integers(min_value=-(2**70), max_value=2**70) | st.floats() | st.booleans()
values = st.recursive(
    st.none() | texts | numbers,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


FULL = an_order(
    refunds=[
        {
            "external_id": "r1",
            "occurred_at": "2026-03-02T10:00:00Z",
            "amount": 2100,
            "lines": [{"line": "l1", "quantity": 1, "amount": 2100}],
        }
    ],
    coupons=["WELCOME"],
    placed_at="2026-03-01T09:00:00Z",
)


@st.composite
def spoilt_orders(draw: Any) -> Any:
    """A right order with one to three places replaced by anything."""
    order = json.loads(json.dumps(FULL))
    order["external_id"] = f"o-{draw(st.integers(0, 5))}"
    order["revision"] = str(draw(st.integers(0, 9)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path in places(order) if path]))
        at = order
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = draw(values)
    return order


WRITES = (
    "/orders", "/orders:batch", "/refunds", "/members", "/members:batch", "/events", "/events:batch", "/redemptions",
    "/redemptions/red_x/cancel", "/coupons", "/coupons/x/redeem", "/adjustments",
)  # fmt: skip


@pytest.fixture
def everything(db: None, new_shop: Callable[..., Shop]) -> Shop:
    """A key that may do all, so that it is the body that is refused."""
    return new_shop(*EVERYTHING)


def send(shop: Shop, path: str, body: bytes, **headers: str) -> None:
    rates._limiter().storage.reset()
    response = shop.post(path, body, **headers)
    assert response.status_code < 500, (response.content, body)
    if response.status_code >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["code"] != "internal_error"


@FUZZ
@given(order=spoilt_orders())
def test_spoilt_orders(shop: Shop, order: Any) -> None:
    send(shop, "/orders", json.dumps(order).encode())


@FUZZ
@given(body=values)
def test_any_json(everything: Shop, body: Any) -> None:
    shop = everything
    for path in WRITES:
        send(shop, path, json.dumps(body).encode())


@FUZZ
@given(items=st.lists(spoilt_orders() | values, max_size=5))
def test_any_batch(shop: Shop, items: list[Any]) -> None:
    send(shop, "/orders:batch", json.dumps({"orders": items}).encode())


@FUZZ
@given(body=st.binary(max_size=200))
def test_any_bytes(shop: Shop, body: bytes) -> None:
    send(shop, "/orders", body)


@FUZZ
@given(key=st.text(alphabet=string.printable + "é", max_size=300), parameter=texts)
def test_any_header_and_parameter(shop: Shop, key: str, parameter: str) -> None:
    from urllib.parse import quote

    safe = key.replace("\r", "").replace("\n", "")
    asked = quote(parameter.encode("utf-8", "surrogatepass"))
    send(shop, f"/orders?dry_run={asked}", json.dumps(an_order()).encode(), Idempotency_Key=safe)


@FUZZ
@given(ref=texts, query=st.dictionaries(st.sampled_from(["cursor", "limit", "currency", "x"]), texts, max_size=2))
def test_any_reference_and_page(everything: Shop, ref: str, query: dict[str, str]) -> None:
    from urllib.parse import quote, urlencode

    name = quote(ref.encode("utf-8", "surrogatepass"), safe="")
    asked = urlencode({key: value.encode("utf-8", "surrogatepass") for key, value in query.items()})
    for path in (
        f"/orders/{name}",
        f"/orders/ext:{name}:{name}",
        f"/members/{name}",
        f"/members/ext:{name}/ledger",
        f"/members/email:{name}/wallets",
        f"/members/ext:{name}/ledger/{name}",
        f"/earning-rules/{name}",
        f"/rewards/rew_{name}",
        f"/redemptions/red_{name}",
        f"/coupons/{name}",
        f"/adjustments/adj_{name}",
        f"/transfers/trf_{name}",
    ):
        rates._limiter().storage.reset()
        response = everything.get(f"{path}?{asked}")
        assert response.status_code < 500, response.content
