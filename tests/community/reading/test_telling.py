"""Who is told of what, and who is not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.forum import answers, bookmarks, posts, reactions, tags, telling
from community.actions.people import levels
from community.models import Level, Mention, Post, TopicRead
from members.models import User
from messaging.models import Notice
from messaging.queries.notices import notice_page
from outbox.models import StoredEvent
from tests.community.reading.conftest import Table, forbid, make_member, told

pytestmark = pytest.mark.django_db

MEI = "Ask @mei, who has waited ten minutes for a white tea before."


def kinds(member: Any) -> list[str]:
    return [kind.removeprefix("community.") for kind, _cause in told(member)]


def watch(table: Table, topic: int, level: int = Level.WATCHING, who: Any = None) -> None:
    with transaction.atomic():
        levels.set_topic_level(topic_id=topic, level=level, by=(who or table.mei).pk, at=table.at)


def test_the_strongest_reason_and_one_notice_a_post(table: Table) -> None:
    topic = table.start(table.mei)
    table.done()  # mei watches her own topic
    mine = Post.objects.get(topic_id=topic)
    table.reply(topic, table.ada, raw=MEI, parent_number=1)
    table.done()
    assert kinds(table.mei) == ["mention"]
    table.reply(topic, table.otto, parent_number=mine.number)
    table.done()
    assert kinds(table.mei) == ["mention", "reply"]
    table.reply(topic, table.ada)
    table.done()
    assert kinds(table.mei) == ["mention", "reply", "watching"]
    assert kinds(table.ada) == []
    assert kinds(table.otto) == []


@pytest.mark.parametrize(
    ("level", "heard"), [(Level.MUTED, []), (Level.NORMAL, []), (Level.TRACKING, []), (Level.WATCHING, ["watching"])]
)
def test_only_watching_is_told_of_every_post(table: Table, level: int, heard: list[str]) -> None:
    topic = table.start(table.ada)
    watch(table, topic, level)
    table.reply(topic, table.otto)
    table.done()
    assert kinds(table.mei) == heard


def test_muted_is_never_told_even_when_named(table: Table) -> None:
    topic = table.start(table.ada)
    watch(table, topic, Level.MUTED)
    table.reply(topic, table.otto, raw=MEI)
    table.done()
    assert kinds(table.mei) == []


def test_a_post_that_is_gone_tells_nobody(table: Table) -> None:
    """An event may come when what it names is no more; that is no fault, and nothing is tried again."""
    facts = {"post_id": 10**9, "at": table.at}
    with transaction.atomic():
        assert telling.tell_of_post(**facts) == telling.tell_of_edit(**facts) == 0
        assert (
            telling.tell_of_answer(**facts, by=table.mei.pk) == telling.tell_of_reaction(**facts, by=table.mei.pk) == 0
        )


def test_watching_first_is_told_of_new_topics_alone(table: Table) -> None:
    with transaction.atomic():
        tag = tags.ensure_tag(name="oolong", at=table.at)
        levels.set_board_level(board_id=table.cups, level=Level.WATCHING_FIRST, by=table.mei.pk, at=table.at)
        levels.set_tag_level(tag_id=tag, level=Level.WATCHING, by=table.otto.pk, at=table.at)
    topic = table.start(table.ada, board=table.cups, tag_ids=[tag])
    table.reply(topic, table.ada, at=table.at + timedelta(hours=1))
    table.done()
    assert kinds(table.mei) == ["first"]
    assert kinds(table.otto) == ["watching"]  # which is stronger than "first", and merged with the second post


def test_followers_hear_of_new_topics_and_ignorers_of_nothing(table: Table) -> None:
    with transaction.atomic():
        levels.set_person_level(person_id=table.ada.pk, level=Level.WATCHING, by=table.mei.pk, at=table.at)
        levels.set_person_level(person_id=table.ada.pk, level=Level.MUTED, by=table.otto.pk, at=table.at)
    topic = table.start(table.otto)
    table.done()  # otto watches his own topic
    table.reply(topic, table.ada, raw="Does @otto know how long a white tea may rest?")
    table.start(table.ada)
    table.done()
    assert kinds(table.mei) == ["followed"]
    assert kinds(table.otto) == []


def test_who_may_not_read_the_board_now_is_not_told(table: Table) -> None:
    topic = table.start(table.ada)
    watch(table, topic)
    forbid(table.tea)
    table.reply(topic, table.otto, raw=MEI)
    table.done()
    assert kinds(table.mei) == []
    assert not Mention.objects.exists()
    assert not StoredEvent.objects.filter(name="member.mentioned").exists()


def test_an_edit_tells_only_the_newly_named(table: Table) -> None:
    topic = table.start(table.ada)
    post = table.reply(topic, table.otto, raw=MEI)
    table.done()
    held = Post.objects.get(pk=post)
    with transaction.atomic():
        posts.edit(post_id=post, raw=f"{MEI} And @ada too!", revision=held.revision, by=table.otto.pk, at=table.tick())
    table.done()
    assert kinds(table.mei) == ["mention"]
    assert "mention" in kinds(table.ada) or "watching" in kinds(table.ada)
    named = [
        event.payload["member_ids"] for event in StoredEvent.objects.filter(name="member.mentioned").order_by("id")
    ]
    assert [list(ids) for ids in named] == [[table.mei.pk], [table.ada.pk]]


def test_an_answer_and_reactions(table: Table) -> None:
    topic = table.start(table.ada, kind="question")
    post = table.reply(topic, table.mei)
    with transaction.atomic():
        for by in (table.ada, table.otto):
            reactions.react(post_id=post, by=by.pk, at=table.tick())
        answers.accept(post_id=post, by=table.ada.pk, at=table.tick())
    table.done()
    heard = [one for one in kinds(table.mei) if one in ("accepted", "reaction")]
    assert sorted(heard) == ["accepted", "reaction"]
    merged = Notice.objects.get(member=table.mei, kind="community.reaction")
    assert (merged.count, set(merged.by_ids)) == (2, {table.ada.pk, table.otto.pk})


def test_reminders_come_once_and_in_time(table: Table) -> None:
    topic = table.start()
    with transaction.atomic():
        later = table.at + timedelta(days=1)
        bookmarks.keep(by=table.mei.pk, topic_id=topic, note="for winter", remind_at=later, at=table.at)
        assert bookmarks.remind_due(at=table.at) == 0
        assert bookmarks.remind_due(at=later) == 1
        assert bookmarks.remind_due(at=later) == 0
    assert kinds(table.mei) == ["bookmark"]
    row = notice_page(viewer=User.objects.get(pk=table.mei.pk)).rows[0]
    assert row.told.excerpt == "for winter"


def test_a_notice_says_nothing_of_what_its_reader_may_not_read_any_more(table: Table) -> None:
    topic = table.start(table.ada)
    table.reply(topic, table.otto, raw=MEI)
    with transaction.atomic():
        bookmarks.keep(by=table.mei.pk, topic_id=topic, remind_at=table.at + timedelta(hours=1), at=table.at)
        bookmarks.remind_due(at=table.at + timedelta(hours=1))
    table.done()
    viewer = User.objects.get(pk=table.mei.pk)
    texts = [row.told.text for row in notice_page(viewer=viewer).rows]
    assert len(texts) == 2
    assert all("white tea" in text for text in texts)
    forbid(table.tea)
    assert notice_page(viewer=User.objects.get(pk=table.mei.pk)).rows == []


def test_thousands_of_watchers_are_told_in_batches(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "AT_ONCE", 40)
    topic = table.start(table.ada)
    table.done()
    people = [make_member(f"watcher{number}") for number in range(95)]
    TopicRead.objects.bulk_create(
        TopicRead(member=one, topic_id=topic, last_read_number=1, visited_at=table.at, level=3) for one in people
    )
    post = table.reply(topic, table.otto)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        assert telling.tell_of_post(post_id=post, at=table.at) == 96  # and ada, who started it
    assert Notice.objects.filter(kind="community.watching").count() == 96
    assert len(captured) < 3 * 12
    with transaction.atomic():
        assert telling.tell_of_post(post_id=post, at=table.at) == 0


def test_a_removed_post_tells_nobody(table: Table) -> None:
    topic = table.start(table.ada)
    table.done()
    watch(table, topic)
    post = table.reply(topic, table.otto, raw=MEI)
    with transaction.atomic():
        posts.remove(post_id=post, by=table.otto.pk, at=table.tick())
    table.done()
    assert kinds(table.mei) == []
