"""Random stories of earning, ordering, spending, refunding, undoing and expiring: after each step the books balance."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from loyalty import actions, queries, rules
from loyalty.actions import ledger
from loyalty.canonical import OrderLineData, PaymentState, RefundData, RefundLineData
from tests.loyalty.conftest import AT, make_order, record


class Story(RuleBasedStateMachine):
    """Two members, a few orders, one clock that only moves forward."""

    @initialize()
    def begin(self) -> None:
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.at = AT
        self.spent: list[int] = []
        self.orders: dict[str, dict[str, Any]] = {}
        self.count = 0
        self.members = [get_user_model().objects.create_user(f"story{i}").pk for i in range(2)]

    def next(self) -> int:
        self.count += 1
        return self.count

    @rule(who=st.integers(0, 1), amount=st.integers(1, 300), pending=st.sampled_from([0, 0, 14]))
    def grant(self, who: int, amount: int, pending: int) -> None:
        with transaction.atomic():
            actions.grant_points(
                cause=f"story:{self.next()}", member_id=self.members[who], amount=amount, reason="goodwill",
                origin="goodwill", by=None, at=self.at, pending_days=pending,
            )  # fmt: skip

    @rule(who=st.integers(0, 1), nets=st.lists(st.integers(0, 9000), min_size=1, max_size=3))
    def order(self, who: int, nets: list[int]) -> None:
        number = str(self.next())
        lines = tuple(OrderLineData(external_id=str(i), quantity=2, net=net) for i, net in enumerate(nets))
        self.orders[number] = {"member_id": self.members[who], "lines": lines, "paid_at": self.at, "placed_at": self.at}
        self.tell(number)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), state=st.sampled_from([PaymentState.PAID, PaymentState.CANCELLED, PaymentState.REFUNDED]))
    def change(self, data: st.DataObject, state: PaymentState) -> None:
        number = data.draw(st.sampled_from(sorted(self.orders)))
        self.orders[number]["state"] = state
        self.tell(number)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), quantity=st.integers(1, 2))
    def refund(self, data: st.DataObject, quantity: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.orders)))
        order = self.orders[number]
        line = data.draw(st.sampled_from(order["lines"]))
        part = RefundLineData(line=line.external_id, quantity=quantity, amount=line.net * quantity // 2)
        told = RefundData(external_id=str(self.next()), occurred_at=self.at, amount=part.amount, lines=(part,))
        order["refunds"] = (*order.get("refunds", ()), told)
        self.tell(number)

    def tell(self, number: str) -> None:
        for _time in range(2):  # everything is told twice
            record(
                make_order(number, revision=f"{self.count:06}", member_external_id="", **self.orders[number]),
                at=self.at,
            )
        self.next()

    @rule(who=st.integers(0, 1), amount=st.integers(1, 400))
    def spend(self, who: int, amount: int) -> None:
        available = queries.balance(member_id=self.members[who], at=self.at).available
        try:
            with transaction.atomic():
                posted = ledger.spend(
                    key=rules.cause_key("story", self.next()), member_id=self.members[who], amount=amount, reason="reward",
                    source_type="reward", source_id=1, by=None, at=self.at, facts={},
                )  # fmt: skip
        except actions.InsufficientPoints:
            assert amount > available
        else:
            assert amount <= available
            self.spent.append(posted.txn_id)

    @precondition(lambda self: self.spent)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        with transaction.atomic():
            actions.reverse_txn(txn_id=data.draw(st.sampled_from(self.spent)), reason="test", by=None, at=self.at)

    @rule(days=st.sampled_from([1, 15, 200]))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)
        with transaction.atomic():
            actions.expire_lots(at=self.at)

    @invariant()
    def books_balance(self) -> None:
        if hasattr(self, "outer"):
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            proof = queries.check_books()
            assert proof.clean, proof.findings

    @invariant()
    def orders_hold_what_a_fresh_evaluation_gives(self) -> None:
        for number, order in getattr(self, "orders", {}).items():
            card = queries.find_order(source="shop", external_id=number)
            assert card
            kept = order.get("state", PaymentState.PAID) == PaymentState.PAID
            back = [
                rules.RefundFacts(told.amount, tuple((int(p.line), p.quantity, p.amount) for p in told.lines))
                for told in order.get("refunds", ())
            ]
            facts = [rules.LineFacts(i, line.quantity, line.net) for i, line in enumerate(order["lines"])]
            assert card.points == (sum(rules.remaining(facts, back)) // 100 if kept else 0)

    def teardown(self) -> None:
        if hasattr(self, "outer"):
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)


class TestStories(TestCase):
    def test_any_story_keeps_the_books(self) -> None:
        run_state_machine_as_test(
            Story,
            settings=settings(
                max_examples=25,
                stateful_step_count=20,
                derandomize=True,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
