"""The way out for machines: what a person typed never leads to us, to our neighbours, or to a cloud's insides."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from integrations.outbound import Network, Unreachable, call, check_url
from tests.messaging.push import service as push_service

PUBLIC = "93.184.215.14"
REFUSED = [
    "http://hooks.example.com/", "ftp://hooks.example.com/", "https://user:secret@hooks.example.com/", "https://10.0.0.1/",
    "https://[::1]/", "https://[::ffff:169.254.169.254]/", "https://[64:ff9b::7f00:1]/", "https://2130706433/", "https://intranet/",
    "https://hooks.example.com:8443/", "https://hooks.example.com\\@evil.example/", "https://shop.test/",
    "https://localhost/", "http://127.0.0.1:9000/", "https://hooks.example.com/\r\nX: y",
]  # fmt: skip
INNER = [
    "127.0.0.1",
    "169.254.169.254",
    "10.1.2.3",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "fd00::1",
    "100.100.100.200",
]


@pytest.fixture
def _public(settings: Any) -> None:
    settings.OUTBOUND_LOCAL = False
    settings.SITE_URL = "https://shop.test"


@pytest.mark.usefixtures("_public")
@pytest.mark.parametrize("url", REFUSED)
def test_an_odd_address_is_refused_before_anybody_is_asked(url: str) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("asked")

    with pytest.raises(Unreachable):
        call("POST", url, network=Network(never, never))
    with pytest.raises(Unreachable):
        check_url(url)


@pytest.mark.usefixtures("_public")
@pytest.mark.parametrize("address", INNER)
def test_one_inner_address_among_the_answers_is_enough_to_refuse(address: str) -> None:
    dialled: list[str] = []

    def dial(address: str, port: int, timeout: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    for answer in ([address], [PUBLIC, address]):
        with pytest.raises(Unreachable, match="not_public"):
            call("POST", "https://hooks.example.com/", network=Network(lambda *_, a=answer: a, dial))  # type: ignore[misc]
    assert dialled == []


@pytest.mark.usefixtures("_public")
def test_a_name_that_changes_its_answer_is_asked_once_and_pinned() -> None:
    answers, dialled = [[PUBLIC], ["127.0.0.1"]], []

    def dial(address: str, port: int, timeout: float) -> socket.socket:
        dialled.append((address, port))
        raise ConnectionRefusedError

    with pytest.raises(Unreachable, match="connect"):
        call("POST", "https://hooks.example.com/", network=Network(lambda *_: answers.pop(0), dial))
    assert dialled == [(PUBLIC, 443)]
    assert answers == [["127.0.0.1"]]  # nobody asked a second time


@pytest.mark.usefixtures("_public")
def test_a_line_that_ends_at_this_machine_is_cut_before_a_word_is_said() -> None:
    class Line:
        closed = False

        def getsockname(self) -> tuple[str, int]:
            return PUBLIC, 40_000

        def close(self) -> None:
            self.closed = True

    line = Line()
    with pytest.raises(Unreachable, match="own"):
        call("POST", "https://hooks.example.com/", network=Network(lambda *_: [PUBLIC], lambda *_: line))  # type: ignore[arg-type,return-value]
    assert line.closed


@pytest.mark.usefixtures("_public")
def test_name_and_certificate_stay_those_of_the_url_and_redirects_are_not_followed(tmp_path: Path) -> None:
    shop, server = push_service.serve(tmp_path)
    try:
        network = shop.network()
        answer = call("POST", f"https://{push_service.HOST}/in", body=b"{}", headers={"X-Shop": "1"}, network=network)
        assert (answer.status, answer.ok, shop.got[0].body) == (201, True, b"{}")
        assert shop.got[0].headers["host"] == push_service.HOST
        assert "cookie" not in shop.got[0].headers
        shop.answers["/moved"] = 307
        moved = call("POST", f"https://{push_service.HOST}/moved", body=b"{}", network=network)
        assert (moved.status, moved.ok) == (307, False)
        assert shop.dialled == [PUBLIC, PUBLIC]
        with pytest.raises(Unreachable, match="answer"):  # another name than the certificate's
            call("POST", "https://other.example.com/in", body=b"{}", network=network)
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def near() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"[" + b"1," * 5_000 + b"1]")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_this_computer_is_reached_in_development_alone_and_answers_are_capped(near: str, settings: Any) -> None:
    assert len(call("GET", near).json()) == 5_001
    short = call("GET", near, most=100)
    assert (len(short.body), short.whole) == (100, False)
    with pytest.raises(ValueError, match="longer"):
        short.json()
    settings.OUTBOUND_LOCAL = False
    with pytest.raises(Unreachable):
        call("GET", near)
