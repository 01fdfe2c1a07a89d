"""A real SMTP server in a thread, with faults on request, and people who may be written to."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client

from members.models import User
from messaging import actions
from messaging.slots import Composed, DeliveryCard, composers
from tests.house import free_port

MORNING = datetime(2026, 3, 3, 10, tzinfo=UTC)  # a Tuesday, long after the quiet hours of UTC


@dataclass
class Sink:
    """What arrived, and what shall go wrong: `faults` maps an address to the fault it meets each time."""

    port: int = 0
    mails: list[Any] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    reached_data: threading.Event = field(default_factory=threading.Event)
    slowness: float = 0

    def ids(self) -> list[str]:
        """Message-IDs of accepted mails; one twice is a person mailed twice."""
        found = [re.search(rb"(?im)^message-id: *(\S+)", mail.content) for mail in self.mails]
        return [match[1].decode() for match in found if match]

    def _fault(self, address: str) -> str:
        return self.faults.get(address, "")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        fault = self._fault(address)
        if fault == "drop at rcpt":
            server.transport.abort()
        if fault.startswith("rcpt "):
            return fault.removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        fault = self._fault(envelope.rcpt_tos[0])
        if fault.startswith("data "):
            return fault.removeprefix("data ")
        with self.lock:
            self.mails.append(envelope)
        self.reached_data.set()
        await asyncio.sleep(self.slowness)
        if fault == "drop after dot":
            server.transport.abort()
        if fault == "hang after dot":
            await asyncio.sleep(3)
        return "250 2.0.0 taken"


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.port = free_port()
    controller.start()
    handler.port = controller.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", handler.port
    yield handler
    controller.stop()


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def compose(delivery: DeliveryCard, *, at: datetime) -> Composed:
    return Composed(
        subject="Spring tea",
        text="The first leaves are here.",
        html="<p>The first leaves are here.</p>",
        because="You get this because you said yes to news.",
    )


@pytest.fixture(autouse=True)
def a_composer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composers, "_by_kind", {"test.letter": compose})
    monkeypatch.setattr(
        composers, "_purposes", {"test.letter": "marketing", "test.reply": "community", "test.digest": "digest"}
    )


def person(name: str, *, consents: bool = True, zone: str = "", language: str = "") -> User:
    """A member with a confirmed address, who said yes to news unless told otherwise."""
    user = User.objects.create_user(name, f"{name}@example.org", "a long password", time_zone=zone, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if consents:
        say(user, granted=True)
    return user


def say(user: User, *, granted: bool, purpose: str = "marketing") -> None:
    with transaction.atomic():
        actions.record_consent(
            member_id=user.pk, purpose=purpose, granted=granted, source="test", at=MORNING, by=user.pk
        )


def queue(
    user: User, cause: str = "spring", *, purpose: str = "marketing", at: datetime = MORNING, **more: Any
) -> None:
    with transaction.atomic():
        actions.queue_email(kind="test.letter", cause=cause, member_id=user.pk, purpose=purpose, at=at, **more)


def strict_client() -> Client:
    """A client that checks CSRF like a browser would meet it, and has no cookies."""
    return Client(enforce_csrf_checks=True)


def wait_for(event: threading.Event, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not event.wait(0.05):
        assert time.monotonic() < end, "it never happened"
