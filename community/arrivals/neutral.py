"""The neutral form: one row for each person, board, topic, post and reaction, in this order, also as lines of JSON.

Ids are the other forum's own, as text. Whoever writes a converter of their own writes these lines and imports them with
`manage.py import_forum lines FILE --source NAME`.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Person:
    """Somebody who wrote. `email` lets them take their account over; nobody is written to."""

    id: str
    username: str
    name: str = ""
    email: str = ""
    joined_at: datetime | None = None


@dataclass(frozen=True)
class Place:
    """A board. `readers`: "guests" (everybody), "members", or "staff" when the other forum kept it closed."""

    id: str
    name: str
    parent_id: str = ""
    slug: str = ""
    description: str = ""
    position: int = 0
    readers: str = "staff"


@dataclass(frozen=True)
class Conversation:
    """A topic. `accepted_post_id` is the post that answered it; `pinned`: no, board or everywhere."""

    id: str
    board_id: str
    author_id: str
    title: str
    at: datetime
    slug: str = ""
    closed: bool = False
    pinned: str = "no"
    removed: bool = False
    accepted_post_id: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contribution:
    """A post in our Markdown. `number` is kept where the other forum had numbers; 0: the next one of its topic."""

    id: str
    topic_id: str
    author_id: str
    raw: str
    at: datetime
    number: int = 0
    reply_to: int = 0
    edited_at: datetime | None = None
    removed: bool = False
    wiki: bool = False


@dataclass(frozen=True)
class Liking:
    """Somebody liked a post."""

    post_id: str
    person_id: str
    at: datetime


Row = Person | Place | Conversation | Contribution | Liking
KINDS: dict[str, type[Row]] = {
    "person": Person, "board": Place, "topic": Conversation, "post": Contribution, "like": Liking,
}  # fmt: skip
_NAMES = {cls: name for name, cls in KINDS.items()}


class BadExport(Exception):
    """The file is not what it should be. The message says where, and what to do."""


def to_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Each row as one line of JSON."""
    for row in rows:
        values = {
            one.name: value for one in dataclasses.fields(row) if (value := getattr(row, one.name)) != one.default
        }
        yield json.dumps({"kind": _NAMES[type(row)], **values}, ensure_ascii=False, default=_encode)


def from_lines(lines: Iterable[str]) -> Iterator[Row]:
    """The rows again. Raises BadExport with the number of the first line that is none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _row(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise BadExport(
                    f"Line {number} is no row of an export: {error}. Mend the line and run again."
                ) from error


def _row(values: dict[str, Any]) -> Row:
    cls = KINDS[values.pop("kind")]
    for key in ("at", "joined_at", "edited_at"):
        if key in values:
            values[key] = datetime.fromisoformat(values[key])
            if values[key].tzinfo is None:
                raise ValueError(f"{key} has no time zone")
    if "tags" in values:
        values["tags"] = tuple(values["tags"])
    return cls(**values)


def _encode(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
