"""What becomes of a message: refunds of every kind, deletions, contradictions, failures, people who want to be forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from integrations.shops import actions, working
from integrations.shops.models import InboundMessage, Shop
from loyalty import queries as loyalty
from loyalty.models import Order
from members.models import User
from outbox.clock import now
from tests.integrations.shops.conftest import FakeApi, Sender, fixture

pytestmark = pytest.mark.django_db


def points(sender: Sender, external_id: str) -> int:
    card = loyalty.find_order(source=sender.source, external_id=external_id)
    return card.points if card else 0


def test_an_unknown_address_waits_hashed_until_somebody_confirms_it(connect: Any) -> None:
    sender, people = connect("woocommerce"), User.objects.count()
    assert sender.tell("order.created", fixture("woocommerce_order", customer_id=0)).verdict == "recorded"
    order = Order.objects.get(source=sender.source)
    assert (order.member_id, User.objects.count()) == (None, people)
    assert len(order.email_hash) == 64 and "@" not in order.email_hash


def test_a_refund_before_its_order_waits_for_it(connect: Any) -> None:
    sender = connect("shopify")
    first = sender.tell("refunds/create", fixture("shopify_refund"))
    assert (first.verdict, first.problem) == ("recorded", "order_awaited")
    sender.tell("orders/paid", fixture("shopify_order"))
    order = Order.objects.get(source=sender.source)
    assert order.state == "partly_refunded"
    assert sender.tell("refunds/create", fixture("shopify_refund"), "again").verdict == "unchanged"
    assert order.refunds.count() == 1


def test_unit_by_unit_takes_what_all_at_once_takes(connect: Any) -> None:
    left = []
    for steps in ([1, 1], [2]):
        sender = connect("shopify")
        sender.tell("orders/paid", fixture("shopify_order"))
        before = points(sender, "820982911946154508")
        for number, quantity in enumerate(steps):
            refund = fixture("shopify_refund", id=100 + number, created_at=f"2026-03-0{number + 4}T10:00:00Z")
            refund["refund_line_items"][0] |= {
                "quantity": quantity,
                "total_tax_set": None,
                "total_tax": str(quantity * 3.99),
            }
            refund["refund_line_items"][0] |= {"subtotal": f"{quantity * 21}.00", "subtotal_set": None}
            refund["transactions"][0]["amount"] = f"{quantity * 24.99:.2f}"
            sender.tell("refunds/create", refund)
        left.append((before > 0, points(sender, "820982911946154508")))
    assert left[0] == left[1] == (True, 0)


def test_woocommerce_asks_for_the_lines_of_a_refund_and_sees_it_deleted(connect: Any, api: FakeApi) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    api.answers["/wp-json/wc/v3/orders/727/refunds"] = fixture("woocommerce_refunds")
    sender.tell("order.created", fixture("woocommerce_order"))
    full = points(sender, "727")
    later = {"date_modified_gmt": "2026-03-05T10:10:00", "refunds": [{"id": 755, "reason": "", "total": "-24.99"}]}
    sender.tell("order.updated", fixture("woocommerce_order", **later))
    [refund] = Order.objects.get(source=sender.source).refunds.all()
    assert [(line.quantity, line.amount) for line in refund.lines.all()] == [(1, 2100)]
    assert points(sender, "727") == full // 2
    assert api.asked[0][2]["Authorization"] == "Basic Y2tfMTpjc18y"
    sender.tell("order.updated", fixture("woocommerce_order", date_modified_gmt="2026-03-05T11:00:00"))
    assert (points(sender, "727"), Order.objects.get(source=sender.source).state) == (full, "paid")


@pytest.mark.parametrize("deletion_first", [False, True])
def test_a_deleted_order_is_cancelled_and_a_restored_one_is_not(connect: Any, deletion_first: bool) -> None:
    sender = connect("woocommerce")
    told = [("order.created", fixture("woocommerce_order")), ("order.deleted", {"id": 727})]
    for topic, body in reversed(told) if deletion_first else told:
        sender.tell(topic, body)
    assert (Order.objects.get(source=sender.source).state, points(sender, "727")) == ("cancelled", 0)
    back = (now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S")
    sender.tell("order.restored", fixture("woocommerce_order", date_modified_gmt=back))
    assert Order.objects.get(source=sender.source).state == "paid"


def test_two_bodies_under_one_revision_make_us_ask_the_shop(connect: Any, api: FakeApi) -> None:
    sender = connect("shopify", base_url=api.url, token="shpat_1")
    truth = fixture("shopify_order", financial_status="voided", total_discounts_set=None, total_discounts="1.00")
    api.answers["/admin/api/2025-07/orders/820982911946154508.json"] = {"order": truth}
    sender.tell("orders/paid", fixture("shopify_order"))
    second = sender.tell("orders/updated", fixture("shopify_order", total_discounts_set=None, total_discounts="2.00"))
    assert (second.contradicts, Order.objects.get(source=sender.source).state) == (True, "cancelled")
    assert InboundMessage.objects.filter(contradicts=True).count() == 2
    assert api.asked[0][2]["X-Shopify-Access-Token"] == "shpat_1"
    sender.tell("orders/paid", fixture("shopify_order", note="again"), "again")  # what it said last holds
    assert Order.objects.get(source=sender.source).state == "cancelled"


def test_what_fails_is_kept_shown_and_replayed(connect: Any) -> None:
    sender = connect("feed")
    wrong = {
        "external_id": "r",
        "occurred_at": "2026-03-02T10:00:00Z",
        "amount": 1,
        "lines": [{"line": "no", "amount": 1}],
    }
    message = sender.tell("order", fixture("feed_order", refunds=[wrong]))
    assert (message.verdict, message.problem, message.raw_removed_at) == ("failed", "unknown_line", None)
    assert "no" in message.detail and Order.objects.filter(source=sender.source).count() == 0
    with transaction.atomic():
        assert actions.replay(message_id=message.pk, by=None, at=now())
        assert not actions.replay(message_id=message.pk, by=None, at=now())  # it waits already
    assert working.take_in() == 1
    assert InboundMessage.objects.get(pk=message.pk).verdict == "failed"


def test_a_shop_that_is_away_is_asked_again_and_given_up_in_the_end(connect: Any, api: FakeApi) -> None:
    sender = connect("woocommerce", base_url=api.url, token="ck_1:cs_2")
    api.answers["/wp-json/wc/v3/orders/727/refunds"] = (503, {"Retry-After": "120"}, {})
    message = sender.tell("order.updated", fixture("woocommerce_order", refunds=[{"id": 755, "total": "-24.99"}]))
    assert (message.verdict, message.problem, message.attempts) == ("waiting", "status_503", 1)
    assert message.due_at >= message.received_at + timedelta(seconds=115)
    InboundMessage.objects.update(due_at=now(), attempts=7)
    working.take_in()
    message.refresh_from_db()
    assert (message.verdict, message.attempts) == ("failed", 8)
    api.answers["/wp-json/wc/v3/orders/727/refunds"] = fixture("woocommerce_refunds")
    assert sender.send(
        "order.updated", fixture("woocommerce_order", refunds=[{"id": 755, "total": "-24.99"}])
    ).json() == {"kept": False}
    working.take_in()
    message.refresh_from_db()
    assert message.verdict == "recorded"  # what the shop repeats is tried again


def test_an_error_of_ours_loses_nothing(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sender, works = connect("feed"), working.loyalty.record_order

    def breaks(**_: Any) -> Any:
        raise RuntimeError("a slip")

    monkeypatch.setattr(working.loyalty, "record_order", breaks)
    message = sender.tell("order", fixture("feed_order"))
    assert (message.verdict, message.problem) == ("waiting", "unexpected")
    monkeypatch.setattr(working.loyalty, "record_order", works)
    InboundMessage.objects.update(due_at=now())
    working.take_in()
    assert Order.objects.get(source=sender.source).state == "paid"


def test_a_customer_who_is_to_be_forgotten_is_gone_from_the_bodies_at_once(connect: Any) -> None:
    sender = connect("shopify")
    sender.tell("orders/paid", fixture("shopify_order"))
    other = sender.tell("orders/paid", fixture("shopify_order", id=2, customer={"id": 3}))
    wish = sender.tell("customers/redact", fixture("shopify_redact"))
    assert (wish.verdict, wish.problem, bytes(wish.raw)) == ("open", "wants_erasure", b"")
    about = InboundMessage.objects.get(external_id="820982911946154508", topic="orders/paid")
    assert (bytes(about.raw), about.verdict, len(about.raw_hash)) == (b"", "recorded", 64)
    other.refresh_from_db()
    assert bytes(other.raw) != b""
    asked = {"shop_domain": "tea.myshopify.com", "customer": {"id": 3}, "orders_requested": [2]}
    asks = sender.tell("customers/data_request", asked)
    assert (asks.verdict, asks.problem) == ("open", "wants_data")
    with transaction.atomic():
        assert actions.answered(message_id=asks.pk, by=None, at=now())


def test_a_shop_that_is_to_be_forgotten_is_ended_with_everything_it_sent(connect: Any) -> None:
    sender = connect("shopify", token="shpat_1")
    sender.tell("orders/paid", fixture("shopify_order"))
    sender.tell("shop/redact", {"shop_id": 1, "shop_domain": "tea.myshopify.com"})
    assert not InboundMessage.objects.exclude(raw=b"").exists()
    shop = sender.shop
    assert (shop.state, bytes(shop.secret), bytes(shop.token)) == ("ended", b"", b"")


def test_the_wish_to_be_forgotten_stands_in_the_signed_body_not_in_a_header(connect: Any) -> None:
    sender = connect("shopify", token="shpat_1")
    sender.tell("orders/paid", fixture("shopify_order"))
    for body in (fixture("shopify_order", note="again"), {"shop_id": 2, "shop_domain": "rival.myshopify.com"}):
        refused = sender.tell("shop/redact", body)
        assert (refused.verdict, refused.problem) == ("failed", "other_shop")
    assert sender.shop.state == "connected" and bytes(sender.shop.secret)
    assert bytes(InboundMessage.objects.get(topic="orders/paid").raw)


def test_bodies_are_removed_after_thirty_days_and_what_came_of_them_stays(connect: Any) -> None:
    from integrations.shops.tasks import nightly

    sender = connect("feed")
    old = sender.tell("order", fixture("feed_order"))
    new = sender.tell("order", fixture("feed_order", external_id="2"))
    InboundMessage.objects.filter(pk=old.pk).update(received_at=now() - timedelta(days=30, minutes=1))
    nightly()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (bytes(old.raw), old.headers, old.verdict, len(old.raw_hash)) == (b"", {}, "recorded", 64)
    assert bytes(new.raw) != b"" and old.raw_removed_at is not None
    with transaction.atomic():
        assert not actions.replay(message_id=old.pk, by=None, at=now())


def test_a_topic_that_is_not_about_orders_does_nothing(connect: Any) -> None:
    sender, people = connect("shopify"), User.objects.count()
    assert sender.tell("customers/update", {"id": 1, "email": "x@example.com"}).verdict == "no_effect"
    assert (User.objects.count(), Shop.objects.get(pk=sender.id).refused) == (people, 0)
