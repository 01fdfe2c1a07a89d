"""Reading what is said: pages of messages, what changed since a seq, and the JSON in which a message travels."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import get_language

from community import cook, slots
from community.models import Message, Room
from community.rules import chat as rules
from members import queries as members
from members.queries import MemberCard
from messaging.streams import Replay

PAGE = 50


@dataclass(frozen=True)
class ParentRow:
    """What a message answers, in a few words. A removed one has none."""

    seq: int
    author: MemberCard | None
    excerpt: str
    removed: bool


@dataclass(frozen=True)
class ThreadRow:
    """The thread that a message belongs to: the seq of its first message, replies that are shown, the newest of them."""

    seq: int
    count: int
    last_reply_seq: int


@dataclass(frozen=True)
class MessageRow:
    """A message as everybody in the room sees it; a removed one has no text any more.

    `thread` is set for a reply in a thread, which is shown there only; `replies` and `last_reply_seq` belong to the first
    message of one. A `line` is a code and its numbers, told by `words.chat`.
    """

    id: int
    seq: int
    changed_seq: int
    client_id: str
    author: MemberCard
    badges: tuple[slots.Badge, ...]
    html: str
    sent_at: datetime
    edited: bool
    removed: bool
    kind: str = Message.Kind.TEXT.value
    parent: ParentRow | None = None
    thread: ThreadRow | None = None
    replies: int = 0
    last_reply_seq: int = 0
    reactions: Mapping[str, int] = field(default_factory=dict)
    pinned: bool = False
    line: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Page:
    """Messages, oldest first; `more`: there are older ones, `newer`: there are newer ones."""

    messages: list[MessageRow]
    more: bool
    newer: bool = False


@dataclass(frozen=True)
class Own:
    """What a message is to one reader."""

    reaction: str = ""
    bookmarked: bool = False


# --- Pages -----------------------------------------------------------------------------------------------------------


def messages_before(
    *, room_id: int, before: int | None = None, limit: int = PAGE, thread_id: int | None = None
) -> Page:
    """The last messages, or those before a seq; by key, so that page 1,000 costs what page 1 costs.

    Without `thread_id` those of the room itself, else those of that thread.
    """
    found, more = found_before(room_id, before, limit, thread_id)
    return Page(rows_of(found), more, newer=before is not None)


def messages_after(*, room_id: int, after: int, limit: int = PAGE, thread_id: int | None = None) -> Page:
    """The messages that follow a seq."""
    rows = list(shown(room_id, thread_id).filter(seq__gt=after).order_by("seq")[: limit + 1])
    return Page(rows_of(rows[:limit]), more=True, newer=len(rows) > limit)


def messages_around(*, room_id: int, around: int, limit: int = PAGE, thread_id: int | None = None) -> Page:
    """The messages on both sides of a seq, and the one that has it: where a link leads."""
    found, more, newer = found_around(room_id, around, limit, thread_id)
    return Page(rows_of(found), more, newer)


def found_before(
    room_id: int, before: int | None, limit: int, thread_id: int | None = None
) -> tuple[list[Message], bool]:
    found = shown(room_id, thread_id).order_by("-seq")
    if before is not None:
        found = found.filter(seq__lt=before)
    rows = list(found[: limit + 1])
    return rows[:limit][::-1], len(rows) > limit


def found_around(
    room_id: int, around: int, limit: int, thread_id: int | None = None
) -> tuple[list[Message], bool, bool]:
    """Half of them up to the seq, half after it; whether there are older and newer ones."""
    half = max(limit // 2, 1)
    said = shown(room_id, thread_id)
    older = list(said.filter(seq__lte=around).order_by("-seq")[: half + 1])
    newer = list(said.filter(seq__gt=around).order_by("seq")[: half + 1])
    return [*older[:half][::-1], *newer[:half]], len(older) > half, len(newer) > half


def found_page(
    room_id: int, *, before: int | None = None, after: int | None = None, around: int | None = None
) -> tuple[list[Message], bool, bool]:
    """One page of a room: messages, and whether there are older and newer ones."""
    if around is not None:
        return found_around(room_id, around, PAGE)
    if after is not None:
        rows = list(shown(room_id, None).filter(seq__gt=after).order_by("seq")[: PAGE + 1])
        return rows[:PAGE], True, len(rows) > PAGE
    found, more = found_before(room_id, before, PAGE)
    return found, more, before is not None


def shown(room_id: int, thread_id: int | None) -> QuerySet[Message]:
    """The messages of a room that stand outside of threads, or those of one thread, ready for `rows_of`."""
    place = Q(thread_id=thread_id) if thread_id is not None else Q(thread__isnull=True)
    return with_neighbours(Message.objects.filter(place, room_id=room_id))


def with_neighbours(found: QuerySet[Message]) -> QuerySet[Message]:
    """Each with the few words of what it answers and the numbers of its thread: still one statement."""
    return (
        found.select_related("parent", "thread")
        .annotate(parent_text=Left("parent__text", rules.EXCERPT_READ))
        .only(
            "room_id", "seq", "changed_seq", "client_id", "author_id", "kind", "cooked", "sent_at", "edited_at",
            "removed_at", "reply_count", "last_reply_seq", "line", "reaction_counts", "pinned_at", "parent_id",
            "thread_id", "parent__seq", "parent__author_id", "parent__removed_at", "thread__seq",
            "thread__reply_count", "thread__last_reply_seq",
        )
    )  # fmt: skip


def messages_changed(*, room_id: int, since: int, limit: int) -> list[MessageRow]:
    """Messages that were sent or changed after a seq, those of threads too, in the order of their last changes."""
    found = Message.objects.filter(room_id=room_id, changed_seq__gt=since).order_by("changed_seq")
    return rows_of(list(with_neighbours(found)[:limit]))


def message(*, message_id: int) -> tuple[str, MessageRow] | None:
    """A message as it is now, with its room's public id."""
    found = messages_by_id(message_ids=[message_id])
    return found[0] if found else None


