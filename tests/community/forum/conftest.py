"""The cast: owner, helper, gold member, member, stranger; and a board for everybody, one for members, one for gold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.forum import boards, posts, topics
from community.actions.forum.posts import Written

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TEXT = "Ten seconds at ninety-five degrees, then taste."


def make_member(username: str, *groups: str, **fields: Any) -> Any:
    user = get_user_model().objects.create_user(
        username, f"{username}@example.com", display_name=username.title(), **fields
    )
    for name in groups:
        user.groups.add(Group.objects.get_or_create(name=name)[0])
    return user


@dataclass
class Cast:
    owner: Any
    helper: Any
    gold: Any
    mei: Any
    ada: Any

    def client(self, name: str | None) -> Client:
        client = Client()
        if name:
            client.force_login(getattr(self, name))
        return client

    def viewer(self, name: str | None) -> Any:
        """As the database has them now; None is the stranger."""
        return get_user_model().objects.get(pk=getattr(self, name).pk) if name else None


def make_cast() -> Cast:
    return Cast(
        owner=make_member("owner", is_superuser=True, is_staff=True),
        helper=make_member("helper", "Moderators"),
        gold=make_member("gold", "tier:gold"),
        mei=make_member("mei"),
        ada=make_member("ada"),
    )


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def make_board(slug: str = "tea", **fields: Any) -> int:
    with transaction.atomic():
        return boards.ensure_board(slug=slug, name=fields.pop("name", slug.title()), at=AT, **fields)


@pytest.fixture
def tea(cast: Cast) -> int:
    return make_board("tea")


Start = Callable[..., Written]


def start_topic(
    board_id: int, by: Any, title: str = "How long may a white tea rest?", raw: str = TEXT, **more: Any
) -> Written:
    with transaction.atomic():
        return topics.start_topic(board_id=board_id, title=title, raw=raw, by=by.pk, at=more.pop("at", AT), **more)


def reply(topic_id: int, by: Any, raw: str = TEXT, **more: Any) -> Written:
    with transaction.atomic():
        return posts.reply(topic_id=topic_id, raw=raw, by=by.pk, at=more.pop("at", AT), **more)


def url_of(topic_id: int) -> str:
    from community.queries.forum.topics import url_of as address

    return address(topic_id=topic_id)
