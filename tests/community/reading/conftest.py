"""Mei reads; Ada and Otto write. Times are a few days before now, so that nothing is too old to be new."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from community import access
from community.actions.forum import boards, posts, topics
from community.actions.people import seen
from community.queries.forum import lists
from community.queries.forum.lists import ListRow, Scope
from community.queries.forum.reader import reader
from members.models import User
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.community.forum.conftest import TEXT, make_board, make_member

__all__ = ["TEXT", "Table", "make_board", "make_member"]


class Table:
    """A board, three people, and a clock of its own that goes a minute further with every act."""

    def __init__(self) -> None:
        self.at = now() - timedelta(days=5)
        self.mei, self.ada, self.otto = (make_member(name) for name in ("mei", "ada", "otto"))
        User.objects.update(date_joined=now() - timedelta(days=400))
        self.tea = make_board("tea")
        self.cups = make_board("cups")
        self.turn = 0

    def tick(self, **span: int) -> datetime:
        self.at += timedelta(**span) if span else timedelta(minutes=1)
        return self.at

    def start(
        self, by: Any = None, board: int | None = None, title: str = "How long may a white tea rest?", **more: Any
    ) -> int:
        by = by or self.ada
        with transaction.atomic():
            return topics.start_topic(
                board_id=board or self.tea, title=title, raw=f"{TEXT} {self.tick().isoformat()}", by=by.pk,
                at=more.pop("at", self.at), **more,
            ).topic_id  # fmt: skip

    def reply(self, topic: int, by: Any = None, **more: Any) -> int:
        """A post of Ada or Otto in turn, so that none is joined with the one before; its id."""
        self.turn += 1
        by = by or (self.ada, self.otto)[self.turn % 2]
        raw = more.pop("raw", f"{TEXT} {self.tick().isoformat()}")
        with transaction.atomic():
            return posts.reply(topic_id=topic, raw=raw, by=by.pk, at=more.pop("at", self.at), **more).post_id

    def read(self, topic: int, number: int, who: Any = None) -> None:
        with transaction.atomic():
            seen.mark_read(topic_id=topic, member_id=(who or self.mei).pk, number=number, at=self.tick())

    def reader(self, who: Any = None, at: datetime | None = None) -> Any:
        return reader(viewer=User.objects.get(pk=(who or self.mei).pk), at=at or self.at)

    def held(self, who: Any = None) -> access.Rights:
        return access.rights(User.objects.get(pk=(who or self.mei).pk))

    def page(self, name: str = "latest", *, who: Any = None, scope: Scope | None = None, **more: Any) -> lists.ListPage:
        held = self.held(who)
        scope = scope or Scope(tuple(held.browsable), whole=True)
        return lists.topic_list(name, scope=scope, reader=self.reader(who), held=held, **more)

    def ids(self, name: str = "latest", **more: Any) -> list[int]:
        return [row.id for row in self.page(name, **more).rows]

    def row(self, topic: int, **more: Any) -> ListRow:
        return next(row for row in self.page(**more).rows if row.id == topic)

    def unread(self, topic: int, who: Any = None) -> int:
        return lists.unread_of(topic_id=topic, reader=self.reader(who), held=self.held(who))

    def done(self) -> None:
        """What the worker does after the acts."""
        run_pending()


def told(member: Any) -> Sequence[tuple[str, str]]:
    """(kind, cause) of a member's notices, the oldest first."""
    from messaging.models import Notice

    return list(Notice.objects.filter(member_id=member.pk).order_by("id").values_list("kind", "cause"))


@pytest.fixture
def table(db: None) -> Table:
    return Table()


def forbid(board: int, audience: str = "members", act: str = "browse") -> None:
    """From now on this audience may not read the board."""
    with transaction.atomic():
        boards.allow(board_id=board, audience=audience, acts=[act], value="never", at=now())
