"""The check numbers of the specification."""

import pytest

from campaigns.rules.proof import (
    Arm,
    Verdict,
    detectable_lift,
    early_bound,
    judge,
    needed,
    newcombe,
    ratio_p,
    stops_early,
    suggested_holdout,
)


@pytest.mark.parametrize(
    ("treated", "held_out", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_newcombe(treated: tuple[int, int], held_out: tuple[int, int], lower: float, upper: float) -> None:
    lift = newcombe(Arm(*treated), Arm(*held_out))
    assert (round(lift.lower, 4), round(lift.upper, 4)) == (lower, upper)


@pytest.mark.parametrize(
    ("base", "target", "half", "fifth", "tenth", "twentieth"),
    [
        (0.02, 0.03, 7_651, 12_474, 22_455, 42_799),
        (0.05, 0.06, 16_316, 25_999, 46_506, 88_382),
        (0.05, 0.07, 4_425, 7_156, 12_853, 24_472),
        (0.05, 0.075, 2_941, 4_786, 8_609, 16_402),
        (0.05, 0.10, 869, 1_445, 2_609, 4_979),
        (0.10, 0.12, 7_682, 12_223, 21_853, 41_521),
    ],
)
def test_planned_size(base: float, target: float, half: int, fifth: int, tenth: int, twentieth: int) -> None:
    found = [needed(base=base, target=target, held_share=share) for share in (0.5, 0.2, 0.1, 0.05)]
    # The table's 50:50 totals are even (two equal arms); ours round up once.
    assert abs(found[0] - half) <= 1
    assert found[1:] == [fifth, tenth, twentieth]


@pytest.mark.parametrize(
    ("eligible", "share", "lifts"),
    [
        (500, 0.5, [5.3, 7.0, 8.8, 10.9]),
        (1_000, 0.2, [4.7, 6.3, 7.8, 9.7]),
        (1_000, 0.5, [3.3, 4.6, 6.0, 7.5]),
        (2_000, 0.2, [3.0, 4.1, 5.3, 6.7]),
        (5_000, 0.2, [1.7, 2.4, 3.2, 4.1]),
        (10_000, 0.1, [1.6, 2.3, 3.0, 3.9]),
        (100_000, 0.05, [0.62, 0.94, 1.3, 1.7]),
    ],
)
def test_detectable_lift(eligible: int, share: float, lifts: list[float]) -> None:
    for base, expected in zip((0.02, 0.05, 0.10, 0.20), lifts, strict=True):
        found = detectable_lift(eligible=eligible, held_share=share, base=base)
        assert found is not None
        assert found * 100 == pytest.approx(expected, abs=0.06 if expected > 1 else 0.006)


def test_a_handful_of_people_can_prove_nothing() -> None:
    assert detectable_lift(eligible=3, held_share=0.5, base=0.05) is None
    assert detectable_lift(eligible=100, held_share=0.0, base=0.05) is None


def test_sample_ratio() -> None:
    assert round(ratio_p(treated=9_100, held_out=900, held_share=0.1), 5) == 0.00086
    assert round(ratio_p(treated=9_050, held_out=950, held_share=0.1), 3) == 0.096


@pytest.mark.parametrize(
    ("returned", "held", "difference", "bound", "stop"),
    [
        (200, 8, 0.0142, 0.0129, True),
        (720, 50, 0.0300, 0.0268, True),
        (400, 20, 0.0244, 0.0182, True),
        (300, 25, 0.0083, 0.0194, False),
    ],
)
def test_peeking_guard(returned: int, held: int, difference: float, bound: float, stop: bool) -> None:
    treated, held_out = Arm(returned, 9_000), Arm(held, 1_000)
    assert round(treated.share - held_out.share, 4) == difference
    assert round(early_bound(treated, held_out, base=0.05), 4) == bound
    assert stops_early(treated, held_out, base=0.05) is stop


def test_nineteen_conversions_never_stop_anything() -> None:
    assert not stops_early(Arm(19, 20), Arm(0, 1_000), base=0.02)


@pytest.mark.parametrize(
    ("treated", "held_out", "share", "read_out", "verdict"),
    [
        (Arm(50, 1_000), Arm(0, 0), 0.0, True, Verdict.NOT_MEASURABLE),
        (Arm(500, 9_100), Arm(20, 900), 0.1, True, Verdict.BROKEN),
        (Arm(300, 9_000), Arm(25, 1_000), 0.1, False, Verdict.TOO_EARLY),
        (Arm(400, 9_000), Arm(20, 1_000), 0.1, False, Verdict.BETTER),
        (Arm(450, 9_000), Arm(25, 1_000), 0.1, True, Verdict.BETTER),
        (Arm(300, 9_000), Arm(30, 1_000), 0.1, True, Verdict.NO_EFFECT),
        (Arm(300, 9_000), Arm(60, 1_000), 0.1, True, Verdict.WORSE),
    ],
)
def test_what_may_be_said(treated: Arm, held_out: Arm, share: float, read_out: bool, verdict: Verdict) -> None:
    assert judge(treated, held_out, held_share=share, base=0.05, read_out=read_out)[0] is verdict


def test_suggested_holdout() -> None:
    assert [suggested_holdout(n) for n in (100, 1_999, 2_000, 9_999, 10_000, 50_000)] == [50, 50, 20, 20, 10, 5]
