"""A shop that sends orders through the door that shops use."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from integrations import rates
from integrations.actions import make_key
from outbox.clock import now
from outbox.ids import new_id


class Shop:
    """A machine with a key: every request goes through HTTP."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.client = Client(raise_request_exception=True)

    def headers(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", **(extra or {})}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.headers(headers))

    def post(self, path: str, body: Any, content_type: str = "application/json", **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1{path}", raw, content_type=content_type, headers=self.headers(names))


@pytest.fixture(autouse=True)
def _fresh_rates() -> None:
    """Keys of different tests have the same numbers."""
    rates._limiter().storage.reset()


@pytest.fixture
def new_shop() -> Callable[..., Shop]:
    def make(*scopes: str, **more: Any) -> Shop:
        with transaction.atomic():
            made = make_key(
                name="Web shop",
                scopes=scopes or ("orders:write", "orders:read", "members:read"),
                by=None,
                at=now(),
                **more,
            )
        return Shop(made.token)

    return make


@pytest.fixture
def shop(db: None, new_shop: Callable[..., Shop]) -> Shop:
    return new_shop()


def an_order(**changes: Any) -> dict[str, Any]:
    """A paid order of tea for 42.00 by a new customer."""
    number = new_id(8)
    order: dict[str, Any] = {
        "source": "tea-shop",
        "external_id": f"o-{number}",
        "revision": "2026-03-01T10:00:00Z#1",
        "occurred_at": "2026-03-01T10:00:00Z",
        "member": {"external_id": f"c-{number}", "name": "Ada Lovelace"},
        "currency": "EUR",
        "payment_state": "paid",
        "paid_at": "2026-03-01T10:00:00Z",
        "totals": {"net": 4200, "tax": 798},
        "lines": [
            {
                "external_id": "l1",
                "sku": "TEA-1",
                "product": "Green tea",
                "category": "tea",
                "quantity": 2,
                "amount_net": 4200,
            }
        ],
    }
    return {**order, **changes}
