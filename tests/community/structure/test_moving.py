"""Whatever is moved, split, merged, removed and approved, in whatever order: every row says what a recount says."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from community.actions.forum import answers, boards, moving, posts, topics
from community.actions.people import seen
from community.models import Board, Post, PostRedirect, Topic, TopicRead
from community.problems import Problem
from outbox.models import StoredEvent
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, reply, start_topic, url_of

pytestmark = pytest.mark.django_db


def assert_true_to_posts(topic: Topic) -> None:
    """The topic's row against its posts, counted here by other means."""
    rows = list(Post.objects.filter(topic=topic).order_by("number"))
    shown = [post for post in rows if post.kind == "post" and post.state == "visible"]
    numbers = [post.number for post in rows if post.number is not None]
    assert topic.visible_posts == len(shown)
    assert len(set(numbers)) == len(numbers)
    assert topic.highest_number >= max(numbers, default=0)
    if shown:
        last = max(shown, key=lambda post: (post.created_at, post.number))
        assert (topic.last_post_at, topic.last_post_by_id) == (last.created_at, last.author_id)
        assert topic.participants == list(dict.fromkeys(post.author_id for post in shown))[:5]
    for post in rows:
        if post.parent_id:
            assert post.parent and post.parent.topic_id == topic.pk
            assert post.number is None or (post.parent.number or 0) < post.number
    if topic.accepted_post_id:
        assert topic.accepted_post and topic.accepted_post.topic_id == topic.pk
    for read in TopicRead.objects.filter(topic=topic):
        assert read.last_read_number <= topic.highest_number


@pytest.mark.parametrize("seed", range(12))
def test_after_any_sequence_of_acts_the_rows_are_true(cast: Cast, seed: int) -> None:  # noqa: C901
    dice = random.Random(seed)
    people = [cast.mei, cast.ada, cast.gold, cast.helper, cast.owner]
    places = [make_board("tea", kinds=["discussion", "question"]), make_board("cups")]
    for index in range(3):
        start_topic(places[0], people[index], title=f"A question of some length {index}", kind="question")
    at = AT
    for _step in range(60):
        at += timedelta(minutes=dice.randint(0, 30))
        all_topics = list(Topic.objects.filter(merged_into=None, removed_at=None))
        topic = dice.choice(all_topics)
        other = dice.choice(all_topics)
        numbers = dice.sample(range(1, topic.highest_number + 2), min(3, topic.highest_number))
        some = Post.objects.filter(topic=topic).order_by("?").first()
        by = dice.choice(people).pk
        assert some
        act = dice.choice(
            ["reply"] * 5
            + ["hold", "approve", "remove", "restore", "split", "move", "merge", "board", "accept", "read"]
        )
        try:
            with transaction.atomic():
                if act == "reply":
                    posts.reply(
                        topic_id=topic.pk, raw=TEXT, by=by, at=at, parent_number=dice.choice(numbers), join=True
                    )
                elif act == "hold":
                    posts.reply(topic_id=topic.pk, raw=TEXT, by=by, at=at, hold=True)
                elif act == "approve":
                    for held in Post.objects.filter(state="awaiting_review")[:1]:
                        posts.approve_post(post_id=held.pk, by=by, at=at)
                elif act == "remove" and some.number != 1 and some.kind == "post":
                    posts.remove(post_id=some.pk, by=by, at=at)
                elif act == "restore":
                    posts.restore(post_id=some.pk, by=by, at=at)
                elif act == "split":
                    moving.split(
                        topic_id=topic.pk,
                        numbers=numbers,
                        title="Split off for its own sake",
                        board_id=places[1],
                        by=by,
                        at=at,
                    )
                elif act == "move":
                    moving.move_posts(topic_id=topic.pk, numbers=numbers, to_topic_id=other.pk, by=by, at=at)
                elif act == "merge" and dice.random() < 0.3:
                    moving.merge(topic_id=topic.pk, into_topic_id=other.pk, by=by, at=at)
                elif act == "board":
                    moving.move_topic(topic_id=topic.pk, board_id=dice.choice(places), by=by, at=at)
                elif act == "accept" and some.number:
                    answers.accept(post_id=some.pk, by=by, at=at)
                elif act == "read":
                    seen.mark_read(topic_id=topic.pk, member_id=by, number=dice.randint(1, topic.highest_number), at=at)
        except Problem:
            pass
    for topic in Topic.objects.all():
        assert_true_to_posts(topic)
    for old in PostRedirect.objects.select_related("post"):
        assert old.post.number is not None
    with transaction.atomic():
        boards.recount_boards(at=at)
    for board in Board.objects.all():
        listed = Topic.objects.filter(board=board, removed_at=None)
        assert (board.topic_count, board.post_count) == (len(listed), sum(topic.visible_posts for topic in listed))


