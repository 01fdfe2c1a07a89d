"""Publishing: the event is a row in the caller's transaction, so it exists exactly when its fact does."""

import json
import uuid
from collections.abc import Sequence

from django.db import connection, transaction

from outbox import nudge
from outbox.events import Event, to_payload
from outbox.require import require_transaction
from outbox.subscribe import durable_handlers, live_handlers

# One round trip for any number of events: the rows, and one delivery for each durable subscriber. Who chose names at run
# time (webhooks) is read in the same statement, so that no event between the choice and the next restart is missed.
_INSERT = """
WITH fact AS (
    SELECT (item->>'uid')::uuid AS uid, item->>'name' AS name, item->'payload' AS payload,
           (item->>'at')::timestamptz AS at, item->'handlers' AS handlers
    FROM jsonb_array_elements(%s::jsonb) AS item
), stored AS (
    INSERT INTO outbox_storedevent (uid, name, payload, occurred_at, stored_at)
    SELECT uid, name, payload, at, clock_timestamp() FROM fact RETURNING id, uid
)
INSERT INTO outbox_eventdelivery (event_id, handler, attempts, due_at, last_error)
SELECT stored.id, handler, 0, clock_timestamp(), ''
FROM stored JOIN fact USING (uid), jsonb_array_elements_text(fact.handlers) AS handler
UNION ALL
SELECT stored.id, chosen.handler, 0, clock_timestamp(), ''
FROM stored JOIN fact USING (uid) JOIN outbox_listening AS chosen ON chosen.name = fact.name
"""


def publish(*events: Event) -> None:
    """Store events (and one delivery per durable subscriber) in the current transaction; nudge after its commit.

    Raises TransactionRequired outside a transaction. Nothing leaves before the commit.
    """
    require_transaction()
    publish_many(events)


def publish_many(events: Sequence[Event]) -> None:
    """The same for a crowd: one statement."""
    require_transaction()
    if not events:
        return
    items = [
        {
            "uid": str(uuid.uuid4()),
            "name": event.name,
            "payload": to_payload(event),
            "at": event.at.isoformat(),
            "handlers": list(durable_handlers(event.name)),
        }
        for event in events
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [json.dumps(items)])
        wants_worker = cursor.rowcount > 0
    heard_live = [event for event in events if live_handlers(event.name)]
    if wants_worker or heard_live:
        transaction.on_commit(lambda: nudge.after_commit(heard_live, wants_worker=wants_worker))
