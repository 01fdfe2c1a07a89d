"""A manager invites a member into a tier, for a reason and for a time."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community.actions.order.audit import record_act
from loyalty.actions import ledger
from loyalty.actions.tiers.reviewing import review_tiers
from loyalty.models import Tier, TierInvitation
from loyalty.notices import tiers as notices
from members.queries import member_card
from outbox.require import require_transaction

LONGEST = timedelta(days=3660)


class TierRefused(Exception):
    """An act on tiers that is not done. `code` names why; `message` says it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invite_member(
    *, member_id: int, tier_id: int, reason: str, ends_at: datetime, by: int | None, at: datetime
) -> TierInvitation:
    """Put a member into a tier until `ends_at`; audited, and the member hears of it.

    Raises TierRefused: oneself, no_member, no_tier, lowest_tier, no_reason, bad_end, invited_already.
    """
    require_transaction()
    if by == member_id:
        raise TierRefused("oneself", _("Nobody invites themselves; somebody else of the team can."))
    if member_card(member_id=member_id) is None:
        raise TierRefused("no_member", _("There is no such member."))
    tier = Tier.objects.filter(pk=tier_id).first()
    if tier is None:
        raise TierRefused("no_tier", _("There is no such tier."))
    if tier.rank == 0:
        raise TierRefused("lowest_tier", _("Everybody is in the lowest tier; it needs no invitation."))
    reason = " ".join(reason.replace("\x00", "").split())[:200]
    if not reason:
        raise TierRefused("no_reason", _("Say why: whoever comes after you will want to know."))
    if not at < ends_at <= at + LONGEST:
        raise TierRefused("bad_end", _("The last day has to lie ahead, at most ten years."))
    ledger.lock_wallets([member_id])
    TierInvitation.objects.filter(member_id=member_id, ended_at=None, ends_at__lte=at).update(ended_at=F("ends_at"))
    try:
        with transaction.atomic():
            made = TierInvitation.objects.create(
                member_id=member_id, tier=tier, reason=reason, invited_by_id=by, invited_at=at, ends_at=ends_at
            )
    except IntegrityError as error:
        raise TierRefused("invited_already", _("This member is invited into this tier already.")) from error
    after = {"tier": tier.code, "until": ends_at.isoformat()}
    record_act(
        act="tier.invited", target_kind="tier_invitation", target=made.pk, about=member_id, by=by, at=at,
        reason=reason, after=after,
    )  # fmt: skip
    review_tiers(member_ids=[member_id], at=at)
    notices.tell([notices.News(notices.INVITED, member_id, tier.pk, ends_at)], at=at)
    return made


def end_invitation(*, invitation_id: int, reason: str, by: int | None, at: datetime) -> bool:
    """End an invitation before its time; whatever the member has earned meanwhile stands. False: it was over already.

    Raises TierRefused: no_reason.
    """
    require_transaction()
    reason = " ".join(reason.replace("\x00", "").split())[:200]
    if not reason:
        raise TierRefused("no_reason", _("Say why: whoever comes after you will want to know."))
    row = TierInvitation.objects.filter(pk=invitation_id).first()
    if row is None:
        return False
    ledger.lock_wallets([row.member_id])
    ended = TierInvitation.objects.filter(pk=row.pk, ended_at=None, ends_at__gt=at).update(
        ended_at=at, ended_by_id=by, end_reason=reason
    )
    if not ended:
        return False
    record_act(
        act="tier.invitation_ended", target_kind="tier_invitation", target=row.pk, about=row.member_id, by=by, at=at,
        reason=reason, before={"until": row.ends_at.isoformat()},
    )  # fmt: skip
    review_tiers(member_ids=[row.member_id], at=at, allow_down=True)
    return True


def remind(*, at: datetime) -> int:
    """Tell those whose invitation ends within the programme's days of grace; each once."""
    require_transaction()
    open_ones = TierInvitation.objects.filter(ended_at=None, ends_at__gt=at).select_related("tier__program")
    soon = open_ones.filter(ends_at__lte=at + timedelta(days=366), invited_at__lt=at - timedelta(days=1))
    news = [
        notices.News(notices.ENDING, one.member_id, one.tier_id, one.ends_at)
        for one in soon
        if one.ends_at <= at + timedelta(days=one.tier.program.grace_days)
    ]
    return notices.tell(news, at=at)
