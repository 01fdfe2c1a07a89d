"""Proofs that are asked for, and the seals of days."""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Min

from loyalty import queries
from loyalty.actions.ledger.posting import zone
from loyalty.events import BooksUnbalanced
from loyalty.models import BooksDay, BooksProof, Txn
from loyalty.queries.books import root_of_day
from loyalty.rules import merkle
from outbox.publish import publish
from outbox.require import require_transaction

SETTLED = timedelta(hours=1)
"""A day is sealed when it has been over for so long: nothing that began on it is still being written."""


def ask_for_proof(*, by: int | None, at: datetime) -> bool:
    """Note that the books shall be proved now. False when a proof is waited for already."""
    require_transaction()
    before = BooksProof.objects.filter(made_at__isnull=True).exists()
    BooksProof.objects.bulk_create([BooksProof(asked_by_id=by, asked_at=at)], ignore_conflicts=True)
    return not before


def keep_proof(*, proof: "queries.ProofResult", at: datetime) -> int:
    """Keep what a proof counted and found: in the row that waits for it, else in a new one."""
    require_transaction()
    row = BooksProof.objects.select_for_update().filter(made_at__isnull=True).first() or BooksProof(asked_at=at)
    row.made_at, row.seconds, row.balanced = at, proof.seconds, proof.clean
    row.txns, row.entries, row.wallets, row.lots, row.points = (
        proof.txns, proof.entries, proof.wallets, proof.lots, proof.points,
    )  # fmt: skip
    row.findings = [
        {key: value for key, value in asdict(finding).items() if key != "rows"}
        | {"rows": [[str(value) for value in found] for found in finding.rows]}
        for finding in proof.findings
    ]
    row.save()
    if not proof.clean:
        publish(BooksUnbalanced(proof_id=row.pk, at=at))
    return row.pk


def seal_next_day(*, at: datetime) -> date | None:
    """Seal the first day that is over and not sealed yet; None when there is none. By the database's clock, which stamps
    transactions: `at` only dates the seal."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('loyalty:books', 0)), now()")
        stamped = cursor.fetchone()[1]
        cursor.execute("SET LOCAL statement_timeout = 0")  # a day may be long
    last = BooksDay.objects.order_by("-day").first()
    if last is not None:
        day, previous = last.day + timedelta(days=1), last.seal
    else:
        first = Txn.objects.aggregate(first=Min("created_at"))["first"]
        if first is None:
            return None
        day, previous = first.astimezone(zone()).date(), ""
    if day >= (stamped - SETTLED).astimezone(zone()).date():
        return None
    root, txns = root_of_day(day)
    BooksDay.objects.create(
        day=day,
        txns=txns,
        root=root,
        previous=previous,
        seal=merkle.seal_of(previous, day.isoformat(), root),
        sealed_at=at,
    )
    return day
