"""Seats and their queue: nobody too many, nobody lost, in the promised order."""

import random
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from community.actions.live import seats
from community.actions.live.stream import NotOpen
from community.models import LiveSession, Rsvp, Seat
from community.queries.live import stage as queries
from community.rules import seats as rules
from community.rules.seats import Waiting, line
from tests.community.stage.conftest import AT, make_person, sure

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def join(session: LiveSession, member: Any, at: Any = AT) -> str:
    with transaction.atomic():
        return seats.join(session_id=session.pk, by=member.pk, at=at).state


def leave(session: LiveSession, member: Any, at: Any = AT) -> bool:
    with transaction.atomic():
        return seats.leave(session_id=session.pk, by=member.pk, at=at)


def settle(session: LiveSession, at: Any) -> int:
    with transaction.atomic():
        return seats.settle(session_id=session.pk, at=at)


def states(session: LiveSession) -> dict[str, str]:
    return dict(Seat.objects.filter(session=session).values_list("member__username", "state"))


def names(session: LiveSession, at: Any) -> list[str]:
    return [one.card.username for one in queries.queue(session=session, at=at)]


def test_a_free_seat_is_taken_once_and_the_next_one_waits(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=2)
    assert [join(show, one) for one in (people[0], people[0], people[1], people[2])] == [
        "seated", "seated", "seated", "waiting",
    ]  # fmt: skip
    sure(show)
    assert queries.counts(session_id=show.pk) == queries.Counts(seated=2, offered=0, waiting=1, capacity=2)


def test_without_a_capacity_everybody_sits(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=0)
    assert {join(show, one) for one in people} == {"seated"}
    sure(show)
    assert show.seated == len(people)


@pytest.mark.parametrize("state", ["scheduled", "ended", "cancelled"])
def test_nobody_comes_in_before_the_doors_open_or_after_the_end(make_show: Any, people: list[Any], state: str) -> None:
    show = make_show(state="scheduled")
    if state == "ended":
        LiveSession.objects.filter(pk=show.pk).update(state="ended", doors_at=AT, started_at=AT, ended_at=AT)
    elif state == "cancelled":
        LiveSession.objects.filter(pk=show.pk).update(state="cancelled", cancelled_at=AT)
    with pytest.raises(NotOpen):
        join(show, people[0])
    assert not Seat.objects.exists()


def test_the_queue_is_by_rank_then_answer_then_time(make_show: Any, people: list[Any], ranks: dict[int, int]) -> None:
    show = make_show(capacity=1)
    first, walk_in, said_yes, silver, gold, gold_later = people
    ranks |= {silver.pk: 1, gold.pk: 2, gold_later.pk: 2}
    Rsvp.objects.create(session=show, member=said_yes, answer="going", at=AT)
    Rsvp.objects.create(session=show, member=walk_in, answer="maybe", at=AT)
    join(show, first)
    for minute, one in enumerate((walk_in, said_yes, silver, gold, gold_later)):
        join(show, one, AT + minute * SECOND)
    order = ["guest4", "guest5", "guest3", "guest2", "guest1"]
    assert names(show, AT + MINUTE) == order
    for place, one in enumerate((gold, gold_later, silver, said_yes, walk_in), 1):
        assert queries.place_of(session=show, member_id=one.pk, at=AT + MINUTE) == place
    # Nobody who sits is moved by a higher rank.
    assert states(show)["guest0"] == "seated"
    got = []
    at = AT + MINUTE
    leave(show, first, at)
    while offered := Seat.objects.filter(session=show, state="offered").first():
        got.append(offered.member.username)
        assert join(show, offered.member, at) == "seated"
        sure(show)
        leave(show, offered.member, at)
    assert got == order


