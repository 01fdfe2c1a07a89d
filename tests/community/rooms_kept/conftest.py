"""A house with a room of each kind, and everybody who may meet at its doors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.chat import conversations, memberships, messages, rooms
from community.models import Board, BoardPermission, Room
from members.access import MANAGERS, MODERATORS

AT = datetime(2026, 5, 3, 12, tzinfo=UTC)
CAST = ("guest", "ann", "bo", "gold", "inside", "keeper", "mo", "boss")


@dataclass
class House:
    """`people` by role (a guest is None), `rooms` by kind."""

    people: dict[str, Any]
    rooms: dict[str, Room]

    def room(self, kind: str) -> Room:
        return Room.objects.get(pk=self.rooms[kind].pk)


def make_member(name: str, *groups: str) -> Any:
    user = get_user_model().objects.create_user(name, f"{name}@example.com", "correct horse battery")
    user.groups.add(*(Group.objects.get_or_create(name=group)[0] for group in groups))
    return user


@pytest.fixture
def house(db: None) -> House:
    """Ann and Bo are members (Bo a newcomer of trust 0), Gold is of the tier, Inside and Keeper are in the private room,
    Keeper and Ann write to each other, Mo moderates, Boss manages. The board is for members, who may not reply there."""
    people = {
        "guest": None,
        "ann": make_member("ann", "trust:1"),
        "bo": make_member("bo"),
        "gold": make_member("gold", "tier:gold", "trust:1"),
        "inside": make_member("inside", "trust:1"),
        "keeper": make_member("keeper", "trust:1"),
        "mo": make_member("mo", MODERATORS),
        "boss": make_member("boss", MANAGERS),
    }
    board = Board.objects.create(name="Circle", slug="circle", depth=1)
    for act in ("see", "browse"):
        BoardPermission.objects.create(board=board, audience="members", act=act, value="yes")
    keeper = people["keeper"].pk
    with transaction.atomic():
        made = {
            "public": rooms.create_room(kind="public", slug="hall", name="The hall", by=None, at=AT),
            "board": rooms.create_room(
                kind="board", slug="circle-talk", name="Circle talk", board_id=board.pk, by=None, at=AT
            ),
            "group": rooms.create_room(
                kind="group", slug="gold-talk", name="Gold talk", group_id=Group.objects.get(name="tier:gold").pk,
                by=None, at=AT,
            ),
            "private": rooms.create_room(kind="private", slug="k3y", name="Kitchen", by=keeper, at=AT),
        }  # fmt: skip
        memberships.invite(room_id=made["private"], member_ids=[people["inside"].pk], by=keeper, at=AT)
        made["direct"], _ = conversations.open_conversation(member_ids=[people["ann"].pk], by=keeper, at=AT)
    return House(people, {kind: Room.objects.get(pk=pk) for kind, pk in made.items()})


@pytest.fixture
def browser(db: None) -> Callable[[Any], Client]:
    def sign_in(user: Any) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, "members.backends.MemberBackend")
        return client

    return sign_in


@pytest.fixture
def say(db: None) -> Callable[..., messages.Sent]:
    count = iter(range(10_000))

    def send(room: Room, author: Any, text: str = "good morning", *, at: datetime = AT) -> messages.Sent:
        with transaction.atomic():
            return messages.send_message(
                room_id=room.pk, raw=text, client_id=f"key-{next(count):04}", by=author.pk, at=at
            )

    return send
