"""Periods, progress, levels and the rhythm: pure calculation."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyalty.rules import levels, quests
from loyalty.rules.quest_steps import KINDS, BadStep, StepDraft, checked, fits
from loyalty.rules.rhythm import rhythm

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def marks(*rows: tuple[int, str, str, int]) -> list[quests.Mark]:
    return [
        quests.Mark(step, source, distinct, AT + timedelta(minutes=minute)) for step, source, distinct, minute in rows
    ]


def test_the_levels_of_the_programme() -> None:
    assert [levels.begins_at(level) for level in (1, 2, 10, 15, 20, 30)] == [0, 2, 90, 210, 380, 870]
    for credit, level in (
        (0, 1),
        (1, 1),
        (2, 2),
        (89, 9),
        (90, 10),
        (100, 10),
        (209, 14),
        (210, 15),
        (380, 20),
        (-5, 1),
    ):
        assert levels.level_of(credit) == level, credit
    for curve in (1, 2, 7):
        for level in (*range(1, 300), 10**9):
            start = levels.begins_at(level, curve=curve)
            assert levels.level_of(start, curve=curve) == level and levels.level_of(start - 1, curve=curve) <= max(
                level - 1, 1
            )


def test_periods_are_local_and_days_of_a_time_change_have_23_or_25_hours() -> None:
    spring, autumn = datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)
    for day, hours in ((spring, 23), (autumn, 25)):
        end = quests.period_end("daily", day, BERLIN)
        start = quests.period_end("daily", day - timedelta(days=1), BERLIN)
        assert end and start and (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(hours=hours)
        assert quests.period("daily", end.astimezone(UTC) - timedelta(seconds=1), BERLIN) == day.date().isoformat()
        assert quests.period("daily", end.astimezone(UTC), BERLIN) != day.date().isoformat()


def test_weeks_begin_on_monday_and_belong_to_the_right_year() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday already in Berlin
    assert (
        quests.period("weekly", late, BERLIN) == "2026-W48"
        and quests.period("weekly", late, ZoneInfo("UTC")) == "2026-W47"
    )
    assert quests.monday(late, BERLIN) == date(2026, 11, 23)
    assert quests.period("weekly", datetime(2027, 1, 3, 12, tzinfo=UTC), BERLIN) == "2026-W53"
    assert quests.period("season", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), BERLIN) == "2027-Q1"
    assert quests.period_end("season", datetime(2026, 11, 1, tzinfo=UTC), BERLIN) == datetime(2027, 1, 1, tzinfo=BERLIN)
    assert quests.period_end("never", late, BERLIN) is None and quests.period("never", late, BERLIN) == ""


def test_the_order_of_arrival_makes_no_difference_to_ordered_steps() -> None:
    steps = [quests.StepNeed(1, 1), quests.StepNeed(2, 2)]
    told = marks((2, "early", "", 0), (1, "a", "", 5), (2, "b", "", 6), (2, "c", "", 7))
    for arrival in (told, told[::-1], told[2:] + told[:2]):
        free = quests.progress(steps, arrival, ordered=False)
        ordered = quests.progress(steps, arrival, ordered=True)
        assert [state.have for state in free] == [1, 2] and [state.have for state in ordered] == [1, 2]
        short = quests.progress(steps, [mark for mark in arrival if mark.source != "c"], ordered=True)
        assert [state.have for state in short] == [1, 1]  # "early" was before the first step was done
    locked = quests.progress(steps, marks((2, "b", "", 1)), ordered=True)
    assert locked[1].locked and locked[1].have == 0 and not quests.finished(locked)


def test_only_different_ones_count_and_percent_never_lies() -> None:
    need = [quests.StepNeed(1, 3)]
    same = quests.progress(need, marks((1, "a", "mei", 0), (1, "b", "mei", 1), (1, "c", "lin", 2)), ordered=False)
    assert same[0].have == 2 and quests.share(same) == 66 and not quests.finished(same)
    assert quests.share([]) == 0 and not quests.finished([])


def week(number: int) -> date:
    return date(2026, 1, 5) + timedelta(weeks=number)


@pytest.mark.parametrize(
    ("weeks", "now", "expected"),
    [
        ([], 0, (0, 0, False)),
        ([0, 1, 2], 2, (3, 3, False)),
        ([0, 1, 2], 3, (3, 3, False)),  # this week is not over yet
        ([0, 1, 2], 4, (3, 3, True)),  # a missed week pauses
        ([0, 1, 2, 4], 4, (4, 4, False)),  # and goes on
        ([0, 1, 2, 4, 6, 8], 8, (6, 6, False)),
        ([0, 1, 2, 3], 6, (4, 4, True)),  # four weeks keep one more warm
        ([0, 1, 2, 3], 7, (0, 4, False)),
        ([0, 1, 2], 9, (0, 3, False)),  # the longest stays
        ([0, 1, 2, 9], 9, (1, 3, False)),
        ([0, 5], 3, (0, 1, False)),  # what is to come does not count yet
    ],
)
def test_the_rhythm_pauses_and_keeps_the_longest(weeks: list[int], now: int, expected: tuple[int, int, bool]) -> None:
    found = rhythm([week(one) for one in weeks], this_week=week(now))
    assert (found.weeks, found.longest, found.paused) == expected
    assert found == rhythm([week(one) for one in reversed(weeks)] * 2, this_week=week(now))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"event": "like.given"}, "unknown_act"),
        ({"name": " "}, "no_words"),
        ({"name": "a\x00b"}, "no_words"),
        ({"name": "x" * 161}, "long_words"),
        ({"count": 0}, "bad_count"),
        ({"count": 1.5}, "bad_count"),
        ({"count": True}, "bad_count"),
        ({"count": 10**9}, "bad_count"),
        ({"distinct_by": "session"}, "bad_distinct"),
        ({"filter": {"colour": 1}}, "unknown_filter"),
        ({"filter": {"trust": "1"}}, "bad_filter"),
        ({"filter": {"trust": -1}}, "bad_filter"),
        ({"filter": {"trust": 2**60}}, "bad_filter"),
        ({"filter": {"newcomer": 1}}, "bad_filter"),
        ({"event": "followed", "filter": {"kind": ["room"]}}, "bad_filter"),
        ({"event": "profile.name", "count": 2, "filter": {}}, "only_once"),
    ],
)
def test_a_step_that_cannot_be_says_which_part(change: dict[str, object], code: str) -> None:
    draft = {
        "event": "reaction.received",
        "name": "Words",
        "count": 1,
        "distinct_by": "",
        "filter": {"trust": 1},
    } | change
    with pytest.raises(BadStep) as refused:
        checked(StepDraft(**draft))  # type: ignore[arg-type]
    assert refused.value.code == code and refused.value.words


def test_a_fact_that_is_missing_fits_nothing() -> None:
    kind = KINDS["reaction.received"]
    assert fits(kind, {"trust": 1}, {"trust": 2}) and not fits(kind, {"trust": 1}, {"trust": 0})
    assert not fits(kind, {"newcomer": True}, {"trust": 4}) and not fits(kind, {"newcomer": True}, {"newcomer": False})


def test_what_must_never_be_paid_is_no_step() -> None:
    heard = {kind.event for kind in KINDS.values()}
    assert not heard & {"message.sent", "messages.sent", "flag.upheld", "consent.changed", "idea.voted", "poll.voted"}
