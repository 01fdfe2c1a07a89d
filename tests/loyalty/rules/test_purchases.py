"""Orders by rules: lines, conditions, caps, currencies; and that the ledger follows what remains."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction

from loyalty import actions, queries
from loyalty.actions import ledger
from loyalty.actions.orders.rates import BadRate, read_rates, save_rates, set_programme_currency
from loyalty.canonical import OrderLineData, PaymentState, RefundData, RefundLineData
from loyalty.models import Order, RuleRefusal, RuleUsage, Tier, TierMembership, Txn
from loyalty.queries import replay as stored
from loyalty.rules import replay
from outbox.dispatch import run_pending
from tests.loyalty.conftest import AT, at_once, make_order, points_of, record

pytestmark = pytest.mark.django_db
LINES = (
    OrderLineData(external_id="a", quantity=2, net=1999, category="tea", sku="T-1"),
    OrderLineData(external_id="b", quantity=1, net=333, category="cups", sku="C-1"),
    OrderLineData(external_id="c", quantity=2, net=1251, category="tea", sku="T-2"),
    OrderLineData(external_id="gift", quantity=1, net=5000, category="gift cards", earns=False),
)


def publish(code: str, **changes: Any) -> None:
    fields: dict[str, Any] = {"trigger": "order.paid", "formula": "per_unit", "points": 1, "pending_days": 0}
    with transaction.atomic():
        actions.publish_rule(code=code, changes=fields | changes, by=None, at=AT - timedelta(days=1))


def set_rules() -> None:
    at_once()
    publish("tea", points=2, categories=["Tea"])
    publish("cup", formula="per_item", points=5, skus=["C-1"])
    publish("twice", formula="multiplier", percent=200, categories=["cups"])
    publish("big", formula="fixed", points=30, conditions={"fact": "order.net", "is": "at_least", "value": 5500})


def held() -> dict[tuple[str, str, str], int]:
    """What the ledger holds by order, line, rule and currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line.external_id, rule.code, entry.currency_id, sum(entry.amount) FROM loyalty_txn AS txn "
            "JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0 "
            "JOIN loyalty_orderline AS line ON line.id = txn.source_id AND txn.source_type = 'order_line' "
            "JOIN loyalty_earningrule AS rule ON rule.id = txn.rule_id "
            "GROUP BY line.order_id, 1, 2, 3 HAVING sum(entry.amount) <> 0"
        )
        return {(line, rule, str(currency)): int(amount) for line, rule, currency, amount in cursor.fetchall()}


def test_lines_categories_and_multipliers() -> None:
    set_rules()
    answer = record(make_order(lines=LINES))
    # 35.83 eligible, the cup's 3.33 counts twice; tea 32.50 x 2; the cup 5 x 2; the whole order is worth 85.83.
    assert answer.points == 39 + 65 + 10 + 30 and answer.credit == 35


