"""Verbs on endpoints and deliveries. Endpoints belong to managers; the worker settles what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from integrations import outbound
from integrations.sealing import seal
from integrations.webhooks import catalogue, rules, signing
from integrations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from outbox.actions import listen
from outbox.ids import new_id
from outbox.nudge import send_later
from outbox.require import require_transaction

LISTENER = "integrations.subscribers.route_webhooks"
TASK = "integrations.tasks.send_webhooks"
MOST = 50


class EndpointRefused(Exception):
    """An endpoint that cannot be as asked; `field` is the place in the form ("" for all of it), the message says why."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class MadeEndpoint:
    """A new endpoint, or a new secret of an old one. `secret` exists in the clear only here: it is shown once."""

    id: int
    public_id: str
    secret: str


def make_endpoint(
    *,
    name: str,
    url: str,
    events: Sequence[str],
    by: int | None,
    at: datetime,
    scopes: Sequence[str] = (),
    asked_as: str | None = None,
) -> MadeEndpoint:
    """Tell this address of these events from the commit on. Raises EndpointRefused. The same form makes one endpoint only."""
    require_transaction()
    events = _checked(name, url, events, scopes)
    if WebhookEndpoint.objects.count() >= MOST:
        raise EndpointRefused(_("There are %(most)s endpoints already. Remove one first.") % {"most": MOST})
    secret, public_id = signing.new_secret(), new_id()
    try:
        with transaction.atomic():
            endpoint = WebhookEndpoint.objects.create(
                public_id=public_id,
                name=name.strip(),
                url=url,
                secret=seal(secret, place=place(public_id)),
                events=events,
                scopes=sorted(set(scopes)),
                owner_id=by,
                asked_as=asked_as,
                created_at=at,
            )
    except IntegrityError as error:
        raise EndpointRefused(
            _("This endpoint was made already, and its secret is not shown twice. Change its secret to see one.")
        ) from error
    choose_events()
    return MadeEndpoint(endpoint.pk, public_id, secret)


def change_endpoint(
    *,
    endpoint_id: int,
    name: str,
    url: str,
    events: Sequence[str],
    scopes: Sequence[str],
    by: int | None,
    at: datetime,
) -> None:
    """Another name, address, choice of events. What waits goes to the new address, without what it may no longer learn."""
    require_transaction()
    events = _checked(name, url, events, scopes)
    before = WebhookEndpoint.objects.select_for_update().get(id=endpoint_id)
    _withhold(before, set(before.scopes) - set(scopes), at)
    WebhookEndpoint.objects.filter(id=endpoint_id).update(
        name=name.strip(), url=url, events=events, scopes=sorted(set(scopes))
    )
    choose_events()


def _withhold(endpoint: WebhookEndpoint, lost: set[str], at: datetime) -> None:
    """Bodies are made when something happens and may be sent for days, or again: what a scope brought leaves them with it."""
    mine = WebhookDelivery.objects.filter(endpoint=endpoint)
    if "personal" in lost:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE integrations_webhookdelivery SET body = (body::jsonb #- '{data,person}')::text "
                "WHERE endpoint_id = %s AND body::jsonb #> '{data,person}' IS NOT NULL",
                [endpoint.pk],
            )
    if "staff" in lost:
        told = mine.filter(type__in=[entry.type for entry in catalogue.entries().values() if entry.staff])
        WebhookAttempt.objects.filter(delivery__in=told).delete()
        told.delete()


def _checked(name: str, url: str, events: Sequence[str], scopes: Sequence[str]) -> list[str]:
    if not name.strip() or len(name) > 80:
        raise EndpointRefused(_("Give it a name of at most 80 characters."), "name")
    try:
        outbound.check_url(url)
    except outbound.Unreachable as error:
        raise EndpointRefused(words_of(error.code), "url") from error
    known = catalogue.entries()
    if not events or any(event not in known for event in events):
        raise EndpointRefused(_("Choose at least one event of the list."), "events")
    if any(scope not in rules.SCOPES for scope in scopes):
        raise EndpointRefused(_("Choose scopes of the list."), "scopes")
    if "staff" not in scopes and (staff := [event for event in events if known[event].staff]):
        raise EndpointRefused(
            _("%(events)s: these tell how people stand with you, so the endpoint needs the scope for staff.")
            % {"events": ", ".join(sorted(staff))},
            "scopes",
        )
    return sorted(set(events))


def words_of(code: str) -> str:
    """Why an address is not called, for a manager."""
    words = {
        "scheme": _("The address must begin with https://."),
        "own": _("This is our own address. Webhooks go to other machines."),
        "port": _("Only the usual port of https (443) is called."),
        "not_public": _("This name leads to an address that is not public: an inner network, or this machine."),
        "lookup": _("Nobody knows this name at the moment. Is it spelled rightly?"),
        "connect": _("Nobody answered at this address."),
        "slow": _("No answer within the time."),
        "answer": _("The connection was made, but there was no answer that we understand. Is its certificate valid?"),
    }
    return words.get(code) or _(
        "This is no address of the internet that we may call. Write https://shop.example.com/hooks."
    )


def rotate_secret(*, endpoint_id: int, by: int | None, at: datetime) -> MadeEndpoint:
    """A new secret; for 24 hours the one before signs too, so that the receiver changes without losing anything."""
    require_transaction()
    endpoint = WebhookEndpoint.objects.select_for_update().get(id=endpoint_id)
    secret = signing.new_secret()
    WebhookEndpoint.objects.filter(id=endpoint_id).update(
        old_secret=bytes(endpoint.secret),
        old_secret_until=at + rules.OLD_SECRET_SIGNS,
        secret=seal(secret, place=place(endpoint.public_id)),
    )
    return MadeEndpoint(endpoint.pk, endpoint.public_id, secret)


