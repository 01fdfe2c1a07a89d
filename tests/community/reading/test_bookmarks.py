"""Bookmarks: kept, changed, let go; only one's own, only what may be read."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from community.actions.chat import messages, rooms
from community.actions.forum import bookmarks, posts
from community.models import Bookmark, Post, Topic
from community.queries.forum.bookmarks import bookmark_page
from community.queries.forum.topics import url_of
from members.models import User
from tests.community.reading.conftest import Table, forbid

pytestmark = pytest.mark.django_db


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who, "members.backends.MemberBackend")
    return client


def titles(who: User) -> list[str | None]:
    page = bookmark_page(viewer=User.objects.get(pk=who.pk))
    return [row.thing.kind if row.thing else None for row in page.rows]


def test_posts_topics_and_messages_are_kept_once_each(table: Table) -> None:
    topic = table.start()
    post = table.reply(topic)
    with transaction.atomic():
        room = rooms.create_room(kind="public", slug="table", name="Table", by=None, at=table.at)
        sent = messages.send_message(room_id=room, raw="Tea?", client_id="abcdefgh1", by=table.ada.pk, at=table.at)
        for thing in ({"topic_id": topic}, {"post_id": post}, {"message_id": sent.message_id}):
            first = bookmarks.keep(by=table.mei.pk, at=table.at, **thing)
            assert bookmarks.keep(by=table.mei.pk, at=table.at, note="again", **thing) == first
    assert Bookmark.objects.filter(note="again").count() == 3
    assert titles(table.mei) == ["message", "post", "topic"]
    assert titles(table.ada) == []


def test_what_is_gone_or_closed_shows_nothing(table: Table) -> None:
    here, there = table.start(), table.start(board=table.cups)
    post = table.reply(here)
    with transaction.atomic():
        for thing in ({"topic_id": there}, {"post_id": post}):
            bookmarks.keep(by=table.mei.pk, at=table.at, **thing)
        posts.remove(post_id=post, by=table.ada.pk, at=table.at)
    forbid(table.cups)
    assert titles(table.mei) == [None, None]


def test_two_thousand_are_enough(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "BOOKMARKS", 2)
    topics = [table.start() for _ in range(3)]
    with transaction.atomic():
        for topic in topics[:2]:
            bookmarks.keep(by=table.mei.pk, topic_id=topic, at=table.at)
        bookmarks.keep(by=table.mei.pk, topic_id=topics[0], note="still", at=table.at)
        with pytest.raises(bookmarks.TooManyBookmarks):
            bookmarks.keep(by=table.mei.pk, topic_id=topics[2], at=table.at)
        with pytest.raises(bookmarks.ReminderPassed):
            bookmarks.keep(by=table.mei.pk, topic_id=topics[0], remind_at=table.at - timedelta(1), at=table.at)


def test_the_forms_keep_change_and_let_go(table: Table) -> None:
    topic = table.start()
    table.reply(topic)
    client, url = signed_in(table.mei), url_of(topic_id=topic)
    answer = client.post(f"{url}2/bookmark/", {"note": "later"})
    kept = Bookmark.objects.get()
    assert answer["Location"] == f"/bookmarks/{kept.public_id}/"
    assert (kept.post_id, kept.note) == (Post.objects.get(topic_id=topic, number=2).pk, "later")
    assert client.post(f"/bookmarks/{kept.public_id}/", {"note": "soon", "remind": "1d"}).status_code == 302
    kept.refresh_from_db()
    assert kept.note == "soon"
    assert kept.remind_at is not None
    assert client.post(f"/bookmarks/{kept.public_id}/", {"note": "x" * 301}).status_code == 422
    assert b"soon" in client.get("/bookmarks/").content
    assert (
        client.post(f"{url}bookmark/", {"then": "back", "next": "https://evil.example/"})["Location"] == "/bookmarks/"
    )
    assert client.post(f"{url}bookmark/", {"then": "back", "next": url})["Location"] == url
    client.post(f"/bookmarks/{kept.public_id}/remove/")
    assert list(Bookmark.objects.values_list("topic_id", flat=True)) == [topic]


def test_nobody_touches_the_bookmark_of_another(table: Table) -> None:
    with transaction.atomic():
        kept = bookmarks.keep(by=table.mei.pk, topic_id=table.start(), note="mine", at=table.at)
    client = signed_in(table.ada)
    assert client.get(f"/bookmarks/{kept}/").status_code == 404
    assert client.post(f"/bookmarks/{kept}/", {"note": "yours"}).status_code == 404
    client.post(f"/bookmarks/{kept}/remove/")
    assert Bookmark.objects.get().note == "mine"


def test_what_may_not_be_read_is_not_kept(table: Table) -> None:
    topic = table.start(board=table.cups)
    forbid(table.cups)
    client, url = signed_in(table.mei), url_of(topic_id=topic)
    assert client.post(f"{url}bookmark/").status_code == 404
    assert client.post(f"{url}1/bookmark/").status_code == 404
    assert client.post(f"{url}level/", {"level": "3"}).status_code == 404
    assert not Bookmark.objects.exists()
    assert Topic.objects.count() == 1
