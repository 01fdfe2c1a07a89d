"""The sender: claims due mail and hands it over. Any number of senders may run at once.

Each mail passes three short transactions: claimed with its batch, prepared (decided again, written, `handing_over`
committed *before* the server hears of it), settled. A sender killed anywhere leaves a row that says how far it came.

Marketing is prepared and settled one by one, so that a kill leaves one of unsure fate. Service, community mail and
digests, which are sent again under the same Message-ID, pass these steps in groups: two commits for `TOGETHER` mails.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from messaging.actions import delivering
from messaging.actions.delivering import Claim, Prepared
from messaging.rules import COMMUNITY, DIGEST, SERVICE
from messaging.smtp import Answer, Post, ServerAway
from outbox.clock import now

log = logging.getLogger(__name__)
BATCH = 50
TOGETHER = 25
"""So many mails at most arrive twice, under one Message-ID, when a sender is killed."""
HAND_OVER_FOR = 60.0
"""Seconds for a group; what is left then is taken back, long before its lease ends."""
_FOLDED = (SERVICE, COMMUNITY, DIGEST)


def send_in_turn(*, clock: Callable[[], datetime] = now, seconds: float = 50) -> int:
    """What beat starts every ten seconds: a sender unless one is at work, so that mail never fills all workers.

    More than one sender is safe (`send_due`); one is what the site's other work can bear.
    """
    return in_turn("messaging:sender", lambda: send_due(clock=clock, seconds=seconds))


def in_turn(name: str, work: Callable[[], int]) -> int:
    """Do the work unless another process is at it; then 0.

    The turn belongs to the database session, so a killed worker gives it back by dying.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            return 0
    try:
        return work()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


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
    folded = [one for one in claims if one.purpose in _FOLDED]
    alone = [one for one in claims if one.purpose not in _FOLDED]
    groups = [folded[start : start + TOGETHER] for start in range(0, len(folded), TOGETHER)] + [[one] for one in alone]
    handed = 0
    for place, group in enumerate(groups):
        try:
            post.open()
        except ServerAway:
            with transaction.atomic(durable=True):
                delivering.put_back(claims=[one for left in groups[place:] for one in left], at=clock())
            raise
        try:
            handed += _send_group(post, group, clock) if len(group) > 1 else _send_one(post, group[0], clock)
        except ServerAway:
            with transaction.atomic(durable=True):
                delivering.put_back(claims=[one for left in groups[place + 1 :] for one in left], at=clock())
            raise
    return handed


def _send_group(post: Post, claims: list[Claim], clock: Callable[[], datetime]) -> int:
    try:
        with transaction.atomic(durable=True):
            prepared = delivering.prepare_many(claims=claims, at=clock())
    except Exception:  # one of them: found by going one by one
        log.info("messaging: a group could not be written together", exc_info=True)
        return sum(_send_one(post, one, clock) for one in claims)
    answers: list[tuple[Prepared, Answer]] = []
    away: ServerAway | None = None
    until = time.monotonic() + HAND_OVER_FOR
    for one in prepared:
        if time.monotonic() > until:
            break
        try:
            post.open()
        except ServerAway as error:
            away = error
            break
        assert one.message is not None  # noqa: S101  (claimed as mail)
        answers.append((one, post.hand_over(one.message)))
    with transaction.atomic(durable=True):
        delivering.settle_many(answers=answers, at=clock())
        delivering.take_back(prepared=prepared[len(answers) :], at=clock())
    if away is not None:
        raise away
    return sum(answer.kind == "accepted" for _one, answer in answers)


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
    assert prepared.message is not None  # noqa: S101  (claimed as mail)
    answer = post.hand_over(prepared.message)
    with transaction.atomic(durable=True):
        delivering.settle(prepared=prepared, answer=answer, at=clock())
    return answer.kind == "accepted"
