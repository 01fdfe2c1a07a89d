"""Points follow an order's state: what it should earn now, less what the ledger holds for it, is posted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.earning.ruling import lost
from loyalty.actions.ledger import Earning
from loyalty.actions.orders.judging import EARNING, Judgement, judge
from loyalty.actions.orders.rows import Opened
from loyalty.models import EarningRule, Order, OrderLine

__all__ = ["EARNING", "follow"]


def follow(
    row: Order,
    *,
    by: int | None,
    at: datetime,
    nothing: bool = False,
    lines: Sequence[OrderLine] | None = None,
    opened: Opened | None = None,
    announce: bool = True,
) -> list[tuple[int, str, int, int]]:
    """Post the difference between what the order earns as it stands and what the ledger holds for its lines.

    The caller has locked the member's wallets. For a new order, whose `lines` come with what is known of it, the ledger holds
    nothing, so it is not asked. An order whose currency has no rate waits: nothing is posted. Without `announce` the caller tells.
    """
    if row.member_id is None:
        return []
    new = lines is not None
    lines = list(OrderLine.objects.filter(order=row).order_by("position", "id")) if lines is None else lines
    held, numbers = ({}, {}) if new else _held([line.id for line in lines])
    judgement = None if nothing or row.state not in EARNING else judge(row, lines, at=at, opened=opened)
    if judgement is None and not held:
        return []
    differences = rules.differences(held, judgement.targets if judgement else [])
    names = {line.id: line.external_id for line in lines}
    versions = _versions(row, judgement, {one.rule for one in differences})
    earnings, posted = [], []
    for one in differences:
        number = numbers.get((one.line, one.rule, one.currency), 0) + 1
        key = rules.cause_key("order_line", one.line, one.rule, one.currency, number)
        code, version, days = versions[one.rule]
        why: dict[str, Any] = {"order": row.id, "line": names[one.line], "currency": row.currency, "rule": code}
        why |= {"version": version, "state": row.state, "number": number}
        if one.amount > 0 and judgement is not None:
            earnings.append(_earning(row, one, key, why | _reasons(judgement, one.rule), judgement, days, at))
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
    if announce:
        ledger.announce(posted, at=at)
    return posted


def _earning(
    row: Order,
    one: rules.Target,
    key: Any,
    facts: dict[str, Any],
    judgement: Judgement,
    days: int,
    at: datetime,
) -> Earning:
    paid_at = row.paid_at or at
    if judgement.pending_days is not None:
        days = min(days, judgement.pending_days)
    return Earning(
        key=key,
        member_id=row.member_id or 0,
        currency=one.currency,
        amount=one.amount,
        reason="purchase",
        origin="purchase",
        source_type="order_line",
        source_id=one.line,
        rule_id=one.rule,
        effective_at=paid_at,
        available_at=paid_at + timedelta(days=days),
        facts=facts,
    )


def _reasons(judgement: Judgement, rule_id: int) -> dict[str, Any]:
    """How the number came about and which rules lost: what the page of the line reads aloud."""
    effect = next(one for one in judgement.verdict.effects if one.rule.id == rule_id)
    found: dict[str, Any] = {"inputs": dict(effect.inputs) | {"points": effect.points}}
    if judgement.rate != 1:
        found["inputs"] |= {"rate": f"{float(judgement.rate):.6g}", "programme": judgement.programme}
    if rule_id in judgement.cuts:
        found["cap"] = judgement.cuts[rule_id]
    others = [one for one in lost(judgement.refusals) if one["rule"] != effect.rule.code]
    if others:
        found["lost"] = others
    return found


def _versions(row: Order, judgement: Judgement | None, ids: set[int]) -> dict[int, tuple[str, int, int]]:
    """Code, version and days until available of the rules that something is posted for."""
    known = {one.id: (one.code, one.version, one.pending_days) for one in (judgement.versions if judgement else ())}
    missing = ids - known.keys()
    if missing:
        found = EarningRule.objects.filter(id__in=missing).values_list("id", "code", "version", "pending_days")
        known |= {id: (code, version, days) for id, code, version, days in found}
    return known


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
