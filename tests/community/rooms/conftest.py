"""A small cast: Ann and Bo talk, Mo keeps order, and a stranger looks in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from community.actions.chat import messages, rooms
from community.models import Room
from members.access import MODERATORS

AT = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def ann(db: None) -> Any:
    return get_user_model().objects.create_user(
        "ann", "ann@example.com", "correct horse battery", display_name="Ann Lee"
    )


@pytest.fixture
def bo(db: None) -> Any:
    return get_user_model().objects.create_user("bo", "bo@example.com", "correct horse battery")


@pytest.fixture
def mo(db: None) -> Any:
    user = get_user_model().objects.create_user("mo", "mo@example.com", "correct horse battery")
    user.groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    return user


@pytest.fixture
def make_room(db: None) -> Callable[..., Room]:
    def make(slug: str = "tea", kind: str = "public", **options: Any) -> Room:
        with transaction.atomic():
            room_id = rooms.create_room(kind=kind, slug=slug, name=f"Room {slug}", at=AT, **{"by": None, **options})
        return Room.objects.get(id=room_id)

    return make


@pytest.fixture
def tea(make_room: Callable[..., Room]) -> Room:
    return make_room()


@pytest.fixture
def say(db: None) -> Callable[..., messages.Sent]:
    count = iter(range(10_000))

    def send(room: Room, author: Any, text: str = "good morning", *, at: datetime = AT, key: str = "") -> messages.Sent:
        with transaction.atomic():
            return messages.send_message(
                room_id=room.pk, raw=text, client_id=key or f"key-{next(count):04}", by=author.pk, at=at
            )

    return send
