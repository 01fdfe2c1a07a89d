"""The list of rooms shows what is said last, as it is now: also when it is said differently, or taken back."""

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from community.actions.chat import messages, saying
from community.models import Message, Room
from community.models.reading import PersonLevel
from outbox.clock import now
from tests.community.rooms.test_browser import Site, hears, join, people, server, site, tea

__all__ = ["people", "server", "site", "tea"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_words_that_are_taken_back_are_not_read_in_the_list(site: Site, people: Any, tea: Room) -> None:
    ann, mei = people
    join(tea, ann, mei)

    def say(raw: str, by: Any = ann) -> Message:
        with transaction.atomic():
            sent = messages.send_message(room_id=tea.pk, raw=raw, client_id=f"key-{raw[:20]}", by=by.pk, at=now())
        return Message.objects.get(pk=sent.message_id)

    earlier, last = say("an earlier word"), say("my number is 555")
    desk = site.window(mei, "/chat/")
    hears(desk, f"room:{tea.public_id}")
    line = desk.locator(f"[data-room='{tea.public_id}']")
    shown, waits = line.locator(".room-last"), line.locator("[data-unread]")
    expect(shown).to_contain_text("my number is 555")
    with transaction.atomic():
        for message, words in ((earlier, "another word"), (last, "my number is secret")):
            saying.reword(message_id=message.pk, raw=words, by=ann.pk, trust=2, moderating=False, at=now())
    expect(shown).to_have_text(f"{ann.name}: my number is secret")
    with transaction.atomic():
        saying.unsay(message_id=last.pk, by=ann.pk, at=now())
    expect(shown).to_have_text("…")
    expect(waits).to_contain_text("2")
    say("good night")
    expect(shown).to_have_text(f"{ann.name}: good night")
    # Whom one ignores is not read here: what comes after their words finds the line as it was.
    PersonLevel.objects.create(member=mei, person=ann, level=0, created_at=now())
    desk.reload()
    hears(desk, f"room:{tea.public_id}")
    desk.evaluate(
        """(name) => {
          window.read = [];
          const line = document.querySelector(`[data-room="${name}"] .room-last`);
          new MutationObserver(() => window.read.push(line.textContent)).observe(line, { childList: true, subtree: true });
        }""",
        tea.public_id,
    )
    say("nobody hears me")
    say("I am here", mei)
    expect(shown).to_have_text(f"{mei.name}: I am here")
    assert desk.evaluate("window.read") == [f"{mei.name}: I am here"]
    assert site.problems == []
