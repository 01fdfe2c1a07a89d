"""Two people in one room, in real browsers, over a real socket process."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from community.actions.chat import messages, rooms
from community.models import Draft, Membership, Message, Room
from members.access import MODERATORS
from outbox.clock import now
from tests.messaging.realtime.conftest import server as _server
from tests.messaging.realtime.conftest import session_of
from tests.messaging.realtime.server import SocketServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
server = _server


class Site:
    """The pages' address and the windows that are open on it."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def window(self, user: Any = None, path: str = "/chat/tea/", *, cookies: Any = (), **options: Any) -> Page:
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.contexts.append(context)
        if user:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": self.address}]
            )
        if cookies:
            context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._hear)
        page.goto(self.address + path)
        return page

    def _hear(self, line: Any) -> None:
        # A page that is left while its line is being made says so; its reader sees nothing of it.
        if line.type == "error" and not line.text.startswith("WebSocket connection to"):
            self.problems.append(line.text)


def hears(page: Page, *streams: str) -> None:
    """Wait until the page hears these streams: what is hinted before that is not said again."""
    page.evaluate(
        """(names) => import("laoyou/socket").then(({ subscribe }) => Promise.all(names.map(
          (name) => new Promise((heard) => subscribe(name, { onState: (state) => state === "live" && heard() })))))""",
        list(streams),
    )


def until(page: Page, true: Any) -> None:
    """Wait for what only the server knows."""
    for _look in range(400):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It never happened.")


@pytest.fixture
def site(chromium: Browser, live_server: Any, server: SocketServer, settings: Any) -> Iterator[Site]:
    origin = f"ws://localhost:{server.port}"  # the cookie is for this name
    settings.SOCKET_URL = f"{origin}/ws/"
    policy = settings.CONTENT_SECURITY_POLICY
    settings.CONTENT_SECURITY_POLICY = {
        **policy,
        "DIRECTIVES": {**policy["DIRECTIVES"], "connect-src": ["'self'", origin, origin.replace("ws", "http", 1)]},
    }
    opened = Site(chromium, live_server.url.replace("127.0.0.1", "localhost"))
    yield opened
    for context in opened.contexts:
        context.close()


@pytest.fixture
def people(transactional_db: None) -> tuple[Any, Any]:
    create = get_user_model().objects.create_user
    return create("ann", "a@example.com", "x", display_name="Ann Lee"), create(
        "xm", "b@example.com", "x", display_name="陈小梅"
    )


@pytest.fixture
def tea(transactional_db: None) -> Room:
    with transaction.atomic():
        room_id = rooms.create_room(
            kind="public", slug="tea", name="Tea table", description="Whatever is in your cup", by=None, at=now()
        )
    return Room.objects.get(id=room_id)


def live(page: Page) -> None:
    expect(page.locator("#live-state")).to_have_text("Live")


def say(page: Page, text: str) -> None:
    page.locator("#chat-text").fill(text)
    page.locator("#chat-text").press("Enter")


def join(room: Room, *people: Any) -> None:
    for person in people:
        with transaction.atomic():
            rooms.join_room(room_id=room.pk, member_id=person.pk, by=person.pk, at=now())


def menu(page: Page, seq: int, entry: str, scope: str = "#chat-log") -> None:
    line = page.locator(f"{scope} .message[data-seq='{seq}']")
    line.locator("[data-more]").focus()
    line.locator("[data-more]").press("Enter")
    page.locator(".message-menu").get_by_text(entry, exact=True).click()


def said(page: Page) -> list[str]:
    return page.locator(".message[data-seq] .message-text").all_inner_texts()


