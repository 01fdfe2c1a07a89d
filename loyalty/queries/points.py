"""A member's points: how many, since when, until when, and why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from loyalty.models import EarningRule, Reward
from loyalty.queries.purchases import order_names
from members.queries import MemberCard, member_cards


@dataclass(frozen=True)
class Balance:
    """`available` can be spent now (negative: owed), `pending` soon. `expiring` of the available ones go next, at `expires_at`."""

    available: int
    pending: int
    reserved: int
    pending_until: datetime | None
    expiring: int
    expires_at: datetime | None
    lifetime: int
    owed: int


_BALANCE = """
FROM loyalty_wallet AS wallet
JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = %(currency)s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(remaining) FILTER (WHERE available_at <= %(at)s
               AND (expires_at IS NULL OR expires_at > %(at)s)), 0) AS available,
           coalesce(sum(remaining) FILTER (WHERE available_at > %(at)s), 0) AS pending,
           min(available_at) FILTER (WHERE available_at > %(at)s) AS pending_until
    FROM loyalty_lot AS lot WHERE lot.wallet_id = wallet.id AND remaining > 0) AS lots
LEFT JOIN LATERAL (
    SELECT expires_at, sum(remaining) AS amount FROM loyalty_lot AS lot
    WHERE lot.wallet_id = wallet.id AND remaining > 0 AND expires_at > %(at)s AND available_at <= %(at)s
    GROUP BY expires_at ORDER BY expires_at LIMIT 1) AS expiring ON true
CROSS JOIN LATERAL (
    SELECT coalesce(sum(remaining), 0) AS owed FROM loyalty_debt AS debt
    WHERE debt.wallet_id = wallet.id AND remaining > 0) AS debts
"""
_COLUMNS = """wallet.held, wallet.lifetime, lots.available, lots.pending, lots.pending_until, expiring.amount,
    expiring.expires_at, debts.owed"""
OWN_BALANCE = f"""(
    SELECT jsonb_build_array({_COLUMNS}) {_BALANCE.replace("%(currency)s", "'points'")}
    WHERE wallet.member_id = member.id)"""
"""The balance of the row `member` in points, for `members.slots.standings`; `balance_of` reads it."""


def balance(*, member_id: int, at: datetime, currency: str = "points") -> Balance:
    """A member's balance; zeros for a member without a wallet."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} {_BALANCE} WHERE wallet.member_id = %(member)s",
            {"member": member_id, "at": at, "currency": currency},
        )
        return balance_of(cursor.fetchone())


def balance_of(row: Sequence[Any] | str | None) -> Balance:
    """What the statement found, as a row or as JSON."""
    found: Sequence[Any] | None = json.loads(row) if isinstance(row, str) else row
    if found is None:
        return Balance(0, 0, 0, None, 0, None, 0, 0)
    held, lifetime, available, pending, pending_until, expiring, expires_at, owed = found
    pending_until, expires_at = _moment(pending_until), _moment(expires_at)
    return Balance(
        int(available) - int(owed),
        int(pending),
        int(held),
        pending_until,
        int(expiring or 0),
        expires_at,
        int(lifetime),
        int(owed),
    )


def _moment(value: datetime | str | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class StatementLine:
    """One movement. `why` is a sentence in the reader's language; `available_at` and `expires_at` belong to earned points."""

    txn_id: int
    at: datetime
    amount: int
    kind: str
    why: str
    detail: str
    available_at: datetime | None
    expires_at: datetime | None
    remaining: int
    pending: bool
    facts: dict[str, Any] = field(default_factory=dict)


def statement(
    *, member_id: int, at: datetime, currency: str = "points", before: int | None = None, limit: int = 30
) -> list[StatementLine]:
    """A member's movements, the latest to happen first. `before` is the txn id of the last line already shown.

    Ordered by when it happened, not by when it was booked: an import books last year's purchases today.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT txn.id, txn.effective_at, entry.amount, txn.kind, txn.reason, txn.source_type, txn.source_id, txn.facts,
                   lot.available_at, lot.expires_at, coalesce(lot.remaining, 0), txn.rule_id
            FROM loyalty_wallet AS wallet
            JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = %(currency)s
            JOIN loyalty_entry AS entry ON entry.account = wallet.id
            JOIN loyalty_txn AS txn ON txn.id = entry.txn_id
            LEFT JOIN LATERAL (
                SELECT min(available_at) AS available_at, min(expires_at) AS expires_at, sum(remaining) AS remaining
                FROM loyalty_lot WHERE loyalty_lot.txn_id = txn.id) AS lot ON true
            WHERE wallet.member_id = %(member)s AND (%(before)s::bigint IS NULL OR (txn.effective_at, txn.id) <
                   (SELECT last.effective_at, last.id FROM loyalty_txn AS last WHERE last.id = %(before)s))
            ORDER BY txn.effective_at DESC, txn.id DESC, entry.id DESC LIMIT %(limit)s
            """,
            {"member": member_id, "currency": currency, "before": before, "limit": limit},
        )
        rows = cursor.fetchall()
    facts = [_facts(row[7]) for row in rows]
    versions = EarningRule.objects.in_bulk({row[11] for row in rows if row[11]})
    rewards = Reward.objects.in_bulk({row[6] for row in rows if row[5] == "reward"})
    orders = order_names(order_ids=[fact["order"] for fact in facts if "order" in fact])
    givers = member_cards(member_ids=[fact["giver"] for fact in facts if fact.get("giver")])
    return [
        StatementLine(
            txn_id=row[0],
            at=row[1],
            amount=row[2],
            kind=row[3],
            why=_why(row, fact, rewards.get(row[6]) if row[5] == "reward" else None, orders, givers),
            detail=_detail(versions.get(row[11]), row[3]),
            available_at=row[8],
            expires_at=row[9],
            remaining=int(row[10]),
            pending=row[8] is not None and row[8] > at and row[10] > 0,
            facts=fact,
        )
        for row, fact in zip(rows, facts, strict=True)
    ]


