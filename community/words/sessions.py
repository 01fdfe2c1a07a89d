"""What live sessions are called in the reader's language."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from community.models import Audience

if TYPE_CHECKING:
    from community.queries.live.sessions import SessionRow


def audience(row: "SessionRow", names: Mapping[str, str]) -> str:
    """Who may come, as a few words; `names` are those of boards and groups (`queries.sessions.audience_words`)."""
    if row.audience == Audience.EVERYBODY:
        return _("Open to everybody, also without an account")
    if row.audience == Audience.MEMBERS:
        return _("For members")
    if row.audience == Audience.BOARD:
        return _("For readers of %(board)s") % {"board": names.get(f"b{row.board_id}", _("one board"))}
    return _("For %(group)s") % {"group": names.get(f"g{row.group_id}", _("one group"))}
