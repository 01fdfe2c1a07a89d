"""Members, orders and threads for the ledger's tests."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from loyalty import actions, queries
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState
from loyalty.models import EarningRule

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def new_member(db: None) -> Callable[..., int]:
    count = iter(range(1, 10_000))

    def make(name: str = "") -> int:
        username = name or f"friend{next(count)}"
        return int(get_user_model().objects.create_user(username, f"{username}@example.com", "a long password").pk)

    return make


@pytest.fixture
def member(new_member: Callable[..., int]) -> int:
    return new_member("mei")


@pytest.fixture(autouse=True)
def _books_balance_at_the_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test of this folder that used the database leaves balanced books, unless it says that it spoils them."""
    yield
    if "spoils_books" in request.fixturenames or not {"db", "transactional_db"} & set(request.fixturenames):
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    proof = queries.check_books()
    assert proof.clean, proof.findings


@pytest.fixture
def spoils_books() -> None:
    """For tests that corrupt the ledger on purpose."""


def make_order(number: str = "1001", **changes: Any) -> CanonicalOrder:
    order = CanonicalOrder(
        source="shop",
        external_id=number,
        revision="1",
        occurred_at=AT,
        state=PaymentState.PAID,
        currency="EUR",
        placed_at=AT,
        paid_at=AT,
        lines=(OrderLineData(external_id="l1", quantity=2, net=4200, product="Green tea"),),
        member_external_id="c-9",
    )
    return replace(order, **changes)


def record(order: CanonicalOrder, at: datetime = AT) -> actions.RecordedOrder:
    with transaction.atomic():
        return actions.record_order(order=order, by=None, at=at)


def points_of(member_id: int, at: datetime = AT + timedelta(days=20)) -> int:
    return queries.balance(member_id=member_id, at=at).available


def at_once(code: str = "purchase", **changes: Any) -> None:
    """Make what a rule pays available at once."""
    with transaction.atomic():
        actions.publish_rule(code=code, changes={"pending_days": 0} | changes, by=None, at=AT - timedelta(days=400))


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run work(i) in `count` real threads that start together, each with its own connection. Exceptions are answers."""
    barrier = threading.Barrier(count)
    answers: list[Any] = [None] * count

    def run(i: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(20)
            answers[i] = work(i)
        except Exception as error:
            answers[i] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return answers


@pytest.fixture
def purchase_rule(db: None) -> EarningRule:
    return EarningRule.objects.get(code="purchase", replaced_at__isnull=True)
