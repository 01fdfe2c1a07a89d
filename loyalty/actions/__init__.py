from loyalty.actions.earning.grants import grant_points
from loyalty.actions.earning.merits import (
    accept_answer,
    attend_session,
    hide_post,
    receive_like,
    show_post,
    unaccept_answer,
)
from loyalty.actions.earning.publishing import publish_rule
from loyalty.actions.ledger import ConflictingFacts, InsufficientPoints, expire_lots, reverse_txn
from loyalty.actions.orders.checks import BadOrder
from loyalty.actions.orders.imports import ImportedBatch, Purchase, import_orders
from loyalty.actions.orders.recording import RecordedOrder, claim_waiting_orders, record_order, record_refund
from loyalty.actions.rewards.claiming import (
    CouponCard,
    RewardRefused,
    cancel_redemption,
    claim_reward,
    ensure_reward,
    fulfil_redemption,
    issue_coupon,
)
from loyalty.actions.rewards.gifts import give_reward, release_reward, reserve_reward
from loyalty.actions.tiers.reviewing import review_tiers, settle_all_groups

__all__ = [
    "BadOrder",
    "ConflictingFacts",
    "CouponCard",
    "ImportedBatch",
    "InsufficientPoints",
    "Purchase",
    "RecordedOrder",
    "RewardRefused",
    "accept_answer",
    "attend_session",
    "cancel_redemption",
    "claim_reward",
    "claim_waiting_orders",
    "ensure_reward",
    "expire_lots",
    "fulfil_redemption",
    "give_reward",
    "grant_points",
    "hide_post",
    "import_orders",
    "issue_coupon",
    "publish_rule",
    "receive_like",
    "record_order",
    "record_refund",
    "release_reward",
    "reserve_reward",
    "reverse_txn",
    "review_tiers",
    "settle_all_groups",
    "show_post",
    "unaccept_answer",
]
