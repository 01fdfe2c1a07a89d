"""The pages that shops program against are what the code does."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from integrations import reference
from integrations.resources.corrections import AdjustmentIn
from integrations.resources.coupons import CouponIn, CouponUseIn
from integrations.resources.people import MembersBatchIn, MemberUpsertIn
from integrations.resources.redemptions import NoteIn, RedemptionIn
from integrations.resources.refunds import RefundAloneIn
from integrations.resources.told_events import EventIn, EventsBatchIn
from integrations.schemas import BatchIn, OrderIn
from tests.integrations.conftest import Shop
from tests.integrations.world import EVERYTHING, reward


def test_the_reference_pages_are_generated_from_the_code() -> None:
    call_command("openapi", check=True)


def test_a_stale_page_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "DOCS", tmp_path)
    with pytest.raises(CommandError, match=r"openapi\.json, api-errors\.md"):
        call_command("openapi", check=True)
    call_command("openapi")
    call_command("openapi", check=True)


@pytest.mark.django_db
def test_the_description_is_served_without_a_key(client: Client) -> None:
    served: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    assert served["openapi"].startswith("3.1")
    operations = {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation
        for path, item in served["paths"].items()
        for method, operation in item.items()
    }
    assert set(operations) == OPERATIONS
    for name, operation in operations.items():
        assert operation["description"], name
        answers = [value for status, value in operation["responses"].items() if status < "300"]
        assert answers and all("example" in answer["content"]["application/json"] for answer in answers), name
        for parameter in operation["parameters"]:
            assert parameter["in"] != "path" or parameter["example"], name


def test_every_request_has_an_example_that_is_accepted() -> None:
    """What the description shows can be sent: shapes are read as the API reads them."""
    for shape in (
        OrderIn, BatchIn, RefundAloneIn, MemberUpsertIn, MembersBatchIn, EventIn, EventsBatchIn, RedemptionIn, NoteIn,
        CouponIn, CouponUseIn, AdjustmentIn,
    ):  # fmt: skip
        [example] = shape.model_config["json_schema_extra"]["examples"]  # type: ignore[index]
        shape.model_validate(example)


OPERATIONS = {
    "POST /orders", "POST /orders:batch", "GET /orders", "GET /orders/{order_id}", "POST /refunds",
    "POST /members", "POST /members:batch", "GET /members", "GET /members/{ref}", "GET /members/{ref}/wallets",
    "GET /members/{ref}/ledger", "GET /members/{ref}/ledger/{line}", "GET /members/{ref}/tier", "GET /members/{ref}/level",
    "GET /members/{ref}/quests", "POST /events", "POST /events:batch", "GET /earning-rules", "GET /earning-rules/{code}",
    "GET /tiers", "GET /rewards", "GET /rewards/{reward_id}", "POST /redemptions", "GET /redemptions",
    "GET /redemptions/{redemption_id}", "POST /redemptions/{redemption_id}/cancel",
    "POST /redemptions/{redemption_id}/fulfil", "POST /coupons", "GET /coupons/{code}", "POST /coupons/{code}/redeem",
    "POST /adjustments", "GET /adjustments", "GET /adjustments/{adjustment_id}", "GET /transfers",
    "GET /transfers/{transfer_id}", "GET /referrals", "GET /problems", "GET /problems/{code}",
}  # fmt: skip


@pytest.mark.django_db
def test_the_first_three_minutes_work_as_they_are_written(new_shop: Callable[..., Shop]) -> None:
    """The bodies of docs/api.md, one after the other."""
    shop = new_shop(*EVERYTHING)
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    calls = re.findall(r"curl -s \"?\$API(/[a-z]+)(?:(?!curl)[^'])*?-d '(\{.*?\})'", text, re.DOTALL)
    paths = ["/members", "/orders", "/redemptions", "/redemptions", "/redemptions", "/refunds", "/events"]
    assert [path for path, _body in calls] == paths
    for path, body in calls[:2]:
        assert shop.post(path, json.loads(body)).status_code == 201, body
    wallets = shop.get("/members/ext:tea-shop:c-1001/wallets").json()["data"]
    assert wallets[0]["lifetime"] > 0
    cup = reward(name="A cup", cost=200)
    claim = {**json.loads(calls[2][1]), "reward": f"rew_{cup.public_id}"}
    assert shop.post("/redemptions?dry_run=true", claim).json()["dry_run"] is True
    claim = {**json.loads(calls[3][1]), "reward": f"rew_{cup.public_id}"}
    claimed = shop.post("/redemptions", claim, idempotency_key="basket-77")
    assert claimed.status_code == 201, claimed.content
    undone = shop.post(f"/redemptions/{claimed.json()['id']}/cancel", json.loads(calls[4][1]))
    assert (undone.status_code, undone.json()["state"]) == (200, "cancelled")
    for path, body in calls[5:]:
        assert shop.post(path, json.loads(body)).status_code == 201, body
    assert shop.get("/members/ext:tea-shop:c-1001/wallets").json()["data"][0]["lifetime"] < wallets[0]["lifetime"]
