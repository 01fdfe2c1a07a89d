"""A machine that hears: an HTTP server of this computer that answers as it is told."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction

from integrations.webhooks import actions
from integrations.webhooks.models import WebhookEndpoint
from members.actions import make_member

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


@dataclass
class Got:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Machine:
    """`answers`: status by path (200 unless told); `slow`: what is done first, by path, which takes its time."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    wait: dict[str, str] = field(default_factory=dict)
    slow: dict[str, Callable[[], object]] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)


@pytest.fixture
def machine() -> Iterator[Machine]:
    told = Machine()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.slow.get(self.path, int)()
            told.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            told.times.setdefault(self.path, time.monotonic())
            status = told.answers.get(self.path, 200)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            if self.path in told.wait:
                self.send_header("Retry-After", told.wait[self.path])
            self.end_headers()
            self.wfile.write(b"heard \x00" + b"x" * 3000)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://localhost:{server.server_address[1]}"
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def manager() -> int:
    with transaction.atomic():
        return make_member(
            username="mei",
            email="mei@example.com",
            password=None,
            groups=["Community managers"],
            staff=True,
            by=None,
            at=AT,
        )


@pytest.fixture
def endpoint(machine: Machine) -> Callable[..., WebhookEndpoint]:
    def make(path: str = "/in", events: tuple[str, ...] = ("member.updated",), **more: Any) -> WebhookEndpoint:
        with transaction.atomic():
            made = actions.make_endpoint(
                **{"name": f"Shop {path}", "url": machine.url + path, "events": events, "by": None, "at": AT} | more
            )
        found = WebhookEndpoint.objects.get(id=made.id)
        found.clear = made.secret  # type: ignore[attr-defined]
        return found

    return make
