"""Who is gone (erased, or switched off) holds nothing that others need: rooms of their own, places, a yes to a session."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.actions.chat.memberships import hand_over, leave_room
from community.models import LiveSession, Membership, Room, Rsvp
from outbox.require import require_transaction

BATCH = 200
_GONE = Q(member__is_active=False) | Q(member__erased_at__isnull=False)


def settle(*, at: datetime, most: int = BATCH) -> int:
    """The next few consequences; 0 when nothing is left to do. Twice at once changes nothing: rooms are locked.

    Erased members leave their rooms and conversations. Those who are switched off may come back, so they stay in them;
    but a private room that only they owned belongs to whoever is longest in it too, and one without anybody is archived.
    """
    require_transaction()
    left = Membership.objects.filter(member__erased_at__isnull=False).order_by("room_id", "pk")
    done = sum(
        leave_room(room_id=room, member_id=member, by=None, at=at)
        for room, member in left.values_list("room_id", "member_id")[:most]
    )
    for room in unowned().select_for_update(no_key=True, of=["self"]).order_by("pk")[:most]:
        hand_over(room)
        done += 1
    ahead = (LiveSession.State.SCHEDULED, LiveSession.State.DOORS)
    rsvps = Rsvp.objects.filter(_GONE, session__state__in=ahead).order_by("pk").values("pk")[:most]
    return done + Rsvp.objects.filter(pk__in=rsvps).delete()[0]


def unowned() -> QuerySet[Room]:
    """Private rooms in use that nobody here keeps."""
    owners = Membership.objects.filter(~_GONE, room=OuterRef("pk"), role=Membership.Role.OWNER)
    rooms = Room.objects.filter(~Exists(owners), kind=Room.Kind.PRIVATE)
    return rooms.exclude(status=Room.Status.ARCHIVED)
