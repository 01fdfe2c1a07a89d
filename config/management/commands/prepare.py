"""`manage.py prepare`: bring the database up to the code, with progress, and fill an empty site.

`up` runs it when it is needed.
"""

import subprocess
import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from config import snapshot
from config.demo.marker import unfinished
from config.embedded import home, postgres_programs, runtime_dir

KEPT_BACKUPS = 5
TRIES = 3  # a migration gives up a lock after lock_timeout rather than block the site


class Migrating(migrate.Command):
    """Django's `migrate`, telling how far it is in a line a second."""

    def __init__(self, total: int, say: Callable[[str], None]) -> None:
        super().__init__()
        self.total, self.say = total, say
        self.done, self.told = 0, time.monotonic()

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Called before and after each migration."""
        if action != "apply_success":
            return
        self.done += 1
        if self.done == self.total or time.monotonic() - self.told > 1:
            self.told = time.monotonic()
            self.say(f"Schema: {self.done}/{self.total}")


class Command(BaseCommand):
    """Migrate (after a backup, when there is something to lose), then the demo community if nobody is there."""

    help = "Migrate the database, with a backup first if it holds anything, and fill an empty site with the demo."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty site empty")

    def handle(self, *args: Any, **given: Any) -> None:
        if snapshot.load(connection):
            self._say("Schema: made from the snapshot")
        executor = MigrationExecutor(connection)
        if total := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
            if executor.loader.applied_migrations:
                self._back_up()
            self._migrate(total)
        call_command("ensure_site", stdout=self.stdout)
        if not given["no_demo"] and (self._is_empty() or unfinished()):
            self._say("Filling the empty site with the demonstration …")
            self._take_time()
            call_command("demo", stdout=self.stdout)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _take_time(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # the role's 15 s are for pages

    def _is_empty(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT NOT EXISTS (SELECT FROM members_user)")
            return bool(cursor.fetchone()[0])

    def _migrate(self, total: int) -> None:
        self._say(f"Schema: {total} migrations to apply")
        migrating = Migrating(total, self._say)
        for attempt in range(1, TRIES + 1):
            try:
                self._take_time()
                call_command(migrating, verbosity=0, interactive=False)
                return
            except OperationalError as error:
                connection.close()
                if attempt == TRIES:
                    raise CommandError(f"{error}Stop other users of the database, then start again.") from error

    def _back_up(self) -> None:
        """Dump the embedded database.

        Another server is its owner's to back up: its pg_dump may be of another version.
        """
        if "/" not in str(connection.settings_dict["HOST"]) or not str(connection.settings_dict["HOST"]).startswith(
            str(runtime_dir())
        ):
            self._say("Schema: DATABASE_URL is set, so no backup is made here before migrating.")
            return
        folder = home() / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / f"before-migrating-{time.strftime('%Y%m%d-%H%M%S')}.dump"
        command = [
            str(postgres_programs() / "pg_dump"),
            "-h",
            str(runtime_dir()),
            "-U",
            "laoyou",
            "-Fc",
            "-f",
            str(target),
            "laoyou",
        ]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if answer.returncode:
            raise CommandError(f"The backup before migrating failed, so nothing was changed: {answer.stderr.strip()}")
        self._say(f"Schema: backup in {target}")
        for old in sorted(folder.glob("before-migrating-*.dump"))[:-KEPT_BACKUPS]:
            old.unlink()
