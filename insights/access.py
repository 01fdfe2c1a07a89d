"""Who may see whose stage: each member their own, community managers everybody's."""

from django.contrib.auth import get_user_model

from members.access import is_manager


def may_see_stage(*, viewer_id: int | None, member_id: int) -> bool:
    """Whether the viewer may see the member's stage on their page. Other members never learn it."""
    if viewer_id is None:
        return False
    return viewer_id == member_id or is_manager(get_user_model().objects.filter(pk=viewer_id).first())
