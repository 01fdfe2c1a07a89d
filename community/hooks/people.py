"""What the community adds to the pages about people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from community.access import rights
from community.hooks import panels
from community.notices import badges as badge_notices
from community.notices import groups as group_notices
from community.queries.people import badges, profiles
from community.rules import reading as rules
from community.slots import Badge, name_badges
from members import slots
from members.access import is_member
from members.addresses import address
from members.slots import NavItem, Panel, ProfilePart, Tab
from messaging.slots import notices
from outbox.clock import now

if TYPE_CHECKING:
    from members.access import Viewer


def register() -> None:
    slots.profile_parts.register(profile_part)
    slots.profile_summary.register(panels.known_for)
    slots.profile_summary.register(panels.badges_earned)
    slots.profile_sheets.register(sheets)
    slots.known_here.register(known_here)
    slots.settings_items.register(people_settings)
    slots.footer_items.register(badges_link)
    called = gettext_lazy("Somebody mentions a group of mine")
    notices.register(group_notices.KIND, group_notices.write, label=called, group="mentions")
    notices.register(badge_notices.KIND, badge_notices.write, label=gettext_lazy("I earn a badge"), group="badges")


def profile_part(*, viewer: "Viewer", member_id: int, username: str) -> ProfilePart:
    """Pages with counts of what this viewer may read, badges beside the name, follow and ignore: one statement."""
    viewer_id = viewer.pk if is_member(viewer) else None
    found = profiles.head(member_id=member_id, viewer_id=viewer_id, held=rights(viewer), at=now())
    shown = (
        ("topics", _("Topics"), found.topics),
        ("replies", _("Replies"), found.replies),
        ("reactions", _("Reactions received"), found.reactions),
        ("badges", _("Badges"), found.badges),
    )
    tabs = [
        Tab(name, label, reverse(f"community:profile_{name}", args=[username]), rules.counted(count) if count else "")
        for name, label, count in shown
    ]
    if viewer_id == member_id:
        own = (
            ("community:drafts", _("Drafts")),
            ("community:bookmarks", _("Bookmarks")),
            ("messaging:notices", _("Notices")),
        )
        tabs += [Tab(route, label, reverse(route), own=True) for route, label in own]
    worn = [badge for some in name_badges.collect(member_ids=[member_id]) for badge in some.get(member_id, ())]
    worn += worn_badges(member_ids=[member_id]).get(member_id, [])
    acts = None
    if viewer_id is not None and viewer_id != member_id:
        content = {
            "username": username,
            "followed": found.level == rules.WATCHING,
            "ignored": found.level == rules.MUTED,
        }
        acts = Panel("community/people/acts.html", content)
    return ProfilePart(tuple(tabs), Panel("community/people/marks.html", {"badges": worn}) if worn else None, acts)


def worn_badges(*, member_ids: Sequence[int]) -> dict[int, list[Badge]]:
    """The one badge that a member chose to show."""
    return {member: [badges.worn_badge(*worn)] for member, worn in badges.worn(member_ids=member_ids).items()}


def sheets() -> tuple[str, ...]:
    return (
        "community/forum.css",
        "community/reactions.css",
        "community/topic.css",
        "community/reading.css",
        "community/people.css",
    )


def known_here(*, member_id: int) -> bool:
    return profiles.wrote_anything(member_id=member_id)


def people_settings(*, request: HttpRequest) -> NavItem | None:
    if not is_member(request.user):
        return None
    return NavItem(pgettext("settings", "People"), reverse("community:own_people"), order=45)


def badges_link(*, request: HttpRequest) -> NavItem:
    return NavItem(_("People and badges"), address("community:directory"), order=60)
