"""What a claim, a coupon and a gift look like to whoever asked for them, and how they are refused."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.models import Coupon


class RewardRefused(Exception):
    """This cannot be claimed, given or undone now. `code` is stable; the message says what would help."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class CouponCard:
    """A coupon as its holder and other apps see it. Either `percent` or `amount` (minor units of `currency`)."""

    id: int
    public_id: str
    code: str
    member_id: int
    state: str
    percent: int
    amount: int
    currency: str
    expires_at: datetime | None
    minimum_net: int = 0
    used_at: datetime | None = None
    issued_at: datetime | None = None

    @property
    def shown_code(self) -> str:
        return rules.shown_code(self.code)

    @property
    def value(self) -> str:
        """What it is worth, in words."""
        if self.percent:
            return _("%(percent)s %% off one order") % {"percent": self.percent}
        if self.amount:
            words = {"amount": _money(self.amount, self.currency), "currency": self.currency}
            return _("%(amount)s %(currency)s off one order") % words
        return ""

    @property
    def condition(self) -> str:
        """The least order it is good for, in words; empty for any."""
        if not self.minimum_net or not self.currency:
            return ""
        words = {"amount": _money(self.minimum_net, self.currency), "currency": self.currency}
        return _("for orders from %(amount)s %(currency)s") % words


def _money(amount: int, currency: str) -> str:
    places = rules.exponent(currency)
    return f"{amount / 10**places:.{places}f}"


@dataclass(frozen=True)
class ClaimedReward:
    """What the member got. `replayed`: this very request was answered before, and this is the same answer.

    `state` held: the points are put aside and we wait for an address or a friend; requested: for the team.
    """

    redemption_id: int
    public_id: str
    replayed: bool
    coupon: CouponCard | None
    state: str = ""


def coupon_card(row: Coupon) -> CouponCard:
    return CouponCard(
        row.id, row.public_id, row.code, row.member_id or 0, row.state, row.percent, row.amount, row.currency,
        row.expires_at, row.minimum_net, row.used_at, row.issued_at,
    )  # fmt: skip
