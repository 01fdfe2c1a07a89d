"""What open pages hear: old state plus frames is the new state, nobody hears what is not theirs, and the end is told once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.live import asking, seats, sessions, stage
from community.models import Attendance, LiveSession, SessionQuestion
from community.moderation import Verdict
from community.queries.live import stage as queries
from community.streams.sessions import SessionStream
from messaging.models import Notice
from messaging.streams import StreamRefused
from outbox.dispatch import run_pending
from tests.community.stage.conftest import AT
from tests.community.stage.test_page import Visit

MINUTE = timedelta(minutes=1)
STREAM = SessionStream()


def ask(show: LiveSession, member: Any, text: str) -> SessionQuestion:
    with transaction.atomic():
        asked = asking.ask(session_id=show.pk, verdict=Verdict(text), client_id=text, by=member.pk, at=AT)
    return SessionQuestion.objects.get(pk=asked.question_id)


def test_frames_lead_from_any_old_state_to_the_new_one(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    tea = ask(show, people[0], "Which tea?")
    with transaction.atomic():
        stage.say_now(session_id=show.pk, text="First cup", by=hana.pk, at=AT)
        asking.ask_poll(session_id=show.pk, question="Green?", options=["yes", "no"], shown=False, by=hana.pk, at=AT)
        asking.mark_question(question_id=tea.pk, state="now", by=hana.pk, at=AT)
    show.refresh_from_db()
    whole = STREAM.since(key=show.public_id, seq=0, limit=500)
    assert [frame["seq"] for frame in whole.frames] == [2, 3, 4] and whole.seq == show.last_seq == 4
    assert [frame["type"] for frame in whole.frames] == ["stage", "poll", "question"]
    assert whole.frames[1]["data"]["counts"] is None  # results are not shown yet
    later = STREAM.since(key=show.public_id, seq=3, limit=500)
    assert [frame["data"]["state"] for frame in later.frames] == ["now"]
    assert STREAM.since(key=show.public_id, seq=0, limit=2).reset
    assert STREAM.since(key=show.public_id, seq=99, limit=500).reset  # from another life of the database
    # A hidden question takes its words along.
    with transaction.atomic():
        asking.mark_question(question_id=tea.pk, state="hidden", by=hana.pk, at=AT)
    (hidden,) = STREAM.since(key=show.public_id, seq=4, limit=500).frames
    assert hidden["data"]["state"] == "gone" and "Which tea?" not in str(hidden)


def test_who_hears_it(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show(capacity=1, spectators_read=False)
    with transaction.atomic():
        for one in people[:2]:
            seats.join(session_id=show.pk, by=one.pk, at=AT)
    asked = {(None, show.public_id), *((one.pk, show.public_id) for one in [*people[:3], hana])}
    hears = {(people[0].pk, show.public_id), (hana.pk, show.public_id)}
    assert STREAM.still_allowed(pairs=asked) == hears
    assert {pair for pair in asked if STREAM.channel(member_id=pair[0], key=pair[1])} == hears
    LiveSession.objects.filter(pk=show.pk).update(spectators_read=True)
    assert STREAM.still_allowed(pairs=asked) == asked - {(None, show.public_id)}
    told = STREAM.receive(
        member_id=people[1].pk, key=show.public_id, op="send", client_id="x" * 8, data={"here": True}
    )  # a sign of life is answered by one's place
    assert (told["here"]["state"], told["here"]["place"]) == ("waiting", 1)
    for data in ({"text": "hello"}, {"here": "yes"}, {}):
        with pytest.raises(StreamRefused):
            STREAM.receive(member_id=people[1].pk, key=show.public_id, op="send", client_id="x" * 8, data=data)


def test_rows_cost_the_page_no_statements(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    visit = Visit(show, people[0])
    visit.post("join/")

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            visit.page()
        return len(captured)

    ask(show, people[0], "Question 0?")
    visit.page()
    before = count()
    with transaction.atomic():
        for one in people[1:]:
            seats.join(session_id=show.pk, by=one.pk, at=AT)
    for number, one in enumerate(people[1:]):
        question = ask(show, one, f"Question {number + 1}?")
        with transaction.atomic():
            asking.vote(question_id=question.pk, wanted=True, by=people[0].pk, at=AT)
    visit.page()
    assert count() == before <= 14


def test_the_clock_ends_it_too_and_those_who_came_are_told_once(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show(capacity=1)
    with transaction.atomic():
        for one in people[:2]:
            seats.join(session_id=show.pk, by=one.pk, at=AT)
    Attendance.objects.create(session=show, member=people[0], came_at=AT, last_beat_at=AT, present=25 * MINUTE)
    with transaction.atomic():
        sessions.end_session(session_id=show.pk, by=None, at=AT + 30 * MINUTE)
    run_pending()
    counts = queries.counts(session_id=show.pk)
    assert (counts.seated, counts.waiting, counts.offered) == (1, 0, 0)
    assert Attendance.objects.get().attended_at == AT + 30 * MINUTE
    words = {"summary": "Three cups.", "recording_url": "", "by": hana.pk, "at": AT + 40 * MINUTE}
    for told, publish in ((None, False), (1, True), (0, True)):
        with transaction.atomic():
            assert stage.tell_summary(session_id=show.pk, publish_it=publish, **words) == told
    assert Notice.objects.filter(kind=stage.SUMMARY_KIND).count() == 1
    page = Visit(show, people[0]).client.get(f"/live/{show.public_id}/summary/")
    assert page.status_code == 200 and "1 stayed for a good part" in page.content.decode()


def test_before_it_is_told_the_summary_is_for_the_host(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    url = f"/live/{show.public_id}/summary/"
    assert Visit(show, hana).client.get(url).status_code == 404
    with transaction.atomic():
        sessions.end_session(session_id=show.pk, by=None, at=AT + 30 * MINUTE)
    assert Visit(show, people[0]).client.get(url).status_code == 404
    assert "not published yet" in Visit(show, hana).client.get(url).content.decode()
