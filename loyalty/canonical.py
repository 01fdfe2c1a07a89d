"""The canonical order: what every shop, file and API says in the same words (specs: integrations, section 13).

Whoever makes one has already checked types and sizes; `record_order` checks what needs the database. Amounts are integers in
minor units of the order's own currency, times are aware.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum


class PaymentState(StrEnum):
    """What the shop says of the money."""

    PENDING = "pending"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class OrderLineData:
    """One line. `net` is after discounts, without tax, for the whole quantity; `earns` is false for gift cards, shipping."""

    external_id: str
    quantity: int
    net: int
    tax: int = 0
    sku: str = ""
    product: str = ""
    category: str = ""
    earns: bool = True


@dataclass(frozen=True, kw_only=True)
class RefundLineData:
    """How much of one line went back. `line` is the line's external id."""

    line: str
    quantity: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class RefundData:
    """Money given back. Without lines it is spread over what remains of the order, by value."""

    external_id: str
    occurred_at: datetime
    amount: int
    lines: tuple[RefundLineData, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CanonicalOrder:
    """The whole order as it stands at `revision`: never a difference.

    `revision` sorts as text within its source. The member is named by `member_id` (a session or a lower door already knows
    them), else by the shop's own customer id, else by e-mail address (then the order waits until somebody confirms it).
    """

    source: str
    external_id: str
    revision: str
    occurred_at: datetime
    state: PaymentState
    currency: str
    placed_at: datetime
    paid_at: datetime | None = None
    lines: tuple[OrderLineData, ...] = ()
    refunds: tuple[RefundData, ...] = ()
    coupons: tuple[str, ...] = ()
    tax: int = 0
    shipping: int = 0
    discount: int = 0
    paid_with_points: int = 0
    member_id: int | None = None
    member_external_id: str = ""
    member_email: str = ""
    member_name: str = ""

    @property
    def net(self) -> int:
        """Sum of the lines' nets."""
        return sum(line.net for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """The same for two bodies that say the same, whatever the order of their refunds and coupons."""
        body = asdict(self)
        body["refunds"] = sorted(body["refunds"], key=lambda refund: str(refund["external_id"]))
        body["coupons"] = sorted(body["coupons"])
        return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
