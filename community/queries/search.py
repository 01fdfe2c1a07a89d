"""Finding. What a viewer may not read is left out inside the SQL, by the truth of this moment and not by the documents.

A common word is in a fifth of all texts; ranking them all took 328 ms at a million posts. So the newest thousand that
match are ranked, looked for in three spans of time one after the other: each span is read only while the ones before it
gave fewer than a thousand, so that neither a common nor a rare word makes a long way.
"""

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.safestring import SafeString

from community.access import BoardCard, Rights
from community.addresses import message_url, post_url, topic_url
from community.queries.search_filters import Wanted
from community.room_access import visible_rooms
from community.search import tokens
from community.search.excerpts import LOOKED_THROUGH, excerpt, highlighted
from members import queries as members
from members.access import Viewer, is_member

PAGE = 20
RANKED = 1_000
"""So many of the newest hits are ranked; beyond it the page says so."""
NEAR, FAR = 20_000, 100_000
"""Documents in the newest span, and in the newest two."""
SOLVED = 1.2
WEIGHTS = "'{0.2, 0.02, 0.4, 1}'"
"""Of the text (D), the board's name (C), the tags (B), the title (A)."""
UNREAD_FOR = timedelta(days=90)
_SPANS_KEPT = 600.0  # seconds; the spans only decide how fast it is
_spans: dict[str, tuple[float, list[datetime]]] = {}


@dataclass(frozen=True)
class PostHit:
    """A topic with its best post for the question; `more` further posts of it match too."""

    topic_id: int
    public_id: str
    title: SafeString
    url: str
    board_id: int
    kind: str
    state: str
    solved: bool
    number: int
    author_id: int
    at: datetime
    excerpt: SafeString
    more: int


@dataclass(frozen=True)
class MessageHit:
    """A chat message for the question."""

    room_name: str
    url: str
    author_id: int
    at: datetime
    excerpt: SafeString


@dataclass(frozen=True)
class TagHit:
    """A tag for the question."""

    name: str
    slug: str
    description: str
    topics: int


@dataclass(frozen=True)
class Found:
    """One page of hits. `capped`: there are more than were ranked. `loosely`: no text has all words, these have some."""

    hits: list[Any]
    total: int
    capped: bool = False
    loosely: bool = False


@dataclass(frozen=True)
class TitleHit:
    """A topic whose title is like the one being written."""

    title: str
    url: str
    solved: bool
    replies: int


def find_posts(*, wanted: Wanted, viewer: Viewer, page: int, newest: bool, at: datetime) -> Found:
    """Topics with a post that matches, the best first (or the newest)."""
    found = _posts(wanted, viewer, page, newest, at, any_of=False)
    if not found.total and page == 1 and sum(not term.without for term in wanted.terms) and _several(wanted):
        return _posts(wanted, viewer, page, newest, at, any_of=True)
    return found


def find_messages(*, wanted: Wanted, viewer: Viewer, held: Rights, page: int, newest: bool, at: datetime) -> Found:
    """Chat messages that match, of the rooms that the viewer may read."""
    rooms, room_values = visible_rooms(viewer, held=held).order_by().values("id").query.sql_with_params()
    question, values = _question(wanted, any_of=False)
    conditions = [f"held.room_id IN ({rooms})", *_common(wanted, values)]
    if wanted.room:
        conditions.append("held.room_id IN (SELECT id FROM community_room WHERE slug = %(room)s)")
    # Django's own statement speaks in plain placeholders; ours in named ones.
    for number, value in enumerate(room_values):
        conditions[0] = conditions[0].replace("%s", f"%(seen{number})s", 1)
        values[f"seen{number}"] = value
    values |= {"room": wanted.room, "at": at, "offset": (page - 1) * PAGE, "page": PAGE}
    order = "at DESC" if newest or not question else "rank DESC, at DESC"
    rows = _rows(
        f"""
        WITH candidates AS MATERIALIZED ({_candidates("message", conditions, question)}),
        ranked AS (
            SELECT found.object_id, found.at, found.author_id, found.room_id, truth.seq, {_rank(question)} AS rank
            FROM candidates AS found CROSS JOIN LATERAL (
                SELECT seq FROM community_message WHERE id = found.object_id AND removed_at IS NULL
                AND room_id = found.room_id LIMIT 1) AS truth
        ), page AS (
            SELECT *, count(*) OVER () AS total FROM ranked
            ORDER BY {order}, object_id DESC LIMIT %(page)s OFFSET %(offset)s
        )
        SELECT page.total, (SELECT count(*) FROM candidates), room.name, room.slug, page.seq, root.seq, page.author_id,
               page.at, message.text
        FROM page JOIN community_room AS room ON room.id = page.room_id
        JOIN community_message AS message ON message.id = page.object_id
        LEFT JOIN community_message AS root ON root.id = message.thread_id
        ORDER BY {order}, page.object_id DESC
        """,
        values,
    )
    hits = [
        MessageHit(name, message_url(slug, seq, root), author, when, excerpt(text, wanted.terms))
        for _total, _seen, name, slug, seq, root, author, when, text in rows
    ]
    return _found(hits, rows)


