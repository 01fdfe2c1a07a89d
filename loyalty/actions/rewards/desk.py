"""What the team does with claims: agree to large ones, take, send, note the arrival, keep promises."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from loyalty.actions import ledger
from loyalty.actions.rewards import claiming, granting, handing, steps, undoing
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.models import Gift, Redemption, Reward, ShippingAddress
from loyalty.rules.claims import OUT_OF_HAND
from outbox.require import require_transaction

State = Redemption.State
OPEN = (State.CONFIRMED, State.FULFILLING)
ADDRESS_KEPT = timedelta(days=30)
"""An address is erased so long after its parcel arrived or its claim was undone."""


def approve_redemption(*, redemption_id: int, by: int, at: datetime, note: str = "") -> bool:
    """The team agrees to a large claim. False when somebody answered before. Raises RewardRefused (own, ran_out)."""
    row, reward = _locked(redemption_id)
    if row.state != State.REQUESTED:
        return False
    if row.member_id == by:
        raise RewardRefused("own", _("Somebody else has to agree to your own claim."))
    if undoing.ran_out(row, at):
        raise RewardRefused("ran_out", _("The time to answer is over; the points go back."))
    claiming.confirm(row, reward, by=by, at=at, note=note)
    gift = Gift.objects.filter(paid=row, state=Gift.State.WAITING).first()
    if gift is not None:
        gift.valid_until = at + timedelta(days=reward.gift_days)
        gift.save(update_fields=["valid_until"])
        granting.begin_gift(gift, at=at)
    return True


def decline_redemption(*, redemption_id: int, by: int, at: datetime, note: str = "") -> bool:
    """The team says no to a large claim: everything goes back. False when somebody answered before."""
    row, _reward = _locked(redemption_id)
    if row.state != State.REQUESTED:
        return False
    return undoing.cancel_redemption(redemption_id=redemption_id, by=by, at=at, note=note)


def take_redemption(*, redemption_id: int, by: int, at: datetime) -> bool:
    """Somebody packs it, or sees to it. False when somebody else does already."""
    row, reward = _locked(redemption_id)
    if row.state != State.CONFIRMED or reward.kind not in OUT_OF_HAND:
        return False
    return steps.move(row, State.FULFILLING, by=by, at=at, taken_by_id=by)


def send_redemption(*, redemption_id: int, carrier: str, tracking: str, by: int, at: datetime) -> bool:
    """The parcel has left; said again, its number is corrected. Raises RewardRefused (no_address). False: not to be sent."""
    row, reward = _locked(redemption_id)
    if row.state not in OPEN or reward.kind != Reward.Kind.PHYSICAL:
        return False
    if not ShippingAddress.objects.filter(redemption=row).exists():
        raise RewardRefused("no_address", _("There is no address yet."))
    words: dict[str, Any] = {"carrier": " ".join(carrier.split())[:60], "tracking": " ".join(tracking.split())[:80]}
    note = " ".join(filter(None, (words["carrier"], words["tracking"])))
    if row.sent_at is None:
        words |= {"sent_at": at, "taken_by_id": row.taken_by_id or by}
    return steps.move(row, State.FULFILLING, by=by, at=at, note=note, **words)


def fulfil_redemption(*, redemption_id: int, by: int | None, at: datetime) -> bool:
    """It arrived, or the promise was kept. False when there was nothing to do."""
    row, reward = _locked(redemption_id)
    if row.state not in OPEN or reward.kind == Reward.Kind.GIFT:
        return False
    handing.settle_points(row, by=by, at=at)  # settled at confirming; a claim from before holds were is settled here
    return steps.move(row, State.FULFILLED, by=by, at=at)


def erase_addresses(*, at: datetime) -> int:
    """Erase addresses that nobody needs any more. How many."""
    require_transaction()
    return ShippingAddress.objects.filter(redemption__closed_at__lte=at - ADDRESS_KEPT).delete()[0]


def _locked(redemption_id: int) -> tuple[Redemption, Reward]:
    require_transaction()
    found = Redemption.objects.only("member_id").get(id=redemption_id)
    ledger.lock_wallets([found.member_id])
    row = Redemption.objects.select_for_update(of=("self",)).select_related("reward").get(id=redemption_id)
    return row, row.reward
