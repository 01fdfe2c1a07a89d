"""Whatever is wrong, the answer is a problem of RFC 9457 with a code and a next step, and never our own mistake."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from integrations import rates
from integrations.problems import KINDS
from tests.integrations.conftest import Shop, an_order

pytestmark = pytest.mark.django_db


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content[:500]
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(f"/api/v1/problems/{code}")
    assert body["title"] and body["detail"]
    assert response.headers["X-Request-Id"]
    return body


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/v1/orders/",
        "/api/v1/",
        "/api/v1",
        "/api/",
        "/api/v2/orders",
        "/api/v1/%00",
        "/api/v1/orders/a/b",
        "/api/v1/é",
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_is_not_there(shop: Shop, path: str, method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    problem(getattr(client, method)(path, headers=shop.headers()), 404, "not_found")


def test_a_method_that_is_not_taken(shop: Shop) -> None:
    response = shop.client.delete("/api/v1/orders", headers=shop.headers())
    problem(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"a":NaN}', b'{"a":1,"a":2}', b"[" * 100_000])
def test_a_body_that_is_no_json(shop: Shop, body: bytes) -> None:
    response = shop.post("/orders", body)
    assert response.status_code == (422 if not body else 400)
    assert response.json()["code"] == ("invalid" if not body else "malformed_json")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"]
)
def test_a_body_that_is_not_sent_as_json(shop: Shop, kind: str) -> None:
    problem(shop.post("/orders", b'{"a": 1}', content_type=kind), 415, "unsupported_media_type")


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 3 * 1024 * 1024])
def test_a_body_that_is_too_large(shop: Shop, size: int) -> None:
    problem(shop.post("/orders", b'{"a": "' + b"x" * size + b'"}'), 413, "body_too_large")


def test_a_batch_may_be_nearly_a_megabyte(shop: Shop) -> None:
    lines = [{"external_id": str(n), "amount_net": 10, "product": "x" * 255} for n in range(300)]
    response = shop.post("/orders:batch", {"orders": [an_order(lines=lines, totals={"net": 3000}) for _ in range(9)]})
    assert response.status_code == 207
    assert [item["status"] for item in response.json()["data"]] == [201] * 9


@pytest.mark.parametrize(
    "ref",
    [
        "ord_",
        "ord_nothing",
        "mem_x",
        "ext:",
        "ext::",
        "ext:a:",
        "ext:a:b",
        "ord_%00",
        "ext:a:%00",
        "ord_" + "x" * 400,
        "é",
        "%F0%9F%8D%B5",
        "%ED%A0%80",
    ],
)
def test_an_order_that_is_not_there(shop: Shop, ref: str) -> None:
    problem(shop.get(f"/orders/{ref}"), 404, "not_found")


@pytest.mark.parametrize(
    "ref",
    [
        "mem_",
        "mem_x",
        "ext:",
        "ext:x",
        "ext:a:b",
        "email:",
        "email:x",
        "email:a@b%00",
        "mem_%00",
        "x" * 400,
        "%ED%A0%80",
        "ext:%00:x",
    ],
)
@pytest.mark.parametrize("tail", ["", "/wallets", "/ledger"])
def test_a_member_who_is_not_there(shop: Shop, ref: str, tail: str) -> None:
    problem(shop.get(f"/members/{ref}{tail}"), 404, "not_found")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("limit=0", 422, "invalid"),
        ("limit=501", 422, "invalid"),
        ("limit=x", 422, "invalid"),
        ("limit=%00", 422, "invalid"),
        ("limit=99999999999999999999999999", 422, "invalid"),
        ("offset=3", 422, "invalid"),
        ("cursor=nonsense", 400, "bad_cursor"),
        ("cursor=a:b:c", 400, "bad_cursor"),
        ("cursor=%00", 422, "invalid"),
        ("cursor=" + "x" * 501, 422, "invalid"),
    ],
)
def test_a_page_that_cannot_be(shop: Shop, query: str, status: int, code: str) -> None:
    member = shop.post("/orders", an_order()).json()["member"]
    problem(shop.get(f"/members/{member}/ledger?{query}"), status, code)


def test_a_database_without_room_asks_to_come_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: Any) -> None:
        raise OperationalError("too many connections")

    monkeypatch.setattr("integrations.orders.loyalty.record_order", away)
    response = shop.post("/orders", an_order())
    problem(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "3"


def test_even_our_mistake_is_a_problem_and_tells_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("integrations.orders.loyalty.record_order", broken)
    response = shop.post("/orders", an_order())
    problem(response, 500, "internal_error")
    assert b"secret" not in response.content


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2_3", True), ("x" * 81, False), ("a b", False), ("é", False)])
def test_the_request_id_is_echoed_when_it_is_one(shop: Shop, given: str, kept: bool) -> None:
    answered = shop.get("/orders/ord_x", **{"X-Request-Id": given}).headers["X-Request-Id"]
    assert (answered == given) is kept
    assert answered


def test_the_rate_is_told_and_held(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "PER_MINUTE", 3)
    answers = [shop.get("/orders/ord_x") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers[:3]] == ["2", "1", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "3"
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    problem(answers[3], 429, "rate_limited")
    # Another scope has its own count.
    assert shop.get("/members/mem_x").status_code == 404


def test_without_valkey_everybody_may_pass(shop: Shop, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LIMITS_URL = "redis://127.0.0.1:1/0"
    rates._limiter.cache_clear()
    monkeypatch.setattr(rates, "_asked_again_at", 0.0)
    try:
        assert shop.get("/orders/ord_x").status_code == 404
    finally:
        rates._limiter.cache_clear()
        rates._asked_again_at = 0.0


def test_every_code_has_a_page(client: Client) -> None:
    listed = {kind["code"] for kind in client.get("/api/v1/problems").json()}
    assert listed == set(KINDS)
    assert client.get("/api/v1/problems/invalid").json()["status"] == 422
    problem(client.get("/api/v1/problems/nonsense"), 404, "not_found")


def test_a_read_that_has_not_changed_is_304(shop: Shop) -> None:
    order = shop.post("/orders", an_order()).json()
    first = shop.get(f"/orders/{order['id']}")
    again = shop.get(f"/orders/{order['id']}", **{"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:99", "a b", "[::1", ""])
def test_a_host_that_is_not_ours(shop: Shop, host: str) -> None:
    problem(shop.client.get("/api/v1/problems", HTTP_HOST=host or "-"), 400, "bad_request")


def test_head_is_get_without_a_body(shop: Shop) -> None:
    order = shop.post("/orders", an_order()).json()
    read = shop.get(f"/orders/{order['id']}")
    head = shop.client.head(f"/api/v1/orders/{order['id']}", headers=shop.headers())
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", read.headers["ETag"])


def test_a_body_in_chunks_is_told_to_bring_its_length(shop: Shop) -> None:
    headers = shop.headers({"transfer-encoding": "chunked"})
    problem(shop.client.get("/api/v1/orders/ord_x", headers=headers), 411, "length_required")
