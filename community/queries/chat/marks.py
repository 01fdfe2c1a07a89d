"""What a page of messages is to its reader, and what stands beside them: one statement for all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from community.queries.chat.messages import MessageRow
from community.queries.composer.drafts import DraftRow
from community.rules import reading as rules

_MARKS = """
SELECT 'reaction' AS what, message_id AS id, kind AS words, NULL::timestamptz AS at, 0 AS number
FROM community_messagereaction WHERE member_id = %(me)s AND message_id = ANY(%(ids)s)
UNION ALL SELECT 'kept', message_id, '', NULL, 0
FROM community_bookmark WHERE member_id = %(me)s AND message_id = ANY(%(ids)s)
UNION ALL SELECT 'calls', seq, '', NULL, 0
FROM community_messagemention WHERE member_id = %(me)s AND room_id = %(room)s AND seq BETWEEN %(first)s AND %(last)s
UNION ALL SELECT 'replied', seq, '', sent_at, 0
FROM community_message WHERE room_id = %(room)s AND seq = ANY(%(replied)s)
UNION ALL SELECT 'ignored', person_id, person.public_id, NULL, 0
FROM community_personlevel AS held JOIN members_user AS person ON person.id = held.person_id
WHERE held.member_id = %(me)s AND held.level = %(muted)s AND (held.until IS NULL OR held.until > %(at)s)
UNION ALL SELECT 'keys', 0, '', NULL, shortcuts::int FROM community_readingchoice WHERE member_id = %(me)s
UNION ALL SELECT 'draft', 0, raw, saved_at, revision
FROM community_draft WHERE member_id = %(me)s AND key = %(draft)s
"""


@dataclass
class Marks:
    """Own reactions and bookmarks by message, messages that call the reader by seq, when threads were last answered.

    `ignored` are ids of members, `folded` their public ids; `shortcuts` False: the reader wants no single keys.
    """

    reactions: dict[int, str] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    calls: set[int] = field(default_factory=set)
    replied: dict[int, datetime] = field(default_factory=dict)
    ignored: set[int] = field(default_factory=set)
    folded: set[str] = field(default_factory=set)
    shortcuts: bool = True
    draft: DraftRow | None = None


def marks(
    *, member_id: int | None, room_id: int, rows: Sequence[MessageRow], at: datetime, draft_key: str = ""
) -> Marks:
    """The marks of these messages of one room, for one reader (None: a guest)."""
    found = Marks()
    replied = [row.last_reply_seq for row in rows if row.replies]
    if member_id is None and not replied:
        return found
    values = {
        "me": member_id,
        "ids": [row.id for row in rows],
        "room": room_id,
        "first": rows[0].seq if rows else 0,
        "last": rows[-1].seq if rows else 0,
        "replied": replied,
        "muted": rules.MUTED,
        "draft": draft_key,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, values)
        for what, key, words, when, number in cursor.fetchall():
            _note(found, what, key, words, when, number, draft_key)
    return found


def _note(found: Marks, what: str, key: int, words: str, when: datetime | None, number: int, draft_key: str) -> None:
    match what:
        case "reaction":
            found.reactions[key] = words
        case "kept":
            found.kept.add(key)
        case "calls":
            found.calls.add(key)
        case "ignored":
            found.ignored.add(key)
            found.folded.add(words)
        case "keys":
            found.shortcuts = bool(number)
        case "replied" if when:
            found.replied[key] = when
        case "draft" if when:
            found.draft = DraftRow(draft_key, words, {}, number, when)
