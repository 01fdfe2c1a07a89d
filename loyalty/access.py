"""Who may see and claim what."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from loyalty import queries
from loyalty.queries import gifts
from loyalty.queries import seasons as season_queries
from loyalty.queries.why import RuleText, Why, rule_text, statement_line
from loyalty.rules.ceilings import FINANCE as FINANCE
from members.access import (
    UNASKED,
    Member,
    Refused,
    Viewer,
    group_names,
    is_manager,
    is_member,
    require_member,
    standing,
)
from members.queries import groups_seen


def is_finance(user: Viewer) -> bool:
    return is_member(user) and (user.is_superuser or FINANCE in group_names(user))


def may_see_books(user: Viewer) -> bool:
    return is_manager(user) or is_finance(user)


def require_books(user: Viewer) -> Member:
    """A manager, or somebody of Finance."""
    member = require_member(user)
    if not may_see_books(member):
        raise Refused("books_only", _("Only community managers and people of Finance may see this."))
    return member


def require_finance(user: Viewer) -> Member:
    member = require_member(user)
    if not is_finance(member):
        raise Refused("finance_only", _("Only people of the group “Finance” may decide this."))
    return member


def get_reward(
    *, public_id: str, member_id: int | None, at: datetime, available: int | None = None
) -> queries.RewardCard:
    """A reward of the shelf, or Refused as absent. `available`: the member's points, when they were asked for already."""
    card = queries.reward(public_id=public_id, member_id=member_id, at=at, available=available)
    if card is None:
        raise Refused("reward_missing", _("This reward is no longer offered."), hidden=True)
    return card


def get_redemption(*, public_id: str, member_id: int) -> queries.RedemptionCard:
    """The member's own claim; other people's look absent."""
    card = queries.redemption(public_id=public_id, member_id=member_id)
    if card is None:
        raise Refused("redemption_missing", _("There is no such claim."), hidden=True)
    return card


def get_gift(*, public_id: str, member_id: int) -> gifts.WaitingGift:
    """A gift for this member, or Refused as absent."""
    card = gifts.gift(public_id=public_id, member_id=member_id)
    if card is None:
        raise Refused("gift_missing", _("There is no such gift."), hidden=True)
    return card


def get_gift_of_token(*, token: str, member_id: int | None) -> gifts.WaitingGift:
    """The gift behind a secret link, or Refused as absent."""
    card = gifts.gift_of_token(token=token, member_id=member_id)
    if card is None:
        raise Refused("gift_missing", _("There is no such gift, or somebody has taken it."), hidden=True)
    return card


def get_season(*, public_id: str, at: datetime) -> season_queries.SeasonCard:
    """A season that has begun, or Refused as absent."""
    card = season_queries.season(public_id=public_id, at=at)
    if card is None:
        raise Refused("season_missing", _("There is no such season."), hidden=True)
    return card


def own_order(*, public_id: str, member_id: int) -> queries.OrderCard | None:
    """The member's own order; None without a name, Refused as absent when it is nobody's or somebody else's."""
    if not public_id:
        return None
    card = queries.find_order(public_id=public_id)
    if card is None or card.member_id != member_id:
        raise Refused("order_missing", _("There is no such order."), hidden=True)
    return card


def own_line(*, handle: str, member_id: int, at: datetime) -> Why:
    """A line of the member's own statement; other people's, and damaged names, look absent."""
    found = statement_line(handle=handle, member_id=member_id, at=at)
    if found is None:
        raise Refused("line_missing", _("There is no such line."), hidden=True)
    return found


def any_line(*, handle: str, at: datetime) -> Why:
    """Any member's line, for staff who were let in."""
    found = statement_line(handle=handle, member_id=None, at=at)
    if found is None:
        raise Refused("line_missing", _("There is no such line."), hidden=True)
    return found


def get_rule(viewer: Member, *, code: str, version: int) -> RuleText:
    """A published version of a rule, or Refused as absent: also where its sentence names a group that is not shown to them."""
    found = rule_text(code=code, version=version) if version < 2**31 else None
    if found is None or not (is_manager(viewer) or _all_shown(found.groups, viewer)):
        raise Refused("rule_missing", _("There is no such rule."), hidden=True)
    return found


def _all_shown(names: Collection[str], viewer: Member) -> bool:
    """Whether all these groups are the viewer's own, or shown to everybody: circles, tiers, levels of trust."""
    hidden = {name for name in names if not name.startswith(("tier:", "trust:"))} - group_names(viewer)
    return not hidden or hidden <= {group.slug for group in groups_seen(viewer_id=viewer.pk)}


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
