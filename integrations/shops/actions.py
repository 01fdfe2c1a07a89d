"""What happens to shops and their messages; each in the caller's transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from integrations.outbound import Unreachable, check_url
from integrations.sealing import seal
from integrations.shops.models import InboundMessage, Shop
from integrations.shops.rules import HEADERS_KEPT, KEEP_RAW, OLD_SECRET_STAYS, SECRET_IS_OURS, source_of, written_secret
from outbox.nudge import send_later
from outbox.require import require_transaction

Verdict = InboundMessage.Verdict


class ShopRefused(Exception):
    """A shop that cannot be connected or changed as asked; `field` is the form's, the message says the next step."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class DeliveryReused(Exception):
    """The number of a delivery was used before, for another body."""


@dataclass(frozen=True)
class Connected:
    """A shop after it was made or its secret changed. `secret` exists only here: it is shown once; "" when it is the shop's own."""

    id: int
    public_id: str
    secret: str


def connect(
    *, kind: str, name: str, source: str, base_url: str, currency: str, secret: str, token: str, by: int | None, at: datetime
) -> Connected:  # fmt: skip
    """Make the connection. Without `secret` one is made where the kind of shop takes ours. Raises ShopRefused."""
    require_transaction()
    kind = Shop.Kind(kind)
    url = _checked_url(kind, base_url, token)
    if kind == Shop.Kind.SHOPIFY and not secret:
        raise ShopRefused("secret", _("Copy the client secret of your app in Shopify; it signs every message."))
    made = "" if secret or kind not in SECRET_IS_OURS else written_secret(token_bytes(32))
    shop = Shop(
        kind=kind,
        name=name.strip(),
        source=source or source_of(name, kind),
        base_url=url,
        currency=currency,
        made_by_id=by,
        created_at=at,
        ask_due_at=at if token else None,
    )
    shop.secret = seal(secret or made, place=f"secret:{shop.public_id}")
    shop.token = seal(token, place=f"token:{shop.public_id}")
    try:
        with transaction.atomic():
            shop.save(force_insert=True)
    except IntegrityError as error:
        raise ShopRefused(
            "source", _("There is a shop with this source already. Orders of two shops must not mix.")
        ) from error
    return Connected(shop.pk, shop.public_id, made)


def change(*, shop_id: int, name: str, base_url: str, currency: str, token: str, by: int | None, at: datetime) -> None:
    """Change what may change; an empty `token` leaves the one that is there. Raises ShopRefused.

    At another address the token must be said again: whoever may name the address could else have it sent to themselves.
    The keys that the shop before signed with count no more.
    """
    require_transaction()
    shop = Shop.objects.select_for_update().get(pk=shop_id)
    before = urlsplit(shop.base_url)
    shop.base_url = _checked_url(shop.kind, base_url, token or ("-" if shop.token else ""))
    after = urlsplit(shop.base_url)
    if (before.scheme, before.netloc.lower()) != (after.scheme, after.netloc.lower()):
        if shop.token and not token:
            raise ShopRefused(
                "token", _("At another address the token must be pasted again, so that it goes to no stranger.")
            )
        shop.keys, shop.keys_asked_at = {}, None
    shop.name, shop.currency = name.strip(), currency
    if token:
        shop.token, shop.ask_due_at, shop.ask_problem = seal(token, place=f"token:{shop.public_id}"), at, ""
    shop.save(
        update_fields=["base_url", "name", "currency", "token", "ask_due_at", "ask_problem", "keys", "keys_asked_at"]
    )


def rotate(*, shop_id: int, secret: str, by: int | None, at: datetime) -> Connected:
    """A new secret; the one before stays valid for a day. Raises ShopRefused."""
    require_transaction()
    shop = Shop.objects.select_for_update().get(pk=shop_id)
    made = "" if secret or shop.kind not in SECRET_IS_OURS else written_secret(token_bytes(32))
    if not (secret or made):
        raise ShopRefused("secret", _("Paste the new secret as the shop shows it."))
    Shop.objects.filter(pk=shop_id).update(
        old_secret=shop.secret,
        old_secret_until=at + OLD_SECRET_STAYS,
        secret=seal(secret or made, place=f"secret:{shop.public_id}"),
    )
    return Connected(shop.pk, shop.public_id, made)


