"""The published rules, replayed over what is stored, come to what the ledger holds: in total, by rule, by member, to the point."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from loyalty import actions, trying
from loyalty.actions.orders.imports import Purchase
from loyalty.canonical import OrderLineData, PaymentState, RefundData, RefundLineData
from loyalty.models import Entry, RuleHit, RuleUsage, Tier, TierMembership, Trial, Txn
from loyalty.queries import replay as stored
from loyalty.rules.what_if import Judged, Tally
from tests.loyalty.conftest import AT, at_once, make_order, record

pytestmark = pytest.mark.django_db
SINCE, UNTIL = AT - timedelta(days=3), AT + timedelta(days=30)


def publish(code: str, at: Any = AT, **changes: Any) -> None:
    with transaction.atomic():
        actions.publish_rule(code=code, by=None, at=at, changes=changes)


def live(new_member: Callable[..., int], seed: int) -> list[int]:
    """Orders with refunds and cancellations, acts withdrawn, hidden and shown again, caps, a tier, versions changed on the way."""
    chance = random.Random(seed)
    at_once(points_cap=60)
    publish("tea", trigger="order.paid", formula="per_item", points=4, categories=["tea"], stack="s", name="Tea")
    publish(
        "big", trigger="order.paid", formula="fixed", points=15, stack="s", name="Big",
        conditions={"fact": "order.net", "is": "at_least", "value": 3000},
    )  # fmt: skip
    publish("liked-post", points_cap=5, points=3)
    publish("week", trigger="answer.accepted", formula="multiplier", percent=200, name="A good week")
    publish("thanks", trigger="answer.accepted", formula="fixed", points=7, stack="a", name="Thanks", budget=60)
    publish("twice", trigger="order.paid", formula="multiplier", percent=150, name="Half more", categories=["tea"])
    high = Tier.objects.order_by("rank").last()
    assert high
    Tier.objects.filter(id=high.id).update(multiplier_percent=130)
    people = [new_member() for _ in range(5)]
    TierMembership.objects.filter(member_id=people[0]).delete()
    TierMembership.objects.create(member_id=people[0], tier=high, since=AT)
    for number in range(18):
        if number == 7:
            at_once("purchase", points=2)
            publish("week", percent=300)
        if number == 12:
            publish("tea", active=False)
        order(chance, number, people[number % 5])
    for number in range(40):
        act(chance, number, people)
    with transaction.atomic():
        actions.import_orders(
            source="old", currency="EUR", by=None, at=AT,
            purchases=[
                Purchase(customer=f"c{n}", customer_name="", content=f"o{n}", external_id=f"o{n}", at=AT - timedelta(days=2, hours=n), net=n * 777,
                         quantity=1)
                for n in range(1, 4)
            ],
        )  # fmt: skip
    return people


def order(chance: random.Random, number: int, member: int) -> None:
    lines = (
        OrderLineData(external_id="a", quantity=2, net=chance.randint(0, 4000), category="tea"),
        OrderLineData(external_id="b", quantity=1, net=chance.randint(0, 2500)),
    )
    at = AT + timedelta(hours=3 * number)
    told = make_order(str(number), lines=lines, member_id=member, placed_at=at, paid_at=at)
    record(told, at=at)
    if number % 3 == 0:
        part = RefundLineData(line="a", quantity=1, amount=0)
        told = replace(
            told, revision="2", refunds=(RefundData(external_id="r", occurred_at=at, amount=1, lines=(part,)),)
        )
        record(told)
    if number % 5 == 4:
        record(replace(told, revision="3", state=PaymentState.CANCELLED))


def act(chance: random.Random, number: int, people: list[int]) -> None:
    author, fan = chance.sample(people, 2)
    at = AT + timedelta(minutes=number)
    common = {"post_id": number, "author_id": author, "by_id": fan}
    with transaction.atomic():
        if number % 3 == 2:
            actions.receive_like(**common, by_trust=2, at=at)
        else:
            actions.accept_answer(**common, self_answer=False, at=at)
        if number % 7 == 3:
            actions.unaccept_answer(**common, at=at + timedelta(minutes=1))
        if number % 6 == 5:
            actions.hide_post(post_id=number, author_id=author, at=AT + timedelta(hours=1))
        if number % 12 == 5:
            actions.show_post(post_id=number, author_id=author, at=AT + timedelta(hours=2))
        if number % 4 == 1:
            actions.award(
                trigger="session.attended", source_type="attendance", source_id=number, member_id=author, at=at,
            )  # fmt: skip


def trial(draft_id: int | None = None) -> Trial:
    return Trial.objects.create(draft_id=draft_id, since=SINCE, until=UNTIL, asked_at=UNTIL)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_published_rules_reproduce_the_ledger(
    new_member: Callable[..., int], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(new_member, seed)
    judged: Counter[tuple[int, int, str]] = Counter()
    add = Tally.add

    def watched(self: Tally, deed: Any, answer: Judged) -> None:
        for one in answer.paid:
            judged[deed.member_id, one.rule.id, "points"] += one.points
            judged[deed.member_id, one.rule.id, "credit"] += one.credit
        add(self, deed, answer)

    monkeypatch.setattr(Tally, "add", watched)
    before = [model.objects.count() for model in (Txn, Entry, RuleHit, RuleUsage)]
    result = trying.count(trial(), size=7)
    assert result
    in_ledger = stored.held(since=SINCE, until=UNTIL)
    assert {key: amount for key, amount in judged.items() if amount} == in_ledger and len(in_ledger) > 20
    assert result["before"] == result["after"] and result["after"]["points"] > 300 and result["after"]["credit"] > 100
    assert result["more"] == result["fewer"] == 0 and not result["winners"] and not result["losers"]
    for row in result["rules"]:
        assert (row["points"], row["credit"]) == (row["points_before"], row["credit_before"]), row
    assert result["tiers"]["up"] == result["tiers"]["down"] == 0
    assert before == [model.objects.count() for model in (Txn, Entry, RuleHit, RuleUsage)]
