"""The workers' part: a kept message becomes at most one action of loyalty, once, whoever dies in between.

A message is claimed for a lease, the shop is asked without a transaction when the message alone does not say enough, and
then the effect and the message's verdict are one transaction.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from django.db import OperationalError, transaction
from django.db.models import F, Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.outbound import Unreachable
from integrations.sealing import Unreadable
from integrations.shops import actions, adapters, asking
from integrations.shops.adapters import woocommerce
from integrations.shops.adapters.shapes import (
    Ask,
    BadMessage,
    Deleted,
    Json,
    Nothing,
    Privacy,
    Refunded,
    Said,
    Whole,
    moment,
    read,
)
from integrations.shops.models import InboundMessage, Shop
from integrations.shops.rules import TRIES
from loyalty import actions as loyalty
from loyalty.actions import BadOrder, RecordedOrder
from loyalty.canonical import CanonicalOrder, PaymentState
from outbox.clock import now

log = logging.getLogger(__name__)
Answered = TypeVar("Answered")

LEASE = timedelta(seconds=120)
BATCH = 50
Verdict = InboundMessage.Verdict


class _Contradicted(Exception):
    """Another body under the same revision: whoever can be asked decides."""


class _Away(Exception):
    """Somebody else is away; `wait`: seconds until it is worth another try."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.code, self.wait = code, wait


@dataclass(frozen=True)
class _Outcome:
    verdict: str
    problem: str = ""
    detail: str = ""
    points: int = 0
    order: CanonicalOrder | None = None
    fingerprint: str = ""
    contradicts: bool = False


def take_in(limit: int = 5_000) -> int:
    """Work on every message that is due, oldest first. Returns how many came to an end."""
    ended = seen = 0
    while seen < limit and (claimed := _claim(min(BATCH, limit - seen))):
        seen += len(claimed)
        ended += sum(work(message_id) for message_id in claimed)
    return ended


def _claim(size: int) -> list[int]:
    at = now()
    with transaction.atomic(durable=True):
        due = InboundMessage.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            verdict=Verdict.WAITING, due_at__lte=at, shop__state=Shop.State.CONNECTED
        )
        ids = list(due.order_by("due_at", "id").values_list("id", flat=True)[:size])
        InboundMessage.objects.filter(id__in=ids).update(attempts=F("attempts") + 1, due_at=at + LEASE)
    return ids


def work(message_id: int) -> bool:
    """Work on one claimed message. True when it came to an end, False when it waits for another try."""
    message = InboundMessage.objects.select_related("shop").get(pk=message_id)
    at = now()
    try:
        with translation.override(None):
            outcome = _outcome(message, at)
    except (BadMessage, BadOrder) as bad:
        outcome = _Outcome(Verdict.FAILED, bad.code, f"{bad.field}: {bad.message}" if bad.field else bad.message)
    except _Away as away:
        return _again(message, away.code, away.wait, at)
    except OperationalError:
        log.warning("shops: message %s tries again", message.public_id, exc_info=True)
        return _again(message, "database_busy", 0, at)
    except Exception:
        log.exception("shops: message %s cannot be worked on", message.public_id)
        return _again(message, "unexpected", 0, at)
    if outcome.verdict == Verdict.FAILED:
        with transaction.atomic(durable=True):
            _close(message, outcome, at)
    return True


def _again(message: InboundMessage, code: str, wait: int, at: datetime) -> bool:
    """Later, or given up for a person to look at."""
    given_up = message.attempts >= TRIES
    changes = {"problem": code[:40], "due_at": at + max(actions.next_try(message.attempts), timedelta(seconds=wait))}
    if given_up:
        changes |= {"verdict": Verdict.FAILED, "processed_at": at}
    with transaction.atomic(durable=True):
        InboundMessage.objects.filter(pk=message.pk, verdict=Verdict.WAITING, attempts=message.attempts).update(
            **changes
        )
    return given_up


def _outcome(message: InboundMessage, at: datetime) -> _Outcome:
    if message.raw_removed_at is not None:
        return _Outcome(Verdict.FAILED, "body_gone", _("The body was removed before it could be read."))
    said = _understand(message)
    if isinstance(said, Ask):
        if not asking.can_be_asked(message.shop):
            return _Outcome(Verdict.FAILED, "must_be_asked", said.message)
        asked = _ask_for(message, said.order_external_id)
        if asked is None:
            return _Outcome(Verdict.NO_EFFECT, "gone", _("The shop has this order no more."))
        said = asked
    try:
        return _act(message, said, None, at)
    except _Contradicted:
        assert isinstance(said, Whole)  # noqa: S101  nothing else contradicts
        return _act(message, said, _ask_for(message, said.order.external_id), at)


