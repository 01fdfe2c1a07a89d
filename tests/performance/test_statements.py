"""How many statements the most read pages cost, with all that every app adds: exact, and the same for few rows and many.

docs/performance.md has the budgets. A number that grows here is a page that grew for everybody.
"""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.actions.chat import messages, rooms
from community.actions.forum import boards, posts, topics
from community.queries.forum.topics import url_of
from community.topicpage import authors, body
from loyalty.actions import grant_points
from outbox.clock import now

pytestmark = pytest.mark.django_db


class Place:
    """A board, a topic and a room with six people in them; each round of `talk` adds to all."""

    def __init__(self) -> None:
        call_command("ensure_site", verbosity=0)
        self.at = now() - timedelta(hours=1)
        made = [get_user_model().objects.create_user(f"friend{n}", f"friend{n}@example.com") for n in range(6)]
        self.people = [one.pk for one in made]
        self.reader = made[0]
        with transaction.atomic():
            grant_points(cause="x", member_id=self.people[0], amount=300, reason="x", origin="x", by=None, at=self.at)
            self.board = boards.ensure_board(slug="tea", name="Tea", at=self.at)
            self.room = rooms.create_room(kind="public", slug="table", name="Table", by=None, at=self.at)
            self.topic = self.start(self.people[1])
        self.urls = {
            "home": "/",
            "forum": "/forum/",
            "board": "/b/tea/",
            "topic": url_of(topic_id=self.topic),
            "chat": "/chat/",
            "room": "/chat/table/",
            "points": "/points/",
            "rewards": "/rewards/",
        }

    def start(self, by: int) -> int:
        written = topics.start_topic(
            board_id=self.board,
            title="How long may it rest?",
            raw="Ten seconds at ninety-five degrees, then taste.",
            by=by,
            at=self.at,
        )
        return written.topic_id

    def talk(self, rounds: int) -> None:
        for number in range(rounds):
            by = self.people[1 + number % 5]
            self.at += timedelta(seconds=40)  # nobody is too fast
            with transaction.atomic():
                self.start(by)
                posts.reply(
                    topic_id=self.topic, raw=f"Round {number}: once more, and the leaves open.", by=by, at=self.at
                )
                messages.send_message(room_id=self.room, raw="Tea?", client_id=f"{self.at}", by=by, at=self.at)
                grant_points(
                    cause=f"{self.at}", member_id=self.people[0], amount=1, reason="x", origin="x", by=None, at=self.at
                )

    def visit(self, client: Client, page: str) -> int:
        """Statements of the page when it is opened again; the beginning and end of a transaction is no question."""
        assert client.get(self.urls[page]).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            client.get(self.urls[page])
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.mark.parametrize(
    ("page", "member", "guest"),
    [
        ("home", 24, 15),  # which live session is next; a newcomer's first steps; guests share one answer
        ("forum", 9, 5),  # the same
        ("board", 6, 4),
        ("topic", 3, 2),
        ("chat", 8, 6),  # how many are in each room, what is shown with a lock, threads with news
        ("room", 8, 6),  # what is one's own on the page, whom one ignores and the draft: one statement
        ("points", 11, None),  # the next dates of the points, level and quests, what waits, whether points can be sent
        ("rewards", 6, 1),
    ],
)
def test_what_a_page_costs(place: Place, page: str, member: int, guest: int | None) -> None:
    signed_in, stranger = Client(), Client()
    signed_in.force_login(place.reader, "members.backends.MemberBackend")
    place.talk(2)
    few = place.visit(signed_in, page), None if guest is None else place.visit(stranger, page)
    place.talk(18)
    many = place.visit(signed_in, page), None if guest is None else place.visit(stranger, page)
    assert (few, many) == ((member, guest), (member, guest))


@pytest.mark.parametrize(("who", "statements"), [("member", 8), ("guest", 5)])
def test_a_topic_that_nothing_is_kept_of(place: Place, who: str, statements: int) -> None:
    """The first reading, by a process that just started: the body, its people and their badges, the pointer that moves.

    The tier is a statement of its own; the badge that a member chose to wear comes with their card.
    """
    client = Client()
    if who == "member":
        client.force_login(place.reader, "members.backends.MemberBackend")
    client.get("/members/friend1/")
    body.forget()
    authors.forget()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(place.urls["topic"]).status_code == 200
    assert sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured) == statements
