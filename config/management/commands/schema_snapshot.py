"""`manage.py schema_snapshot`: write config/schema.sql anew from the migrations; `--check`: say whether it is what they make."""

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import unified_diff
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config import snapshot
from config.engines.usage import embedded

NAME = "laoyou_snapshot"
SHOWN = 40  # lines of a difference


@contextmanager
def migrated() -> Iterator[None]:
    """A database of its own in which every migration has run; gone afterwards."""
    own, connection.settings_dict["TEST"]["NAME"] = connection.settings_dict["NAME"], NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


class Command(BaseCommand):
    """Regenerate or compare the schema snapshot (see config.snapshot)."""

    help = "Write config/schema.sql, from which an empty database is filled, by running all migrations."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only compare; fails when it is not what migrations make"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        if not embedded()[0]:
            raise CommandError(
                "The snapshot is made with the embedded PostgreSQL, so that it is the same for all. Unset DATABASE_URL."
            )
        with migrated():
            made = snapshot.dump(connection)
        kept = snapshot.FILE.read_text() if snapshot.FILE.exists() else ""
        if made == kept:
            self.stdout.write("config/schema.sql is what the migrations make.")
        elif given["check"]:
            difference = unified_diff(kept.splitlines(), made.splitlines(), "config/schema.sql", "migrations", n=0)
            raise CommandError(
                "\n".join([*islice(difference, SHOWN), "Run `manage.py schema_snapshot` and commit config/schema.sql."])
            )
        else:
            draft = snapshot.FILE.with_suffix(".new")
            draft.write_text(made)
            draft.replace(snapshot.FILE)
            self.stdout.write(f"config/schema.sql: {len(made) // 1000} kB written.")
