"""What the status page and the tests ask of the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from outbox.models import EventDelivery, Heartbeat, StoredEvent

PROVED = "promises hold"
"""The name under which it is noted that every promise was found to hold."""


@dataclass(frozen=True)
class OutboxStatus:
    """Counts of deliveries by state, the age of the oldest pending one, beat's last sign of life.

    `proved_at`: when every promise of the site was last found to hold (`manage.py verify`).
    """

    pending: int
    parked: int
    oldest_pending: datetime | None
    beat_seen_at: datetime | None
    proved_at: datetime | None = None


def state() -> tuple[int, int]:
    """Another pair after each commit that published anything; for caches of what is published, two statements.

    The newest number alone would miss a commit that comes late under a lower number, so the last ones are counted too.
    """
    newest = StoredEvent.objects.order_by().aggregate(newest=Max("id"))["newest"] or 0
    return newest, StoredEvent.objects.filter(id__gt=newest - 500).count()


def status() -> OutboxStatus:
    counts = EventDelivery.objects.filter(done_at__isnull=True).aggregate(
        pending=Count("id", filter=Q(parked_at__isnull=True)),
        parked=Count("id", filter=Q(parked_at__isnull=False)),
        oldest=Min("event__stored_at", filter=Q(parked_at__isnull=True)),
    )
    seen = dict(Heartbeat.objects.filter(name__in=["beat", PROVED]).values_list("name", "seen_at"))
    return OutboxStatus(counts["pending"], counts["parked"], counts["oldest"], seen.get("beat"), seen.get(PROVED))


@dataclass(frozen=True)
class Parked:
    """A delivery that needs a person."""

    id: int
    event: str
    handler: str
    occurred_at: datetime
    error: str


def parked(*, limit: int) -> list[Parked]:
    """The newest parked deliveries."""
    rows = EventDelivery.objects.filter(parked_at__isnull=False).order_by("-parked_at")[:limit]
    return [
        Parked(*row) for row in rows.values_list("id", "event__name", "handler", "event__occurred_at", "last_error")
    ]


@dataclass(frozen=True)
class Fact:
    """An event as it is stored."""

    id: int
    name: str
    payload: dict[str, Any]


def facts(*, names: Sequence[str], since: datetime, until: datetime, after: int = 0, limit: int = 500) -> list[Fact]:
    """Events of these names that happened in this span, in the order of their rows, page by page."""
    rows = StoredEvent.objects.filter(
        name__in=names, occurred_at__gte=since, occurred_at__lte=until, id__gt=after
    ).order_by("id")[:limit]
    return [Fact(*row) for row in rows.values_list("id", "name", "payload")]


CHECKS: dict[str, str] = {
    # One delivery per event and subscriber, done or parked but not both: constraints hold these.
    "nothing waits for more than ten minutes unless somebody parked it or it is tried again later": """
        SELECT id FROM outbox_eventdelivery WHERE done_at IS NULL AND parked_at IS NULL
            AND due_at < statement_timestamp() - interval '10 minutes'""",
}
"""What must be true whatever happened: each statement gives the ids that break it."""
