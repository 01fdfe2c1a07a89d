from loyalty.queries.books import Finding, ProofResult, check_books
from loyalty.queries.claims import RedemptionCard, coupons_of, redemption, redemptions_of
from loyalty.queries.points import (
    OWN_BALANCE,
    Balance,
    Dated,
    EarningWay,
    Outlook,
    balance,
    balance_of,
    outlook,
    top_members,
    ways_to_earn,
)
from loyalty.queries.purchases import OrderCard, find_order, orders_of, orders_since, purchases, waiting_addresses
from loyalty.queries.rewards import RewardCard, reward, shelf
from loyalty.queries.statement import StatementLine, Wanted, statement, whole_statement
from loyalty.queries.tiers import Benefits, TierCard, benefits_of, mark_of, tier, tiers_of

__all__ = [
    "OWN_BALANCE",
    "Balance",
    "Benefits",
    "Dated",
    "EarningWay",
    "Finding",
    "OrderCard",
    "Outlook",
    "ProofResult",
    "RedemptionCard",
    "RewardCard",
    "StatementLine",
    "TierCard",
    "Wanted",
    "balance",
    "balance_of",
    "benefits_of",
    "check_books",
    "coupons_of",
    "find_order",
    "mark_of",
    "orders_of",
    "orders_since",
    "outlook",
    "purchases",
    "redemption",
    "redemptions_of",
    "reward",
    "shelf",
    "statement",
    "tier",
    "tiers_of",
    "top_members",
    "waiting_addresses",
    "ways_to_earn",
    "whole_statement",
]
