"""Any multiset and any order of a shop's messages, with duplicates, gives the same orders and points.

More of them, and other ones each time, with STORY_EXAMPLES=200.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from integrations.shops.models import InboundMessage, Shop
from loyalty import queries as loyalty
from loyalty.models import Order, RefundLine
from tests.integrations.shops.conftest import Sender, fixture

pytestmark = pytest.mark.django_db

Story = list[tuple[str, Any]]

EXAMPLES = int(os.environ.get("STORY_EXAMPLES", "0"))
ORDERS = settings(
    max_examples=EXAMPLES or 4,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def shopify() -> Story:
    """Placed, paid, a unit given back, the rest by money, cancelled; refunds tell themselves too."""
    order, refund = fixture("shopify_order"), fixture("shopify_refund")
    money = {**refund, "id": 5, "created_at": "2026-03-06T10:00:00Z", "refund_line_items": []}
    money["transactions"] = [{**refund["transactions"][0], "amount": "10.00"}]
    one = {"updated_at": "2026-03-05T10:10:01Z", "financial_status": "partially_refunded", "refunds": [refund]}
    two = {"updated_at": "2026-03-06T10:00:01Z", "financial_status": "partially_refunded", "refunds": [refund, money]}
    return [
        ("orders/create", {**order, "financial_status": "pending", "updated_at": order["created_at"]}),
        ("orders/paid", order),
        ("refunds/create", refund),
        ("orders/updated", {**order, **one}),
        ("refunds/create", money),
        ("orders/updated", {**order, **two}),
        ("orders/updated", {**order, **two, "note": "same revision, same meaning"}),
    ]


def woocommerce() -> Story:
    """Paid, a refund, the refund deleted again, another one in the same second as a body without it."""
    order = fixture("woocommerce_order")
    return [
        (
            "order.created",
            {**order, "date_paid_gmt": None, "status": "pending", "date_modified_gmt": order["date_created_gmt"]},
        ),
        ("order.updated", order),
        (
            "order.updated",
            {**order, "date_modified_gmt": "2026-03-05T10:10:00", "refunds": [{"id": 755, "total": "-24.99"}]},
        ),
        ("order.updated", {**order, "date_modified_gmt": "2026-03-05T11:00:00"}),
        ("order.updated", {**order, "date_modified_gmt": "2026-03-06T11:00:00"}),
        (
            "order.updated",
            {**order, "date_modified_gmt": "2026-03-06T11:00:00", "refunds": [{"id": 756, "total": "-5.00"}]},
        ),
        ("order.updated", {**order, "id": 728, "customer_id": 0, "currency": "JPY"}),
    ]


def saleor() -> Story:
    """Created, fully paid, one unit given back, the rest by money alone."""
    event = fixture("saleor_order")
    granted = {
        "id": "R1",
        "createdAt": "2026-03-05T10:00:00Z",
        "status": "SUCCESS",
        "amount": {"amount": 24.99, "currency": "EUR"},
    }
    granted["lines"] = [{"id": "x", "quantity": 1, "orderLine": {"id": event["order"]["lines"][0]["id"]}}]

    def told(at: str, **changes: Any) -> dict[str, Any]:
        return {**event, "order": {**event["order"], "updatedAt": at, **changes}}

    back = {"amount": 24.99, "currency": "EUR"}
    return [
        ("order_created", told("2026-03-01T10:00:00Z", paymentStatus="NOT_CHARGED")),
        ("order_fully_paid", event),
        ("order_refunded", told("2026-03-05T10:00:00Z", paymentStatus="PARTIALLY_REFUNDED", grantedRefunds=[granted], totalRefunded=back)),
        ("order_refunded", {"order": {"id": event["order"]["id"], "updatedAt": "2026-03-05T10:00:00Z", "totalRefunded": back, "grantedRefunds": [granted]}}),
        ("order_updated", told("2026-03-06T10:00:00Z", paymentStatus="PARTIALLY_REFUNDED", grantedRefunds=[granted], totalRefunded={"amount": 30.0, "currency": "EUR"})),
    ]  # fmt: skip


def feed() -> Story:
    """The canonical form: revisions, a refund by itself, two bodies under one revision."""
    order = fixture("feed_order")
    refund = {
        "external_id": "r1",
        "occurred_at": "2026-03-04T10:00:00Z",
        "amount": 2100,
        "lines": [{"line": "l1", "quantity": 1, "amount": 2100}],
    }
    later = {
        "revision": "2026-03-05T10:00:00Z",
        "occurred_at": "2026-03-05T10:00:00Z",
        "payment_state": "partly_refunded",
    }
    alone = {"type": "refund.created", "data": {"order_external_id": "1001", "refund": refund}}
    return [
        ("order", order),
        ("refund.created", alone),
        ("order", {**order, **later, "refunds": [refund]}),
        ("order", {**order, **later, "refunds": [refund], "totals": {"net": 4200, "tax": 0}}),
        ("order", {**order, **later}),
    ]


STORIES: dict[str, Callable[[], Story]] = {
    "shopify": shopify, "woocommerce": woocommerce, "saleor": saleor, "feed": feed, "medusa": feed,
}  # fmt: skip


ENDS = {
    "shopify": [("partly_refunded", ["5", "929361465"])],
    "woocommerce": [("partly_refunded", ["756"]), ("paid", [])],
    "saleor": [("partly_refunded", ["R1", "rest"])],
    "feed": [("partly_refunded", ["r1"])],
    "medusa": [("partly_refunded", ["r1"])],
}
"""What the shop itself says in the end: state and refunds of each order."""


def outcome(sender: Sender) -> list[Any]:
    """What loyalty knows of the shop: orders, what is left of each line, and their points."""
    found = []
    for order in Order.objects.filter(source=sender.source).order_by("external_id"):
        back = RefundLine.objects.filter(refund__order=order).order_by("refund__external_id", "line__external_id")
        card = loyalty.find_order(order_id=order.id)
        assert card
        told = order.refunds.order_by("external_id").values_list("external_id", "amount", "spread")
        found.append((
            order.external_id, order.state, order.net, order.refunded, order.revision, order.paid_at, order.tax, card.points,
            list(told), list(back.values_list("line__external_id", "quantity", "amount")),
        ))  # fmt: skip
    return found


def tell(sender: Sender, messages: Story) -> list[Any]:
    """What comes of these messages, in this order; and nothing of it stays."""
    before = transaction.savepoint()
    for number, (topic, body) in enumerate(messages):
        sender.tell(topic, body, f"delivery-{number}")
    assert not InboundMessage.objects.filter(shop_id=sender.id, verdict__in=["failed", "waiting"]).exists()
    found = outcome(sender)
    transaction.savepoint_rollback(before)
    return found


@pytest.mark.parametrize("kind", STORIES)
def test_every_order_of_the_messages_comes_to_the_same(kind: str, connect: Any) -> None:
    sender, story = connect(kind), STORIES[kind]()
    expected = tell(sender, story)
    assert [(row[1], [refund[0] for refund in row[8]]) for row in expected] == ENDS[kind]
    assert all(row[7] > 0 for row in expected if row[6] == 798)

    @given(
        order=st.permutations(range(len(story))),
        again=st.lists(st.sampled_from(range(len(story))), max_size=3),
        at=st.integers(0, 10),
    )
    @example(order=list(reversed(range(len(story)))), again=[0], at=0)
    @ORDERS
    def same(order: list[int], again: list[int], at: int) -> None:
        at = min(at, len(order))
        told = [*order[:at], *again, *order[at:]]
        assert tell(sender, [story[place] for place in told]) == expected

    same()


def test_a_multiset_without_the_last_message_converges_to_what_it_says(connect: Any) -> None:
    """Without the order that names it, a refund that told itself counts; in any order of the two."""
    sender, story = connect("shopify"), shopify()
    told = [story[1], story[2]]
    assert tell(sender, told) == tell(sender, told[::-1]) == tell(sender, [*told, *told[::-1]])
    [(_number, state, *_rest, lines)] = tell(sender, told)
    assert state == "partly_refunded"
    assert [line[1] for line in lines] == [1]


def test_the_workers_take_a_message_that_another_left_behind(connect: Any) -> None:
    sender = connect("feed")
    sender.send("order", fixture("feed_order"))
    from integrations.shops import working

    claimed = working._claim(10)
    assert len(claimed) == 1 and working._claim(10) == []  # the lease holds
    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrations_inboundmessage SET due_at = due_at - interval '3 minutes'")
    assert working.take_in() == 1
    working.work(claimed[0])  # the first worker wakes up after all
    assert Order.objects.filter(source=sender.source).count() == 1
    assert Shop.objects.get(pk=sender.id).refused == 0
