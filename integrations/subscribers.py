"""What the site's machines hear of: events by name, because whoever publishes them may be a neighbour."""

from integrations.webhooks.routing import route
from outbox.clock import now
from outbox.events import Event
from outbox.subscribe import listener


@listener
def route_webhooks(event: Event, event_id: int) -> None:
    route(event, event_id, at=now())
