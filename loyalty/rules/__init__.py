"""Pure calculation, by topic: what an order earns, when points expire, which tier a credit reaches."""

from loyalty.rules.amounts import BadAmount, exponent, spread, whole_amount
from loyalty.rules.causes import cause_key
from loyalty.rules.codes import (
    COUPON_ALPHABET,
    fold_code,
    is_made_number,
    key_of_line,
    line_handle,
    made_number,
    shown_code,
)
from loyalty.rules.earning import (
    Effect,
    Facts,
    Line,
    Refusal,
    RuleVersion,
    Verdict,
    evaluate,
    moment_values,
    order_values,
)
from loyalty.rules.orders import RefundFacts, Target, differences, remaining, targets
from loyalty.rules.recognition import KNOWN_FROM, LIKES_COUNT_FROM, NEWCOMER_HOLD_DAYS, hold_days
from loyalty.rules.tiers import Review, TierStep, reached, review
from loyalty.rules.time import day_of, expiry

__all__ = [
    "COUPON_ALPHABET",
    "KNOWN_FROM",
    "LIKES_COUNT_FROM",
    "NEWCOMER_HOLD_DAYS",
    "BadAmount",
    "Effect",
    "Facts",
    "Line",
    "RefundFacts",
    "Refusal",
    "Review",
    "RuleVersion",
    "Target",
    "TierStep",
    "Verdict",
    "cause_key",
    "day_of",
    "differences",
    "evaluate",
    "expiry",
    "exponent",
    "fold_code",
    "hold_days",
    "is_made_number",
    "key_of_line",
    "line_handle",
    "made_number",
    "moment_values",
    "order_values",
    "reached",
    "remaining",
    "review",
    "shown_code",
    "spread",
    "targets",
    "whole_amount",
]
