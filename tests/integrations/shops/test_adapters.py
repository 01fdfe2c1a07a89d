"""From each shop's words to the canonical order: exact amounts, what earns, what a refund was."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.shops.adapters import understand
from integrations.shops.adapters.shapes import Ask, BadMessage, Nothing, Refunded, Whole, decimal, minor
from loyalty.canonical import CanonicalOrder
from tests.integrations.shops.conftest import fixture


def read(kind: str, topic: str, body: Any, **more: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return understand(kind, topic, raw, source="tea", currency="EUR", **more)


def order(kind: str, topic: str, body: Any, **more: Any) -> CanonicalOrder:
    said = read(kind, topic, body, **more)
    assert isinstance(said, Whole), said
    return said.order


@pytest.mark.parametrize(
    ("text", "currency", "units"),
    [
        ("42.00", "EUR", 4200), ("4200", "JPY", 4200), ("4200.00", "JPY", 4200), ("1.234", "KWD", 1234), ("0.1", "BHD", 100),
        ("0.005", "EUR", 1), ("0.004", "EUR", 0), ("19.99", "USD", 1999), ("100000000000.10", "EUR", 10000000000010), (7, "EUR", 700),
    ],
)  # fmt: skip
def test_amounts_are_minor_units_of_iso_4217(text: object, currency: str, units: int) -> None:
    assert minor(text, currency, "x") == units


@pytest.mark.parametrize(
    "value",
    ["", "x", "1,5", "1_000", "٣", "NaN", "Infinity", "1e5", " 1", True, None, 1.5, "-1", "9" * 17, Decimal("1e40")],
)
def test_what_is_no_amount_is_refused_by_name(value: object) -> None:
    with pytest.raises(BadMessage):
        minor(value, "EUR", "x")


@given(st.integers(0, 10**14))
@settings(max_examples=200)
def test_no_cent_is_lost(units: int) -> None:
    assert minor(str(Decimal(units) / 100), "EUR", "x") == units
    assert minor(json.loads(f"[{Decimal(units) / 1000:f}]", parse_float=Decimal)[0], "KWD", "x") == units
    assert decimal(f"{Decimal(units) / 100:.2f}", "x") * 100 == units


def test_shopify_lines_are_net_of_discounts_and_gift_cards_do_not_earn() -> None:
    got = order("shopify", "orders/paid", fixture("shopify_order"))
    assert [(line.net, line.tax, line.quantity, line.earns) for line in got.lines] == [
        (4200, 798, 2, True),
        (5000, 0, 1, False),
    ]
    assert (got.external_id, got.member_external_id, got.member_email) == (
        "820982911946154508",
        "115310627314723954",
        "ada@example.com",
    )
    assert (got.revision, got.shipping, got.discount, got.coupons) == (
        "2026-03-01T10:00:05.000000Z",
        490,
        300,
        ("WELCOME",),
    )


def test_shopifys_own_money_counts_and_prices_with_tax_lose_it() -> None:
    body = fixture("shopify_order", presentment_currency="USD", taxes_included=True)
    body["line_items"][0]["price"] = "99.99"  # the customer's money
    assert [line.net for line in order("shopify", "orders/paid", body).lines] == [4200 - 798, 5000]


def test_shopify_in_yen_and_dinar() -> None:
    for currency, price, net in (("JPY", "1250", 2500), ("KWD", "1.250", 2500)):
        line = {"id": 1, "quantity": 2, "price": price, "discount_allocations": [], "gift_card": False}
        body = fixture("shopify_order", currency=currency, line_items=[line], total_tax="0", discount_codes=[])
        for field in (
            "total_tax_set",
            "total_discounts_set",
            "total_shipping_price_set",
            "subtotal_price_set",
            "subtotal_price",
        ):
            body.pop(field, None)
        assert [one.net for one in order("shopify", "orders/paid", {**body, "total_discounts": "0"}).lines] == [net]


def test_a_shopify_refund_is_the_sum_of_its_transactions() -> None:
    said = read("shopify", "refunds/create", fixture("shopify_refund"))
    assert isinstance(said, Refunded)
    [refund] = said.refunds
    assert (said.order_external_id, refund.external_id) == ("820982911946154508", "929361465")
    assert [(line.line, line.quantity) for line in refund.lines] == [("866550311766439020", 1)]
    money = {"refund_line_items": [], "transactions": [
        {"kind": "refund", "amount": "10.10", "currency": "EUR"}, {"kind": "refund", "amount": "0.05", "currency": "EUR"},
        {"kind": "refund", "amount": "5.00", "currency": "EUR", "status": "failure"}, {"kind": "sale", "amount": "99.00"},
    ]}  # fmt: skip
    assert read("shopify", "refunds/create", fixture("shopify_refund", **money)).refunds[0].amount == 1015
    foreign = {"refund_line_items": [], "transactions": [{"kind": "refund", "amount": "10.10", "currency": "USD"}]}
    assert isinstance(read("shopify", "refunds/create", fixture("shopify_refund", **foreign)), Ask)


def test_a_refund_of_less_than_the_goods_takes_less_and_none_takes_nothing() -> None:
    refund = fixture("shopify_refund")
    for money, taken in (("24.99", 2100), ("12.50", 1050), ("0.00", 0), ("29.89", 2100)):
        refund["transactions"][0]["amount"] = money
        [got] = order("shopify", "orders/updated", fixture("shopify_order", refunds=[refund])).refunds
        assert got.amount == taken == sum(line.amount for line in got.lines)


def test_shipping_given_back_takes_no_points_and_money_alone_takes_its_part_without_tax() -> None:
    refund = fixture("shopify_refund", refund_line_items=[])
    refund["transactions"][0]["amount"] = "4.90"
    refund["order_adjustments"] = [{"id": 1, "kind": "shipping_refund", "amount": "-4.90", "tax_amount": "0.00"}]
    assert order("shopify", "orders/updated", fixture("shopify_order", refunds=[refund])).refunds[0].amount == 0
    plain = fixture("shopify_refund", refund_line_items=[])
    plain["transactions"][0]["amount"] = "99.98"  # all of the goods with their tax
    assert order("shopify", "orders/updated", fixture("shopify_order", refunds=[plain])).refunds[0].amount == 9200


def test_nobody_and_tests_earn_nothing() -> None:
    nobody = fixture("shopify_order", email=None, contact_email="", customer=None)
    assert read("shopify", "orders/paid", nobody) == Nothing("nobody")
    assert read("shopify", "orders/paid", fixture("shopify_order", test=True)) == Nothing("test_order")
    assert read("woocommerce", "order.created", fixture("woocommerce_order", status="checkout-draft")) == Nothing(
        "draft"
    )
    guest = order("woocommerce", "order.created", fixture("woocommerce_order", customer_id=0))
    assert (guest.member_external_id, guest.member_email) == ("", "ada@example.com")


def test_woocommerce_refunds_by_line_unit_and_money() -> None:
    body, [refund] = (
        fixture("woocommerce_order", refunds=[{"id": 755, "total": "-24.99"}]),
        fixture("woocommerce_refunds"),
    )
    [by_line] = order("woocommerce", "order.updated", body, refunds=[refund]).refunds
    assert [(line.line, line.quantity, line.amount) for line in by_line.lines] == [("315", 1, 2100)]
    [by_money] = order("woocommerce", "order.updated", body).refunds
    assert (by_money.amount, by_money.lines) == (2100, ())
    refund["line_items"][0]["quantity"] = 0  # money on a line
    [on_line] = order("woocommerce", "order.updated", body, refunds=[refund]).refunds
    assert [(line.quantity, line.amount) for line in on_line.lines] == [(0, 2100)]
    assert order("woocommerce", "order.updated", body).state == "partly_refunded"


def test_woocommerce_is_paid_when_it_has_a_day_of_payment() -> None:
    for changes, state in (
        ({}, "paid"), ({"date_paid_gmt": None}, "pending"), ({"status": "refunded"}, "refunded"), ({"status": "cancelled"}, "cancelled"),
    ):  # fmt: skip
        assert order("woocommerce", "order.updated", fixture("woocommerce_order", **changes)).state == state


def test_saleors_numbers_are_read_exactly_and_gifts_do_not_earn() -> None:
    got = order("saleor", "order_fully_paid", fixture("saleor_order"))
    assert [(line.net, line.tax, line.earns, line.category) for line in got.lines] == [
        (4200, 798, True, "tea"),
        (0, 0, False, ""),
    ]
    assert (got.external_id, got.shipping, got.tax, got.revision) == (
        "T3JkZXI6MTAwMQ==",
        490,
        898,
        "2026-03-01T10:00:05.123456Z",
    )
    raw = json.dumps(fixture("saleor_order")).replace("42.0}", "41.999999999999999999999}").encode()
    assert order("saleor", "order_fully_paid", raw).lines[0].net == 4200


def test_a_short_saleor_message_is_its_refunds_or_a_question() -> None:
    granted = {
        "id": "R1",
        "createdAt": "2026-03-05T10:00:00Z",
        "status": "SUCCESS",
        "amount": {"amount": 21, "currency": "EUR"},
        "lines": [],
    }
    short = {
        "order": {
            "id": "O1",
            "updatedAt": "2026-03-05T10:00:00Z",
            "totalRefunded": {"amount": 21.0, "currency": "EUR"},
            "grantedRefunds": [granted],
        }
    }
    said = read("saleor", "order_refunded", short)
    assert isinstance(said, Refunded) and said.refunds[0].amount == 2100
    short["order"]["totalRefunded"]["amount"] = 25  # type: ignore[index]
    assert isinstance(read("saleor", "order_refunded", short), Ask)


def test_a_total_that_differs_goes_to_the_largest_line_and_is_noted() -> None:
    body = fixture("shopify_order", subtotal_price="90.00", subtotal_price_set=None)
    said = read("shopify", "orders/paid", body)
    assert ([line.net for line in said.order.lines], len(said.notes)) == ([4200, 4800], 1)
    cent = fixture("shopify_order", subtotal_price="92.01", subtotal_price_set=None)
    assert read("shopify", "orders/paid", cent).notes == ()


BAD = [
    ("shopify", "orders/paid", b"[]", "not_an_object"),
    ("shopify", "orders/paid", b"\xff", "malformed_json"),
    ("shopify", "orders/paid", b"[" * 100_000, "malformed_json"),
    ("shopify", "orders/paid", b'{"id":1,"id":2}', "malformed_json"),
    ("shopify", "orders/paid", b'{"email":"a\\u0000@b.c"}', "unclean_text"),
    ("shopify", "orders/paid", b'{"id":NaN}', "malformed_json"),
    ("shopify", "orders/paid", {"currency": "euro"}, "currency"),
    ("shopify", "orders/paid", {"financial_status": "dreamt"}, "state"),
    ("shopify", "orders/paid", {"updated_at": "yesterday"}, "not_a_time"),
    ("shopify", "orders/paid", {"line_items": {"a": 1}}, "shape"),
    ("shopify", "orders/paid", {"id": None}, "missing"),
    ("shopify", "orders/paid", {"line_items": [{"id": 1, "quantity": 1.5, "price": "1"}]}, "not_a_count"),
    ("shopify", "orders/paid", {"line_items": [{"id": 1, "quantity": 1, "price": "-5"}]}, "amount"),
    ("shopify", "orders/paid", {"line_items": [{"id": 1, "quantity": 1}]}, "not_an_amount"),
    ("feed", "order", {"payment_state": "dreamt"}, "wrong_value"),
    ("feed", "order", {"totals": {"net": 42.5}}, "wrong_type"),
    ("feed", "order", {"source": "another"}, "other_source"),
]


@pytest.mark.parametrize(("kind", "topic", "body", "code"), BAD)
def test_bad_bodies_have_names(kind: str, topic: str, body: Any, code: str) -> None:
    if isinstance(body, dict):
        body = fixture({"shopify": "shopify_order", "feed": "feed_order"}[kind], **body)
    with pytest.raises(BadMessage) as error:
        read(kind, topic, body)
    assert error.value.code == code


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.sampled_from(["1.00", "EUR", "paid", "2026-03-01T10:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "amount", "lines", "net", "quantity", "code", "shop_money", "x"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
_FIXTURES = [
    ("shopify", "orders/paid", "shopify_order"), ("shopify", "refunds/create", "shopify_refund"), ("shopify", "customers/redact", "shopify_redact"),
    ("woocommerce", "order.updated", "woocommerce_order"), ("saleor", "order_paid", "saleor_order"), ("feed", "order", "feed_order"),
]  # fmt: skip


@given(which=st.sampled_from(_FIXTURES), data=st.data())
@settings(max_examples=400, deadline=None)
def test_whatever_stands_in_a_field_it_is_read_or_refused_by_name(
    which: tuple[str, str, str], data: st.DataObject
) -> None:
    kind, topic, name = which
    body = fixture(name)
    inner = body["order"] if kind == "saleor" else body
    inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(_values)
    try:
        read(kind, topic, body)
    except BadMessage as bad:
        assert bad.code and bad.message
