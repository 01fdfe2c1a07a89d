"""What the console shows of endpoints and deliveries."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from integrations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

PAGE = 50


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint with how much waits and was given up."""

    endpoint: WebhookEndpoint
    due: int
    parked: int


def endpoints() -> list[EndpointRow]:
    """All endpoints, oldest first. Two statements."""
    counts = {
        row["endpoint_id"]: (int(row["due"]), int(row["parked"]))
        for row in WebhookDelivery.objects.exclude(state=WebhookDelivery.State.DONE)
        .values("endpoint_id")
        .annotate(due=Count("id", filter=Q(state="due")), parked=Count("id", filter=Q(state="parked")))
    }
    rows = WebhookEndpoint.objects.select_related("owner").order_by("id")
    return [EndpointRow(one, *counts.get(one.pk, (0, 0))) for one in rows]


def find(*, public_id: str) -> WebhookEndpoint | None:
    return WebhookEndpoint.objects.select_related("owner").filter(public_id=public_id).first()


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery with its attempts, the last one first."""

    delivery: WebhookDelivery
    tries: list[WebhookAttempt] = field(default_factory=list)

    @property
    def last(self) -> WebhookAttempt | None:
        return self.tries[0] if self.tries else None


@dataclass(frozen=True)
class Page:
    rows: list[DeliveryRow]
    next_before: int | None


def deliveries(
    *, endpoint_id: int, state: str = "", type: str = "", since: datetime | None = None, before: int | None = None
) -> Page:
    """A page of an endpoint's deliveries, newest first. Two statements."""
    rows = WebhookDelivery.objects.filter(endpoint_id=endpoint_id).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if type:
        rows = rows.filter(type=type)
    if since:
        rows = rows.filter(occurred_at__gte=since)
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    shown = {one.pk: DeliveryRow(one) for one in found[:PAGE]}
    for attempt in WebhookAttempt.objects.filter(delivery_id__in=shown).order_by("-id"):
        shown[attempt.delivery_id].tries.append(attempt)
    return Page(list(shown.values()), found[PAGE - 1].pk if len(found) > PAGE else None)


CHECKS: dict[str, str] = {
    "nothing is in a worker's hands beyond its lease": """
        SELECT delivery.id FROM integrations_webhookdelivery AS delivery
        JOIN integrations_webhookendpoint AS endpoint ON endpoint.id = delivery.endpoint_id
        WHERE delivery.state = 'due' AND delivery.claimed_until < %(at)s - interval '10 minutes' AND endpoint.state = 'active'
            AND endpoint.failing_since IS NULL AND (endpoint.slow_until IS NULL OR endpoint.slow_until < %(at)s)""",
    "a machine that answers waits for nothing longer than ten minutes": """
        SELECT delivery.id FROM integrations_webhookdelivery AS delivery
        JOIN integrations_webhookendpoint AS endpoint ON endpoint.id = delivery.endpoint_id
        WHERE delivery.state = 'due' AND delivery.due_at < %(at)s - interval '10 minutes' AND endpoint.state = 'active'
            AND endpoint.failing_since IS NULL AND (endpoint.slow_until IS NULL OR endpoint.slow_until < %(at)s)""",
    "what is settled is in nobody's hands, and what was delivered was taken": """
        SELECT delivery.id FROM integrations_webhookdelivery AS delivery
        WHERE delivery.state <> 'due' AND delivery.claimed_until IS NOT NULL
           OR delivery.state = 'done' AND delivery.attempts = 0""",
}
"""What must be true whatever happened: each statement gives the ids that break it."""
