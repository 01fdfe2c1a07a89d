"""Past orders in crowds: a few statements for thousands, so that years of a shop's history load in seconds."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db import connection

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.earning.ruling import is_open, rules_of, version_of
from loyalty.actions.ledger import Earning
from loyalty.actions.tiers.reviewing import review_tiers
from loyalty.events import OrdersImported
from loyalty.models import EarningRule
from loyalty.queries.rates import programme_currency, rate
from members import actions as members
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

_INSERT = """
WITH told AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s) AS told (
        nth integer, public_id text, external_id text, member bigint, at timestamptz, net bigint, quantity bigint,
        fingerprint text, rules bigint[], context jsonb, waits boolean)
), orders AS (
    INSERT INTO loyalty_order (
        public_id, source, external_id, member_id, email_hash, currency, state, placed_at, paid_at, net, refunded, tax,
        shipping, discount, paid_with_points, revision, fingerprint, told_refunds, occurred_at, is_first, rules,
        context, waits, recorded_at, changed_at)
    SELECT public_id, %(source)s, external_id, member, '', %(currency)s, 'paid', at, at, net, 0, 0, 0, 0, 0, '',
           fingerprint, 0, at, false, rules, context, waits, %(now)s, %(now)s
    FROM told ORDER BY nth
    ON CONFLICT (source, external_id) DO NOTHING
    RETURNING id, external_id
), lines AS (
    INSERT INTO loyalty_orderline (order_id, external_id, position, sku, product, category, quantity, net, tax, earns)
    SELECT orders.id, '1', 0, '', '', '', told.quantity, told.net, 0, true FROM orders JOIN told USING (external_id)
    RETURNING id, order_id
)
SELECT orders.external_id, orders.id, lines.id FROM orders JOIN lines ON lines.order_id = orders.id
"""

# One pass over these members' orders, without a join of the table to itself: its statistics are those of before the import.
_FIRSTS = """
UPDATE loyalty_order SET is_first = true WHERE id = ANY(ARRAY(
    SELECT (array_agg(id ORDER BY placed_at, id) FILTER (WHERE state IN ('paid', 'partly_refunded') AND net > 0))[1]
    FROM loyalty_order WHERE member_id = ANY(%(members)s) GROUP BY member_id HAVING NOT bool_or(is_first)))
"""


@dataclass(frozen=True)
class Purchase:
    """One line of a file: a customer bought something for `net` minor units. `content` is the line's own words, for comparison."""

    external_id: str
    customer: str
    at: datetime
    quantity: int
    net: int
    content: str
    customer_name: str = ""

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True)
class ImportedBatch:
    """What became of a batch. `conflicting` are numbers that are here already with another content: nothing was changed."""

    accepted: int
    known: int
    conflicting: tuple[str, ...]
    points: int


