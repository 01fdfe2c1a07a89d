"""The proof of the books and the sealing of days, each in transactions of its own: by night, by task, on demand."""

import logging
from datetime import datetime
from functools import partial

from django.db import connection

from loyalty import queries
from loyalty.actions.ledger import books
from outbox.retry import whole

log = logging.getLogger(__name__)


def prove(*, at: datetime) -> queries.ProofResult:
    """Prove the ledger as it is at one moment, and keep the result where the staff see it."""
    proof = whole(_check)
    for finding in proof.findings:
        log.error("The books do not balance: %s; first rows %s", finding.invariant, finding.rows[:3])
    whole(partial(books.keep_proof, proof=proof, at=at))
    return proof


def _check() -> queries.ProofResult:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")  # the role's limit is for pages
    return queries.check_books()


def seal(*, at: datetime) -> int:
    """Seal the days that are over, each in its own transaction. Returns how many."""
    sealed = 0
    while True:
        if whole(partial(books.seal_next_day, at=at)) is None:
            return sealed
        sealed += 1
