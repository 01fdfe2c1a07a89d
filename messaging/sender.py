"""The sender: claims due messages and hands them over one by one. Any number of them may run at once.

Each message passes three short transactions: claimed with its batch, prepared (decided again, written, `handing_over`
committed *before* the server hears of it), settled. A sender killed anywhere leaves a row that says how far it came.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from messaging.actions import delivering
from messaging.actions.delivering import Claim
from messaging.smtp import Post, ServerAway
from outbox.clock import now

log = logging.getLogger(__name__)
BATCH = 50


_TAKE_TURN = "SELECT pg_try_advisory_lock(hashtextextended('messaging:sender', 0))"
_GIVE_TURN = "SELECT pg_advisory_unlock(hashtextextended('messaging:sender', 0))"


def send_in_turn(*, clock: Callable[[], datetime] = now, seconds: float = 50) -> int:
    """What beat starts every ten seconds: a sender unless one is at work, so that mail never fills all workers.

    The turn belongs to the database session, so a killed worker gives it back by dying. More than one sender is safe
    (`send_due`); one is what the site's other work can bear.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURN)
        if not cursor.fetchone()[0]:
            return 0
    try:
        return send_due(clock=clock, seconds=seconds)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_TURN)


def send_due(*, clock: Callable[[], datetime] = now, seconds: float = 150) -> int:
    """Send everything due, for at most so many seconds. Returns how many messages were handed over."""
    end, handed, post = time.monotonic() + seconds, 0, Post()
    try:
        while time.monotonic() < end:
            with transaction.atomic(durable=True):
                delivering.recover(at=clock())
                claims = delivering.claim(size=BATCH, at=clock())
            if not claims:
                break
            handed += _send_batch(post, claims, clock)
    except ServerAway as away:
        log.warning("messaging: the mail server cannot be reached; messages wait (%s)", away)
    finally:
        post.close()
    return handed


def _send_batch(post: Post, claims: list[Claim], clock: Callable[[], datetime]) -> int:
    handed = 0
    for place, claim in enumerate(claims):
        try:
            post.open()
        except ServerAway:
            with transaction.atomic(durable=True):
                delivering.put_back(claims=claims[place:], at=clock())
            raise
        handed += _send_one(post, claim, clock)
    return handed


def _send_one(post: Post, claim: Claim, clock: Callable[[], datetime]) -> bool:
    try:
        with transaction.atomic(durable=True):
            prepared = delivering.prepare(claim=claim, at=clock())
    except Exception as error:
        log.exception("messaging: delivery %s could not be written", claim.id)
        with transaction.atomic(durable=True):
            delivering.could_not_write(claim=claim, error=type(error).__name__, at=clock())
        return False
    if prepared is None:
        return False
    answer = post.hand_over(prepared.message)
    with transaction.atomic(durable=True):
        delivering.settle(prepared=prepared, answer=answer, at=clock())
    return answer.kind == "accepted"
