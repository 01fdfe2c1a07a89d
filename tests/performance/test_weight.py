"""What a browser fetches and builds for a topic of twenty posts: exact, because a page grows one thing at a time."""

import gzip
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client

from benchmarks.page_weight import Weight, from_finders, weigh
from community.actions.forum import posts
from community.queries.forum.topics import url_of
from outbox.clock import now
from tests.performance.test_statements import Place

pytestmark = pytest.mark.django_db

MOST = Weight(requests=8, html=12_000, js=35_000, css=25_000, nodes=900, addresses=())
"""The budgets of docs/performance.md. The socket is not counted, nor the editor, which comes when somebody is about to write."""


@pytest.fixture
def topic() -> tuple[Place, str]:
    place = Place()
    for number in range(19):
        with transaction.atomic():
            posts.reply(
                topic_id=place.topic, raw=f"Round {number}: **once more**, and the leaves open.\n\n- warm\n- wait",
                by=place.people[number % 6], at=place.at + timedelta(seconds=40 * number),
            )  # fmt: skip
    assert now() > place.at
    return place, url_of(topic_id=place.topic)


@pytest.mark.parametrize(("who", "requests"), [("member", 7), ("guest", 7)])
def test_a_topic_of_twenty_posts(topic: tuple[Place, str], who: str, requests: int) -> None:
    place, url = topic
    client = Client(headers={"accept-language": "en"})
    if who == "member":
        client.force_login(place.reader, "members.backends.MemberBackend")
    client.get(url)
    page = client.get(url).content.decode()
    assert page.count("<article") >= 20
    found = weigh(page, url, from_finders)
    over = {name: value for name, value in vars(found).items() if name != "addresses" and value > getattr(MOST, name)}
    assert not over, replace(found, addresses=())
    assert found.requests == requests, "\n".join(found.addresses)


def test_the_chat_is_one_small_chunk() -> None:
    """Everything that a room runs, with the socket and with what comes when somebody is about to write (specs: 60 KB)."""
    names = ("laoyou/site.js", "community/room-page.js", "community/editor-names.js", "community/editor-pictures.js")
    whole = sum(len(gzip.compress(Path(str(finders.find(name))).read_bytes())) for name in names)
    assert 0 < whole <= 60_000
