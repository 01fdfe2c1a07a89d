"""A new version of the cook reaches old texts: in small batches, silently, and never over somebody's edit."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from community import cook
from community.actions.chat import messages, rooms
from community.actions.composer import cooking
from community.models import Message, Post, PostRevision, Recooking
from community.queries.composer import named
from outbox.models import StoredEvent
from tests.community.forum.conftest import AT, TEXT, Cast, reply, start_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(cast: Cast, tea: int) -> list[Post]:
    """Three posts from the time of an older cook."""
    topic = start_topic(tea, cast.mei, raw=TEXT + " :cat:")
    for number in range(2):
        reply(topic.topic_id, cast.ada if number else cast.mei, raw=f"{TEXT} **{number}** @mei")
    Post.objects.update(cooked="<p>old</p>", text="old", cook_version=1)
    return list(Post.objects.order_by("pk"))


def recook(kind: str = "post") -> bool:
    with transaction.atomic():
        return cooking.recook(kind=kind, at=AT)


def test_old_posts_are_cooked_again_without_a_word(old: list[Post]) -> None:
    events = StoredEvent.objects.count()
    assert not recook()
    for before, after in zip(old, Post.objects.order_by("pk"), strict=True):
        assert after.cook_version == cook.VERSION
        assert after.cooked == named.cooked(before.raw).html
        assert after.text != "old"
        kept = ("revision", "edited_at", "raw", "changed_seq", "mentions", "number", "state")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert not PostRevision.objects.exists()
    assert StoredEvent.objects.count() == events
    progress = Recooking.objects.get()
    assert (progress.changed, progress.finished_at) == (3, AT)
    assert not recook()


def test_batches_are_small_and_go_on_where_they_stopped(old: list[Post], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooking, "BATCH", 2)
    assert recook()
    assert Post.objects.filter(cook_version=cook.VERSION).count() == 2
    assert not recook()
    assert Post.objects.filter(cook_version=cook.VERSION).count() == 3


def test_finding_them_is_bounded_too(old: list[Post], monkeypatch: pytest.MonkeyPatch) -> None:
    Post.objects.filter(pk__in=[post.pk for post in old[:2]]).update(cook_version=cook.VERSION)
    monkeypatch.setattr(cooking, "WINDOW", 2)
    assert recook()  # two were looked at, none was old
    assert recook() is False or recook() is False
    assert not Post.objects.exclude(cook_version=cook.VERSION).exists()


def test_messages_are_cooked_again_too(cast: Cast) -> None:
    with transaction.atomic():
        room = rooms.create_room(kind="public", slug="tea", name="Tea", by=None, at=AT)
        messages.send_message(room_id=room, raw="hello :cat:", client_id="message-one", by=cast.mei.pk, at=AT)
    Message.objects.update(cooked="old", cook_version=1)
    assert not recook("message")
    assert Message.objects.get().cooked == "<p>hello 🐱</p>\n"


@pytest.mark.django_db(transaction=True)
def test_an_edit_in_between_wins(old: list[Post], monkeypatch: pytest.MonkeyPatch) -> None:
    """The text changes after it was read and before it is written."""
    served = cooking._served

    def edit_meanwhile(texts: Any, *, headings: bool) -> Any:
        dishes = served(texts, headings=headings)
        Post.objects.filter(pk=old[1].pk).update(raw="another text", cooked="<p>another</p>")
        return dishes

    monkeypatch.setattr(cooking, "_served", edit_meanwhile)
    recook()
    assert Post.objects.get(pk=old[1].pk).cooked == "<p>another</p>"
    assert Post.objects.get(pk=old[2].pk).cook_version == cook.VERSION


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_the_next_one(old: list[Post]) -> None:
    import threading

    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Post.objects.select_for_update().get(pk=old[1].pk)
                held.set()
                go.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(20)
    assert recook()  # does not wait
    assert list(Post.objects.order_by("pk").values_list("cook_version", flat=True)) == [cook.VERSION, 1, 1]
    go.set()
    thread.join()
    assert not recook()
    assert not Post.objects.exclude(cook_version=cook.VERSION).exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_does_it_all(old: list[Post], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("recook")
    assert "post: 3 look different now." in capsys.readouterr().out
    Post.objects.update(cooked="broken")
    call_command("recook")
    assert Post.objects.filter(cooked="broken").count() == 3  # this version did it already
    Post.objects.update(cook_version=1)
    call_command("recook", again=True)
    assert not Post.objects.filter(cooked="broken").exists()
