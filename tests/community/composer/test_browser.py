"""Writing in a real browser: drafts, pictures, names, quotes, input methods, and a session that ends meanwhile."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, expect

from community.actions.forum.writing import Written
from community.models import Draft, Post, Topic, Upload
from tests.community.composer.conftest import picture
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, make_cast, reply, start_topic

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Desk:
    """Windows of one member on a topic; `problems` are what a page complained about."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def window(self, client: Any, path: str, **options: Any) -> Page:
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.contexts.append(context)
        name = site_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda line: (
                self.problems.append(line.text)
                if line.type == "error" and re.search("Content Security|Trusted|module", line.text)
                else None
            ),
        )
        page.goto(self.address + path)
        return page


@pytest.fixture
def desk(chromium: Browser, live_server: Any) -> Iterator[Desk]:
    opened = Desk(chromium, live_server.url)
    yield opened
    for context in opened.contexts:
        context.close()
    assert not opened.problems


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def topic(people: Cast) -> Written:
    started = start_topic(make_board("tea"), people.mei)
    reply(started.topic_id, people.ada, at=AT + timedelta(minutes=1))  # whose first post is behind them
    reply(started.topic_id, people.gold, at=AT + timedelta(minutes=2))
    return started


@pytest.fixture
def path(topic: Written) -> str:
    row = Topic.objects.get(pk=topic.topic_id)
    return f"/t/{row.slug}-{row.public_id}/"


def box(page: Page) -> Any:
    return page.locator("[data-composer] textarea")


def begin(page: Page) -> None:
    """Go into the box, and wait for what comes then: names, pictures, keys, and the answer that no draft is kept."""
    with page.expect_response(re.compile("/drafts/one/")):
        box(page).click()
    opened(page)


