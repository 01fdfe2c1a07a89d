"""A kept connection that the server has closed is noticed before a request needs it, without asking each time."""

from collections.abc import Iterator

import pytest
from django.db import connection as site
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own that lives from request to request."""
    kept = site.copy()
    kept.settings_dict = {**site.settings_dict, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    kept.connect()
    yield kept
    kept.close()


def process(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def next_request(connection: BaseDatabaseWrapper) -> None:
    connection.close_if_unusable_or_obsolete()
    connection.health_check_done = False


def test_a_healthy_one_is_kept_and_asked_nothing(kept: BaseDatabaseWrapper) -> None:
    first = process(kept)
    next_request(kept)
    with CaptureQueriesContext(kept) as asked:
        assert process(kept) == first
    assert len(asked) == 1


def test_one_that_the_server_closed_is_replaced(kept: BaseDatabaseWrapper) -> None:
    first = process(kept)
    with site.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert cursor.fetchone() == (True,)
    next_request(kept)
    assert process(kept) != first


def test_one_with_unread_news_is_asked(kept: BaseDatabaseWrapper) -> None:
    first = process(kept)
    with kept.cursor() as cursor:
        cursor.execute("LISTEN test_database")
    with site.cursor() as cursor:
        cursor.execute("NOTIFY test_database")
    next_request(kept)
    assert process(kept) == first
