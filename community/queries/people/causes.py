"""Where an act that earned something happened, for statements of other apps: title and address, by the viewer's rights."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import F
from django.urls import reverse

from community.access import rights
from community.models import Attendance, Post
from community.queries.people.people import _summaries
from community.session_access import visible_sessions

if TYPE_CHECKING:
    from members.access import Member


def posts_of_causes(*, post_ids: Collection[int], viewer: "Member") -> dict[int, tuple[str, str]]:
    """(title of the topic, address) of the posts that the viewer may read, in one statement."""
    if not post_ids:
        return {}
    found = _summaries(Post.objects.filter(pk__in=set(post_ids)), rights(viewer))
    return {post.post_id: (post.title, post.url) for post in found if post.url}


def sessions_of_causes(*, attendance_ids: Collection[int], viewer: "Member") -> dict[int, tuple[str, str]]:
    """(title, address) of the live sessions that these attendances were at and that the viewer may see."""
    if not attendance_ids:
        return {}
    rows = Attendance.objects.filter(pk__in=set(attendance_ids), session__in=visible_sessions(viewer))
    return {
        id: (title, reverse("community:live_session", args=[public_id]))
        for id, title, public_id in rows.values_list("pk", "session__title", "session__public_id")
    }


def boards_of_posts() -> str:
    """SQL that gives (id, board_id) of every post, for other apps' statements; it has no values."""
    return str(Post.objects.order_by().values("id", board_id=F("topic__board_id")).query)
