"""Pure calculation: what an order earns, when points expire, which tier a credit reaches."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_CAUSES = uuid.UUID("5a1f3c1e-6a2b-5d0f-9c57-6c616f796f75")

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}


def exponent(currency: str) -> int:
    """Decimal places of the minor unit by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def cause_key(*parts: object) -> uuid.UUID:
    """The idempotency key of a posting: the same cause gives the same key, for ever."""
    return uuid.uuid5(_CAUSES, "\x1f".join(str(part) for part in parts))


# --- Recognition -----------------------------------------------------------------------------------------------------

NEWCOMER_HOLD_DAYS = 14
"""Days until recognition of somebody whom the forum hardly knows can be spent: time for a second look."""
KNOWN_FROM = 2
"""The forum's level of trust from which a rule's own days apply."""
LIKES_COUNT_FROM = 1
"""The level of trust from which somebody's like pays."""


def hold_days(days: int, *, author_trust: int | None) -> int:
    """Days until a recognition is available: the rule's own, longer for authors of trust 0 and 1. None: nobody said."""
    if author_trust is None or author_trust >= KNOWN_FROM:
        return days
    return max(days, NEWCOMER_HOLD_DAYS)


# --- Orders ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineFacts:
    """A line as it stands: `net` in minor units for the whole quantity."""

    id: int
    quantity: int
    net: int
    earns: bool = True


@dataclass(frozen=True)
class RefundFacts:
    """One refund: what went back of each line (quantity, amount), or of the whole when `lines` is empty."""

    amount: int
    lines: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class PurchaseRule:
    """One version of a rule that pays for each `per_units` whole units of the order's currency."""

    id: int
    points: int
    credit: int
    per_units: int = 1
    fixed: bool = False