def pause(*, endpoint_id: int, by: int | None, at: datetime) -> bool:
    """Send nothing for a while; events are kept for it. False when it was not active."""
    require_transaction()
    active = WebhookEndpoint.objects.filter(id=endpoint_id, state=WebhookEndpoint.State.ACTIVE)
    return bool(active.update(state=WebhookEndpoint.State.PAUSED))


def resume(*, endpoint_id: int, by: int | None, at: datetime) -> bool:
    """Send again, at once: what was kept while it was paused. What happened while it was off is sent by `replay`."""
    require_transaction()
    stopped = WebhookEndpoint.objects.filter(id=endpoint_id).exclude(state=WebhookEndpoint.State.ACTIVE)
    changed = stopped.update(
        state=WebhookEndpoint.State.ACTIVE, why_off="", failures=0, failing_since=None, slow_until=None
    )
    choose_events()
    _wake()
    return bool(changed)


def switch_off(*, endpoint_id: int, why: str, by: int | None, at: datetime) -> bool:
    """Tell it nothing more. What waits is given up. False when it was off."""
    require_transaction()
    on = WebhookEndpoint.objects.filter(id=endpoint_id).exclude(state=WebhookEndpoint.State.OFF)
    if not on.update(state=WebhookEndpoint.State.OFF, why_off=why, replay_since=None, replay_until=None):
        return False
    WebhookDelivery.objects.filter(endpoint_id=endpoint_id, state=WebhookDelivery.State.DUE).update(
        state=WebhookDelivery.State.PARKED, settled_at=at, claimed_until=None
    )
    choose_events()
    return True


def remove(*, endpoint_id: int, by: int | None, at: datetime) -> bool:
    """Forget the endpoint with all that was sent to it."""
    require_transaction()
    WebhookAttempt.objects.filter(delivery__endpoint_id=endpoint_id).delete()
    gone = WebhookEndpoint.objects.filter(id=endpoint_id).delete()[0]
    choose_events()
    return bool(gone)


def choose_events() -> None:
    """Ask the outbox for what endpoints want: with none of them, nothing."""
    require_transaction()
    wanted: set[str] = set()
    for events in WebhookEndpoint.objects.exclude(state=WebhookEndpoint.State.OFF).values_list("events", flat=True):
        wanted.update(events)
    listen(handler=LISTENER, names=catalogue.sources_of(wanted))


def ping(*, endpoint_id: int, by: int | None, at: datetime) -> int:
    """Queue a test message for the endpoint; the delivery's id."""
    require_transaction()
    endpoint = WebhookEndpoint.objects.get(id=endpoint_id)
    body = catalogue.body(rules.PING, 1, at, {"endpoint": endpoint.public_id})
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, type=rules.PING, body=body, occurred_at=at, due_at=at, created_at=at
    )
    return delivery.pk


def send_again(*, delivery_ids: Sequence[int], by: int | None, at: datetime) -> int:
    """Send these once more, under the ids they had; how many. One in a worker's hands at this moment is left there."""
    require_transaction()
    chosen = WebhookDelivery.objects.filter(id__in=list(delivery_ids)).exclude(
        endpoint__state=WebhookEndpoint.State.OFF
    )
    count = due_again(chosen, at)
    _wake()
    return count


def due_again(chosen: QuerySet[WebhookDelivery], at: datetime) -> int:
    settled = chosen.exclude(state=WebhookDelivery.State.DUE).update(
        state=WebhookDelivery.State.DUE, attempts=0, due_at=at, settled_at=None, claimed_until=None
    )
    free = chosen.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=at), state=WebhookDelivery.State.DUE)
    return settled + free.filter(due_at__gt=at).update(due_at=Least(F("due_at"), at))


def replay(*, endpoint_id: int, since: datetime, until: datetime, by: int | None, at: datetime) -> bool:
    """Send everything that happened in this span again, and what was missed while it was off. The worker does it, page by
    page. At most 30 days back. False while it is off."""
    require_transaction()
    since, until = max(since, at - rules.KEPT), min(until, at)
    if since >= until:
        raise EndpointRefused(_("Choose a span of the last 30 days, its beginning before its end."))
    asked = WebhookEndpoint.objects.filter(id=endpoint_id).exclude(state=WebhookEndpoint.State.OFF)
    changed = asked.update(replay_since=since, replay_until=until, replay_after=0)
    _wake()
    return bool(changed)


def forget_old(*, at: datetime, limit: int = 10_000) -> int:
    """Delete what is older than 30 days; how many deliveries went. Due ones stay, whatever their age."""
    require_transaction()
    before = at - rules.KEPT
    tries = WebhookAttempt.objects.filter(at__lt=before).order_by("at").values("id")[:limit]
    WebhookAttempt.objects.filter(id__in=tries).delete()
    settled = WebhookDelivery.objects.filter(settled_at__lt=before).exclude(state=WebhookDelivery.State.DUE)
    old = list(settled.order_by("settled_at").values_list("id", flat=True)[:limit])
    WebhookAttempt.objects.filter(delivery_id__in=old).delete()
    WebhookDelivery.objects.filter(id__in=old).delete()
    return len(old)


def place(public_id: str) -> str:
    """Where a secret is sealed for."""
    return f"webhook:{public_id}"


def _wake() -> None:
    transaction.on_commit(lambda: send_later(TASK))
