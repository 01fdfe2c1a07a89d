"""The page of a live session, with plain forms alone: coming in, waiting, asking, voting, polls, the host's desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.chat import pace
from community.actions.forum import boards
from community.actions.live import seats, sessions
from community.models import (
    Attendance,
    LiveSession,
    Message,
    QuestionVote,
    ReviewItem,
    Room,
    Seat,
    SessionPerson,
    SessionPoll,
    SessionPollVote,
    SessionQuestion,
    Stage,
    WordRule,
)
from members.access import MANAGERS, MODERATORS
from tests.community.stage.conftest import AT, sure

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The hour of the show, where edges ask for the time; tests move it."""
    hour = {"at": AT + MINUTE}
    for name in ("stage", "host", "talk"):
        monkeypatch.setattr(f"community.views.live.{name}.now", lambda: hour["at"])
    return hour


def window(member: Any = None) -> Client:
    client = Client()
    if member is not None:
        client.force_login(member)
    return client


class Visit:
    """One person at the page of one session."""

    def __init__(self, show: LiveSession, member: Any = None) -> None:
        self.client, self.show = window(member), show
        self.url = f"/live/{show.public_id}/room/"

    def page(self, tab: str = "") -> str:
        answer = self.client.get(self.url + (f"?tab={tab}" if tab else ""))
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def post(self, where: str, **data: Any) -> Any:
        return self.client.post(self.url + where, data)

    def ask_json(self, where: str, **data: Any) -> Any:
        return self.client.post(self.url + where, data, headers={"Accept": "application/json"})


def test_coming_in_waiting_being_offered_and_leaving(make_show: Any, people: list[Any], _clock: Any) -> None:
    show = make_show(capacity=1)
    one, two = Visit(show, people[0]), Visit(show, people[1])
    assert "Come in" in one.page()
    assert one.post("join/").status_code == 302
    assert "Leave my seat" in one.page()
    assert 'id="chat-composer"' in one.page()
    assert "Wait for a seat" in two.page().replace("Come in", "Wait for a seat")
    two.post("join/")
    waiting = two.page()
    assert "Your place in the queue:" in waiting and "How the order is made" in waiting
    assert 'http-equiv="refresh" content="15"' in waiting
    assert 'id="chat-composer"' not in waiting and 'id="chat-log"' in waiting  # reads along, does not write
    assert two.post("say/", text="may I?").status_code == 422
    assert two.ask_json("questions/", text="may I?").status_code == 403
    one.post("leave/")
    _clock["at"] += SECOND
    offered = two.page()
    assert "Your seat is ready." in offered and "Take my seat" in offered
    two.post("join/")
    assert 'id="chat-composer"' in two.page()
    assert two.post("say/", text="hello from the second row").status_code == 302
    assert "hello from the second row" in one.page()
    sure(show)


