"""`manage.py import_forum discourse|phpbb|lines FILE`: bring the people and the talk of another forum here."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from community.actions import arrivals
from community.arrivals import discourse, neutral, phpbb
from outbox.clock import now

BATCH = 500
PATIENCE = "120s"  # for one statement of a batch; the role's limit is for pages
NAMES = {
    neutral.Person: "people", neutral.Place: "boards", neutral.Conversation: "topics", neutral.Contribution: "posts",
    neutral.Liking: "likes",
}  # fmt: skip


def _lines(path: Path) -> Iterator[neutral.Row]:
    with path.open(encoding="utf-8") as lines:
        yield from neutral.from_lines(lines)


READERS: dict[str, Callable[[Path], Iterator[neutral.Row]]] = {
    "discourse": discourse.rows, "phpbb": phpbb.rows, "lines": _lines,
}  # fmt: skip


class Command(BaseCommand):
    help = (
        "Bring people, boards, topics, posts and likes from a Discourse backup (.tar.gz or dump.sql.gz), a mysqldump of phpBB, or "
        "lines of JSON. Numbers, dates, authors, accepted answers and old addresses survive; nobody is notified and no points "
        "arise. Stopped anywhere, run it again: what is here already is left alone. People take their accounts over with "
        "“forgot your password”."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("forum", choices=sorted(READERS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="", help="a name for that forum, when several come; default: its kind")
        parser.add_argument("--to", type=Path, help="write lines of JSON there instead of importing")

    def handle(self, *args: Any, **options: Any) -> None:
        path, source = options["file"], options["source"] or options["forum"]
        if not source.isprintable() or len(source) > 60:
            raise CommandError("--source is a name of 1 to 60 characters.")
        if not path.is_file():
            raise CommandError(f"There is no file {path}. Give the path of the backup.")
        try:
            rows = READERS[options["forum"]](path)
            if options["to"]:
                self._write_lines(rows, options["to"])
            else:
                self._import(rows, source)
        except neutral.BadExport as error:
            raise CommandError(f"{error} What was read before is here; running it again goes on from there.") from None
        except (UnicodeDecodeError, OSError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from None

    def _write_lines(self, rows: Iterable[neutral.Row], to: Path) -> None:
        with to.open("w", encoding="utf-8") as out:
            count = sum(1 for line in neutral.to_lines(rows) if out.write(line + "\n"))
        self.stdout.write(f"{count} rows written to {to}.")

    def _import(self, rows: Iterable[neutral.Row], source: str) -> None:
        at, seen, new = now(), Counter[str](), Counter[str]()
        topics: list[neutral.Conversation] = []
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [PATIENCE])
        for kind, batch in _batches(rows):
            with transaction.atomic(durable=True):
                new[NAMES[kind]] += arrivals.WRITERS[kind](source=source, rows=batch, at=at)
            seen[NAMES[kind]] += len(batch)
            if kind is neutral.Conversation:
                topics += batch  # type: ignore[arg-type]
            if self.stdout.isatty():
                self.stdout.write(f"\r{dict(seen)}", ending="")
        for start in range(0, len(topics), BATCH):
            with transaction.atomic(durable=True):
                arrivals.settle_topics(source=source, rows=topics[start : start + BATCH], at=at)
        call_command("reindex_search", verbosity=0)
        for name in NAMES.values():
            words = f"{seen[name]} read" if name == "people" else f"{new[name]} new of {seen[name]}"
            self.stdout.write(f"{name}: {words}")


def _batches(rows: Iterable[neutral.Row]) -> Iterator[tuple[type[neutral.Row], list[neutral.Row]]]:
    for kind, alike in itertools.groupby(rows, type):
        while batch := list(itertools.islice(alike, BATCH)):
            yield kind, batch
