"""Who may do what to one message, as get-or-refuse; what is hidden looks exactly like what is absent.

| act | who |
|---|---|
| read, react, answer, keep | whoever may read the room (and speak, to be heard) |
| change | the author within the window of their trust; moderators by their office, in a private room nobody else |
| remove | the author; whoever keeps order |
| bring back | whoever keeps order; the author within ten minutes, what they removed themselves |
| pin | whoever keeps order; in a conversation everybody in it |
| see what it said before | the author; whoever keeps order |
| make a topic of it | whoever keeps order in a public room, a board's or a session's |
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.access import Rights, absent, rights
from community.models import Audience, LiveSession, Message, Room
from community.room_access import get_message, get_room, may_moderate, may_reword, require_send
from community.rules import chat as rules
from community.rules import trust as rules_trust
from members.access import Member, Refused, is_member, require_member

if TYPE_CHECKING:
    from members.access import Viewer

OPEN_TO_TRANSCRIPTS = (Room.Kind.PUBLIC, Room.Kind.BOARD, Room.Kind.SESSION)


def get_shown(viewer: "Viewer", *, slug: str, seq: int) -> Message:
    """A message that is in sight, for somebody who may read it."""
    return get_message(viewer, slug=slug, seq=seq, act="read")


def get_to_answer(viewer: "Viewer", *, slug: str, seq: int) -> Message:
    """The same for somebody who may speak there: to react, or to answer."""
    message = get_shown(viewer, slug=slug, seq=seq)
    require_send(viewer, message.room)
    return message


def get_to_change(viewer: "Viewer", *, slug: str, seq: int, at: datetime, begun: bool = False) -> Message:
    """The message for somebody who may still say it differently. `begun`: the form is open, a day more is given."""
    message = get_message(viewer, slug=slug, seq=seq, act="edit")
    if message.kind == Message.Kind.LINE:
        raise Refused("not_your_message", _("Nobody wrote this line."))
    if not may_reword(viewer, message.room):
        check_window(message, trust=rights(viewer).trust, at=at, begun=begun)
    return message


def check_window(message: Message, *, trust: int, at: datetime, begun: bool = False) -> None:
    """Refuse to change one's own words long after they were said."""
    window = rules_trust.edit_window(trust)
    if at - message.sent_at > window + (timedelta(days=1) if begun else timedelta()):
        words = ngettext(
            "A message may be changed for %(days)s day. Say what is new below, or ask a moderator.",
            "A message may be changed for %(days)s days. Say what is new below, or ask a moderator.",
            window.days,
        )
        raise Refused("edit_window_over", words % {"days": window.days})


def get_removed(viewer: "Viewer", *, slug: str, seq: int, at: datetime) -> Message:
    """A removed message for somebody who may bring it back."""
    room = get_room(viewer, slug=slug)
    message = Message.objects.filter(room=room, seq=seq, removed_at__isnull=False).select_related("author").first()
    if message is None or not is_member(viewer):
        raise absent()
    message.room = room
    if may_moderate(viewer, room):
        return message
    own = viewer.pk == message.author_id == message.removed_by_id
    if not own or message.removed_at is None:
        raise absent()
    require_send(viewer, room)
    if at - message.removed_at > rules.UNDO_WITHIN:
        raise Refused("undo_over", _("This can be taken back for ten minutes. Say it again instead."))
    return message


def get_thread(viewer: "Viewer", *, slug: str, seq: int) -> Message:
    """The first message of the thread that this one is in (or begins); a removed one while it has replies."""
    room = get_room(viewer, slug=slug)
    message = Message.objects.filter(room=room, seq=seq).select_related("thread").first()
    if message is None:
        raise absent()
    root = message.thread or message
    if (root.removed_at is not None and not root.reply_count) or root.kind == Message.Kind.LINE:
        raise absent()
    root.room = room
    return root


def may_pin(viewer: "Viewer", room: Room) -> bool:
    """Whether the viewer pins in a room that they may read."""
    return is_member(viewer) and (room.kind == Room.Kind.DIRECT or may_moderate(viewer, room))


def require_pin(viewer: "Viewer", room: Room) -> "Member":
    member = require_member(viewer)
    if not may_pin(member, room):
        raise Refused("moderators_only", _("Only those who keep order here pin messages."))
    require_send(member, room)
    return member


def may_see_revisions(viewer: "Viewer", message: Message) -> bool:
    """Whether the viewer may see what the message said before."""
    return is_member(viewer) and (viewer.pk == message.author_id or may_moderate(viewer, message.room))


def require_transcript(viewer: "Viewer", room: Room) -> "Member":
    """Whoever may make a topic of what was said in a room."""
    member = require_member(viewer)
    if room.kind not in OPEN_TO_TRANSCRIPTS or room.group_id is not None or _of_a_group(room):
        raise Refused(
            "closed_room",
            _("What was said among a few stays among them: only rooms that are open to all can become a topic."),
        )
    if not may_moderate(member, room):
        raise Refused("moderators_only", _("Only those who keep order here make a topic of what was said."))
    return member


def _session_of(room: Room) -> LiveSession | None:
    return LiveSession.objects.filter(room_id=room.pk).first() if room.kind == Room.Kind.SESSION else None


def _of_a_group(room: Room) -> bool:
    session = _session_of(room)
    return session is not None and session.audience == Audience.GROUP


def circle_of(room: Room) -> tuple[int | None, bool]:
    """Who reads a room that may become a topic: only the readers of this board (its id), else whether guests do, too."""
    session = _session_of(room)
    if session is None:
        return room.board_id, True
    return (session.board_id, False) if session.audience == Audience.BOARD else (
        None, session.audience == Audience.EVERYBODY
    )  # fmt: skip


def everybody_here_reads(room: Room, board_id: int) -> bool:
    """Whether all who read the room may know what stands in this board; a hidden one is not named to them."""
    return circle_of(room)[0] == board_id or rights(None).may("browse", board_id)


def may_remove(viewer: "Viewer", message: Message) -> bool:
    """Whether the button to take it away is shown."""
    try:
        require_send(viewer, message.room)
    except Refused:
        return False
    own = is_member(viewer) and viewer.pk == message.author_id and message.kind != Message.Kind.LINE
    return own or may_moderate(viewer, message.room)


def may_change(viewer: "Viewer", message: Message, *, at: datetime, held: Rights | None = None) -> bool:
    """Whether the form to say it differently is shown."""
    try:
        require_send(viewer, message.room)
        if not is_member(viewer) or message.kind == Message.Kind.LINE:
            return False
        if may_reword(viewer, message.room):
            return True
        if viewer.pk != message.author_id:
            return False
        check_window(message, trust=(held or rights(viewer)).trust, at=at)
    except Refused:
        return False
    return True
