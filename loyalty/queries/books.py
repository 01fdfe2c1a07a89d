"""The proof of the books: each invariant is one SQL statement that must return no row."""

import time
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop as noop

from loyalty.models import BooksDay, BooksProof
from loyalty.rules import merkle

_SHOWN = 20

INVARIANTS: dict[str, str] = {
    noop("all entries of a currency sum to zero"): """
        SELECT currency_id, sum(amount) AS total FROM loyalty_entry GROUP BY currency_id HAVING sum(amount) <> 0
    """,
    noop("every transaction sums to zero in each currency"): """
        SELECT txn_id, currency_id, sum(amount) AS total FROM loyalty_entry
        GROUP BY txn_id, currency_id HAVING sum(amount) <> 0
    """,
    noop("every transaction has entries"): """
        SELECT txn.id AS txn FROM loyalty_txn AS txn
        WHERE NOT EXISTS (SELECT 1 FROM loyalty_entry AS entry WHERE entry.txn_id = txn.id)
    """,
    noop("every entry of a wallet is in the wallet's currency"): """
        SELECT entry.id AS entry, entry.account, entry.currency_id FROM loyalty_entry AS entry
        LEFT JOIN loyalty_wallet AS wallet ON wallet.id = entry.account
        WHERE entry.account > 0 AND wallet.currency_id IS DISTINCT FROM entry.currency_id
    """,
    noop("a wallet is the sum of its entries"): """
        SELECT wallet.id AS wallet, wallet.posted, coalesce(sums.total, 0) AS entries FROM loyalty_wallet AS wallet
        LEFT JOIN (SELECT account, sum(amount) AS total FROM loyalty_entry WHERE account > 0 GROUP BY account) AS sums
        ON sums.account = wallet.id WHERE wallet.posted <> coalesce(sums.total, 0)
    """,
    noop("a wallet is its open lots less its open debts"): """
        SELECT wallet.id AS wallet, wallet.posted, coalesce(lots.total, 0) AS lots, coalesce(debts.total, 0) AS debts
        FROM loyalty_wallet AS wallet
        LEFT JOIN (SELECT wallet_id, sum(remaining) AS total FROM loyalty_lot GROUP BY wallet_id) AS lots
        ON lots.wallet_id = wallet.id
        LEFT JOIN (SELECT wallet_id, sum(remaining) AS total FROM loyalty_debt GROUP BY wallet_id) AS debts
        ON debts.wallet_id = wallet.id
        WHERE wallet.posted <> coalesce(lots.total, 0) - coalesce(debts.total, 0)
    """,
    noop("what is held is the sum of the open holds"): """
        SELECT wallet.id AS wallet, wallet.held, coalesce(holds.total, 0) AS holds FROM loyalty_wallet AS wallet
        LEFT JOIN (SELECT wallet_id, sum(amount) AS total FROM loyalty_hold WHERE state = 'open' GROUP BY wallet_id) AS holds
        ON holds.wallet_id = wallet.id WHERE wallet.held <> coalesce(holds.total, 0)
    """,
    noop("the account of held points is the sum of the open holds"): """
        SELECT currency.id AS currency, coalesce(legs.total, 0) AS account, coalesce(holds.total, 0) AS holds
        FROM loyalty_currency AS currency
        LEFT JOIN (SELECT account, sum(amount) AS total FROM loyalty_entry WHERE account < 0 GROUP BY account) AS legs
        ON legs.account = loyalty_account('held', currency.id)
        LEFT JOIN (SELECT wallet.currency_id, sum(hold.amount) AS total FROM loyalty_hold AS hold
                   JOIN loyalty_wallet AS wallet ON wallet.id = hold.wallet_id WHERE hold.state = 'open'
                   GROUP BY wallet.currency_id) AS holds
        ON holds.currency_id = currency.id WHERE coalesce(legs.total, 0) <> coalesce(holds.total, 0)
    """,
    noop("a hold took its amount from its wallet, and what closed it moved as much out of the held points"): """
        SELECT hold.id AS hold, hold.amount, taken.amount AS taken, closed.amount AS closed FROM loyalty_hold AS hold
        JOIN loyalty_wallet AS wallet ON wallet.id = hold.wallet_id
        LEFT JOIN loyalty_entry AS taken ON taken.txn_id = hold.txn_id AND taken.account = hold.wallet_id
        LEFT JOIN loyalty_entry AS closed
            ON closed.txn_id = hold.closing_id AND closed.account = loyalty_account('held', wallet.currency_id)
        LEFT JOIN loyalty_txn AS closing ON closing.id = hold.closing_id
        WHERE taken.amount IS DISTINCT FROM -hold.amount
           OR hold.state <> 'open' AND closed.amount IS DISTINCT FROM -hold.amount
           OR closing.kind <> CASE hold.state WHEN 'confirmed' THEN 'spend' ELSE 'release' END
    """,
    noop("what a transaction took from a wallet, it took from its lots or left as a debt"): """
        SELECT txn.id AS txn, -entry.amount AS taken, coalesce(uses.total, 0) AS of_lots, coalesce(debts.total, 0) AS owed
        FROM loyalty_txn AS txn JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0 AND entry.amount < 0
        LEFT JOIN (SELECT used.txn_id, lot.wallet_id, sum(used.amount) AS total FROM loyalty_lotuse AS used
                   JOIN loyalty_lot AS lot ON lot.id = used.lot_id GROUP BY used.txn_id, lot.wallet_id) AS uses
        ON uses.txn_id = txn.id AND uses.wallet_id = entry.account
        LEFT JOIN (SELECT txn_id, sum(amount) AS total FROM loyalty_debt GROUP BY txn_id) AS debts ON debts.txn_id = txn.id
        WHERE txn.kind <> 'reverse' AND coalesce(uses.total, 0) + coalesce(debts.total, 0) <> -entry.amount
    """,
    noop("what a transaction gave a wallet, it gave as lots"): """
        SELECT txn.id AS txn, entry.amount AS given, coalesce(lots.total, 0) AS as_lots
        FROM loyalty_txn AS txn JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0 AND entry.amount > 0
        LEFT JOIN (SELECT txn_id, wallet_id, sum(amount) AS total FROM loyalty_lot GROUP BY txn_id, wallet_id) AS lots
        ON lots.txn_id = txn.id AND lots.wallet_id = entry.account
        WHERE txn.kind NOT IN ('reverse', 'release') AND coalesce(lots.total, 0) <> entry.amount
    """,
    noop("a gift between members moves points and makes none"): """
        SELECT gift.id AS gift, gift.amount, count(entry.id) AS legs, sum(entry.amount) AS total
        FROM loyalty_transfer AS gift LEFT JOIN loyalty_entry AS entry ON entry.txn_id = gift.txn_id
        LEFT JOIN loyalty_wallet AS wallet ON wallet.id = entry.account AND wallet.currency_id = gift.currency_id
            AND wallet.member_id = CASE WHEN entry.amount < 0 THEN gift.sender_id ELSE gift.receiver_id END
        GROUP BY gift.id
        HAVING count(wallet.id) <> 2 OR count(entry.id) <> 2 OR sum(entry.amount) <> 0 OR max(entry.amount) <> gift.amount
    """,
    noop("an adjustment that was posted moved its amount, and a large one had two people"): """
        SELECT adjustment.id AS adjustment, adjustment.amount, -leg.amount AS posted FROM loyalty_adjustment AS adjustment
        LEFT JOIN loyalty_entry AS leg ON leg.txn_id = adjustment.txn_id
            AND leg.account = loyalty_account('adjusted', adjustment.currency_id)
        WHERE adjustment.state = 'posted' AND (leg.amount IS DISTINCT FROM -adjustment.amount
              OR adjustment.second_person AND (adjustment.decided_by_id IS NULL
                                               OR adjustment.decided_by_id = adjustment.proposed_by_id))
    """,
    noop("a lot is what was used of it and what remains"): """
        SELECT lot.id AS lot, lot.amount, lot.remaining, coalesce(uses.total, 0) AS used FROM loyalty_lot AS lot
        LEFT JOIN (SELECT lot_id, sum(amount - returned) AS total FROM loyalty_lotuse GROUP BY lot_id) AS uses
        ON uses.lot_id = lot.id WHERE lot.amount <> lot.remaining + coalesce(uses.total, 0)
    """,
    noop("a wallet is negative only where a debt was allowed"): """
        SELECT wallet.id AS wallet, wallet.posted FROM loyalty_wallet AS wallet
        WHERE wallet.posted < 0 AND NOT EXISTS (
            SELECT 1 FROM loyalty_debt AS debt WHERE debt.wallet_id = wallet.id AND debt.remaining > 0)
    """,
    noop("an undo points at one posting of the same account and takes no more"): """
        SELECT undo.id AS undo, undo.reverses_id AS undone, mine.amount, theirs.amount AS of_what
        FROM loyalty_txn AS undo
        JOIN loyalty_entry AS mine ON mine.txn_id = undo.id AND mine.account > 0
        JOIN loyalty_entry AS theirs ON theirs.txn_id = undo.reverses_id AND theirs.account > 0
        WHERE mine.account <> theirs.account OR abs(mine.amount) > abs(theirs.amount)
    """,
    noop("what is claimed of a reward is its open redemptions and what is put aside"): """
        SELECT reward.id AS reward, reward.claimed, coalesce(open.number, 0) AS redemptions,
               coalesce(aside.number, 0) AS put_aside FROM loyalty_reward AS reward
        LEFT JOIN (SELECT reward_id, count(*) AS number FROM loyalty_redemption
                   WHERE state NOT IN ('cancelled', 'expired', 'returned') GROUP BY reward_id) AS open
        ON open.reward_id = reward.id
        LEFT JOIN (SELECT reward_id, sum(number) AS number FROM (
                       SELECT reward_id, count - given - released AS number FROM loyalty_rewardreserve
                       UNION ALL SELECT reward_id, 1 FROM loyalty_gift WHERE state = 'waiting'
                       UNION ALL SELECT gift.gives_id, 1 FROM loyalty_redemption AS claim
                       JOIN loyalty_reward AS gift ON gift.id = claim.reward_id AND gift.gives_id IS NOT NULL
                       WHERE claim.state = 'held'
                   ) AS kept GROUP BY reward_id) AS aside
        ON aside.reward_id = reward.id
        WHERE reward.claimed <> coalesce(open.number, 0) + coalesce(aside.number, 0) OR reward.claimed > reward.stock
    """,
    noop("a redemption paid its cost with one transaction"): """
        SELECT redemption.id AS redemption, redemption.cost, -entry.amount AS paid FROM loyalty_redemption AS redemption
        LEFT JOIN loyalty_entry AS entry ON entry.txn_id = redemption.txn_id AND entry.account > 0
        WHERE (redemption.cost > 0 OR redemption.txn_id IS NOT NULL) AND entry.amount IS DISTINCT FROM -redemption.cost
    """,
    noop("no cap is exceeded"): """
        SELECT rule_code, member_id, period, count(*) AS hits, max(cap) AS cap FROM loyalty_rulehit
        GROUP BY rule_code, member_id, period HAVING count(*) > max(cap)
    """,
}

