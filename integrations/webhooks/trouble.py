"""Telling an endpoint's owner that something does not arrive: at most one mail a day and kind, written when it leaves."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from integrations.webhooks.models import WebhookDelivery, WebhookEndpoint
from messaging.actions import queue_email
from messaging.rules import SERVICE
from messaging.slots import Composed, DeliveryCard, NothingToSay

KIND = "integrations.webhook_trouble"
PARKED, OFF = "parked", "off"


def tell(*, endpoint_id: int, what: str, at: datetime) -> None:
    """Queue the mail; without an owner it is only seen in the console."""
    endpoint = WebhookEndpoint.objects.filter(id=endpoint_id, owner__isnull=False).first()
    if endpoint is None or endpoint.owner_id is None:
        return
    cause = f"webhook:{endpoint.public_id}:{what}:{at:%Y-%m-%d}"
    queue_email(kind=KIND, cause=cause, member_id=endpoint.owner_id, purpose=SERVICE, at=at)


def compose(delivery: DeliveryCard, *, at: datetime) -> Composed | NothingToSay:
    """The mail, from how things stand when it leaves."""
    _webhook, public_id, what, *_day = delivery.cause.split(":")
    endpoint = WebhookEndpoint.objects.filter(public_id=public_id).first()
    if endpoint is None:
        return NothingToSay("endpoint_removed")
    if what == OFF:
        if endpoint.state != WebhookEndpoint.State.OFF:
            return NothingToSay("on_again")
        subject = _("The webhook “%(name)s” is switched off") % {"name": endpoint.name}
        text = _("We switched it off because %(why)s. Nothing more is sent to it until you switch it on.") % {
            "why": endpoint.get_why_off_display()
        }
    else:
        parked = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.PARKED).count()
        if not parked:
            return NothingToSay("nothing_parked")
        subject = _("Messages to the webhook “%(name)s” did not arrive") % {"name": endpoint.name}
        text = _("We tried ten times over three days. What was given up waits for you: it can be sent again.")
    url = settings.SITE_URL + reverse("integrations_webhook", args=[endpoint.public_id])
    return Composed(
        subject=subject,
        text=f"{text}\n\n{url}",
        html=format_html('<p>{}</p><p><a href="{}">{}</a></p>', text, url, _("See what happened")),
        because=_("You get this because the webhook is yours."),
    )
