"""Orders through `record_order`: points follow state."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from loyalty import actions, queries
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState, RefundData, RefundLineData
from loyalty.models import Order, OrderRevision, RefundNotice, Txn
from outbox.models import StoredEvent
from tests.loyalty.conftest import AT, at_once, in_threads, make_order, points_of, record

pytestmark = pytest.mark.django_db
THREE = (
    OrderLineData(external_id="a", quantity=1, net=1050),
    OrderLineData(external_id="b", quantity=3, net=3075),
    OrderLineData(external_id="c", quantity=1, net=999),
)


def refund(number: str, *lines: tuple[str, int, int], days: int = 1) -> RefundData:
    parts = tuple(RefundLineData(line=line, quantity=quantity, amount=amount) for line, quantity, amount in lines)
    return RefundData(
        external_id=number, occurred_at=AT + timedelta(days=days), amount=sum(p.amount for p in parts), lines=parts
    )


def test_a_paid_order_earns_pending_points_then_available_ones() -> None:
    answer = record(make_order())
    assert (answer.result, answer.points, answer.credit) == ("created", 42, 42)
    assert answer.member_id
    soon = queries.balance(member_id=answer.member_id, at=AT + timedelta(days=13))
    later = queries.balance(member_id=answer.member_id, at=AT + timedelta(days=14))
    assert (soon.available, soon.pending, soon.pending_until) == (0, 42, AT + timedelta(days=14))
    assert (later.available, later.pending) == (42, 0)


def test_an_order_paid_long_ago_earns_at_once() -> None:
    answer = record(make_order(), at=AT + timedelta(days=15))
    assert points_of(answer.member_id or 0, AT + timedelta(days=15)) == 42


def test_recording_again_changes_nothing() -> None:
    first = record(make_order())
    again = record(make_order())
    assert again.result == "unchanged" and again.points == 0 and again.order_id == first.order_id
    assert Txn.objects.count() == 2


def test_a_pending_order_earns_nothing_until_it_is_paid() -> None:
    answer = record(make_order(state=PaymentState.PENDING, paid_at=None))
    assert answer.points == 0
    assert record(make_order(revision="2")).points == 42


def test_an_older_revision_is_kept_as_evidence_and_ignored() -> None:
    record(make_order(revision="5"))
    answer = record(make_order(revision="4", state=PaymentState.CANCELLED, member_email="mei@example.com"))
    assert answer.result == "ignored" and points_of(answer.member_id or 0) == 42
    evidence = OrderRevision.objects.get()
    assert evidence.revision == "4" and "mei@example.com" not in str(evidence.body)


def test_cancel_then_pay_again_then_cancel() -> None:
    answer = record(make_order())
    who = answer.member_id or 0
    for revision, state, points in [("2", "cancelled", 0), ("3", "paid", 42), ("4", "cancelled", 0), ("5", "paid", 42)]:
        record(make_order(revision=revision, state=PaymentState(state)))
        assert points_of(who) == points


def test_a_partial_refund_takes_what_the_rest_would_not_earn() -> None:
    answer = record(make_order(lines=THREE))
    who = answer.member_id or 0
    assert points_of(who) == 51
    record(
        make_order(
            lines=THREE, revision="2", state=PaymentState.PARTLY_REFUNDED, refunds=(refund("r1", ("b", 1, 1025)),)
        )
    )
    assert points_of(who) == 40
    assert Order.objects.get().state == "partly_refunded"
    record(make_order(lines=THREE, revision="3", state=PaymentState.REFUNDED, refunds=(refund("r1", ("b", 1, 1025)),)))
    assert points_of(who) == 0


def test_a_refund_withdrawn_by_a_newer_order_gives_the_points_back() -> None:
    answer = record(make_order(refunds=(refund("r1", ("l1", 1, 2100)),)))
    assert points_of(answer.member_id or 0) == 21
    record(make_order(revision="2"))
    assert points_of(answer.member_id or 0) == 42


def test_a_refund_that_comes_before_its_order_is_kept() -> None:
    early = RefundData(external_id="r1", occurred_at=AT + timedelta(days=1), amount=4200)
    with transaction.atomic():
        assert actions.record_refund(source="shop", order_external_id="1001", refund=early, by=None, at=AT) is None
    answer = record(make_order())
    assert answer.points == 0 and answer.state == "refunded"
    assert points_of(answer.member_id or 0) == 0


def test_a_refund_by_itself_counts_once_and_until_a_newer_order_denies_it() -> None:
    answer = record(make_order())
    late = RefundData(external_id="r1", occurred_at=AT + timedelta(days=1), amount=2100)
    for _time in range(2):
        with transaction.atomic():
            actions.record_refund(source="shop", order_external_id="1001", refund=late, by=None, at=AT)
    assert points_of(answer.member_id or 0) == 21
    assert RefundNotice.objects.count() == 1
    record(make_order(revision="2", occurred_at=AT + timedelta(days=2)))
    assert points_of(answer.member_id or 0) == 42


def test_points_spent_before_the_refund_become_a_debt_that_the_next_order_repays() -> None:
    at_once()
    who = record(make_order(lines=(OrderLineData(external_id="l1", quantity=1, net=10_000),))).member_id or 0
    from loyalty.models import Reward

    reward = Reward.objects.get(cost=100)
    with transaction.atomic():
        actions.claim_reward(reward_id=reward.id, member_id=who, key="k" * 12, by=who, at=AT)
    record(
        make_order(
            revision="2", state=PaymentState.REFUNDED, lines=(OrderLineData(external_id="l1", quantity=1, net=10_000),)
        )
    )
    owing = queries.balance(member_id=who, at=AT)
    assert (owing.available, owing.owed) == (-100, 100)
    record(make_order("1002", lines=(OrderLineData(external_id="l1", quantity=1, net=13_000),)))
    assert queries.balance(member_id=who, at=AT).available == 30


def test_a_refund_is_judged_by_the_rules_of_the_purchase() -> None:
    answer = record(make_order())
    with transaction.atomic():
        actions.publish_rule(code="purchase", changes={"points": 10}, by=None, at=AT)
    record(make_order(revision="2", refunds=(refund("r1", ("l1", 1, 2100)),)))
    assert points_of(answer.member_id or 0) == 21
    assert record(make_order("1002")).points == 420


def test_the_same_revision_with_another_body_ends_the_same_whichever_comes_first() -> None:
    plain, refunded = make_order(), make_order(refunds=(refund("r1", ("l1", 1, 2100)),))
    for number, pair in enumerate([(plain, refunded), (refunded, plain)]):
        for order in pair:
            answer = record(replace(order, external_id=f"x{number}", member_external_id=f"c{number}"))
        assert points_of(answer.member_id or 0) == 21


def test_an_order_that_changes_hands_takes_its_points_along() -> None:
    first = record(make_order())
    second = record(make_order(revision="2", member_external_id="somebody-else"))
    assert first.member_id != second.member_id
    assert points_of(first.member_id or 0) == 0 and points_of(second.member_id or 0) == 42


def test_a_guests_order_waits_for_whoever_confirms_the_address(member: int) -> None:
    from allauth.account.models import EmailAddress

    answer = record(make_order(member_external_id="", member_email="Mei@Example.com"))
    assert answer.member_id is None and Txn.objects.count() == 0
    assert Order.objects.get().email_hash and "mei" not in Order.objects.get().email_hash
    EmailAddress.objects.create(user_id=member, email="mei@example.com", verified=True, primary=True)
    with transaction.atomic():
        assert actions.claim_waiting_orders(member_id=member, by=None, at=AT) == 1
        assert actions.claim_waiting_orders(member_id=member, by=None, at=AT) == 0
    assert points_of(member) == 42


@pytest.mark.django_db(transaction=True)
def test_the_night_finds_whoever_confirmed_a_guests_address() -> None:
    from allauth.account.models import EmailAddress
    from django.contrib.auth import get_user_model

    from loyalty import nightly

    record(make_order(member_external_id="", member_email="mei@example.com"))
    member = get_user_model().objects.create_user("mei", "mei@example.com", date_joined=AT)
    nightly.run(at=AT + timedelta(days=1))
    assert points_of(member.pk) == 0  # not confirmed yet
    EmailAddress.objects.create(user=member, email="mei@example.com", verified=True, primary=True)
    for _night in range(2):
        nightly.run(at=AT + timedelta(days=2))
    assert points_of(member.pk) == 42


def test_first_paid_is_told_once_in_a_life() -> None:
    record(make_order(state=PaymentState.PENDING))
    record(make_order(revision="2"))
    record(make_order("1002"))
    record(make_order(revision="3", state=PaymentState.CANCELLED))
    record(make_order(revision="4"))
    told = [e.payload["first_paid"] for e in StoredEvent.objects.filter(name="order.recorded").order_by("id")]
    assert told == [False, True, False, False, False]


def test_coupons_named_by_the_order_are_used_once() -> None:
    who = record(make_order()).member_id or 0
    with transaction.atomic():
        card = actions.issue_coupon(cause="campaign:1", member_id=who, percent=10, expires_at=None, by=None, at=AT)
        same = actions.issue_coupon(cause="campaign:1", member_id=who, percent=10, expires_at=None, by=None, at=AT)
    assert card == same and len(card.code) == 17
    for number in ("1002", "1003"):
        record(make_order(number, coupons=(card.shown_code.lower(), "SHOPS-OWN")))
    used = StoredEvent.objects.filter(name="coupon.redeemed")
    assert [event.payload["order_id"] for event in used] == [Order.objects.get(external_id="1002").id]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"member_external_id": ""}, "member_missing"),
        ({"currency": "euro"}, "currency"),
        ({"currency": "XXQ"}, "currency"),
        ({"tax": -1}, "amount"),
        ({"lines": (OrderLineData(external_id="a", quantity=1, net=-5),)}, "amount"),
        ({"lines": (OrderLineData(external_id="a", quantity=1, net=10**18),)}, "amount"),
        ({"lines": (OrderLineData(external_id="a", quantity=1, net=1.5),)}, "amount"),  # type: ignore[arg-type]
        ({"lines": THREE[:1] * 2}, "line_twice"),
        ({"lines": (OrderLineData(external_id="a", quantity=1, net=5, product="\x00"),)}, "nul"),
        ({"external_id": "x" * 200}, "too_long"),
        ({"refunds": (refund("r", ("nowhere", 1, 1)),)}, "unknown_line"),
        ({"refunds": (refund("r"), refund("r"))}, "refund_twice"),
    ],
)
def test_a_bad_order_is_refused_by_name_and_posts_nothing(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(actions.BadOrder) as refused, transaction.atomic():
        actions.record_order(order=replace(make_order(), **changes), by=None, at=AT)
    assert refused.value.code == code
    assert not Order.objects.exists() and not Txn.objects.exists()


def test_events_shuffled_and_repeated_end_the_same() -> None:
    story = [
        make_order(lines=THREE, state=PaymentState.PENDING, revision="1", paid_at=None),
        make_order(lines=THREE, revision="2"),
        make_order(lines=THREE, revision="3", refunds=(refund("r1", ("a", 1, 1050)),)),
        make_order(lines=THREE, revision="4", refunds=(refund("r1", ("a", 1, 1050)), refund("r2", ("b", 2, 2050)))),
    ]
    chance = random.Random(7)
    for number in range(12):
        told = [order for order in story for _ in range(chance.randint(1, 3))]
        chance.shuffle(told)
        for order in told:
            answer = record(replace(order, external_id=str(number), member_external_id=f"c{number}"))
        assert points_of(answer.member_id or 0) == 20  # 51.24 - 10.50 - 20.50 = 20.24


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_tell_the_same_order() -> None:
    orders: list[CanonicalOrder] = [make_order(revision=str(i % 4), lines=THREE) for i in range(20)]

    def tell(i: int) -> actions.RecordedOrder:
        with transaction.atomic(durable=True):
            return actions.record_order(order=orders[i], by=None, at=AT)

    answers = in_threads(20, tell)
    assert all(isinstance(answer, actions.RecordedOrder) for answer in answers), answers
    assert sum(answer.result == "created" for answer in answers) == 1
    assert Order.objects.count() == 1
    assert points_of(answers[0].member_id) == 51
