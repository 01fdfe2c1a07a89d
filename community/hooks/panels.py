"""What the community shows on the pages of people."""

from typing import TYPE_CHECKING

from django.urls import reverse

from community.access import rights
from community.queries.people import badges, profiles, trust
from community.words import trust as words_trust
from members.access import is_member
from members.queries import member_card
from members.slots import Panel
from outbox.clock import now

if TYPE_CHECKING:
    from members.access import Viewer


def trust_level(*, viewer_id: int | None, member_id: int) -> Panel | None:
    """A member's level of trust for everybody who is signed in; what is missing for the next for themselves alone."""
    if viewer_id is None:
        return None
    if viewer_id != member_id:
        level = trust.level_of(member_id=member_id)
        context = {"level": level, "name": words_trust.level_name(level)}
        return Panel("community/trust/profile_panel.html", context, order=30) if level else None
    card = member_card(member_id=member_id)
    if card is None:
        return None
    progress = trust.progress(member_id=member_id, joined_at=card.joined_at, at=now())
    missing = [words_trust.need_line(need) for need in progress.needs if not need.met]
    following = progress.next_level if not (progress.locked or progress.held_by_group) else None
    context = {
        "level": progress.level,
        "name": words_trust.level_name(progress.level),
        "missing": missing[:4] if following else [],
        "next_level": following,
        "next_name": words_trust.level_name(following) if following else "",
    }
    return Panel("community/trust/profile_panel.html", context, order=30)


def known_for(*, viewer: "Viewer", member_id: int, username: str) -> Panel:
    """What a member is known for, as far as this viewer may read."""
    found = profiles.known_for(member_id=member_id, held=rights(viewer))
    own = is_member(viewer) and viewer.pk == member_id
    return Panel("community/people/known_for.html", {"known": found, "own": own}, order=20)


def badges_earned(*, viewer: "Viewer", member_id: int, username: str) -> Panel | None:
    """The newest badges of a member."""
    found = badges.badges_of(member_id=member_id, held=rights(viewer), limit=12)
    url = reverse("community:profile_badges", args=[username])
    return Panel("community/people/badges_panel.html", {"awards": found, "url": url}, order=10) if found else None
