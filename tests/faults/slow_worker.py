"""The site's own Celery application with each award slowed down a little, so that a kill lands in the middle of the work."""

import os
import time

import django

from config.celery import app  # noqa: F401

django.setup()

from loyalty import actions  # noqa: E402
from outbox import dispatch  # noqa: E402

_award = actions.accept_answer
SLOW = float(os.environ.get("LAOYOU_SLOW", "0.03"))
dispatch.LEASE_SECONDS = int(os.environ.get("LAOYOU_LEASE", dispatch.LEASE_SECONDS))


def _slow(**facts: object) -> None:
    _award(**facts)  # type: ignore[arg-type]
    time.sleep(SLOW)  # done, but not yet committed


actions.accept_answer = _slow  # type: ignore[assignment]

if os.environ.get("LAOYOU_BROKEN") == "mark first":
    # The classic mistake: the mark that the work is done is committed before the work.
    from django.db import connection, transaction

    def _mark_then_deliver(claimed: dispatch.Claimed) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE outbox_eventdelivery SET done_at = clock_timestamp() WHERE id = %s", [claimed.id])
        # Longest where points are paid, so that a kill lands there and not among what costs nobody anything.
        time.sleep(0.2 if claimed.handler.endswith(".award_answer") else 0)
        with transaction.atomic():
            handler = dispatch.find_handler(claimed.name, claimed.handler)
            assert handler is not None
            handler(dispatch.from_payload(claimed.name, claimed.payload))
        return True

    dispatch.deliver = _mark_then_deliver
