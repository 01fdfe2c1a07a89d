"""At the same moment, with real commits and real locks."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from community.actions.forum import posts, reactions, topics
from community.models import Post, Reaction, Topic, TopicRead
from outbox.models import StoredEvent
from tests.community.forum.conftest import AT, TEXT, make_board, make_member, start_topic

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, work) -> list:  # type: ignore[no-untyped-def, type-arg]
    def run(index: int) -> object:
        try:
            return work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_thirty_replies_at_once_get_numbers_without_holes() -> None:
    people = [make_member(f"person{index}") for index in range(5)]
    topic = start_topic(make_board("rush"), people[0])

    def write(index: int) -> int:
        with transaction.atomic(durable=True):
            by = people[index % 5].pk
            return posts.reply(topic_id=topic.topic_id, raw=f"{TEXT} {index}", by=by, at=AT).number

    numbers = at_once(30, write)
    assert sorted(numbers) == list(range(2, 32))
    row = Topic.objects.get()
    assert (row.highest_number, row.visible_posts, row.last_seq) == (31, 31, 31)
    assert sorted(Post.objects.values_list("changed_seq", flat=True)) == list(range(1, 32))
    assert len(row.participants) == 5
    assert StoredEvent.objects.filter(name="post.published").count() == 31
    for person in people:
        mine = Post.objects.filter(author=person).order_by("-number").first()
        assert mine and TopicRead.objects.get(member=person).last_read_number == mine.number


def test_the_same_form_ten_times_at_once_makes_one_reply_and_one_topic() -> None:
    mei = make_member("mei")
    board = make_board("rush")
    topic = start_topic(board, mei)

    def answer(index: int) -> int:
        with transaction.atomic(durable=True):
            return posts.reply(topic_id=topic.topic_id, raw=TEXT, by=mei.pk, at=AT, client_id="key-of-reply").number

    def start(index: int) -> int:
        with transaction.atomic(durable=True):
            return topics.start_topic(
                board_id=board, title="Started ten times at once", raw=TEXT, by=mei.pk, at=AT, client_id="key-of-topic"
            ).topic_id

    assert at_once(10, answer) == [2] * 10
    assert len(set(at_once(10, start))) == 1
    assert (Topic.objects.count(), Post.objects.count()) == (2, 3)


def test_a_storm_of_likes_counts_every_liker_once() -> None:
    people = [make_member(f"person{index}") for index in range(6)]
    topic = start_topic(make_board("rush"), people[0])

    def like(index: int) -> bool:
        with transaction.atomic(durable=True):
            return reactions.react(post_id=topic.post_id, by=people[1 + index % 5].pk, at=AT)

    assert sum(at_once(20, like)) == 5
    assert Post.objects.get().like_count == Reaction.objects.count() == 5
