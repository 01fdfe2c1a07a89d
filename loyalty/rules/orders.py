"""What is left of an order after refunds, what the ledger should hold for its lines, and what has to be posted for that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from loyalty.rules.amounts import spread
from loyalty.rules.earning import Effect, Line

REFUSED = -1
"""In what limits let a rule pay: it may not pay at all, neither points nor credit."""


@dataclass(frozen=True)
class RefundFacts:
    """One refund: what went back of each line (quantity, amount), or of the whole when `lines` is empty."""

    amount: int
    lines: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Target:
    """What the ledger should hold for one line, rule and currency of points."""

    line: int
    rule: int
    currency: str
    amount: int


def remaining(lines: Sequence[Line], refunds: Sequence[RefundFacts]) -> list[Line]:
    """The pieces and the net that are left of each line after the refunds, in their order.

    A refunded line loses the stated amount; with a quantity but no amount, the value of that many units. A refund without
    lines is spread over what remains by value, and takes no pieces.
    """
    left = {line.id: line.net for line in lines}
    units = {line.id: line.quantity for line in lines}
    for refund in refunds:
        for line_id, quantity, amount in refund.lines:
            if line_id not in left:
                continue
            taken = amount or _value_of(quantity, units[line_id], left[line_id])
            left[line_id] -= min(taken, left[line_id])
            units[line_id] -= min(quantity, units[line_id])
        if not refund.lines:
            _take_by_value(left, refund.amount)
    return [replace(line, net=left[line.id], quantity=units[line.id]) for line in lines]


def _value_of(quantity: int, units: int, net: int) -> int:
    """What the last `quantity` of `units` equal pieces are worth; taking them one by one comes to the same."""
    if units <= 0 or quantity <= 0:
        return 0
    return sum(spread(net, [1] * units)[-quantity:]) if units <= 1000 else net * min(quantity, units) // units


def _take_by_value(left: dict[int, int], amount: int) -> None:
    amount = min(max(amount, 0), sum(left.values()))
    for line_id, share in zip(list(left), spread(amount, list(left.values())), strict=True):
        left[line_id] -= share


def targets(effects: Sequence[Effect], granted: Mapping[int, int]) -> list[Target]:
    """What the ledger should hold: each rule's points and credit on its lines, zeros left out.

    `granted` is what caps and budgets let a limited rule pay for this order at most; absent: as much as it comes to; REFUSED:
    nothing at all. A rule that may pay nothing of its points gives no credit either.
    """
    found = []
    for effect in effects:
        most = granted.get(effect.rule.id)
        points = effect.points if most is None else max(0, min(effect.points, most))
        shares = [mine for _line, mine, _other in effect.lines]
        if points != effect.points:
            shares = spread(points, shares)
        refused = most == REFUSED or (most == 0 and effect.points > 0)
        for share, (line, _mine, credit) in zip(shares, effect.lines, strict=True):
            if share:
                found.append(Target(line, effect.rule.id, "points", share))
            if credit and not refused:
                found.append(Target(line, effect.rule.id, "credit", credit))
    return found


def differences(held: Mapping[tuple[int, int, str], int], targets: Sequence[Target]) -> list[Target]:
    """What has to be posted so that the ledger holds the targets: positive to award, negative to take back."""
    wanted = {(target.line, target.rule, target.currency): target.amount for target in targets}
    return [
        Target(*key, wanted.get(key, 0) - held.get(key, 0))
        for key in sorted(held.keys() | wanted.keys())
        if wanted.get(key, 0) != held.get(key, 0)
    ]
