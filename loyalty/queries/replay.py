"""Stored orders and acts as the replay reads them, and what the ledger holds for them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Prefetch

from loyalty import rules
from loyalty.actions.earning.ruling import version_of
from loyalty.actions.orders.judging import EARNING, facts_of, granted_by
from loyalty.models import EarningRule, Merit, Order, OrderLine, Refund
from loyalty.queries.paid_acts import Multipliers, payments
from loyalty.rules.replay import Case


def cases(*, since: datetime, until: datetime) -> list[Case]:
    """What happened from `since` until before `until`, in order of time: paid orders, and acts that stand."""
    found = [*_orders(since, until), *_acts(since, until)]
    return sorted(found, key=lambda one: (one.facts.at, one.source_type, one.source_id))


def versions() -> dict[int, rules.RuleVersion]:
    """Every version that was ever published, by id."""
    return {row.id: version_of(row) for row in EarningRule.objects.all()}


def draft(row: EarningRule) -> rules.RuleVersion:
    """An unsaved rule as the replay reads it; give it an id that no published version has (a negative one)."""
    return version_of(row)


def _orders(since: datetime, until: datetime) -> Iterator[Case]:
    rows = Order.objects.filter(
        paid_at__gte=since, paid_at__lt=until, state__in=EARNING, member__isnull=False, waits=False
    ).prefetch_related(
        Prefetch("lines", OrderLine.objects.order_by("position", "id"), to_attr="in_order"),
        Prefetch(
            "refunds", Refund.objects.order_by("occurred_at", "external_id").prefetch_related("lines"), to_attr="back"
        ),
    )
    for row in rows.iterator(chunk_size=2_000):
        refunds = [
            rules.RefundFacts(one.amount, tuple((part.line_id, part.quantity, part.amount) for part in one.lines.all()))
            for one in row.back
        ]
        yield Case(
            member_id=row.member_id or 0,
            source_type="order",
            source_id=row.id,
            facts=facts_of(row, row.in_order, refunds, row.paid_at or row.placed_at),
            published=tuple(row.rules),
            granted=granted_by(row),
        )


def _acts(since: datetime, until: datetime) -> Iterator[Case]:
    rows = Merit.objects.filter(standing=True, hidden=False, changed_at__gte=since, changed_at__lt=until).exclude(
        facts={}
    )
    key = ("source_type", "source_id", "member_id")
    multipliers = Multipliers()
    in_order = rows.order_by(*key, "facts__trigger", "id").iterator(chunk_size=2_000)
    for (kind, number, member, trigger), group in groupby(
        in_order, key=lambda one: (one.source_type, one.source_id, one.member_id, one.facts["trigger"])
    ):
        merits = list(group)
        known: dict[str, Any] = merits[0].facts
        paid = {rule: found for by in payments([one.id for one in merits]).values() for rule, found in by.items()}
        raising = {one.id: one for _most, told in paid.values() for one in multipliers.of(known, told)}
        yield Case(
            member_id=member,
            source_type=kind,
            source_id=number,
            counterpart_id=merits[0].giver_id,
            facts=rules.Facts(
                trigger=trigger,
                at=datetime.fromisoformat(known["at"]),
                values=known["values"],
                percent=known.get("percent", 100),
                tier_ranks=known.get("ranks", {}),
            ),
            published=tuple(paid),
            raising=tuple(raising.values()),
            granted={rule: most for rule, (most, _told) in paid.items()},
        )


def held(*, since: datetime, until: datetime) -> dict[tuple[int, int, str], int]:
    """What the ledger holds for the orders and acts of the period: by member, rule version and currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT wallet.member_id, txn.rule_id, currency.code, -sum(issued.amount)
            FROM loyalty_txn AS txn
            JOIN loyalty_entry AS issued ON issued.txn_id = txn.id
             AND issued.account = loyalty_account('issued', issued.currency_id)
            JOIN loyalty_currency AS currency ON currency.id = issued.currency_id
            JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0
            JOIN loyalty_wallet AS wallet ON wallet.id = entry.account
            LEFT JOIN loyalty_orderline AS line ON txn.source_type = 'order_line' AND line.id = txn.source_id
            LEFT JOIN loyalty_order AS bought ON bought.id = line.order_id
            LEFT JOIN loyalty_merit AS merit ON txn.source_type = 'merit' AND merit.id = txn.source_id
            WHERE txn.rule_id IS NOT NULL
              AND (bought.paid_at >= %(since)s AND bought.paid_at < %(until)s
                   OR merit.changed_at >= %(since)s AND merit.changed_at < %(until)s)
            GROUP BY 1, 2, 3 HAVING sum(issued.amount) <> 0
            """,
            {"since": since, "until": until},
        )
        return {(member, rule, code): int(amount) for member, rule, code, amount in cursor.fetchall()}
