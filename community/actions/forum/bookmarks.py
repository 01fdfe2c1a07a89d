"""Keeping posts, topics and messages for later, and being reminded of them."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from community.models import Bookmark
from community.problems import Problem
from community.rules.reading import BOOKMARKS
from messaging.actions import notify
from outbox.ids import new_id
from outbox.require import require_transaction

REMINDER = "community.bookmark"

# Full is full, except for what is kept already: that one gets its new note. The count stops at the limit's index rows.
_KEEP = """
INSERT INTO community_bookmark AS held (public_id, member_id, {thing}_id, note, remind_at, created_at)
SELECT %(id)s, %(me)s, %(thing)s, %(note)s, %(remind)s, %(at)s
WHERE (SELECT count(*) FROM community_bookmark WHERE member_id = %(me)s) < %(most)s
    OR EXISTS (SELECT FROM community_bookmark WHERE member_id = %(me)s AND {thing}_id = %(thing)s)
ON CONFLICT (member_id, {thing}_id) DO UPDATE SET note = excluded.note, remind_at = excluded.remind_at
RETURNING public_id
"""
_DUE = """
UPDATE community_bookmark SET remind_at = NULL FROM (
    SELECT id, remind_at FROM community_bookmark WHERE remind_at <= %(at)s
    ORDER BY remind_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS due WHERE community_bookmark.id = due.id
RETURNING community_bookmark.id, member_id, due.remind_at
"""


class TooManyBookmarks(Problem):
    """Two thousand are kept."""

    def __init__(self) -> None:
        super().__init__(
            "too_many_bookmarks",
            _("You keep %(most)s bookmarks, which is the most. Remove some first.") % {"most": BOOKMARKS},
        )


class ReminderPassed(Problem):
    """Nobody can be reminded in the past."""

    def __init__(self) -> None:
        super().__init__("reminder_passed", _("Please choose a time that lies ahead."))


def keep(
    *,
    by: int,
    at: datetime,
    topic_id: int | None = None,
    post_id: int | None = None,
    message_id: int | None = None,
    note: str = "",
    remind_at: datetime | None = None,
) -> str:
    """Keep one topic, post or message; kept already, it gets this note and reminder. Its public id.

    Raises TooManyBookmarks, ReminderPassed.
    """
    require_transaction()
    things = {"topic": topic_id, "post": post_id, "message": message_id}
    thing, number = next((name, number) for name, number in things.items() if number is not None)
    if remind_at is not None and remind_at <= at:
        raise ReminderPassed
    values: dict[str, Any] = {
        "id": new_id(), "me": by, "thing": number, "note": _note(note), "remind": remind_at, "at": at,
        "most": BOOKMARKS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KEEP.format(thing=thing), values)
        row = cursor.fetchone()
    if row is None:
        raise TooManyBookmarks
    return str(row[0])


def change(*, public_id: str, by: int, note: str, remind_at: datetime | None, at: datetime) -> bool:
    """Another note or reminder. False when there is no such bookmark of this member. Raises ReminderPassed."""
    require_transaction()
    if remind_at is not None and remind_at <= at:
        raise ReminderPassed
    mine = Bookmark.objects.filter(public_id=public_id, member_id=by)
    return mine.update(note=_note(note), remind_at=remind_at) == 1


def let_go(*, public_id: str, by: int, at: datetime) -> bool:
    """Keep it no longer. False when it was not kept."""
    require_transaction()
    return Bookmark.objects.filter(public_id=public_id, member_id=by).delete()[0] == 1


def remind_due(*, at: datetime, limit: int = 500) -> int:
    """Tell members of what they wanted to be reminded of; each reminder once. How many."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"at": at, "limit": limit})
        due = cursor.fetchall()
    for bookmark, member, remind_at in due:
        notify(
            member_ids=[member],
            kind=REMINDER,
            cause=f"bookmark:{bookmark}:{remind_at.isoformat()}",
            data={"bookmark": bookmark},
            at=at,
        )
    return len(due)


def _note(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:300]
