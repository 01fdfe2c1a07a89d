"""Who may see whose stage: each member their own, community managers everybody's."""

from typing import TYPE_CHECKING

from members.access import is_manager, is_member

if TYPE_CHECKING:
    from members.access import Viewer


def may_see_stage(*, viewer: "Viewer", member_id: int) -> bool:
    """Whether the viewer may see the member's stage on their page. Other members never learn it."""
    return is_member(viewer) and (viewer.pk == member_id or is_manager(viewer))