_COUNTS = """
SELECT (SELECT count(*) FROM loyalty_txn), (SELECT count(*) FROM loyalty_entry), (SELECT count(*) FROM loyalty_wallet),
       (SELECT count(*) FROM loyalty_lot), (SELECT coalesce(sum(posted), 0) FROM loyalty_wallet WHERE currency_id = 1)
"""


_LEAVES = """
SELECT sha256('\\x00'::bytea || convert_to(jsonb_build_array(
           txn.id, txn.key, txn.kind, txn.reason, txn.origin, txn.actor_id, txn.source_type, txn.source_id, txn.rule_id,
           txn.reverses_id, (extract(epoch FROM txn.effective_at) * 1000000)::bigint,
           (extract(epoch FROM txn.created_at) * 1000000)::bigint, txn.facts, legs.list)::text, 'UTF8'))
FROM loyalty_txn AS txn
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(entry.account, entry.currency_id, entry.amount) ORDER BY entry.id) AS list
    FROM loyalty_entry AS entry WHERE entry.txn_id = txn.id) AS legs ON true
WHERE txn.created_at >= %s AND txn.created_at < %s ORDER BY txn.id
"""


def root_of_day(day: date) -> tuple[str, int]:
    """The Merkle root over the transactions written on this day of the programme, with their entries, and their number."""
    zone = ZoneInfo(settings.TIME_ZONE)
    begin, end = (datetime.combine(one, clock_time(), tzinfo=zone) for one in (day, day + timedelta(days=1)))
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LEAVES, [begin, end])
        return merkle.root_of(bytes(row[0]) for row in cursor)