def test_two_people_talk(site: Site, people: Any, tea: Room) -> None:
    ann, mei = site.window(people[0]), site.window(people[1], viewport={"width": 390, "height": 844})
    guest = site.window()
    for page in (ann, mei, guest):
        live(page)
    mei.locator("#chat-text").press_sequentially("你")
    expect(ann.locator("#chat-typing")).to_have_text("陈小梅 is typing")
    say(mei, "你好，**老友**")
    expect(ann.locator(".message[data-seq='1'] strong")).to_have_text("老友")
    expect(ann.locator("#chat-typing")).to_have_text("")
    say(ann, "<b>hello</b> & welcome")
    say(ann, "tea?")
    for page in (ann, mei, guest):
        expect(page.locator(".message[data-seq='3']")).to_be_visible()
        assert said(page) == ["你好，老友", "<b>hello</b> & welcome", "tea?"]
        assert page.locator(".message-group").count() == 2
        assert page.locator(".sending").count() == 0
    # An edit and a removal are seen where the message stands.
    with transaction.atomic():
        messages.edit_message(message_id=Message.objects.get(seq=3).pk, raw="coffee?", by=people[0].pk, at=now())
        messages.remove_message(message_id=Message.objects.get(seq=1).pk, by=people[1].pk, at=now())
    for page in (guest, mei):
        expect(page.locator(".message[data-seq='3']")).to_contain_text("coffee?")
        expect(page.locator(".message[data-seq='1']")).to_contain_text("This message was removed.")
    # What the script drew is what the server draws.
    drawn = mei.locator("#chat-log").inner_text()
    pointer = Membership.objects.filter(member=people[1], room=tea).values_list("last_read_seq", flat=True)
    until(mei, lambda: pointer.first() == 3)  # the server knows it read: else there is a line above what is new
    mei.reload()
    live(mei)
    assert mei.locator("#chat-log").inner_text() == drawn
    assert site.problems == []


