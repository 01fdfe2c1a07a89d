"""Claiming rewards. Locks: the member's wallets, then the rewards' stock, then the coupon.

What can be decided without a lock is decided first, by one statement. Where few pieces are left, the piece is taken before the
points, by the statement that locks the wallets (migration 0023): who comes too late waits in it and does no more. Where there are
plenty it is taken last, so that the row that everybody needs is held for as short as can be.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.ledger.holding import hold
from loyalty.actions.rewards import handing, shelf, steps
from loyalty.actions.rewards.cards import ClaimedReward, RewardRefused, coupon_card
from loyalty.events import PointsPosted
from loyalty.models import Redemption, Reward
from loyalty.queries.tiers import Benefits, benefits_of
from outbox.publish import publish
from outbox.require import require_transaction

State = Redemption.State

HELD_MINUTES = 15
"""How long points and piece are kept for somebody who still has to say where to, or to whom."""
REVIEW_DAYS = 30
"""How long a large claim waits for the team before everything goes back."""
LONGEST_HOLD = timedelta(days=120)
"""The ledger's own end of a hold, behind ours and a gift's days: nothing is kept for ever if everything else fails."""
FEW = 32
"""So many pieces left or fewer: a rush is likely, see above."""


def claim_reward(
    *,
    reward_id: int,
    member_id: int,
    key: str,
    by: int | None,
    at: datetime,
    cost: int | None = None,
) -> ClaimedReward:
    """Pay points for a reward. The same `key` again gives the same answer and takes nothing more.

    What needs an address or a friend is held for 15 minutes (`details`); what costs much waits for the team. `cost` is what the
    member was shown. Raises RewardRefused (gone, not_yet, tier, group, limit, out_of_stock, points, changed) and
    ConflictingFacts (the key was used for another reward).
    """
    require_transaction()
    claim = rules.cause_key("claim", member_id, key)
    reward = _looked_at(reward_id, member_id, claim)
    if reward is None or reward.known:
        known = _claimed(claim, reward_id)
        if known is None:
            raise RewardRefused("gone", _("This reward is no longer offered."))
        return known
    refused = _refusal(reward, member_id, at)
    if refused is None and cost is not None and cost != reward.cost:
        refused = RewardRefused(
            "changed", _("The price has changed meanwhile. Look at it again; no points were taken.")
        )
    rush = reward.stock is not None and reward.stock - reward.claimed <= FEW
    pieces = shelf.pieces_of(reward) if rush and refused is None else []
    again, slot, taken = shelf.open_claim(
        member_id=member_id, key=claim, reward_id=reward_id, most=reward.per_member, pieces=pieces
    )
    # Under the lock: a retry that waited for it must hear the first answer, not "out of stock".
    if again and (known := _claimed(claim, reward_id)) is not None:
        return known
    if refused := refused or _refusal_under_lock(reward, slot, short=rush and not taken):
        raise refused
    try:
        with transaction.atomic():  # all or nothing, also for callers who go on after a refusal
            return _claim(reward, member_id, claim, slot, taken=taken, by=by, at=at)
    except (RewardRefused, ledger.ConflictingFacts):
        if taken:
            shelf.put_piece_back(pieces)
        raise


def _claim(
    reward: Reward, member_id: int, claim: UUID, slot: int, *, taken: bool, by: int | None, at: datetime
) -> ClaimedReward:
    waits = handing.needs_details(reward.kind)
    review = reward.cost >= settings.LOYALTY_REVIEW_FROM
    pay = _put_aside if waits or review else _pay
    txn_id = pay(reward, member_id, claim, by=by, at=at)
    if not taken:
        shelf.take_piece(shelf.pieces_of(reward))
    coupon = handing.give_code(reward, cause=f"claim:{claim}", member_id=member_id, by=by, at=at)
    row = Redemption.objects.create(
        key=claim, reward=reward, member_id=member_id, txn_id=txn_id, coupon_id=coupon.id if coupon else None,
        cost=reward.cost, slot=slot, slot_limit=reward.per_member, claimed_at=at, **_beginning(reward, at, waits, review),
    )  # fmt: skip
    state = State(row.state)
    steps.note_step(redemption_id=row.pk, state=state, by=by, at=at)
    if state in steps.CLAIMED:
        handing.act(row, reward, by=by, at=at)
    steps.tell(row, state, before="", by=member_id, at=at)
    return ClaimedReward(row.pk, row.public_id, False, None if state == State.REQUESTED else coupon, state)


def after_details(row: Redemption, reward: Reward, *, by: int | None, at: datetime, note: str = "") -> State:
    """The claim is complete: it is confirmed, or goes to the team when it is a large one."""
    if row.cost >= settings.LOYALTY_REVIEW_FROM:
        steps.move(row, State.REQUESTED, by=by, at=at, note=note, expires_at=at + timedelta(days=REVIEW_DAYS))
        return State.REQUESTED
    return confirm(row, reward, by=by, at=at, note=note)


def confirm(row: Redemption, reward: Reward, *, by: int | None, at: datetime, note: str = "") -> State:
    """Redeem the points that were put aside and hand over. A gift's points stay aside until the friend accepts."""
    state = handing.state_after(reward)
    if reward.kind != Reward.Kind.GIFT:
        handing.settle_points(row, by=by, at=at)
    steps.move(row, state, by=by, at=at, note=note)
    handing.act(row, reward, by=by, at=at)
    return state


