"""Quiet hours, caps and refusals as pure calculation."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules import Limits, back_off, is_quiet, is_unknown_user, next_allowed, next_free

NIGHT = Limits()
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Shanghai", "UTC"]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (datetime(2026, 1, 5, 12, tzinfo=UTC), BERLIN, datetime(2026, 1, 5, 12, tzinfo=UTC)),
        (datetime(2026, 1, 5, 20, tzinfo=UTC), BERLIN, datetime(2026, 1, 6, 7, tzinfo=UTC)),  # 21:00 there
        (datetime(2026, 1, 5, 6, 59, tzinfo=UTC), BERLIN, datetime(2026, 1, 5, 7, tzinfo=UTC)),
        (datetime(2026, 3, 28, 22, tzinfo=UTC), BERLIN, datetime(2026, 3, 29, 6, tzinfo=UTC)),  # the clocks change
        (datetime(2026, 10, 24, 22, tzinfo=UTC), BERLIN, datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (datetime(2026, 1, 5, 12, 59, tzinfo=UTC), SHANGHAI, datetime(2026, 1, 5, 12, 59, tzinfo=UTC)),
        (datetime(2026, 1, 5, 13, tzinfo=UTC), SHANGHAI, datetime(2026, 1, 6, 0, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_in_the_members_morning(at: datetime, zone: ZoneInfo, expected: datetime) -> None:
    assert next_allowed(at=at, zone=zone, limits=NIGHT) == expected


@given(at=MOMENTS, zone=ZONES, start=st.times(), end=st.times())
def test_the_next_allowed_moment_is_never_quiet_and_never_past(at: datetime, zone: str, start: time, end: time) -> None:
    limits = Limits(quiet_from=start, quiet_to=end)
    found = next_allowed(at=at, zone=ZoneInfo(zone), limits=limits)
    assert at <= found <= at + timedelta(hours=26)
    assert not is_quiet(at=found, zone=ZoneInfo(zone), limits=limits)


def test_an_end_in_the_repeated_hour_is_not_in_the_past() -> None:
    limits = Limits(quiet_from=time(21), quiet_to=time(2, 30))
    second_quarter_past_two = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    found = next_allowed(at=second_quarter_past_two, zone=BERLIN, limits=limits)
    assert found == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_equal_ends_mean_no_quiet_hours() -> None:
    limits = Limits(quiet_from=time(9), quiet_to=time(9))
    midnight = datetime(2026, 1, 5, 0, tzinfo=UTC)
    assert next_allowed(at=midnight, zone=BERLIN, limits=limits) == midnight


def test_windows_roll_over_midnight() -> None:
    late = datetime(2026, 1, 5, 23, tzinfo=UTC)
    free, reason = next_free(at=late + timedelta(minutes=90), sent=[late], limits=NIGHT)
    assert (free, reason) == (late + timedelta(days=1), "cap_day")


def test_three_a_week() -> None:
    at = datetime(2026, 1, 9, 12, tzinfo=UTC)
    sent = [at - timedelta(days=6), at - timedelta(days=4), at - timedelta(days=2)]
    assert next_free(at=at, sent=sent, limits=NIGHT) == (sent[0] + timedelta(days=7), "cap_week")
    assert next_free(at=at, sent=sent[1:], limits=NIGHT) == (at, "")


def test_a_cap_of_nothing_lets_nothing_through() -> None:
    at = datetime(2026, 1, 9, 12, tzinfo=UTC)
    free, reason = next_free(at=at, sent=[], limits=Limits(marketing_per_day=0))
    assert free > at
    assert reason == "cap_day"


def test_back_off() -> None:
    assert [back_off(n) / timedelta(minutes=1) for n in (1, 2, 3, 4)] == [1, 4, 16, 64]


@pytest.mark.parametrize(
    ("code", "answer", "stage", "unknown"),
    [
        (550, "5.1.1 no such user", "recipient", True),
        (550, "No such user here", "recipient", True),
        (550, "5.7.1 blocked by policy", "recipient", False),
        (552, "5.2.2 mailbox full", "recipient", False),
        (554, "5.6.0 content refused", "content", False),
    ],
)
def test_only_a_missing_mailbox_is_suppressed(code: int, answer: str, stage: str, unknown: bool) -> None:
    assert is_unknown_user(code=code, answer=answer, stage=stage) is unknown
