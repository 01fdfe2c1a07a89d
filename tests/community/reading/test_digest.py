"""The community's part of a digest: what is new, open to the reader and worth reading; nothing closed, muted or known."""

from datetime import timedelta

import pytest

from community.models import PersonLevel, PlaceLevel, TopTopic
from community.models.topics import Topic
from community.notices.digest import best_topics
from members.models import User

from .conftest import Table, forbid, make_board

pytestmark = pytest.mark.django_db(transaction=True)


def told(table: Table, who: User | None = None) -> list[str]:
    viewer = User.objects.get(pk=(who or table.mei).pk)
    part = best_topics(viewer=viewer, since=table.at - timedelta(hours=2), at=table.at + timedelta(minutes=1))
    return [line.text for line in part.lines] if part else []


def test_the_best_comes_first_and_only_what_the_reader_may_and_wants_to_read(table: Table) -> None:
    secret = make_board("secret")
    table.start(title="Too long ago to be news", at=table.at - timedelta(days=1))
    table.start(title="A plain new topic here")
    best = table.start(title="The best new topic here")
    TopTopic.objects.create(topic_id=best, period="month", score=50)
    table.reply(best)
    table.start(title="My own topic is no news", by=table.mei)
    table.start(title="Behind a door that is closed", board=secret)
    forbid(secret)
    known = table.start(title="This one I have read already")
    table.read(known, 1)
    table.start(title="In a board that I muted", board=table.cups)
    PlaceLevel.objects.create(member=table.mei, board_id=table.cups, level=0)
    table.start(title="By somebody I ignore", by=table.otto)
    PersonLevel.objects.create(member=table.mei, person=table.otto, level=0, created_at=table.at)
    gone = table.start(title="This one was taken away")
    Topic.objects.filter(pk=gone).update(removed_at=table.at)
    assert told(table) == ["The best new topic here", "A plain new topic here"]
    assert "By somebody I ignore" in told(table, table.ada)


def test_nothing_new_is_no_part(table: Table) -> None:
    assert told(table) == []
