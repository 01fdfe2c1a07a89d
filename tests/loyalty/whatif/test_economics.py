"""Checks A and B, the chain ladder, and a page whose months add up to what members have, to the point and to the cent."""

import csv
import random
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from cms.actions import ensure_staff_access
from loyalty import actions
from loyalty.access import FINANCE
from loyalty.models import PointsValue, ProgrammeCurrency
from loyalty.queries.economics import economics_of, month_named, month_of
from loyalty.rules import economics
from loyalty.rules.economics import Cohort, Period
from tests.loyalty.conftest import AT, at_once
from tests.loyalty.test_console import signed_in
from tests.loyalty.whatif.test_replay_is_exact import live


def revenue(periods: list[Period]) -> list[int]:
    return [one.recognised for one in periods]


def test_check_a_of_ifrs_15_example_52() -> None:
    shared = economics.allocate(price=100_000, goods_alone=100_000, points_alone=Fraction(9_500))
    assert (shared.goods, shared.points) == (91_324, 8_676)
    periods = economics.catch_up(deferred=shared.points, estimates=[(4_500, 9_500), (8_500, 9_700)])
    assert revenue(periods) == [4_110, 3_493]
    assert [one.closing for one in periods] == [4_566, 1_073]


def test_check_b_moves_a_new_estimate_in_its_own_period() -> None:
    assert revenue(economics.catch_up(deferred=9_000, estimates=[(4_500, 9_700), (8_500, 9_900)])) == [4_175, 3_552]
    assert revenue(economics.catch_up(deferred=9_000, estimates=[(4_500, 9_700), (8_500, 9_200)])) == [4_175, 4_140]


def test_nothing_is_divided_by_nothing() -> None:
    assert economics.allocate(price=0, goods_alone=0, points_alone=Fraction(0)).points == 0
    assert economics.recognised(deferred=500, redeemed=Fraction(0), expected=Fraction(0)) == 0
    assert economics.recognised(deferred=500, redeemed=Fraction(7), expected=Fraction(5)) == 500
    assert economics.expectation([], now=0).rate == 1 and economics.roll_forward({}, []) == []
    assert economics.cost_of_point(spent=0, redeemed=0, typed=None) == (None, False)
    assert [economics.rounded(Fraction(n, 2)) for n in (-3, -1, 1, 3)] == [-2, -1, 1, 2]


def simulated(months: int, rate: float = 0.68, seed: int = 5) -> list[Cohort]:
    """Monthly lots of which `rate` is redeemed in the end, within 18 months, at a pace that differs from lot to lot."""
    chance = random.Random(seed)
    found = []
    for month in range(months):
        issued = chance.randint(80_000, 120_000)
        weights = [(18 - age) * chance.uniform(0.9, 1.1) for age in range(18)]
        final = issued * rate * chance.uniform(0.99, 1.01)
        used = tuple(int(final * weight / sum(weights)) for weight in weights)[: months - month]
        found.append(Cohort(month, issued, used, issued - sum(used)))
    return found


def test_the_chain_ladder_finds_the_true_rate() -> None:
    found = economics.expectation(simulated(36), now=36)
    assert found.measured and found.months == 36
    assert 0.67 <= float(found.rate) <= 0.69
    assert found.breakage == 1 - found.rate


def test_less_than_a_year_is_no_measure() -> None:
    assert economics.expectation(simulated(11), now=11, typed=Fraction(9, 10)) == economics.Expectation(
        Fraction(9, 10), False, 11
    )
    assert economics.expectation(simulated(12), now=12).measured
    assert economics.development(simulated(1), now=1) == []


def test_old_points_taken_in_from_a_file_do_not_look_as_if_nobody_wanted_them() -> None:
    silent = [Cohort(month, 1_000, (), 1_000) for month in range(24)]
    assert economics.expectation(silent, now=24) == economics.Expectation(Fraction(1), False, 0)
    known = [Cohort(one.month + 24, one.issued, one.used, one.open) for one in simulated(36)]
    both = silent + known
    expected = economics.expectation(both, now=60)
    assert expected == economics.expectation(known, now=60) and expected.months == 36
    assert economics.still_to_come(both, now=60, expected=expected)[0] == 1_000 * expected.rate


