"""The sender of webhooks: claims what is due, endpoint by endpoint, and talks to many machines at once.

The threads only talk; one thread claims and settles. A delivery is claimed with a lease and a count of its attempts that
commit before anybody is called, so a worker that dies in between leaves a row that is sent again under the same
`webhook-id`. Each endpoint has a few lines of its own, and one alone while it fails, so a slow one delays nobody else.
"""

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from integrations import outbound
from integrations.sealing import Unreadable, unseal
from integrations.webhooks import rules, signing, trouble
from integrations.webhooks.actions import place, switch_off
from integrations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks.routing import replay_page
from messaging.sender import in_turn
from outbox.clock import now, real_now
from outbox.require import require_transaction

log = logging.getLogger(__name__)
LINES, EACH = 48, 4
LEASE = timedelta(seconds=60)
"""Longer than the longest call: after it a dead worker's delivery is taken up again."""

# Each endpoint gives as many as it has free lines: so a long queue of one does not stand in front of the others.
_CLAIM = """
UPDATE integrations_webhookdelivery AS delivery
SET attempts = delivery.attempts + 1, due_at = %(lease)s, claimed_until = %(lease)s
FROM integrations_webhookendpoint AS endpoint
CROSS JOIN LATERAL (
    SELECT one.id FROM integrations_webhookdelivery AS one
    WHERE one.endpoint_id = endpoint.id AND one.state = 'due' AND one.due_at <= %(at)s
    ORDER BY one.due_at, one.id
    LIMIT greatest(0, CASE WHEN endpoint.failing_since IS NULL THEN %(each)s ELSE 1 END
        - coalesce((%(busy)s::jsonb->>endpoint.id::text)::int, 0))
    FOR UPDATE SKIP LOCKED
) AS due
WHERE delivery.id = due.id AND endpoint.state = 'active'
    AND (endpoint.slow_until IS NULL OR endpoint.slow_until <= %(at)s)
RETURNING delivery.id, delivery.public_id, delivery.attempts, delivery.body, endpoint.id, endpoint.public_id, endpoint.url,
    endpoint.secret, CASE WHEN endpoint.old_secret_until > %(at)s THEN endpoint.old_secret ELSE ''::bytea END
"""


