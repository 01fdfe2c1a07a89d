"""Who may see and claim what."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from loyalty import queries
from members.access import Refused, is_member
if TYPE_CHECKING:
    from members.models import User
from outbox.clock import now


def get_reward(user: "User | AnonymousUser", public_id: str) -> queries.RewardCard:
    """A reward of the shelf, or Refused as absent."""
    card = queries.reward(public_id=public_id, member_id=user.id if is_member(user) else None, at=now())
    if card is None:
        raise Refused("reward_missing", _("This reward is no longer offered."), hidden=True)
    return card


def get_redemption(member: "User", public_id: str) -> queries.RedemptionCard:
    """The member's own claim; other people's look absent."""
    card = queries.redemption(public_id=public_id, member_id=member.id)
    if card is None:
        raise Refused("redemption_missing", _("There is no such claim."), hidden=True)
    return card
