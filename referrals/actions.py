"""Sharing, joining through a link, and paying both sides exactly once."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from loyalty import actions as loyalty
from loyalty import queries as orders
from members import queries as members
from outbox.publish import publish
from outbox.require import require_transaction
from referrals import queries, rules
from referrals.access import Inviter
from referrals.events import ReferralCreated, ReferralQualified, ReferralRewarded, ReferralVoided
from referrals.models import Program, Referral, ShareLink

log = logging.getLogger(__name__)


def ensure_link(*, inviter: Inviter, target: str = "", by: int, at: datetime) -> str:
    """The code of the member's link to a page of ours, made when there is none. Twice at once gives one link."""
    require_transaction()
    ShareLink.objects.bulk_create(
        [ShareLink(member_id=inviter.member_id, target=target, created_at=at)], ignore_conflicts=True
    )
    return ShareLink.objects.values_list("code", flat=True).get(member_id=inviter.member_id, target=target)


def attach(*, code: str, claimed_at: datetime, friend_id: int, by: int | None, at: datetime) -> int | None:
    """Note that a new member came through a link. Returns the referral's id, or None when it does not count.

    It does not count when the link or the programme is gone, the visit is too long ago, the friend already belongs to
    somebody, it is the inviter again, or ten joined through this inviter in the last 24 hours. Joining itself never fails
    because of it.
    """
    require_transaction()
    program, link = queries.open_program(), queries.find_link(code=code)
    if program is None or link is None or not rules.is_remembered(claimed_at=claimed_at, at=at):
        return None
    if _is_same_person(link.inviter.id, friend_id):
        return None
    # All who join through one inviter at the same moment pass here one by one, so that the limit is a limit.
    list(
        ShareLink.objects.select_for_update(of=("self",)).filter(member_id=link.inviter.id).order_by("id").values("id")
    )
    if queries.joined_today(inviter_id=link.inviter.id, at=at) >= program.daily_limit:
        log.info("referrals: member %s reached the daily limit; friend %s joined without", link.inviter.id, friend_id)
        return None
    referral = _create(program.id, link.id, link.inviter.id, friend_id, claimed_at, at)
    if referral is not None:
        publish(
            ReferralCreated(referral_id=referral, inviter_id=link.inviter.id, friend_id=friend_id, at=at),
        )
    return referral


def _create(
    program_id: int, link_id: int, inviter_id: int, friend_id: int, claimed_at: datetime, at: datetime
) -> int | None:
    """The first link wins: the unique (programme, friend) says so even to two requests at once."""
    try:
        with transaction.atomic():
            return Referral.objects.create(
                program_id=program_id,
                link_id=link_id,
                inviter_id=inviter_id,
                friend_id=friend_id,
                claimed_at=claimed_at,
                created_at=at,
            ).pk
    except IntegrityError:
        return None


def _is_same_person(inviter_id: int, friend_id: int) -> bool:
    addresses = [members.account_email(member_id=member_id) for member_id in (inviter_id, friend_id)]
    return inviter_id == friend_id or rules.same_mailbox(*addresses)


def qualify(*, friend_id: int, order_id: int, placed_at: datetime, by: int | None, at: datetime) -> bool:
    """The friend's first order was paid: begin the hold, or pay at once when there is none.

    False when nobody invited this member, when it was done before, or when the order is no longer kept.
    """
    require_transaction()
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("program")
        .filter(friend_id=friend_id, state=Referral.State.IN_PROGRESS)
        .first()
    )
    if referral is None or not _is_kept(order_id):
        return False
    if reason := _disqualified(referral, placed_at):
        _void(referral, reason, at)
        return False
    due_at = rules.due_at(qualified_at=at, hold_days=referral.program.hold_days)
    Referral.objects.filter(id=referral.pk).update(
        state=Referral.State.PENDING, order_id=order_id, qualified_at=at, due_at=due_at
    )
    publish(
        ReferralQualified(
            referral_id=referral.pk,
            inviter_id=referral.inviter_id,
            friend_id=friend_id,
            order_id=order_id,
            at=at,
        )
    )
    if due_at <= at:
        reward(referral_id=referral.pk, by=by, at=at)
    return True


