"""Reading threads: a thread with its first message, what a member follows and what is new there."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from community.models import Message, ThreadReading
from community.queries.chat.messages import MessageRow, Page, message, messages_around, messages_before

MOST_UNREAD = 100


@dataclass(frozen=True)
class Following:
    """A member's place in a thread."""

    last_read_seq: int
    muted: bool


@dataclass(frozen=True)
class ThreadPage:
    """A thread: its first message (a removed one without its words), the replies, and how far the reader had come."""

    root: MessageRow
    page: Page
    following: Following | None


# Replies of others above the pointer, at most MOST_UNREAD a thread; a muted thread and one that is in a room the member
# may not read any more are the asker's to leave out.
_UNREAD = f"""
SELECT held.thread_id, counted.number FROM community_threadreading AS held
CROSS JOIN LATERAL (SELECT count(*) AS number FROM (SELECT FROM community_message AS reply
    WHERE reply.thread_id = held.thread_id AND reply.seq > held.last_read_seq AND reply.removed_at IS NULL
        AND reply.author_id <> held.member_id LIMIT {MOST_UNREAD}) AS beyond) AS counted
WHERE held.member_id = %s AND NOT held.muted AND held.thread_id = ANY(%s) AND counted.number > 0
"""


def thread_page(
    *, root: Message, member_id: int | None, before: int | None = None, around: int | None = None
) -> ThreadPage | None:
    """The thread that begins with this message."""
    found = message(message_id=root.pk)
    if found is None:
        return None
    page = (
        messages_around(room_id=root.room_id, around=around, thread_id=root.pk)
        if around is not None
        else messages_before(room_id=root.room_id, before=before, thread_id=root.pk)
    )
    return ThreadPage(found[1], page, following(thread_id=root.pk, member_id=member_id))


def following(*, thread_id: int, member_id: int | None) -> Following | None:
    """The member's place in a thread; None when they do not follow it."""
    if member_id is None:
        return None
    row = ThreadReading.objects.filter(thread_id=thread_id, member_id=member_id).values_list("last_read_seq", "muted")
    held = row.first()
    return Following(*held) if held else None


def unread_in_threads(*, member_id: int, thread_ids: Collection[int]) -> dict[int, int]:
    """Replies of others above the pointer, for those of the threads that have any and are not muted; counted to 100."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [member_id, list(thread_ids)])
        return dict(cursor.fetchall())
