"""Publishing: the event is a row in the caller's transaction, so it exists exactly when its fact does."""

import json
from collections.abc import Sequence

from django.db import connection, transaction

from outbox import nudge
from outbox.events import Event, to_payload
from outbox.require import require_transaction
from outbox.subscribe import live_crowds, live_handlers, wanted_by


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
        {"name": event.name, "payload": to_payload(event), "at": event.at.isoformat(), "handlers": wanted_by(event)}
        for event in events
    ]
    with connection.cursor() as cursor:
        # One round trip for any number: the rows, and one delivery for each durable subscriber.
        cursor.execute("SELECT outbox_publish(%s)", [json.dumps(items)])
        deliveries = cursor.fetchone()[0]
    published(events, deliveries=deliveries)


def published(events: Sequence[Event], *, deliveries: int) -> None:
    """These events were written in this transaction, with so many deliveries: nudge after its commit.

    For actions whose own SQL function writes their events by `outbox_publish_one`; everybody else calls `publish`.
    """
    heard_live = [event for event in events if live_handlers(event.name) or live_crowds(event.name)]
    if deliveries or heard_live:
        transaction.on_commit(lambda: nudge.after_commit(heard_live, wants_worker=deliveries > 0))
