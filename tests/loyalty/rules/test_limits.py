"""Limits that the database holds, through the public act."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from loyalty import actions, queries, rule_words
from loyalty.models import EarningRule, RuleBudget, RuleHit, RuleRefusal, RuleUsage, Tier, TierMembership, Txn
from members.actions import join_group
from tests.loyalty.conftest import AT, in_threads, points_of

pytestmark = pytest.mark.django_db


def publish(code: str = "review", **changes: Any) -> None:
    fields: dict[str, Any] = {"trigger": "review.published", "formula": "fixed", "points": 10, "pending_days": 0}
    with transaction.atomic():
        actions.publish_rule(code=code, changes=fields | changes, by=None, at=AT - timedelta(days=1))


def review(member: int, number: int = 1, at: Any = AT, **more: Any) -> actions.Awarded:
    with transaction.atomic():
        return actions.award(
            trigger="review.published", source_type="review", source_id=number, member_id=member, at=at, **more
        )


def test_an_act_pays_once_however_often_it_is_told(member: int) -> None:
    publish()
    assert [review(member).points for _ in range(3)] == [10, 0, 0]
    assert points_of(member) == 10
    with transaction.atomic():
        actions.withdraw(
            trigger="review.published", source_type="review", source_id=1, member_id=member, at=AT + timedelta(hours=1)
        )
    assert points_of(member) == 0
    assert review(member).points == 0  # told late: the withdrawal is the newer word
    assert review(member, at=AT + timedelta(hours=2)).points == 10


@pytest.mark.parametrize(
    ("changes", "expected", "code"),
    [
        ({"daily_cap": 2}, [10, 10, 0, 10], "daily_cap"),
        ({"weekly_cap": 2}, [10, 10, 0, 0], "week_cap"),
        ({"monthly_cap": 3}, [10, 10, 10, 0], "month_cap"),
        ({"lifetime_cap": 1}, [10, 0, 0, 0], "lifetime_cap"),
        ({"rolling_cap": 3, "rolling_days": 3}, [10, 10, 10, 0], "rolling_cap"),
        ({"cooldown_minutes": 90}, [10, 0, 10, 10], "cooldown"),
        ({"points_cap": 25}, [10, 10, 5, 10], None),
        ({"weekly_points": 25}, [10, 10, 5, 0], "points_week"),
        ({"lifetime_points": 4}, [4, 0, 0, 0], "points_lifetime"),
        ({"budget": 35}, [10, 10, 10, 5], None),
    ],
)
def test_each_limit(member: int, changes: dict[str, Any], expected: list[int], code: str | None) -> None:
    publish(**changes)
    days = [AT, AT + timedelta(hours=1), AT + timedelta(hours=2), AT + timedelta(days=1)]
    answers = [review(member, number, at) for number, at in enumerate(days, 1)]
    assert [answer.points for answer in answers] == expected
    told = {reason for answer in answers for _rule, reason in answer.refusals}
    assert told == ({code} if code else set())
    assert set(RuleRefusal.objects.values_list("code", flat=True)) == told


def test_what_a_cap_cut_is_kept_with_the_posting(member: int) -> None:
    publish(points_cap=4)
    review(member)
    [txn] = Txn.objects.all()
    assert txn.facts["cap"] == {"code": "points_cap", "wanted": 10, "granted": 4}


def test_a_cap_on_what_one_person_causes(member: int, new_member: Callable[..., int]) -> None:
    publish(giver_cap=1)
    fan, other = new_member(), new_member()
    assert [review(member, n, counterpart_id=who).points for n, who in ((1, fan), (2, fan), (3, other))] == [10, 0, 10]
    assert review(member, 4, counterpart_id=member).refusals == (("", "own"),)


def test_the_rules_that_lost_stand_beside_what_was_paid(member: int) -> None:
    publish()
    publish("weekend", points=50, starts_at=AT + timedelta(days=5))
    publish("gold", points=99, audience_tiers=["gold"])
    review(member)
    [txn] = Txn.objects.all()
    assert {one["rule"]: one["code"] for one in txn.facts["lost"]} == {"weekend": "not_started", "gold": "audience"}
    assert set(RuleRefusal.objects.values_list("code", flat=True)) == {"not_started", "audience"}


def test_the_tier_multiplies_and_shortens_the_wait(member: int) -> None:
    publish(pending_days=14)
    tier = Tier.objects.order_by("rank").last()
    assert tier
    Tier.objects.filter(id=tier.id).update(multiplier_percent=150, pending_days=1)
    TierMembership.objects.create(member_id=member, tier=tier, since=AT)
    assert review(member).points == 15
    assert queries.balance(member_id=member, at=AT + timedelta(days=1)).available == 15
    assert Txn.objects.get().facts["inputs"]["multiplied"] == [["tier", 150]]


def test_conditions_see_the_member_and_the_act(member: int) -> None:
    publish(
        conditions={
            "all": [
                {"fact": "member.groups", "is": "has_any", "value": ["tea-club"]},
                {"fact": "member.age_days", "is": "at_most", "value": 100_000},
                {"fact": "review.pictures", "is": "at_least", "value": 1},
            ]
        }
    )
    assert review(member, facts={"review.pictures": 1}).points == 0
    with transaction.atomic():
        join_group(member_id=member, group="tea-club", by=None, at=AT)
    assert review(member, 2, facts={"review.pictures": 0}).points == 0
    assert review(member, 3, facts={"review.pictures": 1}).points == 10


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trigger": "no.such"}, "unknown_trigger"),
        ({"trigger": "order.paid"}, "unknown_trigger"),
        ({"facts": {"nothing": 1}}, "unknown_fact"),
        ({"facts": {"review.pictures": 1.5}}, "wrong_type"),
        ({"facts": {"review.pictures": 10**18}}, "wrong_type"),
        ({"facts": {"review.product": "a\x00"}}, "wrong_type"),
        ({"source_type": ""}, "source"),
        ({"source_id": -1}, "source"),
        ({"source_id": 2**63}, "source"),
    ],
)
def test_a_bad_act_is_refused_by_name_and_posts_nothing(member: int, changes: dict[str, Any], code: str) -> None:
    act: dict[str, Any] = {
        "trigger": "review.published", "source_type": "review", "source_id": 1, "member_id": member, "at": AT,
    }  # fmt: skip
    with pytest.raises(actions.BadFacts) as refused, transaction.atomic():
        actions.award(**act | changes)
    assert refused.value.code == code
    assert not Txn.objects.exists()


def test_the_budgets_row_refuses_what_the_code_might_miscount() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleBudget.objects.create(rule_code="x", points=11, cap=10)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_share_the_last_of_a_budget_and_a_cap_exactly(new_member: Callable[..., int]) -> None:
    publish(budget=55)
    members = [new_member() for _ in range(20)]
    answers = in_threads(20, lambda i: review(members[i], i + 1))
    assert sorted(one.points for one in answers) == [0] * 14 + [5] + [10] * 5
    assert RuleBudget.objects.get().points == 55
    publish("review", budget=None, daily_cap=3, points_cap=25)
    answers = in_threads(20, lambda i: review(members[0], 100 + i))
    assert sum(one.points for one in answers) == 25
    assert RuleHit.objects.filter(member_id=members[0], period__startswith="day").count() == 3
    assert RuleUsage.objects.get().points == 25


DAMAGED: list[Any] = [
    {"op": ">="},
    {"fact": "member.age_days"},
    {"fact": "no.such", "is": "equals", "value": 1},
    {"not": {"fact": "no.such", "is": "equals", "value": 1}},
    {"fact": "member.age_days", "is": "at_least", "value": "ten"},
    {"fact": "act.time", "is": "between", "value": 5},
    {"all": []},
    {"any": [{"fact": "act.weekday", "is": "one_of", "value": [1]}, {"not": None}]},
    {"all": {"fact": "x"}},
    ["all"],
    7,
]


@pytest.mark.parametrize("tree", DAMAGED)
def test_conditions_that_cannot_be_read_are_not_published(member: int, tree: Any) -> None:
    publish(conditions={"fact": "member.age_days", "is": "at_least", "value": 0})
    with pytest.raises(actions.BadRule) as refused:
        publish(conditions=tree)
    assert refused.value.code and refused.value.field.startswith("conditions")
    assert review(member).points == 10  # the version before is still in force


@pytest.mark.parametrize("tree", DAMAGED)
def test_a_damaged_rule_pays_nothing_says_why_and_stops_no_other(member: int, tree: Any) -> None:
    publish()
    publish("damaged", points=99)
    EarningRule.objects.filter(code="damaged").update(conditions=tree)
    answer = review(member)
    assert (answer.points, answer.refusals) == (10, (("damaged", "unreadable"),))
    assert RuleRefusal.objects.get().code == "unreadable"
    assert "cannot be read" in rule_words.summary(EarningRule.objects.get(code="damaged"))
    with transaction.atomic():
        actions.publish_rule(code="damaged", changes={"active": False}, by=None, at=AT)
    assert review(member, 2).refusals == ()
