"""Orders through the door that shops use, and what the shop can read back."""

from datetime import timedelta
from typing import Any

import pytest

from integrations.models import IdempotencyRecord
from loyalty.models import Order
from members.models import User
from outbox.clock import now
from tests.integrations.conftest import Shop, an_order

pytestmark = pytest.mark.django_db


def test_an_order_is_recorded_and_read_back(shop: Shop) -> None:
    order = an_order()
    response = shop.post("/orders", order)
    assert response.status_code == 201
    told = response.json()
    assert (told["result"], told["state"], told["external_id"]) == ("created", "paid", order["external_id"])
    row = Order.objects.get(source="tea-shop", external_id=order["external_id"])
    assert (row.net, row.tax, row.currency) == (4200, 798, "EUR")
    for ref in (told["id"], f"ext:tea-shop:{order['external_id']}"):
        read = shop.get(f"/orders/{ref}").json()
        assert (read["id"], read["member"], read["net"]) == (
            told["id"],
            told["member"],
            {"amount": 4200, "currency": "EUR"},
        )
    assert shop.get(f"/members/{told['member']}").json()["name"] == "Ada Lovelace"


def test_the_same_order_again_is_the_same_order(shop: Shop) -> None:
    order = an_order()
    first, second = shop.post("/orders", order), shop.post("/orders", order)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["result"] == "unchanged"
    assert first.json()["id"] == second.json()["id"]
    assert Order.objects.count() == 1


def test_an_older_revision_changes_nothing(shop: Shop) -> None:
    order = an_order(revision="2")
    shop.post("/orders", order)
    assert shop.post("/orders", {**order, "revision": "1", "payment_state": "cancelled"}).json()["result"] == "ignored"
    assert Order.objects.get().state == "paid"


def test_dry_run_tells_and_stores_nothing(shop: Shop) -> None:
    people = User.objects.count()
    response = shop.post("/orders?dry_run=true", an_order(), Idempotency_Key="dry")
    assert (response.status_code, response.json()["dry_run"]) == (201, True)
    assert (Order.objects.count(), User.objects.count(), IdempotencyRecord.objects.count()) == (0, people, 0)


def test_a_sandbox_key_stores_nothing(new_shop: Any) -> None:
    response = new_shop(sandbox=True).post("/orders", an_order())
    assert (response.status_code, response.json()["dry_run"]) == (201, True)
    assert Order.objects.count() == 0


def test_a_difference_in_totals_goes_to_the_largest_line_and_is_noted(shop: Shop) -> None:
    lines = [{"external_id": "a", "amount_net": 100}, {"external_id": "b", "amount_net": 300}]
    response = shop.post("/orders", an_order(lines=lines, totals={"net": 380}))
    assert response.status_code == 201
    assert "-20" in response.json()["notes"][0]
    assert list(Order.objects.get().lines.order_by("external_id").values_list("net", flat=True)) == [100, 280]


def test_rounding_of_a_unit_a_line_is_the_shops_own(shop: Shop) -> None:
    lines = [{"external_id": "a", "amount_net": 100}, {"external_id": "b", "amount_net": 300}]
    assert shop.post("/orders", an_order(lines=lines, totals={"net": 402})).json()["notes"] == []
    assert Order.objects.get().net == 400


def test_totals_that_no_line_can_bear_are_refused(shop: Shop) -> None:
    lines = [{"external_id": "a", "amount_net": 100}, {"external_id": "b", "amount_net": 300}]
    response = shop.post("/orders", an_order(lines=lines, totals={"net": 5}))
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/totals/net"
    assert Order.objects.count() == 0


