"""Few messages: a closed connection is noticed without asking each time, and a transaction begins with its first statement."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import DataError, ProgrammingError, connections, transaction
from django.db import connection as site
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from psycopg import IsolationLevel
from psycopg.sql import SQL

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


def test_a_pool_asks_none_and_replaces_what_the_server_closed() -> None:
    pooled = site.copy()
    pooled.settings_dict = {**site.settings_dict, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    pooled.settings_dict["OPTIONS"] = {**site.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}}
    try:
        first = process(pooled)
        begun = last_words(first)
        pooled.close()
        pooled.ensure_connection()
        assert last_words(first) == begun  # handed out without a word
        pooled.close()
        with site.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
            assert cursor.fetchone() == (True,)
        assert process(pooled) != first
    finally:
        pooled.close()
        pooled.close_pool()


def last_words(process_id: int) -> tuple[object, ...]:
    """Of a server process: when it was last told anything."""
    with site.cursor() as cursor:
        cursor.execute("SELECT state_change, query FROM pg_stat_activity WHERE pid = %s", [process_id])
        return cursor.fetchone()


def test_one_with_unread_news_is_asked(kept: BaseDatabaseWrapper) -> None:
    first = process(kept)
    with kept.cursor() as cursor:
        cursor.execute("LISTEN test_database")
    with site.cursor() as cursor:
        cursor.execute("NOTIFY test_database")
    next_request(kept)
    assert process(kept) == first


# --- The BEGIN goes with the first statement -----------------------------------------------------------------------------


def latest_message(connection: BaseDatabaseWrapper) -> str:
    """What the server got last from this connection, as the server itself says it."""
    number = connection.connection.info.backend_pid
    with site.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [number])
        return str(cursor.fetchone()[0])


@pytest.fixture
def table(kept: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    connections.databases["kept"] = kept.settings_dict
    connections["kept"] = kept
    with kept.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kept_row (n integer)")
    yield kept
    del connections["kept"], connections.databases["kept"]


def rows(connection: BaseDatabaseWrapper) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM kept_row ORDER BY n")
        return [n for (n,) in cursor.fetchall()]


def write(connection: BaseDatabaseWrapper, n: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kept_row VALUES (%s) RETURNING n", [n])
        assert cursor.rowcount == 1
        return int(cursor.fetchone()[0])


def test_a_transaction_begins_with_its_first_statement_in_one_message(table: BaseDatabaseWrapper) -> None:
    with transaction.atomic(using="kept", durable=True):
        assert write(table, 1) == 1
        assert latest_message(table) == "BEGIN; INSERT INTO kept_row VALUES (1) RETURNING n"
        write(table, 2)
        assert latest_message(table) == "INSERT INTO kept_row VALUES (2) RETURNING n"
    assert latest_message(table) == "COMMIT"
    assert rows(table) == [1, 2]
    assert latest_message(table) == "SELECT n FROM kept_row ORDER BY n"


@pytest.mark.parametrize("first", ["statement", "savepoint", "composed", "copy", "named", "many", "mistake"])
def test_whatever_comes_first_all_of_it_is_undone(table: BaseDatabaseWrapper, first: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="kept", durable=True):
        if first == "savepoint":
            with transaction.atomic(using="kept"):
                write(table, 1)
        elif first == "named":
            with table.chunked_cursor() as chunks:
                chunks.execute("SELECT generate_series(1, 3), now()")
                assert [n for n, _moment in chunks] == [1, 2, 3]
        else:
            with table.cursor() as cursor:
                if first == "composed":
                    cursor.execute(SQL("INSERT INTO kept_row VALUES ({})").format(3))
                elif first == "copy":
                    with cursor.copy("COPY kept_row FROM STDIN") as copy:
                        copy.write_row([3])
                elif first == "many":
                    cursor.executemany("INSERT INTO kept_row VALUES (%s)", [[3], [4]])
                elif first == "mistake":
                    with suppress(ProgrammingError):
                        cursor.execute("INSERT INTO (")
        write(table, 5)
        assert table.connection.info.transaction_status.name == "INTRANS"
        raise ZeroDivisionError
    assert rows(table) == []


def test_a_refused_first_statement_undoes_what_follows(table: BaseDatabaseWrapper) -> None:
    with pytest.raises(TransactionManagementError), transaction.atomic(using="kept", durable=True):
        with suppress(DataError), transaction.atomic(using="kept", savepoint=False), table.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        write(table, 1)
    assert rows(table) == []


def test_the_log_of_statements_tells_each_begin_once(table: BaseDatabaseWrapper) -> None:
    with CaptureQueriesContext(table) as asked, transaction.atomic(using="kept", durable=True):
        rows(table)
    assert [one["sql"] for one in asked] == ["BEGIN", "SELECT n FROM kept_row ORDER BY n", "COMMIT"]


def test_without_a_transaction_nothing_begins(table: BaseDatabaseWrapper) -> None:
    write(table, 1)
    assert latest_message(table).startswith("INSERT")
    assert table.connection.info.transaction_status.name == "IDLE"
    with transaction.atomic(using="kept", durable=True):
        pass
    assert latest_message(table).startswith("INSERT")


def test_a_level_of_isolation_is_kept(kept: BaseDatabaseWrapper) -> None:
    kept.close()
    kept.settings_dict["OPTIONS"] = {**kept.settings_dict["OPTIONS"], "isolation_level": IsolationLevel.SERIALIZABLE}
    kept.connect()
    kept.set_autocommit(False)
    with kept.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("serializable",)
    kept.rollback()