def messages_by_id(*, message_ids: Collection[int]) -> list[tuple[str, MessageRow]]:
    """Messages as they are now, each with its room's public id, in the order of their last changes."""
    found = list(with_neighbours(Message.objects.filter(pk__in=message_ids)).order_by("room_id", "changed_seq"))
    keys = dict(Room.objects.filter(pk__in={one.room_id for one in found}).values_list("id", "public_id"))
    return [(keys[one.room_id], row) for one, row in zip(found, rows_of(found), strict=True)]


def pinned_messages(*, room_id: int) -> list[MessageRow]:
    """What is pinned in a room, the newest pin first; there are at most `rules.PINS_MOST`."""
    found = Message.objects.filter(room_id=room_id, pinned_at__isnull=False, removed_at__isnull=True)
    return rows_of(list(with_neighbours(found).order_by("-pinned_at", "-seq")[: rules.PINS_MOST]))


def quoted(*, room_id: int, seq: int) -> ParentRow | None:
    """What an answer to this message will quote; None for one that cannot be answered."""
    found = Message.objects.filter(
        room_id=room_id, seq=seq, thread__isnull=True, removed_at__isnull=True
    ).exclude(kind=Message.Kind.LINE).values_list("author_id", "text").first()  # fmt: skip
    if found is None:
        return None
    author = members.member_cards(member_ids=[found[0]]).get(found[0])
    return ParentRow(seq=seq, author=author, excerpt=rules.excerpt(found[1]), removed=False)


_OWN = """
SELECT message_id, kind, false FROM community_messagereaction WHERE member_id = %(me)s AND message_id = ANY(%(ids)s)
UNION ALL SELECT message_id, '', true FROM community_bookmark WHERE member_id = %(me)s AND message_id = ANY(%(ids)s)
"""