def test_every_subset_of_units_given_back_leaves_what_a_fresh_order_of_the_rest_earns() -> None:
    set_rules()
    chance = random.Random(7)
    for nth, back in enumerate(chance.sample(list(product(range(3), range(2), range(3), range(2))), 14)):
        parts = [
            RefundLineData(line=line.external_id, quantity=1, amount=0)
            for line, number in zip(LINES, back, strict=True)
            for _ in range(number)
        ]
        chance.shuffle(parts)
        refunds = tuple(
            RefundData(external_id=f"r{i}", occurred_at=AT + timedelta(hours=i), amount=1, lines=(part,))
            for i, part in enumerate(parts)
        )
        number = f"n{nth}"
        before = held()
        who = f"c{nth}"
        record(make_order(number, lines=LINES, member_external_id=who))
        for refund in chance.sample(refunds, len(refunds)):
            with transaction.atomic():
                actions.record_refund(source="shop", order_external_id=number, refund=refund, by=None, at=AT)
        mine = {key: amount - before.get(key, 0) for key, amount in held().items() if amount != before.get(key, 0)}
        del before
        rest = tuple(
            replace(
                line, quantity=line.quantity - gone,
                net=sum(([line.net - line.net // 2, line.net // 2] if line.quantity == 2 else [line.net])[: line.quantity - gone]),
            )
            for line, gone in zip(LINES, back, strict=True)
        )  # fmt: skip
        fresh = record(make_order(f"f{nth}", lines=rest, member_external_id=f"f{nth}"))
        used = points_of(queries.find_order(source="shop", external_id=number).member_id)  # type: ignore[union-attr]
        assert used == fresh.points, (back, mine)


def test_caps_of_orders_keep_their_place_and_follow_what_remains() -> None:
    at_once(points_cap=50)
    answer = record(make_order())
    who = answer.member_id or 0
    assert answer.points == 42
    second = record(make_order("1002"))
    assert second.points == 8 and RuleUsage.objects.get().points == 50
    txn = Txn.objects.filter(facts__order=second.order_id, facts__has_key="cap").first()
    assert txn and txn.facts["cap"] == {"code": "points_cap", "wanted": 42, "granted": 8}
    third = record(make_order("1003"))
    assert (third.points, third.credit) == (0, 0)
    assert RuleRefusal.objects.get().code == "points_cap"
    half = RefundData(
        external_id="r", occurred_at=AT, amount=2100, lines=(RefundLineData(line="l1", quantity=1, amount=2100),)
    )
    with transaction.atomic():
        actions.record_refund(source="shop", order_external_id="1002", refund=half, by=None, at=AT)
    assert points_of(who) == 50  # 21 remain of an order that was granted 8
    record(make_order("1002", revision="2", state=PaymentState.CANCELLED))
    assert points_of(who) == 42
    record(make_order("1002", revision="3"))
    assert points_of(who) == 50


def test_times_of_a_cap_count_orders() -> None:
    at_once(daily_cap=1)
    assert [record(make_order(str(n))).points for n in range(3)] == [42, 0, 0]
    assert record(make_order("0", revision="2", refunds=())).points == 0


def test_a_refund_is_judged_by_the_members_tier_of_the_purchase() -> None:
    at_once()
    low, high = Tier.objects.order_by("rank")[:2]
    Tier.objects.filter(id=high.id).update(multiplier_percent=200)
    who = record(make_order("0", lines=(OrderLineData(external_id="l", quantity=1, net=1),))).member_id or 0
    membership = TierMembership.objects.filter(member_id=who, until__isnull=True).first()
    if membership:
        TierMembership.objects.filter(id=membership.id).update(tier=high)
    else:
        TierMembership.objects.create(member_id=who, tier=high, since=AT)
    assert record(make_order()).points == 84
    TierMembership.objects.filter(member_id=who).update(tier=low)
    half = RefundLineData(line="l1", quantity=1, amount=2100)
    record(make_order(revision="2", refunds=(RefundData(external_id="r", occurred_at=AT, amount=2100, lines=(half,)),)))
    assert points_of(who) == 42


def test_the_first_order_and_our_coupons_are_facts(member: int) -> None:
    publish("first", formula="fixed", points=100, conditions={"fact": "order.first", "is": "is_true"})
    publish("coupon", formula="fixed", points=7, conditions={"fact": "order.coupons", "is": "at_least", "value": 1})
    assert record(make_order()).points == 142
    who = queries.find_order(source="shop", external_id="1001").member_id  # type: ignore[union-attr]
    with transaction.atomic():
        card = actions.issue_coupon(cause="c", member_id=who, percent=10, expires_at=None, by=None, at=AT)
    assert record(make_order("1002", coupons=(card.shown_code,))).points == 49
    assert record(make_order("1003", coupons=("THEIRS",))).points == 42


class TestCurrencies:
    def euro(self) -> None:
        with transaction.atomic():
            set_programme_currency(code="EUR", by=None, at=AT)

    def test_an_order_without_a_rate_waits_and_earns_when_it_comes(self) -> None:
        self.euro()
        answer = record(make_order(currency="USD"))
        assert answer.points == 0 and Order.objects.get().waits
        assert queries.rates.waiting_currencies() == [("USD", 1)]
        with transaction.atomic():
            save_rates(rates=read_rates("2026-03-05,USD,EUR,0.5"), by=None, at=AT)
        run_pending()
        assert points_of(answer.member_id or 0) == 0  # a later day's
        with transaction.atomic():
            save_rates(rates=read_rates("date;from;to;rate\n2026-03-01;usd;eur;0.905"), by=None, at=AT)
        run_pending()
        assert points_of(answer.member_id or 0) == 38  # 42.00 x 0.905 = 38.01
        assert not Order.objects.get().waits
        with transaction.atomic():
            save_rates(rates=read_rates("2026-03-01,USD,EUR,0.1"), by=None, at=AT)
        run_pending()
        half = RefundLineData(line="l1", quantity=1, amount=2100)
        refund = RefundData(external_id="r", occurred_at=AT, amount=2100, lines=(half,))
        record(make_order(currency="USD", revision="2", refunds=(refund,)))
        assert points_of(answer.member_id or 0) == 19  # by the rate of its first award

    def test_a_table_may_stand_the_other_way_round_and_a_week_old(self) -> None:
        self.euro()
        with transaction.atomic():
            save_rates(rates=read_rates("2026-02-24,EUR,USD,1.25"), by=None, at=AT)
        assert record(make_order(currency="USD")).points == 33  # 42 / 1.25 = 33.6
        assert record(make_order("2", currency="USD", paid_at=AT + timedelta(days=1))).points == 0
        assert record(make_order("3")).points == 42

    def test_imported_orders_wait_too(self, new_member: Callable[..., int]) -> None:
        self.euro()
        line = actions.Purchase(external_id="x", customer="c", at=AT, quantity=1, net=1000, content="x")
        for _again in range(2):
            with transaction.atomic():
                actions.import_orders(source="file", currency="USD", purchases=[line], by=None, at=AT)
        order = Order.objects.get()
        assert order.waits and not Txn.objects.exists()
        with transaction.atomic():
            save_rates(rates=read_rates("2026-03-02,USD,EUR,0.9"), by=None, at=AT)
        run_pending()
        assert order.member_id and points_of(order.member_id) == 9

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "columns"),
            ("2026-03-02,USD,EUR", "columns"),
            ("2026-13-02,USD,EUR,1", "day"),
            ("2026-03-02,US,EUR,1", "currency"),
            ("2026-03-02,EUR,eur,1", "same"),
            ("2026-03-02,USD,EUR,0", "rate"),
            ("2026-03-02,USD,EUR,-1", "rate"),
            ("2026-03-02,USD,EUR,NaN", "rate"),
            ("2026-03-02,USD,EUR,1e99", "rate"),
            ("2026-03-02,USD,EUR,0.00000000001", "rate"),
            ("2026-03-02,USD,EUR,one", "rate"),
            ("2026-03-02,USD,EUR,1\n" * 5001, "too_many"),
        ],
    )
    def test_a_bad_table_is_refused_by_its_line(self, text: str, code: str) -> None:
        with pytest.raises(BadRate) as refused:
            read_rates(text)
        assert refused.value.code == code

    def test_a_rate_is_a_decimal(self) -> None:
        assert read_rates("2026-03-02,JPY,EUR,0.0061234567")[0].rate == Decimal("0.0061234567")


