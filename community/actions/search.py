"""Keeping the search documents true. Every function looks at what is now and makes the rows so; twice is once.

Whoever writes the documents of one topic (message, person) waits for whoever does so already, and reads only then:
the last writer has seen every change, in whatever order the events came. (`at` is when they are asked, as for every
action; a document bears the time of what it is about.)
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from community.models import SearchDocument, Topic
from community.search import tokens
from members import queries as members
from outbox.require import require_transaction

BATCH = 500
_LOCK = 0x5EA2C
"""First key of the lock for "everything"; each kind has the next one for its topics, messages, people or tags."""
_LOCKS = {"post": _LOCK + 1, "message": _LOCK + 2, "person": _LOCK + 3, "tag": _LOCK + 4}

# Removed posts have no document. Hidden ones keep theirs: they may be shown again without another word of ours.
_POSTS = """
SELECT post.id, post.topic_id, topic.board_id, NULL::bigint, post.author_id, post.number = 1, post.created_at,
       CASE WHEN post.number = 1 THEN topic.title ELSE '' END,
       CASE WHEN post.number = 1 AND cardinality(topic.tag_ids) > 0 THEN
           (SELECT string_agg(tag.name, ' ') FROM community_tag AS tag
            WHERE tag.id = ANY(topic.tag_ids) OR tag.synonym_of_id = ANY(topic.tag_ids)) ELSE '' END,
       CASE WHEN post.number = 1 THEN board.name ELSE '' END,
       post.text
FROM community_post AS post JOIN community_topic AS topic ON topic.id = post.topic_id
JOIN community_board AS board ON board.id = topic.board_id
WHERE post.id = ANY(%s) AND post.number IS NOT NULL AND post.kind = 'post' AND post.state IN ('visible', 'hidden')
"""
_MESSAGES = """
SELECT id, NULL::bigint, NULL::bigint, room_id, author_id, false, sent_at, '', '', '', text
FROM community_message WHERE id = ANY(%s) AND removed_at IS NULL AND kind <> 'line'
"""
_TAGS = """
SELECT tag.id, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, false, tag.created_at, tag.name,
       (SELECT string_agg(other.name, ' ') FROM community_tag AS other WHERE other.synonym_of_id = tag.id), '',
       tag.description
FROM community_tag AS tag WHERE tag.id = ANY(%s) AND tag.synonym_of_id IS NULL
"""
_WRITE = """
INSERT INTO community_searchdocument AS held
    (kind, object_id, topic_id, board_id, room_id, author_id, is_topic, at, words, version)
SELECT %s, given.*, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[], %s::timestamptz[],
            %s::tsvector[]) AS given
ON CONFLICT (kind, object_id) DO UPDATE
SET topic_id = excluded.topic_id, board_id = excluded.board_id, room_id = excluded.room_id,
    author_id = excluded.author_id, is_topic = excluded.is_topic, at = excluded.at, words = excluded.words,
    version = excluded.version
WHERE (held.topic_id, held.board_id, held.room_id, held.author_id, held.is_topic, held.at, held.version, held.words)
    IS DISTINCT FROM (excluded.topic_id, excluded.board_id, excluded.room_id, excluded.author_id, excluded.is_topic,
                      excluded.at, excluded.version, excluded.words)
"""
# Posts in another topic, topics in another board: the words are the same.
_FOLLOW = """
UPDATE community_searchdocument AS held SET topic_id = post.topic_id, board_id = topic.board_id
FROM community_post AS post JOIN community_topic AS topic ON topic.id = post.topic_id
WHERE held.kind = 'post' AND held.object_id = post.id
    AND (held.topic_id <> post.topic_id OR held.board_id <> topic.board_id) AND
