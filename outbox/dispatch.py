"""The dispatcher: claims due deliveries and runs their subscribers, each in one transaction with its mark.

Two short transactions a delivery (specs: reliability, section 3). The claim counts the attempt and commits *before* the
handler runs, so that a handler which kills its worker does not loop for ever with its count rolled back.
Subscribers of crowds get all of a claim in one transaction.
"""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from outbox.events import Event, from_payload, registered
from outbox.subscribe import find_handler, find_listener, is_crowd

log = logging.getLogger(__name__)

LEASE_SECONDS = 30
"""How long a claimed delivery is invisible to other workers; after it a dead worker's work is taken up again."""
PARK_AFTER = 10
BATCH = 50

_CLAIM_OF = """
UPDATE outbox_eventdelivery AS delivery
SET attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => %(lease)s)
FROM (
    SELECT id FROM outbox_eventdelivery
    WHERE done_at IS NULL AND parked_at IS NULL AND due_at <= clock_timestamp() {of}
    ORDER BY due_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
) AS due, outbox_storedevent AS event
WHERE delivery.id = due.id AND event.id = delivery.event_id
RETURNING delivery.id, delivery.handler, delivery.attempts, event.id, event.name, event.payload
"""
_CLAIM = _CLAIM_OF.format(of="")
_CLAIM_OF_APPS = _CLAIM_OF.format(of="AND split_part(handler, '.', 1) = ANY(%(apps)s)")
# The mark comes first: it locks the rows, is rolled back with a handler that fails, and says which are still ours. The rows
# are found by their ids: of "done_at IS NULL" alone the planner makes a walk through all that waits, for each of them.
_DONE = """
UPDATE outbox_eventdelivery AS delivery SET done_at = clock_timestamp(), last_error = ''
FROM unnest(%s::bigint[], %s::int[]) AS held (id, attempts)
WHERE delivery.id = held.id AND delivery.attempts = held.attempts AND coalesce(done_at, parked_at) IS NULL
RETURNING delivery.id
"""
_FAILED = """
UPDATE outbox_eventdelivery
SET due_at = clock_timestamp() + make_interval(secs => %(wait)s), last_error = %(error)s,
    parked_at = CASE WHEN attempts >= %(park)s THEN clock_timestamp() END
WHERE id = %(id)s AND attempts = %(attempts)s AND coalesce(done_at, parked_at) IS NULL
"""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process holds until its lease runs out. `attempts` is the proof of holding it."""

    id: int
    handler: str
    attempts: int
    event_id: int
    name: str
    payload: dict[str, Any]


def run_pending(limit: int = 100_000, *, apps: Sequence[str] | None = None) -> int:
    """Deliver everything due now, batch by batch, up to `limit` deliveries. Returns how many succeeded.

    `apps` names whose subscribers are run, when not all.
    """
    succeeded = seen = 0
    while seen < limit:
        batch = claim(min(BATCH, limit - seen), apps=apps)
        if not batch:
            break
        seen += len(batch)
        succeeded += sum(deliver_crowd(crowd) for crowd in _crowds(batch))
    return succeeded


def claim(size: int, *, apps: Sequence[str] | None = None) -> list[Claimed]:
    """Take up to `size` due deliveries for LEASE_SECONDS, oldest event first; commits."""
    import json

    with transaction.atomic(), connection.cursor() as cursor:
        given: dict[str, Any] = {"lease": LEASE_SECONDS, "batch": size}
        if apps is None:
            cursor.execute(_CLAIM, given)
        else:
            cursor.execute(_CLAIM_OF_APPS, given | {"apps": list(apps)})
        rows = cursor.fetchall()
    claimed = [
        Claimed(id, handler, attempts, event_id, name, payload if isinstance(payload, dict) else json.loads(payload))
        for id, handler, attempts, event_id, name, payload in rows
    ]
    return sorted(claimed, key=lambda one: (one.event_id, one.id))


def deliver_crowd(crowd: Sequence[Claimed]) -> int:
    """Run one subscriber for all of these at once; when that fails, for each alone, so that a bad one holds nobody back."""
    if len(crowd) > 1:
        try:
            return _deliver(crowd)
        except Exception:
            log.info("outbox: %s failed for %s events at once; now one by one", crowd[0].handler, len(crowd))
    return sum(deliver(claimed) for claimed in crowd)


def deliver(claimed: Claimed) -> bool:
    """Run one subscriber. True when its effect and its mark are committed; False when it failed or was taken away."""
    try:
        return _deliver([claimed]) == 1
    except Exception as error:
        _mark_failed(claimed, error)
        return False


def _deliver(crowd: Sequence[Claimed]) -> int:
    """Effects and marks in one transaction. Whose lease ran out is not done here: another worker holds it now."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_DONE, [[one.id for one in crowd], [one.attempts for one in crowd]])
            marked = {id for (id,) in cursor.fetchall()}
        mine = [one for one in crowd if one.id in marked]
        if mine and is_crowd(mine[0].name, mine[0].handler):
            handler = find_handler(mine[0].name, mine[0].handler)
            if handler is not None:
                handler([_event(one) for one in mine])
        else:
            for one in mine:
                _run(one)
    return len(mine)


def _crowds(batch: Sequence[Claimed]) -> list[list[Claimed]]:
    """In the order of their events; those of a subscriber that takes many together stand at the place of its first."""
    found: list[list[Claimed]] = []
    places: dict[tuple[str, str], list[Claimed]] = {}
    for one in batch:
        if not is_crowd(one.name, one.handler):
            found.append([one])
        elif (crowd := places.get((one.name, one.handler))) is not None:
            crowd.append(one)
        else:
            found.append(crowd := [one])
            places[one.name, one.handler] = crowd
    return found


def _run(claimed: Claimed) -> None:
    handler, listener = find_handler(claimed.name, claimed.handler), find_listener(claimed.handler)
    if (handler is None and listener is None) or claimed.name not in registered():
        raise LookupError(
            f"No subscriber {claimed.handler} for {claimed.name} in this version. "
            "Deploy the version that has it, or discard the delivery."
        )
    event = _event(claimed)
    if handler is not None:
        handler(event)
    elif listener is not None:
        listener(event, claimed.event_id)


def _event(claimed: Claimed) -> Event:
    return from_payload(claimed.name, claimed.payload)


def _mark_failed(claimed: Claimed, error: Exception) -> None:
    log.warning("outbox: %s failed for event %s", claimed.handler, claimed.event_id, exc_info=error)
    wait = min(5 * 2 ** (claimed.attempts - 1), 3600) * random.uniform(0.8, 1.2)  # noqa: S311
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _FAILED,
            {
                "wait": wait,
                "error": f"{type(error).__name__}: {error}"[:2000],
                "park": PARK_AFTER,
                "id": claimed.id,
                "attempts": claimed.attempts,
            },
        )
