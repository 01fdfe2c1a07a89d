"""Who is in a room: coming, going, bringing others, and keeping it."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community.actions.chat import messages
from community.events import RoomChanged, RoomJoined, RoomLeft
from community.models import Membership, PersonLevel, Room
from community.problems import Problem
from community.rules import reading as reading_rules
from community.rules import rooms as rules
from members.queries import member_card, member_cards
from messaging.actions import notify
from outbox.publish import publish
from outbox.require import require_transaction

INVITED = "community.room_invited"
"""The notice of whoever was brought into a private room."""


class MembershipRefused(Problem):
    """Nobody comes, goes or keeps the room like this; `message` says why."""


def join_room(*, room_id: int, member_id: int, by: int | None, at: datetime, read_seq: int | None = None) -> bool:
    """Make a room one of the member's own. What was said before counts as read (`read_seq`: only up to there).

    A second time changes nothing. The edge has asked whether they may read the room.
    """
    require_transaction()
    return bool(_add(room_id, [member_id], by, at, read_seq=read_seq))


def add_to_room(
    *, room_id: int, member_id: int, by: int | None, at: datetime, role: str = Membership.Role.MEMBER.value
) -> None:
    """Let a member into a room; a second time changes nothing."""
    require_transaction()
    _add(room_id, [member_id], by, at, role=role)


def invite(*, room_id: int, member_ids: Collection[int], by: int, at: datetime) -> list[int]:
    """Bring members into a private room; they are told, and may leave. Who came. Raises MembershipRefused.

    People who ignore whoever brings them have the room out of sight and hear nothing; whoever brings does not learn it.
    """
    require_transaction()
    room = Room.objects.select_for_update(no_key=True).get(pk=room_id)
    held = dict(Membership.objects.filter(room=room).values_list("member_id", "role"))
    inside = set(held)
    if held.get(by) != Membership.Role.OWNER:  # asked again under the lock: they were taken out, or keep it no more
        raise MembershipRefused("keepers_only", _("Only those who keep this room may change it."))
    new = sorted(set(member_ids) - inside)
    if len(inside) + len(new) > rules.PRIVATE_MOST:
        words = _("A private room holds %(most)s people. For more, ask the team for a group.")
        raise MembershipRefused("too_many", words % {"most": rules.PRIVATE_MOST})
    deaf = ignoring(member_ids=new, person_id=by, at=at)
    came = _add(room_id, new, by, at, deaf=deaf)
    told = [member for member in came if member not in deaf]
    if came:
        names = ", ".join(card.name for card in member_cards(member_ids=came).values())
        messages.say_line(room_id=room_id, code="invited", args={"who": names[:300]}, by=by, at=at)
    if told:
        notify(member_ids=told, kind=INVITED, cause=f"room:{room_id}", data={"room": room_id}, by=by, at=at)
    return came


def leave_room(*, room_id: int, member_id: int, by: int | None, at: datetime) -> bool:
    """Out of the room: of a closed one for good, of any other its pointer is forgotten. False when they were not in it.

    A private room whose last owner goes belongs to whoever is longest in it; one that nobody is in is archived. Two of a
    conversation stay two: it is put away instead. Raises MembershipRefused.
    """
    require_transaction()
    room = Room.objects.select_for_update(no_key=True).get(pk=room_id)
    if room.kind == Room.Kind.DIRECT and Membership.objects.filter(room=room).count() <= 2 and by is not None:
        raise MembershipRefused("just_two", _("Between two there is no leaving. You can put the conversation away."))
    if by not in (None, member_id) and not _owners(room).filter(member_id=by).exists():
        raise MembershipRefused("keepers_only", _("Only those who keep this room may change it."))
    gone, _rows = Membership.objects.filter(room=room, member_id=member_id).delete()
    if not gone:
        return False
    if room.kind in (Room.Kind.PRIVATE, Room.Kind.DIRECT):
        _tell_left(room, member_id, by, at)
    if room.kind == Room.Kind.PRIVATE:
        hand_over(room)
    if room.kind == Room.Kind.DIRECT:  # its people are others now, and they may have a conversation of their own
        Room.objects.filter(pk=room.pk).update(direct_key=f"left:{room.public_id}")
    publish(RoomLeft(room_id=room_id, member_ids=(member_id,), by_id=by, at=at))
    return True


def set_role(*, room_id: int, member_id: int, role: str, by: int, at: datetime) -> None:
    """Let a member keep a private room too, or no more; somebody always does. Raises MembershipRefused."""
    require_transaction()
    room = Room.objects.select_for_update(no_key=True).get(pk=room_id)
    if not _owners(room).filter(member_id=by).exists():
        raise MembershipRefused("keepers_only", _("Only those who keep this room may change it."))
    if role not in Membership.Role.values or room.kind != Room.Kind.PRIVATE:
        raise MembershipRefused("no_such_role", _("There is no such role here."))
    if role == Membership.Role.MEMBER and not _owners(room).exclude(member_id=member_id).exists():
        raise MembershipRefused("last_owner", _("Somebody must keep the room. Hand it over first."))
    if Membership.objects.filter(room=room, member_id=member_id).exclude(role=role).update(role=role):
        publish(RoomChanged(room_id=room_id, by_id=by, at=at))


def ignoring(*, member_ids: Collection[int], person_id: int, at: datetime) -> set[int]:
    """Those of the members who ignore this person."""
    said = PersonLevel.objects.filter(
        member_id__in=member_ids, person_id=person_id, level=reading_rules.MUTED
    ).values_list("member_id", "until")
    return {member for member, until in said if until is None or until > at}


def _add(
    room_id: int,
    member_ids: Collection[int],
    by: int | None,
    at: datetime,
    *,
    role: str = Membership.Role.MEMBER.value,
    read_seq: int | None = None,
    deaf: Collection[int] = (),
) -> list[int]:
    """New rows for those who have none; who they are."""
    known = Room.objects.values_list("last_seq", "kind").get(pk=room_id)
    last = known[0] if read_seq is None else min(read_seq, known[0])
    inside = set(
        Membership.objects.filter(room_id=room_id, member_id__in=member_ids).values_list("member_id", flat=True)
    )
    new = [member for member in member_ids if member not in inside]
    rows = [_row(room_id, member, at, last) for member in new]
    for row in rows:
        row.role = role
        row.invited_by_id = by if by != row.member_id else None
        row.level = Membership.Level.ALWAYS if known[1] == Room.Kind.DIRECT else Membership.Level.MENTION
        if row.member_id in deaf:
            row.level, row.hidden_at = Membership.Level.NEVER, at
    Membership.objects.bulk_create(rows, ignore_conflicts=True)
    if new:
        publish(RoomJoined(room_id=room_id, member_ids=tuple(new), by_id=by, at=at))
    return new


def _row(room_id: int, member_id: int, at: datetime, last: int) -> Membership:
    return Membership(room_id=room_id, member_id=member_id, last_read_seq=last, joined_at=at)


def _tell_left(room: Room, member_id: int, by: int | None, at: datetime) -> None:
    """A line for those who stay."""
    if by is None or by == member_id:
        messages.say_line(room_id=room.pk, code="left", args={}, by=member_id, at=at)
    else:
        card = member_card(member_id=member_id)
        args = {"who": card.name if card else "?"}
        messages.say_line(room_id=room.pk, code="put_out", args=args, by=by, at=at)


def _owners(room: Room) -> QuerySet[Membership]:
    return Membership.objects.filter(room=room, role=Membership.Role.OWNER)


def hand_over(room: Room) -> None:
    """See that somebody who is here keeps a locked private room: whoever is longest in it; else it is archived."""
    here = {"member__is_active": True, "member__erased_at__isnull": True}
    if _owners(room).filter(**here).exists():
        return
    longest = Membership.objects.filter(room=room, **here).order_by("joined_at", "id").first()
    if longest is None:
        Room.objects.filter(pk=room.pk).update(status=Room.Status.ARCHIVED)
    else:
        Membership.objects.filter(pk=longest.pk).update(role=Membership.Role.OWNER)
