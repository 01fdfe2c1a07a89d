"""What a reply costs and does: three statements, however long the topic; joined, slowed down, held."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.forum import posts, topics, writing
from community.models import Board, Post, PostRevision, Reaction, Topic, TopicRead
from community.problems import FormReused, SlowMode
from outbox.models import StoredEvent
from tests.community.forum.conftest import AT, TEXT, Cast, reply, start_topic, url_of

pytestmark = pytest.mark.django_db


def statements(work: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        work()
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


def test_a_reply_is_three_statements(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    ready = posts.prepare(TEXT + " Thank you, @ada and @gold.")

    def write(by: Any, **more: Any) -> None:
        posts.reply(
            topic_id=topic, raw=ready.raw, text=ready, by=by.pk, at=AT, join=True, client_id="a-key-of-a-form-1", **more
        )

    assert len(statements(lambda: write(cast.ada, parent_number=1))) == 3
    assert len(statements(lambda: write(cast.ada))) == 2  # the same form: lock, look
    Board.objects.filter(pk=tea).update(slow_seconds=1)
    assert len(statements(lambda: write(cast.gold, trust=2))) == 3
    one_more = lambda: posts.reply(topic_id=topic, raw=TEXT, by=cast.gold.pk, at=AT + timedelta(seconds=9), join=True)  # noqa: E731
    assert len(statements(one_more)) == 5  # lock, look, who is named in the whole, join, publish
    assert Post.objects.count() == 3
    event = StoredEvent.objects.filter(name="post.published").order_by("-id")[0]
    assert event.payload["trust"] == 2


def test_a_reply_touches_as_many_rows_in_ten_thousand_posts_as_in_ten(cast: Cast, tea: int) -> None:
    """The plan of the writing statement: index scans only, none of them over the topic."""
    topic = start_topic(tea, cast.mei).topic_id
    Post.objects.bulk_create(
        [
            Post(topic_id=topic, number=number, author=(cast.ada, cast.gold)[number % 2], raw=TEXT, cooked=TEXT, text=TEXT,
                 cook_version=1, created_at=AT)
            for number in range(2, 10_002)
        ]
    )  # fmt: skip
    Topic.objects.filter(pk=topic).update(highest_number=10_001, visible_posts=10_001)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE community_post")
        text = posts.prepare(TEXT)
        values = {
            "topic": topic, "by": cast.mei.pk, "at": AT + timedelta(days=1), "parent": 5, "client": "a-key-of-a-form",
            "highest": 10_001, "slow": 60, "join": True, "within": writing.JOINED_WITHIN, "longest": 20_000, "poll": False, "draft": None,
            "raw": text.raw, "cooked": text.cooked.html, "text": text.cooked.text, "version": 1, "mentions": [], "links": [],
        }  # fmt: skip
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + writing._WRITE, values)
        import json

        found = cursor.fetchone()[0]
        plan = json.loads(found) if isinstance(found, str) else found

    def nodes(node: dict[str, Any]) -> Any:
        yield node
        for child in node.get("Plans", []):
            yield from nodes(child)

    scans = [
        node
        for node in nodes(plan[0]["Plan"])
        if node.get("Relation Name") == "community_post" and "Scan" in node["Node Type"]
    ]
    assert scans
    assert all("Seq" not in node["Node Type"] for node in scans)
    assert all(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) <= 1 for node in scans), scans


def test_own_replies_in_a_row_are_one(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    first = reply(topic, cast.ada, join=True)
    more = reply(
        topic,
        cast.ada,
        raw="And one thing more, for good measure.",
        join=True,
        at=AT + timedelta(minutes=19),
        client_id="key-of-the-second",
    )
    assert (more.post_id, more.number, more.joined) == (first.post_id, 2, True)
    post = Post.objects.get(pk=first.post_id)
    assert post.raw == f"{TEXT}\n\nAnd one thing more, for good measure."
    assert "one thing more" in post.cooked and post.revision == 2
    assert PostRevision.objects.get().raw == TEXT
    again = reply(
        topic,
        cast.ada,
        raw="And one thing more, for good measure.",
        join=True,
        at=AT + timedelta(minutes=19),
        client_id="key-of-the-second",
    )
    assert again.repeated and again.post_id == first.post_id
    assert Post.objects.get(pk=first.post_id).revision == 2
    row = Topic.objects.get()
    assert (row.highest_number, row.visible_posts, row.last_post_at) == (2, 2, AT)
    assert list(StoredEvent.objects.order_by("id").values_list("name", flat=True))[-1] == "post.edited"


def test_what_others_touched_is_not_joined(cast: Cast, tea: int) -> None:  # noqa: C901
    def between(act: str, topic: int, post: posts.Written) -> dict[str, Any]:  # noqa: C901
        if act == "answered":
            reply(topic, cast.gold)
        elif act == "liked":
            with transaction.atomic():
                from community.actions.forum import reactions

                reactions.react(post_id=post.post_id, by=cast.gold.pk, at=AT)
        elif act == "edited":
            with transaction.atomic():
                posts.edit(post_id=post.post_id, raw=TEXT + " Edited.", revision=1, by=cast.helper.pk, at=AT)
        elif act == "flagged":
            from community.models import ReviewItem

            ReviewItem.objects.create(kind="post", target=post.post_id, created_at=AT, touched_at=AT)
        elif act == "late":
            return {"at": AT + timedelta(minutes=21)}
        elif act == "removed":
            with transaction.atomic():
                posts.remove(post_id=post.post_id, by=cast.ada.pk, at=AT)
        elif act == "to another":
            reply(topic, cast.gold), reply(topic, cast.ada)
            return {"parent_number": 3}
        elif act == "closed line":
            with transaction.atomic():
                topics.set_state(topic_id=topic, state="closed", by=cast.helper.pk, at=AT)
                topics.set_state(topic_id=topic, state="open", by=cast.helper.pk, at=AT)
        return {}

    for act in ("answered", "liked", "edited", "flagged", "late", "removed", "to another", "closed line"):
        topic = start_topic(tea, cast.mei).topic_id
        more = between(act, topic, reply(topic, cast.ada))
        assert not reply(topic, cast.ada, raw="Another thing altogether, indeed.", join=True, **more).joined, act
    topic = start_topic(tea, cast.ada).topic_id
    assert not reply(topic, cast.ada, join=True).joined  # the first post is what others see in lists
    assert Reaction.objects.count() == 1


def test_joined_text_keeps_within_its_bounds(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    reply(topic, cast.ada, raw="word " * 3_000)
    assert not reply(topic, cast.ada, raw="more " * 3_000, join=True).joined


def test_slow_mode_says_when(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    helper = cast.client("helper")
    assert helper.post(url_of(topic) + "moderate/", {"act": "slow", "seconds": "600"}).status_code == 302
    reply(topic, cast.ada)
    with pytest.raises(SlowMode) as refused:
        reply(topic, cast.ada, at=AT + timedelta(seconds=100), join=True)
    assert (refused.value.retry_after, "500" in refused.value.message) == (500, True)
    assert reply(topic, cast.gold, at=AT + timedelta(seconds=100)).number
    assert reply(topic, cast.ada, at=AT + timedelta(seconds=200), unhurried=True).number
    assert reply(topic, cast.ada, at=AT + timedelta(seconds=801)).number
    other = start_topic(tea, cast.mei).topic_id
    assert reply(other, cast.ada, at=AT + timedelta(seconds=802)).number  # each topic by itself


def test_a_held_reply_appears_under_the_next_number_when_it_is_approved(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    held = reply(topic, cast.ada, hold=True, client_id="key-of-a-held-form")
    assert (held.number, held.held) == (0, True)
    assert reply(topic, cast.ada, hold=True, client_id="key-of-a-held-form").post_id == held.post_id
    reply(topic, cast.gold)
    row = Topic.objects.get()
    assert (row.highest_number, row.visible_posts) == (2, 2)
    assert "Ten seconds" in cast.client("gold").get(url_of(topic)).text
    assert list(StoredEvent.objects.filter(name="post.held").values_list("payload__post_id", flat=True)) == [
        held.post_id
    ]
    later = AT + timedelta(hours=5)
    with transaction.atomic():
        done = posts.approve_post(post_id=held.post_id, by=cast.helper.pk, at=later, trust=1)
        assert done and done.number == 3
        assert posts.approve_post(post_id=held.post_id, by=cast.helper.pk, at=later) is None
    row = Topic.objects.get()
    assert (row.highest_number, row.visible_posts, row.last_post_at, row.last_post_by_id) == (3, 3, later, cast.ada.pk)
    assert Post.objects.get(pk=held.post_id).created_at == later  # new to everybody, also to those who list by time
    event = StoredEvent.objects.filter(name="post.published").order_by("-id")[0]
    assert (event.payload["number"], event.payload["trust"]) == (3, 1)


def test_a_held_topic_is_nowhere_until_it_is_approved(cast: Cast, tea: int) -> None:
    held = start_topic(tea, cast.ada, title="A very suspicious offer indeed", hold=True)
    assert held.held and not StoredEvent.objects.filter(name__in=["topic.started", "post.published"]).exists()
    url = url_of(held.topic_id)
    for who in (None, "mei"):
        client = cast.client(who)
        assert client.get(url).status_code == 404
        for page in ("/b/tea/", "/forum/", "/members/ada/"):
            assert "suspicious offer" not in client.get(page).text
    with transaction.atomic():
        assert topics.restore_topic(topic_id=held.topic_id, by=cast.helper.pk, at=AT) is False
        done = posts.approve_post(post_id=held.post_id, by=cast.helper.pk, at=AT)
    assert done and done.number == 1
    assert cast.client(None).get(url).status_code == 200
    assert list(StoredEvent.objects.order_by("id").values_list("name", flat=True)) == [
        "post.held",
        "topic.started",
        "post.published",
    ]
    assert TopicRead.objects.get().last_read_number == 1


def test_a_declined_text_stays_unseen(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    held = reply(topic, cast.ada, hold=True)
    with transaction.atomic():
        assert posts.remove(post_id=held.post_id, by=cast.helper.pk, at=AT)
        assert posts.restore(post_id=held.post_id, by=cast.helper.pk, at=AT) is False
    assert Topic.objects.get().highest_number == 1
    assert not StoredEvent.objects.filter(name="post.removed").exists()
    with transaction.atomic():  # thought better of it
        assert posts.approve_post(post_id=held.post_id, by=cast.helper.pk, at=AT)


def test_the_key_of_a_joined_form_is_used_up(cast: Cast, tea: int) -> None:
    topic, other = start_topic(tea, cast.mei).topic_id, start_topic(tea, cast.mei).topic_id
    reply(topic, cast.ada)
    reply(topic, cast.ada, join=True, client_id="one-key-for-two")
    with pytest.raises(FormReused):
        reply(other, cast.ada, client_id="one-key-for-two")
