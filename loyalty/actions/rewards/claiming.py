"""Claiming rewards and issuing coupons. Locks: wallets, then the reward's stock, then the coupon."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty import rules
from loyalty.actions import ledger
from loyalty.events import CouponIssued, CouponRedeemed, PointsPosted, RewardClaimed
from loyalty.models import Coupon, Redemption, Reward, Tier, TierMembership
from outbox.publish import publish
from outbox.require import require_transaction

CODE_LENGTH = 17


class RewardRefused(Exception):
    """This reward cannot be claimed now. `code` is stable; the message says what would help."""

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

    @property
    def shown_code(self) -> str:
        return rules.shown_code(self.code)

    @property
    def value(self) -> str:
        """What it is worth, in words."""
        if self.percent:
            return _("%(percent)s %% off one order") % {"percent": self.percent}
        if self.amount:
            places = rules.exponent(self.currency)
            amount = f"{self.amount / 10**places:.{places}f}"
            return _("%(amount)s %(currency)s off one order") % {"amount": amount, "currency": self.currency}
        return ""


@dataclass(frozen=True)
class ClaimedReward:
    """What the member got. `replayed`: this very request was answered before, and this is the same answer."""

    redemption_id: int
    public_id: str
    replayed: bool
    coupon: CouponCard | None


def claim_reward(*, reward_id: int, member_id: int, key: str, by: int | None, at: datetime) -> ClaimedReward:
    """Pay points for a reward. The same `key` again gives the same answer and takes nothing more.

    Raises RewardRefused (gone, not_yet, over, tier, limit, out_of_stock, points) and ConflictingFacts (the key was used for
    another reward).
    """
    require_transaction()
    claim = rules.cause_key("claim", member_id, key)
    if (known := _claimed(claim, reward_id)) is not None:
        return known
    with transaction.atomic():
        ledger.lock_wallets([member_id])
        reward = Reward.objects.select_for_update().filter(id=reward_id).first()
        # Again under the locks: a retry that waited for them must hear the first answer, not "out of stock".
        if (known := _claimed(claim, reward_id)) is not None:
            return known
        if reward is None:
            raise RewardRefused("gone", _("This reward is no longer offered."))
        _check(reward, member_id, at)
        slot = _free_slot(reward, member_id)
        taken = Reward.objects.filter(Q(stock__isnull=True) | Q(claimed__lt=F("stock")), id=reward.id)
        if taken.update(claimed=F("claimed") + 1) != 1:
            raise RewardRefused("out_of_stock", _("Somebody was faster: the last one is gone. No points were taken."))
        posted = _pay(reward, member_id, claim, by=by, at=at)
        coupon = None
        if reward.kind == Reward.Kind.GENERATED_CODE:
            coupon = issue_coupon(
                cause=f"claim:{claim}",
                member_id=member_id,
                percent=reward.percent,
                amount=reward.amount,
                currency=reward.currency,
                expires_at=at + timedelta(days=reward.valid_days),
                by=by,
                at=at,
            )
        redemption = Redemption.objects.create(
            key=claim,
            reward=reward,
            member_id=member_id,
            txn_id=posted.txn_id,
            coupon_id=coupon.id if coupon else None,
            state=Redemption.State.CONFIRMED if reward.kind == Reward.Kind.PHYSICAL else Redemption.State.FULFILLED,
            cost=reward.cost,
            slot=slot,
            slot_limit=reward.per_member,
            claimed_at=at,
        )
        publish(
            RewardClaimed(redemption_id=redemption.id, member_id=member_id, reward_id=reward.id, at=at),
            PointsPosted(member_id=member_id, txn_id=posted.txn_id, currency=ledger.POINTS, amount=-reward.cost, at=at),
        )
    return ClaimedReward(redemption.id, redemption.public_id, False, coupon)


def ensure_reward(
    *,
    name: str,
    kind: str,
    cost: int,
    description: str = "",
    stock: int | None = None,
    per_member: int | None = None,
    min_tier: str = "",
    percent: int = 0,
    position: int = 0,
    by: int | None,
    at: datetime,
) -> int:
    """The id of the reward with this name, put on the shelf when there is none. One that stands there stays as it is.

    `min_tier` is a tier's code. Twice at once gives one reward.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"loyalty:reward:{name}"])
    found = Reward.objects.filter(name=name).values_list("id", flat=True).first()
    if found is not None:
        return found
    tier = Tier.objects.get(code=min_tier) if min_tier else None
    reward = Reward.objects.create(
        name=name, description=description, kind=Reward.Kind(kind), cost=cost, stock=stock, per_member=per_member,
        min_tier=tier, percent=percent, position=position,
    )  # fmt: skip
    return reward.pk


def cancel_redemption(*, redemption_id: int, by: int | None, at: datetime) -> bool:
    """Undo a claim exactly: points back to their lots, the piece back to the stock, the slot free. False when it was undone.

    Raises RewardRefused when its coupon has been used.
    """
    require_transaction()
    found = Redemption.objects.get(id=redemption_id)
    ledger.lock_wallets([found.member_id])
    Reward.objects.select_for_update().get(id=found.reward_id)
    row = Redemption.objects.select_for_update(of=("self",)).get(id=redemption_id)
    if row.state == Redemption.State.CANCELLED:
        return False
    if row.coupon_id is not None:
        revoked = Coupon.objects.filter(id=row.coupon_id, state__in=[Coupon.State.ASSIGNED, Coupon.State.EXPIRED])
        if revoked.update(state=Coupon.State.REVOKED) != 1:
            raise RewardRefused("coupon_used", _("The coupon has been used already, so this cannot be undone."))
    Redemption.objects.filter(id=row.id).update(state=Redemption.State.CANCELLED, slot=None, closed_at=at)
    Reward.objects.filter(id=row.reward_id).update(claimed=F("claimed") - 1)
    if row.txn_id is not None:
        ledger.reverse_txn(txn_id=row.txn_id, reason="redemption_cancelled", by=by, at=at)
    return True


