"""`manage.py check_books`: prove the ledger, or show what is wrong and exit with 1."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from loyalty import queries


class Command(BaseCommand):
    help = "Prove the ledger: entries sum to zero, wallets are their entries and their open lots, stock and caps hold."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    cursor.execute("SET LOCAL statement_timeout = 0")  # the role's limit is for pages
            proof = queries.check_books()
        self.stdout.write(
            f"{proof.txns} transactions, {proof.entries} entries, {proof.wallets} wallets, {proof.lots} lots, "
            f"{proof.points} points with members; looked at in {proof.seconds:.2f} s."
        )
        for finding in proof.findings:
            self.stderr.write(f"WRONG: {finding.invariant}. First rows ({', '.join(finding.columns)}):")
            for row in finding.rows:
                self.stderr.write("  " + ", ".join(str(value) for value in row))
        if not proof.clean:
            sys.exit(1)
        self.stdout.write("The books balance.")
