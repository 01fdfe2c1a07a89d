"""One award with its event in one call: the same promises as every posting, at the price of one statement."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from loyalty import actions, queries
from loyalty.actions import grant_points, ledger
from loyalty.models import Currency, Debt, Lot, Txn
from outbox.models import EventDelivery, StoredEvent
from tests.loyalty.conftest import AT

pytestmark = pytest.mark.django_db


def grant(member: int, cause: str = "a", amount: int = 40, currency: str = "points") -> ledger.Posted:
    return grant_points(
        cause=cause,
        member_id=member,
        amount=amount,
        reason="bench",
        origin="activity",
        by=None,
        at=AT,
        currency=currency,
    )


def earning(member: int, key: uuid.UUID, amount: int = 40) -> ledger.Earning:
    return ledger.Earning(
        key=key, member_id=member, currency="points", amount=amount, reason="x", origin="activity", source_type="x",
        effective_at=AT, available_at=AT, facts={"cause": "x"},
    )  # fmt: skip


def test_an_award_is_one_statement_with_its_event(member: int) -> None:
    grant(member, "first")  # the wallets are made, the currencies are known
    with CaptureQueriesContext(connection) as seen:
        posted = grant(member)
    assert len(seen) == 1
    event = StoredEvent.objects.filter(name="points.posted").latest("id")
    assert event.payload["txn_id"] == posted.txn_id and event.payload["amount"] == 40 and event.occurred_at == AT
    assert not EventDelivery.objects.filter(event=event).exists(), "levels grow by credit alone"


def test_credit_is_heard_by_the_levels(member: int) -> None:
    grant(member, currency="credit")
    event = StoredEvent.objects.filter(name="points.posted").latest("id")
    assert EventDelivery.objects.get(event=event).handler == "loyalty.subscribers.quests.review_level"


def test_again_is_a_replay_and_other_facts_are_a_conflict_after_which_work_goes_on(member: int) -> None:
    first = grant(member)
    assert grant(member) == ledger.Posted(first.txn_id, False)
    with pytest.raises(actions.ConflictingFacts):
        grant(member, amount=41)
    grant(member, "b")
    assert queries.balance(member_id=member, at=AT).available == 80
    assert StoredEvent.objects.filter(name="points.posted").count() == 2


def test_a_currency_that_changed_meanwhile_is_read_again(member: int) -> None:
    grant(member)
    Currency.objects.filter(code="points").update(expiry_policy="months", expiry_months=1, expiry_rounding="month")
    assert Lot.objects.get(txn_id=grant(member, "b").txn_id).expires_at < AT + timedelta(days=62)
    Currency.objects.filter(code="points").update(expiry_policy="none", max_balance=100)
    posted = grant(member, "c", amount=70)
    assert Lot.objects.get(txn_id=posted.txn_id).expires_at is None
    assert queries.balance(member_id=member, at=AT).available == 100, (
        "what is beyond the most that can be kept is let go"
    )
    with transaction.atomic():
        [posted] = ledger.earn(earnings=[earning(member, uuid.uuid4())], by=None, at=AT)
    assert posted.created


def test_debts_are_repaid_first(member: int) -> None:
    first = grant(member)
    ledger.spend(
        key=uuid.uuid4(),
        member_id=member,
        amount=30,
        reason="x",
        source_type="x",
        source_id=1,
        by=None,
        at=AT,
        facts={},
    )
    ledger.reverse_txn(txn_id=first.txn_id, reason="x", by=None, at=AT)
    assert Debt.objects.get().remaining == 30
    grant(member, "b", amount=20)
    assert (Debt.objects.get().remaining, queries.balance(member_id=member, at=AT).available) == (10, -10)
    with transaction.atomic():
        ledger.earn(earnings=[earning(member, uuid.uuid4(), 4), earning(member, uuid.uuid4(), 16)], by=None, at=AT)
    assert (Debt.objects.get().remaining, queries.balance(member_id=member, at=AT).available) == (0, 10)


def test_a_crowd_answers_in_its_order_and_a_key_twice_is_posted_once(
    member: int, new_member: Callable[..., int]
) -> None:
    other, key = new_member("li"), uuid.uuid4()
    rows = [earning(other, uuid.uuid4()), earning(member, key), earning(member, key), earning(member, uuid.uuid4(), 5)]
    posted = ledger.earn(earnings=rows, by=None, at=AT)
    assert [one.created for one in posted] == [True, True, False, True]
    assert posted[1].txn_id == posted[2].txn_id
    assert list(Txn.objects.order_by("id").values_list("key", flat=True)) == [rows[0].key, key, rows[3].key]
    assert queries.balance(member_id=member, at=AT).available == 45
    assert [one.created for one in ledger.earn(earnings=rows, by=None, at=AT)] == [False] * 4


def test_a_conflict_in_a_crowd_posts_nothing_of_it(member: int) -> None:
    key = uuid.uuid4()
    ledger.earn(earnings=[earning(member, key)], by=None, at=AT)
    with pytest.raises(actions.ConflictingFacts):
        ledger.earn(earnings=[earning(member, uuid.uuid4()), earning(member, key, 41)], by=None, at=AT)
    with pytest.raises(actions.ConflictingFacts):
        new = uuid.uuid4()
        ledger.earn(earnings=[earning(member, new), earning(member, new, 41)], by=None, at=AT)
    assert Txn.objects.count() == 1
    assert queries.balance(member_id=member, at=AT).available == 40