def test_a_rule_of_credit_alone_keeps_its_caps() -> None:
    at_once()
    publish("kind", points=0, credit=1, daily_cap=1)
    assert [record(make_order(str(n))).credit for n in range(3)] == [84, 42, 42]
    assert {(one.rule.code, one.code) for one in RuleRefusal.objects.all()} == {("kind", "daily_cap")}
    half = RefundLineData(line="l1", quantity=1, amount=2100)
    refund = RefundData(external_id="r", occurred_at=AT, amount=2100, lines=(half,))
    for number in range(2):
        with transaction.atomic():
            actions.record_refund(source="shop", order_external_id=str(number), refund=refund, by=None, at=AT)
    kept = {(line, rule): amount for (line, rule, _currency), amount in held().items() if rule == "kind"}
    assert kept == {("l1", "kind"): 21}
    found = list(
        replay.replay_published(
            stored.cases(since=AT, until=AT + timedelta(days=1)), stored.versions(), zone=ledger.zone()
        )
    )
    assert sum(one.credit for one in found if one.rule.code == "kind") == 21


class TestImported:
    """What came from a file follows what remains of it, by the rules of its import."""

    def load(self, number: str = "x", currency: str = "EUR") -> int:
        line = actions.Purchase(
            external_id=number, customer="c", at=AT - timedelta(days=900), quantity=2, net=4200, content=number
        )
        with transaction.atomic():
            actions.import_orders(source="file", currency=currency, purchases=[line], by=None, at=AT)
        return Order.objects.get(external_id=number).member_id or 0

    def refund(self, number: str = "x") -> None:
        half = RefundLineData(line="1", quantity=1, amount=2100)
        refund = RefundData(external_id="r", occurred_at=AT, amount=2100, lines=(half,))
        with transaction.atomic():
            actions.record_refund(source="file", order_external_id=number, refund=refund, by=None, at=AT)

    def test_a_refund_leaves_what_time_boxed_rules_give_for_the_rest(self) -> None:
        at_once(starts_at=AT - timedelta(days=30), ends_at=AT + timedelta(days=1))
        who = self.load()
        assert points_of(who) == 42
        at_once(points=7)
        self.refund()
        assert points_of(who) == 21

    def test_what_no_rule_paid_for_is_not_paid_by_later_ones(self) -> None:
        at_once(active=False)
        publish("capped", daily_cap=5)
        who = self.load()
        assert points_of(who) == 0
        at_once(active=True)
        self.refund()
        assert points_of(who) == 0

    def test_what_waited_for_a_rate_is_paid_by_the_rules_of_its_import(self) -> None:
        at_once(starts_at=AT - timedelta(days=30))
        publish("capped", daily_cap=5, points=3)
        with transaction.atomic():
            set_programme_currency(code="EUR", by=None, at=AT)
        who = self.load(currency="USD")
        at_once(points=7)
        with transaction.atomic():
            save_rates(rates=read_rates(f"{(AT - timedelta(days=900)).date()},USD,EUR,0.5"), by=None, at=AT)
        run_pending()
        assert points_of(who) == 21
        self.refund()
        assert points_of(who) == 10