def test_chosen_posts_get_a_topic_of_their_own_and_old_links_lead_there(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    for by in (cast.ada, cast.gold, cast.ada, cast.mei):
        reply(topic, by)
    with transaction.atomic():
        seen.mark_read(topic_id=topic, member_id=cast.helper.pk, number=4, at=AT)
    page = url_of(topic) + "split/"
    helper = cast.client("helper")
    assert helper.get(page).content.count(b'type="checkbox"') >= 4
    answer = helper.post(page, {"number": ["3", "5"], "title": "Cups deserve a topic of their own", "board": tea})
    assert answer.status_code == 302
    made = Topic.objects.get(title="Cups deserve a topic of their own")
    assert (made.author_id, made.highest_number, made.visible_posts) == (cast.gold.pk, 2, 2)
    assert list(Post.objects.filter(topic=made).order_by("number").values_list("author_id", flat=True)) == [
        cast.gold.pk,
        cast.mei.pk,
    ]
    assert TopicRead.objects.get(topic=made, member=cast.helper).last_read_number == 1  # had read 3, not 5
    for who in (None, "ada"):
        moved = cast.client(who).get(url_of(topic) + "5/")
        assert (moved.status_code, moved["Location"].split("#")[0]) == (301, url_of(made.pk) + "2/")
    source = Topic.objects.get(pk=topic)
    assert_true_to_posts(source)
    assert Post.objects.get(topic=source, kind="line").line == {"code": "split", "count": 2, "number": 3}
    assert StoredEvent.objects.filter(name="posts.moved").count() == 1


def test_an_old_link_into_a_place_one_may_not_read_tells_nothing(cast: Cast, tea: int) -> None:
    back = make_board("back", permissions={"Moderators": ("see", "browse", "start", "reply", "moderate")})
    topic = start_topic(tea, cast.mei).topic_id
    reply(topic, cast.ada)
    helper = cast.client("helper")
    assert (
        helper.post(
            url_of(topic) + "split/", {"number": "2", "title": "Behind the closed door", "board": back}
        ).status_code
        == 302
    )
    answer = cast.client("ada").get(url_of(topic) + "2/")
    assert answer.status_code in (200, 404)
    assert b"Behind the closed door" not in answer.content and "Location" not in answer
    assert helper.get(url_of(topic) + "2/").status_code == 301


def test_a_merged_topic_leads_to_where_its_posts_are(cast: Cast, tea: int) -> None:
    one = start_topic(tea, cast.mei, kind="question").topic_id
    two = start_topic(tea, cast.ada, title="The very same question again", kind="question").topic_id
    solved = reply(two, cast.gold)
    with transaction.atomic():
        answers.accept(post_id=solved.post_id, by=cast.ada.pk, at=AT)
    old = url_of(two)
    answer = cast.client("helper").post(old + "merge/", {"target": "https://example.com" + url_of(one) + "1/#p1"})
    assert answer.status_code == 302, answer.content
    home = Topic.objects.get(pk=one)
    assert_true_to_posts(home)
    assert home.accepted_post_id == solved.post_id  # still the answer of the question they now share
    guest = cast.client(None)
    assert guest.get(old)["Location"].split("#")[0] == url_of(one) + "2/"  # where its first post stands now
    assert guest.get(old + "2/")["Location"].split("#")[0] == url_of(one) + "3/"
    with transaction.atomic():
        assert moving.merge(topic_id=two, into_topic_id=one, by=cast.helper.pk, at=AT) is False
        assert topics.restore_topic(topic_id=two, by=cast.helper.pk, at=AT) is False


def test_the_first_post_and_strangers_stay(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    reply(topic, cast.ada)
    page = url_of(topic) + "split/"
    before = Post.objects.count()
    assert cast.client("mei").get(page).status_code == 403
    assert (
        cast.client("helper").post(page, {"number": ["1", "2"], "title": "All of it, please", "board": tea}).status_code
        == 422
    )
    assert cast.client("helper").post(page, {"title": "None of it, please", "board": tea}).status_code == 422
    assert cast.client("helper").post(page, {"number": "2", "target": "/t/nowhere-aaaaaaaaaaaa/"}).status_code == 422
    assert Post.objects.count() == before


def test_a_topic_moves_to_another_board(cast: Cast, tea: int) -> None:
    cups = make_board("cups")
    topic = start_topic(tea, cast.mei).topic_id
    with transaction.atomic():
        boards.recount_boards(at=AT)
    answer = cast.client("helper").post(url_of(topic) + "moderate/", {"act": "move", "board": cups})
    assert answer.status_code == 302
    assert Topic.objects.get(pk=topic).board_id == cups
    with transaction.atomic():
        boards.recount_boards(at=AT)
    assert dict(Board.objects.values_list("slug", "topic_count")) == {"tea": 0, "cups": 1}


def test_a_moderator_moves_nothing_into_a_board_of_others(cast: Cast, tea: int) -> None:
    gold = make_board("gold", permissions={"tier:gold": ("see", "browse", "start", "reply", "moderate")})
    topic = start_topic(tea, cast.mei).topic_id
    answer = cast.client("helper").post(url_of(topic) + "moderate/", {"act": "move", "board": gold})
    assert answer.status_code == 422
    assert Topic.objects.get(pk=topic).board_id == tea


def test_two_merges_in_opposite_directions_do_not_wait_for_each_other(cast: Cast, tea: int) -> None:
    one, two = (
        start_topic(tea, cast.mei).topic_id,
        start_topic(tea, cast.ada, title="Another one to merge into").topic_id,
    )
    with transaction.atomic():
        moving.merge(topic_id=one, into_topic_id=two, by=cast.helper.pk, at=AT)
        with pytest.raises(moving.NotMovable):
            moving.merge(topic_id=two, into_topic_id=one, by=cast.helper.pk, at=AT)
