"""Who is called by a message: @name, @group, @here and @all. Asked before the room's lock, and only when somebody is.

Only those count who may read the room at this moment, did not turn it off, and do not ignore the author.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from community.actions.people.calling import CALLED_FROM, CALLED_MOST
from community.cook import Cooked
from community.models import Level, Membership, Message, PersonLevel, Room
from community.queries.composer import named
from community.room_access import readers
from community.rules import chat as rules
from community.trust import gates
from members import queries as members
from members.access import Refused
from messaging import presence

_JUST_NOW = timedelta(minutes=10)


def called(*, room: Room, cooked: Cooked, by: int, trust: int, moderating: bool, at: datetime) -> tuple[int, ...]:
    """The members whom a message calls. Raises Refused for @here below its level of trust, and for others' @all."""
    if not cooked.mentions and not cooked.groups:
        return ()
    if named.ALL in cooked.groups and not moderating:
        raise Refused("moderators_only", _("Only those who keep order here call @all. Try @here or a name."))
    if named.HERE in cooked.groups and not moderating:
        gates.require("mention_here", trust)
    wanted = dict.fromkeys(cooked.mentions)
    if (groups := [group for group in cooked.groups if group > 0]) and (moderating or trust >= CALLED_FROM):
        wanted |= dict.fromkeys(members.called_members(group_ids=groups, most=CALLED_MOST))
    if named.HERE in cooked.groups:
        wanted |= dict.fromkeys(_those_here(room, by, at))
    if named.ALL in cooked.groups:
        wanted |= dict.fromkeys(_everybody(room))
    wanted.pop(by, None)
    return tuple(may_be_told(room=room, member_ids=list(wanted), by=by, at=at))


def may_be_told(*, room: Room, member_ids: Collection[int], by: int, at: datetime) -> list[int]:
    """Those of them who may read the room now, did not turn it off, and do not ignore whoever speaks; in their order."""
    if not member_ids:
        return []
    off = set(
        Membership.objects.filter(
            room=room, member_id__in=member_ids, level=Membership.Level.NEVER
        ).values_list("member_id", flat=True)
    )  # fmt: skip
    valid = Q(until__isnull=True) | Q(until__gt=at)
    ignoring = set(
        PersonLevel.objects.filter(valid, person_id=by, level=Level.MUTED, member_id__in=member_ids).values_list(
            "member_id", flat=True
        )
    )
    asked = [member for member in member_ids if member not in off | ignoring]
    allowed = {member for member, _room in readers([(member, room) for member in asked])}
    return [member for member in asked if member in allowed]


def _those_here(room: Room, by: int, at: datetime) -> list[int]:
    """Whoever has the room open, at most ten, those first who spoke last; while nobody knows who that is, the speakers."""
    spoke = Message.objects.filter(room=room, sent_at__gt=at - _JUST_NOW, removed_at__isnull=True)
    recent = spoke.exclude(author_id=by).order_by("-seq").values_list("author_id", flat=True)[:200]
    speakers, there = dict.fromkeys(recent), presence.present_ids(f"room:{room.public_id}") - {by}
    if not there:
        return list(speakers)[: rules.HERE_MOST]
    return [*(one for one in speakers if one in there), *sorted(there - set(speakers))][: rules.HERE_MOST]


def _everybody(room: Room) -> list[int]:
    """Whoever is in the room, those first who joined last."""
    inside = Membership.objects.filter(room=room).order_by("-joined_at").values_list("member_id", flat=True)
    return list(inside[: rules.ALL_MOST])
