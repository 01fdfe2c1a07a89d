"""What loyalty shows in other apps' pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from community.slots import Badge
from loyalty import queries
from loyalty.access import own_balance
from members.access import Member, is_member
from members.addresses import address
from members.slots import NavItem, Panel, Standing
from outbox.clock import now


@dataclass(frozen=True)
class WalletTab:
    """A page of the member's points. `name` is what the page calls itself, `page` the name of its address."""

    name: str
    label: Any
    page: str
    for_guests: bool = False


# In this order; each topic adds its line with its page.
TABS = [
    WalletTab("overview", lazy("Overview"), "loyalty:points"),
    WalletTab("statement", lazy("Statement"), "loyalty:statement"),
    WalletTab("tier", lazy("Tier"), "loyalty:tier"),
    WalletTab("rewards", lazy("Rewards"), "loyalty:rewards", for_guests=True),
    WalletTab("codes", lazy("My codes"), "loyalty:codes"),
    WalletTab("quests", lazy("Quests"), "loyalty:quests"),
    WalletTab("season", lazy("Season"), "loyalty:seasons"),
]

UNDER_POINTS = ("/codes/", "/quests/", "/seasons/", "/gifts/")
"""Pages of one's points whose addresses begin otherwise."""

SectionContext = Callable[..., dict[str, Any] | None]
"""fn(*, member: Member, at: datetime): what the section's template reads; None: nothing to show today."""


@dataclass(frozen=True)
class WalletSection:
    """A topic's part of /points/. `place`: "main" beside the statement, "side" under the tier, "next" among what to do."""

    order: int
    template: str
    context: SectionContext
    place: str


class WalletSections:
    """What the topics put on the overview. Each section costs at most one statement; the page has twelve in all."""

    def __init__(self) -> None:
        self._sections: list[WalletSection] = []

    def register(self, order: int, template: str, context: SectionContext, *, place: str = "main") -> None:
        """Add a section; the same one twice changes nothing."""
        if place not in ("main", "side", "next"):
            raise TypeError(f"There is no place “{place}” on the overview.")
        section = WalletSection(order, template, context, place)
        if section not in self._sections:
            self._sections.append(section)

    def collect(self, *, member: Member, at: datetime) -> dict[str, list[Panel]]:
        """By place, in order, those that have something to say."""
        drawn: dict[str, list[Panel]] = {"main": [], "side": [], "next": []}
        for section in sorted(self._sections, key=lambda one: one.order):
            found = section.context(member=member, at=at)
            if found is not None:
                drawn[section.place].append(Panel(section.template, found, section.order))
        return drawn


wallet_sections = WalletSections()
"""Filled in `LoyaltyConfig.ready()`; a section with `data-fresh` is renewed while the page is open (live.js)."""


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
    return NavItem(_("Points"), address("loyalty:points"), icon="points", order=40, under=UNDER_POINTS)


def seasons_item(*, request: HttpRequest) -> NavItem | None:
    """Among the settings: whether one is in tables at all."""
    return NavItem(_("Seasons"), reverse("loyalty:season_settings"), order=56) if is_member(request.user) else None


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
