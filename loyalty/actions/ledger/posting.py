"""Postings: each is one call of a database function (migration 0002), for one or for a crowd."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.events import PointsPosted
from loyalty.models import Hold
from outbox.publish import publish, publish_many
from outbox.require import require_transaction

POINTS, CREDIT = "points", "credit"
LEAST_VALIDITY = timedelta(days=30)
"""What points given back are worth at least: their old expiry, or this much time when that is nearer or past."""


class ConflictingFacts(Exception):
    """The key of this posting was used before for something else. Nothing was posted."""


class InsufficientPoints(Exception):
    """The member has fewer available points than this costs."""

    def __init__(self, available: int, needed: int) -> None:
        super().__init__(_("You do not have enough points for this yet."))
        self.available, self.needed = available, needed


@dataclass(frozen=True)
class CurrencyRow:
    """A kind of point as postings need it."""

    id: int
    code: str
    policy: rules.ExpiryPolicy
    max_balance: int | None
    qualifies_tier: bool = False
    version: str = ""

    def expires(self, moment: datetime) -> datetime | None:
        """When points of this kind that are earned at `moment` will be gone."""
        return self.policy.end(moment, zone())


@dataclass(frozen=True, kw_only=True)
class Earning:
    """One award to post."""

    key: uuid.UUID
    member_id: int
    currency: str
    amount: int
    reason: str
    origin: str
    source_type: str
    source_id: int | None = None
    rule_id: int | None = None
    effective_at: datetime
    available_at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    kind: str = "earn"


@dataclass(frozen=True)
class Posted:
    """The answer of the ledger. `created` is false for a replay."""

    txn_id: int
    created: bool


def zone() -> ZoneInfo:
    """Where the programme's days begin."""
    return ZoneInfo(settings.TIME_ZONE)


_known: dict[str, CurrencyRow] = {}


def currencies() -> dict[str, CurrencyRow]:
    """All kinds of points as they are now, by code."""
    global _known
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, expiry_policy, expiry_months, expiry_rounding, expiry_dates, max_balance, qualifies_tier, "
            "loyalty_policy(currency) FROM loyalty_currency AS currency"
        )
        found = {
            code: CurrencyRow(
                id, code, rules.ExpiryPolicy(kind, months, rounding, rules.parse_days(days)), most, counts, version
            )
            for id, code, kind, months, rounding, days, most, counts, version in cursor.fetchall()
        }
    _known = found
    return found


def currencies_once_known() -> dict[str, CurrencyRow]:
    """The same as this process read them last: for postings that name `version` to the database, which says when it is another."""
    return _known or currencies()


