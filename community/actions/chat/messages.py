"""Writing in rooms. Every change takes the room's row, gives the next seq and stamps exactly one message with it.

All messages that arrive for a room at once are written together: one lock, one statement for the messages, one for the
room, one for the events, one commit. What a message is (its words, whom it calls) is made ready before the lock.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import cook
from community.actions.chat import rows as message_rows
from community.actions.composer import uploads
from community.events import (
    MessageChanged,
    MessageEdited,
    MessageRemoved,
    MessageRestored,
    MessageSent,
    MessagesSent,
    RoomChanged,
)
from community.models import Message, MessageRevision, Room
from community.problems import TooFast
from community.queries.composer import named
from community.rules import chat as chat_rules
from members.access import Refused
from outbox.events import Event
from outbox.ids import new_id
from outbox.publish import publish, publish_many
from outbox.require import require_transaction


@dataclass(frozen=True)
class Sent:
    """A message that is in the room. `again`: it was there already, this was a resend.

    A command that says nothing to the room (`/remind`) has no message; `note` tells its sender what was done.
    """

    message_id: int
    seq: int
    again: bool = False
    note: str = ""


@dataclass(frozen=True)
class Draft:
    """A message that is ready to be written. `parent` and `thread` are seqs; `called`: who may read it and is named.

    `unhurried`: whoever keeps order does not wait in slow mode. `language` is that of refusals.
    """

    by: int
    client_id: str
    raw: str
    html: str
    text: str
    version: int
    kind: str = Message.Kind.TEXT.value
    parent: int | None = None
    thread: int | None = None
    called: tuple[int, ...] = ()
    unhurried: bool = False
    language: str = ""


Outcome = Sent | Refused | TooFast


def send_message(
    *,
    room_id: int,
    raw: str,
    client_id: str,
    by: int,
    at: datetime,
    parent: int | None = None,
    thread: int | None = None,
) -> Sent:
    """Say something. The same `client_id` of the same author in the room is the same message, however often it comes.

    Raises Refused (empty, too_long, nothing to answer), and TooFast in a room in slow mode. The edge has asked
    `room_access` whether `by` may send, and `limits` whether now.
    """
    require_transaction()
    draft = make_ready(raw, by=by, client_id=client_id)
    outcome = write_many(room_id=room_id, drafts=[replace(draft, parent=parent, thread=thread)], at=at)[0]
    if not isinstance(outcome, Sent):
        raise outcome
    return outcome


def make_ready(raw: str, *, by: int, client_id: str) -> Draft:
    """The words as kept and as shown. Raises Refused (empty, too_long)."""
    text = checked(raw)
    cooked = cook.cook_message(text, named.people_of_room)
    return Draft(by=by, client_id=client_id, raw=text, html=cooked.html, text=cooked.text, version=cooked.version)


def say_line(*, room_id: int, code: str, args: dict[str, Any], by: int, at: datetime, **changed: Any) -> Sent:
    """A line of the system: what `by` did to the room, as a code and its numbers (told by `words.chat`).

    `changed`: columns of the room that change with it, by the same statement. Says RoomChanged.
    """
    require_transaction()
    room = lock_room(room_id)
    seq = room.last_seq + 1
    made = _line(room_id, seq, code, args, by, at)
    message_rows.write(room, [made])
    if changed:
        Room.objects.filter(pk=room_id).update(**changed)
    publish(
        MessageChanged(message_id=made.pk, room_id=room_id, by_id=by, seq=seq, at=at),
        RoomChanged(room_id=room_id, by_id=by, at=at),
    )
    return Sent(made.pk, seq)


def write_many(*, room_id: int, drafts: Sequence[Draft], at: datetime) -> list[Outcome]:
    """Write the messages of one room that arrived together, in this order; one outcome for each, refusals returned.

    What comes again (also twice in one batch) is the same message. More messages a second than `chat_rules.RUSH` switch
    slow mode on, with a line that says so.
    """
    require_transaction()
    locked = message_rows.lock(room_id=room_id, forms=[(draft.by, draft.client_id) for draft in drafts], at=at)
    room = locked.room
    if room.status == Room.Status.ARCHIVED:
        return [_archived(draft.language) for draft in drafts]
    outcomes, said, places = _place(locked, drafts, at)
    if not said:
        return [one for one in outcomes if one is not None]
    lines = [_rush_line(said[-1], at)] if _rushing(locked, len(said)) else []
    message_rows.write(
        room,
        [*said, *lines],
        speakers={one.author_id for one in said},
        at=at,
        slow_seconds=chat_rules.RUSH_SLOW if lines else None,
    )
    _join_threads(said)
    called = [drafts[places[one.seq]].called for one in said]
    _call(said, called)
    if pictures := "\n".join(one.raw for one in said if "/media/" in one.raw):
        uploads.mark_used(raw=pictures, at=at)
    _tell(room, said, lines, at)
    message_rows.keep(room, said, called=any(called))
    by_seq = {one.seq: one.pk for one in said}
    for seq, place in places.items():
        outcomes[place] = Sent(by_seq[seq], seq)
    return [
        replace(one, message_id=by_seq[one.seq]) if isinstance(one, Sent) and not one.message_id else one
        for one in outcomes
        if one is not None
    ]


def edit_message(*, message_id: int, raw: str, by: int, at: datetime) -> None:
    """Say it differently; what it said before is kept. An unchanged text changes nothing. Raises Refused."""
    require_transaction()
    text = checked(raw)
    cooked = cook.cook_message(text, named.people_of_room)
    room, message = lock_message(message_id)
    if message.kind == Message.Kind.LINE:
        raise Refused("not_your_message", _("Nobody wrote this line."))
    if message.raw == text:
        return
    MessageRevision.objects.create(message=message, raw=message.raw, by_id=by, at=at)
    Message.objects.filter(id=message_id).update(
        raw=text,
        cooked=cooked.html,
        cook_version=cooked.version,
        text=cooked.text,
        edited_at=at,
        changed_seq=advance(room),
    )
    if "/media/" in text:
        uploads.mark_used(raw=text, at=at)
    publish(MessageEdited(message_id=message_id, room_id=room.pk, author_id=message.author_id, by_id=by, at=at))


def remove_message(*, message_id: int, by: int | None, at: datetime) -> bool:
    """Take a message out of sight; a removed one stays removed, which is False. Its text is kept for moderators.

    A pin goes with it; its thread counts it no more. Without `by` it is the flags' doing.
    """
    require_transaction()
    room, message = lock_message(message_id, or_removed=True)
    if message.removed_at is not None:
        return False
    Message.objects.filter(id=message_id).update(
        removed_at=at, removed_by_id=by, pinned_at=None, pinned_by=None, changed_seq=advance(room)
    )
    recount_thread(message.thread_id)
    publish(MessageRemoved(message_id=message_id, room_id=room.pk, author_id=message.author_id, by_id=by, at=at))
    return True


def restore_message(*, message_id: int, by: int, at: datetime) -> bool:
    """Show a message again, where it stood. False when it is in sight."""
    require_transaction()
    room, message = lock_message(message_id, or_removed=True)
    if message.removed_at is None:
        return False
    Message.objects.filter(pk=message_id).update(removed_at=None, removed_by=None, changed_seq=advance(room))
    recount_thread(message.thread_id)
    publish(MessageRestored(message_id=message_id, room_id=room.pk, author_id=message.author_id, by_id=by, at=at))
    return True


def recount_thread(root_id: int | None) -> None:
    """Put the numbers of a thread right, in a room that is locked. Its reply carries them to open pages."""
    if root_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE community_message SET (reply_count, last_reply_seq) = (SELECT count(*), coalesce(max(reply.seq), 0)"
            " FROM community_message AS reply WHERE reply.thread_id = %s AND reply.removed_at IS NULL) WHERE id = %s",
            [root_id, root_id],
        )


def checked(raw: str) -> str:
    """The words as kept. Raises Refused (empty, too_long)."""
    text = cook.clean(raw)
    if not text:
        raise Refused("empty", _("Write something first."))
    if len(text) > chat_rules.MESSAGE_LONGEST:
        too_long = _(
            "This message is too long: %(length)d characters, at most %(most)d fit. The forum has room for more."
        )
        raise Refused("too_long", too_long % {"length": len(text), "most": chat_rules.MESSAGE_LONGEST})
    return text


# --- Locks -----------------------------------------------------------------------------------------------------------


def lock_room(room_id: int) -> Room:
    """The room for one change at a time."""
    # NO KEY: a new message's foreign key must not wait for the lock that its own sender holds elsewhere.
    return Room.objects.select_for_update(no_key=True).get(id=room_id)


def lock_message(message_id: int, *, or_removed: bool = False) -> tuple[Room, Message]:
    """The room first, then its message: the one order of locks."""
    room_id = Message.objects.values_list("room_id", flat=True).get(id=message_id)
    room = lock_room(room_id)
    message = Message.objects.get(id=message_id)
    if message.removed_at is not None and not or_removed:
        raise Refused("message_removed", _("This message was removed."))
    return room, message


def advance(room: Room) -> int:
    """The next seq of a room that is locked."""
    room.last_seq += 1
    Room.objects.filter(id=room.pk).update(last_seq=room.last_seq)
    return room.last_seq


# --- The parts of writing --------------------------------------------------------------------------------------------


def in_language(language: str) -> AbstractContextManager[None]:
    """Words of refusal in the sender's language; empty: the one that is active."""
    return translation.override(language) if language else nullcontext()


