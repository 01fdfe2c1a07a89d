"""The front page: a door for guests, home for members, and what it costs."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import User

MOST_STATEMENTS = 33


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