def test_what_two_people_do_with_messages(site: Site, people: Any, tea: Room) -> None:
    join(tea, *people)
    keeper = get_user_model().objects.create_user("mo", "m@example.com", "x", display_name="Mo")
    keeper.groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    ann = site.window(people[0])
    mei = site.window(people[1], viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    live(ann), live(mei)
    say(ann, "Which oolong shall it be?")
    first = mei.locator("#m1")
    expect(first).to_contain_text("Which oolong")

    # A reply quotes what it answers, and its quote leads there.
    menu(mei, 1, "Reply")
    expect(mei.locator("[data-reply-bar]")).to_contain_text("Ann Lee: Which oolong shall it be?")
    mei.locator("#chat-text").press_sequentially("铁观音")
    mei.get_by_role("button", name="Send").click()
    expect(ann.locator("#m2 .message-parent")).to_contain_text("Ann Lee Which oolong shall it be?")
    expect(mei.locator("[data-reply-bar]")).to_be_hidden()
    ann.locator("#m2 .message-parent").click()
    expect(ann.locator("#m1")).to_be_focused()

    # Reactions by keyboard; one's own is marked, and takes itself back.
    ann.locator("#m2").focus()
    ann.keyboard.press("l")
    ann.keyboard.press("ArrowRight")
    ann.keyboard.press("Enter")
    expect(mei.locator("#m2 .react-laugh")).to_contain_text("1")
    expect(ann.locator("#m2 .react-laugh")).to_have_attribute("aria-pressed", "true")
    ann.locator("#m2 .react-laugh").click()
    expect(mei.locator("#m2 .message-reactions")).to_have_count(0)

    # A thread stands beside the room; the room counts its replies.
    menu(ann, 1, "Reply in a thread")
    expect(ann.locator("#thread-text")).to_be_focused()
    say_in(ann, "#thread-text", "Let us vote here.")
    expect(ann.locator("[data-thread-of] .message[data-seq]")).to_have_count(2)
    expect(ann.locator("#chat-panel .sending")).to_have_count(0)
    expect(mei.locator("#m1 .message-thread")).to_contain_text("1 reply")
    mei.locator("#m1 .message-thread").click()
    expect(mei.locator("[data-thread-of]")).to_contain_text("Let us vote here.")
    say_in(mei, "#thread-text", "好")
    mei.locator("#chat-panel [type=submit]").last.click()
    expect(ann.locator("[data-thread-of]")).to_contain_text("好")
    expect(ann.locator("#m1 .message-thread")).to_contain_text("2 replies")
    assert ann.locator("#chat-log .message[data-seq]").count() == 2
    ann.keyboard.press("Escape")
    expect(ann.locator("#chat-panel")).to_be_hidden()
    mei.get_by_role("button", name="Close").click()

    # Editing where it stands, with the key "up" in an empty box.
    ann.locator("#chat-text").focus()
    ann.keyboard.press("ArrowUp")
    expect(ann.locator("#m1 .message-edit")).to_have_value("Which oolong shall it be?")
    ann.locator(".message-edit").fill("Which **tea** shall it be?")
    ann.keyboard.press("Enter")
    expect(mei.locator("#m1 strong")).to_have_text("tea")
    expect(mei.locator("#m1 .message-edited")).to_have_text("edited")
    expect(mei.locator("#m2 .message-parent")).to_contain_text("Which tea shall it be?")

    # Removing can be thought over; a moderator's removal and pin are seen at once.
    menu(mei, 2, "Remove")
    expect(ann.locator("#m2")).to_have_text("This message was removed.")
    mei.locator("#m2 [data-undo]").click()
    expect(ann.locator("#m2")).to_contain_text("铁观音")
    mo = site.window(keeper)
    live(mo)
    menu(mo, 1, "Pin")
    expect(ann.locator("#m1.pinned .message-pinned")).to_be_visible()
    ann.get_by_role("link", name="Pinned messages").first.click()
    expect(ann.locator("#chat-panel")).to_contain_text("Which tea shall it be?")
    menu(mo, 2, "Remove")
    expect(mei.locator("#m2")).to_have_text("This message was removed.")
    # What was drawn piece by piece is what the server draws.
    menu(mo, 1, "Select for a topic")
    mo.get_by_role("button", name="Make a topic of them").click()
    expect(mo.locator("input[name=seq]")).to_have_count(1)
    drawn = mei.locator("#chat-log").inner_text()
    mei.reload()
    live(mei)
    assert mei.locator("#chat-log").inner_text().split() == drawn.split()
    assert site.problems == []


def say_in(page: Page, box: str, text: str) -> None:
    page.locator(box).fill(text)
    page.locator(box).press("Enter")


def test_unread_moves_when_it_is_seen_and_on_every_device(site: Site, people: Any, tea: Room) -> None:
    join(tea, *people)
    for number in range(1, 61):
        with transaction.atomic():
            messages.send_message(
                room_id=tea.pk, raw=f"line {number}", client_id=f"key-{number:05}", by=people[0].pk, at=now()
            )
    pointer = Membership.objects.filter(member=people[1], room=tea).values_list("last_read_seq", flat=True)
    phone = site.window(people[1], "/chat/")  # the first page tells that scripts run
    expect(phone.locator("[data-room] [data-unread]").first).to_contain_text("60")
    hears(phone, "member")
    cookies = phone.context.cookies()
    desk = site.window(people[1], "/chat/", cookies=cookies)
    desk.goto(site.address + "/chat/tea/")
    live(desk)
    # Ten of the sixty are above; the reader stands at the line and has read nothing to the end.
    expect(desk.locator("#new")).to_be_in_viewport()
    expect(desk.locator("#chat-jump")).to_be_visible()
    assert pointer.get() == 0
    desk.locator("#chat-jump").click()
    expect(phone.locator("[data-room] [data-unread]")).to_have_count(0)
    assert pointer.get() == 60
    # Marked unread by hand it stays so, here and there.
    menu(desk, 59, "Mark unread from here")
    expect(phone.locator("[data-room] [data-unread]").first).to_contain_text("2")
    expect(desk.locator("#new + .message-group #m59")).to_be_visible()
    # A link to what is far above brings it, and the end is one press away.
    desk.goto(site.address + "/chat/tea/#m3")
    expect(desk.locator("#m3")).to_be_in_viewport()
    desk.locator("#chat-text").focus()
    desk.keyboard.press("Escape")
    expect(desk.locator("#m60")).to_be_in_viewport()
    expect(phone.locator("[data-room] [data-unread]")).to_have_count(0)
    assert site.problems == []


def test_a_draft_waits_on_the_other_device_and_pictures_are_small_in_the_talk(
    site: Site, people: Any, tea: Room, tmp_path: Path
) -> None:
    join(tea, *people)
    ann = site.window(people[0])
    live(ann)
    ann.locator("#chat-text").press_sequentially("half a thou")
    until(ann, Draft.objects.filter(raw="half a thou").exists)
    other = site.window(people[0])
    live(other)
    expect(other.locator("#chat-text")).to_have_value("half a thou")
    picture = tmp_path / "cup.png"
    Image.new("RGB", (900, 600), "seagreen").save(picture)
    ann.locator("#chat-text").fill("")
    with ann.expect_file_chooser() as chooser:
        ann.get_by_role("button", name="Pictures").click()
    chooser.value.set_files(picture)
    expect(ann.locator("#chat-text")).to_have_value(re.compile(r"!\[cup\|900x600\]"))
    ann.locator("#chat-text").press("Enter")
    thumbnail = other.locator("#m1 img")
    expect(thumbnail).to_have_attribute("width", "900")
    assert thumbnail.bounding_box()["height"] <= 260  # type: ignore[index]
    thumbnail.click()
    expect(other.locator("dialog.chat-picture img")).to_be_visible()
    other.keyboard.press("Escape")
    expect(other.locator("dialog.chat-picture")).to_have_count(0)
    assert site.problems == []


def test_signing_out_keeps_the_words(site: Site, people: Any, tea: Room) -> None:
    ann, mei = site.window(people[0]), site.window(people[1])
    live(ann), live(mei)
    get_user_model().objects.filter(id=people[1].pk).update(is_active=False)
    expect(mei.locator("#live-state")).to_contain_text("You are signed out")
    get_user_model().objects.filter(id=people[1].pk).update(is_active=True)
    say(mei, "kept in the box")
    expect(mei.locator("#chat-text")).to_have_value("kept in the box")
    say(ann, "meanwhile")
    expect(ann.locator(".message[data-seq='1']")).to_be_visible()
    mei.reload()
    live(mei)
    expect(mei.locator("#chat-text")).to_have_value("kept in the box")
    mei.locator("#chat-text").press("Enter")
    expect(ann.locator(".message[data-seq='2']")).to_contain_text("kept in the box")
    assert said(mei) == said(ann) == ["meanwhile", "kept in the box"]


def test_what_is_said_while_the_server_restarts_arrives_once(
    site: Site, people: Any, tea: Room, server: SocketServer, settings: Any
) -> None:
    own = listen_to_own_server(settings)
    try:
        ann, mei = site.window(people[0]), site.window(people[1])
        live(ann), live(mei)
        for page in (ann, mei):  # nor does anything else come through, by which they would talk meanwhile
            page.route(re.compile(r"/ws/poll|/line/"), lambda route: route.abort())
        own.stop()
        for page in (ann, mei):
            expect(page.locator("#live-state")).to_have_text(re.compile("Connection lost|Connecting"))
        say(ann, "into the dark")
        expect(ann.locator(".message.sending")).to_contain_text("into the dark")
        assert not Message.objects.exists()
        own = SocketServer(own.port)
        for page in (ann, mei):
            expect(page.locator("#live-state")).to_have_text("Live", timeout=60_000)
            expect(page.locator(".message[data-seq='1']")).to_contain_text("into the dark")
            assert said(page) == ["into the dark"] and page.locator(".sending").count() == 0
        assert Message.objects.count() == 1
    finally:
        own.stop()


def test_too_fast_keeps_the_words(site: Site, people: Any, tea: Room, settings: Any) -> None:
    own = listen_to_own_server(settings, LAOYOU_LIMITS="on")  # elsewhere tests write faster than people
    try:
        ann = site.window(people[0])
        live(ann)
        ann.evaluate(  # all of them in one moment: who waits may go on
            """() => {
              const box = document.getElementById("chat-text");
              for (let number = 0; number < 11; number++) {
                box.value = `line ${number}`;
                box.dispatchEvent(new Event("input", { bubbles: true }));
                box.form.requestSubmit();
              }
            }"""
        )
        expect(ann.locator("#chat-refusal")).to_contain_text("That was fast. You can write again in")
        expect(ann.locator("#chat-text")).to_have_value("line 10")
        expect(ann.locator(".message[data-seq='10']")).to_be_visible()
        assert ann.locator(".sending").count() == 0 and Message.objects.count() == 10
    finally:
        own.stop()


def listen_to_own_server(settings: Any, **more: str) -> SocketServer:
    own = SocketServer(**more)
    origin = f"ws://localhost:{own.port}"
    settings.SOCKET_URL = f"{origin}/ws/"
    policy = settings.CONTENT_SECURITY_POLICY
    settings.CONTENT_SECURITY_POLICY = {
        **policy,
        "DIRECTIVES": {**policy["DIRECTIVES"], "connect-src": ["'self'", origin, origin.replace("ws", "http", 1)]},
    }
    return own


def test_the_list_of_rooms_counts_and_scrolling_up_shows_the_past(site: Site, people: Any, tea: Room) -> None:
    for number in range(1, 131):
        with transaction.atomic():
            messages.send_message(
                room_id=tea.pk, raw=f"line {number}", client_id=f"key-{number:05}", by=people[0].pk, at=now()
            )
    join(tea, *people)
    mei = site.window(people[1], "/chat/")
    expect(mei.locator(f"[data-room='{tea.public_id}']")).to_be_attached()
    hears(mei, "member", f"room:{tea.public_id}")
    room = site.window(people[1])
    live(room)
    expect(room.locator(".message[data-seq='130']")).to_be_in_viewport()

    def at_the_beginning() -> bool:
        room.locator("#chat-log").evaluate("(log) => { log.scrollTop = 0 }")
        return room.locator(".message[data-seq='1']").count() > 0

    until(room, at_the_beginning)
    seqs = room.locator(".message[data-seq]").evaluate_all("(all) => all.map((one) => Number(one.dataset.seq))")
    assert seqs == list(range(1, 131))
    assert room.locator(".date-line").count() == 1 and room.locator("#older").count() == 0
    # Somebody speaks while she looks at the past: she is told, and not moved.
    with transaction.atomic():
        messages.send_message(room_id=tea.pk, raw="news", client_id="key-news", by=people[0].pk, at=now())
    expect(room.locator("#chat-jump")).to_be_visible()
    expect(mei.locator("[data-room] [data-unread]").first).to_contain_text("1")
    room.locator("#chat-jump").click()
    expect(room.locator(".message[data-seq='131']")).to_be_in_viewport()
    expect(mei.locator("[data-room] [data-unread]")).to_have_count(0)
    assert site.problems == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_and_works_without_script(site: Site, people: Any, tea: Room, width: int, tmp_path: Path) -> None:
    plain = site.window(people[0], viewport={"width": width, "height": 800}, java_script_enabled=False)
    plain.locator("#chat-text").fill("without a script")
    plain.get_by_role("button", name="Send").click()
    expect(plain.locator(".message[data-seq='1']")).to_contain_text("without a script")
    scripted = site.window(people[0], viewport={"width": width, "height": 800})
    for page in (plain, scripted):
        assert (
            page.locator("html").evaluate("(html) => html.scrollWidth <= html.clientWidth")
            if page is scripted
            else True
        )
        expect(page.locator("#chat-text")).to_be_in_viewport()
