"""Gifts that wait for a member, and codes they hold."""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from loyalty.actions.rewards.cards import CouponCard, coupon_card
from loyalty.models import Coupon, Gift, Redemption
from members.queries import MemberCard, member_cards


@dataclass(frozen=True)
class WaitingGift:
    """A gift as the one sees it whom it is for. `ready`: it may be taken now."""

    id: int
    public_id: str
    reward_name: str
    description: str
    kind: str
    picture_url: str
    giver: MemberCard | None
    note: str
    state: str
    valid_until: datetime
    ready: bool
    mine: bool
    claimed_as: str = ""


def gifts_of(*, member_id: int, at: datetime) -> list[WaitingGift]:
    """Gifts that the member can take now, soonest end first."""
    rows = Gift.objects.filter(member_id=member_id, state=Gift.State.WAITING, valid_until__gt=at).exclude(
        paid__state=Redemption.State.REQUESTED
    )
    return _gifts(list(rows.select_related(*_WITH).order_by("valid_until", "id")), member_id)


def gift(*, public_id: str, member_id: int) -> WaitingGift | None:
    """One gift, for the member whom it is for."""
    rows = Gift.objects.filter(public_id=public_id, member_id=member_id).select_related(*_WITH)
    return next(iter(_gifts(list(rows), member_id)), None)


def gift_of_token(*, token: str, member_id: int | None) -> WaitingGift | None:
    """The gift behind a secret link, for whoever holds the link."""
    rows = Gift.objects.filter(token=token).select_related(*_WITH)
    return next(iter(_gifts(list(rows), member_id)), None)


def gift_sent(*, redemption_id: int) -> tuple[MemberCard | None, str, datetime, str] | None:
    """What became of a gift that the owner of this claim sent: to whom, the secret of its link, until when, its state."""
    row = Gift.objects.filter(paid_id=redemption_id).first()
    if row is None:
        return None
    friend = member_cards(member_ids=[row.member_id]).get(row.member_id) if row.member_id else None
    return friend, row.token or "", row.valid_until, row.state


_WITH = ("reward", "paid", "redemption")


def _gifts(rows: list[Gift], member_id: int | None) -> list[WaitingGift]:
    givers = member_cards(member_ids=[row.giver_id for row in rows if row.giver_id is not None])
    return [
        WaitingGift(
            id=row.pk,
            public_id=row.public_id,
            reward_name=_(row.reward.name),
            description=_(row.reward.description) if row.reward.description else "",
            kind=row.reward.kind,
            picture_url=default_storage.url(row.reward.picture) if row.reward.picture else "",
            giver=givers.get(row.giver_id or 0),
            note=row.note,
            state=row.state,
            valid_until=row.valid_until,
            ready=row.paid is None or row.paid.state != Redemption.State.REQUESTED,
            mine=row.giver_id is not None and row.giver_id == member_id,
            claimed_as=row.redemption.public_id if row.redemption else "",
        )
        for row in rows
    ]


@dataclass(frozen=True)
class OwnCode:
    """A code of a member: what it is from, how to use it. `state` is ready, used, expired or revoked."""

    coupon: CouponCard
    state: str
    title: str
    how_to_use: str
    redemption_public_id: str


def codes_of(*, member_id: int, at: datetime, limit: int = 100) -> list[OwnCode]:
    """All codes of a member: what can be used first, soonest end first; then the others, newest first."""
    rows = list(
        Coupon.objects.filter(member_id=member_id)
        .exclude(state=Coupon.State.FREE)
        .order_by(F("state").asc(), "-id")[:limit]
    )
    claims = {
        row.coupon_id: row
        for row in Redemption.objects.filter(
            member_id=member_id, coupon_id__in=[row.pk for row in rows]
        ).select_related("reward")
    }
    codes = []
    for row in rows:
        claim = claims.get(row.pk)
        if claim is not None and claim.state == Redemption.State.REQUESTED:
            continue  # nobody has seen it yet
        over = row.state == Coupon.State.ASSIGNED and row.expires_at is not None and row.expires_at <= at
        state = "expired" if over else "ready" if row.state == Coupon.State.ASSIGNED else row.state
        codes.append(
            OwnCode(
                coupon_card(row),
                state,
                _(claim.reward.name) if claim else "",
                claim.reward.how_to_use if claim else "",
                claim.public_id if claim else "",
            )
        )
    ready = sorted(
        (one for one in codes if one.state == "ready"),
        key=lambda one: (one.coupon.expires_at is None, one.coupon.expires_at or at),
    )
    return ready + sorted((one for one in codes if one.state != "ready"), key=lambda one: -one.coupon.id)


@dataclass(frozen=True)
class Waiting:
    """How many gifts a member can take and codes they can use, and when the first code runs out."""

    gifts: int
    codes: int
    first_end: datetime | None


def waiting_for(*, member_id: int, at: datetime) -> Waiting:
    """One statement, for the overview."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT count(*) FROM loyalty_gift AS gift
                    LEFT JOIN loyalty_redemption AS paid ON paid.id = gift.paid_id
                    WHERE gift.member_id = %(member)s AND gift.state = 'waiting' AND gift.valid_until > %(at)s
                      AND paid.state IS DISTINCT FROM 'requested'),
                   count(*), min(coupon.expires_at)
            FROM loyalty_coupon AS coupon
            WHERE coupon.member_id = %(member)s AND coupon.state = 'assigned'
              AND (coupon.expires_at IS NULL OR coupon.expires_at > %(at)s)
              AND NOT EXISTS (SELECT 1 FROM loyalty_redemption AS claim
                              WHERE claim.coupon_id = coupon.id AND claim.state = 'requested')
            """,
            {"member": member_id, "at": at},
        )
        return Waiting(*cursor.fetchone())