def import_orders(
    *, source: str, currency: str, purchases: Sequence[Purchase], by: int | None, at: datetime
) -> ImportedBatch:
    """Take in past orders, each once for ever. Missing customers become imported members; no mail and no event per order.

    Their points are judged by the rules in force now (a shop that joins today had none before) and live their full time from
    now on; tier credit counts from the day of the purchase.
    """
    require_transaction()
    if not purchases:
        return ImportedBatch(0, 0, (), 0)
    people = {one.customer: one.customer_name for one in purchases}
    ids = members.ensure_identities(source=source, people=list(people.items()), by=by, at=at)
    open_rules = [row for row in rules_of(EarningRule.Trigger.ORDER, at) if is_open(row, at)]
    # Caps and budgets are for acts as they happen: limited rules pay nothing for the past.
    versions = [version for version in map(version_of, open_rules) if not version.limits.any]
    # The time box was asked of today, not of the day of the purchase.
    versions = [version.fixed() for version in versions]
    programme, worths = _worths(currency, purchases)
    rows = [
        {
            "nth": nth,
            "public_id": new_id(),
            "external_id": one.external_id,
            "member": ids[one.customer],
            "at": one.at.isoformat(),
            "net": one.net,
            "quantity": one.quantity,
            "fingerprint": one.fingerprint,
            # Also when they are none, or wait for a rate: what comes later is judged by them.
            "rules": [version.id for version in versions],
            "context": {"values": {}}
            | ({"rate": str(worths[one.at]), "programme": programme} if worths[one.at] not in (None, 1) else {}),
            "waits": worths[one.at] is None,
        }
        for nth, one in enumerate(purchases)
    ]
    with connection.cursor() as cursor:
        # Plans that this session made while the tables were small would scan them whole for each row to come, and so would
        # new ones: the statistics do not know yet what this transaction brings.
        cursor.execute("DISCARD PLANS")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(_INSERT, {"rows": json.dumps(rows), "source": source, "currency": currency, "now": at})
        new = {external_id: (order_id, line_id) for external_id, order_id, line_id in cursor.fetchall()}
    accepted = [one for one in purchases if one.external_id in new]
    known = [one for one in purchases if one.external_id not in new]
    touched = sorted({ids[one.customer] for one in accepted})
    if touched:
        ledger.lock_wallets(touched)
    where = ledger.zone()
    earnings = [
        earning
        for one in accepted
        if (worth := worths[one.at]) is not None
        for earning in _earnings(
            one,
            *new[one.external_id],
            ids[one.customer],
            versions,
            source=source,
            currency=currency,
            programme=programme,
            worth=worth,
            zone=where,
        )
    ]
    ledger.earn(earnings=earnings, by=by, at=at)
    if touched:
        with connection.cursor() as cursor:
            cursor.execute(_FIRSTS, {"members": touched})
        review_tiers(member_ids=touched, at=at, announce=False)
        publish(OrdersImported(source=source, member_ids=tuple(touched), at=at))
    return ImportedBatch(
        len(accepted),
        len(known),
        _conflicting(source, known),
        sum(one.amount for one in earnings if one.currency == ledger.POINTS),
    )


def _earnings(
    one: Purchase,
    order_id: int,
    line_id: int,
    member_id: int,
    versions: Sequence[rules.RuleVersion],
    *,
    source: str,
    currency: str,
    programme: str,
    worth: Fraction,
    zone: ZoneInfo,
) -> list[Earning]:
    by_id = {version.id: version for version in versions}
    line = rules.Line(line_id, one.quantity, one.net)
    unit = worth / 10 ** rules.exponent(currency)
    facts = rules.Facts(
        trigger=EarningRule.Trigger.ORDER,
        at=one.at,
        values=rules.order_values([line], unit=unit, exponent=rules.exponent(programme or currency))
        | {"order.currency": currency, "order.source": source, "order.coupons": 0},
        lines=(line,),
        unit=unit,
    )
    targets = rules.targets(rules.evaluate(facts, versions, zone=zone).effects, {})
    return [
        Earning(
            # The same key as when the order is told again through another door.
            key=rules.cause_key("order_line", line_id, target.rule, target.currency, 1),
            member_id=member_id,
            currency=target.currency,
            amount=target.amount,
            reason="purchase",
            origin="purchase",
            source_type="order_line",
            source_id=line_id,
            rule_id=target.rule,
            effective_at=one.at,
            available_at=one.at + timedelta(days=by_id[target.rule].pending_days),
            facts={
                "order": order_id,
                "line": "1",
                "currency": currency,
                "rule": by_id[target.rule].code,
                "version": by_id[target.rule].version,
                "state": "paid",
                "number": 1,
            },
        )
        for target in targets
    ]


def _worths(currency: str, purchases: Sequence[Purchase]) -> tuple[str, dict[datetime, Fraction | None]]:
    """The programme's currency, and what the file's is worth in it on each purchase's day; None where no table says."""
    programme = programme_currency()
    if not programme or programme == currency:
        return programme, {one.at: Fraction(1) for one in purchases}
    where = ledger.zone()
    days = {one.at: one.at.astimezone(where).date() for one in purchases}
    known = {day: rate(source=currency, target=programme, day=day) for day in set(days.values())}
    return programme, {moment: known[day] for moment, day in days.items()}


def _conflicting(source: str, known: Sequence[Purchase]) -> tuple[str, ...]:
    """Which of the known numbers are stored with another content. Orders that a shop has revised since are theirs to say."""
    if not known:
        return ()
    told = {one.external_id: one.fingerprint for one in known}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_id, fingerprint FROM loyalty_order WHERE source = %s AND external_id = ANY(%s) "
            "AND revision = ''",
            [source, list(told)],
        )
        return tuple(sorted(number for number, stored in cursor.fetchall() if stored != told[number]))