@dataclass(frozen=True)
class Claim:
    """A delivery in this worker's hands until its lease ends; `attempts` is the proof of holding it."""

    id: int
    public_id: str
    attempts: int
    body: str
    endpoint_id: int
    endpoint: str
    url: str
    secret: bytes
    old_secret: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt."""

    status: int | None
    error: str = ""
    answer: str = ""
    milliseconds: int = 0
    retry_after: int = 0


def send_in_turn(*, clock: Callable[[], datetime] = now, seconds: float = 40) -> int:
    """Send what is due unless another process is at it."""
    return in_turn("integrations:webhooks", lambda: send_due(clock=clock, seconds=seconds))


def send_due(*, clock: Callable[[], datetime] = now, seconds: float = 40, lines: int = LINES) -> int:
    """Send everything due, beginning nothing new after so many seconds. Returns how many attempts were made.

    What becomes due for another endpoint while a slow one keeps us waiting is sent meanwhile.
    """
    end, made = time.monotonic() + seconds, 0
    talking: dict[Future[Outcome], Claim] = {}
    with ThreadPoolExecutor(lines, thread_name_prefix="webhook") as pool:
        while True:
            if time.monotonic() < end and len(talking) < lines:
                with transaction.atomic(durable=True):
                    replay_page(at=clock())
                for claim in claim_due(at=clock(), busy=Counter(one.endpoint_id for one in talking.values())):
                    talking[pool.submit(deliver, claim)] = claim
            if not talking:
                return made
            done, _rest = wait(talking, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in done:
                with transaction.atomic(durable=True):
                    settle(claim=talking.pop(future), outcome=future.result(), at=clock())
                made += 1


def claim_due(*, at: datetime, busy: "Counter[int] | None" = None, only: int | None = None) -> list[Claim]:
    """Take what is due, a few of each endpoint; commits. `only`: this delivery alone, for a test from the console."""
    statement = (
        _CLAIM if only is None else _CLAIM.replace("one.state = 'due'", "one.state = 'due' AND one.id = %(only)s")
    )
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            statement,
            {"lease": at + LEASE, "at": at, "each": EACH, "busy": json.dumps(dict(busy or {})), "only": only},
        )
        return [_claim(*row) for row in cursor.fetchall()]


def _claim(
    id: int,
    public_id: str,
    attempts: int,
    body: str,
    endpoint_id: int,
    endpoint: str,
    url: str,
    secret: bytes,
    old: bytes,
) -> Claim:
    return Claim(id, public_id, attempts, body, endpoint_id, endpoint, url, bytes(secret), bytes(old))


def deliver(claim: Claim, *, seconds: float = outbound.SECONDS) -> Outcome:
    """Call the endpoint. Signed afresh, with the real time. Never raises for anything that the other side does."""
    began = time.monotonic()
    try:
        secrets = [unseal(one, place=place(claim.endpoint)) for one in (claim.secret, claim.old_secret) if one]
        body = claim.body.encode()
        signed = signing.headers(secrets=secrets, id=claim.public_id, timestamp=int(real_now().timestamp()), body=body)
        answer = outbound.call(
            "POST",
            claim.url,
            body=body,
            headers={"Content-Type": "application/json", **signed},
            seconds=seconds,
            most=rules.ANSWER_KEPT,
        )
    except outbound.Unreachable as error:
        return Outcome(None, error.code, milliseconds=_since(began))
    except Unreadable:
        return Outcome(None, "secret", milliseconds=_since(began))
    text = answer.body.decode("utf-8", "replace").replace("\x00", "\ufffd")
    return Outcome(answer.status, "", text[: rules.ANSWER_KEPT], _since(began), answer.retry_after)


def settle(*, claim: Claim, outcome: Outcome, at: datetime) -> None:
    """Write down the attempt and what follows from it. A delivery that was taken from us meanwhile keeps its new state."""
    require_transaction()
    held = WebhookDelivery.objects.select_for_update().filter(id=claim.id, attempts=claim.attempts, state="due")
    known = WebhookDelivery.objects.filter(id=claim.id).exists()
    if known:
        WebhookAttempt.objects.create(
            delivery_id=claim.id,
            at=at,
            status=outcome.status,
            error=outcome.error,
            answer=outcome.answer,
            milliseconds=outcome.milliseconds,
        )
    if not held.exists():
        return
    meaning = rules.meaning(outcome.status)
    if meaning == rules.DELIVERED:
        _delivered(claim, at)
        return
    wait = rules.next_try(
        attempts=claim.attempts,
        chance=random.random(),  # noqa: S311
        retry_after=outcome.retry_after,
    )
    mine = WebhookDelivery.objects.filter(id=claim.id)
    if wait is None:
        mine.update(state=WebhookDelivery.State.PARKED, settled_at=at, claimed_until=None)
        trouble.tell(endpoint_id=claim.endpoint_id, what=trouble.PARKED, at=at)
    else:
        mine.update(due_at=at + wait, claimed_until=None)
    _failed(claim, outcome, meaning, at)


def _delivered(claim: Claim, at: datetime) -> None:
    WebhookDelivery.objects.filter(id=claim.id).update(
        state=WebhookDelivery.State.DONE, settled_at=at, claimed_until=None
    )
    WebhookEndpoint.objects.filter(id=claim.endpoint_id).update(
        failures=0, failing_since=None, slow_until=None, last_success_at=at
    )


def _failed(claim: Claim, outcome: Outcome, meaning: str, at: datetime) -> None:
    """What a failure says about the endpoint as a whole."""
    mine = WebhookEndpoint.objects.filter(id=claim.endpoint_id)
    mine.update(failures=F("failures") + 1, failing_since=Coalesce(F("failing_since"), at))
    endpoint = mine.first()
    if endpoint is None:
        return
    if meaning == rules.BUSY:
        slow = rules.slow_down(failures=endpoint.failures, retry_after=outcome.retry_after)
        mine.update(slow_until=at + slow)
    gone = meaning == rules.GONE
    if gone or (endpoint.failing_since is not None and at - endpoint.failing_since >= rules.GIVE_UP_AFTER):
        why = WebhookEndpoint.Why.GONE if gone else WebhookEndpoint.Why.FAILING
        if switch_off(endpoint_id=endpoint.pk, why=why, by=None, at=at):
            trouble.tell(endpoint_id=endpoint.pk, what=trouble.OFF, at=at)


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
