"""A `mysqldump` of phpBB 3 (any prefix) in the neutral form.

Kept: dates, authors, order, who could read which forum, locks, pins, removals. Left behind: private messages, polls and
attachments. A forum is open to whoever the groups GUESTS and REGISTERED could read it with; to the team alone when nothing
says so.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from community.arrivals import bbcode
from community.arrivals.dumps import Values, mysql_prefix, mysql_rows, opened
from community.arrivals.neutral import BadExport, Contribution, Conversation, Person, Place, Row

_PLACES = ("users", "forums", "topics", "groups", "acl_groups", "acl_roles", "acl_options", "acl_roles_data")
_BOTS = "2"  # user_type: the robots that phpBB counts as users
_LINK, _MOVED, _APPROVED, _LOCKED = "2", "2", "1", "1"
_YES = "1"
_PINNED = {"1": "board", "2": "board", "3": "everywhere"}  # topic_type: sticky, announcement, global


@dataclass
class _Known:
    people: dict[str, Values] = field(default_factory=dict)
    forums: dict[str, Values] = field(default_factory=dict)
    topics: dict[str, Values] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    reading: set[str] = field(default_factory=set)
    """Ids of the options f_read and f_list."""
    roles: set[str] = field(default_factory=set)
    """Roles that let read."""
    rules: list[Values] = field(default_factory=list)


def rows(path: Path) -> Iterator[Row]:
    """All rows of the dump, people first. Raises BadExport."""
    known = _know(path)
    if not known.topics:
        raise BadExport(f"{path.name} has no topics. Is it a mysqldump of the whole phpBB database?")
    yield from _people(known)
    yield from _boards(known)
    yield from _topics(known)
    for post in _read(path, ("posts",)):
        if post[1]["topic_id"] in known.topics:
            yield _post(post[1])


def _read(path: Path, tables: tuple[str, ...]) -> Iterator[tuple[str, Values]]:
    with opened(path) as stream:
        prefix = mysql_prefix(stream, "acl_options")
    if prefix is None:
        raise BadExport(f"{path.name} has no table of phpBB's permissions. Dump the whole database with mysqldump.")
    with opened(path) as stream:
        yield from mysql_rows(stream, tables, prefix)


def _know(path: Path) -> _Known:  # noqa: C901 - one case a table
    known, granted = _Known(), []
    for table, row in _read(path, _PLACES):
        match table:
            case "users" if row["user_type"] != _BOTS:
                known.people[_text(row, "user_id")] = row
            case "forums" if row["forum_type"] != _LINK:
                known.forums[_text(row, "forum_id")] = row
            case "topics" if row["topic_status"] != _MOVED:
                known.topics[_text(row, "topic_id")] = row
            case "groups":
                known.groups[_text(row, "group_id")] = _text(row, "group_name")
            case "acl_options" if row["auth_option"] == "f_read":
                known.reading.add(_text(row, "auth_option_id"))
            case "acl_roles_data" if row["auth_setting"] == _YES:
                granted.append(row)
            case "acl_groups":
                known.rules.append(row)
    known.roles = {_text(row, "role_id") for row in granted if row["auth_option_id"] in known.reading}
    return known


def _people(known: _Known) -> Iterator[Person]:
    for id, row in known.people.items():
        yield Person(
            id=id,
            username=html.unescape(_text(row, "username")),
            email=_text(row, "user_email"),
            joined_at=_moment(row, "user_regdate"),
        )


def _boards(known: _Known) -> Iterator[Place]:
    for id, row in sorted(
        known.forums.items(), key=lambda item: int(item[1].get("left_id") or 0)
    ):  # parents come first
        parent = _text(row, "parent_id")
        yield Place(
            id=id,
            name=html.unescape(_text(row, "forum_name")),
            parent_id=parent if parent in known.forums else "",
            description=re.sub(r"\s+", " ", bbcode.bbcode(_text(row, "forum_desc"))),
            position=int(row.get("left_id") or 0),
            readers="staff" if row.get("forum_password") else _readers(known, id),
        )


def _readers(known: _Known, forum: str) -> str:
    may = {
        known.groups.get(_text(rule, "group_id"), "")
        for rule in known.rules
        if rule["forum_id"] == forum
        and (
            rule["auth_role_id"] in known.roles
            or (rule["auth_option_id"] in known.reading and rule["auth_setting"] == _YES)
        )
    }
    return "guests" if "GUESTS" in may else "members" if "REGISTERED" in may else "staff"


def _topics(known: _Known) -> Iterator[Conversation]:
    for id, row in known.topics.items():
        yield Conversation(
            id=id,
            board_id=_text(row, "forum_id"),
            author_id=_text(row, "topic_poster"),
            title=html.unescape(_text(row, "topic_title")),
            at=_moment(row, "topic_time"),
            closed=row["topic_status"] == _LOCKED,
            pinned=_PINNED.get(_text(row, "topic_type"), "no"),
            removed=row.get("topic_visibility", row.get("topic_approved")) != _APPROVED,
        )


def _post(row: Values) -> Contribution:
    edited = int(row.get("post_edit_time") or 0)
    return Contribution(
        id=_text(row, "post_id"),
        topic_id=_text(row, "topic_id"),
        author_id=_text(row, "poster_id"),
        raw=bbcode.markdown(_text(row, "post_text")),
        at=_moment(row, "post_time"),
        edited_at=_moment(row, "post_edit_time") if edited else None,
        removed=row.get("post_visibility", row.get("post_approved")) != _APPROVED,
    )


def _text(row: Values, column: str) -> str:
    return row.get(column) or ""


def _moment(row: Values, column: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(row[column] or ""), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        raise BadExport(f"A row has no time in “{column}”: {row.get(column)!r}.") from None
