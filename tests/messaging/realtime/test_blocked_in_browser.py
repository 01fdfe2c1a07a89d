"""Two people talk although the network of one of them lets no socket through; the pages notice nothing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.house import open_browser
from tests.messaging.realtime.conftest import session_of
from tests.messaging.realtime.server import SocketServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What a proxy that knows no WebSockets does to them, until unblock().
NO_SOCKETS = """
const real = WebSocket;
window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  readyState = 0;
  constructor() {
    super();
    setTimeout(() => { this.readyState = 3; this.dispatchEvent(new CloseEvent("close", { code: 1006 })); }, 20);
  }
  close() {}
  send() {}
};
window.unblock = () => { window.WebSocket = real; dispatchEvent(new Event("online")); };
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # A page that the test itself answers has no address, and may then ask none on this machine.
    with open_browser("--disable-features=LocalNetworkAccessChecks") as browser:
        yield browser


@pytest.fixture
def window(chromium: Browser, live_server: Any, server: SocketServer, settings: Any) -> Iterator[Callable[..., Page]]:
    ours = f"localhost:{server.port}"  # the cookie is for this name
    settings.SOCKET_URL = f"ws://{ours}/ws/"
    policy = settings.CONTENT_SECURITY_POLICY
    directives = {**policy["DIRECTIVES"], "connect-src": ["'self'", f"ws://{ours}", f"http://{ours}"]}
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": directives}
    address = live_server.url.replace("127.0.0.1", "localhost")
    opened: list[BrowserContext] = []

    def open_(user: Any, *, sockets: bool = True, polls: bool = True, asked: list[str] | None = None) -> Page:
        context = chromium.new_context(viewport={"width": 1000, "height": 700})
        opened.append(context)
        context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": address}])
        page = context.new_page()
        if asked is not None:  # from the beginning: a page may hear all it needs before anybody looks
            page.on("request", lambda request: asked.append(request.url))
        if not sockets:
            page.add_init_script(NO_SOCKETS)
        if not polls:
            page.route("**/ws/poll*", lambda route: route.abort())
        page.goto(f"{address}/chat/tea/")
        return page

    yield open_
    for context in opened:
        context.close()


def says(page: Page, text: str) -> None:
    page.fill("#chat-composer textarea[name=text]", text)
    page.press("#chat-composer textarea[name=text]", "Enter")


def shows(page: Page, text: str) -> None:
    expect(page.locator("#chat-log .message:not(.sending)", has_text=text)).to_have_count(1)


@pytest.mark.parametrize("polls", [True, False], ids=["long polls", "plain polls"])
def test_two_people_talk_without_sockets(
    window: Callable[..., Page], make_room: Any, ann: Any, bo: Any, polls: bool
) -> None:
    make_room()
    asked: list[str] = []
    blocked, free = window(ann, sockets=False, polls=polls, asked=asked), window(bo)
    for page in (blocked, free):
        expect(page.locator("#live-state")).to_have_class(re.compile("live"))
    says(free, "Is anybody here?")
    if polls:  # a plain one would come within ten seconds, or with one's own words
        shows(blocked, "Is anybody here?")
    says(blocked, "Behind a proxy, but yes.")
    for page in (free, blocked):
        shows(page, "Is anybody here?")
        shows(page, "Behind a proxy, but yes.")
    assert any("/ws/poll?" in url if polls else "/line/?" in url for url in asked)
    # The proxy is gone: the same page goes on by a socket, and nothing is lost or doubled.
    with blocked.expect_websocket():
        blocked.evaluate("unblock()")
    blocked.wait_for_timeout(300)
    says(free, "There you are.")
    says(blocked, "Here I am.")
    for page in (free, blocked):
        shows(page, "There you are.")
        shows(page, "Here I am.")
        expect(page.locator("#chat-log .message")).to_have_count(4)


def test_the_page_of_the_document_talks(window: Callable[..., Page], make_room: Any, ann: Any, bo: Any) -> None:
    """docs/realtime.md shows a room in a few lines: it is opened here as it stands there."""
    _room, stream = make_room()
    document = (Path(__file__).parents[3] / "docs/realtime.md").read_text(encoding="utf-8")
    example = re.search(r"```html\n(.*?)```", document, re.S)
    assert example
    mei = window(bo)
    head = mei.evaluate(
        """() => [...document.querySelectorAll("meta[name=laoyou-socket], script[type=importmap]")].map((one) => one.outerHTML).join("")"""
    )
    text = head + example[1].replace("room:6f2k9q1m3x7a", stream)
    page = window(ann)
    page.route("**/example", lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
    page.goto(page.url.replace("/chat/tea/", "/example"))
    expect(page.locator("#log")).to_have_attribute("data-state", "live")
    says(mei, "Hello **you**")
    expect(page.locator("#m1 strong")).to_have_text("you")
    page.fill("#say input", "And you!")
    page.press("#say input", "Enter")
    expect(page.locator("#m2")).to_contain_text("And you!")
    expect(page.locator("#say input")).to_have_value("")
    shows(mei, "And you!")
