"""What a person may do with a parked delivery."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from outbox.models import Heartbeat, Listening
from outbox.require import require_transaction


def retry_parked(*, delivery_ids: Sequence[int], by: int | None, at: datetime) -> int:
    """Make parked deliveries due again with a fresh count of attempts. Returns how many were parked."""
    require_transaction()
    # Deliveries are claimed by the database's own clock, so they are made due by it too.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_eventdelivery SET parked_at = NULL, attempts = 0, due_at = clock_timestamp() "
            "WHERE id = ANY(%s) AND parked_at IS NOT NULL",
            [list(delivery_ids)],
        )
        return int(cursor.rowcount)


def listen(*, handler: str, names: Iterable[str]) -> None:
    """From the commit on the listener (its stored name, see `subscribe.handler_name`) gets the events of exactly these names."""
    require_transaction()
    wanted = set(names)
    Listening.objects.filter(handler=handler).exclude(name__in=wanted).delete()
    Listening.objects.bulk_create(
        [Listening(handler=handler, name=name) for name in sorted(wanted)], ignore_conflicts=True
    )


def beat_seen(*, name: str, at: datetime) -> None:
    """Note that a process is alive."""
    require_transaction()
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": at})


def forget_done(*, before: datetime, limit: int = 10_000) -> int:
    """Delete old events whose deliveries are all done. Returns how many deliveries went."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM outbox_eventdelivery WHERE id IN (SELECT id FROM outbox_eventdelivery "
            "WHERE done_at < %s ORDER BY id LIMIT %s)",
            [before, limit],
        )
        deleted = cursor.rowcount
        cursor.execute(
            "DELETE FROM outbox_storedevent WHERE id IN (SELECT event.id FROM outbox_storedevent AS event "
            "WHERE event.stored_at < %s AND NOT EXISTS (SELECT 1 FROM outbox_eventdelivery AS delivery "
            "WHERE delivery.event_id = event.id) ORDER BY event.id LIMIT %s)",
            [before, limit],
        )
    return int(deleted)
