from loyalty.actions.earning import (
    accept_answer,
    attend_session,
    hide_post,
    publish_rule,
    receive_like,
    show_post,
    unaccept_answer,
)
from loyalty.actions.gifts import give_reward, release_reward, reserve_reward
from loyalty.actions.imports import ImportedBatch, Purchase, import_orders
from loyalty.actions.ledger import ConflictingFacts, InsufficientPoints, expire_lots, grant_points, reverse_txn
from loyalty.actions.order_checks import BadOrder
from loyalty.actions.orders import RecordedOrder, claim_waiting_orders, record_order, record_refund
from loyalty.actions.rewards import (
    CouponCard,
    RewardRefused,
    cancel_redemption,
    claim_reward,
    ensure_reward,
    fulfil_redemption,
    issue_coupon,
)
from loyalty.actions.tiers import review_tiers, settle_all_groups

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