def find_people(*, wanted: Wanted, limit: int = PAGE, page: int = 1) -> Found:
    """Ids of the members whose name, handle or words about themselves match; best first."""
    question, values = _question(wanted, any_of=False)
    if not question:
        return Found([], 0)
    people, people_values = members.findable().values("id").query.sql_with_params()
    for number, value in enumerate(people_values):
        people = people.replace("%s", f"%(who{number})s", 1)
        values[f"who{number}"] = value
    rows = _rows(
        f"""
        WITH found AS MATERIALIZED (
            SELECT held.object_id, held.words FROM community_searchdocument AS held
            WHERE held.kind = 'person' AND held.kind IN ('person', 'tag') AND held.words @@ {question}
                AND held.object_id IN ({people})
            LIMIT {RANKED}
        )
        SELECT count(*) OVER (), (SELECT count(*) FROM found), found.object_id
        FROM found ORDER BY ts_rank(found.words, {question}) DESC, found.object_id LIMIT %(page)s OFFSET %(offset)s
        """,
        values | {"page": limit, "offset": (page - 1) * limit},
    )
    return _found([row[2] for row in rows], rows)


def find_tags(*, wanted: Wanted, held: Rights, limit: int = PAGE, page: int = 1) -> Found:
    """Tags whose words are asked for, with the topics that the viewer may read; one on hidden topics only is not told."""
    question, values = _question(wanted, any_of=True)
    if not question:
        return Found([], 0)
    rows = _rows(
        f"""
        WITH found AS MATERIALIZED (
            SELECT held.object_id, held.words FROM community_searchdocument AS held
            WHERE held.kind = 'tag' AND held.kind IN ('person', 'tag') AND held.words @@ {question} LIMIT {RANKED}
        )
        SELECT count(*) OVER (), 0, tag.name, tag.slug, tag.description, tag.topic_count
        FROM found JOIN community_tag AS tag ON tag.id = found.object_id
        WHERE tag.synonym_of_id IS NULL AND EXISTS (
            SELECT FROM community_topictag AS held JOIN community_topic AS topic ON topic.id = held.topic_id
            WHERE held.tag_id = tag.id AND topic.removed_at IS NULL AND topic.board_id = ANY(%(boards)s))
        ORDER BY ts_rank(found.words, {question}) DESC, tag.topic_count DESC, tag.id LIMIT %(page)s OFFSET %(offset)s
        """,
        values | {"page": limit, "offset": (page - 1) * limit, "boards": held.browsable},
    )
    return _found(
        [TagHit(name, slug, description, count) for _all, _seen, name, slug, description, count in rows], rows
    )


def boards_named(*, wanted: Wanted, held: Rights, limit: int = 3) -> list[BoardCard]:
    """Boards whose name has all the words; no statement."""
    words = {token for term in wanted.terms if not term.without for token in tokens.tokens(term.text)}
    boards = [held.boards[one] for one in held.browsable]
    return [one for one in boards if words and words <= set(tokens.tokens(one.name))][:limit]


def similar_topics(*, title: str, boards: Sequence[int], limit: int = 5) -> list[TitleHit]:
    """Topics with a title like this one, among the boards that the writer may read."""
    question = tokens.similar(title)
    if not question or not boards:
        return []
    rows = _rows(
        f"""
        WITH found AS MATERIALIZED (
            SELECT held.topic_id, held.words, held.at FROM community_searchdocument AS held
            WHERE held.is_topic AND held.words @@ %(words)s::tsquery AND held.board_id = ANY(%(boards)s)
            ORDER BY extract(epoch FROM held.at) DESC LIMIT {RANKED}
        )
        SELECT topic.title, topic.public_id, topic.slug, topic.accepted_post_id IS NOT NULL, topic.visible_posts
        FROM found JOIN community_topic AS topic ON topic.id = found.topic_id
        WHERE topic.removed_at IS NULL AND topic.board_id = ANY(%(boards)s)
        ORDER BY ts_rank('{{0, 0, 0, 1}}', found.words, %(words)s::tsquery)
            * CASE WHEN topic.accepted_post_id IS NULL THEN 1 ELSE {SOLVED} END DESC, found.at DESC
        LIMIT %(limit)s
        """,
        {"words": question, "boards": list(boards), "limit": limit},
    )
    return [
        TitleHit(title, topic_url(public_id, slug), solved, max(posts - 1, 0))
        for title, public_id, slug, solved, posts in rows
    ]