"""

Row = tuple[Any, ...]


def index_posts(*, topic_ids: Collection[int], post_ids: Sequence[int], at: datetime) -> int:
    """Make the documents of these posts, which are all in these topics; how many have one now."""
    require_transaction()
    _wait_for("post", topic_ids)
    return _make(SearchDocument.Kind.POST, post_ids, _read(_POSTS))


def index_topic(*, topic_id: int, at: datetime) -> None:
    """Title, tags or board of a topic are others now: its first post is made again, all its posts follow it."""
    require_transaction()
    _wait_for("post", [topic_id])
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW + "post.topic_id = %s", [topic_id])
        cursor.execute("SELECT id FROM community_post WHERE topic_id = %s AND number = 1", [topic_id])
        first = [row[0] for row in cursor.fetchall()]
    _make(SearchDocument.Kind.POST, first, _read(_POSTS))


def index_moved(*, topic_ids: Collection[int], post_ids: Sequence[int], at: datetime) -> None:
    """Posts went from one topic to another; only those that gained or lost a title are made again."""
    require_transaction()
    _wait_for("post", topic_ids)
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW + "post.id = ANY(%s)", [list(post_ids)])
        cursor.execute(
            "SELECT post.id FROM community_post AS post LEFT JOIN community_searchdocument AS held"
            " ON held.kind = 'post' AND held.object_id = post.id"
            " WHERE post.id = ANY(%s) AND held.is_topic IS DISTINCT FROM (post.number = 1)",
            [list(post_ids)],
        )
        changed = [row[0] for row in cursor.fetchall()]
    _make(SearchDocument.Kind.POST, changed, _read(_POSTS))


def index_messages(*, message_ids: Sequence[int], at: datetime) -> int:
    """Make the documents of these chat messages; how many have one now."""
    require_transaction()
    _wait_for("message", message_ids)
    return _make(SearchDocument.Kind.MESSAGE, message_ids, _read(_MESSAGES))


def index_people(*, member_ids: Sequence[int], at: datetime) -> int:
    """Make the documents of these members; how many have one now."""
    require_transaction()
    _wait_for("person", member_ids)
    return _make(SearchDocument.Kind.PERSON, member_ids, _people)


def index_tags(*, tag_ids: Sequence[int], at: datetime) -> int:
    """Make the documents of these tags; how many have one now. A synonym has none, its tag has its word."""
    require_transaction()
    _wait_for("tag", tag_ids)
    return _make(SearchDocument.Kind.TAG, tag_ids, _read(_TAGS))


def index_tags_of(*, topic_id: int, at: datetime) -> None:
    """Make the documents of a topic's tags: they may be new."""
    require_transaction()
    tags = Topic.objects.filter(pk=topic_id).values_list("tag_ids", flat=True).first()
    if tags:
        index_tags(tag_ids=tags, at=at)


def drop_orphans(*, at: datetime) -> int:
    """Delete documents of what is not there any more; how many. For the command that makes everything anew."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM community_searchdocument AS held WHERE CASE held.kind"
            " WHEN 'post' THEN NOT EXISTS (SELECT FROM community_post AS post WHERE post.id = held.object_id"
            "   AND post.state IN ('visible', 'hidden'))"
            " WHEN 'message' THEN NOT EXISTS (SELECT FROM community_message AS message"
            "   WHERE message.id = held.object_id AND message.removed_at IS NULL)"
            " WHEN 'tag' THEN NOT EXISTS (SELECT FROM community_tag AS tag WHERE tag.id = held.object_id)"
            " ELSE false END"
        )
        dropped = int(cursor.rowcount)
    people = SearchDocument.objects.filter(kind=SearchDocument.Kind.PERSON)
    return dropped + people.exclude(object_id__in=members.findable(absent_too=True).values("id")).delete()[0]


def _make(kind: str, ids: Sequence[int], read: Callable[[Sequence[int]], Iterable[Row]]) -> int:
    """Write the documents of those that can be found, delete the others'. Bounded by batches."""
    made = 0
    for start in range(0, len(ids), BATCH):
        part = sorted(ids[start : start + BATCH])
        rows = list(read(part))
        _write(kind, rows)
        made += len(rows)
        gone = set(part) - {row[0] for row in rows}
        if gone:
            SearchDocument.objects.filter(kind=kind, object_id__in=gone).delete()
    return made


def _write(kind: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    columns: list[list[Any]] = [list(column) for column in zip(*(row[:7] for row in rows), strict=True)]
    words = [
        tokens.vector(title=title, tags=tags or "", board=board, body=body) for *_, title, tags, board, body in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [kind, tokens.VERSION, *columns, words])


def _read(statement: str) -> Callable[[Sequence[int]], Iterable[Row]]:
    def rows(ids: Sequence[int]) -> Iterable[Row]:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(ids)])
            return list(cursor.fetchall())

    return rows


def _people(ids: Sequence[int]) -> Iterable[Row]:
    joined: datetime
    for member_id, username, name, bio, joined in (
        members.findable(absent_too=True)
        .filter(id__in=ids)
        .values_list("id", "username", "display_name", "bio", "date_joined")
    ):
        yield member_id, None, None, None, member_id, False, joined, f"{name} @{username}", "", "", bio


def _wait_for(kind: str, keys: Collection[int]) -> None:
    """One writer at a time for each key; many keys at once are one writer for everything."""
    with connection.cursor() as cursor:
        if len(keys) > 20:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
            return
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [_LOCK])
        for key in sorted({key % 0x7FFF_FFFE + 1 for key in keys}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS[kind], key])
