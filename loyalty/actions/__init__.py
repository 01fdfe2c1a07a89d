from loyalty.actions.earning.awarding import Awarded, BadFacts, award, withdraw
from loyalty.actions.earning.grants import grant_points
from loyalty.actions.earning.merits import (
    accept_answer,
    attend_session,
    hide_post,
    receive_like,
    show_post,
    unaccept_answer,
)
from loyalty.actions.earning.publishing import BadRule, publish_rule, second_person
from loyalty.actions.ledger import ConflictingFacts, InsufficientPoints, expire_lots, reverse_txn
from loyalty.actions.ledger.adjusting import (
    AdjustmentRefused,
    approve_adjustment,
    decline_adjustment,
    propose_adjustment,
)
from loyalty.actions.orders.checks import BadOrder
from loyalty.actions.orders.imports import ImportedBatch, Purchase, import_orders
from loyalty.actions.orders.recording import RecordedOrder, claim_waiting_orders, record_order, record_refund
from loyalty.actions.rewards.cards import ClaimedReward, CouponCard, RewardRefused
from loyalty.actions.rewards.claiming import claim_reward
from loyalty.actions.rewards.counter import redeem_coupon
from loyalty.actions.rewards.coupons import issue_coupon
from loyalty.actions.rewards.desk import fulfil_redemption
from loyalty.actions.rewards.details import Address, choose_friend, give_address
from loyalty.actions.rewards.gifts import give_reward, release_reward, reserve_reward
from loyalty.actions.rewards.granting import GiftCard, claim_gift, grant_gift, withdraw_gift
from loyalty.actions.rewards.shelf import ensure_reward
from loyalty.actions.rewards.undoing import cancel_redemption
from loyalty.actions.tiers.reviewing import review_tiers, settle_all_groups

__all__ = [
    "Address",
    "AdjustmentRefused",
    "Awarded",
    "BadFacts",
    "BadOrder",
    "BadRule",
    "ClaimedReward",
    "ConflictingFacts",
    "CouponCard",
    "GiftCard",
    "ImportedBatch",
    "InsufficientPoints",
    "Purchase",
    "RecordedOrder",
    "RewardRefused",
    "accept_answer",
    "approve_adjustment",
    "attend_session",
    "award",
    "cancel_redemption",
    "choose_friend",
    "claim_gift",
    "claim_reward",
    "claim_waiting_orders",
    "decline_adjustment",
    "ensure_reward",
    "expire_lots",
    "fulfil_redemption",
    "give_address",
    "give_reward",
    "grant_gift",
    "grant_points",
    "hide_post",
    "import_orders",
    "issue_coupon",
    "propose_adjustment",
    "publish_rule",
    "receive_like",
    "record_order",
    "record_refund",
    "redeem_coupon",
    "release_reward",
    "reserve_reward",
    "reverse_txn",
    "review_tiers",
    "second_person",
    "settle_all_groups",
    "show_post",
    "unaccept_answer",
    "withdraw",
    "withdraw_gift",
]
