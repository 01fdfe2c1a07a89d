"""Pages kept for guests: the same for all of them, never for anybody with a session, old as soon as something is new."""

import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from community.actions.forum import boards, posts, topics
from community.models import BoardPermission
from community.queries.forum.topics import url_of
from config import guests
from outbox.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.GUEST_PAGES_SECONDS = 10


@pytest.fixture
def _looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "LOOK_EVERY", 0.0)


class Talk:
    def __init__(self) -> None:
        call_command("ensure_site", verbosity=0)
        at = now() - timedelta(hours=1)
        self.author = get_user_model().objects.create_user("mei", "mei@example.com", display_name="Mei")
        with transaction.atomic():
            self.board = boards.ensure_board(slug="tea", name="Tea", at=at)
            written = topics.start_topic(
                board_id=self.board, title="How long may it rest?", raw="Ten seconds, and then taste.", by=self.author.pk, at=at
            )  # fmt: skip
        self.topic = written.topic_id
        self.url = url_of(topic_id=self.topic)

    def reply(self, raw: str) -> None:
        with transaction.atomic():
            posts.reply(topic_id=self.topic, raw=raw, by=self.author.pk, at=now())


@pytest.fixture
def talk() -> Talk:
    return Talk()


def _statements(client: Client, url: str, **headers: str) -> tuple[int, HttpResponse]:
    with CaptureQueriesContext(connection) as captured:
        response: Any = client.get(url, headers=headers)
    return len(captured), response


def test_the_second_guest_costs_no_statement_and_gets_no_cookie(
    talk: Talk, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "LOOK_EVERY", 60.0)  # a slow machine takes more than the second between two looks
    settings.GUEST_PAGES_SECONDS = 60
    client = Client()
    for url in ("/", "/forum/", "/b/tea/", talk.url, "/members/mei/"):
        first = client.get(url)
        asked, second = _statements(client, url)
        assert (first.status_code, second.status_code, asked) == (200, 200, 0), url
        assert not first.cookies and not second.cookies, url
        assert second.headers["Cache-Control"] == "private, no-cache"
        assert second.headers["Vary"] == "Accept-Language, Cookie"


def test_each_answer_has_its_own_nonce_and_is_otherwise_the_same(talk: Talk) -> None:
    client = Client()
    seen = []
    for _ in range(3):
        response = client.get(talk.url)
        nonces = set(re.findall(r'nonce="([^"]+)"', response.content.decode()))
        assert len(nonces) == 1
        nonce = nonces.pop()
        assert f"'nonce-{nonce}'" in response.headers["Content-Security-Policy"]
        seen.append((nonce, response.content.replace(nonce.encode(), b"")))
    assert len({nonce for nonce, _ in seen}) == 3
    assert len({body for _, body in seen}) == 1