def _is_kept(order_id: int | None) -> bool:
    """How the order stands now: events may arrive late or out of order."""
    card = orders.find_order(order_id=order_id) if order_id else None
    return card is not None and card.state in rules.KEPT_STATES


def _disqualified(referral: Referral, placed_at: datetime) -> str:
    """What only the first order shows: an address confirmed since, or a purchase older than the invitation."""
    if _is_same_person(referral.inviter_id, referral.friend_id):
        return Referral.Reason.SAME_PERSON
    if rules.was_customer_before(placed_at=placed_at, claimed_at=referral.claimed_at):
        return Referral.Reason.NOT_NEW
    return ""


def reward(*, referral_id: int, by: int | None, at: datetime) -> bool:
    """Pay both sides of an invitation whose hold is over. False when it is not due, was paid, or the order went back."""
    require_transaction()
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("program")
        .filter(id=referral_id, state=Referral.State.PENDING, due_at__lte=at)
        .first()
    )
    if referral is None:
        return False
    if not _is_kept(referral.order_id):
        _void(referral, Referral.Reason.ORDER_RETURNED, at)
        return False
    Referral.objects.filter(id=referral_id).update(state=Referral.State.REWARDED, closed_at=at)
    sides = [
        (referral.inviter_id, "inviter", referral.program.inviter_points),
        (referral.friend_id, "friend", referral.program.friend_points),
    ]
    for member_id, side, amount in sorted(sides):  # wallets are locked in one order everywhere
        _pay(referral_id, side, member_id, amount, by, at)
    publish(
        ReferralRewarded(referral_id=referral_id, inviter_id=referral.inviter_id, friend_id=referral.friend_id, at=at)
    )
    return True


def _pay(referral_id: int, side: str, member_id: int, amount: int, by: int | None, at: datetime) -> None:
    """The cause is the key: whatever is repeated, each side is paid once."""
    if amount:
        loyalty.grant_points(
            cause=f"referral:{referral_id}:{side}",
            member_id=member_id,
            amount=amount,
            reason=f"referral_{side}",
            origin="referral",
            by=by,
            at=at,
        )


def order_returned(*, order_id: int, by: int | None, at: datetime) -> bool:
    """A first order was sent back or cancelled within the hold: its invitation will not pay."""
    require_transaction()
    referral = (
        Referral.objects.select_for_update(of=("self",)).filter(order_id=order_id, state=Referral.State.PENDING).first()
    )
    if referral is None:
        return False
    _void(referral, Referral.Reason.ORDER_RETURNED, at)
    return True


def _void(referral: Referral, reason: str, at: datetime) -> None:
    Referral.objects.filter(id=referral.pk).update(state=Referral.State.VOIDED, reason=reason, closed_at=at)
    publish(
        ReferralVoided(
            referral_id=referral.pk,
            inviter_id=referral.inviter_id,
            friend_id=referral.friend_id,
            reason=reason,
            at=at,
        )
    )


@dataclass(frozen=True)
class Terms:
    """What a manager may change of the programme."""

    inviter_points: int = 200
    friend_points: int = 200
    hold_days: int = 14
    least_account_days: int = 3
    daily_limit: int = 10
    is_open: bool = True


def change_terms(*, terms: Terms, by: int | None, at: datetime) -> None:
    """Set the terms. They hold for orders paid from now on; running holds keep their day."""
    require_transaction()
    Program.objects.filter(code=queries.PROGRAM).update(
        inviter_points=terms.inviter_points,
        friend_points=terms.friend_points,
        hold_days=terms.hold_days,
        least_account_days=terms.least_account_days,
        daily_limit=terms.daily_limit,
        is_open=terms.is_open,
    )
