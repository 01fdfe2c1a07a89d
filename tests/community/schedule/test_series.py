"""Sessions that repeat: made once for each day, at the same local hour, changed alone or with all that follow."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from community import tasks
from community.actions.live import rsvp
from community.actions.live import series as series_actions
from community.actions.live import sessions as actions
from community.models import LiveSession, Room, SessionSeries
from community.problems import SessionRefused
from messaging.models import Notice
from outbox.dispatch import run_pending
from tests.community.schedule.conftest import AT, Cast, make_cast, plan_series, repeat, show

BERLIN = ZoneInfo("Europe/Berlin")


def days(state: str = "scheduled") -> list[str]:
    rows = LiveSession.objects.filter(state=state).order_by("starts_at")
    return [row.starts_at.astimezone(BERLIN).strftime("%m-%d %H:%M") for row in rows]


def make(series: SessionSeries, at: datetime) -> int:
    with transaction.atomic():
        return series_actions.make(series_id=series.pk, at=at)


def following(session: LiveSession, host: Any, rule: Any, at: datetime = AT, **wanted: Any) -> None:
    with transaction.atomic():
        series_actions.change_following(session_id=session.pk, show=show(host, **wanted), repeat=rule, by=None, at=at)


def nth(number: int) -> LiveSession:
    return LiveSession.objects.order_by("occurs_on")[number]


def test_a_fortnight_is_made_once_however_often(cast: Cast) -> None:
    series = plan_series(cast.gold)
    assert len(days()) == 15  # today and fourteen days
    assert make(series, AT) == make(series, AT + timedelta(hours=3)) == 0
    assert make(series, AT + timedelta(days=2)) == 2
    assert len(set(days())) == 17
    assert Room.objects.filter(kind="session").count() == 17
    assert series_actions.due(at=AT) == [series.pk]


def test_eight_in_the_evening_stays_eight_over_summer_time(cast: Cast) -> None:
    at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    plan_series(cast.gold, at=at, rule=repeat(starts_on=at.date()))
    assert {day[-5:] for day in days()} == {"20:00"}
    hours = {row.starts_at.hour for row in LiveSession.objects.all()}
    assert hours == {18, 19}  # 29 March
    assert all(row.ends_at - row.starts_at == timedelta(hours=1) for row in LiveSession.objects.all())


def test_an_hour_that_one_night_skips_is_held_an_hour_later_that_night_only(cast: Cast) -> None:
    at = datetime(2026, 3, 27, 9, tzinfo=UTC)
    plan_series(cast.gold, at=at, rule=repeat(starts_on=at.date() + timedelta(days=1), hour=time(2, 30)))
    assert days()[:3] == ["03-28 02:30", "03-29 03:30", "03-30 02:30"]


def test_an_hour_that_comes_twice_is_held_once(cast: Cast) -> None:
    at = datetime(2026, 10, 23, 9, tzinfo=UTC)
    plan_series(cast.gold, at=at, rule=repeat(starts_on=at.date() + timedelta(days=1), hour=time(2, 30)))
    assert days()[:3] == ["10-24 02:30", "10-25 02:30", "10-26 02:30"]
    assert nth(1).starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_days_of_the_week_and_the_last_day(cast: Cast) -> None:
    plan_series(cast.gold, rule=repeat(weekdays=(2, 4), until=date(2026, 3, 12)))
    assert days() == ["03-03 20:00", "03-05 20:00", "03-10 20:00", "03-12 20:00"]


def test_one_changed_alone_stays_as_it_is_when_all_change(cast: Cast) -> None:
    series = plan_series(cast.gold)
    third = nth(2)
    with transaction.atomic():
        actions.change_session(
            session_id=third.pk, show=show(cast.gold, title="Guest night"), starts_at=third.starts_at + timedelta(hours=1),
            ends_at=third.ends_at + timedelta(hours=1), by=None, at=AT,
        )  # fmt: skip
    following(nth(1), cast.gold, repeat(starts_on=nth(1).occurs_on, hour=time(19)), title="Early table")
    assert days()[:4] == ["03-02 20:00", "03-03 19:00", "03-04 21:00", "03-05 19:00"]
    assert [nth(number).title for number in range(4)] == [
        "The evening table", "Early table", "Guest night", "Early table",
    ]  # fmt: skip
    assert make(series, AT) == 0
    assert Room.objects.get(session=nth(1)).name == "Early table"


def test_a_later_hour_passes_through_no_other_session(cast: Cast) -> None:
    """Twenty-four hours to the east and west: each new hour is the old one of a neighbour."""
    plan_series(cast.gold, time_zone="Pacific/Auckland")
    first = LiveSession.objects.order_by("starts_at").first()
    assert first is not None
    following(first, cast.gold, repeat(starts_on=first.occurs_on), time_zone="Pacific/Pago_Pago")
    assert len({row.starts_at for row in LiveSession.objects.filter(state="scheduled")}) >= 14


def test_days_that_the_rule_no_longer_means_are_cancelled_and_come_back_with_it(cast: Cast) -> None:
    series = plan_series(cast.gold)
    sunday = LiveSession.objects.get(occurs_on=date(2026, 3, 8))
    with transaction.atomic():
        rsvp.answer(session_id=sunday.pk, answer="going", by=cast.mei.pk, at=AT)
    following(nth(0), cast.gold, repeat(weekdays=(1, 2, 3, 4, 5)))
    run_pending()
    assert days("cancelled") == ["03-07 20:00", "03-08 20:00", "03-14 20:00", "03-15 20:00"]
    assert list(Notice.objects.values_list("member_id", "kind")) == [(cast.mei.pk, "session.cancelled")]
    following(nth(0), cast.gold, repeat())
    assert len(days()) == 15
    assert not days("cancelled")
    sunday.refresh_from_db()
    assert (sunday.state, sunday.revision) == ("scheduled", 2)
    assert make(series, AT) == 0


def test_a_skipped_day_stays_skipped(cast: Cast) -> None:
    series = plan_series(cast.gold)
    with transaction.atomic():
        assert actions.cancel_session(session_id=nth(1).pk, reason="The kettle broke.", by=cast.gold.pk, at=AT)
        assert not actions.cancel_session(session_id=nth(1).pk, reason="Again.", by=cast.gold.pk, at=AT)
    following(nth(0), cast.gold, repeat(hour=time(19)))
    assert make(series, AT) == 0
    assert days("cancelled") == ["03-03 20:00"]
    assert nth(1).cancel_reason == "The kettle broke."


def test_holidays_take_days_away_and_give_them_back(cast: Cast) -> None:
    series = plan_series(cast.gold)
    with transaction.atomic():
        series_actions.set_free_days(
            series_id=series.pk, free_days=(date(2026, 3, 5), date(2026, 3, 20)), by=None, at=AT
        )
    assert days("cancelled") == ["03-05 20:00"]
    assert make(series, AT + timedelta(days=7)) == 6  # not the 20th
    with transaction.atomic():
        series_actions.set_free_days(series_id=series.pk, free_days=(), by=None, at=AT + timedelta(days=1))
    assert "03-05 20:00" in days()


@pytest.mark.parametrize("number", [0, 3])
def test_the_end_of_a_series_cancels_what_follows_and_nothing_comes_after(cast: Cast, number: int) -> None:
    series = plan_series(cast.gold)
    with transaction.atomic():
        assert series_actions.end_series(session_id=nth(number).pk, reason="Summer.", by=None, at=AT) == 15 - number
    assert len(days()) == number
    series.refresh_from_db()
    assert make(series, AT) == make(series, AT + timedelta(days=5)) == 0


def test_a_resting_series_makes_nothing_and_goes_on(cast: Cast) -> None:
    series = plan_series(cast.gold)
    with transaction.atomic():
        series_actions.pause(series_id=series.pk, paused=True, by=None, at=AT)
    assert make(series, AT + timedelta(days=5)) == 0
    assert series_actions.due(at=AT) == []
    with transaction.atomic():
        series_actions.pause(series_id=series.pk, paused=False, by=None, at=AT + timedelta(days=5))
    assert len(LiveSession.objects.all()) == 20


def test_a_session_moved_onto_another_is_refused_and_nothing_changes(cast: Cast) -> None:
    plan_series(cast.gold)
    first, second = nth(0), nth(1)
    with pytest.raises(SessionRefused, match="another session"), transaction.atomic():
        actions.change_session(
            session_id=first.pk, show=show(cast.gold), starts_at=second.starts_at, ends_at=second.ends_at, by=None,
            at=AT,
        )  # fmt: skip
    assert nth(0).starts_at == first.starts_at


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": ()}, {"weekdays": (8,)}, {"minutes": 0}, {"minutes": 721}, {"until": date(2026, 3, 1)},
        {"starts_on": date(2026, 3, 1)}, {"starts_on": date(2400, 1, 1)}, {"weekdays": (1,), "until": date(2026, 3, 2), "hour": time(8)},
        {"free_days": tuple(date(2027, 1, 1) + timedelta(days=n) for n in range(61))},
    ],
)  # fmt: skip
def test_rules_that_cannot_be_make_nothing(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(SessionRefused):
        plan_series(cast.gold, rule=repeat(**wrong))
    assert not SessionSeries.objects.exists()
    assert not LiveSession.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_four_workers_make_each_day_once() -> None:
    people = make_cast()
    series = plan_series(people.gold, rule=repeat(starts_on=AT.date()))

    def work(number: int) -> int:
        try:
            with transaction.atomic():
                return series_actions.make(series_id=series.pk, at=AT + timedelta(days=5, minutes=number))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 5
    assert LiveSession.objects.count() == 20
    tasks.make_sessions()
