"""The backend that Django loads by the name of this package."""

import select
from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as DjangoOperations
from django.db.backends.postgresql.psycopg_any import register_tzloader
from psycopg.pq import TransactionStatus

_IDLE = int(TransactionStatus.IDLE)
_BEGIN = "BEGIN; "
# django-stubs know psycopg 2 alone.
_DjangoCursor: Any = base.Cursor
_NamedCursor: Any = base.ServerSideCursor


class Cursor(_DjangoCursor):  # type: ignore[misc]
    """The first statement of a transaction takes the BEGIN with it: one message, which costs as much as a small statement."""

    wrapper: "DatabaseWrapper | None" = None
    """Whose transaction this is; without one the cursor is psycopg's own."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "Cursor":
        if self.wrapper is None or not self.wrapper.has_to_begin():
            super().execute(query, params, **options)
        elif isinstance(query, str):
            # PostgreSQL reads both before it runs either: what it cannot read begins nothing, and the next statement begins.
            super().execute(_BEGIN + query, params, **options)
            self.nextset()
        else:
            self.wrapper.begin()
            super().execute(query, params, **options)
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], *, returning: bool = False) -> None:
        self._begin()
        super().executemany(query, params_seq, returning=returning)

    def stream(self, *arguments: Any, **options: Any) -> Any:
        self._begin()
        return super().stream(*arguments, **options)

    def copy(self, *arguments: Any, **options: Any) -> Any:
        self._begin()
        return super().copy(*arguments, **options)

    def _begin(self) -> None:
        if self.wrapper is not None and self.wrapper.has_to_begin():
            self.wrapper.begin()


def _is_silent(connection: Any) -> bool:
    """Nothing waits to be read, as it does of a server that has ended the session."""
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return not socket.poll(0)


def _still_there(connection: Any) -> None:
    """Raises where the pool is to take another."""
    if not _is_silent(connection):
        connection.execute("")


class DatabaseOperations(DjangoOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str | None:  # type: ignore[override]
        """Django logs each BEGIN as a statement already, where the transaction is entered."""
        told: str | None = super().last_executed_query(cursor, sql, params)
        return told.removeprefix(_BEGIN) if told is not None else None


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL with fewer messages.

    Before the first statement of a request Django asks `SELECT 1` of a connection that was kept. A server that stops, restarts
    or ends a session closes the socket, which is then readable. So the question is asked only when something waits to be read;
    of a host that fell silent neither way would learn in time.

    Django has psycopg begin its transactions, in a message of its own. Here psycopg stays in autocommit and our cursors say
    BEGIN, whenever Django is in a transaction and the server is not: psycopg's own rule. Commit and rollback are psycopg's.
    """

    ops_class = DatabaseOperations
    _says_begin = False

    def get_connection_params(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_connection_params()
        # Not where the settings ask for what takes more than a plain BEGIN, or for one statement a message.
        self._says_begin = (
            found["cursor_factory"] is base.Cursor and "isolation_level" not in self.settings_dict["OPTIONS"]
        )
        if self._says_begin:
            found["cursor_factory"] = Cursor
        return found

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        return _is_silent(self.connection) or super().is_usable()

    @property
    def pool(self) -> Any:
        """Django's, where a process has one; a connection is looked at as above, not asked, before it is handed out."""
        pool: Any = super().pool
        if pool is not None and pool._check is not None:
            pool._check = _still_there
        return pool

    def create_cursor(self, name: str | None = None) -> Any:
        if not self._says_begin:
            return super().create_cursor(name)
        if name and not self.autocommit:
            # Declared in the transaction and gone with it. Django asks psycopg whether there is one, who knows of none.
            if self.has_to_begin():
                self.begin()
            cursor = _NamedCursor(self.connection, name=name, scrollable=False, withhold=False)
            register_tzloader(self.timezone, cursor)
            return cursor
        cursor = super().create_cursor(name)
        if not name:
            cursor.wrapper = self
        return cursor

    def has_to_begin(self) -> bool:
        """Whether Django is in a transaction that the server has not begun."""
        return not self.autocommit and self.connection.pgconn.transaction_status == _IDLE

    def begin(self) -> None:
        """Begin now, for what cannot take the BEGIN with it."""
        self.connection.execute("BEGIN")

    def _set_autocommit(self, autocommit: bool) -> None:
        if not self._says_begin:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
        elif not self.connection.autocommit or self.connection.pgconn.transaction_status != _IDLE:
            # A new connection; or a mistake (the connection is gone, a transaction is open), which psycopg names.
            super()._set_autocommit(True)  # type: ignore[misc]
