"""Gifts that wait: from the house, or from one friend to another. Taken with a click, free of points; else all goes back.

A piece is put aside when a gift is granted, so that taking it cannot find an empty shelf.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.rewards import handing, shelf, steps
from loyalty.actions.rewards.cards import ClaimedReward, RewardRefused, coupon_card
from loyalty.events import GiftClaimed, GiftGranted
from loyalty.models import Gift, Redemption, Reward
from loyalty.notices import rewards as notices
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

State = Redemption.State
ADDRESS_DAYS = 30
"""How long a gift that is sent waits for its address."""


@dataclass(frozen=True)
class GiftCard:
    """A gift as those see it who granted it. `created`: this call made it."""

    id: int
    public_id: str
    member_id: int
    reward_id: int
    state: str
    valid_until: datetime
    created: bool


def grant_gift(
    *, cause: str, member_id: int, reward_id: int, valid_days: int, by: int | None, at: datetime, note: str = ""
) -> GiftCard:
    """A reward waits for a member, free of points, for `valid_days`; the same cause gives the same gift.

    The gates of the shelf (tier, limit, window) do not ask: somebody decided that this member gets it. Raises RewardRefused
    (gone, out_of_stock, not_a_gift) and ConflictingFacts (the cause gave something else).
    """
    require_transaction()
    if valid_days < 1:
        raise ValueError("A gift waits for at least a day.")
    known = Gift.objects.filter(cause=cause).first()
    if known is None:
        reward = Reward.objects.filter(id=reward_id).first()
        if reward is None:
            raise RewardRefused("gone", _("This reward is no longer offered."))
        if reward.kind in (Reward.Kind.GIFT, Reward.Kind.DONATION):
            raise RewardRefused("not_a_gift", _("This kind of reward cannot be given as a gift."))
        new = Gift(
            cause=cause, reward=reward, member_id=member_id, note=note[:300], granted_at=at,
            valid_until=at + timedelta(days=valid_days),
        )  # fmt: skip
        with transaction.atomic():  # nothing is granted when nothing is left
            Gift.objects.bulk_create([new], ignore_conflicts=True)
            known = Gift.objects.get(cause=cause)
            if known.public_id == new.public_id:
                shelf.take_piece([reward_id])
                begin_gift(known, at=at)
                return _card(known, created=True)
    if (known.member_id, known.reward_id) != (member_id, reward_id):
        raise ledger.ConflictingFacts(f"The cause {cause} has given something else.")
    return _card(known, created=False)


def send_gift(*, paid: Redemption, reward: Reward, friend_id: int | None, note: str, waits: bool, at: datetime) -> None:
    """The gift that a member paid for. `waits`: the friend may take it now; else the team has to agree first."""
    if reward.gives_id is None:
        raise ValueError("This reward gives nothing to a friend.")
    gift = Gift.objects.create(
        cause=f"friend:{paid.pk}", reward_id=reward.gives_id, member_id=friend_id, giver_id=paid.member_id, paid=paid,
        token=None if friend_id else new_id(24), note=" ".join(note.replace("\x00", "").split())[:300], granted_at=at,
        valid_until=at + timedelta(days=reward.gift_days),
    )  # fmt: skip
    if waits:
        begin_gift(gift, at=at)


def begin_gift(gift: Gift, *, at: datetime) -> None:
    """A gift may be taken from now on: its friend is told."""
    if gift.member_id is not None:
        publish(GiftGranted(gift_id=gift.pk, member_id=gift.member_id, cause=gift.cause, at=at))
        notices.tell_gift(gift_id=gift.pk, member_id=gift.member_id, by=gift.giver_id, at=at)


def claim_gift(*, gift_id: int, member_id: int, by: int | None, at: datetime) -> ClaimedReward:
    """Take a gift. Twice gives the same answer. Raises RewardRefused: not_yours, own_gift, gift_over, gift_waits."""
    gift, paid = _locked(gift_id)
    if gift.giver_id == member_id:
        raise RewardRefused("own_gift", _("This gift is for a friend. Send them the link."))
    if gift.member_id not in (None, member_id):
        raise RewardRefused("not_yours", _("Somebody else has taken this gift."))
    if gift.state == Gift.State.CLAIMED and gift.redemption is not None:
        row = gift.redemption
        return ClaimedReward(row.pk, row.public_id, True, coupon_card(row.coupon) if row.coupon else None, row.state)
    if gift.state != Gift.State.WAITING or gift.valid_until <= at:
        raise RewardRefused("gift_over", _("This gift is no longer here: it waited its days, or was taken back."))
    if paid is not None and paid.state != State.FULFILLING:
        raise RewardRefused("gift_waits", _("This gift is not ready yet. Come back in a day or two."))
    reward = gift.reward
    key = rules.cause_key("gift", gift.cause)
    coupon = handing.give_code(reward, cause=f"gift:{key}", member_id=member_id, by=by, at=at)
    held = handing.needs_details(reward.kind)
    state = State.HELD if held else handing.state_after(reward)
    done = at if state == State.FULFILLED else None
    row = Redemption.objects.create(
        key=key, reward=reward, member_id=member_id, coupon_id=coupon.id if coupon else None, cost=0, claimed_at=at,
        state=state, expires_at=at + timedelta(days=ADDRESS_DAYS) if held else None, fulfilled_at=done, closed_at=done,
    )  # fmt: skip
    Gift.objects.filter(pk=gift.pk).update(
        state=Gift.State.CLAIMED, member_id=member_id, redemption=row, token=None, closed_at=at
    )
    steps.note_step(redemption_id=row.pk, state=state, by=by, at=at)
    if state in steps.CLAIMED:
        handing.act(row, reward, by=by, at=at)
    steps.tell(row, state, before="", by=member_id, at=at)
    publish(GiftClaimed(gift_id=gift.pk, member_id=member_id, at=at))
    if paid is not None:
        handing.settle_points(paid, by=by, at=at)
        steps.move(paid, State.FULFILLED, by=member_id, at=at)
    return ClaimedReward(row.pk, row.public_id, False, coupon, state)


def decline_gift(*, gift_id: int, by: int, at: datetime) -> bool:
    """Say no, kindly: the piece goes back, and a giver's points too. False when it was closed before."""
    gift, paid = _locked(gift_id)
    if gift.member_id != by:
        raise RewardRefused("not_yours", _("This gift is not for you."))
    if gift.state != Gift.State.WAITING:
        return False
    return _end(gift, paid, Gift.State.DECLINED, by=None, at=at)