def _archived(language: str) -> Refused:
    with in_language(language):
        return Refused("room_archived", _("This room is archived: it can be read, but nothing new is said."))


def _place(
    locked: message_rows.Locked, drafts: Sequence[Draft], at: datetime
) -> tuple[list[Outcome | None], list[Message], dict[int, int]]:
    """Who gets which place: outcomes (None: to be written), the rows to write, and by seq whose draft each is."""
    room, spoke = locked.room, locked.spoke
    known = {form: Sent(pk, seq, again=True) for form, (pk, seq) in locked.known.items()}
    near = _near(room.pk, drafts)
    outcomes: list[Outcome | None] = []
    rows: list[Message] = []
    places: dict[int, int] = {}
    for place, draft in enumerate(drafts):
        key = (draft.by, draft.client_id)
        if key in known:
            outcomes.append(known[key])
            continue
        try:
            with in_language(draft.language):
                parent, root = _neighbours(room, draft, near)
                _keep_slow(room, draft, spoke, at)
        except (Refused, TooFast) as refusal:
            outcomes.append(refusal)
            continue
        spoke[draft.by] = at
        seq = room.last_seq + len(rows) + 1
        known[key] = Sent(0, seq, again=True)  # a resend within this batch; its id is filled in below
        places[seq] = place
        rows.append(_message(room, seq, draft, parent, root, at))
        outcomes.append(None)
    return outcomes, rows, places


