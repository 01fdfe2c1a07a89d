"""Replaying the published rules reproduces the ledger exactly; a draft is counted without writing."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from loyalty import actions
from loyalty.actions import ledger
from loyalty.canonical import OrderLineData, PaymentState, RefundData, RefundLineData
from loyalty.models import Tier, TierMembership, Txn
from loyalty.queries import replay as stored
from loyalty.rules import limits, replay
from tests.loyalty.conftest import AT, at_once, make_order, record

pytestmark = pytest.mark.django_db
PERIOD = {"since": AT - timedelta(days=1), "until": AT + timedelta(days=30)}


def totals(outcomes: list[replay.Outcome]) -> dict[tuple[int, int, str], int]:
    found: Counter[tuple[int, int, str]] = Counter()
    for one in outcomes:
        found[one.case.member_id, one.rule.id, "points"] += one.points
        found[one.case.member_id, one.rule.id, "credit"] += one.credit
    return {key: amount for key, amount in found.items() if amount}


def live_a_little(new_member: Callable[..., int]) -> None:
    """Orders with refunds and cancellations, answers and likes with caps, a tier that multiplies, new versions on the way."""
    chance = random.Random(3)
    at_once(points_cap=60)
    with transaction.atomic():
        actions.publish_rule(code="tea", by=None, at=AT, changes={
            "trigger": "order.paid", "formula": "per_item", "points": 4, "categories": ["tea"], "stack": "s", "name": "Tea",
        })  # fmt: skip
        actions.publish_rule(code="big", by=None, at=AT, changes={
            "trigger": "order.paid", "formula": "fixed", "points": 15, "stack": "s", "name": "Big",
            "conditions": {"fact": "order.net", "is": "at_least", "value": 3000},
        })  # fmt: skip
        actions.publish_rule(code="liked-post", by=None, at=AT, changes={"points_cap": 5, "points": 3})
        actions.publish_rule(code="week", by=None, at=AT, changes={
            "trigger": "answer.accepted", "formula": "multiplier", "percent": 200, "name": "A good week",
        })  # fmt: skip
    high = Tier.objects.order_by("rank").last()
    Tier.objects.filter(id=high.id).update(multiplier_percent=130)  # type: ignore[union-attr]
    people = [new_member() for _ in range(4)]
    TierMembership.objects.filter(member_id=people[0]).delete()
    TierMembership.objects.create(member_id=people[0], tier=high, since=AT)
    for number in range(14):
        if number == 7:
            at_once("purchase", points=2)
        lines = (
            OrderLineData(external_id="a", quantity=2, net=chance.randint(0, 4000), category="tea"),
            OrderLineData(external_id="b", quantity=1, net=chance.randint(0, 2500)),
        )
        at = AT + timedelta(hours=3 * number)
        order = make_order(str(number), lines=lines, member_id=people[number % 4], placed_at=at, paid_at=at)
        record(order, at=at)
        if number % 3 == 0:
            part = RefundLineData(line="a", quantity=1, amount=0)
            record(
                replace(
                    order, revision="2", refunds=(RefundData(external_id="r", occurred_at=at, amount=1, lines=(part,)),)
                )
            )
        if number % 5 == 4:
            record(replace(order, revision="3", state=PaymentState.CANCELLED))
    for number in range(24):
        author, fan = chance.sample(people, 2)
        with transaction.atomic():
            at = AT + timedelta(minutes=number)
            act = actions.accept_answer if number % 2 else None
            if act:
                act(post_id=number, author_id=author, by_id=fan, self_answer=False, at=at)
            else:
                actions.receive_like(post_id=number, author_id=author, by_id=fan, by_trust=2, at=at)
        if number % 6 == 5:
            with transaction.atomic():
                actions.hide_post(post_id=number, author_id=author, at=AT + timedelta(hours=1))


def test_the_published_rules_reproduce_the_ledger_exactly(new_member: Callable[..., int]) -> None:
    live_a_little(new_member)
    before = Txn.objects.count()
    outcomes = list(replay.replay_published(stored.cases(**PERIOD), stored.versions(), zone=ledger.zone()))
    assert totals(outcomes) == stored.held(**PERIOD)
    assert len(stored.held(**PERIOD)) > 12 and Txn.objects.count() == before


def test_a_draft_counts_its_own_limits_in_order_of_time(new_member: Callable[..., int]) -> None:
    live_a_little(new_member)
    [purchase] = [one for one in stored.versions().values() if one.code == "purchase" and one.version == 3]
    some = stored.cases(**PERIOD)
    free = replace(purchase, id=-1, limits=limits.NONE)
    paid = sum(one.points for one in replay.replay(some, [free], zone=ledger.zone()))
    capped = replace(free, id=-2, limits=replace(limits.NONE, budget=paid - 7))
    outcomes = list(replay.replay(some, [capped], zone=ledger.zone()))
    assert sum(one.points for one in outcomes) == paid - 7
    assert [one.held_back for one in outcomes if one.held_back] == ["budget"] * sum(1 for o in outcomes if o.held_back)
    once = replace(free, id=-3, limits=replace(limits.NONE, times={"lifetime": 1}))
    members = {case.member_id for case in some if case.source_type == "order"}
    hits = [one for one in replay.replay(some, [once], zone=ledger.zone()) if one.points]
    assert len(hits) == len({one.case.member_id for one in hits}) <= len(members)