@dataclass(frozen=True)
class SealedDay:
    """A day of the books as it was sealed, and whether it still is what it was (None: nobody looked again)."""

    day: date
    txns: int
    root: str
    previous: str
    seal: str
    sealed_at: datetime
    problem: str | None = None


def sealed_days(*, limit: int = 60) -> list[SealedDay]:
    """The newest seals first."""
    rows = BooksDay.objects.order_by("-day").values_list("day", "txns", "root", "previous", "seal", "sealed_at")[:limit]
    return [SealedDay(*row) for row in rows]


def verify_day(*, day: date) -> SealedDay:
    """Look at a sealed day again: its transactions, its own seal, its link to the day before. Raises BooksDay.DoesNotExist.

    `problem` is an empty text when everything is as it was.
    """
    row = BooksDay.objects.get(day=day)
    root, txns = root_of_day(day)
    before = BooksDay.objects.filter(day__lt=day).order_by("-day").values_list("seal", flat=True).first() or ""
    problem = ""
    if (root, txns) != (row.root, row.txns):
        problem = f"{txns} transactions with root {root}, but {row.txns} with root {row.root} were sealed"
    elif row.seal != merkle.seal_of(row.previous, day.isoformat(), row.root):
        problem = "the seal is not that of its day"
    elif row.previous != before:
        problem = "the day before has another seal"
    return SealedDay(row.day, row.txns, row.root, row.previous, row.seal, row.sealed_at, problem)