def lock_wallets(member_ids: Iterable[int]) -> None:
    """Lock all wallets of the members by id, making the missing ones. After the order row, before everything else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT loyalty_lock_wallets(%s)", [sorted(set(member_ids))])


def earn(*, earnings: Sequence[Earning], by: int | None, at: datetime) -> list[Posted]:
    """Post awards, any number, in one statement; each once, whatever happens. Answers in the order given.

    Lots expire by their currency's policy, counted from when they are both written and available.
    Raises ConflictingFacts when a key is known with other facts.
    """
    require_transaction()
    if not earnings:
        return []
    known, posted = _post_by(currencies_once_known(), earnings, by=by, at=at)
    changed: dict[str, set[int]] = defaultdict(set)
    for one, answer in zip(earnings, posted, strict=True):
        if answer.created:
            changed[one.currency].add(one.member_id)
    for code, members in changed.items():
        after_posting(known[code], members, at=at)
    return posted


def _post_by(
    known: dict[str, CurrencyRow], earnings: Sequence[Earning], *, by: int | None, at: datetime
) -> tuple[dict[str, CurrencyRow], list[Posted]]:
    """Post by what this process knows of the currencies; when somebody changed one since, read them and post again."""
    if any(one.currency not in known for one in earnings):
        known = currencies()
    answers = _post(_rows(earnings, known, by=by, at=at), {known[one.currency] for one in earnings})
    refused = answers[0][3]
    if refused == "stale":
        return _post_by(currencies(), earnings, by=by, at=at)
    if refused is not None:
        raise ConflictingFacts(refused)
    return known, [Posted(txn_id, created) for _nth, txn_id, created, _refused in answers]


def _post(rows: list[dict[str, Any]], known: Iterable[CurrencyRow]) -> list[tuple[int, int, bool, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nth, txn_id, created, refused FROM loyalty_post(%s, %s) ORDER BY nth",
            [json.dumps(rows), json.dumps({row.id: row.version for row in known})],
        )
        return list(cursor.fetchall())


def _rows(
    earnings: Sequence[Earning], known: dict[str, CurrencyRow], *, by: int | None, at: datetime
) -> list[dict[str, Any]]:
    expiries: dict[tuple[str, datetime], str | None] = {}
    rows = []
    for one in earnings:
        currency = known[one.currency]
        base = max(one.available_at, at)
        if (one.currency, base) not in expiries:
            expires = currency.expires(base)
            expiries[one.currency, base] = expires.isoformat() if expires else None
        rows.append(
            {
                "key": str(one.key),
                "member": one.member_id,
                "currency": currency.id,
                "amount": one.amount,
                "kind": one.kind,
                "reason": one.reason,
                "origin": one.origin,
                "actor": by,
                "source_type": one.source_type,
                "source_id": one.source_id,
                "rule": one.rule_id,
                "effective_at": one.effective_at.isoformat(),
                "available_at": one.available_at.isoformat(),
                "expires_at": expiries[one.currency, base],
                "facts": one.facts,
            }
        )
    return rows


def after_posting(currency: CurrencyRow, members: Iterable[int], *, at: datetime) -> None:
    """What the currency's policies ask for when points of these members moved: a currency without such a policy asks nothing.

    Sliding points live on; what is beyond the most that can be kept is let go, with a line of its own.
    """
    if currency.policy.kind == "sliding":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT loyalty_slide(%s, %s::smallint, %s, %s)",
                [sorted(members), currency.id, at, currency.expires(at)],
            )
    if currency.max_balance is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT member_id, txn_id, amount FROM loyalty_trim(%s, %s::smallint, %s)",
                [sorted(members), currency.id, at],
            )
            lost = cursor.fetchall()
        announce([(member, currency.code, txn_id, -amount) for member, txn_id, amount in lost], at=at)


def spend(
    *,
    key: uuid.UUID,
    member_id: int,
    amount: int,
    reason: str,
    source_type: str,
    source_id: int,
    by: int | None,
    at: datetime,
    facts: dict[str, Any],
    savepoint: bool = True,
) -> Posted:
    """Take points, soonest expiry first. Raises InsufficientPoints; nothing is then posted.

    `savepoint`: see `conflicts`; callers who have one around this already need no second one.
    """
    require_transaction()
    amount = rules.whole_amount(amount)
    currency = currencies_once_known().get(POINTS) or currencies()[POINTS]
    with conflicts(savepoint=savepoint), connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn_id, outcome, available, "
            "(SELECT loyalty_policy(currency) FROM loyalty_currency AS currency WHERE currency.id = %s) "
            "FROM loyalty_spend(%s, %s, %s::smallint, %s, %s, %s, %s, %s, %s, %s)",
            [
                currency.id,
                key,
                member_id,
                currency.id,
                amount,
                reason,
                by,
                source_type,
                source_id,
                at,
                json.dumps(facts),
            ],
        )
        txn_id, outcome, available, version = cursor.fetchone()
    if outcome == "insufficient":
        raise InsufficientPoints(available, amount)
    if outcome == "created":
        # What follows a posting goes by the currency as it is now, not as this process read it last.
        after_posting(currency if version == currency.version else currencies()[POINTS], [member_id], at=at)
    return Posted(txn_id, outcome == "created")


def clawback(
    *,
    key: uuid.UUID,
    member_id: int,
    currency: str,
    amount: int,
    reason: str,
    origin: str,
    source_type: str,
    source_id: int | None,
    rule_id: int | None,
    by: int | None,
    at: datetime,
    facts: dict[str, Any],
    reverses: int | None = None,
) -> Posted:
    """Take earned points back: from the lots of that cause first, at last as a debt or not at all, by the currency's policy.

    Raises ConflictingFacts when the key was used for something else; the transaction is then lost.
    """
    require_transaction()
    with conflicts(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn_id, created FROM loyalty_clawback(%s, %s, %s::smallint, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                key,
                member_id,
                currencies()[currency].id,
                amount,
                reason,
                origin,
                by,
                source_type,
                source_id,
                rule_id,
                reverses,
                at,
                json.dumps(facts),
            ],
        )
        txn_id, created = cursor.fetchone()
    return Posted(txn_id, created)


def reverse_txn(*, txn_id: int, reason: str, by: int | None, at: datetime) -> Posted:
    """Undo one posting exactly, once: an award is taken back from its own lot first; a spending goes back to its lots, a hold
    too, whether it was confirmed or not."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn.kind, txn.origin, txn.source_type, txn.source_id, txn.rule_id, wallet.member_id, currency.code, "
            "entry.amount FROM loyalty_txn AS txn JOIN loyalty_entry AS entry ON entry.txn_id = txn.id "
            "JOIN loyalty_wallet AS wallet ON wallet.id = entry.account "
            "JOIN loyalty_currency AS currency ON currency.id = entry.currency_id WHERE txn.id = %s",
            [txn_id],
        )
        kind, origin, source_type, source_id, rule_id, member_id, currency, amount = cursor.fetchone()
    key = rules.cause_key("reverse", txn_id)
    if kind == "hold":
        open_hold = (
            Hold.objects.filter(txn_id=txn_id).exclude(state=Hold.State.CONFIRMED).values_list("id", flat=True).first()
        )
        if open_hold is not None:
            from loyalty.actions.ledger.holding import release_hold

            return release_hold(hold_id=open_hold, reason=reason, by=by, at=at)
    if kind in ("spend", "hold"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT txn_id, created FROM loyalty_unspend(%s, %s, %s, %s, %s, %s::interval, %s)",
                [key, txn_id, reason, by, at, least_validity(), json.dumps({})],
            )
            undone, created = cursor.fetchone()
        posted = Posted(undone, created)
    elif kind == "earn":
        posted = clawback(
            key=key,
            member_id=member_id,
            currency=currency,
            amount=amount,
            reason=reason,
            origin=origin,
            source_type=source_type,
            source_id=source_id,
            rule_id=rule_id,
            by=by,
            at=at,
            facts={},
            reverses=txn_id,
        )
    else:
        raise ValueError(f"A posting of kind {kind} has no undo.")
    if posted.created:
        publish(PointsPosted(member_id=member_id, txn_id=posted.txn_id, currency=currency, amount=-amount, at=at))
    return posted


