"""Points follow an order's state: what it should earn now, less what the ledger holds for it, is posted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.ledger import Earning
from loyalty.models import EarningRule, Order, OrderLine, Refund

EARNING = (Order.State.PAID, Order.State.PARTLY_REFUNDED)


def follow(
    row: Order, *, by: int | None, at: datetime, nothing: bool = False, new: bool = False
) -> list[tuple[int, str, int, int]]:
    """Post the difference between what the order earns as it stands and what the ledger holds for its lines.

    The caller has locked the member's wallets. For a `new` order the ledger holds nothing, so it is not asked.
    """
    if row.member_id is None:
        return []
    versions = _versions(row)
    lines = list(OrderLine.objects.filter(order=row).order_by("position", "id"))
    held, numbers = ({}, {}) if new else _held([line.id for line in lines])
    targets = [] if nothing or row.state not in EARNING else _targets(row, lines, versions)
    differences = rules.differences(held, targets)
    facts = {line.id: {"order": row.id, "line": line.external_id, "currency": row.currency} for line in lines}
    paid_at = row.paid_at or at
    earnings, posted = [], []
    for one in differences:
        version = versions[one.rule]
        number = numbers.get((one.line, one.rule, one.currency), 0) + 1
        key = rules.cause_key("order_line", one.line, one.rule, one.currency, number)
        why = facts[one.line] | {"rule": version.code, "version": version.version, "state": row.state, "number": number}
        if one.amount > 0:
            earnings.append(
                Earning(
                    key=key,
                    member_id=row.member_id,
                    currency=one.currency,
                    amount=one.amount,
                    reason="purchase",
                    origin="purchase",
                    source_type="order_line",
                    source_id=one.line,
                    rule_id=one.rule,
                    effective_at=paid_at,
                    available_at=paid_at + timedelta(days=version.pending_days),
                    facts=why,
                )
            )
            continue
        taken = ledger.clawback(
            key=key,
            member_id=row.member_id,
            currency=one.currency,
            amount=-one.amount,
            reason="refund" if row.state != Order.State.CANCELLED else "cancelled",
            origin="purchase",
            source_type="order_line",
            source_id=one.line,
            rule_id=one.rule,
            by=by,
            at=at,
            facts=why,
        )
        posted.append((row.member_id, one.currency, taken.txn_id, one.amount))
    posted += [
        (row.member_id, earning.currency, answer.txn_id, earning.amount)
        for earning, answer in zip(earnings, ledger.earn(earnings=earnings, by=by, at=at), strict=True)
    ]
    ledger.announce(posted, at=at)
    return posted


def _targets(row: Order, lines: Sequence[OrderLine], versions: dict[int, EarningRule]) -> list[rules.Target]:
    refunds = Refund.objects.filter(order=row).order_by("occurred_at", "external_id").prefetch_related("lines")
    return rules.award(
        lines=[rules.LineFacts(line.id, line.quantity, line.net, line.earns) for line in lines],
        refunds=[
            rules.RefundFacts(
                refund.amount, tuple((part.line_id, part.quantity, part.amount) for part in refund.lines.all())
            )
            for refund in refunds
        ],
        paid_with_points=row.paid_with_points,
        currency=row.currency,
        rules=[purchase_rule(versions[version]) for version in row.rules],
    )


def _versions(row: Order) -> dict[int, EarningRule]:
    """The rules that judge the order: fixed when it first earns."""
    if not row.rules and row.state in EARNING and row.paid_at:
        current = current_rules(EarningRule.Trigger.ORDER, row.paid_at)
        row.rules = [version.id for version in current]
        Order.objects.filter(id=row.id).update(rules=row.rules)
        return {version.id: version for version in current}
    return EarningRule.objects.in_bulk(row.rules)


def current_rules(trigger: str, moment: datetime) -> list[EarningRule]:
    """The versions in force, for an act at `moment`."""
    return list(
        EarningRule.objects.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=moment),
            Q(ends_at__isnull=True) | Q(ends_at__gt=moment),
            trigger=trigger,
            active=True,
            replaced_at__isnull=True,
        ).order_by("id")
    )


def purchase_rule(version: EarningRule) -> rules.PurchaseRule:
    return rules.PurchaseRule(
        id=version.id,
        points=version.points,
        credit=version.credit,
        per_units=version.per_units,
        fixed=version.formula == EarningRule.Formula.FIXED,
    )


def _held(line_ids: Sequence[int]) -> tuple[dict[tuple[int, int, str], int], dict[tuple[int, int, str], int]]:
    """What the ledger holds for each line, rule and currency, and how many postings made it so."""
    with connection.cursor() as cursor:
        # The issued account's legs carry the whole amount, also of what was written off.
        cursor.execute(
            "SELECT txn.source_id, txn.rule_id, currency.code, -sum(entry.amount), count(*) FROM loyalty_txn AS txn "
            "JOIN loyalty_entry AS entry ON entry.txn_id = txn.id "
            "AND entry.account = loyalty_account('issued', entry.currency_id) "
            "JOIN loyalty_currency AS currency ON currency.id = entry.currency_id "
            "WHERE txn.source_type = 'order_line' AND txn.source_id = ANY(%s) GROUP BY 1, 2, 3",
            [list(line_ids)],
        )
        rows = cursor.fetchall()
    return (
        {(line, rule, code): int(amount) for line, rule, code, amount, _count in rows},
        {(line, rule, code): count for line, rule, code, _amount, count in rows},
    )
