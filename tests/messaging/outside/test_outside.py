"""The way out: no spelling, answer or redirect leads to an address that is not of the internet at large.

The tests' network answers names with public addresses and then dials a server of this machine. What lies between, the
look at each address, is the real one.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from messaging.outside import BYTES_MOST, Network, Unreachable, checked, fetch_public, is_public

PUBLIC = "93.184.215.14"
INNER = """
127.0.0.1 127.1.2.3 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.1.1 169.254.169.254 169.254.0.1
100.64.0.1 100.100.100.200 100.127.255.255 192.0.0.1 192.0.0.192 192.0.2.1 198.51.100.1 203.0.113.1 192.88.99.1 198.18.0.1
198.19.255.255 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 ::1 :: ::127.0.0.1 ::a9fe:a9fe ::ffff:127.0.0.1
::ffff:169.254.169.254 ::ffff:93.184.215.14 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1
2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe:: 3fff::1 5f00::1 fc00::1
fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1 localhost 0x7f000001 2130706433 017700000001 127.1 "" 1.2.3.4.5
""".split()  # noqa: SIM905
OUTER = ["93.184.215.14", "8.8.8.8", "1.1.1.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:4001:81b::200e"]
REFUSED = [
    "ftp://a.example/", "file:///etc/passwd", "gopher://a.example/", "//a.example/", "a.example", "", "http://", "http:///x",
    "http://localhost/", "http://intranet/", "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.0.0.1/", "http://017700000001/", "http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
    "http://[fe80::1%25eth0]/", "http://8.8.8.8/", "http://1.2.3.4.5/", "http://a.example.0x1/", "http://\u2460\u2461\u2466.0.0.1/",
    "http://127\u30020\u30020\u30021/", "http://me@a.example/", "http://me:secret@a.example/", "http://a.example@evil.example/",
    "http://a.example:22/", "http://a.example:443/", "https://a.example:80/", "https://a.example:8443/", "http://a.example:x/",
    "http://a.example:99999/", "http://a.example\\@evil.example/", "http:\\\\a.example\\", "http://a.example/\r\nHost: evil",
    "http://a.example/ x", "http://a.example/\x00", "http://a..example/", "http://.example/", "http://-a.example/",
    "http://a_\u0000.example/", "http://" + "a" * 64 + ".example/", "http://a.example/" + "x" * 2000, "http://a example/",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_seen_in_every_spelling(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTER)
def test_outer_addresses_are_let_through(address: str) -> None:
    assert is_public(address)


class Nothing:
    """A network that must not be asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked, self.dialled = list(answers), list[str](), list[str]()

    def lookup(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0)

    def dial(self, address: str, port: int, timeout: float) -> socket.socket:
        self.dialled.append(address)
        raise ConnectionRefusedError


@pytest.mark.parametrize("url", REFUSED)
def test_odd_addresses_are_not_even_looked_up(url: str) -> None:
    nothing = Nothing()
    with pytest.raises(Unreachable):
        fetch_public(url, network=Network(nothing.lookup, nothing.dial))
    assert nothing.asked == []


@pytest.mark.parametrize("address", INNER)
def test_no_connection_is_made_to_an_inner_address(address: str) -> None:
    for answer in ([address], [PUBLIC, address], [address, PUBLIC]):
        nothing = Nothing(answer)
        with pytest.raises(Unreachable) as refused:
            fetch_public("http://a.example/", network=Network(nothing.lookup, nothing.dial))
        assert refused.value.code == "not_public"
        assert nothing.dialled == []


def test_names_are_asked_once_and_the_answer_is_what_is_dialled() -> None:
    nothing = Nothing([PUBLIC], ["127.0.0.1"])  # a second question would be answered otherwise
    with pytest.raises(Unreachable) as refused:
        fetch_public("https://a.example/", network=Network(nothing.lookup, nothing.dial))
    assert (refused.value.code, nothing.asked, nothing.dialled) == ("connect", ["a.example"], [PUBLIC])


