"""A place where somebody wrote something, and members of every level of trust who may flag it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from community.actions.order import flags
from community.models import ReviewItem
from tests.community.forum.conftest import cast as cast
from tests.community.forum.conftest import make_board, make_member, reply, start_topic

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def people(cast: Any) -> Callable[..., Any]:
    """people(2) makes another member of that level."""
    made = [0]

    def another(trust: int, *groups: str) -> Any:
        made[0] += 1
        level = (f"trust:{trust}",) if trust else ()
        return make_member(f"m{made[0]}t{trust}", *level, *groups)

    return another


class Place:
    """A topic by a trusted member with replies of newcomers."""

    def __init__(self, cast: Any) -> None:
        self.board = make_board("tea")
        self.topic = start_topic(self.board, cast.mei)
        self.author = make_member("newcomer")
        self.old = make_member("oldfriend", "trust:2")
        self.post = reply(
            self.topic.topic_id, self.author, raw="Some words that zqhiddenzq might hurt somebody."
        ).post_id
        self.old_post = reply(self.topic.topic_id, self.old, raw="Other words by an older friend of ours.").post_id


@pytest.fixture
def place(cast: Any) -> Place:
    return Place(cast)


def flag(
    target: int, by: Any, *, kind: str = "flagged_post", reason: str = "inappropriate", at: datetime = AT, **more: Any
) -> flags.Flagged:
    trust = more.pop("trust", None)
    if trust is None:
        trust = flags.trust_of_member(by.pk)
    with transaction.atomic():
        return flags.flag(kind=kind, target=target, reason=reason, by=by.pk, trust=trust, at=at, **more)


def open_item(target: int, kind: str = "flagged_post") -> ReviewItem:
    return ReviewItem.objects.get(kind=kind, target=target, state="pending")


def browser(member: Any) -> Client:
    client = Client()
    if member is not None:
        client.force_login(member)
    return client