def own_of(*, member_id: int | None, message_ids: Collection[int]) -> dict[int, Own]:
    """What these messages are to a reader, by id: their reaction and whether they keep it. One statement."""
    if member_id is None or not message_ids:
        return {}
    found: dict[int, Own] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"me": member_id, "ids": list(message_ids)})
        for message_id, kind, kept in cursor.fetchall():
            before = found.get(message_id, Own())
            found[message_id] = Own(before.reaction or kind, before.bookmarked or kept)
    return found


def own_data(*, member_id: int | None, rows: Iterable[MessageRow]) -> dict[str, dict[str, Any]]:
    """The same by seq, as pages and /messages give it beside the messages; what is nothing is left out."""
    seqs = {row.id: row.seq for row in rows}
    found = own_of(member_id=member_id, message_ids=seqs)
    return {
        str(seqs[message_id]): {"reaction": own.reaction or None, "bookmarked": own.bookmarked}
        for message_id, own in found.items()
    }


# --- The stream ------------------------------------------------------------------------------------------------------


def last_seqs(*, public_ids: Collection[str]) -> dict[str, int]:
    """Where the rooms' streams are, by public id."""
    return dict(Room.objects.filter(public_id__in=public_ids).values_list("public_id", "last_seq"))


def replay(*, public_id: str, since: int, limit: int) -> Replay:
    """What somebody missed who knows the room up to `since`; a reset when that is more than `limit` rows."""
    found = Room.objects.filter(public_id=public_id).values_list("id", "last_seq").first()
    if found is None:
        return Replay(seq=since)
    room_id, last_seq = found
    if since > last_seq:  # from another life of the database: a restored backup has given these numbers to others
        return Replay(seq=last_seq, reset=True)
    rows = messages_changed(room_id=room_id, since=since, limit=limit + 1) if since < last_seq else []
    if len(rows) > limit:
        return Replay(seq=last_seq, reset=True)
    # A row may be newer than the number read before it; the numbers are given in the order of commits.
    return Replay(seq=max([last_seq, *(row.changed_seq for row in rows)]), frames=[as_frame(row) for row in rows])


def as_frame(row: MessageRow) -> dict[str, Any]:
    """The message as it travels over the socket: its whole state, so that any change is replayed by the same frame."""
    return {"seq": row.changed_seq, "type": "message", "data": as_data(row)}


def as_data(row: MessageRow) -> dict[str, Any]:
    """The JSON of a message, the same for every reader (docs: realtime).

    Two things follow without a frame of their own: a quote (`parent`) changes with the frame of the message it quotes,
    and `replies` of a thread's first message with the frames of its replies, which carry the numbers in `thread`.
    """
    return {
        "seq": row.seq,
        "client_id": row.client_id,
        "kind": row.kind,
        "author": {
            "id": row.author.public_id,
            "name": row.author.name,
            "url": row.author.url,
            "avatar": row.author.avatar_url,
            "badges": [
                {"label": str(badge.label), "kind": badge.kind, "title": str(badge.title)} for badge in row.badges
            ],
        },
        "html": row.html,
        "at": row.sent_at.isoformat(),
        "edited": row.edited,
        "removed": row.removed,
        "parent": {
            "seq": row.parent.seq,
            "author": {"id": row.parent.author.public_id, "name": row.parent.author.name}
            if row.parent.author
            else None,
            "excerpt": row.parent.excerpt,
            "removed": row.parent.removed,
        }
        if row.parent
        else None,
        "thread": {
            "seq": row.thread.seq,
            "count": row.thread.count,
            "last_reply_seq": row.thread.last_reply_seq,
        }
        if row.thread
        else None,
        "replies": {"count": row.replies, "last_reply_seq": row.last_reply_seq},
        "reactions": dict(row.reactions),
        "pinned": row.pinned,
        "line": dict(row.line) if row.line else None,
    }


# --- Rows ------------------------------------------------------------------------------------------------------------


def people_of(found: Iterable[Message]) -> set[int]:
    """Whose cards are needed to show these messages: their authors, and those whom they answer."""
    people: set[int] = set()
    for one in found:
        people.add(one.author_id)
        if one.parent_id and one.parent:
            people.add(one.parent.author_id)
    return people


