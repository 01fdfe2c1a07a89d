"""What happens to invitations."""

from dataclasses import dataclass

from outbox.events import Event, event


@event("referral.created")
@dataclass(frozen=True, kw_only=True)
class ReferralCreated(Event):
    """A new member joined through somebody's link."""

    referral_id: int
    inviter_id: int
    friend_id: int


@event("referral.qualified")
@dataclass(frozen=True, kw_only=True)
class ReferralQualified(Event):
    """The friend's first order was paid; the hold begins."""

    referral_id: int
    inviter_id: int
    friend_id: int
    order_id: int


@event("referral.rewarded")
@dataclass(frozen=True, kw_only=True)
class ReferralRewarded(Event):
    """Both were paid."""

    referral_id: int
    inviter_id: int
    friend_id: int


@event("referral.voided")
@dataclass(frozen=True, kw_only=True)
class ReferralVoided(Event):
    """It will not pay; `reason` is one of Referral.Reason."""

    referral_id: int
    inviter_id: int
    friend_id: int
    reason: str
