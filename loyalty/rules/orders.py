"""What an order earns as it stands, and what has to be posted so that the ledger says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loyalty.rules.amounts import exponent, spread


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


def differences(held: Mapping[tuple[int, int, str], int], targets: Sequence[Target]) -> list[Target]:
    """What has to be posted so that the ledger holds the targets: positive to award, negative to take back."""
    wanted = {(target.line, target.rule, target.currency): target.amount for target in targets}
    return [
        Target(*key, wanted.get(key, 0) - held.get(key, 0))
        for key in sorted(held.keys() | wanted.keys())
        if wanted.get(key, 0) != held.get(key, 0)
    ]
