"""What a room is called where nobody's own name for it is at hand."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from community.models import Room


def room_words(room: "Room") -> str:
    """A room's name. A conversation has none of its own: its people call it by each other (`queries.rooms.name_rooms`)."""
    return room.name or _("a conversation")
