"""The cast of the rooms, and a way to say things as pages and sockets do: under the word rules."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.chat import saying
from community.actions.chat.messages import Sent
from community.models import Room
from community.queries.chat import truth as room_truth
from tests.community.rooms.conftest import AT, ann, bo, make_room, mo, tea

__all__ = ["ann", "bo", "make_room", "mo", "tea"]

Tell = Callable[..., Sent]


@pytest.fixture
def tell(db: None) -> Tell:
    count = iter(range(10_000))

    def say(room: Room, author: Any, text: str = "good morning", **options: Any) -> Sent:
        given = {"trust": 2, "moderating": False, "at": AT, "client_id": f"key-{next(count):06}"} | options
        with transaction.atomic():
            return saying.say(room_id=room.pk, raw=text, by=author.pk, **given)

    return say


@pytest.fixture
def trusted() -> Callable[[Any, int], Any]:
    def give(user: Any, level: int = 2) -> Any:
        user.groups.add(Group.objects.get_or_create(name=f"trust:{level}")[0])
        return user

    return give


@pytest.fixture
def browser() -> Callable[..., Client]:
    """A browser of a member; `json` for the script's acts."""

    def of(user: Any = None, *, json: bool = False) -> Client:
        client = Client(headers={"accept": "application/json"} if json else {})
        if user is not None:
            client.force_login(user)
        return client

    return of


@pytest.fixture(autouse=True)
def promises(db: None) -> Iterator[None]:
    """Whatever a test did: afterwards every room is as it must be."""
    yield
    assert room_truth.broken_promises() == []