def _facts(stored: Any) -> dict[str, Any]:
    found: dict[str, Any] = stored if isinstance(stored, dict) else json.loads(stored)
    return found


def _why(
    row: Sequence[Any],
    facts: dict[str, Any],
    reward: Reward | None,
    orders: dict[int, str],
    givers: dict[int, MemberCard],
) -> str:
    """The reason in plain words."""
    _txn, _at, _amount, kind, reason, source_type, *_rest = row
    order = orders.get(facts.get("order", 0)) or _("order")
    giver = givers.get(facts.get("giver") or 0)
    name = giver.name if giver else _("somebody")
    if source_type == "order_line":
        texts = {
            "purchase": _("For your %(order)s"),
            "refund": _("Taken back: a part of your %(order)s was refunded"),
            "cancelled": _("Taken back: your %(order)s was cancelled"),
        }
        return texts.get(reason, texts["purchase"]) % {"order": order}
    if source_type == "merit":
        texts = {
            "answer.accepted": _("%(name)s accepted your answer"),
            "reaction.added": _("%(name)s liked your post"),
            "session.attended": _("You were at a live session"),
            "unaccepted": _("Taken back: your answer is no longer the accepted one"),
            "post_removed": _("Taken back: the post was removed"),
        }
        return texts.get(reason, _("For your post")) % {"name": name}
    if source_type == "reward":
        text = _("Given back: %(reward)s") if kind == "reverse" else _("Reward: %(reward)s")
        return text % {"reward": _(reward.name) if reward else ""}
    if kind == "expire":
        return _("Expired")
    grants = {
        "referral_inviter": _("A friend you invited made their first purchase"),
        "referral_friend": _("Welcome: a friend invited you"),
        "campaign": _("A gift from us"),
        "comeback": _("Welcome back"),
        "goodwill": _("With our apology"),
    }
    known: str = grants.get(reason, reason.replace("_", " ").replace(".", " ").capitalize())
    return known


def _detail(version: EarningRule | None, kind: str) -> str:
    if version is None or kind != "earn":
        return ""
    return _("Rule “%(name)s”, version %(version)s") % {"name": _(version.name), "version": version.version}


@dataclass(frozen=True)
class EarningWay:
    """One way to earn, as the page explains it."""

    code: str
    trigger: str
    name: str
    points: int
    credit: int
    per_units: int
    per_unit: bool
    pending_days: int
    daily_cap: int | None


def ways_to_earn(*, at: datetime) -> list[EarningWay]:
    """The rules in force, as members read them."""
    rows = EarningRule.objects.filter(active=True, replaced_at__isnull=True).order_by("id")
    return [
        EarningWay(
            row.code,
            row.trigger,
            _(row.name),
            row.points,
            row.credit,
            row.per_units,
            row.formula == EarningRule.Formula.PER_UNIT,
            row.pending_days,
            row.daily_cap,
        )
        for row in rows
        if (row.starts_at is None or row.starts_at <= at) and (row.ends_at is None or row.ends_at > at)
    ]


def top_members(
    *, limit: int, since: datetime | None = None, activity_only: bool = False
) -> list[tuple[MemberCard, int]]:
    """Members by what they earned (tier credit), most first. A table of all time belongs to those who came first: pass `since`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wallet.member_id, sum(lot.remaining) AS credit FROM loyalty_lot AS lot "
            "JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id "
            "JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.qualifies_tier "
            "WHERE lot.remaining > 0 AND (%(since)s::timestamptz IS NULL OR lot.earned_at >= %(since)s) "
            "AND (NOT %(activity)s OR lot.origin = 'activity') "
            "GROUP BY wallet.member_id ORDER BY credit DESC, wallet.member_id LIMIT %(limit)s",
            {"since": since, "limit": limit, "activity": activity_only},
        )
        rows = cursor.fetchall()
    cards = member_cards(member_ids=[member_id for member_id, _credit in rows])
    return [(cards[member_id], int(credit)) for member_id, credit in rows if member_id in cards]