def set_state(*, shop_id: int, state: str, by: int | None, at: datetime) -> bool:
    """Pause (messages are kept and wait), connect again, or end (messages are refused, secrets forgotten)."""
    require_transaction()
    changes: dict[str, Any] = {"state": Shop.State(state)}
    if state == Shop.State.ENDED:
        changes |= {"secret": b"", "old_secret": b"", "token": b"", "ask_due_at": None}
    changed = Shop.objects.filter(pk=shop_id).exclude(state__in=[state, Shop.State.ENDED]).update(**changes)
    if changed and state == Shop.State.CONNECTED:
        transaction.on_commit(wake)
    return changed == 1


def _checked_url(kind: str, base_url: str, token: str) -> str:
    url = base_url.strip().rstrip("/")
    if url and "://" not in url:
        url = f"https://{url}"
    if not url and (kind in (Shop.Kind.SHOPIFY, Shop.Kind.SALEOR) or token):
        raise ShopRefused("base_url", _("Write the shop's address, for example tea.myshopify.com."))
    if url:
        try:
            check_url(url)
        except Unreachable as error:
            raise ShopRefused(
                "base_url",
                _("This address cannot be asked. Write a public one with https, like https://tea.example.com."),
            ) from error
    return url


def count_refused(*, shop_id: int, at: datetime) -> None:
    """A message whose signature was wrong: nothing else is kept of it."""
    require_transaction()
    Shop.objects.filter(pk=shop_id).update(refused=F("refused") + 1, refused_at=at)


def learn_keys(*, shop_id: int, keys: Mapping[str, Any], at: datetime) -> None:
    """The shop's public keys as it told them now."""
    require_transaction()
    Shop.objects.filter(pk=shop_id).update(keys=dict(keys), keys_asked_at=at)


def keep(
    *,
    shop_id: int,
    key: str,
    topic: str,
    delivery_id: str,
    about: tuple[str, str],
    headers: Mapping[str, str],
    raw: bytes,
    at: datetime,
    origin: str = InboundMessage.Origin.SENT,
    missed: bool = False,
) -> bool:
    """Keep a message for the workers; False when it is here already (one that failed is tried again).

    Raises DeliveryReused for another body under the same number.
    """
    require_transaction()
    raw_hash = hashlib.sha256(raw).hexdigest()
    message = InboundMessage(
        shop_id=shop_id,
        key=hashlib.sha256(key.encode()).hexdigest(),
        origin=origin,
        topic=topic,
        delivery_id=delivery_id[:120],
        external_id=about[0],
        revision=about[1],
        headers={name: value[:300] for name, value in headers.items() if name in HEADERS_KEPT},
        raw=raw,
        raw_hash=raw_hash,
        received_at=at,
        due_at=at,
        missed=missed,
    )
    InboundMessage.objects.bulk_create([message], ignore_conflicts=True)
    stored = (
        InboundMessage.objects.filter(shop_id=shop_id, key=message.key).values_list("id", "public_id", "raw_hash").get()
    )
    if stored[2] != raw_hash and origin == InboundMessage.Origin.SENT:
        raise DeliveryReused(delivery_id)
    new = stored[1] == message.public_id
    if not new:
        InboundMessage.objects.filter(pk=stored[0], verdict=Verdict.FAILED, raw_removed_at=None).update(
            verdict=Verdict.WAITING, attempts=0, due_at=at
        )
    transaction.on_commit(wake)
    return new


def wake() -> None:
    """A hint to the workers; their sweep finds what a lost hint meant."""
    send_later("integrations.shops.tasks.take_in")


def replay(*, message_id: int, by: int | None, at: datetime) -> bool:
    """Work on a message once more, as if it had come now. False when its body is gone, or it waits already."""
    require_transaction()
    done = (
        InboundMessage.objects.filter(pk=message_id, raw_removed_at=None)
        .exclude(verdict=Verdict.WAITING)
        .update(verdict=Verdict.WAITING, attempts=0, due_at=at, problem="", detail="", processed_at=None)
    )
    if done:
        transaction.on_commit(wake)
    return done == 1


def answered(*, message_id: int, by: int | None, at: datetime) -> bool:
    """A manager did what an open message asked for."""
    require_transaction()
    return (
        InboundMessage.objects.filter(pk=message_id, verdict=Verdict.OPEN).update(
            verdict=Verdict.RECORDED, processed_at=at
        )
        == 1
    )


