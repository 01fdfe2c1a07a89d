"""“Somebody brought you into a room”, in the bell."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from community.actions.chat.memberships import INVITED
from community.room_access import visible_rooms
from members.queries import member_cards
from messaging.slots import NoticeCard, Told

if TYPE_CHECKING:
    from members.access import Member

KIND = INVITED


def write(*, notices: Sequence[NoticeCard], viewer: "Member") -> dict[int, Told]:
    """Nothing of rooms that the viewer has left, or was taken out of."""
    rooms = {room.pk: room for room in visible_rooms(viewer).filter(pk__in={int(one.data["room"]) for one in notices})}
    people = member_cards(member_ids={one.by_ids[0] for one in notices if one.by_ids})
    told = {}
    for notice in notices:
        if room := rooms.get(int(notice.data["room"])):
            who = people[notice.by_ids[0]].name if notice.by_ids and notice.by_ids[0] in people else _("Somebody")
            words = _("%(who)s brought you into the room “%(room)s”.") % {"who": who, "room": room.name}
            told[notice.id] = Told(words, reverse("community:room", args=[room.slug]), room.description, "chat")
    return told
