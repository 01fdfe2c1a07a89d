"""What no message told is found by asking, page by page, as slowly as the shop wants, and takes the same way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.shops import asking, reconcile, working
from integrations.shops.models import InboundMessage, Shop
from loyalty.models import Order
from outbox.clock import now
from tests.integrations.shops.conftest import FakeApi, Sender, fixture

pytestmark = pytest.mark.django_db


def ask(sender: Sender) -> int:
    Shop.objects.filter(pk=sender.id).update(ask_due_at=now())
    pages = reconcile.ask_due()
    working.take_in()
    return pages


def woo_orders(count: int) -> list[dict[str, Any]]:
    start = datetime(2026, 3, 1, 10, tzinfo=UTC)
    return [
        fixture("woocommerce_order", id=1000 + number, date_modified_gmt=(start + timedelta(seconds=number // 3)).isoformat()[:19])
        for number in range(count)
    ]  # fmt: skip


def woo_api(orders: list[dict[str, Any]]) -> Any:
    """WooCommerce's list: modified after, in order, by page."""

    def listed(query: dict[str, str], _body: bytes) -> Any:
        size, page = int(query["per_page"]), int(query["page"])
        found = sorted(
            (one for one in orders if one["date_modified_gmt"] > query["modified_after"]),
            key=lambda one: one["date_modified_gmt"],
        )
        return found[(page - 1) * size : page * size]

    return listed


def test_woocommerce_is_read_to_the_end_and_only_what_was_missed_is_new(connect: Any, api: FakeApi) -> None:
    sender, orders = connect("woocommerce", base_url=api.url, token="ck_1:cs_2"), woo_orders(130)
    Shop.objects.filter(pk=sender.id).update(created_at=datetime(2026, 2, 1, tzinfo=UTC))
    api.answers["/wp-json/wc/v3/orders"] = woo_api(orders)
    sender.tell("order.created", orders[0])
    assert ask(sender) == 3
    assert Order.objects.filter(source=sender.source).count() == 130
    assert InboundMessage.objects.filter(missed=True, verdict="recorded").count() == 129
    shop = sender.shop
    assert shop.asked_until is not None and shop.ask == {} and shop.ask_due_at > now() + timedelta(minutes=29)
    asked = len(api.asked)
    Shop.objects.filter(pk=sender.id).update(asked_until=datetime(2026, 2, 1, tzinfo=UTC))
    ask(sender)
    assert InboundMessage.objects.count() == 130 and len(api.asked) > asked  # nothing is passed on twice


def test_a_run_that_is_cut_off_goes_on_where_it_stopped(
    connect: Any, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    Shop.objects.filter(pk=sender.id).update(created_at=datetime(2026, 2, 1, tzinfo=UTC))
    api.answers["/wp-json/wc/v3/orders"] = woo_api(woo_orders(130))
    monkeypatch.setattr(reconcile, "PAGES_AT_ONCE", 1)
    assert ask(sender) == 1
    first = sender.shop.ask
    assert first and sender.shop.asked_until is None
    assert (ask(sender), ask(sender)) == (1, 1)
    assert sender.shop.ask == {} and sender.shop.asked_until is not None
    assert Order.objects.filter(source=sender.source).count() == 130
    assert {query["modified_after"] for path, query, _headers in api.asked if path.endswith("/orders")} > {
        first["since"][:19]
    }


def test_a_shop_that_asks_for_patience_gets_it(connect: Any, api: FakeApi) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    api.answers["/wp-json/wc/v3/orders"] = (429, {"Retry-After": "77"}, [])
    ask(sender)
    shop = sender.shop
    assert shop.ask_problem == "too_fast"
    assert timedelta(seconds=70) < shop.ask_due_at - now() <= timedelta(seconds=77)
    api.answers["/wp-json/wc/v3/orders"] = (401, {}, [])
    ask(sender)
    assert sender.shop.ask_problem == "token_refused"
    api.answers["/wp-json/wc/v3/orders"] = (200, {}, "<html>")
    ask(sender)
    assert sender.shop.ask_problem == "not_json"
    assert reconcile.ask_due() == 0  # not due


def test_shopify_is_read_by_its_cursor_and_left_alone_when_its_bucket_is_full(connect: Any, api: FakeApi) -> None:
    sender = connect("shopify", base_url=api.url, token="shpat_1")
    next_page = f'<{api.url}/admin/api/2025-07/orders.json?limit=50&page_info=abc>; rel="next"'

    def listed(query: dict[str, str], _body: bytes) -> Any:
        if "page_info" in query:
            assert query == {"limit": "50", "page_info": "abc"}  # Shopify refuses filters beside a cursor
            return {"orders": [fixture("shopify_order", id=2)]}
        assert (query["status"], query["order"]) == ("any", "updated_at asc")
        return (
            200,
            {"Link": next_page, "X-Shopify-Shop-Api-Call-Limit": "39/40"},
            {"orders": [fixture("shopify_order")]},
        )

    api.answers["/admin/api/2025-07/orders.json"] = listed
    assert ask(sender) == 1
    assert sender.shop.ask_due_at - now() > timedelta(seconds=2)
    assert ask(sender) == 1
    assert Order.objects.filter(source=sender.source).count() == 2


def test_saleor_is_read_with_the_queries_that_we_ship(connect: Any, api: FakeApi) -> None:
    import json

    sender, seen = connect("saleor", base_url=api.url, token="app-token"), []

    def graphql(_query: dict[str, str], body: bytes) -> Any:
        given = json.loads(body)
        seen.append(given["variables"])
        assert given["operationName"] == "LaoyouOrders" and "query LaoyouOrders(" in given["query"]
        last = given["variables"]["after"] == "c1"
        node = {**fixture("saleor_order")["order"], "id": "second" if last else "first"}
        return {
            "data": {"orders": {"edges": [{"node": node}], "pageInfo": {"hasNextPage": not last, "endCursor": "c1"}}}
        }

    api.answers["/graphql/"] = graphql
    assert ask(sender) == 2
    assert sorted(Order.objects.filter(source=sender.source).values_list("external_id", flat=True)) == [
        "first",
        "second",
    ]
    assert Order.objects.filter(source=sender.source, state="paid", net=4200).count() == 2
    assert [one["after"] for one in seen] == [None, "c1"]


def test_what_has_just_changed_is_not_called_missed(connect: Any, api: FakeApi) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    api.answers["/wp-json/wc/v3/orders"] = [fixture("woocommerce_order", date_modified_gmt=now().isoformat()[:19])]
    ask(sender)
    assert InboundMessage.objects.count() == 0


def test_an_order_that_cannot_be_read_is_kept_once_and_does_not_stop_the_others(connect: Any, api: FakeApi) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    api.answers["/wp-json/wc/v3/orders"] = [
        fixture("woocommerce_order", currency="euros"),
        fixture("woocommerce_order", id=5),
    ]
    for _run in range(2):
        ask(sender)
    told = InboundMessage.objects.order_by("id").values_list("external_id", "verdict", "problem")
    assert list(told) == [("727", "failed", "currency"), ("5", "recorded", "")]


def test_a_shop_without_a_token_or_paused_is_not_asked(connect: Any, api: FakeApi) -> None:
    sender = connect("woocommerce", base_url=api.url)
    assert not asking.can_be_asked(sender.shop) and ask(sender) == 0
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    Shop.objects.filter(pk=sender.id).update(state="paused")
    assert ask(sender) == 0 and api.asked == []