def expire_lots(*, at: datetime, limit: int = 2_000) -> int:
    """Let one batch of lots go whose time has passed. Returns how many wallets changed; 0 when nothing is due (or all is held).

    A batch locks its wallets until its commit, so it is small: with 20,000 lots members who spent met the lock's time limit.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, currency.code, txn_id, amount FROM loyalty_expire(%s, %s) AS gone "
            "JOIN loyalty_currency AS currency ON currency.id = gone.currency_id",
            [at, limit],
        )
        rows = cursor.fetchall()
    publish_many(
        [
            PointsPosted(member_id=member, txn_id=txn, currency=code, amount=-amount, at=at)
            for member, code, txn, amount in rows
        ]
    )
    return len(rows)


def announce(postings: Iterable[tuple[int, str, int, int]], *, at: datetime) -> None:
    """Publish what was posted: `told_of`."""
    publish_many(told_of(postings, at=at))


def told_of(postings: Iterable[tuple[int, str, int, int]], *, at: datetime) -> list[PointsPosted]:
    """What is told of postings, summed per member and currency: (member, currency, txn, amount)."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    latest: dict[tuple[int, str], int] = {}
    for member_id, currency, txn_id, amount in postings:
        sums[member_id, currency] += amount
        latest[member_id, currency] = txn_id
    return [
        PointsPosted(member_id=member_id, txn_id=latest[member_id, currency], currency=currency, amount=amount, at=at)
        for (member_id, currency), amount in sums.items()
        if amount
    ]


def least_validity() -> str:
    """`LEAST_VALIDITY` as PostgreSQL reads an interval."""
    return f"{LEAST_VALIDITY.days} days"


@contextmanager
def conflicts(*, savepoint: bool = True) -> Iterator[None]:
    """Name the ledger's refusal of a known key with other facts (LY001).

    With a savepoint the caller's transaction goes on after it; without one it cannot.
    """
    try:
        with transaction.atomic() if savepoint else nullcontext():
            yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) == "LY001":
            raise ConflictingFacts(str(error)) from error
        raise
