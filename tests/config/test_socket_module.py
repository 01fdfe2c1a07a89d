"""The socket client in a real browser, against a server that loses, reorders and repeats."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute

STATIC = Path(__file__).parents[2] / "config/static/laoyou"
PAGE = """<!doctype html><title>t</title><meta name="laoyou-socket" content="ws://site.test/ws/">
<script type="importmap">{"imports": {"laoyou/socket": "/socket.js", "laoyou/polling": "/polling.js"}}</script>
<script type="module">
  import * as socket from "laoyou/socket";
  window.socket = socket; window.seen = []; window.resets = []; window.states = []; window.answers = [];
  window.open_at = (since) => { socket.connect(); socket.subscribe("room:a", {since,
    onFrame: (frame) => seen.push(frame.seq), onReset: (frame) => resets.push(frame.seq),
    onState: (state, error) => states.push(error ? state + ":" + error.code : state)}); };
  window.say = (data, id) => socket.send("room:a", data, id).then(
    (answer) => answers.push(answer.op), (error) => answers.push([error.code, error.message, error.retryAfter]));
  window.ready = true;
</script>"""

pytestmark = pytest.mark.browser


class Server:
    """What the browser said, per connection, and the means to answer."""

    def __init__(self) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.heard: list[dict[str, Any]] = []

    def accept(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self.heard.append({**json.loads(text), "connection": len(self.sockets)}))

    def say(self, **frame: Any) -> None:
        self.sockets[-1].send(json.dumps(frame))

    def frames(self, *seqs: int) -> None:
        for seq in seqs:
            self.say(stream="room:a", seq=seq, type="message", data={})

    def of(self, op: str) -> list[dict[str, Any]]:
        return [frame for frame in self.heard if frame["op"] == op]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    def serve(route: Route) -> None:
        if route.request.url.endswith(".js"):
            name = route.request.url.rpartition("/")[2]
            route.fulfill(body=(STATIC / name).read_text(encoding="utf-8"), content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    context = chromium.new_context()
    page = context.new_page()
    page.route("**/*", serve)
    page.route_web_socket("**/ws/", server.accept)
    page.goto("http://site.test/")
    page.wait_for_function("window.ready")
    yield page
    context.close()


class Blocked:
    """A network without sockets: polls and POSTs alone come through, and not always these."""

    def __init__(self) -> None:
        self.long: list[str] = []
        self.plain: list[str] = []
        self.posts: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.long_works = True

    def serve(self, route: Route) -> None:
        request = route.request
        plain = "/line/" in request.url
        if request.method == "POST":
            self.posts.append(json.loads(request.post_data or "{}") | {"token": request.headers.get("x-csrftoken", "")})
            route.fulfill(json={"op": "ok", "ref": self.posts[-1]["ref"], "seq": 9})
            return
        (self.plain if plain else self.long).append(request.url.partition("?")[2])
        if not plain and not self.long_works:
            route.abort()
        elif self.answers:
            route.fulfill(json={"seqs": {}, "refused": []} | self.answers.pop(0))
        elif plain:
            route.fulfill(json={"frames": [], "seqs": {}, "refused": []})
        # else it waits, as long polls do


@pytest.fixture
def blocked(chromium: Browser) -> Iterator[tuple[Page, Blocked]]:
    network = Blocked()

    def serve(route: Route) -> None:
        url = route.request.url
        if "/ws/poll" in url or "/line/" in url:
            network.serve(route)
        elif url.endswith(".js"):
            name = url.rpartition("/")[2]
            route.fulfill(body=(STATIC / name).read_text(encoding="utf-8"), content_type="text/javascript")
        else:
            token = '<input type="hidden" name="csrfmiddlewaretoken" value="T0ken">'
            route.fulfill(body=PAGE + token, content_type="text/html")

    context = chromium.new_context()
    page = context.new_page()
    page.route("**/*", serve)  # no name server knows ws://site.test
    page.goto("http://site.test/")
    page.wait_for_function("window.ready")
    yield page, network
    context.close()


def frames_of(*seqs: int, **more: Any) -> dict[str, Any]:
    frames = [{"stream": "room:a", "seq": seq, "type": "message", "data": {}} for seq in seqs]
    return {"frames": frames, "seqs": {"room:a": max(seqs)}} | more


def asked(page: Page, where: list[str], count: int) -> list[str]:
    for _ in range(400):
        if len(where) >= count:
            return where
        page.wait_for_timeout(50)
    raise AssertionError((count, where))


def test_without_sockets_long_polls_give_the_same_frames(blocked: tuple[Page, Blocked]) -> None:
    page, network = blocked
    network.answers = [frames_of(6, 8), frames_of(8, 9)]
    page.evaluate("open_at(5)")
    seen(page, 6, 8, 9)
    queries = asked(page, network.long, 3)
    assert queries == ["stream=room%3Aa%405&hello=1", "stream=room%3Aa%408", "stream=room%3Aa%409"]
    assert page.evaluate("states.at(-1)") == "live" and page.evaluate("socket.way()") == "polling"
    page.evaluate("void say({text: 'hello'}, 'client-1')")
    page.wait_for_function("answers.length === 1")
    assert page.evaluate("answers") == ["ok"]
    sent = network.posts[0]
    assert (sent["op"], sent["stream"], sent["client_id"], sent["data"], sent["token"]) == (
        "send", "room:a", "client-1", {"text": "hello"}, "T0ken",
    )  # fmt: skip
    # Another stream of the page: the waiting poll is given up for one that asks for both.
    page.evaluate("void socket.subscribe('member', {})")
    assert asked(page, network.long, 4)[3] == "stream=room%3Aa%409&stream=member&hello=1"


def test_where_long_polls_do_not_come_through_either_plain_ones_do(blocked: tuple[Page, Blocked]) -> None:
    page, network = blocked
    network.long_works = False
    network.answers = [frames_of(6)]
    page.evaluate("open_at(5)")
    seen(page, 6)
    assert len(network.long) == 1 and network.plain == ["stream=room%3Aa%405&hello=1"]
    page.evaluate("void say({text: 'hello'}, 'client-1')")  # what one says oneself is not waited for
    assert asked(page, network.plain, 2)[1] == "stream=room%3Aa%406&hello=1"


def test_when_sockets_work_again_polls_end(blocked: tuple[Page, Blocked], server: Server) -> None:
    page, network = blocked
    network.answers = [frames_of(6)]
    page.evaluate("open_at(5)")
    seen(page, 6)
    page.route_web_socket("**/ws/", server.accept)
    page.evaluate("dispatchEvent(new Event('online'))")
    ask = until(page, server, "subscribe", 1)[0]
    assert ask["since"] == 6
    server.frames(7)
    server.say(op="ok", ref=ask["ref"], seq=7)
    seen(page, 6, 7)
    assert page.evaluate("socket.way()") == "socket"
    polls = len(network.long)
    page.wait_for_timeout(300)
    assert len(network.long) == polls


def test_a_poll_says_refused_and_signed_out(blocked: tuple[Page, Blocked]) -> None:
    page, network = blocked
    network.answers = [{"frames": [], "refused": ["room:a"]}]
    page.evaluate("open_at(5)")
    page.wait_for_function("states.includes('refused:not_allowed')")
    page.wait_for_timeout(300)
    assert len(network.long) == 1  # nothing is left to ask for
    network.answers = [{"frames": [], "refused": ["member"]}]
    page.evaluate("void socket.subscribe('member', {onState: (state) => states.push('member ' + state)})")
    page.wait_for_function("states.includes('member signed-out')")


def until(page: Page, server: Server, op: str, count: int) -> list[dict[str, Any]]:
    """Wait (at most 20 s) until the server heard `count` frames of a kind."""
    for _ in range(400):
        if len(server.of(op)) >= count:
            return server.of(op)
        page.wait_for_timeout(50)
    raise AssertionError((op, count, server.heard))


def joined(page: Page, server: Server, since: int | None, last: int) -> None:
    page.evaluate("since => open_at(since)", since)
    ask = until(page, server, "subscribe", 1)[0]
    server.say(op="ok", ref=ask["ref"], seq=last)
    page.wait_for_function("states.includes('live')")


def seen(page: Page, *seqs: int) -> None:
    page.wait_for_function("count => seen.length >= count", arg=len(seqs))
    page.wait_for_timeout(50)
    assert page.evaluate("seen") == list(seqs)


def test_a_live_frame_during_the_replay_waits_its_turn(page: Page, server: Server) -> None:
    page.evaluate("open_at(5)")
    ask = until(page, server, "subscribe", 1)[0]
    assert ask["since"] == 5
    server.frames(9)  # live, overtakes
    server.frames(6, 8, 9)  # the replay has a hole at 7: that row was stamped again
    page.wait_for_timeout(100)
    assert page.evaluate("seen") == []
    server.say(op="ok", ref=ask["ref"], seq=9)
    seen(page, 6, 8, 9)


def test_without_since_frames_count_from_now_on(page: Page, server: Server) -> None:
    joined(page, server, None, 40)
    assert "since" not in server.of("subscribe")[0]
    server.frames(40, 41)
    seen(page, 41)


def test_a_gap_asks_again_and_nothing_comes_twice(page: Page, server: Server) -> None:
    joined(page, server, 5, 5)
    server.frames(6, 6, 8)
    ask = until(page, server, "subscribe", 2)[1]
    assert ask["since"] == 6
    server.frames(7, 8)
    server.say(op="ok", ref=ask["ref"], seq=8)
    server.frames(9, 7)
    seen(page, 6, 7, 8, 9)


def test_hints_without_seq_pass_at_once(page: Page, server: Server) -> None:
    joined(page, server, 5, 5)
    server.say(stream="room:a", seq=None, type="typing", data={})
    server.say(stream="room:b", seq=1, type="message", data={})
    server.frames(6)
    page.wait_for_function("seen.length === 2")
    assert page.evaluate("seen") == [None, 6]


def test_a_reset_says_load_again_and_goes_on_from_there(page: Page, server: Server) -> None:
    page.evaluate("open_at(5)")
    ask = until(page, server, "subscribe", 1)[0]
    server.frames(901)
    server.say(stream="room:a", seq=900, type="reset", data={})
    server.say(op="ok", ref=ask["ref"], seq=900)
    seen(page, 901)
    assert page.evaluate("resets") == [900]


def test_a_slow_reader_comes_back_at_once_and_sends_what_was_not_answered(page: Page, server: Server) -> None:
    joined(page, server, 5, 5)
    server.frames(6)
    page.evaluate("void say({text: 'hello'}, 'client-1')")
    first = until(page, server, "send", 1)[0]
    server.sockets[-1].close(code=4008, reason="slow")
    ask = until(page, server, "subscribe", 2)[1]
    assert (ask["since"], ask["connection"]) == (6, 2)
    again = until(page, server, "send", 2)[1]
    assert (again["client_id"], again["ref"], again["connection"]) == ("client-1", first["ref"], 2)
    server.say(op="ok", ref=again["ref"])
    page.wait_for_function("answers.length === 1")
    assert page.evaluate("answers") == ["ok"]


def test_a_refusal_reaches_the_sender_with_its_reason(page: Page, server: Server) -> None:
    joined(page, server, 5, 5)
    page.evaluate("void say({text: 'again'}, 'client-2')")
    sent = until(page, server, "send", 1)[0]
    server.say(op="refused", ref=sent["ref"], code="slow_mode", message="One message in 30 seconds.", retry_after=12)
    page.wait_for_function("answers.length === 1")
    assert page.evaluate("answers") == [["slow_mode", "One message in 30 seconds.", 12]]


def test_signed_out_stops_for_good(page: Page, server: Server) -> None:
    joined(page, server, 5, 5)
    page.evaluate("void say({text: 'late'}, 'client-3')")
    until(page, server, "send", 1)
    server.sockets[-1].close(code=4001, reason="signed out")
    page.wait_for_function("states.includes('signed-out')")
    assert page.evaluate("answers")[0][0] == "signed-out"
    page.wait_for_timeout(1500)
    assert len(server.sockets) == 1


def test_a_stream_that_is_refused_says_so(page: Page, server: Server) -> None:
    page.evaluate("open_at(5)")
    ask = until(page, server, "subscribe", 1)[0]
    server.say(op="refused", ref=ask["ref"], code="not_allowed", message="")
    page.wait_for_function("states.includes('refused:not_allowed')")


def test_the_heartbeat_carries_the_seqs_and_heals_a_lost_frame(chromium: Browser, server: Server, page: Page) -> None:
    page.clock.install()
    joined(page, server, 5, 5)
    page.clock.run_for(30_000)
    beat = until(page, server, "heartbeat", 1)[0]
    assert beat["seqs"] == {"room:a": 5}
    server.say(op="seqs", seqs={"room:a": 6})
    ask = until(page, server, "subscribe", 2)[1]
    server.frames(6)
    server.say(op="ok", ref=ask["ref"], seq=6)
    seen(page, 6)


def test_a_line_that_is_dead_is_dropped_when_the_heartbeat_stays_unanswered(server: Server, page: Page) -> None:
    page.clock.install()
    joined(page, server, 5, 5)
    page.clock.run_for(30_000)
    until(page, server, "heartbeat", 1)
    page.clock.run_for(12_000)  # 10 s without an answer, then at most 1 s until the next attempt
    page.wait_for_function("states.includes('offline')")
    assert until(page, server, "subscribe", 2)[1]["connection"] == 2