def customer_hash(source: str, customer: str) -> str:
    """A customer of a shop, so that their messages can be found and not be read back."""
    return (
        salted_hmac("integrations.customer", f"{source}:{customer}", algorithm="sha256").hexdigest() if customer else ""
    )


def forget_bodies(*, at: datetime, limit: int = 10_000) -> int:
    """Empty the bodies of messages older than KEEP_RAW (specs: integrations 8); hash and verdict stay. Returns how many.

    What still waits or failed yesterday keeps its body no longer, either: people's data has the shorter day.
    """
    require_transaction()
    old = InboundMessage.objects.filter(received_at__lt=at - KEEP_RAW, raw_removed_at=None)
    return _empty(Q(pk__in=old.order_by("received_at").values("pk")[:limit]), at)


def forget_about(*, shop_id: int, customer: str, orders: Sequence[str], at: datetime) -> int:
    """Empty the bodies about one customer and these orders at once. Returns how many."""
    require_transaction()
    which = Q(external_id__in=[one for one in orders if one])
    if customer:
        which |= Q(customer_hash=customer)
    return _empty(Q(shop_id=shop_id, raw_removed_at=None) & which, at)


def forget_shop(*, shop_id: int, at: datetime) -> int:
    """Empty every body of a shop and end it. Returns how many."""
    require_transaction()
    set_state(shop_id=shop_id, state=Shop.State.ENDED, by=None, at=at)
    return _empty(Q(shop_id=shop_id, raw_removed_at=None), at)


def _empty(which: Q, at: datetime) -> int:
    return InboundMessage.objects.filter(which).update(raw=b"", headers={}, raw_removed_at=at)


def next_try(attempts: int) -> timedelta:
    """5 s, doubling, to an hour."""
    return timedelta(seconds=min(5 * 2 ** max(0, attempts - 1), 3600))


def claim_to_ask(*, shop_id: int, minutes: float, at: datetime) -> Shop | None:
    """Take a shop's turn to be asked for so many minutes; None when it is not due or somebody has it."""
    require_transaction()
    due = Shop.objects.filter(pk=shop_id, state=Shop.State.CONNECTED, ask_due_at__lte=at)
    if not due.update(ask_due_at=at + timedelta(minutes=minutes)):
        return None
    return Shop.objects.get(pk=shop_id)


def asked_page(*, shop_id: int, where: Mapping[str, Any], wait: int, at: datetime) -> None:
    """Remember where to go on."""
    require_transaction()
    changes: dict[str, Any] = {"ask": dict(where), "ask_problem": ""}
    if wait:
        changes["ask_due_at"] = at + timedelta(seconds=wait)
    Shop.objects.filter(pk=shop_id).update(**changes)


def asked_all(*, shop_id: int, until: datetime, again_at: datetime, at: datetime) -> None:
    """Everything up to `until` was compared."""
    require_transaction()
    Shop.objects.filter(pk=shop_id).update(ask={}, ask_problem="", asked_until=until, ask_due_at=again_at)


def hooks_looked_after(*, shop_id: int, known: Sequence[str], topics: Sequence[str], problem: str) -> None:
    """Which webhooks stand in the shop now, and what hinders us from making one work again. `known`: what was noted of them
    before; what a manager asked for meanwhile stays asked."""
    require_transaction()
    rows = Shop.objects.filter(pk=shop_id)
    rows.update(ask_problem=problem)
    rows.filter(hooks=list(known)).update(hooks=list(topics))


def make_hooks(*, shop_id: int, topics: Sequence[str], by: int | None, at: datetime) -> bool:
    """Have these webhooks made in the shop with the next comparison, which is due now."""
    require_transaction()
    askable = Shop.objects.filter(pk=shop_id, state=Shop.State.CONNECTED).exclude(token=b"")
    return askable.update(hooks=list(topics), ask_due_at=at) == 1


def ask_later(*, shop_id: int, minutes: float, problem: str, at: datetime) -> None:
    """The shop did not answer, or there is more than one run can read."""
    require_transaction()
    Shop.objects.filter(pk=shop_id, state=Shop.State.CONNECTED).update(
        ask_due_at=at + timedelta(minutes=minutes), ask_problem=problem[:120]
    )


def ask_now(*, shop_id: int, by: int | None, at: datetime) -> bool:
    """Compare at once instead of at the next half hour."""
    require_transaction()
    return Shop.objects.filter(pk=shop_id, state=Shop.State.CONNECTED).exclude(token=b"").update(ask_due_at=at) == 1
