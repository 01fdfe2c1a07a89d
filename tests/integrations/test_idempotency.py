"""A request with an Idempotency-Key takes effect once, with real commits and real threads."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from integrations import actions, orders
from integrations.models import IdempotencyRecord
from loyalty.models import Order, Txn
from members.models import User
from outbox.clock import now
from tests.integrations.conftest import Shop, an_order


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act` in as many threads, let go at one moment."""
    gate = threading.Barrier(count)

    def run(number: int) -> Any:
        try:
            gate.wait(10)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db
def test_the_second_answer_is_the_first_one(shop: Shop) -> None:
    order = an_order()
    first = shop.post("/orders", order, Idempotency_Key="k1")
    second = shop.post("/orders", order, Idempotency_Key="k1")
    assert (first.status_code, first.headers.get("Idempotency-Replayed")) == (201, None)
    assert (second.status_code, second.headers.get("Idempotency-Replayed")) == (201, "true")
    assert first.content == second.content


@pytest.mark.django_db
def test_another_body_or_address_under_the_same_key_is_refused(shop: Shop) -> None:
    shop.post("/orders", an_order(), Idempotency_Key="k1")
    for response in (
        shop.post("/orders", an_order(), Idempotency_Key="k1"),
        shop.post("/orders:batch", {"orders": [an_order()]}, Idempotency_Key="k1"),
    ):
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_two_shops_do_not_meet(shop: Shop, new_shop: Any) -> None:
    assert shop.post("/orders", an_order(), Idempotency_Key="k1").status_code == 201
    assert new_shop().post("/orders", an_order(), Idempotency_Key="k1").status_code == 201
    assert Order.objects.count() == 2


@pytest.mark.django_db
def test_a_refused_request_may_be_mended_under_the_same_key(shop: Shop) -> None:
    order = an_order()
    assert shop.post("/orders", {**order, "totals": {"net": -1}}, Idempotency_Key="k1").status_code == 422
    impossible = {
        **order,
        "lines": [{"external_id": "a", "amount_net": 10}, {"external_id": "b", "amount_net": 900}],
        "totals": {"net": 1},
    }
    assert shop.post("/orders", impossible, Idempotency_Key="k1").status_code == 422
    assert not IdempotencyRecord.objects.exists()
    assert shop.post("/orders", order, Idempotency_Key="k1").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "é"])
def test_a_key_that_cannot_be_one(shop: Shop, key: str) -> None:
    response = shop.post("/orders", an_order(), Idempotency_Key=key)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_invalid")
    assert Order.objects.count() == 0


@pytest.mark.django_db
def test_answers_are_forgotten_after_thirty_days(shop: Shop) -> None:
    shop.post("/orders", an_order(), Idempotency_Key="k1")
    with transaction.atomic():
        assert actions.forget_old(at=now() + timedelta(days=29)) == 0
        assert actions.forget_old(at=now() + timedelta(days=31)) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_effect(new_shop: Any) -> None:
    shop, order = new_shop(), an_order()
    answers = at_once(20, lambda _: Shop(shop.token).post("/orders", order, Idempotency_Key="same"))
    codes = Counter((answer.status_code, answer.headers.get("Idempotency-Replayed")) for answer in answers)
    assert codes[201, None] == 1, codes
    assert set(codes) <= {(201, None), (201, "true"), (409, None)}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert (Order.objects.count(), User.objects.count(), IdempotencyRecord.objects.count()) == (1, 1, 1)
    assert Txn.objects.filter(origin="purchase").count() == 2  # points and tier credit, once


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_without_a_key_have_one_effect_too(new_shop: Any) -> None:
    shop, order = new_shop(), an_order()
    answers = at_once(20, lambda _: Shop(shop.token).post("/orders", order))
    results = Counter(answer.json().get("result", answer.status_code) for answer in answers)
    assert results == {"created": 1, "unchanged": 19}
    assert (Order.objects.count(), User.objects.count()) == (1, 1)
    assert Txn.objects.filter(origin="purchase").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_waits_too_long_is_told_to_come_back(new_shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, order = new_shop(), an_order()
    inside, finish = threading.Event(), threading.Event()
    record = orders.record

    def slow(*args: Any, **kwargs: Any) -> Any:
        inside.set()
        finish.wait(15)
        return record(*args, **kwargs)

    monkeypatch.setattr(orders, "record", slow)

    def first() -> Any:
        try:
            return Shop(shop.token).post("/orders", order, Idempotency_Key="slow")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert inside.wait(10)
        twin = shop.post("/orders", order, Idempotency_Key="slow")
        finish.set()
        assert running.result(15).status_code == 201
    assert (twin.status_code, twin.json()["code"], twin.headers["Retry-After"]) == (
        409,
        "idempotency_key_in_progress",
        "1",
    )
    assert shop.post("/orders", order, Idempotency_Key="slow").headers["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_batches_that_cross_each_other_all_arrive(new_shop: Any) -> None:
    """Six batches of the same forty customers, each in another order: collisions are tried again, nothing is lost."""
    shop = new_shop()
    people = [f"c-{number}" for number in range(40)]

    def batch(number: int) -> dict[str, Any]:
        turned = people[number * 7 :] + people[: number * 7]
        if number % 2:
            turned.reverse()
        return {"orders": [an_order(external_id=f"{number}-{name}", member={"external_id": name}) for name in turned]}

    answers = at_once(
        6, lambda number: Shop(shop.token).post("/orders:batch", batch(number), Idempotency_Key=f"b{number}")
    )
    assert [answer.status_code for answer in answers] == [207] * 6
    assert Counter(item["status"] for answer in answers for item in json.loads(answer.content)["data"]) == {201: 240}
    assert (Order.objects.count(), User.objects.count()) == (240, 40)