def test_without_reading_along_the_inside_stays_inside(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show(capacity=1, spectators_read=False)
    inside, outside = Visit(show, people[0]), Visit(show, people[1])
    inside.post("join/"), outside.post("join/")
    inside.post("say/", text="a secret of the room")
    inside.post("questions/", text="a secret question")
    for who in (outside, Visit(show, people[2])):
        page = who.page("questions")
        assert "secret" not in page and 'id="chat-log"' not in page and "How seats are given" in page
        state = who.client.get(who.url + "state/").json()
        assert state["reads"] is False and "questions" not in state
        assert who.client.get(f"/chat/live-{show.public_id}/").status_code == 404
    assert "Your place in the queue:" in outside.page()
    assert "secret" in Visit(show, hana).page("questions")


def test_guests_read_where_everybody_may_come_and_members_only_is_absent_for_them(make_show: Any) -> None:
    open_show, closed = make_show(audience="everybody"), make_show()
    assert "Sign in to take a seat" in Visit(open_show).page()
    answer = Visit(open_show).post("join/")
    assert answer.status_code == 302 and "login" in answer["Location"]
    assert window().get(f"/live/{closed.public_id}/room/").status_code == 404
    assert window().get("/live/nothere/room/").status_code == 404
    assert window().get("/live/%00/room/").status_code == 404


def test_looking_is_a_sign_of_life_and_loading_ahead_is_not(make_show: Any, people: list[Any], _clock: Any) -> None:
    show = make_show(capacity=1)
    visit = Visit(show, people[0])
    visit.post("join/")
    _clock["at"] += MINUTE
    visit.client.get(visit.url, headers={"Sec-Purpose": "prefetch"})
    assert Seat.objects.get().last_seen_at == AT + MINUTE
    visit.page()
    assert Seat.objects.get().last_seen_at == _clock["at"]
    # Who writes in peace, without script, is kept for five minutes.
    _clock["at"] += MINUTE
    visit.client.get(visit.url + "?still=1")
    assert Seat.objects.get().last_seen_at == _clock["at"] + 5 * MINUTE


def test_without_script_the_page_that_looks_again_keeps_seat_and_place(
    make_show: Any, people: list[Any], _clock: Any
) -> None:
    show = make_show(capacity=1)
    sits, waits = Visit(show, people[0]), Visit(show, people[1])
    sits.post("join/"), waits.post("join/")
    assert '<noscript><meta http-equiv="refresh" content="60">' in sits.page()
    for minute in range(12):
        _clock["at"] += MINUTE
        sits.page()
        if minute % 4 == 0:  # a browser in the background looks seldom
            waits.page()
        settle(show, _clock["at"])
    assert dict(Seat.objects.values_list("member__username", "state")) == {"guest0": "seated", "guest1": "waiting"}
    present = Attendance.objects.get().present
    assert present == 12 * MINUTE
    # In peace: nothing looks again, the seat stays for five minutes and the 90 seconds of everybody, and no longer. What
    # was said at the end of it is a sign again; the time between counts for nobody, since nobody was seen.
    page = sits.client.get(sits.url + "?still=1").content.decode()
    assert "http-equiv" not in page and "your seat is kept for five minutes" in page
    for seconds, state in ((380, "seated"), (11, "left")):
        _clock["at"] += seconds * SECOND
        waits.page()
        settle(show, _clock["at"])
        assert Seat.objects.get(member=people[0]).state == state
    assert Attendance.objects.get().present == present
    assert "Your seat is ready." in waits.page()


def settle(show: LiveSession, at: Any) -> None:
    with transaction.atomic():
        seats.settle(session_id=show.pk, at=at)


def test_questions_are_asked_voted_for_answered_and_taken_back(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    visits = [Visit(show, one) for one in people[:3]]
    for visit in visits:
        visit.post("join/")
    ann, bo, cy = visits
    ann.post("questions/", text="  Which   tea? ", client_id="one")
    ann.post("questions/", text="Which tea?", client_id="one")  # the same form twice
    tea = SessionQuestion.objects.get()
    assert tea.text == "Which tea?"
    bo.post("questions/", text="How hot?", client_id="two")
    hot = SessionQuestion.objects.get(text="How hot?")
    for visit in (bo, cy, cy):
        visit.post(f"questions/{tea.public_id}/", act="vote")
    assert QuestionVote.objects.filter(question=tea).count() == 2
    assert ann.ask_json(f"questions/{tea.public_id}/", act="vote").json()["code"] == "own_question"
    assert cy.ask_json(f"questions/{tea.public_id}/", act="unvote").json() == {"ok": True, "voted": False}
    page = cy.page("questions")
    assert page.index("Which tea?") < page.index("How hot?")
    # The host answers; only the host does.
    assert cy.ask_json(f"questions/{tea.public_id}/", act="answered").status_code == 403
    host = Visit(show, hana)
    host.post(f"questions/{hot.public_id}/", act="now")
    host.post(f"questions/{tea.public_id}/", act="now")
    hot.refresh_from_db(), tea.refresh_from_db()
    assert (hot.state, tea.state) == ("answered", "now")  # one at a time
    assert bo.ask_json(f"questions/{hot.public_id}/", act="vote").json()["code"] in ("own_question", "question_closed")
    assert cy.ask_json(f"questions/{hot.public_id}/", act="vote").json()["code"] == "question_closed"
    assert ann.ask_json(f"questions/{tea.public_id}/", act="withdraw").json()["code"] == "not_yours"  # it is on now
    for number in range(4):
        answer = cy.ask_json("questions/", text=f"Question {number}?")
    assert answer.status_code == 422 and answer.json()["code"] == "enough_questions"
    mine = SessionQuestion.objects.get(text="Question 0?")
    assert cy.ask_json(f"questions/{mine.public_id}/", act="withdraw").json() == {"ok": True}
    assert "Question 0?" not in host.page("questions")


def test_bad_questions_are_refused_and_hidden_ones_are_absent(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    ann, bo, host = Visit(show, people[0]), Visit(show, people[1]), Visit(show, hana)
    ann.post("join/"), bo.post("join/")
    assert ann.ask_json("questions/", text="  ").json()["code"] == "empty"
    assert ann.ask_json("questions/", text="x" * 501).json()["code"] == "too_long"
    assert ann.ask_json("questions/", text="a\x00b").status_code == 200
    assert ann.ask_json("questions/nothere/", act="vote").status_code == 404
    assert ann.ask_json("questions/").json()["code"] == "empty"
    WordRule.objects.create(phrase="shady", act="hold", places=["message"], by=hana, created_at=AT)
    WordRule.objects.create(phrase="rude", act="block", places=["message"], by=hana, created_at=AT)
    assert ann.ask_json("questions/", text="a rude one").json()["code"] == "blocked_word"
    ann.post("questions/", text="a shady one")
    held = SessionQuestion.objects.get(text="a shady one")
    assert held.state == "hidden"
    assert ReviewItem.objects.get().kind == "flagged_question"
    assert "a shady one" not in bo.page("questions") and "a shady one" in host.page("questions")
    assert bo.ask_json(f"questions/{held.public_id}/", act="vote").status_code == 404
    host.post(f"questions/{held.public_id}/", act="open")
    assert "a shady one" in bo.page("questions")


def test_a_question_can_be_flagged(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    ann, bo = Visit(show, people[0]), Visit(show, people[1])
    ann.post("join/"), bo.post("join/")
    ann.post("questions/", text="Buy my tea?")
    people[1].groups.add(Group.objects.get_or_create(name="trust:2")[0])
    asked = SessionQuestion.objects.get()
    assert "Buy my tea?" in bo.client.get(f"{bo.url}questions/{asked.public_id}/flag/").content.decode()
    bo.post(f"questions/{asked.public_id}/flag/", reason="spam")
    item = ReviewItem.objects.get()
    assert (item.kind, item.target) == ("flagged_question", asked.pk)
    host = Visit(show, hana)
    hana.groups.add(Group.objects.get_or_create(name=MANAGERS)[0])
    page = host.client.get("/review/").content.decode()
    assert "Buy my tea?" in page


def test_polls_have_one_vote_each_and_close(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    ann, bo, host = Visit(show, people[0]), Visit(show, people[1]), Visit(show, hana)
    ann.post("join/"), bo.post("join/")
    assert ann.ask_json("polls/", question="Mine?", options="a\nb").status_code == 403
    assert host.ask_json("polls/", question="One?", options="only\nonly").json()["code"] == "poll_options"
    assert host.ask_json("polls/", question="", options="a\nb").json()["code"] == "poll_without_question"
    host.post("polls/", question="Green or black?", options="Green\n\nBlack\nGreen")
    poll = SessionPoll.objects.get()
    assert (poll.options, poll.shown) == (["Green", "Black"], False)
    for choice in ("0", "1", "1"):
        ann.post(f"polls/{poll.public_id}/", act="choose", choice=choice)
    bo.post(f"polls/{poll.public_id}/", act="choose", choice="1")
    assert sorted(SessionPollVote.objects.values_list("choice", flat=True)) == [1, 1]
    for bad in ("2", "-1", "x", "", "999"):
        assert bo.ask_json(f"polls/{poll.public_id}/", act="choose", choice=bad).status_code == 422
    state = ann.client.get(ann.url + "state/").json()["polls"][0]
    assert state["counts"] is None and state["votes"] == 2  # not shown before it is closed
    assert bo.ask_json(f"polls/{poll.public_id}/", act="close").status_code == 403
    host.post(f"polls/{poll.public_id}/", act="close")
    assert ann.client.get(ann.url + "state/").json()["polls"][0]["counts"] == [0, 2]
    assert ann.ask_json(f"polls/{poll.public_id}/", act="choose", choice="0").json()["code"] == "poll_closed"


def test_the_host_runs_the_show(make_show: Any, people: list[Any], hana: Any, _clock: Any) -> None:
    show = make_show(state="scheduled", capacity=3)
    host, ann = Visit(show, hana), Visit(show, people[0])
    _clock["at"] = AT - 2 * timedelta(hours=1)
    assert host.ask_json("host/", act="doors").json()["code"] == "doors_too_early"
    assert "The doors are not open yet" in ann.page()
    assert ann.ask_json("join/").json()["code"] == "doors_closed"
    _clock["at"] = AT - 20 * MINUTE
    host.post("host/", act="doors")
    ann.post("join/")
    assert ann.ask_json("host/", act="start").status_code == 403
    _clock["at"] = AT
    ann.post("join/")  # twenty minutes without a sign of life
    host.post("host/", act="start")
    show.refresh_from_db()
    assert show.state == "live" and Stage.objects.get().changed_seq == show.last_seq > 0
    host.post("host/", act="now", text="Pouring the first cup")
    host.post("host/", act="notice", text="Cups on the left")
    assert host.ask_json("host/", act="stream", url="http://plain.example/").json()["code"] == "stream_address"
    assert host.ask_json("host/", act="stream", url="javascript:alert(1)").status_code == 422
    host.post("host/", act="stream", url="https://video.example/show")
    page = ann.page()
    for words in ("Pouring the first cup", "Cups on the left", 'href="https://video.example/show"'):
        assert words in page
    host.post("host/", act="invite", member="guest0")
    assert SessionPerson.objects.get().role == "guest"
    assert Seat.objects.get().state == "seated"  # the seat waits for them
    host.post("host/", act="back", member="guest0")
    assert not SessionPerson.objects.exists()
    assert host.ask_json("host/", act="invite", member="nobody").json()["code"] == "nobody"
    host.post("host/", act="pace", seconds="10", locked="1")
    room = Room.objects.get(pk=show.room_id)
    assert (room.slow_seconds, room.status) == (10, "read_only")
    assert "paused the talk" in ann.page()
    assert ann.post("say/", text="psst").status_code == 422
    assert host.post("say/", text="Only me").status_code == 302
    assert host.ask_json("host/", act="pace", seconds="7").json()["code"] == "pace"
    assert host.ask_json("host/", act="fly").json()["code"] == "act"
    _clock["at"] = AT + 40 * MINUTE
    host.post("host/", act="end")
    assert ann.ask_json("join/").json()["code"] == "session_over"
    assert ann.post("say/", text="too late").status_code == 422
    assert "Only me" in ann.page()
    assert Message.objects.filter(room=room).exclude(kind="line").count() == 1


def test_somebody_who_disturbs_loses_the_seat_to_the_next(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show(capacity=1)
    ann, bo, host = Visit(show, people[0]), Visit(show, people[1]), Visit(show, hana)
    ann.post("join/"), bo.post("join/")
    assert bo.ask_json("host/", act="send_out", member="guest0").status_code == 403
    host.post("host/", act="send_out", member="guest0")
    assert dict(Seat.objects.values_list("member__username", "state")) == {"guest0": "sent_out", "guest1": "offered"}
    sure(show)
    assert "You were sent out" in ann.page() and "Come in" not in ann.page() and "Wait for a seat" not in ann.page()
    assert ann.ask_json("join/").json()["code"] == "sent_out"
    ann.post("leave/")  # going is no way around it
    assert ann.ask_json("join/").json()["code"] == "sent_out"
    assert "Let in again" in host.page() and "Let in again" not in bo.page()
    assert ann.ask_json("host/", act="let_in", member="guest0").status_code == 403
    host.post("host/", act="let_in", member="guest0")
    assert "Let in again" not in host.page()
    assert ann.ask_json("join/").json()["here"]["state"] == "waiting"
    sure(show)


def test_silenced_members_read_only(make_show: Any, people: list[Any]) -> None:
    show = make_show()
    ann = Visit(show, people[0])
    ann.post("join/")
    people[0].groups.add(Group.objects.get_or_create(name="order:silenced")[0])
    assert ann.ask_json("questions/", text="still?").status_code == 403
    assert ann.post("say/", text="still?").status_code in (403, 422)
    assert not Message.objects.exists() and not SessionQuestion.objects.exists()


@pytest.mark.parametrize("audience", ["members", "board"])
def test_a_host_takes_words_away_and_only_an_office_changes_them(
    make_show: Any, people: list[Any], hana: Any, audience: str
) -> None:
    """The room of a board's session has a board, which gives its host no office."""
    with transaction.atomic():
        board = boards.ensure_board(slug="talk", name="Talk", at=AT)
    show = make_show(audience=audience, board_id=board if audience == "board" else None)
    guest = Visit(show, people[0])
    guest.post("join/")
    guest.post("say/", text="I said exactly this")
    url, host = f"/chat/{show.room.slug}/1/", Visit(show, hana)
    wanted, headers = {"text": "I said something else"}, {"accept": "application/json"}
    refused = host.client.post(url, wanted, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_message")
    assert "data-moderator" in host.page() and "data-rewords" not in host.page()
    people[1].groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    office = Visit(show, people[1])
    assert "data-rewords" in office.page()
    assert office.client.post(url, wanted, headers=headers).status_code == 200
    assert Message.objects.get(seq=1).raw == "I said something else"
    assert host.client.post(f"{url}remove/", headers=headers).json()["message"]["removed"]


def test_a_show_that_ended_in_a_rush_is_not_told_that_it_is_calmer_now(make_show: Any, people: list[Any]) -> None:
    show = make_show()
    guest = Visit(show, people[0])
    guest.post("join/")
    guest.post("say/", text="bravo!")
    Room.objects.filter(pk=show.room_id).update(slow_seconds=10, rushed_at=AT + MINUTE)
    with transaction.atomic():
        sessions.end_session(session_id=show.pk, by=None, at=AT + 2 * MINUTE)
        assert pace.rushed(at=AT + 4 * MINUTE) == [show.room_id]
        assert not pace.calm(room_id=show.room_id, at=AT + 4 * MINUTE)
    assert Room.objects.filter(pk=show.room_id, slow_seconds=0, rushed_at=None).exists()
    assert not Message.objects.filter(kind="line").exists()


def test_acts_are_posts_and_have_a_pace(make_show: Any, people: list[Any], limits_on: None) -> None:
    show = make_show()
    ann = Visit(show, people[0])
    for where in ("join/", "leave/", "here/", "say/", "questions/", "host/", "polls/", "drops/"):
        assert ann.client.get(ann.url + where).status_code == 405
    codes = [ann.ask_json("join/").status_code for _ in range(21)]
    assert codes[:20] == [200] * 20 and codes[20] == 429


@pytest.mark.django_db
def test_whoever_comes_to_a_full_room_reads_that_they_wait_though_nobody_waits_yet(
    make_show: Any, people: list[Any]
) -> None:
    show = make_show(capacity=1)
    second = Visit(show, people[1])
    assert shown(second.page(), "Come in")
    Visit(show, people[0]).post("join/")
    page = second.page()
    assert shown(page, "Wait for a seat") and not shown(page, "Come in")
    assert 'data-save="/' not in page, "the talk of a session keeps no draft"


def shown(page: str, words: str) -> bool:
    """Whether the way in says these words; what a script may show later stands there hidden."""
    return f'data-some="full">{words}<' in page or f'data-none="full">{words}<' in page
