"""Unread equals a recount, after whatever happened in whatever order."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from community.actions.forum import posts, reading
from community.actions.people import seen
from community.models import Level, Post, Topic, TopicRead
from community.rules import reading as rules
from tests.community.forum.test_together import at_once
from tests.community.reading.conftest import Table


class Recount:
    """What the specification says, without a database: numbers after the pointer and after the mark."""

    def __init__(self) -> None:
        self.written: dict[int, list[datetime]] = {}
        self.pointer: dict[int, int] = {}
        self.mark: datetime | None = None
        self.before: tuple[datetime | None, datetime] | None = None

    def unread(self, topic: int, at: datetime) -> int:
        mark = max(at - timedelta(days=90), self.mark or at - timedelta(days=90))
        read = max([number for number, when in enumerate(self.written[topic], 1) if when <= mark], default=0)
        return max(0, len(self.written[topic]) - max(self.pointer.get(topic, 0), read))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_unread_equals_a_recount(table: Table, seed: int) -> None:
    rng, model = random.Random(seed), Recount()
    topics = [table.start() for _ in range(3)]
    for index, topic in enumerate(topics):
        model.written[topic] = [Post.objects.get(topic=topic).created_at]
        if index == 1:
            TopicRead.objects.create(member=table.mei, topic_id=topic, last_read_number=0, visited_at=table.at, level=3)
    for _ in range(60):
        topic = rng.choice(topics)
        act = rng.choice(["reply"] * 4 + ["read"] * 2 + ["remove", "restore", "mark", "undo", "settle", "wait", "back"])
        _do(act, topic, table, model, rng)
        for one in topics:
            assert table.unread(one) == model.unread(one, table.at), (act, one)
            row = table.row(one)
            assert row.is_new or row.unread == model.unread(one, table.at), act


def _do(act: str, topic: int, table: Table, model: Recount, rng: random.Random) -> None:  # noqa: C901 - one branch an act
    highest = len(model.written[topic])
    if act == "reply":
        table.reply(topic)
        model.written[topic].append(table.at)
    elif act == "read":
        number = rng.randint(1, highest)
        table.read(topic, number)
        model.pointer[topic] = max(model.pointer.get(topic, 0), number)
    elif act in ("remove", "restore"):
        state = "visible" if act == "remove" else "removed"
        found = Post.objects.filter(topic_id=topic, number__gt=1, number__lt=highest, state=state).first()
        if found:
            with transaction.atomic():
                getattr(posts, act)(post_id=found.pk, by=table.ada.pk, at=table.tick())
    elif act == "mark":
        with transaction.atomic():
            reading.mark_read(member_id=table.mei.pk, board_ids=[table.tea], at=table.tick())
        model.before, model.mark = (model.mark, table.at), table.at
    elif act == "undo":
        with transaction.atomic():
            reading.undo_mark(member_id=table.mei.pk, at=table.at)
        if model.before and table.at - model.before[1] <= rules.UNDO_WITHIN + rules.UNDO_GRACE:
            model.mark, model.before = model.before[0], None
    elif act == "settle":
        with transaction.atomic():
            reading.settle_marks(at=table.at)
    elif act == "wait":
        table.tick(minutes=rng.choice([1, 30]))
    elif act == "back":
        number = rng.randint(1, highest)
        with transaction.atomic():
            reading.mark_unread_from(topic_id=topic, member_id=table.mei.pk, number=number, at=table.at)
        held = TopicRead.objects.filter(topic_id=topic, member=table.mei).values_list("last_read_number", flat=True)
        model.pointer[topic] = (
            min(model.pointer.get(topic, 0), max(number - 1, 0)) if held else model.pointer.get(topic, 0)
        )


@pytest.mark.django_db
def test_settling_a_mark_deletes_what_it_covers_and_changes_no_number(table: Table) -> None:
    normal, watched, later = table.start(), table.start(), table.start()
    for topic in (normal, watched, later):
        table.reply(topic)
        table.read(topic, 1)
    TopicRead.objects.filter(topic_id=watched, member=table.mei).update(level=Level.WATCHING)
    with transaction.atomic():
        reading.mark_read(member_id=table.mei.pk, board_ids=[table.tea], at=table.tick())
    table.reply(later)
    shown = {topic: table.unread(topic) for topic in (normal, watched, later)}
    table.tick(minutes=5)
    with transaction.atomic():
        assert reading.settle_marks(at=table.at) == 1
    left = dict(TopicRead.objects.filter(member=table.mei).values_list("topic_id", "last_read_number"))
    assert left == {watched: 2, later: 1}
    assert (
        {topic: table.unread(topic) for topic in (normal, watched, later)} == shown == {normal: 0, watched: 0, later: 1}
    )
    table.reply(normal)
    assert table.unread(normal) == 1


@pytest.mark.django_db
def test_what_is_older_than_ninety_days_counts_as_read(table: Table) -> None:
    topic = table.start()
    table.reply(topic)
    assert table.unread(topic) == 2
    table.at += timedelta(days=91)
    assert (table.unread(topic), table.row(topic).is_new) == (0, False)


@pytest.mark.django_db
def test_counting_stops_at_five_hundred() -> None:
    assert (rules.counted(500), rules.counted(501)) == ("500", "500+")


@pytest.mark.django_db
def test_unread_from_here_is_the_one_way_back(table: Table) -> None:
    topic = table.start()
    for _ in range(4):
        table.reply(topic)
    table.read(topic, 5)
    with transaction.atomic():
        reading.mark_unread_from(topic_id=topic, member_id=table.mei.pk, number=3, at=table.at)
    row = table.row(topic)
    assert (row.unread, row.reached) == (3, 2)
    assert row.open_url.endswith("/3/#p3")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_never_move_the_pointer_back() -> None:
    table = Table()
    topic = table.start()
    for _ in range(9):
        table.reply(topic)
    numbers = [3, 10, 1, 7, 10, 2, 9, 4]

    def tab(index: int) -> Any:
        with transaction.atomic(durable=True):
            seen.mark_read(topic_id=topic, member_id=table.mei.pk, number=numbers[index], at=table.at)
        connection.close()

    at_once(len(numbers), tab)
    assert TopicRead.objects.get(member=table.mei).last_read_number == 10
    assert Topic.objects.get(pk=topic).highest_number == 10


@pytest.mark.parametrize(
    ("seconds", "wall", "age", "believed"),
    [
        (60, 60, 10_000, 60),
        (60, 20, 10_000, 20),
        (3_600, 3_600, 10_000, 120),
        (60, 60, 5, 5),
        (-4, 60, 100, 0),
        (60, -9, 100, 0),
    ],
)
def test_no_more_reading_than_the_clock_allows(seconds: int, wall: int, age: int, believed: int) -> None:
    at = datetime(2026, 5, 4)
    since, joined = at - timedelta(seconds=wall), at - timedelta(seconds=age)
    assert rules.believed(seconds, since=since, joined=joined, at=at) == believed
