"""The front page: a door for guests, home for members, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.actions import ensure_front_page
from community.actions.forum.boards import ensure_board
from community.actions.forum.posts import reply
from community.actions.forum.reactions import react
from community.actions.forum.topics import start_topic
from members.models import User
from outbox.clock import now
from tests.cms.conftest import NOW

MOST_STATEMENTS = 24


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def test_guests_read_what_this_place_is(site: None, client: Client) -> None:
    page = words(client.get("/"))
    assert "Where customers become old friends" in page
    assert "What comes back to you" in page
    assert "Join us" in page
    assert "Your points" not in page


def test_members_come_home(site: None, mei: User, client: Client) -> None:
    client.force_login(mei)
    page = words(client.get("/"))
    assert "Welcome, Mei Chen" in page
    assert "Your points" in page
    assert "Where customers become old friends" not in page


def test_a_site_without_life_still_says_what_to_do(site: None, client: Client) -> None:
    assert "Somebody has to say hello first." in words(client.get("/"))


def test_what_the_front_page_costs(site: None, mei: User, client: Client) -> None:
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as guest:
        client.get("/")
    client.force_login(mei)
    client.get("/")
    with CaptureQueriesContext(connection) as member:
        client.get("/")
    assert len(member) <= MOST_STATEMENTS, "\n".join(query["sql"][:150] for query in member)
    assert len(guest) <= MOST_STATEMENTS


@pytest.mark.django_db(transaction=True)
def test_a_member_reads_who_answered_them_since_they_were_here(mei: User, client: Client) -> None:
    otto = User.objects.create_user("otto", "otto@example.com", "a long passphrase", display_name="Otto Brandt")
    then = now() - timedelta(days=3)
    with transaction.atomic():
        ensure_front_page(at=NOW)
        board = ensure_board(slug="tea", name="Tea", at=then)
        topic = start_topic(
            board_id=board, title="Which kettle for a small kitchen?", raw="For a small kitchen.", by=mei.pk, at=then
        )
        reply(topic_id=topic.topic_id, raw="The one with the long spout.", by=otto.pk, at=now() - timedelta(hours=1))
    client.force_login(mei)
    User.objects.filter(pk=mei.pk).update(last_seen_at=now() - timedelta(days=2), date_joined=then)
    page = words(client.get("/"))
    assert "Good to see you again, Mei Chen" in page
    assert "Otto Brandt wrote in your topic" in page
    assert "The one with the long spout." in page
    client.force_login(otto)
    assert "wrote in your topic" not in words(client.get("/"))


@pytest.mark.django_db(transaction=True)
def test_strangers_overhear_what_was_liked_and_members_what_is_new(mei: User, client: Client) -> None:
    otto = User.objects.create_user("otto", "otto@example.com", "a long passphrase", display_name="Otto Brandt")
    then = now() - timedelta(days=3)
    with transaction.atomic():
        ensure_front_page(at=NOW)
        board = ensure_board(slug="tea", name="Tea", at=then)
        hidden = ensure_board(
            slug="attic", name="Attic", permissions={"staff": ("see", "browse", "start", "reply")}, at=then
        )
        for place, said in ((board, "The one with the long spout."), (hidden, "Nobody may hear this.")):
            topic = start_topic(
                board_id=place, title="Which kettle for a flat?", raw="For a small kitchen.", by=otto.pk, at=then
            )
            made = reply(topic_id=topic.topic_id, raw=said, by=otto.pk, at=then + timedelta(hours=1))
            react(post_id=made.post_id, kind="like", by=mei.pk, at=then + timedelta(hours=2))
    page = words(client.get("/"))
    assert "Overheard at the table" in page and "The one with the long spout." in page and "Otto Brandt" in page
    assert "Your data stays yours" in page and "Nobody may hear this." not in page
    client.force_login(mei)
    User.objects.filter(pk=mei.pk).update(last_seen_at=now() - timedelta(days=5), date_joined=now() - timedelta(days=9))
    page = words(client.get("/"))
    assert "Since you were here, 5 days ago" in page and "1 new topic" in page
    assert "Overheard at the table" not in page


def test_a_second_device_a_minute_later_does_not_count_as_a_visit(site: None, mei: User, client: Client) -> None:
    client.force_login(mei)
    User.objects.filter(pk=mei.pk).update(
        last_seen_at=now() - timedelta(minutes=1), date_joined=now() - timedelta(days=9)
    )
    page = words(client.get("/"))
    assert "Lately" in page and "minutes ago" not in page
