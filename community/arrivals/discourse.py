"""A Discourse backup (`….tar.gz`, or the `dump.sql.gz` in it) in the neutral form.

Read in three passes, because `pg_dump` writes tables by name: who and where first, then the posts, then the likes. Kept:
numbers, dates, authors, tags, accepted answers, wikis, removals. Left behind: private messages, whispers and notes of the
system, and (until somebody brings the files) pictures, whose place keeps their description.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from community.arrivals.dumps import Values, opened, postgres_rows
from community.arrivals.neutral import BadExport, Contribution, Conversation, Liking, Person, Place, Row

_PLACES = (
    "users", "user_emails", "categories", "topics", "tags", "topic_tags", "topic_custom_fields",
    "discourse_solved_solved_topics", "category_groups",
)  # fmt: skip
_LIKE = "2"  # post_action_types
_QUOTE = re.compile(r'\[quote="?([^"\],]*)(?:,\s*post:\s*(\d+))?[^\]]*\]\n?(.*?)\n?\[/quote\]', re.S | re.I)
_PICTURE = re.compile(r"!\[([^\]|]*)[^\]]*\]\((?:upload:|/uploads/|//|https?://[^)\s]*/uploads/)[^)]*\)")
_EVERYONE = "0"  # the automatic group of everybody in category_groups


@dataclass
class _Known:
    people: dict[str, Values] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    boards: dict[str, Values] = field(default_factory=dict)
    topics: dict[str, Values] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    topic_tags: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


def rows(path: Path) -> Iterator[Row]:
    """All rows of the backup, people first. Raises BadExport."""
    known = _know(path)
    if not known.topics:
        raise BadExport(f"{path.name} has no topics. Is it the dump of a Discourse site?")
    yield from _people(known)
    yield from _boards(known)
    yield from _topics(known)
    for _table, post in _read(path, ("posts",)):
        if contribution := _post(post, known.topics):
            yield contribution
    for _table, action in _read(path, ("post_actions",)):
        if action["post_action_type_id"] == _LIKE and action["deleted_at"] is None:
            yield Liking(_text(action, "post_id"), _text(action, "user_id"), _moment(action, "created_at"))


def _read(path: Path, tables: tuple[str, ...]) -> Iterator[tuple[str, Values]]:
    with opened(path) as stream:
        yield from postgres_rows(stream, tables)


def _know(path: Path) -> _Known:  # noqa: C901 - one case a table
    known = _Known()
    for table, row in _read(path, _PLACES):
        match table:
            case "users":
                known.people[_text(row, "id")] = row
            case "user_emails" if row.get("primary") in ("t", None):
                known.emails[_text(row, "user_id")] = _text(row, "email")
            case "categories":
                known.boards[_text(row, "id")] = row
            case "topics" if row["archetype"] != "private_message" and row["category_id"]:
                known.topics[_text(row, "id")] = row
            case "tags":
                known.tags[_text(row, "id")] = _text(row, "name")
            case "topic_tags":
                known.topic_tags.setdefault(_text(row, "topic_id"), []).append(_text(row, "tag_id"))
            case "topic_custom_fields" if row["name"] == "accepted_answer_post_id":
                known.answers[_text(row, "topic_id")] = _text(row, "value")
            case "discourse_solved_solved_topics":
                known.answers[_text(row, "topic_id")] = _text(row, "answer_post_id")
    return known


def _people(known: _Known) -> Iterator[Person]:
    for id, row in known.people.items():
        if int(id) > 0:  # the system's own accounts have negative ids
            yield Person(
                id=id,
                username=_text(row, "username"),
                name=row.get("name") or "",
                email=known.emails.get(id, ""),
                joined_at=_moment(row, "created_at"),
            )


def _boards(known: _Known) -> Iterator[Place]:
    for row in sorted(
        known.boards.values(), key=lambda row: (row["parent_category_id"] is not None, int(row["id"] or 0))
    ):
        yield Place(
            id=_text(row, "id"),
            name=_text(row, "name"),
            parent_id=row["parent_category_id"] or "",
            slug=row["slug"] or "",
            description=re.sub(r"<[^>]+>", "", row["description"] or ""),
            position=int(row.get("position") or 0),
            readers="staff" if row["read_restricted"] == "t" else "guests",
        )


def _topics(known: _Known) -> Iterator[Conversation]:
    for id, row in known.topics.items():
        pinned = "no" if row["pinned_at"] is None else "everywhere" if row["pinned_globally"] == "t" else "board"
        yield Conversation(
            id=id,
            board_id=_text(row, "category_id"),
            author_id=_text(row, "user_id"),
            title=_text(row, "title"),
            at=_moment(row, "created_at"),
            slug=row["slug"] or "",
            closed=row["closed"] == "t" or row["archived"] == "t",
            pinned=pinned,
            removed=row["deleted_at"] is not None or row["visible"] == "f",
            accepted_post_id=known.answers.get(id, ""),
            tags=tuple(known.tags[tag] for tag in known.topic_tags.get(id, ()) if tag in known.tags),
        )


def _post(row: Values, topics: Mapping[str, Values]) -> Contribution | None:
    ordinary = row["post_type"] in ("1", None)
    if row["topic_id"] not in topics or not ordinary:
        return None
    edited = int(row.get("version") or 1) > 1 and row.get("last_version_at")
    return Contribution(
        id=_text(row, "id"),
        topic_id=_text(row, "topic_id"),
        author_id=_text(row, "user_id"),
        raw=markdown(_text(row, "raw")),
        at=_moment(row, "created_at"),
        number=int(row["post_number"] or 0),
        reply_to=int(row["reply_to_post_number"] or 0),
        edited_at=_moment(row, "last_version_at") if edited else None,
        removed=row["deleted_at"] is not None or row["hidden"] == "t" or row["user_deleted"] == "t",
        wiki=row["wiki"] == "t",
    )


def markdown(raw: str) -> str:
    """Discourse's dialect in ours: quotes as quotes, pictures as their description."""
    return _PICTURE.sub(lambda found: f"*({found[1].strip() or 'picture'})*", _QUOTE.sub(_quoted, raw))


def _quoted(found: re.Match[str]) -> str:
    name, number, text = found[1].strip(), found[2], found[3]
    source = f"@{name} in #{number}:\n" if name and number else f"@{name}:\n" if name else ""
    return "\n" + "\n".join("> " + line for line in (source + text).split("\n")) + "\n\n"


def _text(row: Values, column: str) -> str:
    return row.get(column) or ""


def _moment(row: Values, column: str) -> datetime:
    try:
        found = datetime.fromisoformat(row[column] or "")
    except (KeyError, ValueError):
        raise BadExport(f"A row has no time in “{column}”: {row.get(column)!r}.") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