def _near(room_id: int, drafts: Sequence[Draft]) -> dict[int, Message]:
    """What is answered and the threads that are meant, by seq, as they are under the lock."""
    seqs = {seq for draft in drafts for seq in (draft.parent, draft.thread) if seq is not None}
    if not seqs:
        return {}
    found = Message.objects.filter(room_id=room_id, seq__in=seqs).select_related("thread").defer("raw", "cooked")
    near = {one.seq: one for one in found}
    roots: dict[int, Message] = {one.pk: one for one in near.values()}  # one object for each thread, counted once
    for one in near.values():
        if one.thread_id and one.thread:
            one.thread = roots.setdefault(one.thread_id, one.thread)
    return near


def _neighbours(room: Room, draft: Draft, near: dict[int, Message]) -> tuple[Message | None, Message | None]:
    """The message that is answered and the first one of the thread. An answer stays in the thread of what it answers."""
    parent = _reachable(draft.parent, near)
    root = _reachable(draft.thread, near, or_removed=True)
    if root is not None and root.thread_id:
        root = root.thread
    if parent is not None and parent.thread_id:
        if root is not None and parent.thread_id != root.pk:
            raise _nothing_to_answer()
        root = parent.thread
    elif parent is not None and root is not None and parent.pk != root.pk:
        raise _nothing_to_answer()
    if root is not None:
        if not room.threads:
            raise Refused("threads_off", _("This room has no threads. Answer in the room itself."))
        if root.removed_at is not None and not root.reply_count:
            raise Refused("message_removed", _("This message was removed."))
    return parent, root


def _reachable(seq: int | None, near: dict[int, Message], *, or_removed: bool = False) -> Message | None:
    if seq is None:
        return None
    found = near.get(seq)
    if found is None or found.kind == Message.Kind.LINE:
        raise _nothing_to_answer()
    if found.removed_at is not None and not or_removed:
        raise Refused("message_removed", _("This message was removed."))
    return found


def _nothing_to_answer() -> Refused:
    return Refused("nothing_to_answer", _("The message that you answer is not here."))


def _keep_slow(room: Room, draft: Draft, spoke: dict[int, datetime], at: datetime) -> None:
    if draft.unhurried:
        return
    if wait := chat_rules.slow_wait(spoke.get(draft.by), room.slow_seconds, at):
        words = ngettext(
            "This room is in slow mode. Please wait %(seconds)d second.",
            "This room is in slow mode. Please wait %(seconds)d seconds.",
            wait,
        )
        raise TooFast(words % {"seconds": wait}, wait)


def _rushing(locked: message_rows.Locked, spoken: int) -> bool:
    """Whether more is said here than people can read."""
    if locked.room.slow_seconds or not settings.COMMUNITY_LIMITS_ON:
        return False
    return locked.lately + spoken > chat_rules.RUSH