def rows_of(found: Sequence[Message]) -> list[MessageRow]:
    """The messages as they are shown; cards in one statement."""
    people = people_of(found)
    authors = sorted({one.author_id for one in found})
    return message_rows(found, members.member_cards(member_ids=people), badges_of(authors))


def message_rows(
    listed: Iterable[Message], cards: Mapping[int, MemberCard], badges: Mapping[int, Sequence[slots.Badge]]
) -> list[MessageRow]:
    return [_row(one, cards, badges) for one in listed]


def _row(one: Message, cards: Mapping[int, MemberCard], badges: Mapping[int, Sequence[slots.Badge]]) -> MessageRow:
    removed = one.removed_at is not None
    return MessageRow(
        id=one.pk,
        seq=one.seq,
        changed_seq=one.changed_seq,
        client_id=one.client_id,
        author=cards[one.author_id],
        badges=tuple(badges.get(one.author_id, ())),
        html="" if removed else one.cooked,
        sent_at=one.sent_at,
        edited=one.edited_at is not None,
        removed=removed,
        kind=one.kind,
        parent=None if removed else _parent(one, cards),
        thread=ThreadRow(one.thread.seq, one.thread.reply_count, one.thread.last_reply_seq)
        if one.thread_id and one.thread
        else None,
        replies=one.reply_count,
        last_reply_seq=one.last_reply_seq,
        reactions={} if removed else one.reaction_counts,
        pinned=one.pinned_at is not None and not removed,
        line=one.line if not removed else None,
    )


def _parent(one: Message, cards: Mapping[int, MemberCard]) -> ParentRow | None:
    parent = one.parent if one.parent_id else None
    if parent is None:
        return None
    text = getattr(one, "parent_text", None)
    removed = parent.removed_at is not None
    words = "" if removed else rules.excerpt(parent.text if text is None else text)
    return ParentRow(parent.seq, cards.get(parent.author_id), words, removed)


def badges_of(member_ids: Sequence[int]) -> dict[int, list[slots.Badge]]:
    found: dict[int, list[slots.Badge]] = {}
    for answer in slots.name_badges.collect(member_ids=member_ids):
        for member_id, badges in answer.items():
            found.setdefault(member_id, []).extend(badges)
    return found


# --- People of a busy room, for frames that are built right after their commit ------------------------------------------

_FRESH = 5.0
"""Seconds that a name, a picture and the marks beside it are kept for frames; pages read them anew."""
_MOST = 20_000
_kept: dict[tuple[int, str], tuple[float, MemberCard, tuple[slots.Badge, ...]]] = {}


def faces(member_ids: Collection[int]) -> tuple[dict[int, MemberCard], dict[int, tuple[slots.Badge, ...]]]:
    """Cards and badges as they were at most five seconds ago; nothing is asked while all are fresh."""
    language, moment = get_language() or "", time.monotonic()
    stale = [one for one in member_ids if (kept := _kept.get((one, language))) is None or kept[0] < moment]
    if stale:
        if len(_kept) > _MOST:
            _kept.clear()
            stale = list(member_ids)
        cards, badges = members.member_cards(member_ids=stale), badges_of(sorted(stale))
        for member_id, card in cards.items():
            _kept[member_id, language] = moment + _FRESH, card, tuple(badges.get(member_id, ()))
    found = {one: kept for one in member_ids if (kept := _kept.get((one, language))) is not None}
    return {one: kept[1] for one, kept in found.items()}, {one: kept[2] for one, kept in found.items()}


def forget_faces(member_id: int | None = None) -> None:
    """Read this person (or everybody) anew for the next frame."""
    for key in [key for key in list(_kept) if member_id in (None, key[0])]:
        _kept.pop(key, None)


def excerpt_of(html: str) -> str:
    """The words in which a message is quoted, from its HTML: what a page does when the frame of a quoted one arrives."""
    return rules.excerpt(cook.plain_text(html))
