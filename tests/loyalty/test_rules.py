"""Pure calculation."""

from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import rules

PURCHASE = rules.RuleVersion(id=1, code="purchase", trigger="order.paid", formula="per_unit", points=1, credit=1)


def earned(
    lines: list[rules.Line],
    refunds: list[rules.RefundFacts] | None = None,
    *,
    paid_with_points: int = 0,
    currency: str = "EUR",
) -> int:
    facts = rules.Facts(
        trigger="order.paid",
        at=datetime(2026, 3, 2, tzinfo=UTC),
        lines=tuple(rules.remaining(lines, refunds or [])),
        paid_with_points=paid_with_points,
        unit=Fraction(1, 10 ** rules.exponent(currency)),
    )
    targets = rules.targets(rules.evaluate(facts, [PURCHASE], zone=ZoneInfo("UTC")).effects, {})
    return sum(target.amount for target in targets if target.currency == "points")


def test_an_order_earns_the_floor_of_its_whole_net_not_of_its_lines() -> None:
    lines = [rules.Line(i, 1, 150) for i in range(3)]
    assert earned(lines) == 4  # 4.50, while the lines alone would give 3


def test_what_does_not_earn() -> None:
    lines = [rules.Line(1, 1, 1000), rules.Line(2, 1, 5000, earns=False)]
    assert earned(lines) == 10
    assert earned(lines, paid_with_points=400) == 6
    assert earned(lines, paid_with_points=99_999) == 0
    assert earned([]) == 0
    assert earned([rules.Line(1, 0, 0)]) == 0


@pytest.mark.parametrize(("currency", "points"), [("EUR", 42), ("JPY", 4200), ("KWD", 4)])
def test_minor_units_follow_iso_4217(currency: str, points: int) -> None:
    assert earned([rules.Line(1, 1, 4200)], currency=currency) == points


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5000)), min_size=1, max_size=4), st.data())
def test_units_returned_one_by_one_take_what_they_take_together(
    lines: list[tuple[int, int]], data: st.DataObject
) -> None:
    facts = [rules.Line(i, quantity, net) for i, (quantity, net) in enumerate(lines)]
    back = [data.draw(st.integers(0, quantity)) for quantity, _net in lines]
    together = [rules.RefundFacts(0, tuple((i, number, 0) for i, number in enumerate(back) if number))]
    singly = [rules.RefundFacts(0, ((i, 1, 0),)) for i, number in enumerate(back) for _ in range(number)]
    assert rules.remaining(facts, together) == rules.remaining(facts, singly)


def test_every_subset_of_refunded_lines_leaves_what_the_rest_would_earn_alone() -> None:
    lines = [
        rules.Line(1, 1, 333),
        rules.Line(2, 3, 1999),
        rules.Line(3, 2, 77),
        rules.Line(4, 1, 0),
    ]
    for size in range(len(lines) + 1):
        for gone in combinations(lines, size):
            refunds = [rules.RefundFacts(line.net, ((line.id, line.quantity, line.net),)) for line in gone]
            assert earned(lines, refunds) == earned([line for line in lines if line not in gone])


def test_a_refund_without_lines_is_spread_by_value_and_never_below_zero() -> None:
    lines = [rules.Line(1, 1, 3000), rules.Line(2, 1, 1000)]
    assert [line.net for line in rules.remaining(lines, [rules.RefundFacts(2000)])] == [1500, 500]
    assert [line.net for line in rules.remaining(lines, [rules.RefundFacts(99_999)])] == [0, 0]


@given(st.integers(0, 10_000), st.lists(st.integers(0, 1000), min_size=1, max_size=8))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_spread_loses_nothing(total: int, weights: list[int]) -> None:
    shares = rules.spread(total, weights)
    assert sum(shares) == (total if sum(weights) else 0)
    assert all(share >= 0 for share in shares)


def test_points_live_to_the_end_of_the_month_a_year_on_in_the_programmes_zone() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    # 31 January 23:30 in London is already February in Shanghai.
    policy = rules.ExpiryPolicy("months", 12)
    gone = policy.end(datetime(2026, 1, 31, 23, 30, tzinfo=UTC), zone)
    assert gone == datetime(2027, 3, 1, tzinfo=zone)
    assert policy.end(datetime(2026, 12, 31, tzinfo=UTC), ZoneInfo("UTC")) == datetime(2028, 1, 1, tzinfo=UTC)
    assert rules.ExpiryPolicy("none").end(datetime(2026, 1, 31, tzinfo=UTC), zone) is None


def test_coupon_codes_forgive_how_people_type_them() -> None:
    assert rules.fold_code(" abcd-efgh 23 ") == "ABCDEFGH23"
    assert not set("0O1IL") & set(rules.COUPON_ALPHABET)
