"""What happens to orders, points, tiers, rewards and coupons."""

from dataclasses import dataclass
from datetime import datetime

from outbox.events import Event, event


@event("order.recorded")
@dataclass(frozen=True, kw_only=True)
class OrderRecorded(Event):
    """An order of a known member is new or has changed. `net` is what remains after refunds, in minor units.

    `first_paid` is true once in a member's life: for the order that is their first paid one.
    """

    order_id: int
    member_id: int
    state: str
    placed_at: datetime
    net: int
    currency: str
    first_paid: bool


@event("orders.imported")
@dataclass(frozen=True, kw_only=True)
class OrdersImported(Event):
    """A batch of past orders came from a file; nobody is written to because of it."""

    source: str
    member_ids: tuple[int, ...]


@event("points.posted")
@dataclass(frozen=True, kw_only=True)
class PointsPosted(Event):
    """A member's account in one currency (`points` or `credit`) has changed by `amount`, which may be negative."""

    member_id: int
    txn_id: int
    currency: str
    amount: int


@event("tier.changed")
@dataclass(frozen=True, kw_only=True)
class TierChanged(Event):
    """A member rose or fell; codes of tiers, empty when there was none."""

    member_id: int
    from_code: str
    to_code: str


@event("reward.claimed")
@dataclass(frozen=True, kw_only=True)
class RewardClaimed(Event):
    """A member paid points for a reward."""

    redemption_id: int
    member_id: int
    reward_id: int


@event("coupon.issued")
@dataclass(frozen=True, kw_only=True)
class CouponIssued(Event):
    """A member holds a new coupon. The code stays here."""

    coupon_id: int
    member_id: int
    cause: str


@event("coupon.redeemed")
@dataclass(frozen=True, kw_only=True)
class CouponRedeemed(Event):
    """A coupon of ours was named by an order."""

    coupon_id: int
    member_id: int
    order_id: int


@event("reward.cancelled")
@dataclass(frozen=True, kw_only=True)
class RewardCancelled(Event):
    """A claim was cancelled, returned or ran out: points, stock and the member's number went back."""

    redemption_id: int
    member_id: int
    reward_id: int


@event("reward.fulfilled")
@dataclass(frozen=True, kw_only=True)
class RewardFulfilled(Event):
    """A claimed reward was handed over: the parcel arrived, or the promise was kept."""

    redemption_id: int
    member_id: int
    reward_id: int


@event("gift.granted")
@dataclass(frozen=True, kw_only=True)
class GiftGranted(Event):
    """A gift waits for a member, who takes it with a click."""

    gift_id: int
    member_id: int
    cause: str


@event("gift.claimed")
@dataclass(frozen=True, kw_only=True)
class GiftClaimed(Event):
    """A member took a gift that waited for them."""

    gift_id: int
    member_id: int


@event("points.questioned")
@dataclass(frozen=True, kw_only=True)
class PointsQuestioned(Event):
    """A member says that a line of their statement is wrong. The words stay with the question."""

    question_id: int
    member_id: int
    txn_id: int


@event("quest.completed")
@dataclass(frozen=True, kw_only=True)
class QuestCompleted(Event):
    """A member has done all steps of a quest."""

    run_id: int
    member_id: int
    quest_code: str


@event("level.reached")
@dataclass(frozen=True, kw_only=True)
class LevelReached(Event):
    """A member reached a level, each once in a life."""

    member_id: int
    level: int


@event("season.closed")
@dataclass(frozen=True, kw_only=True)
class SeasonClosed(Event):
    """A season's table is final."""

    season_id: int


@event("hold.released")
@dataclass(frozen=True, kw_only=True)
class HoldReleased(Event):
    """Points put aside went back to the member: on request, or because their time had passed (reason `timed_out`)."""

    hold_id: int
    member_id: int
    source_type: str
    source_id: int | None
    reason: str


@event("points.sent")
@dataclass(frozen=True, kw_only=True)
class PointsSent(Event):
    """A member gave another one points. The note stays here."""

    transfer_id: int
    from_member_id: int
    to_member_id: int
    amount: int


@event("adjustment.proposed")
@dataclass(frozen=True, kw_only=True)
class AdjustmentProposed(Event):
    """A correction by hand waits for a second person."""

    adjustment_id: int
    member_id: int
    by_id: int | None


@event("draft.waiting")
@dataclass(frozen=True, kw_only=True)
class DraftWaits(Event):
    """A draft of rules that gives much waits for a second person to publish it."""

    draft_id: int
    by_id: int


@event("books.unbalanced")
@dataclass(frozen=True, kw_only=True)
class BooksUnbalanced(Event):
    """A proof of the ledger found something. What it was stands in the row."""

    proof_id: int


@event("rates.saved")
@dataclass(frozen=True, kw_only=True)
class RatesSaved(Event):
    """Rates of currencies were told: orders that waited for one may earn now, those after `after_id` first."""

    after_id: int
