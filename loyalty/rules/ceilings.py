"""How much a rule could give one person by one act: above a limit two people stand for it, as for a correction by hand."""

from collections.abc import Mapping
from typing import Any

FINANCE = "Finance"
"""The group whose people may be the second person of what moves much, and look at the books."""
ORDER_UNITS, ORDER_PIECES = 100, 10
"""An order has no largest amount. A rule for orders is judged by what one of 100 units of money, or of ten pieces, gives."""

_CAPS = ("points_cap", "weekly_points", "monthly_points", "lifetime_points")


def points_at_once(rule: Mapping[str, Any], *, multiplied: int = 0) -> int:
    """Points for one person by one act. `multiplied`: the most that another rule gives, for a multiplier to multiply."""
    if not rule.get("active", True):
        return 0
    if rule["formula"] == "multiplier":
        most = multiplied * int(rule.get("percent") or 100) // 100 - multiplied
    else:
        most = _amount(rule, int(rule.get("points") or 0))
    return max(0, min([most, *(int(rule[cap]) for cap in _CAPS if rule.get(cap) is not None)]))


def credit_at_once(rule: Mapping[str, Any]) -> int:
    """The same of what counts for tiers."""
    if not rule.get("active", True) or rule["formula"] == "multiplier":
        return 0
    return _amount(rule, int(rule.get("credit") or 0))


def _amount(rule: Mapping[str, Any], each: int) -> int:
    if rule["formula"] == "per_unit":
        return each * ORDER_UNITS // max(1, int(rule.get("per_units") or 1))
    return each * ORDER_PIECES if rule["formula"] == "per_item" else each
