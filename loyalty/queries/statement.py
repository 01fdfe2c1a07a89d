"""A member's movements, line by line: when, how much, why, and what the balance was afterwards."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.timezone import localtime

from loyalty import rules
from loyalty.queries.purchases import order_name
from loyalty.queries.reasons import detail, why
from members.queries import member_cards

KINDS = {
    "earned": ("earn", "import"),
    "spent": ("spend", "hold"),
    "back": ("reverse", "release"),
    "expired": ("expire",),
    "other": ("adjust", "transfer", "convert"),
}
"""What members tell apart, and the kinds of postings that it is made of."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines are asked for; empty: all. `since` is included, `until` is not. `order` is an order's id."""

    kind: str = ""
    origin: str = ""
    since: datetime | None = None
    until: datetime | None = None
    order: int | None = None

    def __bool__(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True)
class StatementLine:
    """One movement. `why` is a sentence in the reader's language; `available_at` and `expires_at` belong to earned points.

    `balance` is what the member had after it, in the order in which things happened; points on their way are in it.
    """

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
    handle: str = ""
    balance: int = 0
    origin: str = ""
    reason: str = ""
    source_type: str = ""
    source_id: int | None = None
    reverses: int | None = None


_NAMES = "rule.name, rule.version, reward.name, bought.external_id, bought.placed_at, quest.name"
_NAMED = """
LEFT JOIN loyalty_earningrule AS rule ON rule.id = {row}.rule_id
LEFT JOIN loyalty_reward AS reward ON {row}.source_type = 'reward' AND reward.id = {row}.source_id
LEFT JOIN loyalty_order AS bought ON {row}.source_type = 'order_line' AND bought.id = ({row}.facts->>'order')::bigint
LEFT JOIN loyalty_questrun AS run ON {row}.reason = 'quest' AND run.public_id = substr({row}.facts->>'cause', 7)
LEFT JOIN loyalty_quest AS quest ON quest.id = run.quest_id
"""
"""What a line is called by comes with it: a page of lines costs one statement, and one for the people on it."""

# The balance is reckoned back from the wallet's own, over the newest entries alone: all that happened later than `edge` is
# among them. What was booked before the oldest of them happened before it was booked, give or take an hour, or stands in the
# index of what is ahead of its booking (`loyalty_txn_ahead`); another hour is for two that waited for the same lock.
_LINES = (
    """
WITH purse AS (
    SELECT wallet.id, wallet.posted FROM loyalty_wallet AS wallet
    JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = %(currency)s
    WHERE wallet.member_id = %(member)s
), newest AS MATERIALIZED (
    SELECT entry.id, entry.txn_id, entry.amount, txn.effective_at, txn.created_at,
           (%(kinds)s::text[] IS NULL OR txn.kind = ANY(%(kinds)s))
           AND (%(origin)s::text = '' OR txn.origin = %(origin)s)
           AND (%(order)s::bigint IS NULL OR txn.facts @> jsonb_build_object('order', %(order)s::bigint)) AS wanted
    FROM (
        SELECT entry.id, entry.txn_id, entry.amount FROM loyalty_entry AS entry
        WHERE entry.account = (SELECT id FROM purse) AND entry.account > 0
        ORDER BY entry.id DESC LIMIT %(newest)s
    ) AS entry JOIN loyalty_txn AS txn ON txn.id = entry.txn_id
), oldest AS (
    SELECT id, created_at + interval '2 hours' AS edge FROM newest ORDER BY id LIMIT 1
), reach AS (
    SELECT CASE
        WHEN %(newest)s::bigint IS NULL OR (SELECT count(*) FROM newest) < %(newest)s THEN '-infinity'
        WHEN (
            SELECT bool_or((
                SELECT min(entry.id) < oldest.id FROM loyalty_entry AS entry
                WHERE entry.txn_id = ahead.id AND entry.account = (SELECT id FROM purse)))
            FROM loyalty_txn AS ahead
            WHERE ahead.effective_at - ahead.created_at > interval '1 hour' AND ahead.effective_at > oldest.edge
        ) THEN 'infinity'
        ELSE oldest.edge END AS edge
    FROM oldest
), happened AS (
    SELECT newest.txn_id AS id, newest.id AS entry_id, newest.effective_at, newest.amount,
           newest.wanted, purse.id AS wallet_id, purse.posted - sum(newest.amount) OVER (
               ORDER BY newest.effective_at DESC, newest.txn_id DESC, newest.id DESC) + newest.amount AS balance
    FROM newest CROSS JOIN purse
), chosen AS MATERIALIZED (
    SELECT happened.* FROM happened
    WHERE happened.effective_at > (SELECT edge FROM reach) AND happened.wanted
      AND (%(before)s::bigint IS NULL OR (happened.effective_at, happened.id) <
           (SELECT last.effective_at, last.id FROM loyalty_txn AS last WHERE last.id = %(before)s))
      AND (%(before_key)s::uuid IS NULL OR (happened.effective_at, happened.id) <
           (SELECT last.effective_at, last.id FROM loyalty_txn AS last WHERE last.key = %(before_key)s))
      AND (%(since)s::timestamptz IS NULL OR happened.effective_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR happened.effective_at < %(until)s)
    ORDER BY happened.effective_at DESC, happened.id DESC, happened.entry_id DESC LIMIT %(limit)s
), shown AS (
    SELECT chosen.*, txn.key, txn.kind, txn.reason, txn.source_type, txn.source_id, txn.facts, txn.rule_id, txn.origin,
           txn.reverses_id
    FROM chosen JOIN loyalty_txn AS txn ON txn.id = chosen.id
)
SELECT shown.id, shown.effective_at, shown.amount, shown.kind, shown.reason, shown.source_type, shown.source_id, shown.facts,
       lot.available_at, lot.expires_at, coalesce(lot.remaining, 0), shown.rule_id, shown.key, shown.balance, shown.origin,
       shown.reverses_id, {names}, reach.edge = '-infinity' OR reach.edge < %(since)s
FROM reach LEFT JOIN shown ON true LEFT JOIN LATERAL (
    SELECT min(available_at) AS available_at, min(expires_at) AS expires_at, sum(remaining) AS remaining
    FROM loyalty_lot WHERE loyalty_lot.txn_id = shown.id AND loyalty_lot.wallet_id = shown.wallet_id) AS lot ON true
{joins}
ORDER BY shown.effective_at DESC, shown.id DESC, shown.entry_id DESC
""".replace("{names}", _NAMES)
    .replace("{joins}", _NAMED)
    .replace("{row}", "shown")
)