@dataclass(frozen=True)
class Target:
    """What the ledger should hold for one line, rule and currency of points."""

    line: int
    rule: int
    currency: str
    amount: int


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` by weight in whole numbers: floors first, then one each to the largest remainders (ties: the earlier).

    >>> spread(10, [1, 1, 1])
    [4, 3, 3]
    """
    weight = sum(weights)
    if weight <= 0:
        return [0] * len(weights)
    shares = [total * one // weight for one in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % weight), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def remaining(lines: Sequence[LineFacts], refunds: Sequence[RefundFacts]) -> list[int]:
    """The net that is left of each line after the refunds, in their order.

    A refunded line loses the stated amount; with a quantity but no amount, the value of that many units. A refund without
    lines, and what its lines leave over, is spread over what remains by value.
    """
    left = {line.id: line.net for line in lines}
    units = {line.id: line.quantity for line in lines}
    for refund in refunds:
        named = 0
        for line_id, quantity, amount in refund.lines:
            if line_id not in left:
                continue
            taken = amount or _value_of(quantity, units[line_id], left[line_id])
            taken = min(taken, left[line_id])
            left[line_id] -= taken
            units[line_id] -= min(quantity, units[line_id])
            named += taken
        if not refund.lines:
            _take_by_value(left, refund.amount - named)
    return [left[line.id] for line in lines]


def _value_of(quantity: int, units: int, net: int) -> int:
    """What the last `quantity` of `units` equal pieces are worth; taking them one by one comes to the same."""
    if units <= 0 or quantity <= 0:
        return 0
    return sum(spread(net, [1] * units)[-quantity:]) if units <= 1000 else net * min(quantity, units) // units


def _take_by_value(left: dict[int, int], amount: int) -> None:
    amount = min(max(amount, 0), sum(left.values()))
    for line_id, share in zip(list(left), spread(amount, list(left.values())), strict=True):
        left[line_id] -= share


def award(
    *,
    lines: Sequence[LineFacts],
    refunds: Sequence[RefundFacts],
    paid_with_points: int,
    currency: str,
    rules: Sequence[PurchaseRule],
) -> list[Target]:
    """What a paid order earns as it stands now: one target for each line, rule and kind of point, zeros left out.

    Floor of the eligible net times the rate, spread over the lines by largest remainder. Depends on what remains alone, so
    the way there (units one by one, or together) makes no difference.
    """
    left = remaining(lines, refunds)
    eligible = [net if line.earns else 0 for line, net in zip(lines, left, strict=True)]
    total = max(0, sum(eligible) - paid_with_points)
    if total == 0:
        return []
    unit = 10 ** exponent(currency)
    targets = []
    for rule in rules:
        for kind, rate in (("points", rule.points), ("credit", rule.credit)):
            whole = rate if rule.fixed else total * rate // (rule.per_units * unit)
            for line, amount in zip(lines, spread(whole, eligible), strict=True):
                if amount:
                    targets.append(Target(line.id, rule.id, kind, amount))
    return targets


# --- Time ------------------------------------------------------------------------------------------------------------


def expiry(*, earned: datetime, months: int | None, zone: ZoneInfo) -> datetime | None:
    """The first moment at which points earned at `earned` are gone: `months` on, at the end of that month in `zone`."""
    if months is None:
        return None
    local = earned.astimezone(zone)
    last = local.year * 12 + local.month - 1 + months + 1
    return datetime(last // 12, last % 12 + 1, 1, tzinfo=zone)


def day_of(moment: datetime, zone: ZoneInfo) -> str:
    """The programme's calendar day, as the period of a daily cap."""
    return moment.astimezone(zone).date().isoformat()


# --- Tiers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TierStep:
    """One tier as the review needs it."""

    id: int
    code: str
    rank: int
    threshold: int
    keep: int


@dataclass(frozen=True)
class Review:
    """Where a member stands after a review. `grace_until` is set while a tier is about to be lost."""

    tier: TierStep
    grace_until: datetime | None


def reached(credit: int, steps: Sequence[TierStep]) -> TierStep:
    """The highest tier that `credit` reaches; the lowest for everybody."""
    return max(
        (step for step in steps if step.threshold <= credit), key=lambda s: s.rank, default=min(steps, key=_rank)
    )


def review(
    *,
    credit: int,
    current: TierStep | None,
    grace_until: datetime | None,
    steps: Sequence[TierStep],
    grace: timedelta,
    at: datetime,
    allow_down: bool,
) -> Review:
    """Up at once; down one level, at a review, when the grace has run out."""
    target = reached(credit, steps)
    if current is None or target.rank >= current.rank:
        return Review(target, None)
    if credit >= current.keep:
        return Review(current, None)
    if not allow_down:
        return Review(current, grace_until)
    if grace_until is None:
        return Review(current, at + grace)
    if grace_until > at:
        return Review(current, grace_until)
    below = max((step for step in steps if step.rank < current.rank), key=_rank)
    return Review(below, None)


def _rank(step: TierStep) -> int:
    return step.rank


# --- Orders without a number of their own ----------------------------------------------------------------------------

_MADE_NUMBER = re.compile(r".+:\d{4}-\d{2}-\d{2}:\d+x\d+:\d+")


def made_number(content: str, nth: int) -> str:
    """The number of a row of a file that has none: its content (customer:date:quantity x net), and which such row it is."""
    return f"{content}:{nth}"


def is_made_number(number: str) -> bool:
    """Whether we made this number: then it tells people nothing, and the order is named by its day."""
    return _MADE_NUMBER.fullmatch(number) is not None


# --- Rewards ---------------------------------------------------------------------------------------------------------

COUPON_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without 0 O 1 I L, which people mistake for one another when they copy by hand; 17 of them carry 84 bits."""


def fold_code(code: str) -> str:
    """A coupon code as it is stored: people type small letters, blanks and dashes."""
    return "".join(character for character in code.upper() if character.isalnum())


def shown_code(code: str) -> str:
    """A coupon code as people read it: AB3D-EFGH-…"""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def differences(held: Mapping[tuple[int, int, str], int], targets: Sequence[Target]) -> list[Target]:
    """What has to be posted so that the ledger holds the targets: positive to award, negative to take back."""
    wanted = {(target.line, target.rule, target.currency): target.amount for target in targets}
    return [
        Target(*key, wanted.get(key, 0) - held.get(key, 0))
        for key in sorted(held.keys() | wanted.keys())
        if wanted.get(key, 0) != held.get(key, 0)
    ]
