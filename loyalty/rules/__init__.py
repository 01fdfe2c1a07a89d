"""Pure calculation, by topic: what an order earns, when points expire, which tier a credit reaches."""

from loyalty.rules.amounts import BadAmount, exponent, is_currency, spread, whole_amount
from loyalty.rules.causes import cause_key
from loyalty.rules.codes import (
    COUPON_ALPHABET,
    fold_code,
    inert_cell,
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
from loyalty.rules.expiry import BadDates, ExpiryPolicy, parse_days
from loyalty.rules.orders import REFUSED, RefundFacts, Target, differences, remaining, targets
from loyalty.rules.recognition import KNOWN_FROM, LIKES_COUNT_FROM, NEWCOMER_HOLD_DAYS, hold_days
from loyalty.rules.tiers import Counted, Held, Policy, TierStep, next_look, reached, review, sustained
from loyalty.rules.time import day_of
from loyalty.rules.windows import Frame, Window, day_end, midnight, on

__all__ = [
    "COUPON_ALPHABET",
    "KNOWN_FROM",
    "LIKES_COUNT_FROM",
    "NEWCOMER_HOLD_DAYS",
    "REFUSED",
    "BadAmount",
    "BadDates",
    "Counted",
    "Effect",
    "ExpiryPolicy",
    "Facts",
    "Frame",
    "Held",
    "Line",
    "Policy",
    "RefundFacts",
    "Refusal",
    "RuleVersion",
    "Target",
    "TierStep",
    "Verdict",
    "Window",
    "cause_key",
    "day_end",
    "day_of",
    "differences",
    "evaluate",
    "exponent",
    "fold_code",
    "hold_days",
    "inert_cell",
    "is_currency",
    "is_made_number",
    "key_of_line",
    "line_handle",
    "made_number",
    "midnight",
    "moment_values",
    "next_look",
    "on",
    "order_values",
    "parse_days",
    "reached",
    "remaining",
    "review",
    "shown_code",
    "spread",
    "sustained",
    "targets",
    "whole_amount",
]
