from loyalty.models.coupons import Coupon, CouponPool
from loyalty.models.earning import EarningRule, Merit, RuleHit, RuleUsage
from loyalty.models.gifts import Gift, PerkGrant, RewardReserve
from loyalty.models.ledger import Currency, Debt, Entry, Lot, LotUse, Txn, Wallet
from loyalty.models.orders import Order, OrderLine, OrderRevision, Refund, RefundLine, RefundNotice
from loyalty.models.rewards import Redemption, RedemptionStep, Reward, ShippingAddress
from loyalty.models.tiers import BirthdayGift, Tier, TierInvitation, TierMembership, TierProgram

__all__ = [
    "BirthdayGift",
    "Coupon",
    "CouponPool",
    "Currency",
    "Debt",
    "EarningRule",
    "Entry",
    "Gift",
    "Lot",
    "LotUse",
    "Merit",
    "Order",
    "OrderLine",
    "OrderRevision",
    "PerkGrant",
    "Redemption",
    "RedemptionStep",
    "Refund",
    "RefundLine",
    "RefundNotice",
    "Reward",
    "RewardReserve",
    "RuleHit",
    "RuleUsage",
    "ShippingAddress",
    "Tier",
    "TierInvitation",
    "TierMembership",
    "TierProgram",
    "Txn",
    "Wallet",
]
