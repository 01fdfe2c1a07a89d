"""Who was there: signs of life become time, however many tabs and whatever the clocks do, and are told once."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from community.actions.live import attendance, seats, sessions
from community.models import Attendance, LiveSession, Stage
from community.rules.attendance import Noted, needed, note
from outbox.models import StoredEvent
from tests.community.stage.conftest import AT

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def beat(show: LiveSession, member: Any, at: datetime) -> bool:
    with transaction.atomic():
        seats.see(session_id=show.pk, by=member.pk, at=at)
        return attendance.beat(session_id=show.pk, by=member.pk, at=at)


def come(show: LiveSession, member: Any, at: datetime = AT) -> None:
    with transaction.atomic():
        seats.join(session_id=show.pk, by=member.pk, at=at)


def told() -> list[dict[str, Any]]:
    return list(StoredEvent.objects.filter(name="session.attended").order_by("pk").values_list("payload", flat=True))


def test_twenty_minutes_of_an_hour_are_enough_and_told_once(make_show: Any, people: list[Any]) -> None:
    show = make_show()
    come(show, people[0])
    answers = [beat(show, people[0], AT + number * 30 * SECOND) for number in range(45)]
    assert answers.index(True) == 40 and answers.count(True) == 1
    assert [(event["member_id"], event["seconds"]) for event in told()] == [(people[0].pk, 1200)]
    assert Attendance.objects.get().present == 22 * MINUTE


def test_half_of_a_short_show_is_enough(make_show: Any, people: list[Any]) -> None:
    show = make_show(minutes=10)
    come(show, people[0])
    assert [beat(show, people[0], AT + number * MINUTE) for number in range(7)].index(True) == 5


def test_tabs_doubled_forms_and_clocks_add_nothing(make_show: Any, people: list[Any]) -> None:
    show = make_show()
    come(show, people[0])
    for second in (0, 10, 10, 11, 12, 40, 40, 39, 45):  # two tabs and a doubled form
        beat(show, people[0], AT + second * SECOND)
    assert Attendance.objects.get().present == 45 * SECOND
    beat(show, people[0], AT - 20 * SECOND)  # another process, a little behind
    assert Attendance.objects.get().present == 45 * SECOND
    beat(show, people[0], AT + timedelta(days=40))  # a clock jumped ahead, and came back
    beat(show, people[0], AT + 60 * SECOND)
    assert Attendance.objects.get().present == 45 * SECOND
    beat(show, people[0], AT + 80 * SECOND)
    assert Attendance.objects.get().present == 65 * SECOND
    beat(show, people[0], AT + 80 * SECOND + 91 * SECOND)  # away for a while
    assert Attendance.objects.get().present == 65 * SECOND


def test_only_a_seat_in_a_live_session_counts(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=1, state="doors")
    come(show, people[0], AT - MINUTE), come(show, people[1], AT - MINUTE)
    for second in range(-60, 1, 30):
        beat(show, people[0], AT + second * SECOND)
        beat(show, people[1], AT + second * SECOND)  # waits
    assert Attendance.objects.get(member=people[0]).present == timedelta()
    assert not Attendance.objects.filter(member=people[1]).exists()
    with transaction.atomic():
        sessions.start_session(session_id=show.pk, by=None, at=AT + 10 * SECOND)
    beat(show, people[0], AT + 40 * SECOND)
    assert Attendance.objects.get().present == 30 * SECOND  # from the beginning on


def test_a_show_that_ends_early_counts_what_it_was(make_show: Any, people: list[Any]) -> None:
    show = make_show()
    for one in people[:3]:
        come(show, one)
    for number in range(9):
        beat(show, people[0], AT + number * MINUTE)
        if number < 3:
            beat(show, people[1], AT + number * MINUTE)
    assert told() == []
    for _again in range(2):
        with transaction.atomic():
            sessions.end_session(session_id=show.pk, by=None, at=AT + 9 * MINUTE)
    assert [event["member_id"] for event in told()] == [people[0].pk]
    assert Attendance.objects.get(member=people[0]).present == 9 * MINUTE
    assert Stage.objects.get().wound_up
    beat(show, people[1], AT + 10 * MINUTE)  # after the end nothing counts
    assert len(told()) == 1


@pytest.mark.parametrize("seed", range(4))
def test_the_statement_counts_as_the_rule_does(make_show: Any, people: list[Any], seed: int) -> None:
    show, dice = make_show(minutes=600), random.Random(seed)
    come(show, people[0])
    last, present, clock = None, timedelta(), 0
    for _ in range(60):
        clock += dice.choice((-200, -30, -1, 0, 1, 3, 5, 7, 30, 30, 60, 90, 91, 300))
        at = AT + clock * SECOND
        with transaction.atomic():
            attendance.beat(session_id=show.pk, by=people[0].pk, at=at)
        step = Noted(timedelta(), at) if last is None else note(last, at, live_from=AT)
        present, last = present + step.added, step.last
        row = Attendance.objects.get()
        assert (row.present, row.last_beat_at) == (present, last)


def test_what_is_needed() -> None:
    assert needed(length=60 * MINUTE) == 20 * MINUTE
    assert needed(length=30 * MINUTE) == 15 * MINUTE