def _understand(message: InboundMessage) -> Said:
    """What the message says; where WooCommerce tells of refunds, with their lines."""
    shop, raw = message.shop, bytes(message.raw)
    refunds: list[Json] = []
    if shop.kind == Shop.Kind.WOOCOMMERCE and message.topic in woocommerce.ORDERS and asking.can_be_asked(shop):
        body = read(raw)
        if woocommerce.refunded(body):
            refunds = _asked(lambda: asking.refunds_of(shop, str(body.get("id"))))
    return adapters.understand(
        shop.kind, message.topic, raw, source=shop.source, currency=shop.currency, refunds=refunds
    )


def _ask_for(message: InboundMessage, external_id: str) -> Whole | None:
    """The order as the shop has it now."""
    shop = message.shop
    found = _asked(lambda: asking.one_order(shop, external_id))
    if not found:
        return None
    refunds: list[Json] = []
    if shop.kind == Shop.Kind.WOOCOMMERCE and woocommerce.refunded(found):
        refunds = _asked(lambda: asking.refunds_of(shop, external_id))
    body = asking.as_bytes({"order": found} if shop.kind == Shop.Kind.SALEOR else found)
    topic = adapters.ASKED_TOPIC[shop.kind]
    said = adapters.understand(shop.kind, topic, body, source=shop.source, currency=shop.currency, refunds=refunds)
    return said if isinstance(said, Whole) else None


def _asked(question: Callable[[], Answered]) -> Answered:
    try:
        return question()
    except asking.NotAnswered as error:
        raise _Away(error.code, error.wait) from error
    except Unreachable as error:
        raise _Away(f"unreachable_{error.code}") from error
    except Unreadable as error:
        raise _Away("token_unreadable") from error


def _act(message: InboundMessage, said: Said, asked: Whole | None, at: datetime) -> _Outcome:
    """The effect and the verdict, in one transaction; whoever came second finds nothing left to do."""
    with transaction.atomic(durable=True):
        held = InboundMessage.objects.select_for_update().filter(
            pk=message.pk, verdict=Verdict.WAITING, attempts=message.attempts
        )
        if held.values_list("pk", flat=True).first() is None:
            return _Outcome(Verdict.UNCHANGED)
        outcome = _effect(message, said, asked, at)
        if outcome.verdict != Verdict.FAILED:
            _close(message, outcome, at)
    return outcome


def _effect(message: InboundMessage, said: Said, asked: Whole | None, at: datetime) -> _Outcome:
    if isinstance(said, Whole):
        return _record(message, said, asked, at)
    if isinstance(said, Refunded):
        return _refund(message, said, at)
    if isinstance(said, Deleted):
        return _delete(message, said, at)
    if isinstance(said, Privacy):
        return _privacy(message, said, at)
    code = said.code if isinstance(said, Nothing) else "not_an_order"
    return _Outcome(Verdict.NO_EFFECT, code)


def _record(message: InboundMessage, said: Whole, asked: Whole | None, at: datetime) -> _Outcome:
    """The whole order. `asked`: what the shop answered because this one contradicted another message."""
    shop, told = message.shop, said.order
    order, notes = (asked.order, asked.notes) if asked else (told, said.notes)
    if asked and order.revision == told.revision:
        order = replace(order, revision=f"{order.revision}#{asking.started(at)}")  # what it says last is what holds
    order = _unless_deleted(shop, order)
    recorded = loyalty.record_order(order=order, by=None, at=at)
    # Looked at behind loyalty's lock on the order: whoever was before us is to be seen now.
    fingerprint = own_fingerprint(shop, message.topic, bytes(message.raw)) or told.fingerprint
    others = InboundMessage.objects.filter(
        shop=shop, external_id=told.external_id, revision=told.revision, verdict__in=_READ
    ).exclude(fingerprint__in=["", fingerprint])
    contradicts = others.exclude(pk=message.pk).exists()
    if contradicts and asked is None and asking.can_be_asked(shop):
        raise _Contradicted
    if contradicts:
        others.update(contradicts=True)
        notes = (*notes, _("Another message said something else under the same revision."))
    return replace(
        _outcome_of(recorded), detail=" ".join(notes), order=told, fingerprint=fingerprint, contradicts=contradicts
    )


def own_fingerprint(shop: Shop, topic: str, raw: bytes) -> str:
    """The fingerprint of an order by what its message alone says, "" when that is no whole order."""
    said = adapters.understand(shop.kind, topic, raw, source=shop.source, currency=shop.currency)
    return said.order.fingerprint if isinstance(said, Whole) else ""


_READ = [Verdict.RECORDED, Verdict.UNCHANGED, Verdict.OLDER]


