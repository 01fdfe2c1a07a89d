"""One badge, whichever page it is on: two devices of one member, and somebody who writes to them."""

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from community.actions.chat import conversations, rooms
from community.models import Room
from outbox.clock import now
from tests.community.rooms.test_browser import Site, hears, live, people, say, server, site

__all__ = ["people", "server", "site"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_badge_is_the_same_on_every_device(site: Site, people: tuple[Any, Any]) -> None:
    ann, mei = people
    with transaction.atomic():
        talk, _made = conversations.open_conversation(member_ids=[mei.pk], by=ann.pk, at=now())
        hall = rooms.create_room(kind="public", slug="hall", name="The hall", by=None, at=now())
        for person in people:
            rooms.join_room(room_id=hall, member_id=person.pk, by=person.pk, at=now())
        address = f"/chat/{conversations.slug_of(room_id=talk)}/"
    desk, pocket = site.window(ann, "/chat/"), site.window(ann, "/forum/", viewport={"width": 390, "height": 800})
    writer = site.window(mei, address)
    live(writer)
    expect(desk.locator("h1")).to_have_text("Chat")
    with transaction.atomic():
        everybody = Room.objects.get(pk=hall).public_id
    hears(desk, "member", f"room:{everybody}")
    hears(pocket, "member")
    say(writer, "Did the parcel arrive?")
    say(writer, "And how is the kettle?")
    in_list = desk.locator(f'a[href="{address}"] [data-unread]')
    expect(in_list).to_have_text("2")
    for page in (desk, pocket):
        expect(page.locator('[data-live="chat"]').first).to_have_text("2")
    expect(desk).to_have_title("(2) Chat · Laoyou")
    writer.goto(site.address + "/chat/hall/")
    live(writer)
    say(writer, "Good evening, all")  # a room of many tells by its own stream
    expect(desk.locator('a[href="/chat/hall/"] [data-unread]')).to_have_text("1")
    pocket.goto(site.address + address)  # read on one device
    live(pocket)
    expect(in_list).to_have_count(0)
    expect(desk.locator('[data-live="chat"]').first).to_have_text("1")  # what is left is in the hall
    pocket.goto(site.address + "/chat/")
    assert pocket.evaluate("document.documentElement.scrollWidth") == 390
    expect(pocket.locator('a[href="/chat/hall/"] [data-unread]')).to_have_text("1 unread")
    assert not [problem for problem in site.problems if "WebSocket" not in problem]
