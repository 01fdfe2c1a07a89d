"""Giving back exactly: points to their lots, pieces to the shelf, the member's number free, codes revoked, perks ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from loyalty.actions import ledger
from loyalty.actions.rewards import granting, perks, shelf, steps
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.actions.rewards.coupons import put_back
from loyalty.models import Coupon, Gift, Hold, Redemption, Reward
from loyalty.rules.claims import OUT_OF_HAND, may_take_back
from outbox.require import require_transaction

State = Redemption.State
Kind = Reward.Kind


def cancel_redemption(*, redemption_id: int, by: int | None, at: datetime, note: str = "") -> bool:
    """Undo a claim exactly. False when it was undone before.

    Raises RewardRefused: coupon_used, gift_taken, handed_over (then it can only be returned), own.
    """
    row, reward = _locked(redemption_id)
    if row.state in Redemption.UNDONE:
        return False
    if not may_take_back(state=row.state, kind=reward.kind):
        _check_not_own(row, by)
    if row.state == State.FULFILLED and reward.kind in OUT_OF_HAND:
        raise RewardRefused("handed_over", _("It was handed over; it can only be returned."))
    return _undo(row, reward, State.CANCELLED, by=by, at=at, note=note)


def cancel_own(*, redemption_id: int, by: int, at: datetime) -> bool:
    """The same by the member themselves, as long as nobody has begun to act on it. Raises RewardRefused (too_late)."""
    row, reward = _locked(redemption_id)
    if row.state in Redemption.UNDONE:
        return False
    if not may_take_back(state=row.state, kind=reward.kind):
        raise RewardRefused("too_late", _("This has begun already. Write to the team if something is wrong."))
    return _undo(row, reward, State.CANCELLED, by=by, at=at, note="")


def return_redemption(*, redemption_id: int, by: int, at: datetime, note: str = "") -> bool:
    """A reward came back within its days: everything is given back. False when it was undone before.

    Raises RewardRefused: not_handed_over, no_returns, return_over, coupon_used, gift_taken, own.
    """
    row, reward = _locked(redemption_id)
    if row.state in Redemption.UNDONE:
        return False
    _check_not_own(row, by)
    if row.state != State.FULFILLED or row.fulfilled_at is None:
        raise RewardRefused("not_handed_over", _("It was not handed over yet; cancel it instead."))
    if reward.return_days == 0:
        raise RewardRefused("no_returns", _("This reward cannot be returned."))
    if at > row.fulfilled_at + timedelta(days=reward.return_days):
        raise RewardRefused("return_over", _("The days to return it are over."))
    return _undo(row, reward, State.RETURNED, by=by, at=at, note=note)


def _check_not_own(row: Redemption, by: int | None) -> None:
    """Who has a code in hand does not decide by themselves that they never had it."""
    if by == row.member_id:
        raise RewardRefused("own", _("Somebody else of the team has to give your own claim back."))


def ran_out(row: Redemption, at: datetime) -> bool:
    """Whether the time of a held or requested claim is over."""
    return row.expires_at is not None and row.expires_at <= at


def expire_redemption(*, redemption_id: int, at: datetime) -> bool:
    """Give a claim back whose time is over. False when it is not, or was completed meanwhile."""
    row, reward = _locked(redemption_id)
    if row.state not in (State.HELD, State.REQUESTED) or not ran_out(row, at):
        return False
    return _undo(row, reward, State.EXPIRED, by=None, at=at, note="")


def expire_held(*, at: datetime, limit: int = 200) -> int:
    """Give one batch of claims back whose time is over, members in order of their ids. How many were due."""
    require_transaction()
    due = list(
        Redemption.objects.filter(state__in=[State.HELD, State.REQUESTED], expires_at__lte=at)
        .order_by("expires_at", "id")
        .values_list("id", "member_id")[:limit]
    )
    givers = _givers([row for row, _member in due])
    ledger.lock_wallets([*(member_id for _row, member_id in due), *givers])
    for redemption_id, _member in sorted(due, key=lambda one: (one[1], one[0])):
        expire_redemption(redemption_id=redemption_id, at=at)
    return len(due)


def hold_ended(*, hold_id: int, at: datetime) -> bool:
    """The ledger gave the points of a claim back by itself, because their time had passed: the claim is over, too.

    False when it was undone before, which is how points usually go back.
    """
    require_transaction()
    claims = Redemption.objects.filter(txn_id__in=Hold.objects.filter(id=hold_id).values("txn_id"))
    redemption_id = claims.exclude(state__in=Redemption.UNDONE).values_list("id", flat=True).first()
    if redemption_id is None:
        return False
    row, reward = _locked(redemption_id)
    return row.state not in Redemption.UNDONE and _undo(row, reward, State.EXPIRED, by=None, at=at, note="")


def undo_gift(row: Redemption, reward: Reward, *, by: int | None, at: datetime, note: str) -> bool:
    """For a gift that was not taken: the giver's claim is undone. The caller holds the locks and has closed the gift."""
    return _undo(row, reward, State.CANCELLED if by is not None else State.EXPIRED, by=by, at=at, note=note)