def test_names_of_other_scripts_are_asked_in_ascii() -> None:
    assert checked("https://\u8336.example/\u8336").netloc == "xn--cl1a.example"
    assert checked("HTTP://A.Example./").netloc == "a.example."


Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers by path; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.names: dict[str, list[str]] = {}
        self.dialled: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.seen.append((self.path, dict(self.headers.items())))
                server.answers[self.path](self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def network(self) -> Network:
        return Network(self._lookup, self._dial)

    def _lookup(self, host: str, port: int) -> list[str]:
        return self.names.get(host, [PUBLIC])

    def _dial(self, address: str, port: int, timeout: float) -> socket.socket:
        assert is_public(address)
        self.dialled.append(address)
        return socket.create_connection(("127.0.0.1", self.httpd.server_address[1]), timeout)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.httpd.shutdown()
    server.httpd.server_close()


def page(body: bytes = b"<title>Tea</title>", kind: str = "text/html; charset=utf-8", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if kind:
            handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def moved(to: str, status: int = 302) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", to)
        handler.send_header("Set-Cookie", "a=b")
        handler.end_headers()

    return answer


def test_a_page_is_fetched_without_telling_who_we_are(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    server.answers["/tea?a=b"] = page()
    fetched = fetch_public("http://a.example/tea?a=b#part", network=server.network)
    assert (fetched.url, fetched.kind, fetched.charset, fetched.body) == (
        "http://a.example/tea?a=b#part", "text/html", "utf-8", b"<title>Tea</title>",
    )  # fmt: skip
    [(_path, headers)] = server.seen
    assert set(headers) == {"Host", "User-Agent", "Accept", "Connection"}
    assert headers["Host"] == "a.example"


def test_three_redirects_are_followed_each_looked_at_again(server: Server) -> None:
    server.answers |= {
        "/1": moved("/2"),
        "/2": moved("http://b.example/3", 301),
        "/3": moved("//c.example/4"),
        "/4": page(),
    }
    assert fetch_public("http://a.example/1", network=server.network).url == "http://c.example/4"
    assert all("Cookie" not in headers for _path, headers in server.seen)
    server.answers["/0"] = moved("/1")
    with pytest.raises(Unreachable, match="redirects"):
        fetch_public("http://a.example/0", network=server.network)


@pytest.mark.parametrize(
    "to",
    ["http://127.0.0.1/", "http://inner.example/", "file:///etc/passwd", "http://a.example:8080/", "http://[::1]/", "http://me@a.example/", "gopher://a.example/", "http://localhost:5432/"],
)  # fmt: skip
def test_a_redirect_leads_nowhere_inside(server: Server, to: str) -> None:
    server.names["inner.example"] = ["169.254.169.254"]
    server.answers["/"] = moved(to)
    with pytest.raises(Unreachable):
        fetch_public("http://a.example/", network=server.network)
    assert len(server.dialled) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (page(kind="application/json"), "kind"),
        (page(kind="image/svg+xml"), "kind"),
        (page(kind=""), "kind"),
        (page(Content_Encoding="gzip"), "encoding"),
        (moved(""), "redirects"),
        (lambda handler: handler.send_error(404), "status_404"),
        (lambda handler: handler.send_error(500), "status_500"),
        (lambda handler: handler.wfile.write(b"\x00\x01 not http"), "answer"),
        (lambda handler: None, "answer"),
    ],
)
def test_other_answers_are_no_page(server: Server, answer: Answer, code: str) -> None:
    server.answers["/"] = answer
    with pytest.raises(Unreachable, match=code):
        fetch_public("http://a.example/", network=server.network)


def test_no_more_than_the_beginning_is_read(server: Server) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        page(b"")(handler)
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    server.answers["/"] = endless
    assert len(fetch_public("http://a.example/", network=server.network).body) == BYTES_MOST


@pytest.mark.parametrize("part", ["header", "body"])
def test_who_drips_is_cut_off(server: Server, part: str) -> None:
    ended = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        if part == "body":
            page(b"")(handler)
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        try:
            while not ended.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            pass

    server.answers["/"] = drip
    try:
        with pytest.raises(Unreachable, match="slow"):
            fetch_public("http://a.example/", network=server.network, seconds=0.6)
    finally:
        ended.set()


def test_a_resolver_that_does_not_answer_is_not_waited_for() -> None:
    ended = threading.Event()

    def lookup(host: str, port: int) -> list[str]:
        ended.wait(20)
        return [PUBLIC]

    started = time.monotonic()
    with pytest.raises(Unreachable, match="lookup"):
        fetch_public("http://a.example/", network=Network(lookup), seconds=0.2)
    assert time.monotonic() - started < 10
    ended.set()


def test_a_certificate_of_somebody_else_is_not_believed(server: Server) -> None:
    server.answers["/"] = page()
    with pytest.raises(Unreachable, match="answer"):  # the server speaks no TLS at all
        fetch_public("https://a.example/", network=server.network)
    context = Network().tls()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
