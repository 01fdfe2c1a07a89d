"""What members are told of rooms, in the bell, written when it is shown: nothing of what is gone or closed to them now."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.actions.chat import telling as kinds
from community.addresses import message_url
from community.models import Message, RoomReminder
from community.queries.people.people import excerpt
from community.room_access import readers
from community.words.rooms import room_words
from members.queries import member_cards
from messaging.slots import NoticeCard, Told

if TYPE_CHECKING:
    from members.access import Member

Written = dict[int, Told]


def write(kind: str, *, notices: Sequence[NoticeCard], viewer: "Member") -> Written:
    """One kind's notices: the last message of each, and how many people it was."""
    wanted = {int(notice.data["message"]) for notice in notices}
    rows = Message.objects.filter(pk__in=wanted, removed_at__isnull=True).select_related("room", "thread")
    found = {one.pk: one for one in rows}
    allowed = {room for _member, room in readers([(viewer.pk, one.room) for one in found.values()])}
    people = member_cards(member_ids={one.author_id for one in found.values()})
    told: Written = {}
    for notice in notices:
        one = found.get(int(notice.data["message"]))
        if one is None or one.room_id not in allowed or one.author_id not in people:
            continue
        others = len(set(notice.by_ids) - {one.author_id})
        words = _words(kind, who=people[one.author_id].name, room=room_words(one.room), others=others)
        url = message_url(one.room.slug, one.seq, one.thread.seq if one.thread else None)
        told[notice.id] = Told(words, url, excerpt(one.text), "chat")
    return told


def remind(*, notices: Sequence[NoticeCard], viewer: "Member") -> Written:
    """What the member asked to be reminded of, in their own words."""
    rows = RoomReminder.objects.filter(pk__in=[int(notice.data["reminder"]) for notice in notices], member=viewer)
    found = {held.pk: held for held in rows.select_related("room")}
    allowed = {room for _member, room in readers([(viewer.pk, held.room) for held in found.values()])}
    told: Written = {}
    for notice in notices:
        if held := found.get(int(notice.data["reminder"])):
            url = (
                reverse("community:room", args=[held.room.slug])
                if held.room_id in allowed
                else reverse("community:rooms")
            )
            # Their own words apart: a locked screen shows them only to who asked for that.
            told[notice.id] = Told(_("You asked to be reminded now."), url, held.words, "clock")
    return told


def _words(kind: str, *, who: str, room: str, others: int) -> str:
    if others and kind in _WITH_OTHERS:
        return _WITH_OTHERS[kind](others) % {"who": who, "room": room, "others": others}
    return _ALONE[kind]() % {"who": who, "room": room}


_ALONE: dict[str, Callable[[], str]] = {
    kinds.MENTION: lambda: _("%(who)s called you in %(room)s."),
    kinds.REPLY: lambda: _("%(who)s answered you in %(room)s."),
    kinds.THREAD: lambda: _("%(who)s wrote in a thread that you follow, in %(room)s."),
    kinds.DIRECT: lambda: _("%(who)s wrote to you."),
    kinds.EVERY: lambda: _("%(who)s wrote in %(room)s."),
}
_WITH_OTHERS: dict[str, Callable[[int], str]] = {
    kinds.THREAD: lambda n: ngettext(
        "%(who)s and %(others)s other wrote in a thread that you follow, in %(room)s.",
        "%(who)s and %(others)s others wrote in a thread that you follow, in %(room)s.",
        n,
    ),
    kinds.DIRECT: lambda n: ngettext(
        "%(who)s and %(others)s other wrote to you.", "%(who)s and %(others)s others wrote to you.", n
    ),
    kinds.EVERY: lambda n: ngettext(
        "%(who)s and %(others)s other wrote in %(room)s.", "%(who)s and %(others)s others wrote in %(room)s.", n
    ),
}

WRITERS = (
    (kinds.MENTION, partial(write, kinds.MENTION), gettext_lazy("Somebody calls me in a room"), "mentions"),
    (kinds.REPLY, partial(write, kinds.REPLY), gettext_lazy("Somebody answers me in a room"), "replies"),
    (kinds.THREAD, partial(write, kinds.THREAD), gettext_lazy("News in a thread that I follow"), "followed"),
    (kinds.DIRECT, partial(write, kinds.DIRECT), gettext_lazy("Somebody writes to me"), "direct"),
    (
        kinds.EVERY,
        partial(write, kinds.EVERY),
        gettext_lazy("News in a room of which I want to know everything"),
        "followed",
    ),
    (kinds.REMINDER, remind, gettext_lazy("What I asked to be reminded of in a room"), "reminders"),
)
