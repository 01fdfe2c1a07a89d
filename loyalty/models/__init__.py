from loyalty.models.adjustments import Adjustment
from loyalty.models.books import BooksDay, BooksProof
from loyalty.models.coupons import Coupon, CouponPool
from loyalty.models.earning import EarningRule, Merit, PointsQuestion, RuleBudget, RuleHit, RuleRefusal, RuleUsage
from loyalty.models.gifts import Gift, PerkGrant, RewardReserve
from loyalty.models.holds import Hold
from loyalty.models.ledger import Currency, Debt, Entry, Lot, LotUse, Txn, Wallet
from loyalty.models.levels import LadderDraw, LadderGift, LadderRung, LevelSettings, LevelStanding
from loyalty.models.orders import Order, OrderLine, OrderRevision, Refund, RefundLine, RefundNotice
from loyalty.models.quests import (
    ChecklistDismissal,
    Quest,
    QuestRun,
    QuestStep,
    QuestWithdrawal,
    RhythmWeek,
    StepProgress,
)
from loyalty.models.rates import ExchangeRate, ProgrammeCurrency
from loyalty.models.rewards import Redemption, RedemptionStep, Reward, ShippingAddress
from loyalty.models.seasons import (
    Season,
    SeasonChoice,
    SeasonLeague,
    SeasonPlayer,
    SeasonPrize,
    SeasonResult,
    SeasonScore,
)
from loyalty.models.tiers import BirthdayGift, Tier, TierInvitation, TierMembership, TierProgram
from loyalty.models.transfers import Transfer
from loyalty.models.what_if import DraftSet, PointsValue, RuleDraft, Trial, TrialDecision

__all__ = [
    "Adjustment",
    "BirthdayGift",
    "BooksDay",
    "BooksProof",
    "ChecklistDismissal",
    "Coupon",
    "CouponPool",
    "Currency",
    "Debt",
    "DraftSet",
    "EarningRule",
    "Entry",
    "ExchangeRate",
    "Gift",
    "Hold",
    "LadderDraw",
    "LadderGift",
    "LadderRung",
    "LevelSettings",
    "LevelStanding",
    "Lot",
    "LotUse",
    "Merit",
    "Order",
    "OrderLine",
    "OrderRevision",
    "PerkGrant",
    "PointsQuestion",
    "PointsValue",
    "ProgrammeCurrency",
    "Quest",
    "QuestRun",
    "QuestStep",
    "QuestWithdrawal",
    "Redemption",
    "RedemptionStep",
    "Refund",
    "RefundLine",
    "RefundNotice",
    "Reward",
    "RewardReserve",
    "RhythmWeek",
    "RuleBudget",
    "RuleDraft",
    "RuleHit",
    "RuleRefusal",
    "RuleUsage",
    "Season",
    "SeasonChoice",
    "SeasonLeague",
    "SeasonPlayer",
    "SeasonPrize",
    "SeasonResult",
    "SeasonScore",
    "ShippingAddress",
    "StepProgress",
    "Tier",
    "TierInvitation",
    "TierMembership",
    "TierProgram",
    "Transfer",
    "Trial",
    "TrialDecision",
    "Txn",
    "Wallet",
]
