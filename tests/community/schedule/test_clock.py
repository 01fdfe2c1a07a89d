"""Doors, beginnings, ends and reminders: once each, by any number of workers, also late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from community import tasks
from community.actions.live import clock as session_clock
from community.actions.live import rsvp
from community.actions.live import sessions as actions
from community.models import LiveSession
from community.problems import SessionRefused
from messaging.models import Notice
from outbox import clock
from outbox.dispatch import run_pending
from outbox.models import StoredEvent
from tests.community.schedule.conftest import AT, Cast, make_cast, plan, show

START = AT + timedelta(hours=30)


def tick(at: Any) -> None:
    """One run of the task at this moment."""
    for pk in session_clock.due(at=at):
        with transaction.atomic():
            session_clock.step(session_id=pk, at=at)
    for pk, which in session_clock.reminders_due(at=at):
        with transaction.atomic():
            session_clock.remind(session_id=pk, which=which, at=at)


def answer(session: LiveSession, member: Any, words: str, at: Any = AT) -> None:
    with transaction.atomic():
        rsvp.answer(session_id=session.pk, answer=words, by=member.pk, at=at)


def names() -> list[str]:
    """What happened to the sessions themselves; changes of their stages are a stream of its own."""
    told = StoredEvent.objects.filter(name__startswith="session.").exclude(name="session.stage_changed")
    return list(told.order_by("id").values_list("name", flat=True))


def state(session: LiveSession) -> str:
    return LiveSession.objects.get(pk=session.pk).state


def told(kind: str = "session.reminder") -> list[tuple[int, str]]:
    return list(Notice.objects.filter(kind=kind).order_by("id").values_list("member_id", "cause"))


def test_a_session_from_its_doors_to_its_end(cast: Cast) -> None:
    session = plan(cast.gold, starts=START, at=AT)
    tick(START - timedelta(minutes=16))
    assert state(session) == "scheduled"
    with pytest.raises(SessionRefused, match="doors"), transaction.atomic():
        actions.start_session(session_id=session.pk, by=cast.gold.pk, at=START - timedelta(minutes=16))
    tick(START - timedelta(minutes=15))
    tick(START + timedelta(minutes=5))
    assert state(session) == "doors"
    with pytest.raises(SessionRefused), transaction.atomic():
        actions.end_session(session_id=session.pk, by=cast.gold.pk, at=START)
    with transaction.atomic():
        assert actions.start_session(session_id=session.pk, by=cast.gold.pk, at=START)
        assert not actions.start_session(session_id=session.pk, by=cast.gold.pk, at=START)
    tick(START + timedelta(minutes=89))
    assert state(session) == "live"
    tick(START + timedelta(minutes=90))
    tick(START + timedelta(minutes=91))
    assert state(session) == "ended"
    assert names() == ["session.scheduled", "session.doors_opened", "session.started", "session.ended"]
    with pytest.raises(SessionRefused), transaction.atomic():
        actions.cancel_session(session_id=session.pk, reason="Too late.", by=cast.gold.pk, at=START)


def test_the_host_ends_it(cast: Cast) -> None:
    session = plan(cast.gold, starts=START, at=AT)
    tick(START)
    with transaction.atomic():
        actions.start_session(session_id=session.pk, by=cast.gold.pk, at=START)
        assert actions.end_session(session_id=session.pk, by=cast.gold.pk, at=START + timedelta(minutes=40))
        assert not actions.end_session(session_id=session.pk, by=cast.gold.pk, at=START + timedelta(minutes=41))
    session.refresh_from_db()
    assert session.ended_at == START + timedelta(minutes=40)


def test_one_that_begins_by_itself(cast: Cast) -> None:
    session = plan(cast.gold, starts=START, at=AT, starts_itself=True)
    tick(START + timedelta(seconds=10))  # the worker was away: doors and beginning in one run
    assert state(session) == "live"
    assert names()[-2:] == ["session.doors_opened", "session.started"]


def test_what_nobody_began_did_not_take_place(cast: Cast) -> None:
    session = plan(cast.gold, starts=START, at=AT)
    answer(session, cast.mei, "going")
    tick(START + timedelta(hours=2))
    run_pending()
    assert state(session) == "cancelled"
    assert told("session.cancelled")
    page = cast.client("mei").get("/notices/").text
    assert "did not take place" in page


def test_reminders_come_once_to_those_who_said_yes_or_perhaps(cast: Cast) -> None:
    session = plan(cast.gold, starts=START, at=AT)
    answer(session, cast.mei, "going")
    answer(session, cast.ada, "maybe")
    answer(session, cast.helper, "no")
    tick(START - timedelta(hours=25))
    assert told() == []
    answer(session, cast.owner, "going", START - timedelta(hours=23, minutes=50))  # knows already
    for minutes in (30, 31, 45):
        tick(START - timedelta(hours=24) + timedelta(minutes=minutes))
    assert {member for member, _cause in told()} == {cast.mei.pk, cast.ada.pk}
    assert len(told()) == 2
    tick(START - timedelta(minutes=15))
    tick(START - timedelta(minutes=14))
    assert sorted(member for member, _cause in told()) == sorted([cast.mei.pk, cast.ada.pk] * 2 + [cast.owner.pk])


def test_a_moved_session_tells_and_reminds_anew(cast: Cast) -> None:
    session = plan(cast.gold, starts=START, at=AT)
    answer(session, cast.mei, "going")
    tick(START - timedelta(hours=23))
    later = START + timedelta(days=2)
    with transaction.atomic():
        actions.change_session(
            session_id=session.pk, show=show(cast.gold), starts_at=later, ends_at=later + timedelta(hours=1),
            by=cast.gold.pk, at=START - timedelta(hours=20),
        )  # fmt: skip
    run_pending()
    assert len(told("session.moved")) == 1
    tick(later - timedelta(hours=23))
    assert len(told()) == 2
    page = cast.client("mei").get("/notices/").text
    assert "moved" in page


def test_the_same_again_is_no_change(cast: Cast) -> None:
    session = plan(cast.gold, starts=START, at=AT)
    with transaction.atomic():
        actions.change_session(
            session_id=session.pk, show=show(cast.gold), starts_at=session.starts_at, ends_at=session.ends_at,
            by=None, at=AT,
        )  # fmt: skip
    assert names() == ["session.scheduled"]
    assert LiveSession.objects.get().revision == 0


def test_who_may_not_come_any_more_is_not_reminded(cast: Cast) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.get(name="tier:gold")
    session = plan(cast.owner, starts=START, at=AT, audience="group", group_id=group.pk)
    answer(session, cast.gold, "going")
    cast.gold.groups.clear()
    tick(START - timedelta(hours=20))
    assert told() == []


def test_a_cancelled_session_tells_the_reason_and_reminds_nobody(cast: Cast) -> None:
    session = plan(cast.gold)
    with transaction.atomic():
        rsvp.answer(session_id=session.pk, answer="going", by=cast.mei.pk, at=clock.now())
    client = cast.client("gold")
    url = f"/live/{session.public_id}/cancel/"
    assert client.post(url, {"reason": "   "}).status_code == 422
    assert state(session) == "scheduled"
    assert client.post(url, {"reason": "The <b>kettle</b> broke."}).status_code == 302
    run_pending()
    page = cast.client("mei").get("/notices/").text
    assert "is cancelled" in page and "The &lt;b&gt;kettle&lt;/b&gt; broke." in page
    tick(session.starts_at - timedelta(minutes=10))
    assert told() == []
    assert cast.client("mei").post(f"/live/{session.public_id}/rsvp/", {"answer": "going"}).status_code == 302
    with pytest.raises(SessionRefused), transaction.atomic():
        rsvp.answer(session_id=session.pk, answer="maybe", by=cast.mei.pk, at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_several_workers_do_each_step_once() -> None:
    people = make_cast()
    sessions = [plan(people.gold, starts=START, at=AT, starts_itself=True, title=f"Table {n}") for n in range(3)]
    for session in sessions:
        answer(session, people.mei, "going")
    at = START + timedelta(minutes=1)

    def work(_number: int) -> None:
        try:
            tick(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(8)))
    assert {state(session) for session in sessions} == {"live"}
    assert names().count("session.doors_opened") == names().count("session.started") == 3
    assert len(told()) == 3
    tasks.keep_sessions()  # by the real clock they are long over
    assert {state(session) for session in sessions} == {"ended"}
