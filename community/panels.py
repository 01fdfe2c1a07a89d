"""What the community shows on the pages of people."""

from datetime import UTC, datetime

from community import words_trust
from community.queries import posts_since, trust
from members.queries import member_card
from members.slots import Panel
from outbox.clock import now


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


def recent_posts(*, viewer_id: int | None, member_id: int) -> Panel:
    """The newest posts of a member that this viewer may read."""
    posts = posts_since(member_id=member_id, since=datetime(1970, 1, 1, tzinfo=UTC), viewer_id=viewer_id, limit=5)
    return Panel("community/forum/profile_panel.html", {"posts": posts}, order=20)