NEWEST = (500, 5_000, None)
"""So many of the newest entries are read at first; more when the page needs older ones; at last all."""


def statement(
    *,
    member_id: int,
    at: datetime,
    currency: str = "points",
    before: int | None = None,
    before_key: uuid.UUID | None = None,
    wanted: Wanted | None = None,
    limit: int = 30,
) -> list[StatementLine]:
    """A member's movements, the latest to happen first. `before` is the txn id of the last line already shown, or
    `before_key` its key (`rules.key_of_line`); one that nobody knows shows nothing.

    Ordered by when it happened, not by when it was booked: an import books last year's purchases today.
    """
    wanted = wanted or Wanted()
    asked: dict[str, Any] = {
        "member": member_id, "currency": currency, "before": before, "before_key": before_key, "limit": limit,
        "kinds": list(KINDS[wanted.kind]) if wanted.kind else None, "origin": wanted.origin,
        "since": wanted.since, "until": wanted.until, "order": wanted.order,
    }  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for newest in NEWEST[:: 2 if wanted else 1]:  # what was chosen may be rare
        with connection.cursor() as cursor:
            cursor.execute(_LINES, asked | {"newest": newest})
            found = cursor.fetchall()
        rows = [row for row in found if row[0] is not None]
        if len(rows) == limit or not found or found[0][-1]:
            break
    return lines_from(rows, at=at)


def whole_statement(
    *, member_id: int, at: datetime, currency: str, wanted: Wanted | None = None, a_piece: int = 10_000
) -> Iterator[list[StatementLine]]:
    """All of it, piece by piece, for a file. A piece reads again what is newer than it, so pieces are large."""
    last: uuid.UUID | None = None
    while True:
        lines = statement(member_id=member_id, at=at, currency=currency, before_key=last, wanted=wanted, limit=a_piece)
        if lines:
            yield lines
        if len(lines) < a_piece:
            return
        last = rules.key_of_line(lines[-1].handle)


Row = tuple[Any, ...]
"""A stored line; `facts_of` and `lines_from` know its columns."""


def stored_lines(*, member_id: int, txn_ids: Sequence[int]) -> list[Row]:
    """The lines of these postings on this member's accounts, the oldest first; credit too. Their balance is not reckoned."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT txn.id, txn.effective_at, entry.amount, txn.kind, txn.reason, txn.source_type, txn.source_id, txn.facts,
                   lot.available_at, lot.expires_at, coalesce(lot.remaining, 0), txn.rule_id, txn.key, 0, txn.origin,
                   txn.reverses_id, {_NAMES}
            FROM loyalty_txn AS txn JOIN loyalty_entry AS entry ON entry.txn_id = txn.id
            JOIN loyalty_wallet AS wallet ON wallet.id = entry.account AND wallet.member_id = %s
            LEFT JOIN LATERAL (
                SELECT min(available_at) AS available_at, min(expires_at) AS expires_at, sum(remaining) AS remaining
                FROM loyalty_lot WHERE loyalty_lot.txn_id = txn.id AND loyalty_lot.wallet_id = wallet.id) AS lot ON true
            {_NAMED.format(row="txn")}
            WHERE txn.id = ANY(%s) ORDER BY txn.id, entry.id
            """,
            [member_id, list(txn_ids)],
        )
        rows: list[Row] = cursor.fetchall()
    return rows


def facts_of(row: Row) -> dict[str, Any]:
    """What a stored line keeps of its cause."""
    facts: dict[str, Any] = row[7] if isinstance(row[7], dict) else json.loads(row[7])
    return facts


def lines_from(rows: Sequence[Row], *, at: datetime) -> list[StatementLine]:
    """Stored lines in words."""
    facts = [facts_of(row) for row in rows]
    people = {fact[role] for fact in facts for role in ("giver", "from", "to") if isinstance(fact.get(role), int)}
    givers = member_cards(member_ids=sorted(people))
    return [
        StatementLine(
            txn_id=row[0],
            at=row[1],
            amount=row[2],
            kind=row[3],
            why=why(
                kind=row[3],
                reason=row[4],
                source_type=row[5],
                facts=fact,
                reward=row[18] or "",
                order=order_name(external_id=row[19], placed_at=localtime(row[20])) if row[20] else "",
                quest=row[21] or "",
                givers=givers,
                amount=row[2],
            ),
            detail=detail(row[16], row[17]) if row[3] == "earn" and row[16] else "",
            available_at=row[8],
            expires_at=row[9],
            remaining=int(row[10]),
            pending=row[8] is not None and row[8] > at and row[10] > 0,
            facts=fact,
            handle=rules.line_handle(row[12]),
            balance=int(row[13]),
            origin=row[14],
            reason=row[4],
            source_type=row[5],
            source_id=row[6],
            reverses=row[15],
        )
        for row, fact in zip(rows, facts, strict=True)
    ]
