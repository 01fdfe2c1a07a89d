"""Postings: the only ways in which a balance changes."""

from loyalty.actions.ledger.awarding import award
from loyalty.actions.ledger.converting import convert
from loyalty.actions.ledger.holding import Held, HoldClosed, confirm_hold, hold, release_hold, release_timed_out
from loyalty.actions.ledger.posting import (
    CREDIT,
    LEAST_VALIDITY,
    POINTS,
    ConflictingFacts,
    CurrencyRow,
    Earning,
    InsufficientPoints,
    Posted,
    announce,
    clawback,
    currencies,
    earn,
    expire_lots,
    lock_wallets,
    reverse_txn,
    spend,
    told_of,
    zone,
)
from loyalty.actions.ledger.transferring import Transferred, TransferRefused, transfer

__all__ = [
    "CREDIT",
    "LEAST_VALIDITY",
    "POINTS",
    "ConflictingFacts",
    "CurrencyRow",
    "Earning",
    "Held",
    "HoldClosed",
    "InsufficientPoints",
    "Posted",
    "TransferRefused",
    "Transferred",
    "announce",
    "award",
    "clawback",
    "confirm_hold",
    "convert",
    "currencies",
    "earn",
    "expire_lots",
    "hold",
    "lock_wallets",
    "release_hold",
    "release_timed_out",
    "reverse_txn",
    "spend",
    "told_of",
    "transfer",
    "zone",
]
