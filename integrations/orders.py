"""Orders between the API's words and loyalty's: translation only, no rule of the house."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

from django.utils.translation import gettext as _

from integrations import rules
from integrations.actions import Answer
from integrations.cursors import page
from integrations.problems import Flaw, Problem
from integrations.reading import is_clean
from integrations.schemas import LineIn, MoneyOut, OrderIn, OrderOut, OrderReadOut, OrdersOut, Outcome, RefundIn
from integrations.webhooks.fields import MEMBER
from loyalty import actions as loyalty
from loyalty import queries as loyalty_queries
from loyalty.actions import BadOrder, RecordedOrder
from loyalty.canonical import CanonicalOrder, OrderLineData, RefundData, RefundLineData
from loyalty.queries import OrderCard
from members import queries as members

ORDER = "ord_"
AHEAD = timedelta(days=1)
"""How far ahead of us the time in a revision may be: clocks and zones differ, but nothing may follow next year's."""


def canonical(order: OrderIn) -> tuple[CanonicalOrder, list[str]]:
    """The order in loyalty's words, and notes on what had to be settled (integrations.md, section 13)."""
    lines, notes = _lines(order)
    return (
        CanonicalOrder(
            source=order.source,
            external_id=order.external_id,
            revision=order.revision,
            occurred_at=order.occurred_at,
            state=order.payment_state,
            currency=order.currency,
            placed_at=order.placed_at or min(order.occurred_at, order.paid_at or order.occurred_at),
            paid_at=order.paid_at,
            lines=lines,
            refunds=tuple(canonical_refund(refund) for refund in order.refunds),
            coupons=tuple(order.coupons),
            tax=order.totals.tax,
            shipping=order.totals.shipping,
            discount=order.totals.discount,
            paid_with_points=order.totals.paid_with_points,
            member_external_id=order.member.external_id or "",
            member_email=order.member.email or "",
            member_name=order.member.name,
        ),
        notes,
    )


def _lines(order: OrderIn) -> tuple[tuple[OrderLineData, ...], list[str]]:
    """Rounding of a unit a line is the shop's own; a greater difference goes to the largest line and is noted."""
    nets = [line.amount_net for line in order.lines]
    difference = order.totals.net - sum(nets)
    if abs(difference) <= len(nets):
        return tuple(_line(line, net) for line, net in zip(order.lines, nets, strict=True)), []
    largest = nets.index(max(nets))
    nets[largest] += difference
    if nets[largest] < 0:
        detail = _("totals.net is less than the lines can bear. Send nets after discounts, without tax.")
        raise Problem("invalid", errors=[Flaw("/totals/net", "totals_disagree", detail)])
    note = _("totals.net differed from the lines by %(difference)d; the largest line took it.")
    lines = tuple(_line(line, net) for line, net in zip(order.lines, nets, strict=True))
    return lines, [note % {"difference": difference}]


def _line(line: LineIn, net: int) -> OrderLineData:
    return OrderLineData(
        external_id=line.external_id,
        quantity=line.quantity,
        net=net,
        tax=line.amount_tax,
        sku=line.sku,
        product=line.product,
        category=line.category,
        earns=line.earns,
    )


def canonical_refund(refund: RefundIn) -> RefundData:
    return RefundData(
        external_id=refund.external_id,
        occurred_at=refund.occurred_at,
        amount=refund.amount,
        lines=tuple(RefundLineData(line=one.line, quantity=one.quantity, amount=one.amount) for one in refund.lines),
    )


def record(order: OrderIn, *, by: int | None, at: datetime, dry_run: bool) -> tuple[int, OrderOut]:
    """Record one order in the caller's transaction: (status, what became of it)."""
    _not_ahead(order.revision, at)
    given, notes = canonical(order)
    try:
        recorded = loyalty.record_order(order=given, by=by, at=at)
    except BadOrder as bad:
        raise Problem("invalid", errors=[Flaw(_pointer(bad.field), bad.code, bad.message)]) from bad
    return (201 if recorded.result == "created" else 200), _out(recorded, order, notes, dry_run)


def _not_ahead(revision: str, at: datetime) -> None:
    claimed = rules.claimed_time(revision)
    if claimed is not None and claimed - at > AHEAD:
        words = _(
            "This revision names a time more than a day from now; every true one after it would count as older. Send the "
            "time at which the order came into this state."
        )
        raise Problem("invalid", errors=[Flaw("/revision", "revision_ahead", words)])


def _pointer(field: str) -> str:
    """Loyalty names places with full stops."""
    return "/" + field.replace(".", "/") if field else ""


def _out(recorded: RecordedOrder, order: OrderIn, notes: list[str], dry_run: bool) -> OrderOut:
    card = members.member_card(member_id=recorded.member_id) if recorded.member_id else None
    return OrderOut(
        id=ORDER + recorded.public_id,
        source=order.source,
        external_id=order.external_id,
        revision=order.revision,
        result=cast(Outcome, recorded.result),
        state=recorded.state,
        points=recorded.points,
        member=MEMBER + card.public_id if card else None,
        dry_run=dry_run,
        notes=notes,
    )


def answer_one(order: OrderIn, *, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /orders."""

    def effect(at: datetime) -> Answer:
        status, out = record(order, by=by, at=at, dry_run=dry_run)
        return Answer(status, out.model_dump_json())

    return effect


def find(ref: str) -> OrderReadOut:
    """The order that a reference names, or Problem not_found."""
    if not is_clean(ref) or len(ref) > 300:
        raise Problem("not_found")
    kind, _colon, rest = ref.partition(":")
    source, _second, external_id = rest.partition(":")
    if kind == "ext" and source and external_id:
        card = loyalty_queries.find_order(source=source, external_id=external_id)
    else:
        card = loyalty_queries.find_order(public_id=ref.removeprefix(ORDER)) if ref.startswith(ORDER) else None
    if card is None:
        raise Problem("not_found")
    return _read([card])[0]


def listed(
    *,
    member_id: int | None,
    source: str,
    state: str,
    changed_since: datetime | None,
    cursor: str,
    limit: int,
    oldest: bool = False,
) -> OrdersOut:
    """Orders, those that came last first, with the points they hold."""
    found = page(
        lambda before, most: loyalty_queries.orders_listed(
            limit=most, before=before, member_id=member_id, source=source, state=state, since=changed_since,
            oldest=oldest,
        ),
        cursor=cursor, limit=limit, of=f"orders:{member_id}:{source}:{state}:{changed_since}", id_of=lambda card: card.id,
        oldest=oldest,
    )  # fmt: skip
    return OrdersOut(data=_read(found.rows), next_cursor=found.next_cursor, has_more=found.has_more)


def named(refs: Sequence[str]) -> dict[str, OrderReadOut]:
    """Those of these ids (`ord_…`) that there are."""
    cards = loyalty_queries.orders_named(public_ids=[ref.removeprefix(ORDER) for ref in refs]) if refs else []
    return {out.id: out for out in _read(cards)}


def _read(cards: Sequence[OrderCard]) -> list[OrderReadOut]:
    people = members.member_cards(member_ids={card.member_id for card in cards if card.member_id})
    return [
        OrderReadOut(
            id=ORDER + card.public_id,
            source=card.source,
            external_id=card.external_id,
            state=card.state,
            placed_at=card.placed_at,
            net=MoneyOut(amount=card.net, currency=card.currency),
            points=card.points,
            member=MEMBER + people[card.member_id].public_id if card.member_id in people else None,
        )
        for card in cards
    ]
