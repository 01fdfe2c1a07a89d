"""Who asks: session, member, their groups and what every page shows of them, in one statement.

Nothing is kept from request to request, so signing out, a new password, a lost group and a closed account act with the next
request, in every process, with or without Valkey. Reading these things apart cost four to six statements and more
time than the rest of the frame; `docs/adr/0006-identity-in-one-statement.md` tells what was weighed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.utils.crypto import constant_time_compare

from members import slots
from members.access import SUSPENDED, group_names, remember_groups
from members.models import User
from outbox.clock import now

_GROUPS = """(SELECT jsonb_object_agg(grp.id, grp.name) FROM members_user_groups AS held
              JOIN auth_group AS grp ON grp.id = held.group_id WHERE held.user_id = member.id)"""
# allauth notes for each session whose it is; the session's own signed text has the last word.
_WHO = """
SELECT session.session_data, member.id, {columns}
FROM django_session AS session
LEFT JOIN usersessions_usersession AS device ON device.session_key = session.session_key
LEFT JOIN members_user AS member ON member.id = device.user_id
WHERE session.session_key = %(key)s AND session.expire_date > %(real)s
"""

_MANY = "SELECT {columns} FROM members_user AS member WHERE member.id = ANY(%s) AND member.is_active"


@dataclass(frozen=True)
class Found:
    """A session's signed text, and the row of the member whose device it is (None: nobody's, or not noted yet)."""

    data: str
    row: tuple[Any, ...] | None


def find(*, key: str, real: datetime, page: bool) -> Found | None:
    """The session that lives at the `real` time; for pages with what the header shows. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(page), {"key": key, "real": real, "at": now()})
        row = cursor.fetchone()
    if row is None:
        return None
    return Found(row[0], row[2:] if row[1] is not None else None)


def member_of(session: SessionBase, found: Found | None, *, page: bool) -> User | None:
    """The member as the row has them, when the session is theirs by its own signed word; None sends to Django's way.

    The same questions as `django.contrib.auth.get_user`: the account, the way of signing in, active, and the password
    still the one of the sign-in.
    """
    if found is None or found.row is None:
        return None
    fields = _fields()
    user = User.from_db(connection.alias, fields, found.row[: len(fields)])
    if (
        session.get(SESSION_KEY) != str(user.pk)
        or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS
        or not user.is_active
        or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    ):
        return None
    groups, *values = found.row[len(fields) :]
    remember_groups(user, _names(groups))
    if SUSPENDED in group_names(user):
        return None
    names = [standing.name for standing in _standings(page)]
    user._standing = dict(zip(names, values, strict=True))  # type: ignore[attr-defined]
    return user


def active_members(member_ids: Iterable[int]) -> list[User]:
    """The active ones of these members, with their groups, in one statement."""
    wanted, fields = sorted(set(member_ids)), _fields()
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_many(), [wanted])
        rows = cursor.fetchall()
    found = []
    for row in rows:
        user = User.from_db(connection.alias, fields, row[: len(fields)])
        remember_groups(user, _names(row[len(fields)]))
        found.append(user)
    return found


def _names(groups: str | None) -> dict[int, str]:
    return {int(id): name for id, name in json.loads(groups or "{}").items()}


@lru_cache(maxsize=1)
def _fields() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


def _standings(page: bool) -> list[slots.Standing]:
    return [standing for standing in slots.standings.collect() if page or not standing.pages_only]


@lru_cache(maxsize=2)
def _statement(page: bool) -> str:
    """Composed once a process, when all apps have registered."""
    return _WHO.format(columns=", ".join([*_columns(), _GROUPS, *(one.sql for one in _standings(page))]))


@lru_cache(maxsize=1)
def _many() -> str:
    return _MANY.format(columns=", ".join([*_columns(), _GROUPS]))


def _columns() -> list[str]:
    return [f'member."{field.column}"' for field in User._meta.concrete_fields]
