"""At the same moment, with real commits and real locks: twice is once, and nobody waits in a circle."""

import pytest
from django.db import transaction

from community.actions.forum import ideas, moving, posts
from community.models import IdeaVote, Post, PostRevision, Topic
from community.problems import Problem
from tests.community.forum.conftest import AT, TEXT, make_board, make_member, reply, start_topic
from tests.community.forum.test_together import at_once
from tests.community.structure.test_moving import assert_true_to_posts

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_joined_form_ten_times_at_once_is_joined_once() -> None:
    mei, ada = make_member("mei"), make_member("ada")
    topic = start_topic(make_board("rush"), mei).topic_id
    reply(topic, ada)

    def write(index: int) -> posts.Written:
        with transaction.atomic(durable=True):
            return posts.reply(
                topic_id=topic,
                raw="One thing more, once.",
                by=ada.pk,
                at=AT,
                client_id="key-of-the-addition",
                join=True,
            )

    done = at_once(10, write)
    assert sorted(one.joined for one in done) == [False] * 9 + [True]
    assert Post.objects.get(number=2).raw == f"{TEXT}\n\nOne thing more, once."
    assert PostRevision.objects.count() == 1
    assert Topic.objects.get().highest_number == 2


def test_slow_mode_lets_one_of_ten_through() -> None:
    mei, ada = make_member("mei"), make_member("ada")
    topic = start_topic(make_board("rush"), mei).topic_id
    Topic.objects.update(slow_seconds=60)

    def write(index: int) -> bool:
        try:
            with transaction.atomic(durable=True):
                posts.reply(topic_id=topic, raw=f"{TEXT} {index}", by=ada.pk, at=AT)
            return True
        except Problem:
            return False

    assert sorted(at_once(10, write)) == [False] * 9 + [True]


def test_topics_merged_into_each_other_at_once_become_one() -> None:
    people = [make_member(f"person{index}") for index in range(3)]
    board = make_board("rush")
    one, two = (start_topic(board, person, title=f"The very same question {person}").topic_id for person in people[:2])
    for topic in (one, two):
        reply(topic, people[2])

    def work(index: int) -> str:
        try:
            with transaction.atomic(durable=True):
                if index % 3 == 0:
                    moving.merge(topic_id=one, into_topic_id=two, by=people[0].pk, at=AT)
                elif index % 3 == 1:
                    moving.merge(topic_id=two, into_topic_id=one, by=people[0].pk, at=AT)
                else:
                    posts.reply(topic_id=(one, two)[index % 2], raw=f"{TEXT} {index}", by=people[2].pk, at=AT)
            return "done"
        except Problem as problem:
            return problem.code

    at_once(12, work)
    assert Topic.objects.filter(merged_into=None).count() == 1
    for topic in Topic.objects.all():
        assert_true_to_posts(topic)
    assert not Post.objects.filter(topic__merged_into__isnull=False, kind="post").exists()


def test_the_same_posts_moved_ten_times_at_once_move_once() -> None:
    mei, ada = make_member("mei"), make_member("ada")
    board = make_board("rush")
    topic, home = start_topic(board, mei).topic_id, start_topic(board, mei, title="Where they are to go").topic_id
    for _index in range(3):
        reply(topic, ada)

    def move(index: int) -> int:
        try:
            with transaction.atomic(durable=True):
                return moving.move_posts(topic_id=topic, numbers=[2, 3], to_topic_id=home, by=mei.pk, at=AT)
        except Problem:
            return 0

    assert sorted(at_once(10, move)) == [0] * 9 + [2]
    assert Post.objects.filter(topic_id=home).count() == 3


def test_a_held_text_approved_ten_times_at_once_has_one_number() -> None:
    mei, ada = make_member("mei"), make_member("ada")
    topic = start_topic(make_board("rush"), mei).topic_id
    held = reply(topic, ada, hold=True)

    def approve(index: int) -> bool:
        with transaction.atomic(durable=True):
            return posts.approve_post(post_id=held.post_id, by=mei.pk, at=AT) is not None

    assert sorted(at_once(10, approve)) == [False] * 9 + [True]
    assert Topic.objects.get().highest_number == 2


def test_votes_for_an_idea_at_once_are_all_counted() -> None:
    people = [make_member(f"person{index}") for index in range(10)]
    idea = start_topic(make_board("rush", kinds=["idea"]), people[0], kind="idea").topic_id

    def vote(index: int) -> None:
        with transaction.atomic(durable=True):
            ideas.vote(topic_id=idea, give=index % 3 != 2, by=people[index % 10].pk, at=AT)

    at_once(40, vote)
    assert Topic.objects.get().vote_count == IdeaVote.objects.count()
