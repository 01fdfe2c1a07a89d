"""What holds at the moment of a send, in one statement: the room, the version of the rights, and the word rules."""

from dataclasses import dataclass
from functools import cache

from django.db import connection

from community import moderation
from community.models import Room
from community.rules.words import Matcher

_MOMENT = """
SELECT (SELECT version FROM community_permissionversion ORDER BY id LIMIT 1), rules.last, rules.revisions, {columns}
FROM (SELECT max(id) AS last, sum(revision) AS revisions FROM community_wordrule) AS rules
LEFT JOIN community_room AS room ON room.public_id = %s
"""


@dataclass(frozen=True)
class Moment:
    """`permissions`: the version for `access.rights`."""

    room: Room | None
    permissions: int
    matcher: Matcher


def moment_of(*, public_id: str) -> Moment:
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [public_id])
        version, last, revisions, *row = cursor.fetchone()
    room = Room.from_db(connection.alias, room_fields(), row) if row[0] is not None else None
    return Moment(room, version or 0, moderation.matcher_of(last, revisions))


@cache
def room_fields() -> list[str]:
    """The names of a room's columns, in the order of `room_columns`."""
    return [field.attname for field in Room._meta.concrete_fields]


@cache
def room_columns() -> str:
    """The columns of a row called `room`, for statements that the ORM would take longer to compose than to run."""
    return ", ".join(f'room."{field.column}"' for field in Room._meta.concrete_fields)


@cache
def _statement() -> str:
    return _MOMENT.format(columns=room_columns())
