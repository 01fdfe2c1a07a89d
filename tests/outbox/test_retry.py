"""Whole again: after a deadlock, after a connection that broke, and not after anything else."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from outbox import retry
from outbox.retry import again_after_collision, whole

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS tried; CREATE TABLE tried (key text PRIMARY KEY, times int NOT NULL)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE tried")


def write(key: str = "one") -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO tried VALUES (%s, 1) ON CONFLICT DO NOTHING", [key])


def rows() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, times FROM tried ORDER BY key")
        return cursor.fetchall()


def end_this_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_connection_that_breaks_in_the_middle_is_followed_by_one_more_try() -> None:
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        write()
        if len(tries) == 1:
            end_this_session()
        return "done"

    assert whole(work) == "done"
    assert (len(tries), rows()) == (2, [("one", 1)])


def test_one_that_breaks_after_the_commit_finds_the_work_done() -> None:
    tries: list[int] = []

    @again_after_collision
    def edge() -> str:
        tries.append(1)
        with transaction.atomic(durable=True):
            write()
        if len(tries) == 1:  # the answer to COMMIT never came
            end_this_session()
        return "done"

    assert edge() == "done"
    assert (len(tries), rows()) == (2, [("one", 1)])


def test_one_that_goes_on_breaking_is_an_error() -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        end_this_session()

    with pytest.raises(OperationalError):
        whole(work)
    assert len(tries) == 2


def test_a_database_that_does_not_come_back_is_an_error_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []
    monkeypatch.setattr(retry, "AWAY_SECONDS", 0.3)

    def away() -> None:
        raise OperationalError("nobody listens")

    def work() -> None:
        tries.append(1)
        monkeypatch.setattr(connection, "ensure_connection", away)
        end_this_session()

    with pytest.raises(OperationalError):
        whole(work)
    monkeypatch.undo()
    assert len(tries) == 1
    assert rows() == []


@pytest.mark.parametrize("sql", ["SET LOCAL lock_timeout = '1ms'; LOCK TABLE tried", "SELECT 1/0"])
def test_a_lock_that_does_not_come_and_a_mistake_are_tried_once(sql: str) -> None:
    tries: list[int] = []
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE tried")
            held.set()
            done.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)

    def work() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            for part in sql.split("; "):
                cursor.execute(part)

    try:
        with pytest.raises(Exception, match=r"lock timeout|division by zero"):
            whole(work)
    finally:
        done.set()
        holder.join(20)
    assert len(tries) == 1


def test_inside_a_transaction_nothing_is_tried_again() -> None:
    tries: list[int] = []

    @again_after_collision
    def edge() -> None:
        tries.append(1)
        end_this_session()

    with pytest.raises(Exception), transaction.atomic():  # noqa: B017
        edge()
    assert len(tries) == 1


def two_that_wait_for_each_other(work: Callable[[int, Callable[[], None]], Any]) -> list[Any]:
    """Run work(0) and work(1) at once; each calls `meet` between its first lock and its second."""
    barrier, met = threading.Barrier(2), [0, 0]
    answers: list[Any] = [None, None]

    def run(n: int) -> None:
        def meet() -> None:
            met[n] += 1
            if met[n] == 1:
                barrier.wait(20)

        try:
            answers[n] = work(n, meet)
        except Exception as error:
            answers[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_a_deadlock_is_tried_again() -> None:
    write("a")
    write("b")

    def work(n: int, meet: Callable[[], None]) -> str:
        def step() -> str:
            with connection.cursor() as cursor:
                first, second = ("a", "b") if n else ("b", "a")
                cursor.execute("UPDATE tried SET times = times + 1 WHERE key = %s", [first])
                meet()
                cursor.execute("UPDATE tried SET times = times + 1 WHERE key = %s", [second])
            return "done"

        return whole(step)

    assert two_that_wait_for_each_other(work) == ["done", "done"]
    assert rows() == [("a", 3), ("b", 3)]