def test_an_offer_lasts_a_minute_and_goes_on(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=1)
    for second, one in enumerate(people[:3]):
        join(show, one, AT + second * SECOND)
    leave(show, people[0], AT + 10 * SECOND)
    assert states(show) == {"guest0": "left", "guest1": "offered", "guest2": "waiting"}
    sure(show)
    settle(show, AT + 69 * SECOND)
    assert states(show)["guest1"] == "offered"
    assert seats.due(at=AT + 69 * SECOND) == []
    assert seats.due(at=AT + 70 * SECOND) == [show.pk]
    settle(show, AT + 70 * SECOND)
    assert states(show) == {"guest0": "left", "guest1": "expired", "guest2": "offered"}
    sure(show)
    # Who missed it may wait again, behind the others; a newcomer does not pass whoever is offered the seat.
    assert join(show, people[3], AT + 71 * SECOND) == "waiting"
    assert join(show, people[1], AT + 72 * SECOND) == "waiting"
    assert names(show, AT + 73 * SECOND) == ["guest2", "guest3", "guest1"]
    assert join(show, people[2], AT + 80 * SECOND) == "seated"
    sure(show)


def test_a_lost_connection_keeps_its_seat_for_ninety_seconds(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=1)
    join(show, people[0])
    join(show, people[1])
    with transaction.atomic():
        seats.see(session_id=show.pk, by=people[0].pk, at=AT + 60 * SECOND)
        seats.see(session_id=show.pk, by=people[1].pk, at=AT + 60 * SECOND)
    settle(show, AT + 150 * SECOND)
    assert states(show) == {"guest0": "seated", "guest1": "waiting"}
    settle(show, AT + 151 * SECOND)
    assert states(show) == {"guest0": "left", "guest1": "offered"}
    sure(show)
    # A sign of life of somebody who lost the seat brings nothing back.
    with transaction.atomic():
        seats.see(session_id=show.pk, by=people[0].pk, at=AT + 152 * SECOND)
    assert states(show)["guest0"] == "left"


def test_a_new_rank_moves_a_place_in_the_queue_and_nobody_from_a_seat(
    make_show: Any, people: list[Any], ranks: dict[int, int]
) -> None:
    show = make_show(capacity=1)
    for second, one in enumerate(people[:4]):
        join(show, one, AT + second * SECOND)
    with transaction.atomic():
        assert seats.set_priority(member_id=people[3].pk, rank=2, at=AT + MINUTE) == 1
        assert seats.set_priority(member_id=people[3].pk, rank=2, at=AT + MINUTE) == 0
        assert seats.set_priority(member_id=people[0].pk, rank=9, at=AT + MINUTE) == 0
    assert names(show, AT + MINUTE) == ["guest3", "guest1", "guest2"]
    assert states(show)["guest0"] == "seated"


def test_more_seats_are_offered_at_once(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=1)
    for second, one in enumerate(people):
        join(show, one, AT + second * SECOND)
    LiveSession.objects.filter(pk=show.pk).update(capacity=3)
    settle(show, AT + 10 * SECOND)
    assert sorted(name for name, state in states(show).items() if state == "offered") == ["guest1", "guest2"]
    sure(show)


def test_the_statement_orders_as_the_rule_does(make_show: Any, ranks: dict[int, int]) -> None:
    show = make_show(capacity=1, age_minutes=3)
    dice = random.Random(11)
    rows = [
        Seat(
            session=show, member=make_person(f"p{number}"), state="waiting", priority=dice.randint(0, 3),
            rsvp=dice.random() < 0.4, waiting_since=AT + dice.randint(0, 20) * MINUTE, last_seen_at=AT + 30 * MINUTE,
        )
        for number in range(60)
    ]  # fmt: skip
    Seat.objects.bulk_create(rows)
    for age in (0, 3):
        LiveSession.objects.filter(pk=show.pk).update(age_minutes=age)
        show.refresh_from_db()
        at = AT + 31 * MINUTE
        wanted = line(
            [Waiting(one.pk, one.priority, one.rsvp, one.waiting_since) for one in rows], age_minutes=age, at=at
        )
        of_seat = {one.pk: one.member.username for one in rows}
        assert names(show, at) == [of_seat[one.id] for one in wanted]


def wait_times(*, age_minutes: int, seed: int) -> list[tuple[int, int]]:
    """(rank, minutes waited) of everybody seated in a day in which one seat becomes free a minute, and more come."""
    dice, queue, seated, number = random.Random(seed), [], [], 0
    for minute in range(600):
        at = AT + minute * MINUTE
        # One of rank 2 comes every minute, which is as many as are seated; others now and then in the first hour.
        for rank in [2] + ([dice.randint(0, 1)] if minute < 60 and minute % 3 == 0 else []):
            number += 1
            queue.append(Waiting(number, rank, dice.random() < 0.5, at))
        if minute % 2 == 0 or minute > 300:
            one = line(queue, age_minutes=age_minutes, at=at)[0]
            queue.remove(one)
            seated.append((one.priority, int((at - one.since) / MINUTE)))
    return seated


