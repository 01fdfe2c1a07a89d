"""Who may see and claim what."""

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty import queries
from members.access import UNASKED, Member, Refused, standing


def get_reward(*, public_id: str, member_id: int | None, at: datetime) -> queries.RewardCard:
    """A reward of the shelf, or Refused as absent."""
    card = queries.reward(public_id=public_id, member_id=member_id, at=at)
    if card is None:
        raise Refused("reward_missing", _("This reward is no longer offered."), hidden=True)
    return card


def get_redemption(*, public_id: str, member_id: int) -> queries.RedemptionCard:
    """The member's own claim; other people's look absent."""
    card = queries.redemption(public_id=public_id, member_id=member_id)
    if card is None:
        raise Refused("redemption_missing", _("There is no such claim."), hidden=True)
    return card


def own_order(*, public_id: str, member_id: int) -> queries.OrderCard | None:
    """The member's own order; None without a name, Refused as absent when it is nobody's or somebody else's."""
    if not public_id:
        return None
    card = queries.find_order(public_id=public_id)
    if card is None or card.member_id != member_id:
        raise Refused("order_missing", _("There is no such order."), hidden=True)
    return card


def own_balance(member: Member, *, at: datetime) -> queries.Balance:
    """The balance of the member who asked for this page, read once: the header shows it, some pages show it again.

    Kept on the member for the rest of the request, so never for one who outlives it.
    """
    held: queries.Balance | None = getattr(member, "_balance_of_this_request", None)
    if held is None:
        asked = standing(member, "balance")
        held = queries.balance(member_id=member.pk, at=at) if asked is UNASKED else queries.balance_of(asked)
        member._balance_of_this_request = held  # type: ignore[attr-defined]
    return held
