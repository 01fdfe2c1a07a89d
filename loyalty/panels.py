"""What loyalty shows in other apps' pages."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils import formats
from django.utils.translation import gettext as _

from community.slots import Badge
from loyalty import queries
from loyalty.access import own_balance
from members.access import is_member
from members.addresses import address
from members.slots import NavItem, Panel, Standing
from outbox.clock import now


def own_balance_with_identity() -> Standing:
    """The balance that the header shows: `own_balance` finds it with the member."""
    return Standing("balance", queries.OWN_BALANCE)


def points_pill(*, request: HttpRequest) -> Panel | None:
    """The member's available points, in the header of every page."""
    if not is_member(request.user):
        return None
    balance = own_balance(request.user, at=now())
    return Panel(
        "loyalty/points_pill.html", {"available": balance.available, "pending": balance.pending}, order=20, kept=True
    )


def counts_of(balance: queries.Balance) -> dict[str, str]:
    """The numbers of the header and of the points page, in the active language."""
    return {
        "points": formats.number_format(balance.available, force_grouping=True),
        "points-pending": formats.number_format(balance.pending, force_grouping=True),
    }


def greeting(*, member_id: int) -> dict[str, str]:
    """The same for a page whose socket opens now."""
    return counts_of(queries.balance(member_id=member_id, at=now()))


def rewards_link(*, request: HttpRequest) -> NavItem | None:
    return NavItem(_("Rewards"), address("loyalty:rewards"), icon="reward", order=30)


def points_link(*, request: HttpRequest) -> NavItem | None:
    if not is_member(request.user):
        return None
    return NavItem(_("Points"), address("loyalty:points"), icon="points", order=40)


def profile(*, viewer_id: int | None, member_id: int) -> Panel | None:
    """A member's tier and points, for themselves alone; the others see the tier beside the name."""
    if viewer_id != member_id:
        return None
    tier = queries.tier(member_id=member_id, at=now())
    if tier is None:
        return None
    content = {"tier": tier, "balance": queries.balance(member_id=member_id, at=now())}
    return Panel("loyalty/profile_panel.html", {"panel": content, **content}, order=40)


def badges(*, member_ids: Sequence[int]) -> dict[int, list[Badge]]:
    """The tier beside a name, for those who have risen."""
    return {
        member_id: [Badge(name, f"tier-{queries.mark_of(rank)}", _("Tier: %(name)s") % {"name": name})]
        for member_id, (_code, name, rank) in queries.tiers_of(member_ids=member_ids).items()
        if rank > 0
    }