# --- Parts of a claim ------------------------------------------------------------------------------------------------


def _beginning(reward: Reward, at: datetime, waits: bool, review: bool) -> dict[str, Any]:
    """In which state a claim begins, and until when it may stay there."""
    if waits:
        return {"state": State.HELD, "expires_at": at + timedelta(minutes=HELD_MINUTES)}
    if review:
        return {"state": State.REQUESTED, "expires_at": at + timedelta(days=REVIEW_DAYS)}
    state = handing.state_after(reward)
    done = at if state == State.FULFILLED else None
    return {"state": state, "fulfilled_at": done, "closed_at": done}


def _looked_at(reward_id: int, member_id: int, claim: UUID) -> Any:
    """The reward, and without another statement: `known` (this claim was answered before), `kept` (for groups), `inside`."""
    through: Any = Reward.groups.through
    mine = get_user_model().groups.through.objects.filter(user_id=member_id).values("group_id")
    groups = through.objects.filter(reward_id=OuterRef("pk"))
    return (
        Reward.objects.select_related("min_tier")
        .annotate(
            known=Exists(Redemption.objects.filter(key=claim)),
            kept=Exists(groups),
            inside=Exists(groups.filter(group_id__in=mine)),
        )
        .filter(id=reward_id)
        .first()
    )


def _claimed(key: UUID, reward_id: int) -> ClaimedReward | None:
    row = Redemption.objects.filter(key=key).select_related("coupon").first()
    if row is None:
        return None
    if row.reward_id != reward_id:
        raise ledger.ConflictingFacts("This key was used for another reward.")
    hidden = row.coupon is None or row.state == State.REQUESTED
    return ClaimedReward(
        row.pk, row.public_id, True, None if hidden or row.coupon is None else coupon_card(row.coupon), row.state
    )


def _refusal(reward: Any, member_id: int, at: datetime) -> RewardRefused | None:
    """Why this reward is not for this member at this moment; points and pieces aside."""
    if not reward.active or (reward.ends_at is not None and reward.ends_at <= at):
        return RewardRefused("gone", _("This reward is no longer offered."))
    if reward.stock is not None and reward.claimed >= reward.stock:
        return shelf.out_of_stock()
    later = reward.starts_at is not None and reward.starts_at > at
    benefits = benefits_of(member_ids=[member_id])[member_id] if later or reward.min_tier is not None else Benefits()
    if later and reward.starts_at is not None:
        opens = opens_at(reward, benefits)
        if opens is not None and opens > at:
            when = formats.date_format(timezone.localtime(opens), "DATETIME_FORMAT")
            return RewardRefused("not_yet", _("This reward is offered from %(when)s on.") % {"when": when})
    if reward.min_tier is not None and benefits.rank < reward.min_tier.rank:
        words = _("This reward is kept for “%(tier)s” and above.")
        return RewardRefused("tier", words % {"tier": _(reward.min_tier.name)})
    if reward.kept and not reward.inside:
        return RewardRefused("group", _("This reward is kept for a group that you are not in."))
    return None


def opens_at(reward: Reward, benefits: Benefits) -> datetime | None:
    """When it opens for somebody with these benefits."""
    if reward.starts_at is None or not reward.early_access:
        return reward.starts_at
    return reward.starts_at - timedelta(hours=benefits.early_hours)


def _refusal_under_lock(reward: Reward, slot: int, *, short: bool) -> RewardRefused | None:
    if reward.per_member is not None and slot > reward.per_member:
        return _too_many(reward.per_member)
    return shelf.out_of_stock() if short else None


def _too_many(most: int) -> RewardRefused:
    words = ngettext(
        "You have this reward already; there is one for each member.",
        "You have this reward already: %(number)s times is the most for one member.",
        most,
    )
    return RewardRefused("limit", words % {"number": most})


def _put_aside(reward: Reward, member_id: int, claim: UUID, *, by: int | None, at: datetime) -> int:
    try:
        return hold(
            key=rules.cause_key("hold", claim), member_id=member_id, currency=ledger.POINTS, amount=reward.cost,
            reason="reward", source_type="reward", source_id=reward.pk,
            expires_at=at + LONGEST_HOLD + timedelta(days=reward.gift_days),
            facts={"reward": reward.name}, by=by, at=at,
        ).txn_id  # fmt: skip
    except ledger.InsufficientPoints as short:
        raise _too_few(short) from short


def _pay(reward: Reward, member_id: int, claim: UUID, *, by: int | None, at: datetime) -> int:
    """Nothing is left to wait for: the points are spent at once, which is a hold and its confirmation in one posting."""
    try:
        posted = ledger.spend(
            key=rules.cause_key("spend", claim), member_id=member_id, amount=reward.cost, reason="reward",
            source_type="reward", source_id=reward.pk, by=by, at=at, facts={"reward": reward.name}, savepoint=False,
        )  # fmt: skip
    except ledger.InsufficientPoints as short:
        raise _too_few(short) from short
    publish(PointsPosted(member_id=member_id, txn_id=posted.txn_id, currency=ledger.POINTS, amount=-reward.cost, at=at))
    return posted.txn_id


def _too_few(short: ledger.InsufficientPoints) -> RewardRefused:
    missing = short.needed - max(0, short.available)
    words = ngettext("You need %(number)s more point for this.", "You need %(number)s more points for this.", missing)
    return RewardRefused("points", words % {"number": missing})