def _outcome_of(recorded: RecordedOrder) -> _Outcome:
    verdicts = {"unchanged": Verdict.UNCHANGED, "ignored": Verdict.OLDER}
    return _Outcome(verdicts.get(recorded.result, Verdict.RECORDED), points=recorded.points)


def _unless_deleted(shop: Shop, order: CanonicalOrder) -> CanonicalOrder:
    """An order that the shop deleted after this revision is cancelled, whichever message is worked on first."""
    if shop.kind != Shop.Kind.WOOCOMMERCE:
        return order
    gone = InboundMessage.objects.filter(shop=shop, external_id=order.external_id, topic="order.deleted").aggregate(
        at=Max("revision")
    )["at"]
    if not gone or gone < order.revision:
        return order
    return replace(order, state=PaymentState.CANCELLED, revision=gone, occurred_at=moment(gone, "revision"))


def _delete(message: InboundMessage, said: Deleted, at: datetime) -> _Outcome:
    """The message holds no more than a number: what the order was is in the messages before, its end is in this one."""
    shop = message.shop
    before = (
        InboundMessage.objects.filter(
            shop=shop, external_id=said.order_external_id, topic__in=woocommerce.ORDERS, raw_removed_at=None
        )
        .exclude(verdict=Verdict.FAILED)
        .order_by("-revision", "-received_at", "-id")
    )
    for one in before[:5]:
        known = adapters.understand(shop.kind, one.topic, bytes(one.raw), source=shop.source, currency=shop.currency)
        if isinstance(known, Whole):
            order = _unless_deleted(shop, known.order)
            return _outcome_of(loyalty.record_order(order=order, by=None, at=at))
    return _Outcome(Verdict.NO_EFFECT, "no_order_yet")


def _refund(message: InboundMessage, said: Refunded, at: datetime) -> _Outcome:
    points, verdict, problem = 0, Verdict.UNCHANGED, ""
    for refund in said.refunds:
        recorded = loyalty.record_refund(
            source=message.shop.source, order_external_id=said.order_external_id, refund=refund, by=None, at=at
        )
        if recorded is None:
            verdict, problem = Verdict.RECORDED, "order_awaited"
        elif recorded.result != "unchanged":
            verdict, points = Verdict.RECORDED, points + recorded.points
    return _Outcome(verdict, problem, points=points)


def _privacy(message: InboundMessage, said: Privacy, at: datetime) -> _Outcome:
    """What must be done at once is done; what only a person can do is put before one."""
    shop = message.shop
    if said.domain != (urlsplit(shop.base_url).hostname or ""):
        # The topic stands in a header, which nobody signs: with it, any order would become the wish to forget everything.
        return _Outcome(Verdict.FAILED, "other_shop", _("The signed body does not name this shop."))
    if said.request == "forget_shop":
        count = actions.forget_shop(shop_id=shop.pk, at=at)
        return _Outcome(Verdict.RECORDED, "forgot_shop", _bodies(count))
    who = said.customer or _("a guest")
    if said.request == "tell":
        return _Outcome(
            Verdict.OPEN, "wants_data", _("Customer %(who)s asks what is kept. Answer within 30 days.") % {"who": who}
        )
    customer = actions.customer_hash(shop.source, said.customer)
    count = actions.forget_about(shop_id=shop.pk, customer=customer, orders=said.orders, at=at)
    words = _(
        "Customer %(who)s is to be forgotten by the shop. If they are no member by their own wish, erase them here too."
    )
    return _Outcome(Verdict.OPEN, "wants_erasure", f"{_bodies(count)} {words % {'who': who}}")


def _bodies(count: int) -> str:
    return ngettext("%(count)d body was removed.", "%(count)d bodies were removed.", count) % {"count": count}


def _close(message: InboundMessage, outcome: _Outcome, at: datetime) -> None:
    changes: dict[str, object] = {
        "verdict": outcome.verdict,
        "problem": outcome.problem[:40],
        "detail": outcome.detail[:500],
        "points": outcome.points,
        "processed_at": at,
    }
    if outcome.order is not None:
        changes |= {
            "external_id": outcome.order.external_id,
            "revision": outcome.order.revision,
            "fingerprint": outcome.fingerprint,
            "contradicts": outcome.contradicts,
            "customer_hash": actions.customer_hash(message.shop.source, outcome.order.member_external_id),
        }
    if outcome.problem in ("wants_erasure", "forgot_shop"):  # the wish itself names the person
        changes |= {"raw": b"", "headers": {}, "raw_removed_at": at}
    InboundMessage.objects.filter(pk=message.pk, verdict=Verdict.WAITING, attempts=message.attempts).update(**changes)
