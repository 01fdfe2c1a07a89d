"""The rows that migrations make, kept in memory and put back after each test that commits."""

from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True)
class Seeds:
    """Table contents in PostgreSQL's COPY text format."""

    rows: dict[str, bytes]

    @classmethod
    def take(cls) -> "Seeds":
        return cls({table: _copy_out(table) for table in _filled_tables()})

    def restore(self) -> None:
        """Empty every table that has rows and put the seeds back; foreign keys are checked at the commit."""
        with transaction.atomic(), connection.cursor() as cursor:
            tables = sorted({*_filled_tables(), *self.rows})
            cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " CASCADE")
            for table, content in self.rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(content)


def _filled_tables() -> list[str]:
    tables = [name for name in connection.introspection.table_names() if name != "django_migrations"]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)
        )
        return [row[0] for row in cursor.fetchall()]


def _copy_out(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(block) for block in copy)