def fulfil_redemption(*, redemption_id: int, by: int | None, at: datetime) -> bool:
    """Note that something was handed over or sent. False when there was nothing to do."""
    require_transaction()
    waiting = Redemption.objects.filter(id=redemption_id, state=Redemption.State.CONFIRMED)
    return waiting.update(state=Redemption.State.FULFILLED, closed_at=at) == 1


def issue_coupon(
    *,
    cause: str,
    member_id: int,
    percent: int = 0,
    amount: int = 0,
    currency: str = "",
    minimum_net: int = 0,
    expires_at: datetime | None,
    by: int | None,
    at: datetime,
) -> CouponCard:
    """Give a member a coupon for a cause that the caller names ("campaign:3:17"); the same cause gives the same coupon."""
    require_transaction()
    code = "".join(secrets.choice(rules.COUPON_ALPHABET) for _place in range(CODE_LENGTH))
    Coupon.objects.bulk_create(
        [
            Coupon(
                code=code,
                cause=cause,
                member_id=member_id,
                percent=percent,
                amount=amount,
                currency=currency,
                minimum_net=minimum_net,
                issued_at=at,
                expires_at=expires_at,
            )
        ],
        ignore_conflicts=True,
    )
    row = Coupon.objects.get(cause=cause)
    if row.member_id != member_id:
        raise ledger.ConflictingFacts(f"The cause {cause} has given a coupon to another member.")
    if row.code == code:
        publish(CouponIssued(coupon_id=row.id, member_id=member_id, cause=cause, at=at))
    return coupon_card(row)


def mark_coupons_used(*, codes: Sequence[str], order_id: int, at: datetime) -> int:
    """Note which of our coupons an order names; codes that are not ours are the shop's own. Returns how many are newly used."""
    require_transaction()
    folded = {rules.fold_code(code) for code in codes}
    if not folded:
        return 0
    rows = list(Coupon.objects.select_for_update().filter(code__in=folded).order_by("id"))
    # The shop has taken it, whatever we think of its date: what happened there is the truth.
    rows = [row for row in rows if row.state in (Coupon.State.ASSIGNED, Coupon.State.EXPIRED)]
    for row in rows:
        Coupon.objects.filter(id=row.id).update(state=Coupon.State.USED, used_at=at, order_id=order_id)
        publish(CouponRedeemed(coupon_id=row.id, member_id=row.member_id, order_id=order_id, at=at))
    return len(rows)


def coupon_card(row: Coupon) -> CouponCard:
    return CouponCard(
        row.id,
        row.public_id,
        row.code,
        row.member_id,
        row.state,
        row.percent,
        row.amount,
        row.currency,
        row.expires_at,
    )


# --- Parts of a claim ------------------------------------------------------------------------------------------------


def _claimed(key: UUID, reward_id: int) -> ClaimedReward | None:
    row = Redemption.objects.filter(key=key).select_related("coupon").first()
    if row is None:
        return None
    if row.reward_id != reward_id:
        raise ledger.ConflictingFacts("This key was used for another reward.")
    return ClaimedReward(row.id, row.public_id, True, coupon_card(row.coupon) if row.coupon else None)


def _check(reward: Reward, member_id: int, at: datetime) -> None:
    if not reward.active or (reward.ends_at is not None and reward.ends_at <= at):
        raise RewardRefused("gone", _("This reward is no longer offered."))
    if reward.starts_at is not None and reward.starts_at > at:
        raise RewardRefused("not_yet", _("This reward is not offered yet."))
    if reward.min_tier_id is not None and _rank(member_id) < Tier.objects.get(id=reward.min_tier_id).rank:
        name = Tier.objects.get(id=reward.min_tier_id).name
        raise RewardRefused("tier", _("This reward is kept for “%(tier)s” and above.") % {"tier": name})
    if reward.stock is not None and reward.claimed >= reward.stock:
        raise RewardRefused("out_of_stock", _("Somebody was faster: the last one is gone. No points were taken."))


def _rank(member_id: int) -> int:
    rank = (
        TierMembership.objects.filter(member_id=member_id, until__isnull=True)
        .values_list("tier__rank", flat=True)
        .first()
    )
    return rank or 0


def _free_slot(reward: Reward, member_id: int) -> int:
    taken = set(
        Redemption.objects.filter(reward=reward, member_id=member_id, slot__isnull=False).values_list("slot", flat=True)
    )
    slot = next(number for number in range(1, len(taken) + 2) if number not in taken)
    if reward.per_member is not None and slot > reward.per_member:
        raise RewardRefused(
            "limit",
            ngettext(
                "You have this reward already; there is one for each member.",
                "You have this reward already: %(number)s times is the most for one member.",
                reward.per_member,
            )
            % {"number": reward.per_member},
        )
    return slot


def _pay(reward: Reward, member_id: int, claim: UUID, *, by: int | None, at: datetime) -> ledger.Posted:
    try:
        return ledger.spend(
            key=rules.cause_key("spend", claim),
            member_id=member_id,
            amount=reward.cost,
            reason="reward",
            source_type="reward",
            source_id=reward.id,
            by=by,
            at=at,
            facts={"reward": reward.name},
        )
    except ledger.InsufficientPoints as short:
        missing = short.needed - max(0, short.available)
        raise RewardRefused(
            "points",
            ngettext("You need %(number)s more point for this.", "You need %(number)s more points for this.", missing)
            % {"number": missing},
        ) from short