def test_a_copy_that_is_still_right_is_not_sent_again_and_keeps_its_policy(talk: Talk) -> None:
    client = Client()
    etag = client.get(talk.url).headers["ETag"]
    again = client.get(talk.url, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    assert "Content-Security-Policy" not in again.headers  # the copy's nonce belongs to the copy's policy
    assert client.get(talk.url, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.usefixtures("_looks_each_time")
def test_what_is_published_is_seen_at_the_next_look(talk: Talk) -> None:
    client = Client()
    before = client.get(talk.url)
    talk.reply("A lid keeps the warmth, says the newest reply.")
    after = client.get(talk.url, headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "says the newest reply" in after.content.decode()


@pytest.mark.usefixtures("_looks_each_time")
def test_a_right_that_is_taken_is_gone_at_the_next_look(talk: Talk) -> None:
    client = Client()
    assert client.get(talk.url).status_code == client.get("/b/tea/").status_code == 200
    BoardPermission.objects.filter(board_id=talk.board, audience="guests").delete()
    assert client.get(talk.url).status_code == client.get("/b/tea/").status_code == 404
    assert "How long may it rest" not in client.get("/forum/").content.decode()


def test_nobody_looks_oftener_than_once_a_second_and_nothing_lives_longer_than_its_life(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = time.monotonic()
    monkeypatch.setattr(guests.time, "monotonic", lambda: clock)
    client = Client()
    client.get(talk.url)
    talk.reply("Written in the same second, and shown in the next.")
    clock += 0.9
    asked, response = _statements(client, talk.url)
    assert asked == 0 and "shown in the next" not in response.content.decode()
    clock += 0.2
    assert "shown in the next" in client.get(talk.url).content.decode()
    clock += 9.9
    asked, _ = _statements(client, talk.url)
    assert asked == 3  # it looked, and the page was still right
    clock += 0.2
    asked, _ = _statements(client, talk.url)
    assert asked > 0  # drawn anew, although nothing changed


def test_whoever_has_a_session_never_sees_a_kept_page_and_leaves_none(talk: Talk) -> None:
    member, guest = Client(), Client()
    member.force_login(talk.author, "members.backends.MemberBackend")
    drawn = member.get(talk.url)
    assert drawn.headers["Cache-Control"] == "private, no-store" and "ETag" not in drawn.headers
    kept = guest.get(talk.url)
    assert 'class="bell"' not in kept.content.decode() and "Sign in" in kept.content.decode()
    asked, own = _statements(member, talk.url)
    assert asked >= 3 and "Sign out" in own.content.decode()
    stale = Client()
    stale.cookies["sessionid"] = "x" * 32  # of a session that ended
    assert "ETag" not in stale.get(talk.url).headers
    waiting = Client()
    waiting.cookies["messages"] = "x"
    assert "ETag" not in waiting.get(talk.url).headers


def test_language_theme_zone_and_host_have_pages_of_their_own(talk: Talk) -> None:
    client = Client()

    def page(cookies: dict[str, str], **headers: str) -> str:
        client.cookies.clear()
        for name, value in cookies.items():
            client.cookies[name] = value
        client.get("/forum/", headers=headers)
        return str(client.get("/forum/", headers=headers).content.decode())

    assert '<html lang="en"' in page({}, accept_language="en")
    assert '<html lang="zh-hans"' in page({}, accept_language="zh-CN")
    assert '<html lang="zh-hans"' in page({"language": "zh-hans"}, accept_language="en")
    assert 'data-theme="dark"' in page({"theme": "dark"}, accept_language="en")
    assert 'data-theme="' not in page({"theme": '"><b>'}, accept_language="en")
    assert guests.key_of(_request(HTTP_COOKIE="theme=purple")) is None
    assert guests.key_of(_request(HTTP_COOKIE="time_zone=Mars/Olympus")) is None
    assert guests.key_of(_request(HTTP_COOKIE="time_zone=Asia/Shanghai")) != guests.key_of(_request())
    assert guests.key_of(_request(HTTP_HOST="other.example")) != guests.key_of(_request())
    assert client.get("/forum/", headers={"host": "evil.example"}).status_code == 400


def _request(path: str = "/forum/", **meta: str) -> HttpRequest:
    return RequestFactory().get(path, **meta)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "meta"),
    [
        ("/accounts/login/", {}),
        ("/chat/", {}),
        ("/api/v1/members", {}),
        ("/settings/profile/", {}),
        ("/forum/", {"HTTP_ACCEPT": "application/json"}),
        ("/forum/", {"HTTP_AUTHORIZATION": "Bearer x"}),
        ("/forum/", {"HTTP_RANGE": "bytes=0-1"}),
        ("/forum/", {"HTTP_SEC_FETCH_DEST": "empty"}),
        ("/forum/", {"HTTP_X_REQUESTED_WITH": "fetch"}),
        ("/forum/?q=" + "x" * 600, {}),
    ],
)
def test_what_is_never_kept(path: str, meta: dict[str, str]) -> None:
    assert guests.key_of(_request(path, **meta)) is None
    assert guests.key_of(RequestFactory().post("/forum/")) is None


class Site:
    """A middleware around a made-up site; each answer is said by `answer`, and counted."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[HttpRequest] = []
        self._answer = answer
        self.ask = guests.GuestPagesMiddleware(self._draw)

    def _draw(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        response: HttpResponse = self._answer(request)
        return response


@pytest.mark.parametrize(
    "change",
    [
        lambda response: response.set_cookie("tea", "1"),
        lambda response: setattr(response, "status_code", 404),
        lambda response: response.headers.__setitem__("Cache-Control", "no-store"),
        lambda response: response.headers.__setitem__("Vary", "User-Agent"),
        lambda response: response.headers.__setitem__("Content-Type", "application/json"),
        lambda response: response.write('<input name="csrfmiddlewaretoken" value="x">'),
        lambda response: response.write("x" * guests.LARGEST),
    ],
)
def test_what_belongs_to_one_reader_is_drawn_for_each(change: Any) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("tea")
        change(response)
        return response

    site = Site(answer)
    for _ in range(3):
        assert "ETag" not in site.ask(_request()).headers
    assert len(site.asked) == 3


def test_a_kept_page_is_drawn_without_the_cookies_of_the_one_who_asked_first() -> None:
    site = Site(lambda request: HttpResponse(f"{sorted(request.COOKIES)} {request.COOKIES.get('theme')}"))
    given = "csrftoken=secret; theme=dark; visitor=ming"
    assert site.ask(_request(HTTP_COOKIE=given)).content == b"['language', 'theme'] dark"
    assert site.ask(_request(HTTP_COOKIE="theme=dark")).content == b"['language', 'theme'] dark"
    assert len(site.asked) == 1


def test_who_brings_other_cookies_to_a_page_of_their_own_gets_it_drawn_with_them() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse(request.COOKIES.get("visitor", "nobody"))
        response.headers["Cache-Control"] = "no-store"
        return response

    site = Site(answer)
    assert site.ask(_request(HTTP_COOKIE="visitor=ming")).content == b"ming"
    assert site.ask(_request(HTTP_COOKIE="visitor=mei")).content == b"mei"
    assert len(site.asked) == 3  # the first was drawn twice; then the address was known


def test_memory_is_bounded_and_the_least_wanted_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "MOST_BYTES", 20_000)
    site = Site(lambda request: HttpResponse("x" * 3_000))
    for number in range(40):
        site.ask(_request(f"/forum/?page={number}"))
        site.ask(_request("/forum/"))
    assert site.ask._bytes <= 20_000
    assert site.ask._bytes == sum(page.size for page in site.ask._pages.values())
    assert sum(request.get_full_path() == "/forum/" for request in site.asked) == 1


@pytest.fixture
def _no_looking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(guests.GuestPagesMiddleware, "_look", lambda self: ())
    yield


@pytest.mark.usefixtures("_no_looking")
def test_a_crowd_that_comes_at_once_is_served_by_one_drawing() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def answer(request: HttpRequest) -> HttpResponse:
        begun.set()
        may_end.wait(5)
        return HttpResponse("tea")

    site = Site(answer)
    answers: list[bytes] = []
    crowd = [threading.Thread(target=lambda: answers.append(site.ask(_request()).content)) for _ in range(8)]
    for one in crowd:
        one.start()
    begun.wait(5)
    may_end.set()
    for one in crowd:
        one.join(10)
    assert answers == [b"tea"] * 8
    assert len(site.asked) == 1


@pytest.mark.usefixtures("_no_looking")
def test_a_drawing_that_fails_lets_the_next_one_try() -> None:
    fails = [True]

    def answer(request: HttpRequest) -> HttpResponse:
        if fails.pop() if fails else False:
            raise RuntimeError("no tea")
        return HttpResponse("tea")

    site = Site(answer)
    with pytest.raises(RuntimeError):
        site.ask(_request())
    assert site.ask(_request()).content == b"tea"