@pytest.mark.parametrize("seed", range(5))
def test_with_ageing_everybody_is_seated_and_without_the_highest_pass_for_ever(seed: int) -> None:
    low = 20
    assert sum(rank < 2 for rank, _ in wait_times(age_minutes=5, seed=seed)) == low
    assert sum(rank < 2 for rank, _ in wait_times(age_minutes=0, seed=seed)) < low


@pytest.mark.parametrize("seed", range(20))
def test_within_a_rank_it_is_first_come_first_served(seed: int) -> None:
    dice = random.Random(seed)
    waiting = [Waiting(n, dice.randint(0, 2), False, AT + dice.randint(0, 50) * MINUTE) for n in range(40)]
    for age in (0, 7):
        order = line(waiting, age_minutes=age, at=AT + 60 * MINUTE)
        for rank in range(3):
            times = [one.since for one in order if one.priority == rank]
            assert times == sorted(times)


def at_once(*calls: Any) -> list[BaseException]:
    """Run these at the same moment, each in its own thread and connection; what went wrong."""
    barrier, problems = threading.Barrier(len(calls)), []

    def run(call: Any) -> None:
        try:
            barrier.wait(30)
            call()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return problems


@pytest.mark.django_db(transaction=True)
def test_a_hundred_for_ten_seats(make_show: Any, ranks: dict[int, int]) -> None:
    show = make_show(capacity=10)
    crowd = [make_person(f"p{number:03}") for number in range(100)]
    ranks |= {one.pk: number % 3 for number, one in enumerate(crowd)}
    for start in range(0, 100, 25):  # as many connections as the test database has
        calls = [lambda one=one: join(show, one) for one in crowd[start : start + 25]]
        assert at_once(*calls) == []
    sure(show)
    rows = list(Seat.objects.filter(session=show).order_by("pk"))
    assert len(rows) == 100
    assert sum(row.state == "seated" for row in rows) == 10
    waiting = [row for row in rows if row.state == "waiting"]
    assert len(waiting) == 90
    wanted = sorted(waiting, key=lambda row: (-row.priority, row.waiting_since, row.pk))
    assert [row.member_id for row in wanted] == [
        one.card.id for one in queries.queue(session=show, at=AT + SECOND, limit=200)
    ]
    # Everybody leaves at once while others take their offers and the clock looks: still exact.
    inside = [row.member for row in rows if row.state == "seated"]
    calls = [lambda one=one: leave(show, one, AT + SECOND) for one in inside]
    calls += [lambda: settle(show, AT + SECOND) for _ in range(4)]
    calls += [lambda row=row: join(show, row.member, AT + SECOND) for row in wanted[:6]]
    assert at_once(*calls) == []
    sure(show)
    assert show.seated == 10
    best = [row.member_id for row in wanted[:10]]
    now_in = Seat.objects.filter(session=show, state__in=("seated", "offered"))
    assert sorted(now_in.values_list("member_id", flat=True)) == sorted(best)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_takes_no_seat_with_it(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=1)
    join(show, people[0])
    join(show, people[1])
    for verb in (leave, join):
        with pytest.raises(RuntimeError), transaction.atomic():
            seats_before = states(show)
            if verb is leave:
                seats.leave(session_id=show.pk, by=people[0].pk, at=AT)
            else:
                seats.join(session_id=show.pk, by=people[2].pk, at=AT)
            raise RuntimeError("killed before the commit")
        assert states(show) == seats_before
        sure(show)

    # Killed for good in the middle, by the server of the database.
    def killed() -> None:
        with transaction.atomic():
            seats.leave(session_id=show.pk, by=people[0].pk, at=AT)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert len(at_once(killed)) == 1
    assert states(show) == {"guest0": "seated", "guest1": "waiting"}
    sure(show)


def test_the_numbers_of_the_specification() -> None:
    assert rules.OFFER_LASTS == 60 * SECOND
    assert rules.SEAT_KEPT == 90 * SECOND