def opened(page: Page) -> None:
    for _look in range(400):
        if page.evaluate("Boolean(document.querySelector('[data-composer]').kit)"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("The editor never came.")


def test_a_draft_is_saved_and_back_after_reloading(desk: Desk, people: Cast, path: str) -> None:
    page = desk.window(people.client("ada"), path)
    begin(page)
    page.keyboard.type("White tea rests longer than one thinks.")
    expect(page.locator("[data-composer-state]")).to_have_text("Draft saved")
    assert Draft.objects.get().raw == "White tea rests longer than one thinks."
    other = desk.window(people.client("ada"), path)  # another device, without this browser's own copy
    box(other).click()
    expect(box(other)).to_have_value("White tea rests longer than one thinks.")
    expect(other.locator("[data-composer-note]")).to_contain_text("Your draft is back.")
    page.reload()
    expect(box(page)).to_have_value("White tea rests longer than one thinks.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Post the reply").click()
    page.wait_for_url(re.compile("/4/"))
    assert not Draft.objects.exists() and Post.objects.count() == 4
    expect(box(page)).to_have_value("")
    # The other window goes on, and is told of nothing it would overwrite.
    box(other).press_sequentially(" Indeed.")
    expect(other.locator("[data-composer-state]")).to_have_text("Draft saved")


def test_two_windows_are_offered_both_texts(desk: Desk, people: Cast, path: str) -> None:
    first, second = (desk.window(people.client("ada"), path) for _ in range(2))
    for page in (first, second):
        begin(page)
    first.bring_to_front()
    first.keyboard.type("From the telephone, with love.")
    expect(first.locator("[data-composer-state]")).to_have_text("Draft saved")
    second.bring_to_front()
    second.keyboard.type("From the laptop, with care.")
    note = second.locator("[data-composer-note]")
    expect(note).to_contain_text("There is another draft of this text")
    note.get_by_role("button", name="Show it").click()
    expect(box(second)).to_have_value("From the telephone, with love.")
    note.get_by_role("button", name="Show it").click()
    expect(box(second)).to_have_value("From the laptop, with care.")
    note.get_by_role("button", name="Keep this one").click()
    expect(second.locator("[data-composer-state]")).to_have_text("Draft saved")
    assert Draft.objects.get().raw == "From the laptop, with care."


def test_pictures_are_pasted_retried_and_posted(
    desk: Desk, people: Cast, path: str, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    page = desk.window(people.client("helper"), path)
    begin(page)
    page.keyboard.type("Two of my garden:")
    failing = {"left": 1}

    def sometimes(route: Any) -> None:
        if failing["left"]:
            failing["left"] = 0
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/", sometimes)
    page.evaluate(
        """(pictures) => {
          const data = new DataTransfer();
          pictures.forEach((bytes, place) => data.items.add(new File([new Uint8Array(bytes)], `garden ${place}.png`, { type: "image/png" })));
          document.querySelector("[data-composer] textarea").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [list(picture(90, 60)), list(picture(60, 90))],
    )
    failed = page.locator(".uploads li")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("could not be uploaded")
    page.get_by_role("button", name="Post the reply").click()  # not without it
    expect(failed.get_by_role("button", name="Try again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".uploads li")).to_have_count(0)
    page.get_by_role("button", name="Post the reply").click()
    page.wait_for_url(re.compile("/4/"))
    expect(page.locator("#p4 .post-body img")).to_have_count(2)
    assert Upload.objects.count() == 2 and "⏳" not in Post.objects.get(number=4).raw


def test_names_are_completed_by_keys_and_not_while_composing(desk: Desk, people: Cast, path: str) -> None:
    from outbox.dispatch import run_pending

    run_pending()
    _index(people)
    page = desk.window(people.client("ada"), path)
    begin(page)
    page.keyboard.type("Thank you @go")
    choices = page.get_by_role("listbox")
    expect(choices.get_by_role("option")).to_have_count(1)
    chosen = page.locator("[role=option][aria-selected=true]")
    assert box(page).get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("Thank you @gold ")
    page.keyboard.type(":tea")
    expect(choices.get_by_role("option").first).to_contain_text("tea")
    page.keyboard.press("Escape")
    expect(choices).to_be_hidden()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": " @go", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_timeout(500)
    expect(choices).to_be_hidden()
    session.send("Input.insertText", {"text": "谢谢@go"})
    expect(choices.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(box(page)).to_have_value(re.compile("谢谢@gold $"))


def test_what_is_selected_is_quoted(desk: Desk, people: Cast, path: str) -> None:
    page = desk.window(people.client("ada"), path)
    page.evaluate(
        """() => {
          const words = document.querySelector("#p1 .post-body p").firstChild;
          const range = document.createRange();
          range.setStart(words, 0);
          range.setEnd(words, 11);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    page.locator(".quote-this").click()
    public_id = Topic.objects.get().public_id
    expect(box(page)).to_have_value(f"> @mei in [#1](/t/{public_id}/1/):\n> {TEXT[:11]}\n\n")
    assert page.locator("input[name=parent]").input_value() == "1"


def test_lists_go_on_links_are_made_and_marks_toggle(desk: Desk, people: Cast, path: str) -> None:
    page = desk.window(people.client("ada"), path)
    begin(page)
    page.keyboard.type("1. warm the cup")
    page.keyboard.press("Enter")
    page.keyboard.type("pour")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("our shop")
    for _letter in "our shop":
        page.keyboard.press("Shift+ArrowLeft")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "https://tea.example/");
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(box(page)).to_have_value("1. warm the cup\n2. pour\n[our shop](https://tea.example/)")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    page.keyboard.press("Control+b")
    expect(box(page)).to_have_value("1. warm the cup\n2. pour\n[our shop](https://tea.example/)")


def test_a_session_that_ended_keeps_the_text(desk: Desk, people: Cast, path: str) -> None:
    page = desk.window(people.client("ada"), path)
    begin(page)
    Session.objects.all().delete()
    _forget_sessions()
    page.keyboard.type("This must not be lost, whatever happens.")
    note = page.locator("[data-composer-note]")
    expect(note).to_contain_text("You are signed out. Your text is kept")
    link = note.get_by_role("link", name="Sign in")
    assert "/accounts/login/" in str(link.get_attribute("href"))
    client = people.client("ada")
    name = site_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": desk.address}])
    page.goto(f"{desk.address}/drafts/resume/")
    expect(box(page)).to_have_value("This must not be lost, whatever happens.")
    page.get_by_role("button", name="Post the reply").click()
    page.wait_for_url(re.compile("/4/"))


def test_axe_has_nothing_to_say_of_the_open_editor(desk: Desk, people: Cast, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    _index(people)
    for width, scheme in ((390, "light"), (1280, "dark")):
        options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
        page = desk.window(people.client("ada"), f"{path}?quote=1", **options)
        box(page).click()
        opened(page)
        page.keyboard.type("Thank you @go")
        expect(page.locator(".choices [role=option]")).to_have_count(1)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Escape")
        page.context.close()


def _index(people: Cast) -> None:
    from django.core.management import call_command

    call_command("reindex_search")


def _forget_sessions() -> None:
    from django.core.cache import cache

    cache.clear()