def _posts(wanted: Wanted, viewer: Viewer, page: int, newest: bool, at: datetime, *, any_of: bool) -> Found:
    if not wanted.boards:
        return Found([], 0)
    question, values = _question(wanted, any_of=any_of)
    conditions = ["held.board_id = ANY(%(boards)s)", *_common(wanted, values)]
    narrow = _narrowed(wanted, values, viewer, at)
    values |= {"boards": wanted.boards, "at": at, "offset": (page - 1) * PAGE, "page": PAGE}
    order = "best.at DESC" if newest or not question else "best.rank DESC, best.at DESC"
    rows = _rows(
        f"""
        WITH candidates AS MATERIALIZED ({_candidates("post", conditions, question, narrow)}),
        ranked AS (
            SELECT found.object_id, found.topic_id, found.at, found.author_id, truth.number, {_rank(question)}
                   * CASE WHEN topic.accepted_post_id IS NULL THEN 1 ELSE {SOLVED} END::float8 AS rank
            FROM candidates AS found
            CROSS JOIN LATERAL (
                SELECT accepted_post_id FROM community_topic WHERE id = found.topic_id AND removed_at IS NULL
                AND board_id = ANY(%(boards)s) LIMIT 1) AS topic
            CROSS JOIN LATERAL (
                SELECT number FROM community_post WHERE id = found.object_id AND state = 'visible'
                AND topic_id = found.topic_id AND kind = 'post' LIMIT 1) AS truth
        ), best AS (
            SELECT DISTINCT ON (topic_id) *, count(*) OVER (PARTITION BY topic_id) AS hits
            FROM ranked ORDER BY topic_id, rank DESC, number
        ), page AS (
            SELECT *, count(*) OVER () AS total FROM best
            ORDER BY {order}, topic_id DESC LIMIT %(page)s OFFSET %(offset)s
        )
        SELECT page.total, (SELECT count(*) FROM candidates), topic.id, topic.public_id, topic.slug, topic.title,
               topic.board_id, topic.kind, topic.state, topic.accepted_post_id IS NOT NULL, page.number,
               page.author_id, page.at, left(post.text, {LOOKED_THROUGH}), page.hits
        FROM page JOIN community_topic AS topic ON topic.id = page.topic_id
        JOIN community_post AS post ON post.id = page.object_id
        ORDER BY {order.replace("best.", "page.")}, topic.id DESC
        """,
        values,
    )
    hits = [
        PostHit(
            topic, public_id, highlighted(title, wanted.terms),
            post_url(public_id, slug, number) if number > 1 else topic_url(public_id, slug),
            board, kind, state, solved, number, author, when, excerpt(text, wanted.terms), matching - 1,
        )
        for _total, _seen, topic, public_id, slug, title, board, kind, state, solved, number, author, when, text,
        matching in rows
    ]  # fmt: skip
    return _found(hits, rows, loosely=any_of)


def _question(wanted: Wanted, *, any_of: bool) -> tuple[str, dict[str, Any]]:
    """The words as an SQL expression (empty: no words, filters alone), and its value."""
    words = tokens.query(wanted.terms, any_of=any_of)
    exact = tokens.query(wanted.terms, any_of=any_of, beginnings=False)
    titled = tokens.in_title(words)
    return ("%(words)s::tsquery" if words else ""), {"words": words, "exact": exact, "titled": titled}


def _several(wanted: Wanted) -> bool:
    return "&" in tokens.query([term for term in wanted.terms if not term.without and not term.phrase])


def _rank(question: str) -> str:
    """Bounded by its weights, however often a word is repeated, and one more for a title that has all the words.

    What has the word itself comes before what has a longer one that begins so; what is found by its board's name alone
    comes last. A year takes a sixth away.
    """
    if not question:
        return "1::float8"
    return (
        f"(ts_rank({WEIGHTS}, found.words, {question}) + ts_rank({WEIGHTS}, found.words, %(exact)s::tsquery)"
        " + CASE WHEN found.words @@ %(titled)s::tsquery THEN 1 ELSE 0 END)"
        " / (1 + 0.2::float8 * greatest(extract(epoch FROM %(at)s::timestamptz - found.at)::float8, 0) / 31557600::float8)"
    )