def _locked(redemption_id: int) -> tuple[Redemption, Reward]:
    require_transaction()
    found = Redemption.objects.only("member_id", "reward_id").get(id=redemption_id)
    ledger.lock_wallets([found.member_id, *_givers([redemption_id])])
    pieces = [
        found.reward_id,
        *Gift.objects.filter(redemption_id=redemption_id, paid__isnull=False).values_list("paid__reward_id", flat=True),
        *Reward.objects.filter(id=found.reward_id, gives__isnull=False).values_list("gives_id", flat=True),
    ]
    list(Reward.objects.select_for_update().filter(id__in=pieces).order_by("id").values_list("id"))
    row = Redemption.objects.select_for_update(of=("self",)).select_related("reward").get(id=redemption_id)
    return row, row.reward


def _givers(redemption_ids: Sequence[int]) -> list[int]:
    """Whose points come back with these claims: friends paid for them."""
    paid_for = Gift.objects.filter(redemption_id__in=redemption_ids, giver__isnull=False)
    return [giver for giver in paid_for.values_list("giver_id", flat=True) if giver is not None]


def _undo(row: Redemption, reward: Reward, to: Redemption.State, *, by: int | None, at: datetime, note: str) -> bool:
    pieces = shelf.pieces_of(reward)
    if reward.kind == Kind.GIFT:
        if Gift.objects.filter(paid=row, state=Gift.State.CLAIMED).exists():
            raise RewardRefused("gift_taken", _("The friend has taken the gift; it cannot come back."))
        granting.close_gift_of(row, at=at)
    if (
        row.coupon_id is not None
        and not put_back(coupon_id=row.coupon_id, never_seen=row.state == State.REQUESTED, at=at)
        and Coupon.objects.filter(id=row.coupon_id, state=Coupon.State.USED).exists()
    ):
        raise RewardRefused("coupon_used", _("The coupon of this claim has been used, so it cannot be cancelled."))
    perks.end_perk(redemption_id=row.pk, at=at)
    if row.coupon_id is not None and row.state == State.REQUESTED:
        Redemption.objects.filter(id=row.pk).update(coupon=None)
    if not steps.move(row, to, by=by, at=at, note=note):
        return False
    shelf.put_piece_back(pieces)
    if row.txn_id is not None:
        ledger.reverse_txn(txn_id=row.txn_id, reason=f"redemption_{to}", by=by, at=at)
    _undo_for_giver(row, to, at=at)
    return True


def _undo_for_giver(row: Redemption, to: Redemption.State, *, at: datetime) -> None:
    """A friend took the gift and it came to nothing (no address in time, sold out, sent back): who paid has their points again."""
    gift = Gift.objects.select_related("paid").filter(redemption=row, paid__isnull=False).first()
    paid = gift.paid if gift else None
    if paid is None or not steps.move(paid, to, by=None, at=at):
        return
    shelf.put_piece_back([paid.reward_id])  # what the friend was given went back with the friend's claim
    if paid.txn_id is not None:
        ledger.reverse_txn(txn_id=paid.txn_id, reason=f"redemption_{to}", by=None, at=at)
