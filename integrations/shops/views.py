"""The door that shops send to: bytes first, then the signature, then kept; everything else is the workers'."""

import logging

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.answers import as_answer
from integrations.problems import Problem
from integrations.shops import actions, adapters, queries, verifying
from integrations.shops.models import Shop
from integrations.shops.rules import RAW_MOST, delivery_of, message_key
from outbox.clock import now

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep one message of a shop: 200 when it is kept or was kept before, 401 when the shop did not sign it."""
    try:
        return JsonResponse({"kept": _keep(request, public_id)})
    except Problem as problem:
        return as_answer(request, problem)


def _keep(request: HttpRequest, public_id: str) -> bool:
    shop = queries.open_shop(public_id=public_id) if len(public_id) <= 16 and public_id.isalnum() else None
    if shop is None:
        raise Problem("not_found")
    raw = _raw(request)
    headers = {name.lower(): value for name, value in request.headers.items() if "\0" not in value}
    at = now()
    if verifying.is_greeting(shop, headers, raw):
        return False
    if not verifying.is_genuine(shop, headers, raw, at=at):
        _refuse(shop)
    topic = adapters.topic_of(shop.kind, headers, raw)
    try:
        with transaction.atomic(durable=True):
            return actions.keep(
                shop_id=shop.pk,
                key=message_key(shop.kind, topic, headers, raw),
                topic=topic,
                delivery_id=delivery_of(headers),
                about=adapters.about(shop.kind, topic, raw, at),
                headers=headers,
                raw=raw,
                at=at,
            )
    except actions.DeliveryReused as error:
        detail = _("This number was used for another body. Use a new webhook-id for a new message.")
        raise Problem("conflict", detail) from error


def _raw(request: HttpRequest) -> bytes:
    """The bytes as they came, before any parser."""
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > RAW_MOST:
        raise Problem("body_too_large", _("A message has at most 2 MB."))
    return request.body


def _refuse(shop: Shop) -> None:
    log.warning("shops: a message to %s was not signed by it", shop.source)
    with transaction.atomic(durable=True):
        actions.count_refused(shop_id=shop.pk, at=now())
    detail = _("The signature does not fit these bytes. Check the secret, and that nothing between changes the body.")
    raise Problem("unauthorized", detail, headers={"WWW-Authenticate": 'Signature realm="shops"'})
