"""Who is told of what was said in a room: only who may read it now, never its author, each once for the strongest reason.

| reason | who |
|---|---|
| room.mention | whoever is called by name, group, @here or @all |
| room.reply | whose message is answered |
| thread.reply | whoever follows the thread |
| direct.message | the people of a conversation |
| room.message | whoever wants to know of every message of the room |

Nobody is told who turned the room off or asked for quiet, who ignores the author, or who has read it already.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from community.actions.chat.calls import may_be_told
from community.models import Membership, Message, MessageMention, Room, RoomReminder, ThreadReading
from messaging.actions import notify
from outbox.require import require_transaction

MENTION, REPLY, THREAD, DIRECT, EVERY = "room.mention", "room.reply", "thread.reply", "direct.message", "room.message"
OF_MESSAGES = (MENTION, REPLY, THREAD, DIRECT, EVERY)
REMINDER = "room.reminder"
ALWAYS_MOST = 2_000
"""People of one room who want to know of every message, at most so many are told."""
_BATCH = 200


@dataclass
class _Places:
    """What the people of a room said about it, as far as these messages ask."""

    members: dict[int, Membership] = field(default_factory=dict)
    threads: dict[int, dict[int, ThreadReading]] = field(default_factory=lambda: defaultdict(dict))
    called: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def tell_of_messages(*, room_id: int, message_ids: Collection[int], at: datetime, only_called: bool = False) -> int:
    """Tell of messages that were written together; how many notices. One that is gone by now tells nobody.

    `only_called`: they were edited, which tells only whom they call now; nobody is told twice of one message.
    """
    require_transaction()
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return 0
    found = Message.objects.filter(pk__in=message_ids, room=room, removed_at__isnull=True)
    said = list(found.exclude(kind=Message.Kind.LINE).select_related("parent", "thread").order_by("seq"))
    if not said:
        return 0
    places = _places(room, said, only_called=only_called)
    # One notice for what one author says in one place at once: the last message of it.
    groups: dict[tuple[str, int, int], tuple[Message, set[int]]] = {}
    for message in said:
        for kind, members in _reasons(room, message, places, only_called=only_called).items():
            told = {member for member in members if _wants(places, message, member, at)}
            if told:
                key = (kind, message.author_id, message.pk if kind in (MENTION, REPLY) else message.thread_id or 0)
                groups[key] = (message, groups[key][1] | told if key in groups else told)
    return sum(_notify(room, kind, message, members, at) for (kind, _by, _place), (message, members) in groups.items())


def remind_due(*, at: datetime) -> int:
    """Tell whoever asked to be reminded, each once; how many."""
    require_transaction()
    due = RoomReminder.objects.select_for_update(skip_locked=True).filter(told_at=None, due_at__lte=at)
    found = list(due.order_by("due_at")[:_BATCH])
    for held in found:
        notify(
            member_ids=[held.member_id], kind=REMINDER, cause=f"reminder:{held.pk}", data={"reminder": held.pk}, at=at
        )
    RoomReminder.objects.filter(pk__in=[held.pk for held in found]).update(told_at=at)
    return len(found)


def _places(room: Room, said: Sequence[Message], *, only_called: bool) -> _Places:
    places = _Places()
    rows = MessageMention.objects.filter(message__in=said).values_list("message_id", "member_id")
    for message_id, member in rows:
        places.called[message_id].append(member)
    threads = {one.thread_id for one in said if one.thread_id}
    if threads:
        for held in ThreadReading.objects.filter(thread_id__in=threads):
            places.threads[held.thread_id][held.member_id] = held
    concerned = {member for called in places.called.values() for member in called}
    concerned |= {one.parent.author_id for one in said if one.parent}
    concerned |= {member for held in places.threads.values() for member in held}
    memberships = Membership.objects.filter(room=room)
    if room.kind == Room.Kind.DIRECT:
        listed: Iterable[Membership] = memberships
    else:
        listed = memberships.filter(member_id__in=concerned)
        if not only_called:
            every = memberships.filter(level=Membership.Level.ALWAYS).order_by("-joined_at")[:ALWAYS_MOST]
            listed = [*listed, *every]
    places.members = {held.member_id: held for held in listed}
    return places


def _reasons(room: Room, message: Message, places: _Places, *, only_called: bool) -> dict[str, set[int]]:
    """Members by the strongest reason that each has."""
    if room.kind == Room.Kind.DIRECT:
        return {} if only_called else {DIRECT: set(places.members) - {message.author_id}}
    asked = [(MENTION, set(places.called.get(message.pk, ())))]
    if not only_called:
        asked.append((REPLY, {message.parent.author_id} if message.parent else set()))
        if message.thread_id:
            followers = places.threads[message.thread_id].values()
            asked.append((THREAD, {held.member_id for held in followers if not held.muted}))
        else:
            every = Membership.Level.ALWAYS
            asked.append((EVERY, {held.member_id for held in places.members.values() if held.level == every}))
    reasons: dict[str, set[int]] = {}
    seen = {message.author_id}
    for kind, members in asked:
        reasons[kind] = members - seen
        seen |= members
    return reasons


def _wants(places: _Places, message: Message, member: int, at: datetime) -> bool:
    """Whether they did not ask for quiet, and have not read it already."""
    held = places.members.get(member)
    if held is not None and (
        held.level == Membership.Level.NEVER or (held.muted_until is not None and held.muted_until > at)
    ):
        return False
    if message.thread_id:
        reading = places.threads[message.thread_id].get(member)
        return reading is None or reading.last_read_seq < message.seq
    return held is None or held.last_read_seq < message.seq


def _notify(room: Room, kind: str, message: Message, members: Collection[int], at: datetime) -> int:
    told = may_be_told(room=room, member_ids=sorted(members), by=message.author_id, at=at)
    merge = {THREAD: f"thread:{message.thread_id}", DIRECT: f"direct:{room.pk}", EVERY: f"room:{room.pk}"}
    return notify(
        member_ids=told, kind=kind, cause=f"message:{message.pk}", data={"message": message.pk}, by=message.author_id,
        merge=merge.get(kind, ""), at=at,
    )  # fmt: skip
