"""Reading what is said: pages of messages, what changed since a seq, and the JSON in which a message travels."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from community import slots
from community.models import Message, Room
from members import queries as members
from members.queries import MemberCard
from messaging.streams import Replay

PAGE = 50


@dataclass(frozen=True)
class MessageRow:
    """A message as everybody in the room sees it; a removed one has no text any more."""

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


@dataclass(frozen=True)
class Page:
    """Messages, oldest first; `more`: there are older ones."""

    messages: list[MessageRow]
    more: bool


def messages_before(*, room_id: int, before: int | None = None, limit: int = PAGE) -> Page:
    """The last messages, or those before a seq; by key, so that page 1,000 costs what page 1 costs."""
    found, more = found_before(room_id, before, limit)
    return Page(_rows(found), more)


def found_before(room_id: int, before: int | None, limit: int) -> tuple[list[Message], bool]:
    found = Message.objects.filter(room_id=room_id).order_by("-seq")
    if before is not None:
        found = found.filter(seq__lt=before)
    rows = list(found[: limit + 1])
    return rows[:limit][::-1], len(rows) > limit


def messages_changed(*, room_id: int, since: int, limit: int) -> list[MessageRow]:
    """Messages that were sent, edited or removed after a seq, in the order of their last changes."""
    found: QuerySet[Message] = Message.objects.filter(room_id=room_id, changed_seq__gt=since).order_by("changed_seq")
    return _rows(found[:limit])


def message(*, message_id: int) -> tuple[str, MessageRow] | None:
    """A message as it is now, with its room's public id."""
    found = Message.objects.filter(id=message_id).select_related("room").first()
    return (found.room.public_id, _rows([found])[0]) if found else None


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
    return {
        "seq": row.seq,
        "client_id": row.client_id,
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
    }


def _rows(found: Iterable[Message]) -> list[MessageRow]:
    listed = list(found)
    authors = sorted({one.author_id for one in listed})
    return message_rows(listed, members.member_cards(member_ids=authors), badges_of(authors))


def message_rows(
    listed: Iterable[Message], cards: Mapping[int, MemberCard], badges: Mapping[int, Sequence[slots.Badge]]
) -> list[MessageRow]:
    return [
        MessageRow(
            id=one.pk,
            seq=one.seq,
            changed_seq=one.changed_seq,
            client_id=one.client_id,
            author=cards[one.author_id],
            badges=tuple(badges.get(one.author_id, ())),
            html="" if one.removed_at else one.cooked,
            sent_at=one.sent_at,
            edited=one.edited_at is not None,
            removed=one.removed_at is not None,
        )
        for one in listed
    ]


def badges_of(member_ids: Sequence[int]) -> dict[int, list[slots.Badge]]:
    found: dict[int, list[slots.Badge]] = {}
    for answer in slots.name_badges.collect(member_ids=member_ids):
        for member_id, badges in answer.items():
            found.setdefault(member_id, []).extend(badges)
    return found
