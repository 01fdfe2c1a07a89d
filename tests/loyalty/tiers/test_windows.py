"""Windows and reviews by themselves, over the days on which clocks jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import rules
from loyalty.rules.forecast import Grain, counts_at, forecast, short_at

# Clocks that jump at two in the morning, at midnight, by half an hour, and one that once skipped a whole day.
ZONES = ["Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Shanghai"]
zones = st.sampled_from([ZoneInfo(name) for name in ZONES])
moments = st.datetimes(datetime(2009, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
kinds = st.sampled_from(["rolling", "calendar", "anniversary"])
joined = st.dates(date(1990, 1, 1), date(2035, 1, 1))
windows = st.builds(rules.Window, kinds, st.integers(1, 800), zones)

STEPS = [
    rules.TierStep(1, "friend", 0, 0, 0),
    rules.TierStep(2, "good", 1, 500, 400),
    rules.TierStep(3, "old", 2, 2000, 1500, lifetime=10_000),
    rules.TierStep(4, "table", 3, 0, 0, by_invitation=True),
    rules.TierStep(5, "oldest", 4, 5000, 5000),
]
policies = st.builds(rules.Policy, st.sampled_from(["one", "full", "never"]), st.sampled_from([0, 1, 30, 90]), zones)
counts = st.builds(
    rules.Counted,
    current=st.integers(0, 6000),
    previous=st.integers(0, 6000),
    lifetime=st.integers(0, 12_000),
    ends=st.none() | st.just(datetime(2027, 1, 1, tzinfo=UTC)),
)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@given(window=windows, at=moments, day=joined)
def test_a_frame_holds_its_moment_and_begins_at_the_beginning_of_a_day(
    window: rules.Window, at: datetime, day: date
) -> None:
    frame = window.frame(at=at, joined=day)
    assert frame.since <= frame.start <= at
    assert frame.ends is None or at < frame.ends
    for edge in (frame.since, frame.start, *([frame.ends] if frame.ends else [])):
        before = (edge - timedelta(microseconds=1)).astimezone(window.zone).date()
        assert before < edge.astimezone(window.zone).date()


@given(window=windows, at=moments, day=joined)
def test_fixed_periods_follow_each_other_without_a_gap(window: rules.Window, at: datetime, day: date) -> None:
    frame = window.frame(at=at, joined=day)
    if frame.ends is None:
        return
    following = window.frame(at=frame.ends, joined=day)
    assert (following.since, following.start) == (frame.start, frame.ends)
    # Apia had no 30 December 2011.
    assert timedelta(days=364) <= frame.ends - frame.start < timedelta(days=368)


@given(zone=zones, days=st.integers(1, 800), earned=moments, at=moments)
def test_what_leaves_a_rolling_window_is_gone_from_its_frame_at_that_moment(
    zone: ZoneInfo, days: int, earned: datetime, at: datetime
) -> None:
    """Two ways of asking the same: is it still inside the frame; has its leaving come."""
    window = rules.Window("rolling", days, zone)
    if earned > at:
        earned, at = at, earned
    leaves = window.leaves(earned.astimezone(zone).date())
    assert leaves is not None
    # A day that the calendar of the zone has skipped (Apia, 30 December 2011) begins with the one after it.
    skipped = ZoneInfo("Pacific/Apia") == zone and date(2011, 12, 29) <= leaves.astimezone(zone).date() <= date(
        2012, 1, 1
    )
    if not skipped:
        assert (earned >= window.frame(at=at).start) == (at < leaves)


def test_an_anniversary_on_the_leap_day_is_the_28th_in_other_years() -> None:
    window = rules.Window("anniversary", 365, ZoneInfo("UTC"))
    frame = window.frame(at=datetime(2027, 3, 1, tzinfo=UTC), joined=date(2024, 2, 29))
    assert (frame.since, frame.start, frame.ends) == (
        datetime(2026, 2, 28, tzinfo=UTC),
        datetime(2027, 2, 28, tzinfo=UTC),
        datetime(2028, 2, 29, tzinfo=UTC),
    )


def test_by_a_day_means_the_whole_day_where_the_programme_lives() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    ends = rules.day_end(datetime(2026, 10, 1, 20, tzinfo=UTC), 30, shanghai)  # it is 2 October there
    assert ends.astimezone(shanghai) == datetime(2026, 11, 2, tzinfo=shanghai)


@given(counted=counts, policy=policies, at=moments)
def test_nobody_falls_between_reviews_and_everybody_rises_at_once(
    counted: rules.Counted, policy: rules.Policy, at: datetime
) -> None:
    for tier in STEPS:
        held = rules.Held(tier, "invitation" if tier.by_invitation else "earned")
        after = rules.review(
            counted=counted, held=held, invited=None, steps=STEPS, policy=policy, at=at, allow_down=False
        )
        assert after.tier.rank >= max(tier.rank, rules.reached(counted.current, STEPS).rank)
        assert after.tier is tier or not after.tier.by_invitation


@given(counted=counts, policy=policies, at=moments, more=st.integers(0, 3000), rank=st.sampled_from([0, 1, 2, 4]))
def test_more_credit_never_makes_less(
    counted: rules.Counted, policy: rules.Policy, at: datetime, more: int, rank: int
) -> None:
    held = rules.Held(next(step for step in STEPS if step.rank == rank))
    richer = rules.Counted(counted.current + more, counted.previous, counted.lifetime + more, counted.ends)
    poor, rich = (
        rules.review(counted=one, held=held, invited=None, steps=STEPS, policy=policy, at=at, allow_down=True)
        for one in (counted, richer)
    )
    assert rich.tier.rank >= poor.tier.rank
    assert not (rich.grace_until and not poor.grace_until and rich.tier is poor.tier)


@given(counted=counts, policy=policies, at=moments)
def test_a_fall_is_announced_by_a_grace_and_goes_one_level_unless_said_otherwise(
    counted: rules.Counted, policy: rules.Policy, at: datetime
) -> None:
    order = [step for step in STEPS if not step.by_invitation]
    for nth, tier in enumerate(order[1:], 1):
        look = at
        held = rules.Held(tier)
        for _night in range(3):
            after = rules.review(
                counted=counted, held=held, invited=None, steps=STEPS, policy=policy, at=look, allow_down=True
            )
            if after.tier.rank < tier.rank:
                assert policy.down != "never" and counted.keeping < tier.keep
                assert policy.grace_days == 0 or (held.grace_until is not None and held.grace_until <= look)
                assert after.tier is order[nth - 1] or policy.down == "full" or after.ground == "lifetime"
                assert policy.down != "full" or after.tier.keep <= counted.keeping or after.ground == "lifetime"
                break
            held = after
            look = held.grace_until or look + timedelta(days=1)


def test_a_tier_of_a_whole_life_needs_no_keeping() -> None:
    policy = rules.Policy("full", 0, ZoneInfo("UTC"))
    after = rules.review(
        counted=rules.Counted(0, 0, 10_000), held=rules.Held(STEPS[2]), invited=None, steps=STEPS, policy=policy,
        at=NOON, allow_down=True,
    )  # fmt: skip
    assert (after.tier.code, after.ground, after.grace_until) == ("old", "lifetime", None)


def test_when_an_invitation_is_over_what_was_earned_stands() -> None:
    policy = rules.Policy("one", 30, ZoneInfo("UTC"))
    table = rules.Held(STEPS[3], "invitation")
    for credit, tier in ((0, "friend"), (450, "good"), (1600, "old")):
        after = rules.review(
            counted=rules.Counted(credit),
            held=table,
            invited=None,
            steps=STEPS,
            policy=policy,
            at=NOON,
            allow_down=True,
        )
        assert (after.tier.code, after.grace_until) == (tier, None)
    stays = rules.review(
        counted=rules.Counted(0), held=table, invited=STEPS[3], steps=STEPS, policy=policy, at=NOON, allow_down=True
    )
    assert stays == table


def test_a_year_saved_in_its_grace_is_safe_until_the_next_one() -> None:
    """480 of 500 in the year that ended; 20 more in January keep it, and nobody is threatened again in February."""
    policy = rules.Policy("one", 30, ZoneInfo("UTC"))
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    steps = [rules.TierStep(1, "friend", 0, 0, 0), rules.TierStep(2, "good", 1, 500, 500)]

    def look(held: rules.Held, current: int, at: datetime) -> rules.Held:
        counted = rules.Counted(current, 480, 0, ends)
        return rules.review(
            counted=counted, held=held, invited=None, steps=steps, policy=policy, at=at, allow_down=True
        )

    grace = look(rules.Held(steps[1]), 0, datetime(2026, 1, 1, 2, tzinfo=UTC))
    assert grace.grace_until == datetime(2026, 2, 1, tzinfo=UTC)
    kept = look(grace, 20, datetime(2026, 1, 20, tzinfo=UTC))
    assert (kept.tier.code, kept.grace_until, kept.secured_until) == ("good", None, ends)
    assert look(kept, 20, datetime(2026, 3, 1, tzinfo=UTC)) == kept
    assert look(grace, 19, datetime(2026, 2, 1, tzinfo=UTC)).tier.code == "friend"


grains = st.lists(
    st.builds(
        lambda back, amount, wait: Grain(NOON.date() - timedelta(days=back), amount, NOON + timedelta(days=wait)),
        st.integers(0, 364),
        st.integers(1, 800),
        st.sampled_from([0, 0, 0, 3, 20]),
    ),
    max_size=12,
)


@given(grains=grains, kind=st.sampled_from(["rolling", "calendar"]), rank=st.sampled_from([1, 2, 4]))
def test_what_the_forecast_asks_keeps_and_one_less_does_not(grains: list[Grain], kind: str, rank: int) -> None:
    """The sentence "N more by DATE keeps it" against the review itself, with N and with N - 1."""
    zone = ZoneInfo("UTC")
    window, policy = rules.Window(kind, 365, zone), rules.Policy("one", 30, zone)
    frame = window.frame(at=NOON)
    held = rules.Held(next(step for step in STEPS if step.rank == rank))
    following = next((s for s in STEPS if s.rank > rank and not s.by_invitation), None)
    seen = forecast(held=held, following=following, grains=grains, window=window, frame=frame, policy=policy, at=NOON)
    if seen.reach and following:
        for amount in {seen.reach.amount, max(0, seen.reach.amount - 1)}:
            now = counts_at([*grains, Grain(NOON.date(), amount, NOON)], window, frame, NOON)
            assert (now >= following.threshold) == (amount >= seen.reach.amount)
    if seen.keep is None or seen.keep.before is None:
        if seen.keep is None:
            assert short_at(grains, window, frame, held.tier.keep, NOON) is None
        return
    for amount in {seen.keep.amount, seen.keep.amount - 1} - {-1}:
        last = (seen.keep.before - timedelta(seconds=1)).date()  # in the last hour of the last day
        more = [*grains, Grain(last, amount, NOON)]
        if kind == "rolling":
            kept = counts_at(more, window, window.frame(at=NOON), seen.keep.before) >= held.tier.keep
        else:
            start = frame.start.date()
            kept = sum(g.amount for g in more if g.day >= start and g.available_at < seen.keep.before) >= held.tier.keep
        assert kept == (amount >= seen.keep.amount)


def test_the_day_a_rolling_tier_runs_short_is_found() -> None:
    window = rules.Window("rolling", 365, ZoneInfo("UTC"))
    old = NOON.date() - timedelta(days=300)
    grains = [Grain(old, 400, NOON), Grain(NOON.date(), 300, NOON), Grain(NOON.date(), 90, NOON + timedelta(days=5))]
    frame = window.frame(at=NOON)
    assert short_at(grains, window, frame, 391, NOON) == datetime(2026, 8, 5, tzinfo=UTC)
    assert short_at(grains, window, frame, 390, NOON) == datetime(2027, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("down", ["one", "full", "never"])
def test_the_lowest_tier_is_left_alone(down: str) -> None:
    after = rules.review(
        counted=rules.Counted(0), held=rules.Held(STEPS[0]), invited=None, steps=STEPS,
        policy=rules.Policy(down, 30, ZoneInfo("UTC")), at=NOON, allow_down=True,
    )  # fmt: skip
    assert after == rules.Held(STEPS[0])
