"""A member's points: how many, since when, until when, and how to earn more."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import formats
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from loyalty.models import EarningRule
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
class Dated:
    """So many points at this moment."""

    at: datetime
    amount: int


@dataclass(frozen=True)
class Outlook:
    """What happens to the points by itself: what becomes available, and what expires, the next dates first."""

    coming: tuple[Dated, ...]
    expiring: tuple[Dated, ...]


_OUTLOOK = """
WITH lot AS (
    SELECT lot.remaining, lot.available_at, lot.expires_at
    FROM loyalty_wallet AS wallet
    JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'points'
    JOIN loyalty_lot AS lot ON lot.wallet_id = wallet.id AND lot.remaining > 0
    WHERE wallet.member_id = %(member)s
)
(SELECT 'coming', min(available_at) AS moment, sum(remaining)::bigint FROM lot WHERE available_at > %(at)s
 GROUP BY (available_at AT TIME ZONE %(zone)s)::date ORDER BY moment LIMIT %(limit)s)
UNION ALL
(SELECT 'expiring', expires_at, sum(remaining)::bigint FROM lot WHERE expires_at > %(at)s AND expires_at <= %(horizon)s
 GROUP BY expires_at ORDER BY expires_at LIMIT %(limit)s)
"""


def outlook(*, member_id: int, at: datetime, days: int = 92, limit: int = 4) -> Outlook:
    """The next dates of a member's points: all that comes, by day, and what expires within `days`. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OUTLOOK,
            {
                "member": member_id, "at": at, "horizon": at + timedelta(days=days), "limit": limit,
                "zone": get_current_timezone_name(),
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    dates: dict[str, list[Dated]] = {"coming": [], "expiring": []}
    for name, moment, amount in rows:
        dates[name].append(Dated(moment, int(amount)))
    return Outlook(tuple(dates["coming"]), tuple(dates["expiring"]))


@dataclass(frozen=True)
class EarningWay:
    """One way to earn, as the page explains it. `times`: what a multiplier makes of the others' points, like "2" or "1.5"."""

    code: str
    trigger: str
    name: str
    points: int
    credit: int
    per_units: int
    per_unit: bool
    pending_days: int
    daily_cap: int | None
    times: str = ""


def ways_to_earn(*, at: datetime) -> list[EarningWay]:
    """The rules in force, as members read them; those for some groups alone are promised to nobody else."""
    rows = EarningRule.objects.filter(active=True, replaced_at__isnull=True, audience_groups=[]).order_by("id")
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
            _times(row.percent) if row.formula == EarningRule.Formula.MULTIPLIER else "",
        )
        for row in rows
        if (row.starts_at is None or row.starts_at <= at) and (row.ends_at is None or row.ends_at > at)
    ]


def _times(percent: int) -> str:
    return formats.number_format(Decimal(percent) / 100)


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
