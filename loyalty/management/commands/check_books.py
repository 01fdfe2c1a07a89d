"""`manage.py check_books`: prove the ledger, or show what is wrong and exit with 1. With --day: sealed days, looked at again."""

import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from loyalty import queries
from loyalty.queries.books import sealed_days, verify_day


class Command(BaseCommand):
    help = "Prove the ledger: entries sum to zero, wallets are their entries and their open lots, stock and caps hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--day", metavar="YYYY-MM-DD", help="verify the sealed root of this day instead; “all” for every sealed day"
        )

    def handle(self, *args: Any, day: str | None = None, **options: Any) -> None:
        with transaction.atomic():
            if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    cursor.execute("SET LOCAL statement_timeout = 0")  # the role's limit is for pages
            right = self._books() if day is None else self._days(day)
        if not right:
            sys.exit(1)

    def _books(self) -> bool:
        proof = queries.check_books()
        self.stdout.write(
            f"{proof.txns} transactions, {proof.entries} entries, {proof.wallets} wallets, {proof.lots} lots, "
            f"{proof.points} points with members; looked at in {proof.seconds:.2f} s."
        )
        for finding in proof.findings:
            self.stderr.write(f"WRONG: {finding.invariant}. First rows ({', '.join(finding.columns)}):")
            for row in finding.rows:
                self.stderr.write("  " + ", ".join(str(value) for value in row))
        if proof.clean:
            self.stdout.write("The books balance.")
        return proof.clean

    def _days(self, asked: str) -> bool:
        sealed = {one.day for one in sealed_days(limit=100_000)}
        if asked == "all":
            days = sorted(sealed)
        else:
            try:
                days = [date.fromisoformat(asked)]
            except ValueError as error:
                raise CommandError("Write the day as YYYY-MM-DD, or “all”.") from error
            if days[0] not in sealed:
                raise CommandError(f"{asked} is not sealed. A day is sealed in the night after it.")
        right = True
        for one in days:
            found = verify_day(day=one)
            if found.problem:
                right = False
                self.stderr.write(f"WRONG: {one}: {found.problem}.")
            else:
                self.stdout.write(f"{one}: {found.txns} transactions, root {found.root}, seal {found.seal}: as sealed.")
        return right
