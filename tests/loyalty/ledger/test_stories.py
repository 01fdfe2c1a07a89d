"""Random stories of everything that moves points, in any order: after each step the books balance, what is reserved is
what the story holds, and orders hold what a fresh evaluation gives. More of them, and other ones each time, with STORY_EXAMPLES=1000."""

import os
from datetime import timedelta
from fractions import Fraction
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
from loyalty.models import Currency, Hold
from tests.loyalty.conftest import AT, make_order, record

EXAMPLES = int(os.environ.get("STORY_EXAMPLES", "0"))


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
        self.boss = get_user_model().objects.create_user("boss").pk
        self.holds: dict[int, tuple[int, str]] = {}
        self.granted: list[int] = []
        Currency.objects.filter(code="points").update(transferable=True, transfer_trust=0, transfer_daily=10**9)

    def next(self) -> int:
        self.count += 1
        return self.count

    @rule(who=st.integers(0, 1), amount=st.integers(1, 300), pending=st.sampled_from([0, 0, 14]))
    def grant(self, who: int, amount: int, pending: int) -> None:
        with transaction.atomic():
            posted = actions.grant_points(
                cause=f"story:{self.next()}", member_id=self.members[who], amount=amount, reason="goodwill",
                origin="goodwill", by=None, at=self.at, pending_days=pending,
            )  # fmt: skip
        self.granted.append(posted.txn_id)

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

    @rule(who=st.integers(0, 1), amount=st.integers(1, 400), minutes=st.sampled_from([15, 60 * 24 * 40]))
    def hold(self, who: int, amount: int, minutes: int) -> None:
        before = queries.balance(member_id=self.members[who], at=self.at)
        key, until = rules.cause_key("story", self.next()), self.at + timedelta(minutes=minutes)
        for again in (False, True):
            try:
                with transaction.atomic():
                    held = ledger.hold(
                        key=key, member_id=self.members[who], currency="points", amount=amount, reason="reward",
                        source_type="reward", source_id=1, expires_at=until, facts={}, by=None, at=self.at,
                    )  # fmt: skip
            except actions.InsufficientPoints:
                assert amount > before.available
                return
            assert held.created is not again
            self.holds[held.hold_id] = (amount, "open")
        after = queries.balance(member_id=self.members[who], at=self.at)
        assert (after.available, after.reserved) == (before.available - amount, before.reserved + amount)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), confirm=st.booleans())
    def settle(self, data: st.DataObject, confirm: bool) -> None:
        hold_id = data.draw(st.sampled_from(sorted(self.holds)))
        amount, state = self.holds[hold_id]
        wanted = "confirmed" if confirm else "released"
        try:
            with transaction.atomic():
                if confirm:
                    posted = ledger.confirm_hold(hold_id=hold_id, by=None, at=self.at)
                else:
                    posted = ledger.release_hold(hold_id=hold_id, reason="test", by=None, at=self.at)
        except ledger.HoldClosed as closed:
            assert closed.state == state != wanted
        else:
            assert posted.created is (state == "open") and state in ("open", wanted)
            self.holds[hold_id] = (amount, wanted)

    @precondition(lambda self: any(state == "confirmed" for _amount, state in self.holds.values()))
    @rule(data=st.data())
    def give_back_what_was_confirmed(self, data: st.DataObject) -> None:
        confirmed = sorted(hold for hold, (_amount, state) in self.holds.items() if state == "confirmed")
        txn_id = Hold.objects.get(id=data.draw(st.sampled_from(confirmed))).txn_id
        for again in (False, True):
            with transaction.atomic():
                posted = actions.reverse_txn(txn_id=txn_id, reason="test", by=None, at=self.at)
            assert not (again and posted.created)

    @rule(giver=st.integers(0, 1), amount=st.integers(1, 400))
    def transfer(self, giver: int, amount: int) -> None:
        one, two = self.members[giver], self.members[1 - giver]
        before = [queries.balance(member_id=who, at=self.at).available for who in (one, two)]
        key = rules.cause_key("story", self.next())
        for again in (False, True):
            try:
                with transaction.atomic():
                    sent = ledger.transfer(
                        key=key, from_member_id=one, to_member_id=two, amount=amount, by=one, at=self.at
                    )  # fmt: skip
            except ledger.TransferRefused as refused:
                assert refused.code == "points" and amount > before[0]
                return
            assert sent.created is not again
        after = [queries.balance(member_id=who, at=self.at).available for who in (one, two)]
        assert after == [before[0] - amount, before[1] + amount]

    @rule(
        who=st.integers(0, 1),
        amount=st.integers(-300, 300).filter(bool),
        reason=st.sampled_from(["goodwill", "misuse"]),
    )
    def adjust(self, who: int, amount: int, reason: str) -> None:
        before = queries.balance(member_id=self.members[who], at=self.at)
        try:
            with transaction.atomic():
                done = actions.propose_adjustment(
                    cause=f"story:{self.next()}", member_id=self.members[who], currency="points", amount=amount,
                    reason_code=reason, note="A story", by=self.boss, at=self.at,
                )  # fmt: skip
        except actions.AdjustmentRefused as refused:
            assert refused.code == "points" and -amount > before.available + before.pending and reason != "misuse"
        else:
            assert done.state == "posted" or done.txn_id is None
            if amount > 0 and done.state == "posted":
                assert queries.balance(member_id=self.members[who], at=self.at).available == before.available + amount

    @rule(who=st.integers(0, 1), amount=st.integers(1, 200))
    def convert(self, who: int, amount: int) -> None:
        before = queries.balance(member_id=self.members[who], at=self.at).available
        try:
            with transaction.atomic():
                ledger.convert(
                    key=rules.cause_key("story", self.next()), member_id=self.members[who], from_currency="points",
                    to_currency="credit", amount=amount, rate=Fraction(1, 2), reason="story", by=None, at=self.at,
                )  # fmt: skip
        except actions.InsufficientPoints:
            assert amount > before
        except rules.BadAmount:
            assert amount < 2

    @precondition(lambda self: self.granted)
    @rule(data=st.data())
    def take_a_grant_back(self, data: st.DataObject) -> None:
        with transaction.atomic():
            actions.reverse_txn(txn_id=data.draw(st.sampled_from(self.granted)), reason="fraud", by=None, at=self.at)

    @rule(
        negative=st.sampled_from([("debt", None), ("write_off", None), ("debt_limit", 50)]),
        expiry=st.sampled_from([("months", 12), ("sliding", 6), ("none", None)]),
    )
    def change_the_policies(self, negative: tuple[str, int | None], expiry: tuple[str, int | None]) -> None:
        Currency.objects.filter(code="points").update(
            negative_policy=negative[0], debt_limit=negative[1], expiry_policy=expiry[0], expiry_months=expiry[1]
        )

    @rule(days=st.sampled_from([1, 15, 200]))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)
        with transaction.atomic():
            ledger.release_timed_out(at=self.at)
        for hold in Hold.objects.filter(state="released"):
            self.holds[hold.id] = (hold.amount, "released")
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
    def what_is_held_is_what_the_story_holds(self) -> None:
        if hasattr(self, "holds"):
            reserved = sum(queries.balance(member_id=who, at=self.at).reserved for who in self.members)
            assert reserved == sum(amount for amount, state in self.holds.values() if state == "open")

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
            facts = [rules.Line(i, line.quantity, line.net) for i, line in enumerate(order["lines"])]
            assert card.points == (sum(line.net for line in rules.remaining(facts, back)) // 100 if kept else 0)

    def teardown(self) -> None:
        if hasattr(self, "outer"):
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)


class TestStories(TestCase):
    def test_any_story_keeps_the_books(self) -> None:
        run_state_machine_as_test(
            Story,
            settings=settings(
                max_examples=EXAMPLES or 6,
                stateful_step_count=20,
                derandomize=not EXAMPLES,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