def _message(room: Room, seq: int, draft: Draft, parent: Message | None, root: Message | None, at: datetime) -> Message:
    return Message(
        room_id=room.pk, seq=seq, changed_seq=seq, author_id=draft.by, client_id=draft.client_id, kind=draft.kind,
        parent=parent, thread=root, raw=draft.raw, cooked=draft.html, cook_version=draft.version, text=draft.text,
        sent_at=at,
    )  # fmt: skip


def _line(room_id: int, seq: int, code: str, args: dict[str, Any], by: int, at: datetime) -> Message:
    return Message(
        room_id=room_id, seq=seq, changed_seq=seq, author_id=by, client_id=f"line-{new_id()}", kind=Message.Kind.LINE,
        raw="", cooked="", cook_version=cook.VERSION, text="", sent_at=at, line={"code": code, "args": args},
    )  # fmt: skip


def _rush_line(last: Message, at: datetime) -> Message:
    """Slow mode comes by itself, and after the last message says so."""
    return _line(
        last.room_id, last.seq + 1, "slow_rush", {"seconds": chat_rules.RUSH_SLOW}, last.author_id, at
    )  # fmt: skip


def _join_threads(made: Sequence[Message]) -> None:
    """Count the replies at the first messages of their threads; who begins and who answers follows the thread."""
    replies = [one for one in made if one.thread_id]
    if not replies:
        return
    roots: dict[int, Message] = {}
    readers: dict[tuple[int, int], int] = {}
    for one in replies:
        root = roots.setdefault(one.thread_id or 0, one.thread or one)
        root.reply_count += 1
        root.last_reply_seq = max(root.last_reply_seq, one.seq)
        readers.setdefault((root.pk, root.author_id), 0)
        readers[root.pk, one.author_id] = one.seq
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE community_message AS root SET reply_count = given.count, last_reply_seq = given.last"
            " FROM unnest(%s::bigint[], %s::int[], %s::bigint[]) AS given(id, count, last) WHERE root.id = given.id",
            [
                list(roots),
                [root.reply_count for root in roots.values()],
                [root.last_reply_seq for root in roots.values()],
            ],
        )
        follow_threads(readers)


def follow_threads(readers: dict[tuple[int, int], int]) -> None:
    """(thread, member) -> how far they have read: a pointer only moves forward, and a thread that is muted stays so."""
    keys = sorted(readers)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO community_threadreading AS held (thread_id, member_id, last_read_seq, muted)"
            " SELECT thread, member, seq, false FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])"
            " AS given(thread, member, seq) ON CONFLICT (member_id, thread_id) DO UPDATE"
            " SET last_read_seq = excluded.last_read_seq WHERE held.last_read_seq < excluded.last_read_seq",
            [[key[0] for key in keys], [key[1] for key in keys], [readers[key] for key in keys]],
        )


def call(message: Message, member_ids: Sequence[int]) -> None:
    """These members are called by a message; a second time changes nothing."""
    _call([message], [tuple(member_ids)])


def _call(made: Sequence[Message], called: Sequence[tuple[int, ...]]) -> None:
    """The rows behind the "@" of the room list; who is called in a thread follows it."""
    rows = [(one, member) for one, members in zip(made, called, strict=True) for member in members]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO community_messagemention (message_id, member_id, room_id, seq)"
            " SELECT message, member, %s, seq FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])"
            " AS given(message, member, seq) ON CONFLICT DO NOTHING",
            [rows[0][0].room_id, [one.pk for one, _m in rows], [m for _one, m in rows], [one.seq for one, _m in rows]],
        )
    if threads := {(one.thread_id, member): 0 for one, member in rows if one.thread_id}:
        follow_threads({(thread or 0, member): seq for (thread, member), seq in threads.items()})


def _tell(room: Room, said: Sequence[Message], lines: Sequence[Message], at: datetime) -> None:
    """One fact for each message, and one for all of them: what is done for messages is done for a batch at once."""
    facts: list[Event] = [
        MessageSent(message_id=one.pk, room_id=room.pk, author_id=one.author_id, seq=one.seq, at=at) for one in said
    ]
    facts.append(
        MessagesSent(
            room_id=room.pk,
            message_ids=tuple(one.pk for one in said),
            author_ids=tuple(one.author_id for one in said),
            at=at,
        )
    )
    for line in lines:
        facts.append(MessageChanged(message_id=line.pk, room_id=room.pk, by_id=line.author_id, seq=line.seq, at=at))
        facts.append(RoomChanged(room_id=room.pk, by_id=None, at=at))
    publish_many(facts)
