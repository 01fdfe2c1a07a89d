"""The threads that a member follows: those with news first. And who is in a room."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from community.models import Room
from community.queries.chat.rooms import name_rooms
from community.queries.chat.unread import IGNORED
from community.room_access import visible_rooms
from members import queries as members
from members.queries import MemberCard

if TYPE_CHECKING:
    from members.access import Member

A_PAGE = 30


@dataclass(frozen=True)
class ThreadLine:
    """A followed thread: its first words, its newest ones, and how many replies of others wait (at most 100)."""

    room_name: str
    slug: str
    seq: int
    author: MemberCard | None
    excerpt: str
    replies: int
    unread: int
    last_author: MemberCard | None
    last_excerpt: str
    last_at: datetime
    muted: bool


@dataclass(frozen=True)
class ThreadPage:
    """Threads with news first, then the newest; `more`: there is a next page."""

    rows: list[ThreadLine]
    more: bool


# `seen` are the rooms that the member may read at this moment.
_THREADS = f"""
WITH mine AS (
    SELECT root.id, root.seq, root.room_id, root.author_id, left(root.text, 200) AS text, root.reply_count, held.muted,
        (SELECT count(*) FROM (SELECT FROM community_message AS reply WHERE reply.thread_id = root.id
            AND reply.seq > held.last_read_seq AND reply.removed_at IS NULL AND reply.author_id <> held.member_id
            AND reply.author_id <> ALL({IGNORED.format(member="%(me)s")}) LIMIT 100) AS waits) AS unread
    FROM community_threadreading AS held JOIN community_message AS root ON root.id = held.thread_id
    WHERE held.member_id = %(me)s AND root.removed_at IS NULL AND root.room_id = ANY(%(seen)s)
)
SELECT mine.room_id, mine.seq, mine.author_id, mine.text, mine.reply_count, CASE WHEN mine.muted THEN 0 ELSE mine.unread END,
    mine.muted, newest.author_id, newest.text, newest.sent_at
FROM mine CROSS JOIN LATERAL (SELECT author_id, left(text, 200) AS text, sent_at FROM community_message
    WHERE (thread_id = mine.id OR id = mine.id) AND removed_at IS NULL ORDER BY seq DESC LIMIT 1) AS newest
ORDER BY (NOT mine.muted AND mine.unread > 0) DESC, newest.sent_at DESC, mine.id DESC LIMIT %(most)s OFFSET %(offset)s
"""

_WAITING = f"""
SELECT count(*) FROM community_threadreading AS held JOIN community_message AS root ON root.id = held.thread_id
WHERE held.member_id = %(me)s AND NOT held.muted AND root.removed_at IS NULL AND root.room_id = ANY(%(seen)s)
AND EXISTS (SELECT FROM community_message AS reply WHERE reply.thread_id = root.id AND reply.seq > held.last_read_seq
    AND reply.removed_at IS NULL AND reply.author_id <> held.member_id
    AND reply.author_id <> ALL({IGNORED.format(member="%(me)s")}))"""


def threads(*, viewer: "Member", at: datetime, page: int = 1) -> ThreadPage:
    """A page of the threads that the viewer follows in rooms that they may read: three statements, more for conversations."""
    rooms = {room.pk: room for room in visible_rooms(viewer)}
    values: dict[str, Any] = {
        "me": viewer.pk, "at": at, "seen": list(rooms), "most": A_PAGE + 1, "offset": (page - 1) * A_PAGE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_THREADS, values)
        found = cursor.fetchall()
    shown = found[:A_PAGE]
    named: Collection[Room] = [rooms[pk] for pk in {row[0] for row in shown}]
    name_rooms(named, viewer=viewer)
    cards = members.member_cards(member_ids={row[2] for row in shown} | {row[7] for row in shown})
    rows = [
        ThreadLine(
            room_name=rooms[room].name, slug=rooms[room].slug, seq=seq, author=cards.get(author), excerpt=text,
            replies=replies, unread=unread, last_author=cards.get(last_author), last_excerpt=last_text, last_at=last_at,
            muted=muted,
        )
        for room, seq, author, text, replies, unread, muted, last_author, last_text, last_at in shown
    ]  # fmt: skip
    return ThreadPage(rows, len(found) > A_PAGE)


def threads_waiting(*, member_id: int, room_ids: Collection[int], at: datetime) -> int:
    """How many threads that the member follows in these rooms have news."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"me": member_id, "at": at, "seen": list(room_ids)})
        (number,) = cursor.fetchone()
    return int(number)
