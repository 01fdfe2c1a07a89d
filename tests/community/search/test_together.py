"""Two writers of the same documents at once: the last one has seen everything."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from community.actions import search as documents
from community.actions.forum import posts
from community.models import SearchDocument
from outbox.dispatch import run_pending
from tests.community.forum.conftest import AT, make_board, make_cast, start_topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> Iterator[list[threading.Thread]]:
    started: list[threading.Thread] = []
    yield started
    for thread in started:
        thread.join(10)


def test_a_slow_writer_does_not_bring_old_words_back(
    other: list[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = make_cast()
    first = start_topic(make_board("tea"), cast.mei, raw="It is about a gaiwan of mine.")
    run_pending()
    SearchDocument.objects.filter(kind="post").delete()
    read, go_on = threading.Event(), threading.Event()
    write = documents._write

    def slow() -> None:
        def wait(kind: str, rows: object) -> None:
            read.set()  # the old words are read
            go_on.wait(5)
            write(kind, rows)  # type: ignore[arg-type]

        monkeypatch.setattr(documents, "_write", wait)
        try:
            with transaction.atomic():
                documents.index_posts(topic_ids=[first.topic_id], post_ids=[first.post_id], at=AT)
        finally:
            connection.close()

    def quick() -> None:
        try:
            with transaction.atomic():
                documents.index_posts(topic_ids=[first.topic_id], post_ids=[first.post_id], at=AT)
        finally:
            connection.close()

    other.append(threading.Thread(target=slow))
    other[0].start()
    assert read.wait(5)
    monkeypatch.setattr(documents, "_write", write)
    with transaction.atomic():
        posts.edit(post_id=first.post_id, raw="It is about a kettle of mine.", revision=1, by=cast.mei.pk, at=AT)
    other.append(threading.Thread(target=quick))
    other[1].start()
    other[1].join(0.3)  # it waits for the first, or has finished before it
    go_on.set()
    for thread in other:
        thread.join(10)
    words = str(SearchDocument.objects.values_list("words", flat=True).get(kind="post"))
    assert "kettle" in words and "gaiwan" not in words


def test_many_writers_of_the_same_make_one(other: list[threading.Thread]) -> None:
    cast = make_cast()
    first = start_topic(make_board("tea"), cast.mei)
    SearchDocument.objects.all().delete()
    errors: list[Exception] = []

    def work() -> None:
        try:
            with transaction.atomic():
                documents.index_posts(topic_ids=[first.topic_id], post_ids=[first.post_id], at=AT)
                documents.index_people(member_ids=[cast.mei.pk, cast.ada.pk], at=AT)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    other.extend(threading.Thread(target=work) for _ in range(8))
    for thread in other:
        thread.start()
    for thread in other:
        thread.join(10)
    assert not errors
    assert SearchDocument.objects.filter(kind="post").count() == 1
    assert SearchDocument.objects.filter(kind="person").count() == 2