def withdraw_gift(*, gift_id: int, by: int, at: datetime) -> bool:
    """Staff take back a gift of the house that was not taken. False when it was closed before."""
    gift, paid = _locked(gift_id)
    if gift.state != Gift.State.WAITING:
        return False
    return _end(gift, paid, Gift.State.WITHDRAWN, by=by, at=at)


def expire_gifts(*, at: datetime, limit: int = 200) -> int:
    """Give back one batch of gifts that nobody took. How many were due."""
    require_transaction()
    due = list(
        Gift.objects.filter(state=Gift.State.WAITING, valid_until__lte=at)
        .order_by("valid_until", "id")
        .values_list("id", "giver_id")[:limit]
    )
    ledger.lock_wallets([giver for _gift, giver in due if giver is not None])
    for gift_id, _giver in sorted(due, key=lambda one: (one[1] or 0, one[0])):
        gift, paid = _locked(gift_id)
        if gift.state == Gift.State.WAITING and gift.valid_until <= at:
            _end(gift, paid, Gift.State.EXPIRED, by=None, at=at)
    return len(due)


def close_gift_of(paid: Redemption, *, at: datetime) -> None:
    """The giver's claim is undone: its gift can no longer be taken."""
    Gift.objects.filter(paid=paid, state=Gift.State.WAITING).update(state=Gift.State.WITHDRAWN, closed_at=at)


def _end(gift: Gift, paid: Redemption | None, to: Gift.State, *, by: int | None, at: datetime) -> bool:
    from loyalty.actions.rewards import undoing

    Gift.objects.filter(pk=gift.pk).update(state=to, closed_at=at)
    if paid is None:
        shelf.put_piece_back([gift.reward_id])
        return True
    return undoing.undo_gift(paid, paid.reward, by=by, at=at, note="")


def _locked(gift_id: int) -> tuple[Gift, Redemption | None]:
    """The gift under the locks of the site's order: the giver's wallets, the rewards, the giver's claim, the gift."""
    require_transaction()
    seen = Gift.objects.only("giver_id", "reward_id", "paid_id").get(pk=gift_id)
    if seen.giver_id is not None:
        ledger.lock_wallets([seen.giver_id])
    paid_for = Redemption.objects.filter(id=seen.paid_id or 0).values_list("reward_id", flat=True).first()
    pieces = Reward.objects.select_for_update().filter(id__in=[seen.reward_id, paid_for or 0])
    list(pieces.order_by("id").values_list("id"))
    paid = None
    if seen.paid_id is not None:
        paid = Redemption.objects.select_for_update(of=("self",)).select_related("reward").get(id=seen.paid_id)
    gift = Gift.objects.select_for_update(of=("self",)).select_related("reward", "redemption__coupon").get(pk=gift_id)
    return gift, paid


def _card(row: Gift, *, created: bool) -> GiftCard:
    return GiftCard(row.pk, row.public_id, row.member_id or 0, row.reward_id, row.state, row.valid_until, created)