def test_money_rolls_forward_to_the_cent_and_all_of_it_is_recognised_in_the_end() -> None:
    cohorts = simulated(36)
    expected = economics.expectation(cohorts, now=36)
    deferred = {one.month: Fraction(one.issued * 7, 11) for one in cohorts}
    moves = economics.obligation(cohorts, deferred=deferred, now=36, expected=expected)
    periods = economics.roll_forward(moves, range(20, 37))
    for before, after in pairwise(periods):
        assert before.closing == after.opening == before.opening + before.issued - before.recognised
    open_share = economics.still_to_come(cohorts, now=36, expected=expected)
    still = sum(deferred[one.month] * open_share[one.month] / (one.redeemed + open_share[one.month]) for one in cohorts)
    assert abs(periods[-1].closing - still) <= 1
    over = [Cohort(one.month, one.issued, one.used, 0) for one in cohorts]
    moves = economics.obligation(over, deferred=deferred, now=36, expected=expected)
    assert economics.roll_forward(moves, range(37))[-1].closing == 0


@pytest.mark.django_db
def test_the_page_ends_in_what_members_have(new_member: Callable[..., int]) -> None:
    ProgrammeCurrency.objects.create(id=1, code="EUR")
    people = live(new_member, 4)
    at_once()
    with transaction.atomic():
        actions.grant_points(
            cause="x", member_id=people[1], amount=400, reason="thanks", origin="goodwill", by=None, at=AT
        )
    at = AT + timedelta(days=40)
    found = economics_of(at=at)
    assert found.reconciles and found.months[-1].closing == found.with_members + found.held > 600
    assert found.bought.open + found.given.open == found.with_members + found.held + found.owed
    assert found.liability is None and not found.expected.measured and found.expected.rate == 1
    assert sum(row.points for row in found.burn) == found.with_members + found.owed
    PointsValue.objects.create(point_value="0.01", redemption_percent=50)
    again = economics_of(at=at)
    assert again.bought.liability and again.given.liability == economics.rounded(Fraction(again.given.open, 2))
    for family in (again.bought, again.given):
        assert family.periods
        for (_month, before), (_next, after) in pairwise(family.periods):
            assert before.closing == after.opening


@pytest.mark.django_db
def test_a_manager_reads_it_and_every_number_has_its_rows(
    new_member: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loyalty.views.economics.now", lambda: AT + timedelta(days=10))
    live(new_member, 6)
    manager = signed_in(True)
    page = manager.get("/admin/points/promises/")
    assert page.status_code == 200 and "points are promised" in page.content.decode()
    found = page.context["found"]
    month = next(one for one in found.months if one.month == month_of(AT))
    total, before = 0, ""
    while before is not None:
        page = manager.get(f"/admin/points/promises/rows/?of=issued&month={month.first_day}&before={before}")
        total, before = total + sum(row.amount for row in page.context["rows"]), page.context["more"]
    assert total == month.issued > 0
    table = list(csv.reader(manager.get("/admin/points/promises/csv/").content.decode().splitlines()))
    assert len(table) == 13 and next(row for row in table if row[0] == month.first_day)[2] == str(month.issued)
    bad = manager.post("/admin/points/promises/", {"redemption_percent": "101", "point_value": "-1"})
    assert bad.status_code == 422 and not PointsValue.objects.exists()
    assert (
        manager.post("/admin/points/promises/", {"redemption_percent": "80", "point_value": "0.01"}).status_code == 302
    )
    text = manager.get("/admin/points/promises/").content.decode()
    assert "typed by a manager" in text and "is owed for them" in text
    for query in ("", "?of=issued&month=2026-13", "?of=users&month=2026-03", "?of=issued&month=2026-03&before=x"):
        assert manager.get(f"/admin/points/promises/rows/{query}").status_code in (200, 404)
    assert month_named("2026-03\n") is None and month_named("٢٠٢٦-03") is None


@pytest.mark.django_db
def test_others_see_none_of_it() -> None:
    for client in (signed_in(False), Client()):
        for address in ("", "csv/", "rows/?of=issued&month=2026-03"):
            assert client.get(f"/admin/points/promises/{address}").status_code in (302, 403)


@pytest.mark.django_db
def test_finance_reads_what_is_owed() -> None:
    with transaction.atomic():
        ensure_staff_access(at=AT)
    sofia = get_user_model().objects.create_user("sofia", "sofia@example.com", is_staff=True)
    sofia.groups.add(Group.objects.get(name=FINANCE))
    client = Client()
    client.force_login(sofia, backend=settings.AUTHENTICATION_BACKENDS[0])
    for address in ("", "csv/", "rows/?of=issued&month=2026-03"):
        assert client.get(f"/admin/points/promises/{address}").status_code == 200
    assert "/admin/points/promises/" in client.get("/admin/").content.decode()  # the way there, in the menu