@dataclass(frozen=True)
class MadeProof:
    """A proof that was asked for; counts are None until it is made."""

    asked_at: datetime
    asked_by_id: int | None
    made_at: datetime | None
    seconds: float | None
    txns: int | None
    entries: int | None
    wallets: int | None
    lots: int | None
    points: int | None
    balanced: bool | None
    findings: list[dict[str, Any]]


def proofs(*, limit: int = 30) -> list[MadeProof]:
    """The newest proofs first."""
    names = [field.name for field in fields(MadeProof)]
    return [MadeProof(*row) for row in BooksProof.objects.order_by("-asked_at", "-id").values_list(*names)[:limit]]


@dataclass(frozen=True)
class Finding:
    """One invariant that does not hold, with its first rows."""

    invariant: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class ProofResult:
    """What the proof looked at, how long it took in seconds, and what it found (nothing, when all is well)."""

    txns: int
    entries: int
    wallets: int
    lots: int
    points: int
    seconds: float
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        return not self.findings


def check_books() -> ProofResult:
    """Prove the ledger. Run it in one REPEATABLE READ transaction while others post, else they may come between statements."""
    started = time.perf_counter()
    findings = []
    with connection.cursor() as cursor:
        for invariant, statement in INVARIANTS.items():
            cursor.execute(f"{statement} LIMIT {_SHOWN}")
            rows = cursor.fetchall()
            if rows:
                columns = tuple(column.name for column in cursor.description or ())
                findings.append(Finding(invariant, columns, tuple(tuple(row) for row in rows)))
        cursor.execute(_COUNTS)
        txns, entries, wallets, lots, points = cursor.fetchone()
    seconds = time.perf_counter() - started
    return ProofResult(txns, entries, wallets, lots, int(points), seconds, tuple(findings))
