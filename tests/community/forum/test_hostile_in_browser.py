"""Hostile text in a real browser, without our content policy: nothing runs, nothing is asked of other sites.

The same oracle hears dozens when the text is not cooked, so its silence means something.
"""

import html
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from playwright.sync_api import Browser, Page, Route

from community import cook
from community.actions.chat import messages, rooms
from tests.community.forum.conftest import AT, Cast, reply, start_topic, url_of
from tests.community.forum.hostile import HANDWRITTEN, VECTORS
from tests.community.forum.test_cook import cook_everything, cook_message

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

SITE = "http://laoyou.test"
LISTEN = "window.heard = []; for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => window.heard.push(name);"
PROVOKE = """() => {
  const events = ['load', 'error', 'mouseover', 'mouseenter', 'focus', 'focusin', 'toggle', 'animationstart', 'begin', 'pointerover', 'beforetoggle'];
  const found = [];
  document.addEventListener('click', (event) => event.preventDefault());
  document.addEventListener('submit', (event) => event.preventDefault());
  for (const element of document.querySelectorAll('*')) {
    for (const name of events) element.dispatchEvent(new Event(name, {bubbles: true}));
    for (const {name} of element.attributes) if (name.startsWith('on')) found.push(`${element.tagName} ${name}`);
    for (const name of ['href', 'src', 'action', 'formAction', 'data']) {
      const value = element[name];
      if (typeof value === 'string' && value && !['http:', 'https:', 'mailto:'].includes(new URL(value, document.baseURI).protocol)) {
        found.push(`${element.tagName} ${name}=${value}`);
      }
    }
    if (element.tagName === 'A') element.click();
  }
  return found;
}"""


class Ear:
    """Opens HTML as a page of the site and says what ran, what was wrong, and who else was asked."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context()
        self.asked: list[str] = []
        self.markup = ""
        self.context.add_init_script(LISTEN)
        self.context.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.url == f"{SITE}/":
            route.fulfill(body=self.markup, content_type="text/html; charset=utf-8")
            return
        self.asked.append(route.request.url)
        route.abort()

    def hear(self, markup: str) -> tuple[list[str], list[str]]:
        self.markup, self.asked = markup, []
        page: Page = self.context.new_page()
        said: list[str] = []
        page.on("dialog", lambda dialog: (said.append(dialog.type), dialog.dismiss()))
        page.goto(f"{SITE}/", wait_until="domcontentloaded")
        wrong = page.evaluate(PROVOKE)
        page.wait_for_timeout(100)  # what was started by an event may answer a moment later
        said += page.evaluate("window.heard")
        page.close()
        return said, wrong

    def strangers(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((f"{SITE}/", "data:"))]


@pytest.fixture
def ear(chromium: Browser) -> Iterator[Ear]:
    ear = Ear(chromium)
    yield ear
    ear.context.close()


def page_of(parts: list[str]) -> str:
    return "<!doctype html><html><body>" + "\n".join(f"<div>{part}</div>" for part in parts) + "</body></html>"


def test_the_ear_hears_what_is_not_cooked(ear: Ear) -> None:
    heard = 0
    for vector in HANDWRITTEN[:24]:
        said, wrong = ear.hear(page_of([vector]))
        heard += bool(said or wrong)
    assert heard >= 12


@pytest.mark.parametrize("kitchen", [cook_everything, cook_message])
def test_nothing_cooked_runs(ear: Ear, kitchen: Any) -> None:
    said, wrong = ear.hear(page_of([kitchen(cook.clean(vector)).html for vector in VECTORS]))
    assert said == []
    assert wrong == []
    assert ear.strangers() == []


def test_no_field_of_a_page_runs(ear: Ear, cast: Cast, tea: int) -> None:
    """Title, name, bio, post, message: through the pages themselves, for a guest and for a member."""
    every = [" ".join(cook.clean(vector).split())[:200] for vector in HANDWRITTEN]
    name = """"><img src=x onerror=alert(1)> '-alert(1)-' </script><script>alert(1)</script>"""
    get_user_model().objects.filter(pk=cast.mei.pk).update(display_name=name[:60], bio="\n".join(every)[:500])
    topics = []
    for start in range(0, len(every), 4):
        titles = [title for title in every[start : start + 1] if len(title) >= 15]
        raw = "\n\n".join(every[start : start + 4]) + " and some more words"
        topics.append(start_topic(tea, cast.mei, title=(titles or [name])[0], raw=raw, client_id=f"c{start}").topic_id)
    reply(topics[0], cast.ada, raw="@mei " + name)
    with transaction.atomic():
        room = rooms.create_room(kind="public", slug="tea", name=name[:50], by=None, at=AT)
        for number, text in enumerate(every):
            at = AT + timedelta(minutes=number)
            messages.send_message(room_id=room, raw=text, client_id=f"message-{number}", by=cast.mei.pk, at=at)
    pages = ["/forum/", "/b/tea/", "/chat/", "/chat/tea/", "/members/mei/", url_of(topics[0])]
    for who, paths in ((None, pages), ("ada", [*pages, *(url_of(topic) for topic in topics[1:])])):
        client = cast.client(who)
        for path in paths:
            answer = client.get(path)
            if answer.status_code != 200:
                assert who is None, (path, answer.status_code)
                continue
            said, wrong = ear.hear(answer.content.decode())
            assert (said, wrong, ear.strangers()) == ([], [], []), path


def test_the_plain_form_of_a_text_is_escaped() -> None:
    """Too long to cook: shown as it was written, and still nothing but text."""
    raw = cook.clean("<img src=x onerror=alert(1)>" + "[" * 500)
    assert html.escape("<img src=x onerror=alert(1)>", quote=False) in cook.cook(raw).html
