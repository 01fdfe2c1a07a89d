"""What the page of a live session costs: at eight in the evening everybody opens it in the same minute."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.models import SessionPoll, SessionQuestion
from community.queries.chat import messages
from community.queries.live import kept as stage_kept
from tests.community.stage.conftest import AT


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stage", "host", "talk"):
        monkeypatch.setattr(f"community.views.live.{name}.now", lambda: AT + timedelta(minutes=1))


def window(member: Any = None) -> Client:
    client = Client()
    if member is not None:
        client.force_login(member, "members.backends.MemberBackend")
    return client


def statements(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [one["sql"] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]


class Evening:
    """A show in which five people sit and talk; each round adds a question, a vote, a poll and words of each."""

    def __init__(self, show: Any, people: list[Any], hana: Any) -> None:
        self.show, self.url = show, f"/live/{show.public_id}/room/"
        self.people, self.host = [window(one) for one in people[:5]], window(hana)
        for client in self.people:
            client.post(self.url + "join/")

    def goes_on(self, number: int) -> None:
        for client in self.people:
            client.post(self.url + "say/", {"text": f"Hello {number}"})
        asked = self.people[number % 5].post(
            self.url + "questions/", {"text": f"Which tea {number}?"}, headers={"Accept": "application/json"}
        )
        vote = {"act": "vote"}
        self.people[(number + 1) % 5].post(f"{self.url}questions/{asked.json()['question']}/", vote)
        self.host.post(self.url + "polls/", {"question": f"Green {number}?", "options": "Yes\nNo", "shown": "1"})


def test_a_page_costs_the_same_for_a_few_and_for_many(make_show: Any, people: list[Any], hana: Any) -> None:
    evening = Evening(make_show(audience="everybody"), people, hana)
    guest = window()
    evening.goes_on(0)
    for rounds in (1, 3):
        for number in range(rounds):
            evening.goes_on(rounds * 10 + number)
        guest.get(evening.url), evening.people[0].get(evening.url)  # what was said is read now
        # Who one is, the session, the seat, the sign of life, the numbers, what is one's own, the talk, how far one had
        # read, and what is one's own in the talk.
        assert len(statements(evening.people[0], evening.url)) == 9
        # The rights, the session, the numbers, the talk.
        assert len(statements(guest, evening.url)) == 4
        # No sign of life, but the people as they are now, and what may be given away.
        evening.host.get(evening.url)
        assert len(statements(evening.host, evening.url)) == 11


def test_a_page_that_nothing_is_kept_of(make_show: Any, people: list[Any], hana: Any) -> None:
    """The first page of a process: the rows of the inside with their people, who sits, who spoke, and what ranks are."""
    evening = Evening(make_show(audience="everybody"), people, hana)
    evening.goes_on(0)
    evening.people[0].get(evening.url)
    stage_kept.forget()
    messages.forget_faces()
    assert len(statements(evening.people[0], evening.url)) == 9 + 6 + 2 + 2 + 1


def test_nothing_that_is_kept_hides_what_happened(make_show: Any, people: list[Any], hana: Any) -> None:
    evening = Evening(make_show(audience="everybody"), people, hana)
    ann, bo = evening.people[:2]
    evening.goes_on(0)
    asked = SessionQuestion.objects.get()
    page = bo.get(evening.url).content.decode()
    assert "Which tea 0?" in page and 'data-votes="2"' in page
    for client in evening.people[2:4]:
        client.post(f"{evening.url}questions/{asked.public_id}/", {"act": "vote"})
    assert 'data-votes="4"' in bo.get(evening.url).content.decode()
    evening.host.post(f"{evening.url}questions/{asked.public_id}/", {"act": "hide"})
    assert "Which tea 0?" not in bo.get(evening.url).content.decode()
    assert "Which tea 0?" in evening.host.get(evening.url).content.decode()  # another page
    evening.host.post(evening.url + "host/", {"act": "notice", "text": "Cups on the left"})
    assert "Cups on the left" in bo.get(evening.url).content.decode()
    people[1].refresh_from_db()
    ann.post(evening.url + "leave/")
    assert "Guest0" not in bo.get(evening.url + "?tab=people").content.decode().split('data-panel-of="people"')[1]
    poll = SessionPoll.objects.get()
    ann.post(evening.url + "join/")
    ann.post(f"{evening.url}polls/{poll.public_id}/", {"act": "choose", "choice": "1"})
    state = bo.get(evening.url + "state/").json()
    assert state["polls"][0]["counts"] == [0, 1]
