"""Reading orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.models import Order


@dataclass(frozen=True)
class OrderCard:
    """One order of a member. Amounts in minor units; `net` is what remains after refunds; `points` what it holds now."""

    id: int
    public_id: str
    member_id: int
    source: str
    external_id: str
    state: str
    state_label: str
    currency: str
    placed_at: datetime
    net: int
    points: int

    @property
    def name(self) -> str:
        """How its buyer would call it: the shop's number, else the day."""
        return order_name(external_id=self.external_id, placed_at=timezone.localtime(self.placed_at))

    @property
    def amount(self) -> str:
        """The remaining net in whole units, for people: "29.33"."""
        places = rules.exponent(self.currency)
        return f"{self.net / 10**places:.{places}f}" if places else str(self.net)


def order_name(*, external_id: str, placed_at: datetime) -> str:
    """A name for people. An order that came without a number is a "purchase of 20 June"."""
    if rules.is_made_number(external_id):
        return _("purchase of %(date)s") % {"date": date_format(placed_at, "DATE_FORMAT")}
    return _("order %(number)s") % {"number": external_id}


def orders_of(*, member_id: int, limit: int = 20) -> list[OrderCard]:
    """A member's newest orders, with the points each holds."""
    return cards_of_orders(Order.objects.filter(member_id=member_id).order_by("-placed_at", "-id")[:limit])


def cards_of_orders(chosen: "QuerySet[Order]") -> list[OrderCard]:
    """Any orders, with the points each holds, in one statement."""
    held = RawSQL(_HELD, ())  # noqa: S611 - no value is in it
    return [_card(row, int(row.held or 0)) for row in chosen.annotate(held=held)]


def find_order(
    *,
    order_id: int | None = None,
    public_id: str | None = None,
    source: str | None = None,
    external_id: str | None = None,
) -> OrderCard | None:
    """The order named by exactly one of: its id, its public id, (source, external id). `member_id` is 0 while it waits."""
    if order_id is not None:
        rows = Order.objects.filter(id=order_id)
    elif public_id is not None:
        rows = Order.objects.filter(public_id=public_id)
    elif source is not None and external_id is not None:
        rows = Order.objects.filter(source=source, external_id=external_id)
    else:
        raise ValueError("Name the order by order_id, public_id, or source and external_id.")
    row = rows.first()
    return _card(row, _points([row.id]).get(row.id, 0)) if row else None


def orders_since(*, member_ids: Sequence[int], since: datetime) -> dict[int, list[OrderCard]]:
    """Kept orders (paid, perhaps partly refunded) placed since then, oldest first, by member. Points are left at 0."""
    rows = Order.objects.filter(
        member_id__in=member_ids, placed_at__gte=since, state__in=[Order.State.PAID, Order.State.PARTLY_REFUNDED]
    ).order_by("member_id", "placed_at", "id")
    found: dict[int, list[OrderCard]] = {}
    for row in rows:
        card = _card(row, 0)
        found.setdefault(card.member_id, []).append(card)
    return found


def purchases(*, member_ids: Sequence[int]) -> QuerySet[Any, Any]:
    """All orders of these members as SQL for other apps: id, member, when placed, last change, and whether money is kept."""
    kept = Q(state__in=[Order.State.PAID, Order.State.PARTLY_REFUNDED], net__gt=F("refunded"))
    return (
        Order.objects.filter(member_id__in=member_ids)
        .annotate(counts=ExpressionWrapper(kept, output_field=BooleanField()))
        .values_list("id", "member_id", "placed_at", "changed_at", "counts")
    )


def waiting_addresses(*, since: datetime) -> set[str]:
    """Hashed addresses of guest orders recorded since then that nobody has claimed."""
    rows = Order.objects.filter(member__isnull=True, recorded_at__gt=since)
    return set(rows.values_list("email_hash", flat=True))


def _card(row: Order, points: int) -> OrderCard:
    kept = row.state in (Order.State.PAID, Order.State.PARTLY_REFUNDED, Order.State.PLACED)
    return OrderCard(
        row.id,
        row.public_id,
        row.member_id or 0,
        row.source,
        row.external_id,
        row.state,
        row.get_state_display(),
        row.currency,
        row.placed_at,
        max(0, row.net - row.refunded) if kept else 0,
        points,
    )


_HELD = """
SELECT -sum(entry.amount) FROM loyalty_orderline AS line
JOIN loyalty_txn AS txn ON txn.source_type = 'order_line' AND txn.source_id = line.id
JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account = loyalty_account('issued', 1::smallint)
WHERE line.order_id = loyalty_order.id
"""


def _points(order_ids: Sequence[int]) -> dict[int, int]:
    if not order_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line.order_id, -sum(entry.amount) FROM loyalty_orderline AS line "
            "JOIN loyalty_txn AS txn ON txn.source_type = 'order_line' AND txn.source_id = line.id "
            "JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account = loyalty_account('issued', 1::smallint) "
            "WHERE line.order_id = ANY(%s) GROUP BY line.order_id",
            [list(order_ids)],
        )
        return {order_id: int(points) for order_id, points in cursor.fetchall()}
