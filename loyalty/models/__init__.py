from loyalty.models.earning import EarningRule, Merit, RuleHit, RuleUsage
from loyalty.models.ledger import Currency, Debt, Entry, Lot, LotUse, Txn, Wallet
from loyalty.models.orders import Order, OrderLine, OrderRevision, Refund, RefundLine, RefundNotice
from loyalty.models.rewards import Coupon, Redemption, Reward, RewardReserve
from loyalty.models.tiers import BirthdayGift, Tier, TierInvitation, TierMembership, TierProgram

__all__ = [
    "BirthdayGift",
    "Coupon",
    "Currency",
    "Debt",
    "EarningRule",
    "Entry",
    "Lot",
    "LotUse",
    "Merit",
    "Order",
    "OrderLine",
    "OrderRevision",
    "Redemption",
    "Refund",
    "RefundLine",
    "RefundNotice",
    "Reward",
    "RewardReserve",
    "RuleHit",
    "RuleUsage",
    "Tier",
    "TierInvitation",
    "TierMembership",
    "TierProgram",
    "Txn",
    "Wallet",
]
