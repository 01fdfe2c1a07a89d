"""What the community shows on the pages of people."""

from datetime import UTC, datetime

from community.queries import posts_since
from members.slots import Panel


def recent_posts(*, viewer_id: int | None, member_id: int) -> Panel:
    """The newest posts of a member that this viewer may read."""
    posts = posts_since(member_id=member_id, since=datetime(1970, 1, 1, tzinfo=UTC), viewer_id=viewer_id, limit=5)
    return Panel("community/forum/profile_panel.html", {"posts": posts}, order=20)
