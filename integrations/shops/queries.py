"""Reading shops and their messages, for the console and the door."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q
from django.urls import reverse

from integrations.shops.models import InboundMessage, Shop
from integrations.shops.problems import words_for
from integrations.shops.rules import CAN_BE_ASKED, SECRET_IS_OURS
from loyalty import queries as loyalty
from loyalty.queries import OrderCard

PAGE = 50
WEEK = timedelta(days=7)
Verdict = InboundMessage.Verdict


def open_shop(*, public_id: str) -> Shop | None:
    """The shop that a message is addressed to; an ended one is not there."""
    return Shop.objects.filter(public_id=public_id).exclude(state=Shop.State.ENDED).first()


@dataclass(frozen=True)
class ShopRow:
    """One shop as the console shows it. Counts are of the last seven days, `waiting` and `open` of now."""

    id: int
    public_id: str
    name: str
    kind: str
    kind_label: str
    source: str
    base_url: str
    currency: str
    state: str
    state_label: str
    address: str
    can_be_asked: bool
    has_token: bool
    secret_is_ours: bool
    old_secret_until: datetime | None
    refused: int
    refused_at: datetime | None
    asked_until: datetime | None
    ask_problem: str
    last_at: datetime | None
    received: int
    waiting: int
    failed: int
    open: int
    missed: int
    contradicting: int
    lag_seconds: int

    @property
    def lag(self) -> timedelta:
        """How long the oldest message that waits has waited."""
        return timedelta(seconds=self.lag_seconds)


def shops(*, at: datetime, public_id: str | None = None) -> list[ShopRow]:
    """All shops, or the one; two statements."""
    rows = list(Shop.objects.filter(**({"public_id": public_id} if public_id else {})).order_by("name", "id"))
    counts = _counts([row.pk for row in rows], at)
    return [_row(row, counts.get(row.pk, {}), at) for row in rows]


def _counts(shop_ids: Sequence[int], at: datetime) -> dict[int, dict[str, Any]]:
    """Over the last week, and what still waits, fails or is open from before."""
    unfinished = [Verdict.WAITING, Verdict.FAILED, Verdict.OPEN]
    lately = InboundMessage.objects.filter(shop_id__in=shop_ids).filter(
        Q(received_at__gt=at - WEEK) | Q(verdict__in=unfinished)
    )
    rows = lately.values("shop_id").annotate(
        last_at=Max("received_at"),
        received=Count("id", filter=Q(received_at__gt=at - WEEK)),
        waiting=Count("id", filter=Q(verdict=Verdict.WAITING)),
        failed=Count("id", filter=Q(verdict=Verdict.FAILED)),
        open=Count("id", filter=Q(verdict=Verdict.OPEN)),
        missed=Count("id", filter=Q(missed=True, received_at__gt=at - WEEK)),
        contradicting=Count("id", filter=Q(contradicts=True, received_at__gt=at - WEEK)),
        oldest=Min("received_at", filter=Q(verdict=Verdict.WAITING)),
    )
    return {row["shop_id"]: dict(row) for row in rows}


def _row(shop: Shop, counts: dict[str, Any], at: datetime) -> ShopRow:
    oldest = counts.get("oldest")
    return ShopRow(
        id=shop.pk,
        public_id=shop.public_id,
        name=shop.name,
        kind=shop.kind,
        kind_label=shop.get_kind_display(),
        source=shop.source,
        base_url=shop.base_url,
        currency=shop.currency,
        state=shop.state,
        state_label=shop.get_state_display(),
        address=settings.SITE_URL + reverse("shop_messages", args=[shop.public_id]),
        can_be_asked=shop.kind in CAN_BE_ASKED,
        has_token=bool(shop.token),
        secret_is_ours=shop.kind in SECRET_IS_OURS,
        old_secret_until=shop.old_secret_until if shop.old_secret_until and shop.old_secret_until > at else None,
        refused=shop.refused,
        refused_at=shop.refused_at,
        asked_until=shop.asked_until,
        ask_problem=words_for(shop.ask_problem) if shop.ask_problem else "",
        last_at=counts.get("last_at"),
        lag_seconds=int((at - oldest).total_seconds()) if oldest else 0,
        **{name: counts.get(name, 0) for name in ("received", "waiting", "failed", "open", "missed", "contradicting")},
    )


@dataclass(frozen=True)
class MessageRow:
    """One message as the console lists it."""

    id: int
    public_id: str
    topic: str
    external_id: str
    received_at: datetime
    origin: str
    origin_label: str
    verdict: str
    verdict_label: str
    problem: str
    detail: str
    points: int
    attempts: int
    due_at: datetime
    seconds: float | None
    contradicts: bool
    missed: bool
    can_replay: bool


@dataclass(frozen=True)
class MessagePage:
    rows: list[MessageRow]
    more: bool


def messages(
    *, shop_id: int, verdict: str = "", order: str = "", differences: bool = False, page: int = 1
) -> MessagePage:
    """A shop's messages, newest first."""
    rows = InboundMessage.objects.filter(shop_id=shop_id).defer("raw", "headers").order_by("-received_at", "-id")
    if verdict:
        rows = rows.filter(verdict=verdict)
    if order:
        rows = rows.filter(external_id=order)
    if differences:
        rows = rows.filter(Q(missed=True) | Q(contradicts=True))
    start = (max(1, min(page, 10_000)) - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return MessagePage([_message(row) for row in found[:PAGE]], len(found) > PAGE)


def _message(row: InboundMessage) -> MessageRow:
    ended = row.processed_at
    return MessageRow(
        id=row.pk,
        public_id=row.public_id,
        topic=row.topic,
        external_id=row.external_id,
        received_at=row.received_at,
        origin=row.origin,
        origin_label=row.get_origin_display(),
        verdict=row.verdict,
        verdict_label=row.get_verdict_display(),
        problem=words_for(row.problem) if row.problem else "",
        detail=row.detail,
        points=row.points,
        attempts=row.attempts,
        due_at=row.due_at,
        seconds=(ended - row.received_at).total_seconds() if ended else None,
        contradicts=row.contradicts,
        missed=row.missed,
        can_replay=row.raw_removed_at is None and row.verdict != Verdict.WAITING,
    )


@dataclass(frozen=True)
class MessageCard:
    """One message with its body, and the order it became."""

    row: MessageRow
    headers: dict[str, str]
    body: str
    removed_at: datetime | None
    raw_hash: str
    revision: str
    order: OrderCard | None
    others: list[MessageRow]


def message(*, shop_id: int, public_id: str) -> MessageCard | None:
    """One message of a shop."""
    row = InboundMessage.objects.select_related("shop").filter(shop_id=shop_id, public_id=public_id).first()
    if row is None:
        return None
    others = InboundMessage.objects.none()
    if row.external_id:
        others = InboundMessage.objects.filter(shop_id=shop_id, external_id=row.external_id).exclude(pk=row.pk)
    return MessageCard(
        row=_message(row),
        headers=dict(sorted(row.headers.items())),
        body=_readable(bytes(row.raw)),
        removed_at=row.raw_removed_at,
        raw_hash=row.raw_hash,
        revision=row.revision,
        order=loyalty.find_order(source=row.shop.source, external_id=row.external_id) if row.external_id else None,
        others=[_message(one) for one in others.defer("raw", "headers").order_by("-received_at", "-id")[:20]],
    )


def _readable(raw: bytes) -> str:
    """JSON with lines, or the bytes as well as they can be shown; 64 KiB of it."""
    try:
        text = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = raw.decode("utf-8", "replace")
    return text[:65_536]


def topics_seen(*, shop_id: int) -> list[tuple[str, datetime]]:
    """What the shop has sent of late, by topic, newest first: a topic that is missing is one that nobody switched on."""
    rows = InboundMessage.objects.filter(shop_id=shop_id, origin=InboundMessage.Origin.SENT)
    latest = rows.values("topic").annotate(last=Max(F("received_at"))).order_by("-last")
    return [(row["topic"], row["last"]) for row in latest[:20]]


CHECKS: dict[str, str] = {
    "nothing that a shop said waits for more than ten minutes unless it is tried again later": """
        SELECT message.id FROM integrations_inboundmessage AS message
        JOIN integrations_shop AS shop ON shop.id = message.shop_id AND shop.state = 'connected'
        WHERE message.verdict = 'waiting' AND message.due_at < %(at)s - interval '10 minutes'""",
    "an order that a shop told of and that was recorded is there": """
        SELECT message.id FROM integrations_inboundmessage AS message
        JOIN integrations_shop AS shop ON shop.id = message.shop_id
        WHERE message.verdict IN ('recorded', 'unchanged') AND message.fingerprint <> '' AND NOT EXISTS (
            SELECT FROM loyalty_order AS placed
            WHERE placed.source = shop.source AND placed.external_id = message.external_id)""",
}
"""What must be true whatever happened: each statement gives the ids that break it."""
