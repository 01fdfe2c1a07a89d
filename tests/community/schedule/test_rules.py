"""Hours, days, states and calendar lines, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from community.rules import calendar as calendar_rules
from community.rules import sessions as rules

NEW_YORK, BERLIN, SHANGHAI = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
START = datetime(2026, 5, 4, 20, tzinfo=UTC)
END = START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "hour", "zone", "utc"),
    [
        (date(2026, 3, 28), time(20), BERLIN, "2026-03-28T19:00"),
        (date(2026, 3, 29), time(20), BERLIN, "2026-03-29T18:00"),  # summer time began in the night before
        (date(2026, 10, 25), time(20), BERLIN, "2026-10-25T19:00"),
        (date(2026, 3, 8), time(2, 30), NEW_YORK, "2026-03-08T07:30"),  # no such hour: 3:30 there
        (date(2026, 11, 1), time(1, 30), NEW_YORK, "2026-11-01T05:30"),  # comes twice: the first
        (date(2026, 12, 31), time(20), SHANGHAI, "2026-12-31T12:00"),
    ],
)
def test_a_local_hour_is_one_moment(day: date, hour: time, zone: ZoneInfo, utc: str) -> None:
    assert rules.utc_of(day, hour, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_an_hour_that_does_not_exist_is_told_as_the_one_it_becomes() -> None:
    moment = rules.utc_of(date(2026, 3, 8), time(2, 30), NEW_YORK)
    assert rules.local_of(moment, NEW_YORK).time() == time(3, 30)


def test_days_keep_to_the_week_the_ends_and_the_holidays() -> None:
    found = rules.days(
        starts_on=date(2026, 3, 3), until=date(2026, 3, 17), weekdays=(1, 3), free_days=[date(2026, 3, 11)],
        first=date(2026, 2, 1), last=date(2026, 4, 1),
    )  # fmt: skip
    assert [day.isoformat() for day in found] == ["2026-03-04", "2026-03-09", "2026-03-16"]


@pytest.mark.parametrize(
    ("state", "minutes", "itself", "after"),
    [
        ("scheduled", -16, False, "scheduled"),
        ("scheduled", -15, False, "doors"),
        ("doors", 0, False, "doors"),  # the host has the button
        ("doors", 0, True, "live"),
        ("doors", -1, True, "doors"),
        ("doors", 89, False, "doors"),
        ("doors", 90, False, "cancelled"),  # nobody began it
        ("scheduled", 90, True, "cancelled"),
        ("live", 89, False, "live"),
        ("live", 90, False, "ended"),
        ("ended", 900, False, "ended"),
        ("cancelled", 0, True, "cancelled"),
    ],
)
def test_what_the_clock_asks_for(state: str, minutes: int, itself: bool, after: str) -> None:
    at = START + timedelta(minutes=minutes)
    assert rules.due_state(state, starts_at=START, ends_at=END, starts_itself=itself, at=at) == after


@pytest.mark.parametrize(
    ("which", "minutes", "due"),
    [
        ("day", -24 * 60 - 1, False), ("day", -24 * 60, True), ("day", -121, True), ("day", -120, False),
        ("soon", -16, False), ("soon", -15, True), ("soon", 4, True), ("soon", 5, False),
    ],
)  # fmt: skip
def test_a_reminder_helps_only_for_a_while(which: str, minutes: int, due: bool) -> None:
    assert rules.reminder_due(which, starts_at=START, at=START + timedelta(minutes=minutes)) is due


def test_lines_are_folded_at_75_octets_and_never_inside_a_character() -> None:
    line = "SUMMARY:" + "老友茶会🍵" * 40 + "x" * 100
    parts = calendar_rules.folded(line)
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
    assert all(part.startswith(" ") for part in parts[1:])
    assert calendar_rules.folded("x" * 75) == ["x" * 75]
    assert [len(part) for part in calendar_rules.folded("x" * 76)] == [75, 2]


def test_text_cannot_begin_a_line_of_its_own() -> None:
    evil = "Tea; with, back\\slash\r\nATTENDEE:mailto:x@example.com\x00\x07"
    assert calendar_rules.escaped(evil) == "Tea\\; with\\, back\\\\slash\\nATTENDEE:mailto:x@example.com"
