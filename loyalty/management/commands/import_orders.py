"""`manage.py import_orders FILE.csv`: take in a shop's past orders. Running it again changes nothing."""

import csv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from loyalty import actions, orders_csv
from members.actions import ensure_identities
from outbox.clock import now

BATCH = 2000
PATIENCE = "120s"  # for one statement of a batch, which takes about one second; the role's limit is for pages


Loaded = tuple[int, int, int, list[orders_csv.RefusedLine]]
"""Accepted, already known, points issued, and the lines that are here with another content."""


class Command(BaseCommand):
    help = (
        "Import past orders from a CSV file with the columns customer, date, quantity and dollars (or amount), and perhaps "
        "order_id. Good lines are loaded, bad ones go to a report with their line number and reason; running it again, also "
        "with a shuffled or partial copy, changes nothing. Exit code 0 when the file could be read, 1 when it could not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="import", help="the shop the customers and numbers belong to")
        parser.add_argument("--currency", default="USD", help="ISO 4217 code of the amounts")
        parser.add_argument("--report", type=Path, help="where refused lines go; default: FILE.refused.csv")
        parser.add_argument("--dry-run", action="store_true", help="read and check, write nothing")
        parser.add_argument(
            "--jobs", type=int, default=1, choices=range(1, 9), help="so many sessions, each with customers of its own"
        )
        parser.add_argument(
            "--shift-to", help="today or YYYY-MM-DD: move all dates so that the newest falls on that day"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        at = now()
        if not options["source"] or len(options["source"]) > 60 or "\x00" in options["source"]:
            raise CommandError("--source is a name of 1 to 60 characters.")
        try:
            shift_to = _day(options["shift_to"], at.date())
            parsed = orders_csv.read(path, currency=options["currency"], latest=at.date(), shift_to=shift_to)
        except orders_csv.WrongFile as error:
            raise CommandError(str(error)) from None
        if options["dry_run"]:
            self._report(path, options["report"], parsed.refused)
            self.stdout.write(
                f"Dry run: {len(parsed.rows)} orders can be taken in, {len(parsed.refused)} lines are refused."
            )
            return
        accepted, known, points, conflicting = self._load_all(parsed, options, at)
        refused = (*parsed.refused, *conflicting)
        self._report(path, options["report"], refused)
        self.stdout.write(
            f"{accepted} orders accepted, {known} already known, {len(refused)} refused, {points} points issued."
        )

    def _load_all(self, parsed: orders_csv.Parsed, options: dict[str, Any], at: datetime) -> Loaded:
        """By customers: two sessions never wait for one wallet."""
        jobs = options["jobs"]
        if jobs == 1:
            return self._load(parsed.rows, options, at)
        people = {row.purchase.customer: row.purchase.customer_name for row in parsed.rows}
        with transaction.atomic():  # whoever makes members holds up others who do
            ensure_identities(source=options["source"], people=list(people.items()), by=None, at=at)
        shares: list[list[orders_csv.Row]] = [[] for _ in range(jobs)]
        for row in parsed.rows:
            shares[crc32(row.purchase.customer.encode()) % jobs].append(row)

        def load(rows: Sequence[orders_csv.Row]) -> Loaded:
            try:
                return self._load(rows, options, at)
            finally:
                connection.close()

        with ThreadPoolExecutor(jobs) as workers:
            accepted, known, points, conflicting = zip(*workers.map(load, shares), strict=True)
        return sum(accepted), sum(known), sum(points), [one for some in conflicting for one in some]

    def _load(self, rows: Sequence[orders_csv.Row], options: dict[str, Any], at: datetime) -> Loaded:
        """Batch by batch, each in its own transaction: after a kill in the middle the next run does the rest."""
        accepted = known = points = 0
        conflicting: list[orders_csv.RefusedLine] = []
        lines = {row.purchase.external_id: row for row in rows}
        for start in range(0, len(rows), BATCH):
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
                batch = actions.import_orders(
                    source=options["source"],
                    currency=options["currency"],
                    purchases=[row.purchase for row in rows[start : start + BATCH]],
                    by=None,
                    at=at,
                )
            accepted += batch.accepted
            known += batch.known - len(batch.conflicting)
            points += batch.points
            conflicting += [
                orders_csv.RefusedLine(lines[number].line, "already here with another content", lines[number].text)
                for number in batch.conflicting
            ]
            if options["verbosity"] > 1:
                self.stdout.write(f"… {min(start + BATCH, len(rows))} of {len(rows)}")
        return accepted, known, points, conflicting

    def _report(self, path: Path, report: Path | None, refused: Sequence[orders_csv.RefusedLine]) -> None:
        if not refused:
            return
        report = report or path.with_name(path.name + ".refused.csv")
        try:
            _write_report(report, sorted(refused))
        except OSError as error:
            reason = error.strerror
            raise CommandError(
                f"The report {report} cannot be written: {reason}. Name another with --report."
            ) from None
        self.stdout.write(f"{len(refused)} lines refused, with their reasons in {report}")


def _day(text: str | None, today: date) -> date | None:
    if text is None:
        return None
    if text == "today":
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError("--shift-to is “today” or a date like 2026-03-31.") from None


def _write_report(path: Path, refused: list[orders_csv.RefusedLine]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "reason", "text"])
        writer.writerows([one.line, one.reason, one.text] for one in refused)
