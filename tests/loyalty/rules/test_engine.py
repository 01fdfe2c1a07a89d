"""The pure engine: formulas, multipliers, stacking, time boxes, audience; and that refunds leave what the rest alone would earn."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import rules

UTC_ZONE = ZoneInfo("UTC")
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rule(id: int = 1, **changes: Any) -> rules.RuleVersion:
    base = rules.RuleVersion(id=id, code=f"rule-{id}", trigger="order.paid", formula="per_unit", points=1)
    return replace(base, **changes)


def order(*lines: rules.Line, at: datetime = MONDAY, **changes: Any) -> rules.Facts:
    unit = changes.get("unit", Fraction(1, 100))
    values = rules.order_values(lines, unit=unit, exponent=2) | changes.pop("values", {})
    return rules.Facts(trigger="order.paid", at=at, lines=lines, values=values, **changes)


def tea(net: int = 1000, quantity: int = 2, id: int = 1) -> rules.Line:
    return rules.Line(id, quantity, net, category="Tea", sku=f"T-{id}")


def cup(net: int = 500, quantity: int = 1, id: int = 2) -> rules.Line:
    return rules.Line(id, quantity, net, category="cups", sku=f"C-{id}")


def paid(facts: rules.Facts, *versions: rules.RuleVersion, zone: ZoneInfo = UTC_ZONE) -> dict[str, int]:
    return {one.rule.code: one.points for one in rules.evaluate(facts, versions, zone=zone).effects}


def refused(facts: rules.Facts, *versions: rules.RuleVersion, zone: ZoneInfo = UTC_ZONE) -> dict[str, str]:
    return {one.rule.code: one.code for one in rules.evaluate(facts, versions, zone=zone).refusals}


def test_formulas() -> None:
    facts = order(tea(), cup())
    assert paid(facts, rule()) == {"rule-1": 15}
    assert paid(facts, rule(points=3, per_units=10)) == {"rule-1": 4}  # 4.5
    assert paid(facts, rule(formula="fixed", points=20)) == {"rule-1": 20}
    assert paid(facts, rule(formula="per_item", points=5, categories=frozenset({"tea"}))) == {"rule-1": 10}
    assert paid(facts, rule(points=2, categories=frozenset({"cups"}))) == {"rule-1": 10}
    assert paid(facts, rule(points=2, skus=frozenset({"t-1"}))) == {"rule-1": 20}
    assert refused(facts, rule(categories=frozenset({"pots"}))) == {"rule-1": "no_lines"}


def test_what_was_paid_with_points_is_taken_from_each_line_by_value() -> None:
    facts = order(tea(), cup(), paid_with_points=300)
    assert paid(facts, rule(), rule(2, categories=frozenset({"cups"}))) == {"rule-1": 12, "rule-2": 4}


def test_multipliers_multiply_on_their_lines_up_to_five_and_never_credit() -> None:
    twice = rule(2, formula="multiplier", percent=200, categories=frozenset({"tea"}))
    assert paid(order(tea(), cup()), rule(), twice) == {"rule-1": 25}
    many = [rule(n, formula="multiplier", percent=300) for n in (3, 4)]
    [effect] = rules.evaluate(order(tea(), cup()), [rule(credit=1), *many], zone=UTC_ZONE).effects
    assert (effect.points, effect.credit) == (75, 15)
    assert effect.inputs["factor"] == "5"


def test_the_tier_multiplies_acts_and_purchases() -> None:
    assert paid(order(tea(), percent=125), rule()) == {"rule-1": 12}
    act = rules.Facts(trigger="answer.accepted", at=MONDAY, percent=110)
    [effect] = rules.evaluate(act, [rule(trigger="answer.accepted", formula="fixed", points=25)], zone=UTC_ZONE).effects
    assert (effect.points, effect.inputs["exact"]) == (27, "27.5")


def test_inside_a_stacking_group_the_best_pays_and_the_others_are_named() -> None:
    small, big = rule(1, stack="welcome"), rule(2, stack="welcome", formula="fixed", points=50)
    assert paid(order(tea()), small, big, rule(3)) == {"rule-2": 50, "rule-3": 10}
    assert refused(order(tea()), small, big, rule(3)) == {"rule-1": "outdone"}
    # Equally good: the priority, then the older rule; never who was edited last.
    assert paid(order(tea()), rule(1, stack="a"), rule(2, stack="a", priority=1)) == {"rule-2": 10}
    assert paid(order(tea()), rule(2, stack="a"), rule(1, stack="a")) == {"rule-1": 10}
    twos = [rule(n, formula="multiplier", percent=100 + n * 10, stack="m") for n in (2, 3)]
    assert paid(order(tea()), rule(1), *twos) == {"rule-1": 13}


def test_time_boxes_audience_and_conditions_refuse_by_name() -> None:
    facts = order(tea(), values={"member.tier": "gold", "member.groups": ["tea-club"]})
    later = datetime(2026, 3, 7, tzinfo=UTC)
    assert refused(facts, rule(starts_at=later)) == {"rule-1": "not_started"}
    assert refused(facts, rule(ends_at=MONDAY)) == {"rule-1": "ended"}
    assert refused(facts, rule(tiers=frozenset({"platinum"}))) == {"rule-1": "audience"}
    assert refused(facts, rule(groups=frozenset({"press"}))) == {"rule-1": "audience"}
    assert paid(facts, rule(tiers=frozenset({"gold"}), groups=frozenset({"tea-club"}))) == {"rule-1": 10}
    weekend = {"fact": "act.weekday", "is": "one_of", "value": [6, 7]}
    assert refused(facts, rule(conditions=weekend)) == {"rule-1": "conditions"}
    assert refused(order(rules.Line(1, 1, 40)), rule()) == {"rule-1": "nothing"}


def test_days_are_the_programmes_over_changes_of_its_clock() -> None:
    zone = ZoneInfo("Europe/Berlin")
    sunday = rule(conditions={"fact": "act.weekday", "is": "one_of", "value": [7]})
    # 29 March 2026: the clocks go forward; the Sunday has 23 hours, from 23:00 to 22:00 UTC.
    hours = {
        (28, 22, 59): {}, (28, 23, 0): {"rule-1": 10}, (29, 21, 59): {"rule-1": 10}, (29, 22, 0): {},
    }  # fmt: skip
    for (day, hour, minute), expected in hours.items():
        at = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
        assert paid(order(tea(), at=at), sunday, zone=zone) == expected


def test_other_currencies_convert_exactly() -> None:
    # 1 USD = 0.9 EUR: 33.33 USD are 29.997 EUR.
    assert paid(order(tea(3333), unit=Fraction(9, 1000)), rule()) == {"rule-1": 29}


ALL = [
    rule(1, credit=1),
    rule(2, points=3, per_units=7, categories=frozenset({"tea"})),
    rule(3, formula="per_item", points=2, skus=frozenset({"c-2", "c-4"})),
    rule(4, formula="multiplier", percent=150, categories=frozenset({"cups"})),
    rule(5, formula="fixed", points=40, stack="s", conditions={"fact": "order.net", "is": "at_least", "value": 2500}),
    rule(6, points=2, stack="s"),
    rule(7, formula="fixed", points=9, conditions={"fact": "order.categories", "is": "has_all", "value": ["tea"]}),
]
LINES = [tea(1999, 2), cup(333, 1), tea(77, 1, id=3), cup(1250, 2, id=4)]


def earned(lines: list[rules.Line], refunds: list[rules.RefundFacts]) -> list[rules.Target]:
    left = rules.remaining(lines, refunds)
    return rules.targets(rules.evaluate(order(*left), ALL, zone=UTC_ZONE).effects, {})


def fresh(lines: list[rules.Line]) -> list[rules.Target]:
    return rules.targets(rules.evaluate(order(*lines), ALL, zone=UTC_ZONE).effects, {})


def test_for_every_subset_of_units_given_back_the_rest_earns_what_it_would_alone() -> None:
    count = 0
    for back in product(*(range(line.quantity + 1) for line in LINES)):
        refunds = [
            rules.RefundFacts(0, ((line.id, number, 0),)) for line, number in zip(LINES, back, strict=True) if number
        ]
        singly = [rules.RefundFacts(0, ((one.lines[0][0], 1, 0),)) for one in refunds for _ in range(one.lines[0][1])]
        rest = []
        for line, number in zip(LINES, back, strict=True):
            shares = rules.spread(line.net, [1] * line.quantity)[: line.quantity - number]
            rest.append(replace(line, quantity=line.quantity - number, net=sum(shares)))
        assert earned(LINES, refunds) == earned(LINES, singly[::-1]) == fresh(rest)
        kept = [line for line in rest if line.quantity]
        assert sum(t.amount for t in fresh(rest)) == sum(t.amount for t in fresh(kept))
        count += 1
    assert count == 3 * 2 * 2 * 3


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 5000), st.sampled_from(["tea", "cups", ""])), min_size=1, max_size=5
    ),
    st.data(),
)
def test_any_refunds_of_amounts_leave_what_a_fresh_order_of_the_rest_earns(
    drawn: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    lines = [rules.Line(n, quantity, net, category=kind) for n, (quantity, net, kind) in enumerate(drawn, 1)]
    refunds = [
        rules.RefundFacts(0, ((line.id, 0, data.draw(st.integers(1, line.net + 10))),))
        for line in lines
        if line.net and data.draw(st.booleans())
    ]
    shuffled = data.draw(st.permutations(refunds))
    assert earned(lines, refunds) == earned(lines, list(shuffled)) == fresh(rules.remaining(lines, refunds))
    assert all(target.amount > 0 for target in earned(lines, refunds))


def test_a_limited_rule_never_holds_more_than_it_was_granted() -> None:
    verdict = rules.evaluate(order(tea(), cup()), [rule(credit=1)], zone=UTC_ZONE)
    for most in range(17):
        held = rules.targets(verdict.effects, {1: most})
        assert sum(one.amount for one in held if one.currency == "points") == min(most, 15)
        assert sum(one.amount for one in held if one.currency == "credit") == (15 if most else 0)
