"""The proof of the books: each invariant is one SQL statement that must return no row."""

import time
from dataclasses import dataclass
from typing import Any

from django.db import connection

_SHOWN = 20

INVARIANTS: dict[str, str] = {
    "all entries of a currency sum to zero": """
        SELECT currency_id, sum(amount) AS total FROM loyalty_entry GROUP BY currency_id HAVING sum(amount) <> 0
    """,
    "every transaction sums to zero in each currency": """
        SELECT txn_id, currency_id, sum(amount) AS total FROM loyalty_entry
        GROUP BY txn_id, currency_id HAVING sum(amount) <> 0
    """,
    "every transaction has entries": """
        SELECT txn.id AS txn FROM loyalty_txn AS txn
        WHERE NOT EXISTS (SELECT 1 FROM loyalty_entry AS entry WHERE entry.txn_id = txn.id)
    """,
    "every entry of a wallet is in the wallet's currency": """
        SELECT entry.id AS entry, entry.account, entry.currency_id FROM loyalty_entry AS entry
        LEFT JOIN loyalty_wallet AS wallet ON wallet.id = entry.account
        WHERE entry.account > 0 AND wallet.currency_id IS DISTINCT FROM entry.currency_id
    """,
    "a wallet is the sum of its entries": """
        SELECT wallet.id AS wallet, wallet.posted, coalesce(sums.total, 0) AS entries FROM loyalty_wallet AS wallet
        LEFT JOIN (SELECT account, sum(amount) AS total FROM loyalty_entry WHERE account > 0 GROUP BY account) AS sums
        ON sums.account = wallet.id WHERE wallet.posted <> coalesce(sums.total, 0)
    """,
    "a wallet is its open lots less its open debts": """
        SELECT wallet.id AS wallet, wallet.posted, coalesce(lots.total, 0) AS lots, coalesce(debts.total, 0) AS debts
        FROM loyalty_wallet AS wallet
        LEFT JOIN (SELECT wallet_id, sum(remaining) AS total FROM loyalty_lot GROUP BY wallet_id) AS lots
        ON lots.wallet_id = wallet.id
        LEFT JOIN (SELECT wallet_id, sum(remaining) AS total FROM loyalty_debt GROUP BY wallet_id) AS debts
        ON debts.wallet_id = wallet.id
        WHERE wallet.posted <> coalesce(lots.total, 0) - coalesce(debts.total, 0)
    """,
    "what is held is the sum of the open holds": """
        SELECT wallet.id AS wallet, wallet.held, coalesce(holds.total, 0) AS holds FROM loyalty_wallet AS wallet
        LEFT JOIN (SELECT wallet_id, sum(amount) AS total FROM loyalty_hold WHERE state = 'open' GROUP BY wallet_id) AS holds
        ON holds.wallet_id = wallet.id WHERE wallet.held <> coalesce(holds.total, 0)
    """,
    "the account of held points is the sum of the open holds": """
        SELECT currency.id AS currency, coalesce(legs.total, 0) AS account, coalesce(holds.total, 0) AS holds
        FROM loyalty_currency AS currency
        LEFT JOIN (SELECT account, sum(amount) AS total FROM loyalty_entry WHERE account < 0 GROUP BY account) AS legs
        ON legs.account = loyalty_account('held', currency.id)
        LEFT JOIN (SELECT wallet.currency_id, sum(hold.amount) AS total FROM loyalty_hold AS hold
                   JOIN loyalty_wallet AS wallet ON wallet.id = hold.wallet_id WHERE hold.state = 'open'
                   GROUP BY wallet.currency_id) AS holds
        ON holds.currency_id = currency.id WHERE coalesce(legs.total, 0) <> coalesce(holds.total, 0)
    """,
    "a hold took its amount from its wallet, and what closed it moved as much": """
        SELECT hold.id AS hold, hold.amount, taken.amount AS taken, closed.amount AS closed FROM loyalty_hold AS hold
        LEFT JOIN loyalty_entry AS taken ON taken.txn_id = hold.txn_id AND taken.account = hold.wallet_id
        LEFT JOIN loyalty_entry AS closed ON closed.txn_id = hold.closing_id AND closed.amount < 0
        WHERE taken.amount IS DISTINCT FROM -hold.amount OR hold.state <> 'open' AND closed.amount IS DISTINCT FROM -hold.amount
    """,
    "what a transaction took from a wallet, it took from lots": """
        SELECT txn.id AS txn, -entry.amount AS taken, coalesce(uses.total, 0) AS of_lots
        FROM loyalty_txn AS txn JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0 AND entry.amount < 0
        LEFT JOIN (SELECT txn_id, sum(amount) AS total FROM loyalty_lotuse GROUP BY txn_id) AS uses ON uses.txn_id = txn.id
        WHERE txn.kind IN ('spend', 'hold', 'expire', 'transfer') AND coalesce(uses.total, 0) <> -entry.amount
    """,
    "a lot is what was used of it and what remains": """
        SELECT lot.id AS lot, lot.amount, lot.remaining, coalesce(uses.total, 0) AS used FROM loyalty_lot AS lot
        LEFT JOIN (SELECT lot_id, sum(amount - returned) AS total FROM loyalty_lotuse GROUP BY lot_id) AS uses
        ON uses.lot_id = lot.id WHERE lot.amount <> lot.remaining + coalesce(uses.total, 0)
    """,
    "a wallet is negative only where its currency allows a debt": """
        SELECT wallet.id AS wallet, wallet.posted FROM loyalty_wallet AS wallet
        JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id
        WHERE wallet.posted < 0 AND currency.negative_policy <> 'debt'
    """,
    "an undo points at one posting of the same account and takes no more": """
        SELECT undo.id AS undo, undo.reverses_id AS undone, mine.amount, theirs.amount AS of_what
        FROM loyalty_txn AS undo
        JOIN loyalty_entry AS mine ON mine.txn_id = undo.id AND mine.account > 0
        JOIN loyalty_entry AS theirs ON theirs.txn_id = undo.reverses_id AND theirs.account > 0
        WHERE mine.account <> theirs.account OR abs(mine.amount) > abs(theirs.amount)
    """,
    "what is claimed of a reward is its open redemptions and what is put aside": """
        SELECT reward.id AS reward, reward.claimed, coalesce(open.number, 0) AS redemptions,
               coalesce(aside.number, 0) AS put_aside FROM loyalty_reward AS reward
        LEFT JOIN (SELECT reward_id, count(*) AS number FROM loyalty_redemption WHERE state <> 'cancelled'
                   GROUP BY reward_id) AS open
        ON open.reward_id = reward.id
        LEFT JOIN (SELECT reward_id, sum(count - given - released) AS number FROM loyalty_rewardreserve
                   GROUP BY reward_id) AS aside
        ON aside.reward_id = reward.id
        WHERE reward.claimed <> coalesce(open.number, 0) + coalesce(aside.number, 0) OR reward.claimed > reward.stock
    """,
    "a redemption paid its cost with one transaction": """
        SELECT redemption.id AS redemption, redemption.cost, -entry.amount AS paid FROM loyalty_redemption AS redemption
        LEFT JOIN loyalty_entry AS entry ON entry.txn_id = redemption.txn_id AND entry.account > 0
        WHERE (redemption.cost > 0 OR redemption.txn_id IS NOT NULL) AND entry.amount IS DISTINCT FROM -redemption.cost
    """,
    "no cap is exceeded": """
        SELECT rule_code, member_id, period, count(*) AS hits, max(cap) AS cap FROM loyalty_rulehit
        GROUP BY rule_code, member_id, period HAVING count(*) > max(cap)
    """,
}

_COUNTS = """
SELECT (SELECT count(*) FROM loyalty_txn), (SELECT count(*) FROM loyalty_entry), (SELECT count(*) FROM loyalty_wallet),
       (SELECT count(*) FROM loyalty_lot), (SELECT coalesce(sum(posted), 0) FROM loyalty_wallet WHERE currency_id = 1)
"""


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
