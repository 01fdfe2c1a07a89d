"""Conditions: what can be said, and what holds."""

from typing import Any

import pytest

from loyalty.rules import conditions
from loyalty.rules.triggers import COMMON, TRIGGERS, check_facts

RANKS = {"friend": 0, "gold": 2, "platinum": 3}


def holds(tree: dict[str, Any], **values: Any) -> bool:
    given = {name.replace("__", "."): value for name, value in values.items()}
    return conditions.judge(tree, given, tier_ranks=RANKS).holds


def leaf(fact: str, comparison: str, value: Any = None) -> dict[str, Any]:
    return {"fact": fact, "is": comparison} | ({} if value is None else {"value": value})


@pytest.mark.parametrize(
    ("tree", "code", "place"),
    [
        ([], "not_a_condition", ""),
        ({"all": []}, "empty_group", "all"),
        ({"all": {}}, "empty_group", "all"),
        ({"code": "import os"}, "not_a_condition", ""),
        ({"fact": "order.net", "is": "at_least"}, "wrong_value", "value"),
        (leaf("order.net", "at_least", 1.5), "wrong_value", "value"),
        (leaf("order.net", "at_least", True), "wrong_value", "value"),
        (leaf("order.net", "at_least", 10**16), "wrong_value", "value"),
        (leaf("order.net", "at_least", -1), "wrong_value", "value"),
        (leaf("order.secret", "equals", "x"), "unknown_fact", "fact"),
        ({"fact": ["x"], "is": "equals", "value": 1}, "unknown_fact", "fact"),
        (leaf("order.first", "equals", "x"), "unknown_comparison", "is"),
        ({"fact": "order.first", "is": ["x"]}, "unknown_comparison", "is"),
        (leaf("act.weekday", "one_of", [0]), "wrong_value", "value"),
        (leaf("act.time", "between", [600]), "wrong_value", "value"),
        (leaf("act.date", "equals", "2026-13-01"), "wrong_value", "value"),
        (leaf("order.source", "equals", "a\x00"), "wrong_value", "value"),
        ({"all": [leaf("order.first", "is_true"), leaf("event.x", "equals", 1)]}, "unknown_fact", "all.2.fact"),
        ({"not": {"not": {"not": {"not": leaf("order.first", "is_true")}}}}, "too_deep", "not.not.not.not."),
        ({"all": [leaf("order.first", "is_true")] * 41}, "too_many", ""),
    ],
)
def test_a_bad_tree_is_named_with_its_place(tree: Any, code: str, place: str) -> None:
    assert [(fault.place, fault.code) for fault in conditions.check(tree, trigger="order.paid")] == [(place, code)]


def test_every_comparison_of_every_fact_can_be_written_and_judged() -> None:
    samples: dict[str, Any] = {
        "number": 3, "money": 300, "text": "a", "texts": ["a"], "flag": None, "weekday": 6, "time": 600,
        "date": "2026-03-02", "tier": "gold", "any": 3,
    }  # fmt: skip
    for trigger in TRIGGERS.values():
        for fact in (*trigger.facts, *COMMON):
            for comparison in conditions.COMPARISONS[fact.kind]:
                value = samples[fact.kind]
                if comparison == "between":
                    value = [value, value]
                elif comparison in ("one_of", "none_of"):
                    value = [value]
                elif comparison in ("is_true", "is_false"):
                    value = None
                tree = leaf(fact.name, comparison, value)
                assert conditions.check(tree, trigger=trigger.code) == [], tree
                conditions.judge(tree, {fact.name: samples[fact.kind] or True}, tier_ranks=RANKS)


def test_what_holds() -> None:
    assert holds({})
    assert holds(leaf("order.net", "at_least", 500), order__net=500)
    assert not holds(leaf("order.net", "at_least", 500), order__net=499)
    assert holds(leaf("act.time", "between", [22 * 60, 120]), act__time=60)  # over midnight
    assert not holds(leaf("act.time", "between", [22 * 60, 120]), act__time=600)
    assert holds(leaf("order.categories", "has_any", ["Tea"]), order__categories=["tea", "cups"])
    assert not holds(leaf("order.categories", "has_all", ["tea", "pots"]), order__categories=["tea"])
    assert holds(leaf("member.tier", "at_least", "gold"), member__tier="platinum")
    assert not holds(leaf("member.tier", "at_least", "gold"), member__tier="friend")
    assert holds(leaf("order.source", "equals", "SHOP"), order__source="shop")
    assert not holds(leaf("event.x", "equals", 1), event__x=True)
    assert holds({"not": leaf("order.first", "is_true")}, order__first=False)


def test_what_nobody_knows_holds_nothing_either_way() -> None:
    for comparison in ("equals", "not_equals", "one_of", "none_of"):
        value: Any = ["a"] if comparison.endswith("_of") else "a"
        assert not holds(leaf("review.product", comparison, value))


def test_a_refusal_names_what_failed_and_what_was_there() -> None:
    tree = {"all": [leaf("order.first", "is_true"), {"any": [leaf("order.net", "at_least", 500)]}]}
    verdict = conditions.judge(tree, {"order.first": True, "order.net": 90}, tier_ranks=RANKS)
    assert verdict.failed == ({"fact": "order.net", "is": "at_least", "value": 500, "was": 90},)


def test_facts_of_callers_are_checked_by_name_and_kind() -> None:
    assert check_facts("review.published", {"review.bought": True, "review.pictures": 2}) == []
    assert check_facts("review.published", {"review.pictures": 1.5}) == [("review.pictures", "wrong_type")]
    assert check_facts("review.published", {"event.x": 1}) == [("event.x", "unknown_fact")]
    assert check_facts("custom", {"event.name": "visit", "event.rooms": 3, "event.vip": True}) == []
    assert check_facts("custom", {"event.name": "a\x00"}) == [("event.name", "wrong_type")]
