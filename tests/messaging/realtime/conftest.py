"""People, a room and a running socket process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client as Browser

from community.actions.chat import rooms
from outbox.clock import now
from tests.messaging.realtime.server import Client, SocketServer


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[SocketServer]:
    with django_db_blocker.unblock():
        running = SocketServer()
    yield running
    running.stop()


@pytest.fixture
def person(transactional_db: None) -> Callable[[str], Any]:
    def make(name: str, **fields: Any) -> Any:
        return get_user_model().objects.create_user(name, f"{name}@example.com", "correct horse battery", **fields)

    return make


@pytest.fixture
def ann(person: Callable[[str], Any]) -> Any:
    return person("ann")


@pytest.fixture
def bo(person: Callable[[str], Any]) -> Any:
    return person("bo")


def session_of(user: Any) -> str:
    browser = Browser()
    browser.force_login(user, "members.backends.MemberBackend")
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def open_as(server: SocketServer) -> Iterator[Callable[..., Client]]:
    opened: list[Client] = []

    def open_(user: Any = None, **options: Any) -> Client:
        opened.append(Client(server, session_of(user) if user else "", **options))
        return opened[-1]

    yield open_
    for client in opened:
        client.socket.close()


@pytest.fixture
def make_room(transactional_db: None) -> Callable[..., tuple[int, str]]:
    """Returns the room's id and its stream."""
    from community.models import Room

    def make(slug: str = "tea", kind: str = "public", **options: Any) -> tuple[int, str]:
        with transaction.atomic():
            room_id = rooms.create_room(kind=kind, slug=slug, name=slug.title(), by=None, at=now(), **options)
        return room_id, f"room:{Room.objects.get(id=room_id).public_id}"

    return make


@pytest.fixture
def valkey() -> Iterator["redis.Redis"]:
    client = redis.Redis.from_url(settings.LIVE_URL)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace of one person is tested on its own; here many messages come from few people."""
    from messaging import hub

    monkeypatch.setattr(hub, "_broken_until", 0.0)
    monkeypatch.setattr(hub, "_failures", 0)
