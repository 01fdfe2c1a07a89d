"""The rows that migrations make, kept in memory and put back after each test that commits."""

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import OperationalError, connection, transaction

if TYPE_CHECKING:
    import psycopg

ROOM = 2_000_000  # bytes of dead rows that a table may keep; a test that wrote more leaves files that are made anew


@dataclass(frozen=True)
class Seeds:
    """Table contents in PostgreSQL's COPY text format."""

    rows: dict[str, bytes]
    deletes: bool
    """Whether this role may leave out triggers (see `let_role_delete`): deleting few rows is 20 times quicker than truncating."""

    @classmethod
    def take(cls) -> "Seeds":
        allowed = False
        with connection.cursor() as cursor:
            if cursor.connection.info.server_version >= 150000:  # before, only superusers might
                cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
                allowed = bool(cursor.fetchone()[0])
        return cls({table: _copy_out(table) for table in _filled_tables()}, allowed)

    def restore(self) -> None:
        """Empty every table that has rows and put the seeds back.

        Waits, as TRUNCATE does, for whoever still writes: a thread of the test that was may not write into the next one. When the
        two wait for each other, PostgreSQL ends one of them; if that is us, we begin again.
        """
        for _ in range(5):
            try:
                return self._restore()
            except OperationalError as problem:
                last = problem
        raise last

    def _restore(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '30s'")  # a busy machine's late writer is no failure
            sizes: dict[str, int] = {}
            if self.deletes:
                cursor.execute("SET LOCAL session_replication_role = replica")  # all goes, in any order
                cursor.execute(f"LOCK TABLE {_named(_tables())} IN SHARE ROW EXCLUSIVE MODE")
                sizes = _sizes()
            large = [table for table, size in sizes.items() if size >= ROOM]  # also of rows that were rolled back
            if self.deletes and not large:
                cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in sizes))
            else:
                cursor.execute(f"TRUNCATE {_named(sorted({*_filled_tables(), *self.rows, *large}))} CASCADE")
            for table, content in self.rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(content)


def let_role_delete() -> None:
    """Let the role of the tests' own server empty tables without their triggers, and the server trust the machine.

    Data of tests need not survive a power cut, and nothing else may wait for the disk. All of this outlives the tests, so a
    server on which somebody's site stands stays as it is: its tests take longer.
    """
    import psycopg

    from config.engines import places

    if _is_somebodys_house():
        return
    with (
        contextlib.suppress(psycopg.errors.InternalError),  # two processes on one server: "tuple concurrently updated"
        _administrator("postgres") as line,
    ):
        line.execute(f"GRANT SET ON PARAMETER session_replication_role TO {places.NAME}")
        line.execute("ALTER SYSTEM SET fsync = off")
        line.execute("ALTER SYSTEM SET synchronous_commit = off")
        line.execute("SELECT pg_reload_conf()")


def _administrator(database: str) -> "psycopg.Connection":
    import psycopg

    from config.engines import places

    return psycopg.connect(
        host=str(places.runtime_dir()), port=places.PORT, user="postgres", dbname=database, autocommit=True
    )


def _is_somebodys_house() -> bool:
    """Whether a site was set up on this server: its owner is there. (tests/faults migrate it, and set nothing up.)"""
    from config.engines import places

    with _administrator(places.NAME) as line:
        there = line.execute("SELECT to_regclass('members_user') IS NOT NULL").fetchone()
        if there is None or not there[0]:
            return False
        return line.execute("SELECT 1 FROM members_user WHERE is_superuser LIMIT 1").fetchone() is not None


def _tables() -> list[str]:
    return sorted(name for name in connection.introspection.table_names() if name != "django_migrations")


def _named(tables: list[str]) -> str:
    return ", ".join(f'"{table}"' for table in tables)


def _sizes() -> dict[str, int]:
    """Tables that hold pages: those with rows, and those from which rows were deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, size FROM (SELECT relname, pg_relation_size(oid) AS size FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations') AS found "
            "WHERE size > 0"
        )
        return dict(cursor.fetchall())


def _filled_tables() -> list[str]:
    tables = _tables()
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)
        )
        return [row[0] for row in cursor.fetchall()]


def _copy_out(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(block) for block in copy)
