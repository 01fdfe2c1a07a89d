"""The stage rule: the published worked cases, and what must hold at the edges."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from insights.rules import HEALTH, Reason, Stage, evaluate, falling_limits, healthier, is_better, site_cadence

START = date(2024, 1, 1)


def days(*numbers: int) -> list[date]:
    return [START + timedelta(days=number) for number in numbers]


def at(number: int) -> date:
    return START + timedelta(days=number)


RHYTHM = (0, 10, 20, 30)
FALLING = (*range(0, 91, 2), 100, 120)


@pytest.mark.parametrize(
    ("visits", "day", "n", "cadence", "silence", "stage", "reason"),
    [
        ((), 200, 0, 0, 0, "potential", "no_events"),
        ((195,), 200, 1, 30, 5, "exploration", "few_visits"),
        ((130,), 200, 1, 30, 70, "decline", "silent"),
        ((60,), 200, 1, 30, 140, "lapsed", "silent_long"),
        (RHYTHM, 65, 4, 18, 35, "formation", "building"),
        (RHYTHM, 66, 4, 18, 36, "decline", "silent"),
        (RHYTHM, 101, 4, 18, 71, "decline", "silent"),
        (RHYTHM, 102, 4, 18, 72, "lapsed", "silent_long"),
        (tuple(range(0, 197, 7)), 200, 29, 256 / 30, 4, "stable", "steady"),
        ((*RHYTHM, 150), 160, 5, 35, 10, "recovered", "came_back"),
        ((*RHYTHM, 150), 181, 5, 35, 31, "stable", "steady"),
        (FALLING, 127, 48, 180 / 49, 7, "decline", "falling"),
    ],
)
def test_worked_cases(visits, day, n, cadence, silence, stage, reason):
    verdict = evaluate(days(*visits), as_of=at(day), prior_cadence=30.0)
    assert (verdict.stage, verdict.reason) == (stage, reason)
    assert (verdict.inputs.visits, verdict.inputs.silence) == (n, silence)
    assert verdict.inputs.cadence == pytest.approx(cadence, abs=1e-12)


def test_falling_case_shows_its_counts():
    inputs = evaluate(days(*FALLING), as_of=at(127), prior_cadence=30.0).inputs
    assert (inputs.window, inputs.recent, inputs.prior) == (28, 2, 10)


def test_three_after_ten_falls_and_two_after_eight_does_not():
    limits = falling_limits(Fraction(1, 20), 360)
    assert limits[13] == 3  # P(X <= 3 of 13) = .0461
    assert limits[10] == 1  # P(X <= 2 of 10) = .0547
    assert limits[4] == -1
    assert limits[5] == 0  # 1/32
    assert len(limits) == 361


def test_order_and_repetition_do_not_matter_and_the_future_is_not_known():
    shuffled = [*days(30, 0, 20, 10, 10, 0), *days(90)]
    assert evaluate(shuffled, as_of=at(65), prior_cadence=30.0) == evaluate(
        days(*RHYTHM), as_of=at(65), prior_cadence=30.0
    )


def test_recovered_lasts_thirty_days_and_silence_cancels_it():
    history = days(*RHYTHM, 150, 160, 170, 179)
    assert evaluate(history, as_of=at(180), prior_cadence=30.0).stage == Stage.RECOVERED
    assert evaluate(history, as_of=at(181), prior_cadence=30.0).stage == Stage.STABLE
    quick = days(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100)  # g = (2*3 + 100) / 13 = 8.2: late after 16.3 days
    assert evaluate(quick, as_of=at(116), prior_cadence=3.0).stage == Stage.RECOVERED
    assert evaluate(quick, as_of=at(117), prior_cadence=3.0).reason == Reason.SILENT


def test_the_gap_is_judged_by_the_cadence_known_before_it():
    # 70 days between a first and a second visit are no long gap where people come every 30 days (4 x 30 = 120) …
    assert evaluate(days(0, 70), as_of=at(71), prior_cadence=30.0).inputs.back_for is None
    # … but are where they come every 15.
    assert evaluate(days(0, 70), as_of=at(71), prior_cadence=15.0).inputs.back_for == 1


def test_five_thousand_visits_on_as_many_days():
    verdict = evaluate([START + timedelta(days=n) for n in range(5000)], as_of=at(4999), prior_cadence=30.0)
    assert verdict.stage == Stage.STABLE
    assert verdict.inputs.recent == verdict.inputs.prior == 28


def test_site_cadence_needs_thirty_members_with_three_visits():
    regular = [days(0, 10, 20)] * 29
    assert site_cadence([*regular, days(0, 5)]) == 30.0
    assert site_cadence([*regular, days(0, 20, 40)]) == 10.0
    even = [days(0, 10, 20)] * 15 + [days(0, 20, 40)] * 15
    assert site_cadence(even) == 15.0


def test_health_order():
    assert [str(stage) for stage in HEALTH] == [
        "stable", "formation", "recovered", "exploration", "decline", "lapsed", "potential",
    ]  # fmt: skip
    assert healthier(Stage.LAPSED, Stage.STABLE) == Stage.STABLE
    assert healthier(Stage.LAPSED, Stage.POTENTIAL) == Stage.LAPSED
    assert is_better(Stage.RECOVERED, Stage.LAPSED)
    assert not is_better(Stage.STABLE, Stage.STABLE)