def _common(wanted: Wanted, values: dict[str, Any]) -> list[str]:
    conditions = []
    for name, column, side in (("author_id", "author_id", "="), ("before", "at", "<"), ("since", "at", ">=")):
        if (value := getattr(wanted, name)) is not None:
            conditions.append(f"held.{column} {side} %({name})s")
            values[name] = value
    return conditions


def _narrowed(wanted: Wanted, values: dict[str, Any], viewer: Viewer, at: datetime) -> str:
    """The join to the topic, for filters that only the topic can answer."""
    if not wanted.narrows_topics:
        return ""
    said = {
        "solved": "topic.accepted_post_id IS NOT NULL",
        "unsolved": "topic.kind = 'question' AND topic.accepted_post_id IS NULL",
        "open": "topic.state = 'open'",
        "closed": "topic.state <> 'open'",
        "unread": (
            "CASE WHEN pointer.topic_id IS NULL THEN topic.last_post_at > %(unread_since)s"
            " ELSE topic.highest_number > pointer.last_read_number END"
        ),
    }
    conditions = [said[state] for state in sorted(wanted.states) if state in said]
    if wanted.kinds:
        conditions.append("topic.kind = ANY(%(kinds)s)")
    if wanted.tag_ids:
        conditions.append("topic.tag_ids @> %(tags)s::bigint[]")
    if wanted.topic:
        conditions.append("topic.public_id = %(topic)s")
    me = viewer.pk if is_member(viewer) else None
    values |= {
        "kinds": sorted(wanted.kinds), "tags": wanted.tag_ids, "topic": wanted.topic, "me": me,
        "unread_since": at - UNREAD_FOR,
    }  # fmt: skip
    join = f" JOIN community_topic AS topic ON topic.id = held.topic_id AND {' AND '.join(conditions)}"
    if "unread" in wanted.states:
        pointer = " LEFT JOIN community_topicread AS pointer ON pointer.topic_id = held.topic_id"
        join = f"{pointer} AND pointer.member_id = %(me)s{join}"
    return join


def _candidates(kind: str, conditions: Sequence[str], question: str, join: str = "") -> str:
    """The newest thousand that match, span by span."""
    where = f"held.kind = '{kind}' AND " + " AND ".join(conditions)
    columns = "held.object_id, held.topic_id, held.room_id, held.author_id, held.at"
    select = f"SELECT {columns}, held.words FROM community_searchdocument AS held{join} WHERE {where}"
    if not question:
        return f"{select} ORDER BY held.at DESC LIMIT {RANKED}"
    select += f" AND held.words @@ {question}"
    near, *far = [f"timestamptz '{edge.isoformat()}'" for edge in _edges(kind)] or [""]
    if not near:
        return f"{select} ORDER BY held.at DESC LIMIT {RANKED}"
    # The newest span may be walked by date. The others must not be: a pair of words that are common, but never
    # together, would be looked for in every text. So their order is one that no index has.
    spans = [f"({select} AND held.at >= {near} ORDER BY held.at DESC LIMIT {RANKED})"]
    for until, since in zip([near, *far], [*far, ""], strict=True):
        edge = f" AND held.at < {until}" + (f" AND held.at >= {since}" if since else "")
        spans.append(f"({select}{edge} ORDER BY extract(epoch FROM held.at) DESC LIMIT {RANKED})")
    return f"SELECT * FROM ({' UNION ALL '.join(spans)}) AS spans LIMIT {RANKED}"


def _edges(kind: str) -> list[datetime]:
    """Where the newest spans of documents begin; kept for ten minutes, none while there are few documents."""
    kept = _spans.get(kind)
    if kept and clock.monotonic() - kept[0] < _SPANS_KEPT:
        return kept[1]
    nth = "(SELECT at FROM community_searchdocument WHERE kind = %s ORDER BY at DESC OFFSET %s LIMIT 1)"
    [row] = _rows(f"SELECT {nth}, {nth}", [kind, NEAR, kind, FAR])
    edges = [edge for edge in row if edge is not None]
    _spans[kind] = (clock.monotonic(), edges)
    return edges


def _found(hits: list[Any], rows: Sequence[Sequence[Any]], *, loosely: bool = False) -> Found:
    total, seen = (rows[0][0], rows[0][1]) if rows else (0, 0)
    return Found(hits, total, capped=seen >= RANKED, loosely=loosely and total > 0)


def _rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
