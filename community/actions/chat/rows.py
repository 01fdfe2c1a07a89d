"""The two statements around new messages: what is asked under the room's lock, and what is written.

Each is one trip to the database, however many messages there are; the rest of `messages` decides in between.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction

from community import fresh
from community.models import Message, Room
from community.queries.chat.moment import room_columns, room_fields
from community.rules import chat as rules

Form = tuple[int, str]
"""Who sends, and their key: the same form is the same message."""


@dataclass
class Locked:
    """A room for one change at a time, and what holds now that nobody else can write in it.

    `known`: forms that wrote a message before, with its id and seq. `spoke`: in slow mode, when each spoke last.
    `lately`: messages of the last second, as far as the rush is counted.
    """

    room: Room
    known: dict[Form, tuple[int, int]]
    spoke: dict[int, datetime]
    lately: int


# Four statements in one trip. They are not one statement: whoever waits for a lock sees what was committed meanwhile only
# with the next one. (Django binds parameters in the client unless told otherwise, so several may travel together.)
# NO KEY: a new message's foreign key must not wait for the lock that its own sender holds elsewhere.
_LOCK = """
SELECT {columns} FROM community_room AS room WHERE room.id = %(room)s FOR NO KEY UPDATE;
SELECT message.author_id, message.client_id, message.id, message.seq
FROM unnest(%(authors)s::bigint[], %(keys)s::text[]) AS asked(author, key)
JOIN community_message AS message
    ON message.room_id = %(room)s AND message.author_id = asked.author AND message.client_id = asked.key;
SELECT message.author_id, max(message.sent_at)
FROM community_room AS room JOIN community_message AS message ON message.room_id = room.id
WHERE room.id = %(room)s AND room.slow_seconds > 0 AND message.author_id = ANY(%(authors)s) AND message.kind <> 'line'
    AND message.sent_at > %(at)s - make_interval(secs => room.slow_seconds)
GROUP BY message.author_id;
SELECT count(*) FROM (
    SELECT 1 FROM community_message WHERE room_id = %(room)s AND sent_at > %(since)s AND sent_at <= %(at)s AND kind <> 'line'
    LIMIT %(most)s
) AS lately
"""

# Who speaks in a room is in it: what was said before they came counts as read, and a conversation that was put away is back.
# Django's bulk_create builds the same rows at three times the cost; columns that are not named have defaults in the database.
_WRITE = """
WITH moved AS (
    UPDATE community_room SET last_seq = %(last)s, last_message_at = coalesce(%(at)s::timestamptz, last_message_at),
        slow_seconds = coalesce(%(slow)s::smallint, slow_seconds),
        rushed_at = CASE WHEN %(slow)s::smallint IS NULL THEN rushed_at ELSE %(at)s::timestamptz END
    WHERE id = %(room)s
), joined AS (
    INSERT INTO community_membership AS held (member_id, room_id, last_read_seq, level, role, joined_at)
    SELECT member, %(room)s, %(last)s, 'mention', 'member', %(at)s::timestamptz FROM unnest(%(speakers)s::bigint[]) AS member
    WHERE NOT EXISTS (
        SELECT 1 FROM community_membership AS there
        WHERE there.member_id = member AND there.room_id = %(room)s AND there.hidden_at IS NULL
    )
    ON CONFLICT (member_id, room_id) DO UPDATE SET hidden_at = NULL WHERE held.hidden_at IS NOT NULL
)
INSERT INTO community_message (room_id, seq, changed_seq, author_id, client_id, kind, parent_id, thread_id, raw, cooked,
    cook_version, text, sent_at, line)
SELECT %(room)s, given.seq, given.seq, given.author, given.client, given.kind, given.parent, given.thread, given.raw,
    given.cooked, given.version, given.text, given.at, given.line::jsonb
FROM unnest(%(seqs)s::bigint[], %(authors)s::bigint[], %(clients)s::text[], %(kinds)s::text[], %(parents)s::bigint[],
    %(threads)s::bigint[], %(raws)s::text[], %(cooked)s::text[], %(versions)s::smallint[], %(texts)s::text[],
    %(times)s::timestamptz[], %(lines)s::text[])
    AS given(seq, author, client, kind, parent, thread, raw, cooked, version, text, at, line)
RETURNING id, seq
"""


def lock(*, room_id: int, forms: Collection[Form], at: datetime) -> Locked:
    """Take the room for messages of these forms. Room.DoesNotExist when there is none."""
    authors, keys = [author for author, _key in forms], [key for _author, key in forms]
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(),
            {
                "room": room_id, "authors": authors, "keys": keys, "at": at,
                "since": at - timedelta(seconds=rules.RUSH_SECONDS), "most": rules.RUSH + 1,
            },
        )  # fmt: skip
        row = cursor.fetchone()
        if row is None:
            raise Room.DoesNotExist(f"There is no room {room_id}.")
        cursor.nextset()
        known = {(author, key): (pk, seq) for author, key, pk, seq in cursor.fetchall()}
        cursor.nextset()
        spoke = dict(cursor.fetchall())
        cursor.nextset()
        return Locked(Room.from_db(connection.alias, room_fields(), row), known, spoke, cursor.fetchone()[0])


def write(
    room: Room,
    rows: Sequence[Message],
    *,
    speakers: Collection[int] = (),
    at: datetime | None = None,
    slow_seconds: int | None = None,
) -> None:
    """Write messages of a locked room, which is then at the last of them; they get their ids.

    `speakers` are in the room from `at` on, which is when something was said; None: nothing was, it is a line.
    `slow_seconds`: more was said than people can read.
    """
    room.last_seq = rows[-1].seq
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "room": room.pk, "last": room.last_seq, "at": at, "slow": slow_seconds, "speakers": sorted(speakers),
                **_columns(rows),
            },
        )  # fmt: skip
        ids = {seq: pk for pk, seq in cursor.fetchall()}
    for row in rows:
        row.pk = ids[row.seq]


def keep(room: Room, rows: Sequence[Message], *, called: bool) -> None:
    """The live fan-out of this process finds the messages without reading them, once they are committed. `called`: somebody is."""
    transaction.on_commit(lambda: fresh.keep(room, rows, called=called))


def _columns(rows: Sequence[Message]) -> dict[str, list[Any]]:
    return {
        "seqs": [row.seq for row in rows],
        "authors": [row.author_id for row in rows],
        "clients": [row.client_id for row in rows],
        "kinds": [str(row.kind) for row in rows],
        "parents": [row.parent_id for row in rows],
        "threads": [row.thread_id for row in rows],
        "raws": [row.raw for row in rows],
        "cooked": [row.cooked for row in rows],
        "versions": [row.cook_version for row in rows],
        "texts": [row.text for row in rows],
        "times": [row.sent_at for row in rows],
        "lines": [json.dumps(row.line) if row.line else None for row in rows],
    }


@cache
def _statement() -> str:
    return _LOCK.format(columns=room_columns())
