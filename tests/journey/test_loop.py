"""The whole loop, once, as people walk it: browsers, the API, real mail, a moved clock.

act -> event -> points, tier -> stage -> campaign -> message -> return -> act
"""

import json
import re
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House, Post

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "a long walk in the rain"
AWAY = timedelta(days=130)


class Guest:
    """One person in a browser of their own. Whatever the browser complains about fails the test."""

    def __init__(self, browser: Browser, house: House, name: str, *, width: int = 1280) -> None:
        self.house, self.name, self.email = house, name, f"{name}@example.com"
        self.context = browser.new_context(locale="en", viewport={"width": width, "height": 900})
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._follow)
        self.answers: list[str] = []
        self.page.on("websocket", lambda line: line.on("framereceived", lambda frame: self.answers.append(str(frame))))

    def listening(self) -> None:
        """Wait until this page's socket has said that it hears the member's own stream."""
        for _ in range(150):
            if any('"ok"' in answer for answer in self.answers):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.name} hears nothing: {self.answers}")

    def reloads_until(self, locator: Any, pattern: str) -> None:
        """For what another person's act brings sooner or later."""
        for _ in range(40):
            if re.search(pattern, locator.inner_text()):
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        raise AssertionError(f"{self.name} still reads {locator.inner_text()!r}")

    def _hear(self, message: Any) -> None:
        # The house is stopped on the way: sockets break then, and the polls that take their place find nobody.
        stopped = "ERR_CONNECTION_REFUSED" in message.text and re.search(
            r"(poll|line/)\?|polling\.[^/]*js", message.location["url"]
        )
        if message.type == "error" and "WebSocket" not in message.text and not stopped:
            self.complaints.append(f"{message.text} {message.location.get('url')}")

    def _follow(self, request: Any) -> None:
        host = re.sub(r"^[a-z]+://([^/:]+).*$", r"\1", request.url)
        if request.url.startswith(("http", "ws")) and host != "localhost":
            self.complaints.append(f"asked a stranger: {request.url}")

    def go(self, path: str) -> Page:
        self.answers.clear()
        self.page.goto(path if path.startswith("http") else self.house.url + path)
        return self.page

    def sign_up(self, post: Post, path: str = "/accounts/signup/") -> None:
        page = self.go(path)
        page.get_by_label("E-mail address").fill(self.email)
        page.get_by_label("Name to be called by").fill(self.name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Join").click()
        page.locator("input[name=code]").fill(post.code_for(self.email))
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_label("Your account")).to_be_visible()

    def sign_in(self, password: str = PASSWORD) -> None:
        self.context.clear_cookies()
        page = self.go("/accounts/login/")
        page.locator("input[name=login]").fill(self.name)
        page.locator("input[name=password]").fill(password)
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_label("Your account")).to_be_visible()

    def say(self, room: str, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Say something kind")
        box.fill(text)
        box.press("Enter")

    def thinks(self) -> None:
        """Long enough to be taken for a person: a newcomer's first post of the first three seconds waits for a moderator."""
        self.page.wait_for_timeout(3_500)

    def points(self) -> Any:
        return self.page.locator("header [data-live=points]")


def order(
    house: House, key: str, *, email: str, external_id: str, net: int, placed: datetime, **extra: Any
) -> tuple[int, dict[str, Any]]:
    """One paid order through the API, as a shop sends it."""
    body = {
        "source": "tea-shop", "external_id": external_id, "revision": "1", "occurred_at": placed.isoformat(),
        "member": {"email": email}, "currency": "EUR", "payment_state": "paid", "paid_at": placed.isoformat(),
        "totals": {"net": net, "tax": 0, "shipping": 0, "discount": 0, "paid_with_points": 0},
        "lines": [{"external_id": "l1", "sku": "TEA-1", "product": "Green tea", "category": "tea", "quantity": 1,
                   "amount_net": net, "amount_tax": 0, "earns": True}],
    } | extra  # fmt: skip
    request = urllib.request.Request(
        f"{house.url}/api/v1/orders",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"order-{external_id}",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_loop(house: House, post: tuple[Post, int], chromium: Browser) -> None:
    mailbox = post[0]
    guests: list[Guest] = []

    def arrive(name: str, **options: Any) -> Guest:
        guests.append(Guest(chromium, house, name, **options))
        return guests[-1]

    # The owner opens the house with the one-time address.
    owner = arrive("owner")
    page = owner.go(house.manage("setup_link"))
    page.get_by_label("E-mail address").fill("owner@example.com")
    page.get_by_label("Name to be called by").fill("owner")
    page.get_by_label("Password").fill("seven cups of old tea")
    page.get_by_role("button", name="Make the owner's account").click()
    expect(page.get_by_role("heading", name="The house is open")).to_be_visible()
    key = re.search(r"ly_live_\S+", house.manage("make_api_key", "--name", "Shop", "--scope", "orders:write"))
    assert key
    # This shop takes nothing back, so nothing waits for the end of a return window.
    house.manage("shell", "-c", SHOP_WITHOUT_RETURNS)
    house.manage("shell", "-c", FIRST_BOARD_AND_ROOM)

    # Ming joins and passes an invitation on; Lin joins through it.
    ming = arrive("ming")
    ming.sign_up(mailbox)
    ming.go("/invite/")
    link = re.search(r"http://localhost:\d+/i/\w+/", ming.page.content())
    assert link
    lin = arrive("lin", width=390)
    lin.go(link[0])
    expect(lin.page.locator("main")).to_contain_text("ming")
    lin.sign_up(mailbox, path=link[0])

    # They talk: a topic with a live preview, a reply, a like.
    lin.go("/b/tea-house/")
    lin.page.get_by_role("link", name="New topic").first.click()
    lin.page.get_by_label("Title").fill("My first oolong was a surprise")
    lin.page.get_by_label("Your text").fill("It tasted of **peaches** and I did not expect that at all.")
    expect(lin.page.locator("[data-composer-preview] strong")).to_have_text("peaches")
    lin.thinks()
    lin.page.get_by_role("button", name="Post the topic").click()
    expect(lin.page.get_by_role("heading", name="My first oolong was a surprise")).to_be_visible()
    topic = lin.page.url
    lin.go("/points/")  # elsewhere, so that what Ming answers is not read as it comes
    ming.go(topic)
    ming.page.locator("[data-react]").first.click()
    expect(ming.page.locator("[data-react]").first).to_have_attribute("aria-pressed", "true")
    ming.page.locator("#reply textarea, textarea[name=raw]").first.fill(
        "Peaches! Wait until you meet the roasted ones, dear Lin."
    )
    ming.thinks()
    ming.page.get_by_role("button", name=re.compile("Reply|Post")).last.click()
    expect(ming.page.locator("article.post")).to_have_count(2)

    # They chat between two browsers.
    ming.go("/chat/tea-table/")
    lin.go("/chat/tea-table/")
    for guest in (ming, lin):
        expect(guest.page.locator("#live-state")).to_have_text("Live", timeout=15_000)
    ming.say("tea-table", "Is the kettle on?")
    expect(lin.page.locator("#chat-log")).to_contain_text("Is the kettle on?")
    lin.say("tea-table", "It sings already.")
    expect(ming.page.locator("#chat-log")).to_contain_text("It sings already.")

    # Lin buys in the shop; points and tier appear without a reload.
    lin.go("/points/")
    expect(lin.page.locator("main")).to_contain_text("Friend")
    lin.listening()
    status, answer = order(house, key[0], email=lin.email, external_id="1001", net=62_000, placed=datetime.now(UTC))
    assert status in (200, 201), answer
    expect(lin.points()).to_have_text(re.compile(r"^[68]\d\d$"), timeout=20_000)
    expect(lin.page.locator("main")).to_contain_text("Good friend", timeout=20_000)
    assert order(house, key[0], email=lin.email, external_id="1001", net=62_000, placed=datetime.now(UTC))[0] in (
        200,
        201,
        422,
    )

    # The invitation thanks both.
    ming.go("/points/")
    ming.reloads_until(ming.points(), r"20\d")

    # Lin claims a reward; the code is there at once.
    lin.go("/rewards/")
    lin.page.get_by_role("link", name=re.compile("Claim")).first.click()
    lin.page.get_by_role("button", name=re.compile("Claim it for")).click()
    expect(lin.page.locator(".coupon")).to_be_visible()
    house.manage("check_books")

    # Lin agrees to mail from the house, then falls silent for 130 days.
    lin.go("/preferences/")
    lin.page.get_by_label("Send me news and offers").check()
    lin.page.get_by_role("button", name="Save").click()
    house.stop()
    house.start(LAOYOU_CLOCK_OFFSET=f"{AWAY.days}d")
    house.manage("restage")

    # The owner sees why, and writes to those who fell silent.
    owner.sign_in("seven cups of old tea")
    owner.go("/admin/customers/people/?stage=lapsed")
    expect(owner.page.get_by_role("link", name="lin", exact=True)).to_be_visible()
    owner.go("/admin/win-back/new/")
    owner.page.locator("[name=name]").fill("The kettle is on")
    for stage in ("decline", "lapsed"):
        owner.page.locator(f"[name=stages][value={stage}]").check()
    owner.page.locator("[name=subject]").fill("The kettle is on, {name}")
    owner.page.locator("[name=body]").fill(
        "Dear {name},\n\n{news}\n\nTake {offer} off your next tea with {coupon}, until {expires}."
    )
    owner.page.locator("[name=offer][value=percent]").check()
    owner.page.locator("[name=offer_percent]").fill("15")
    owner.page.locator("[name=offer_days]").fill("30")
    owner.page.locator("[name=holdout_percent]").fill("0")
    owner.page.locator("[name=keeps_quiet_hours]").uncheck()
    owner.page.locator("main button[type=submit], #main button[type=submit]").first.click()
    campaign = re.search(r"/admin/win-back/(\w+)/", owner.page.url)
    assert campaign, owner.page.url
    owner.go(f"/admin/win-back/{campaign[1]}/start/")
    owner.page.get_by_role("button", name="Start now").click()

    # The mail arrives, says something true and carries a code of Lin's own.
    letter = mailbox.to(lin.email, count=2, seconds=60)
    assert "The kettle is on" in str(letter["Subject"])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "ming" in text, "the reply that waits for Lin is the news"
    coupon = re.search(r"\b[A-HJ-KM-NP-Z2-9]{4,}(?:-[A-HJ-KM-NP-Z2-9]+)+\b|\b[A-HJ-KM-NP-Z2-9]{17}\b", text)
    assert coupon, text
    assert not [mail for mail in mailbox.mails if "ming" in str(mail["To"]) and "kettle" in str(mail["Subject"])], (
        "no consent"
    )

    # One press stops it; the page asks for no sign-in.
    unsubscribe = re.search(r"<(https?://[^>]+)>", str(letter["List-Unsubscribe"]))
    assert unsubscribe
    stranger = arrive("nobody")
    stranger.go(unsubscribe[1])
    stranger.page.get_by_role("button", name="Yes, stop it").click()
    expect(stranger.page.get_by_role("heading", name=re.compile("It stopped"))).to_be_visible()

    # Lin returns with the code; the stage and the campaign's page know it.
    later = datetime.now(UTC) + AWAY
    status, answer = order(
        house, key[0], email=lin.email, external_id="1002", net=2_000, placed=later, coupons=[coupon[0]]
    )
    assert status in (200, 201), answer
    owner.go(f"/admin/win-back/{campaign[1]}/")
    row = owner.page.locator("tr", has_text="Written to")
    for _ in range(20):
        owner.page.reload()
        if re.search(r"Written to\s+1\s+1", row.inner_text()):
            break
        owner.page.wait_for_timeout(500)
    assert re.search(r"Written to\s+1\s+1", row.inner_text()), row.inner_text()
    expect(owner.page.locator("body")).to_contain_text("Not measurable")
    lin.sign_in()
    lin.go("/members/lin/")
    expect(lin.page.get_by_role("region", name="You and us")).to_contain_text("Recovered")
    house.manage("check_books")
    assert {guest.name: guest.complaints for guest in guests if guest.complaints} == {}


SHOP_WITHOUT_RETURNS = """
from django.db import transaction
from loyalty.actions import publish_rule
from referrals.actions import Terms, change_terms
from outbox.clock import now
with transaction.atomic():
    publish_rule(code="purchase", changes={"pending_days": 0}, by=None, at=now())
    change_terms(terms=Terms(hold_days=0, least_account_days=0), by=None, at=now())
"""
FIRST_BOARD_AND_ROOM = """
from django.db import transaction
from community.actions.chat import rooms
from community.actions.forum import boards
from outbox.clock import now
with transaction.atomic():
    boards.ensure_board(slug="tea-house", name="The tea house", at=now())
    rooms.create_room(kind="public", slug="tea-table", name="Tea table", by=None, at=now())
"""
