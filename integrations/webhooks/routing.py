"""From an event to its deliveries: one row for each endpoint that wants it and may know it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from integrations.webhooks import catalogue, rules
from integrations.webhooks.actions import TASK, due_again
from integrations.webhooks.models import WebhookDelivery, WebhookEndpoint
from members import queries as members
from outbox.events import Event, to_payload
from outbox.nudge import send_later
from outbox.queries import Fact, facts
from outbox.require import require_transaction

REPLAY_PAGE = 500


def route(event: Event, event_id: int, *, at: datetime) -> int:
    """Queue the event for every endpoint that wants it; how many. Twice is once."""
    require_transaction()
    payload = to_payload(event)
    entry = catalogue.entry_for(event.name, payload)
    if entry is None:
        return 0
    wanting = WebhookEndpoint.objects.filter(events__contains=[entry.type]).exclude(state=WebhookEndpoint.State.OFF)
    rows = _rows(entry, payload, event_id, [one for one in wanting if may_know(one, entry)], at)
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(lambda: send_later(TASK))
    return len(rows)


def may_know(endpoint: WebhookEndpoint, entry: catalogue.Entry) -> bool:
    """The last word on `staff`: an endpoint that lost the scope gets nothing, whatever it once chose."""
    return not entry.staff or "staff" in endpoint.scopes


def _rows(
    entry: catalogue.Entry,
    payload: Mapping[str, Any],
    event_id: int,
    endpoints: Iterable[WebhookEndpoint],
    at: datetime,
) -> list[WebhookDelivery]:
    wanting = list(endpoints)
    if not wanting:
        return []
    data, happened = entry.data(payload), datetime.fromisoformat(payload["at"])
    person: dict[str, Any] = {}
    if entry.person and any("personal" in one.scopes for one in wanting):
        person = {"person": _person(payload.get(entry.person))}
    rows = []
    for one in wanting:
        known = data | person if "personal" in one.scopes else data
        rows.append(
            WebhookDelivery(
                endpoint=one,
                event_id=event_id,
                type=entry.type,
                body=catalogue.body(entry.type, entry.version, happened, known),
                occurred_at=happened,
                due_at=at,
                created_at=at,
            )
        )
    return [row for row in rows if len(row.body.encode()) <= rules.BODY_MOST]


def _person(member_id: int | None) -> dict[str, Any] | None:
    card = members.member_card(member_id=member_id) if member_id else None
    if card is None:
        return None
    return {"username": card.username, "name": card.name, "email": members.verified_email(member_id=card.id)}


def replay_page(*, at: datetime) -> bool:
    """One page of one replay that a manager asked for. False when none waits."""
    require_transaction()
    asked = WebhookEndpoint.objects.select_for_update(skip_locked=True).filter(
        state=WebhookEndpoint.State.ACTIVE, replay_since__isnull=False
    )
    endpoint = asked.order_by("id").first()
    if endpoint is None or endpoint.replay_since is None or endpoint.replay_until is None:
        return False
    page = facts(
        names=sorted(catalogue.sources_of(set(endpoint.events))),
        since=endpoint.replay_since,
        until=endpoint.replay_until,
        after=endpoint.replay_after,
        limit=REPLAY_PAGE,
    )
    _send_page(endpoint, page, at)
    mine = WebhookEndpoint.objects.filter(id=endpoint.pk)
    if len(page) == REPLAY_PAGE:
        mine.update(replay_after=page[-1].id)
    else:
        mine.update(replay_since=None, replay_until=None, replay_after=0)
    return True


def _send_page(endpoint: WebhookEndpoint, page: list[Fact], at: datetime) -> None:
    known = WebhookDelivery.objects.filter(endpoint=endpoint, event_id__in=[fact.id for fact in page])
    due_again(known, at)
    there = set(known.values_list("event_id", flat=True))
    rows: list[WebhookDelivery] = []
    for fact in page:
        entry = catalogue.entry_for(fact.name, fact.payload)
        if fact.id in there or entry is None or entry.type not in endpoint.events or not may_know(endpoint, entry):
            continue
        rows += _rows(entry, fact.payload, fact.id, [endpoint], at)
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