def flaws(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content
    body = response.json()
    assert body["code"] == "invalid"
    assert all(flaw["detail"] for flaw in body["errors"])
    return {flaw["pointer"]: flaw["code"] for flaw in body["errors"]}


LINE = {"external_id": "l1", "amount_net": 4200}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"colour": "red"}, "/colour", "unknown_field"),
        ({"lines": [{**LINE, "colour": "red"}]}, "/lines/0/colour", "unknown_field"),
        ({"currency": "eur"}, "/currency", "wrong_form"),
        ({"currency": "EURO"}, "/currency", "wrong_form"),
        ({"currency": "XXQ"}, "/currency", "currency"),
        ({"source": "Tea Shop"}, "/source", "wrong_form"),
        ({"external_id": ""}, "/external_id", "too_short"),
        ({"external_id": "x" * 121}, "/external_id", "too_long"),
        ({"external_id": 7}, "/external_id", "wrong_type"),
        ({"external_id": None}, "/external_id", "wrong_type"),
        ({"payment_state": "perhaps"}, "/payment_state", "wrong_value"),
        ({"occurred_at": 1740823200}, "/occurred_at", "not_a_time"),
        ({"occurred_at": "2026-03-01"}, "/occurred_at", "not_a_time"),
        ({"occurred_at": "2026-03-01T10:00:00"}, "/occurred_at", "not_a_time"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "/occurred_at", "not_a_time"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "/occurred_at", "not_a_time"),
        ({"paid_at": "yesterday"}, "/paid_at", "not_a_time"),
        ({"lines": [{**LINE, "amount_net": True}]}, "/lines/0/amount_net", "wrong_type"),
        ({"lines": [{**LINE, "amount_net": "4200"}]}, "/lines/0/amount_net", "wrong_type"),
        ({"lines": [{**LINE, "amount_net": 42.0}]}, "/lines/0/amount_net", "wrong_type"),
        ({"lines": [{**LINE, "amount_net": 1e308}]}, "/lines/0/amount_net", "wrong_type"),
        ({"lines": [{**LINE, "amount_net": -1}]}, "/lines/0/amount_net", "out_of_range"),
        ({"lines": [{**LINE, "amount_net": 10**30}]}, "/lines/0/amount_net", "out_of_range"),
        ({"lines": [{**LINE, "amount_net": 2**63}]}, "/lines/0/amount_net", "out_of_range"),
        ({"lines": [{**LINE, "quantity": 0}]}, "/lines/0/quantity", "out_of_range"),
        ({"lines": [{**LINE, "quantity": 2**31 * 9}]}, "/lines/0/quantity", "out_of_range"),
        ({"lines": [{**LINE, "earns": 1}]}, "/lines/0/earns", "wrong_type"),
        ({"lines": []}, "/lines", "too_short"),
        ({"lines": {}}, "/lines", "wrong_type"),
        ({"lines": [None]}, "/lines/0", "wrong_type"),
        ({"lines": [LINE] * 501}, "/lines", "too_long"),
        ({"lines": [LINE, LINE]}, "", "named_twice"),
        ({"member": {}}, "/member", "member_unnamed"),
        ({"member": {"email": "ada"}}, "/member/email", "not_an_address"),
        ({"member": {"external_id": "c\x00"}}, "/member/external_id", "unclean_text"),
        ({"member": {"external_id": "c-\ud800"}}, "/member/external_id", "unclean_text"),
        ({"totals": {"net": 4200, "tax": -1}}, "/totals/tax", "out_of_range"),
        ({"coupons": ["x"] * 21}, "/coupons", "too_long"),
        (
            {
                "refunds": [
                    {
                        "external_id": "r",
                        "occurred_at": "2026-03-02T10:00:00Z",
                        "amount": 1,
                        "lines": [{"line": "no", "amount": 1}],
                    }
                ]
            },
            "",
            "unknown_line",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(shop: Shop, changes: dict[str, Any], pointer: str, code: str) -> None:
    people = User.objects.count()
    assert flaws(shop.post("/orders", an_order(**changes))).get(pointer) == code
    assert (Order.objects.count(), User.objects.count()) == (0, people)


def test_every_missing_field_is_named(shop: Shop) -> None:
    assert set(flaws(shop.post("/orders", {}))) == {
        "/source", "/external_id", "/revision", "/occurred_at", "/member", "/currency", "/payment_state", "/totals", "/lines",
    }  # fmt: skip


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"order"'])
def test_a_body_that_is_no_object_is_refused(shop: Shop, body: bytes) -> None:
    assert shop.post("/orders", body).status_code == 422


def test_a_misspelt_parameter_is_refused_and_nothing_is_stored(shop: Shop) -> None:
    assert flaws(shop.post("/orders?dryrun=true", an_order())) == {"dryrun": "unknown_field"}
    assert flaws(shop.post("/orders?dry_run=perhaps", an_order())) == {"dry_run": "wrong_value"}
    assert Order.objects.count() == 0


def test_a_batch_judges_each_order_by_itself(shop: Shop) -> None:
    good, bad, other = an_order(), an_order(currency="x"), an_order()
    response = shop.post("/orders:batch", {"orders": [good, bad, other, good]})
    assert response.status_code == 207
    items = response.json()["data"]
    assert [(item["index"], item["status"]) for item in items] == [(0, 201), (1, 422), (2, 201), (3, 200)]
    assert items[1]["problem"]["errors"][0]["pointer"] == "/currency"
    assert items[0]["order"]["external_id"] == good["external_id"]
    assert Order.objects.count() == 2


@pytest.mark.parametrize("orders", [[], [{}] * 501, None, {}, [7]])
def test_a_batch_of_the_wrong_size_or_kind_is_refused(shop: Shop, orders: Any) -> None:
    assert shop.post("/orders:batch", {"orders": orders}).status_code == 422


def test_a_batch_may_be_tried(shop: Shop) -> None:
    response = shop.post("/orders:batch?dry_run=1", {"orders": [an_order()]})
    assert response.json()["data"][0]["order"]["dry_run"] is True
    assert Order.objects.count() == 0


def test_messages_follow_the_language_and_codes_do_not(shop: Shop) -> None:
    english = shop.post("/orders", {}, Accept_Language="en").json()
    chinese = shop.post("/orders", {}, Accept_Language="zh-hans").json()
    assert english["code"] == chinese["code"] == "invalid"
    assert (english["title"], chinese["title"]) == ("Some fields cannot be accepted", "有些字段无法接受")


def test_what_only_our_own_schemas_check_is_told_in_the_language_too(shop: Shop) -> None:
    doubled = an_order(lines=[LINE, LINE])
    [english] = shop.post("/orders", doubled, Accept_Language="en").json()["errors"]
    [chinese] = shop.post("/orders", doubled, Accept_Language="zh-hans").json()["errors"]
    assert (english["code"], chinese["code"]) == ("named_twice", "named_twice")
    assert english["detail"] == "“l1” is there twice; each may be named once."
    assert chinese["detail"] == "“l1”出现了两次；每个只能出现一次。"


@pytest.mark.parametrize(
    "revision",
    [
        "2999-01-01T00:00:00Z",
        "2999-01-01T00:00:00.5+08:00#7",
        "9999-12-31T23:59:60-12:00",
        "2999-01-01 00:00:00 x",
        None,
    ],
)
def test_a_revision_of_next_year_freezes_no_order(shop: Shop, revision: str | None) -> None:
    order = an_order()
    revision = revision or (now() + timedelta(days=1, minutes=5)).isoformat()
    assert shop.post("/orders", order).status_code == 201
    for path in ("/orders", "/orders?dry_run=true"):
        refused = shop.post(path, order | {"revision": revision, "payment_state": "cancelled"})
        assert flaws(refused) == {"/revision": "revision_ahead"}
    [item] = shop.post("/orders:batch", {"orders": [order | {"revision": revision}]}).json()["data"]
    assert item["status"] == 422
    assert shop.post("/orders", order | {"revision": now().isoformat()}).json()["result"] == "updated"


@pytest.mark.parametrize(
    "revision", ["z-9", "99999999", "2999-99-99T00:00:00Z", "000000000000042", "v2999-01-01T00:00:00Z"]
)
def test_revisions_that_are_no_times_are_the_shops_own_affair(shop: Shop, revision: str) -> None:
    assert shop.post("/orders", an_order(revision=revision)).status_code == 201
    soon = (now() + timedelta(hours=23)).isoformat()
    assert shop.post("/orders", an_order(revision=soon)).status_code == 201  # clocks and zones differ
