"""Asking each shop what changed, every half hour: webhooks make it fast, this makes it right (specs: integrations 8).

One page at a time: what was found and where to go on are one transaction, so a run that is cut off goes on from there. What
a message told already is passed over; what no message told is kept as a message of its own and takes the same way.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from integrations.outbound import Unreachable
from integrations.sealing import Unreadable
from integrations.shops import actions, adapters, asking, hooks
from integrations.shops.adapters.shapes import BadMessage, Json, Whole, revision
from integrations.shops.models import InboundMessage, Shop
from integrations.shops.rules import ASK_EVERY, IN_FLIGHT, OVERLAP
from outbox.clock import now
from outbox.require import require_transaction

log = logging.getLogger(__name__)

PAGES_AT_ONCE = 40
"""Pages of one shop in one run; the next minute goes on."""
LEASE_MINUTES, REST_MINUTES = 5, 5


@dataclass(frozen=True)
class Found:
    """What a page of answers brought: seen, of them passed on because no message had told them."""

    seen: int
    passed_on: int


def ask_due() -> int:
    """Ask every shop whose time has come. Returns how many pages were read."""
    return sum(ask(shop_id) for shop_id in _due())


def _due() -> list[int]:
    due = Shop.objects.filter(state=Shop.State.CONNECTED, ask_due_at__lte=now()).exclude(token=b"")
    return list(due.order_by("ask_due_at").values_list("pk", flat=True)[:50])


def ask(shop_id: int) -> int:
    """Go on asking one shop, if nobody else does. Returns how many pages were read."""
    at = now()
    with transaction.atomic(durable=True):
        shop = actions.claim_to_ask(shop_id=shop_id, minutes=LEASE_MINUTES, at=at)
    if shop is None or not asking.can_be_asked(shop):
        return 0
    where = shop.ask or _beginning(shop, at)
    pages = 0
    try:
        for _turn in range(PAGES_AT_ONCE):
            page = asking.changed_orders(shop, where)
            pages += 1
            with transaction.atomic(durable=True), translation.override(None):
                take(shop, page.orders, at=at)
                _go_on(shop, where, page, at)
            if page.next is None:
                hooks.keep_alive(shop)
            if page.next is None or page.wait:
                return pages
            where = page.next
        with transaction.atomic(durable=True):
            actions.ask_later(shop_id=shop.pk, minutes=0, problem="", at=at)
    except (asking.NotAnswered, Unreachable, BadMessage, Unreadable) as error:
        _note(shop, error, at)
    return pages


def _beginning(shop: Shop, at: datetime) -> dict[str, Any]:
    since = (shop.asked_until or shop.created_at) - OVERLAP
    return {"since": asking.started(since), "started": asking.started(at)}


def _go_on(shop: Shop, where: dict[str, Any], page: asking.Page, at: datetime) -> None:
    if page.next is None:
        until = datetime.fromisoformat(where["started"])
        actions.asked_all(shop_id=shop.pk, until=until, again_at=at + ASK_EVERY, at=at)
    else:
        actions.asked_page(shop_id=shop.pk, where=page.next, wait=page.wait, at=at)


def _note(shop: Shop, error: Exception, at: datetime) -> None:
    code = getattr(error, "code", "token_unreadable")
    wait = getattr(error, "wait", 0)
    log.warning("shops: %s did not answer: %s", shop.source, code)
    with transaction.atomic(durable=True):
        actions.ask_later(shop_id=shop.pk, minutes=wait / 60 or REST_MINUTES, problem=code, at=at)


def take(shop: Shop, orders: tuple[Json, ...], *, at: datetime) -> Found:
    """Keep as messages the orders that no message told as they are now."""
    require_transaction()
    topic = adapters.ASKED_TOPIC[shop.kind]
    found: list[tuple[bytes, str, str, str]] = []
    for order in orders:
        raw = asking.as_bytes({"order": order} if shop.kind == Shop.Kind.SALEOR else order)
        try:
            said = adapters.understand(shop.kind, topic, raw, source=shop.source, currency=shop.currency)
        except BadMessage:
            found.append((raw, str(order.get("id"))[:120], "", ""))  # kept, so that it fails where it is seen
            continue
        if isinstance(said, Whole) and said.order.revision <= revision(at - IN_FLIGHT):
            found.append((raw, said.order.external_id, said.order.revision, said.order.fingerprint))
    told = _told(shop, [one[1] for one in found])
    missing = [one for one in found if one[1:] not in told]
    for raw, external_id, changed, fingerprint in missing:
        actions.keep(
            shop_id=shop.pk,
            key=f"asked {external_id} {changed} {fingerprint or raw!r}",
            topic=topic,
            delivery_id="",
            about=(external_id, ""),
            headers={},
            raw=raw,
            at=at,
            origin=InboundMessage.Origin.ASKED,
            missed=True,
        )
    return Found(len(orders), len(missing))


def _told(shop: Shop, external_ids: list[str]) -> set[tuple[str, str, str]]:
    """What messages told of these orders, in one statement. What failed was not heard."""
    rows = InboundMessage.objects.filter(shop=shop, external_id__in=external_ids).exclude(
        verdict=InboundMessage.Verdict.FAILED
    )
    return set(rows.values_list("external_id", "revision", "fingerprint"))
