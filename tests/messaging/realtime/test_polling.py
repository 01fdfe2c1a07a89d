"""The same streams where sockets are blocked: long polls of the socket process, plain polls and sends of the pages."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client as Browser

from community.actions.chat import messages, rooms
from community.models import Membership, Message
from messaging import hub
from outbox.clock import now
from tests.messaging.realtime.conftest import session_of
from tests.messaging.realtime.server import Client, SocketServer

pytestmark = [pytest.mark.django_db(transaction=True)]
OURS = {"Origin": "http://localhost:8000"}


def say(room_id: int, author: Any, number: int) -> None:
    with transaction.atomic():
        messages.send_message(
            room_id=room_id, raw=f"message {number}", client_id=f"client-{number:04}", by=author.pk, at=now()
        )


class Poll(threading.Thread):
    """One long poll, which may wait."""

    def __init__(
        self, server: SocketServer, query: str, *, cookie: str = "", headers: dict[str, str] = OURS, method: str = "GET"
    ) -> None:
        super().__init__(daemon=True)
        self.request = urllib.request.Request(
            f"http://127.0.0.1:{server.port}/ws/poll?{query}",
            headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", **headers},
            method=method,
        )
        self.status, self.said, self.headers = 0, {}, {}  # type: ignore[var-annotated]
        self.start()

    def run(self) -> None:
        try:
            with urllib.request.urlopen(self.request, timeout=60) as answer:
                self.status, self.said, self.headers = answer.status, json.load(answer), dict(answer.headers)
        except urllib.error.HTTPError as error:
            self.status, self.said, self.headers = error.code, json.load(error), dict(error.headers)

    def done(self, seconds: float = 20.0) -> dict[str, Any]:
        self.join(seconds)
        assert not self.is_alive(), "the poll still waits"
        return self.said  # type: ignore[no-any-return]


def push_until_heard(member: Any, poll: Poll) -> None:
    """A hint is heard by a poll that waits already, so it is repeated until it is answered."""
    for _ in range(40):
        hub.push_to_member(member.pk, "points", {"toast": {"text": "+10"}})
        poll.join(0.5)
        if not poll.is_alive():
            return
    raise AssertionError("the poll still waits")


def wait_until_it_waits(member: Any) -> None:
    end = time.monotonic() + 20
    while not hub.members_listening({member.pk}):
        assert time.monotonic() < end, "the poll never came to wait"
        time.sleep(0.02)


class Waiting:
    """A poll that was waiting when it was made, asked again after what is told beside (who is here)."""

    def __init__(self, server: SocketServer, query: str, **options: Any) -> None:
        self.again = lambda: Poll(server, query, **options)
        self.poll = self.again()
        time.sleep(0.8)
        if not self.poll.is_alive():
            self.poll = self.again()
            time.sleep(0.2)

    def until(self, type: str) -> dict[str, Any]:
        for _ in range(5):
            said = self.poll.done()
            said["frames"] = [frame for frame in said["frames"] if frame["type"] == type]
            if said["frames"]:
                return said
            self.poll = self.again()
        raise AssertionError(f"no {type} came")


def test_a_poll_gives_at_once_what_was_missed_and_waits_for_what_comes(
    server: SocketServer, make_room: Any, ann: Any
) -> None:
    room_id, stream = make_room()
    for number in (1, 2, 3):
        say(room_id, ann, number)
    said = Poll(server, f"stream={stream}@1").done()
    assert [frame["seq"] for frame in said["frames"]] == [2, 3]
    assert said["seqs"] == {stream: 3} and said["refused"] == []
    waiting = Waiting(server, f"stream={stream}@3")
    assert waiting.poll.is_alive()
    say(room_id, ann, 4)
    said = waiting.until("message")
    assert (said["frames"][0]["seq"], said["frames"][0]["data"]["html"]) == (4, "<p>message 4</p>\n")
    assert said["seqs"] == {stream: 4}
    assert Poll(server, f"stream={stream}@99").done()["frames"][0]["type"] == "reset"


def test_frame_by_frame_a_poll_says_what_a_socket_says(
    server: SocketServer, open_as: Callable[..., Client], make_room: Any, ann: Any
) -> None:
    room_id, stream = make_room()
    client = open_as()
    client.subscribe(stream, since=0)
    seq, heard = 0, []
    for number in range(1, 9):
        waiting = Poll(server, f"stream={stream}@{seq}")
        time.sleep(0.05 * (number % 3))  # before, while and after it enters
        say(room_id, ann, number)
        while (said := waiting.done())["seqs"][stream] == seq:
            waiting = Poll(server, f"stream={stream}@{seq}")
        seq = said["seqs"][stream]
        heard += [frame for frame in said["frames"] if frame["type"] == "message"]
    client.wait(lambda frame: frame.get("seq") == 8)
    told = [frame for frame in client.frames if frame.get("type") == "message"]
    for frame in (*heard, *told):
        frame.pop("prev", None)  # read from PostgreSQL, because a late frame was not waited for
    assert heard == told


def test_the_first_poll_is_greeted_and_hints_come(server: SocketServer, ann: Any, bo: Any) -> None:
    cookie = session_of(ann)
    said = Poll(server, "stream=member&hello=1", cookie=cookie).done()
    assert said["frames"][0]["type"] == "greeting" and said["frames"][0]["data"]["counts"]["notices"] == ""
    waiting = Poll(server, "stream=member", cookie=cookie)
    stranger = Poll(server, "stream=member", cookie=session_of(bo))
    push_until_heard(ann, waiting)
    assert {frame["type"] for frame in waiting.said["frames"]} == {"points"}
    assert stranger.is_alive()
    assert Poll(server, "stream=member").done()["refused"] == ["member"]


def test_a_poll_has_the_rights_of_a_socket_and_loses_them_as_fast(
    server: SocketServer, make_room: Any, ann: Any
) -> None:
    room_id, inner = make_room("inner", kind="private")
    cookie = session_of(ann)
    assert Poll(server, f"stream={inner}@0&stream=room:nowhere@0", cookie=cookie).done() == {
        "frames": [], "seqs": {}, "refused": [inner, "room:nowhere"],
    }  # fmt: skip
    with transaction.atomic():
        rooms.add_to_room(room_id=room_id, member_id=ann.pk, by=None, at=now())
    seq = Poll(server, f"stream={inner}@0&hello=1", cookie=cookie).done()["seqs"][inner]
    waiting = Waiting(server, f"stream={inner}@{seq}", cookie=cookie)
    Membership.objects.filter(member=ann).delete()
    assert waiting.until("not_allowed")["frames"][0]["stream"] == inner
    waiting = Poll(server, "stream=member", cookie=cookie)
    wait_until_it_waits(ann)
    Session.objects.all().delete()
    assert waiting.done() == {"code": "signed_out"} and waiting.status == 401


def test_only_our_own_pages_may_ask(server: SocketServer) -> None:
    query = "stream=member"
    for headers in (
        {}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/x"},
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://[", "Sec-Fetch-Site": "same-origin"},
    ):  # fmt: skip
        poll = Poll(server, query, headers=headers)
        assert poll.done() == {"code": "origin"} and poll.status == 403
        assert "Access-Control-Allow-Origin" not in {name.title() for name in poll.headers}
    for headers in (OURS, {"Referer": "http://localhost:8000/chat/"}, {"Sec-Fetch-Site": "same-origin"}):
        assert Poll(server, query, headers=headers).done()["refused"] == ["member"]
    poll = Poll(server, query)
    poll.done()
    named = {name.lower(): value for name, value in poll.headers.items()}
    assert named["access-control-allow-origin"] == "http://localhost:8000"
    assert named["access-control-allow-credentials"] == "true" and "no-store" in named["cache-control"]
    poll = Poll(server, query, method="POST")
    assert poll.done() == {"code": "method"} and poll.status == 405


@pytest.mark.parametrize(
    "query", ["", "stream=", "stream=room:a@-1", "stream=room:a@1e9", "stream=ROOM", "stream=a%00b", "x=1", "stream=member&" * 51,
              "stream=room:a@99999999999999999999", "stream=room:%F0%9F%98%80"],
)  # fmt: skip
def test_a_question_outside_the_protocol_is_refused(server: SocketServer, query: str) -> None:
    poll = Poll(server, query)
    assert poll.done()["code"] == "bad_poll" and poll.status == 400
    assert Browser().get(f"/line/?{query}").status_code == 400


def test_a_member_may_wait_in_six_places(server: SocketServer, ann: Any) -> None:
    cookie = session_of(ann)
    polls = [Poll(server, "stream=member", cookie=cookie) for _ in range(7)]
    end = time.monotonic() + 20
    while all(poll.is_alive() for poll in polls) and time.monotonic() < end:
        time.sleep(0.02)
    [seventh] = [poll for poll in polls if not poll.is_alive()]  # whichever came last
    assert seventh.said["code"] == "too_many_polls" and seventh.status == 429
    for poll in polls:
        if poll is not seventh:
            push_until_heard(ann, poll)
            assert poll.said["frames"][0]["type"] == "points"


# --- Plain polls and sends, from the pages' process -------------------------------------------------------------------


def signed_in(member: Any, **options: Any) -> Browser:
    browser = Browser(**options)
    browser.force_login(member, "members.backends.MemberBackend")
    return browser


def test_a_plain_poll_and_a_send_by_form(make_room: Any, ann: Any, bo: Any) -> None:
    room_id, stream = make_room()
    browser = signed_in(ann)
    frame = {"op": "send", "ref": "7", "stream": stream, "client_id": "client-0001", "data": {"text": "hello"}}
    for _ in range(2):  # sent again it is the same message
        answer = browser.post("/line/", frame, content_type="application/json")
        assert answer.status_code == 200 and answer.json() == {"op": "ok", "ref": "7", "seq": 1}
    assert Message.objects.count() == 1
    said = signed_in(bo).get(f"/line/?stream={stream}@0&stream=member").json()
    by_type = {frame["type"]: frame for frame in said["frames"]}
    assert by_type["message"]["data"]["html"] == "<p>hello</p>\n" and by_type["presence"]["data"]["count"] == 0
    assert by_type["greeting"]["stream"] == "member"
    assert said["seqs"] == {stream: 1} and said["refused"] == []
    with transaction.atomic():
        rooms.add_to_room(room_id=room_id, member_id=bo.pk, by=None, at=now())
    read = {"op": "read", "stream": stream, "seq": 1}
    assert signed_in(bo).post("/line/", read, content_type="application/json").json()["op"] == "ok"
    assert Membership.objects.get(member=bo).last_read_seq == 1


def test_sends_are_refused_as_over_a_socket(make_room: Any, ann: Any) -> None:
    _room, stream = make_room()
    _inner, inner = make_room("inner", kind="private")
    frame = {"op": "send", "stream": stream, "client_id": "client-0001", "data": {"text": "hello"}}

    def post(browser: Browser, given: Any, **headers: str) -> tuple[int, str]:
        answer = browser.post("/line/", given, content_type="application/json", headers=headers or None)
        return answer.status_code, answer.json()["code"] if "json" in answer.headers["Content-Type"] else ""

    assert post(Browser(), frame) == (401, "sign_in_required")
    assert post(signed_in(ann, enforce_csrf_checks=True), frame)[0] == 403
    browser = signed_in(ann)
    assert post(browser, frame | {"stream": inner})[0] in (403, 404)
    assert post(browser, frame | {"op": "fly"}) == (400, "bad_frame")
    assert post(browser, frame | {"op": "typing"}) == (422, "not_supported")
    assert post(browser, frame | {"data": {"text": "  "}}) == (422, "empty")
    assert post(browser, frame | {"data": {"text": "x" * 70_000}}) == (400, "bad_frame")
    assert browser.post("/line/", b"\xff", content_type="application/json").status_code == 400
    assert not Message.objects.exists()
