"""The site's worker whose leases and waits are seconds, so that a run need not wait minutes; and its broken variant."""

import os
from datetime import timedelta

import django

from config.celery import app  # noqa: F401

django.setup()

from integrations.shops import actions, working  # noqa: E402
from integrations.webhooks import rules, sending  # noqa: E402
from outbox import dispatch  # noqa: E402

SHORT = timedelta(seconds=3)
dispatch.LEASE_SECONDS = 3
working.LEASE = sending.LEASE = SHORT
rules.DELAYS = (timedelta(0), *(timedelta(seconds=1) for _try in range(40)))
actions.next_try = lambda attempts: timedelta(seconds=1)  # type: ignore[assignment]
working.TRIES = 60
rules.SLOWEST = timedelta(seconds=1)

if os.environ.get("LAOYOU_BROKEN") == "settles-first":
    # The classic mistake: what is about to be sent is noted as sent.
    from django.db import transaction

    from outbox.clock import now

    _claim = sending.claim_due

    def _settled(**facts: object) -> object:
        claims = _claim(**facts)  # type: ignore[arg-type]
        for claim in claims:
            with transaction.atomic(durable=True):
                sending.settle(claim=claim, outcome=sending.Outcome(200), at=now())
        return claims

    sending.claim_due = _settled  # type: ignore[assignment]
