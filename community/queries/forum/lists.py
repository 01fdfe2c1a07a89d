"""Lists of topics: each is one statement by keyset, and costs the same in a large forum as in a small one.

A list starts from the index that is named after it, leaves out what the reader muted, and knows for the rows it shows how
far they have read. Unread is `highest_number − pointer`; a mark ("all read until then") and ninety days count as reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from community.access import Rights
from community.addresses import POSTS_A_PAGE, page_of, post_url, topic_url
from community.queries.forum.reader import Reader
from community.rules import reading as rules

TOPICS_A_PAGE = 30
WINDOW = 1_000
"""New looks at so many of the newest topics; what lies deeper is no news."""
OF_A_PLACE = 500
"""Unread and Following look at so many of the newest topics of each place that is followed."""

LISTS = ("latest", "new", "unread", "following", "unanswered", "top", "mine")
OWN = frozenset({"new", "unread", "following", "mine"})
"""Lists of a member; a guest has none."""
ORDERS = ("latest", "newest", "votes")
"""How a board may put its topics on its own page: by the last post, by their beginning, by what people want most."""
PERIODS = ("day", "week", "month", "year", "all")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """What a list is about: these boards, and of them only this tag. `whole`: the site, where muted places are hidden."""

    boards: tuple[int, ...]
    whole: bool = False
    tag_id: int | None = None
    board_id: int | None = None


@dataclass(frozen=True)
class ListRow:
    """A topic in a list. `pointer` is how far the reader has read by themselves, `reached` with marks and age."""

    id: int
    public_id: str
    title: str
    slug: str
    kind: str
    state: str
    pinned: str
    board_id: int
    author_id: int
    created_at: datetime
    last_post_at: datetime
    last_post_by_id: int
    highest_number: int
    visible_posts: int
    accepted_post_id: int | None
    participants: tuple[int, ...]
    vote_count: int
    closes_at: datetime | None
    tags: tuple[tuple[str, str], ...]
    pointer: int | None
    own_level: int | None
    visited_at: datetime | None
    reached: int
    is_new: bool
    place: int = 0
    above: bool = False

    @property
    def url(self) -> str:
        return topic_url(self.public_id, self.slug)

    @property
    def unread(self) -> int:
        """Numbers that lie after what was read; 0 while it is new."""
        return 0 if self.is_new else max(self.highest_number - self.reached, 0)

    @property
    def open_url(self) -> str:
        """The first unread post, else the topic's beginning."""
        return post_url(self.public_id, self.slug, self.reached + 1) if self.unread and self.reached else self.url

    @property
    def last_url(self) -> str:
        return post_url(self.public_id, self.slug, max(self.highest_number, 1))

    @property
    def replies(self) -> int:
        return max(self.visible_posts - 1, 0)

    @property
    def pages(self) -> int:
        return page_of(self.highest_number)

    def cursor(self, name: str) -> str:
        """Where a page of this list (or order) goes on."""
        if name in _BY_NUMBER:
            return f"{self.place if name == 'top' else self.vote_count}-{self.public_id}"
        moment = self.created_at if name == "newest" else self.last_post_at
        return f"{(moment - _EPOCH) // timedelta(microseconds=1)}-{self.public_id}"


@dataclass(frozen=True)
class ListPage:
    """Rows in order (`pinned` above them on the first page), and the cursors of the pages beside it."""

    rows: list[ListRow]
    pinned: list[ListRow]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True)
class Counts:
    """What waits for a member; beyond 500 it is 501."""

    unread: int
    new: int


# --- Pieces -----------------------------------------------------------------------------------------------------------

_OWN = "CASE WHEN read.level_until IS NULL OR read.level_until > %(at)s THEN read.level END"
_NEEDED = """topic.id, topic.public_id, topic.title, topic.slug, topic.kind, topic.state, topic.pinned, topic.board_id,
    topic.author_id, topic.created_at, topic.last_post_at, topic.last_post_by_id, topic.highest_number,
    topic.visible_posts, topic.accepted_post_id, topic.participants, topic.vote_count, topic.closes_at, topic.tag_ids"""
_SHOWN = """picked.id, picked.public_id, picked.title, picked.slug, picked.kind, picked.state, picked.pinned,
    picked.board_id, picked.author_id, picked.created_at, picked.last_post_at, picked.last_post_by_id,
    picked.highest_number, picked.visible_posts, picked.accepted_post_id, picked.participants, picked.vote_count,
    picked.closes_at, CASE WHEN picked.tag_ids = '{}' THEN NULL ELSE (
        SELECT json_agg(json_build_array(tag.name, tag.slug) ORDER BY tag.name) FROM community_tag AS tag
        WHERE tag.id = ANY(picked.tag_ids)) END"""
# How far it was read: by the pointer, or because the mark lies after it. Only where posts lie on both sides of the mark
# are the newest of them looked at, at most as many as are counted.
_REACHED = f"""CASE
    WHEN picked.last_post_at <= picked.mark THEN picked.highest_number
    WHEN picked.created_at > picked.mark OR picked.pointer >= picked.highest_number THEN coalesce(picked.pointer, 0)
    ELSE greatest(coalesce(picked.pointer, 0), coalesce((
        SELECT post.number FROM community_post AS post
        WHERE post.topic_id = picked.id AND post.created_at <= picked.mark
            AND post.number > greatest(coalesce(picked.pointer, 0), picked.highest_number - {rules.COUNT_TO + 1})
        ORDER BY post.number DESC LIMIT 1), 0))
END"""
_READ = """LEFT JOIN community_topicread AS read ON read.topic_id = topic.id AND read.member_id = %(me)s
LEFT JOIN community_placeread AS mark ON mark.board_id = topic.board_id AND mark.member_id = %(me)s"""
_UNANSWERED = """topic.state = 'open' AND topic.accepted_post_id IS NULL
    AND (topic.kind = 'question' OR (topic.kind = 'discussion' AND topic.visible_posts <= 1))"""
_NEWEST = "topic.last_post_at DESC, topic.id DESC"
_FIRST = {"top": "top.score", "votes": "topic.vote_count", "newest": "topic.created_at"}
"""By what a list is ordered, if not by its last post; then by id."""
_BY_NUMBER = frozenset({"top", "votes"})


class _Statement:
    """One list for one reader, as SQL and its values."""

    def __init__(self, scope: Scope, reader: Reader, held: Rights) -> None:
        self.scope, self.reader, self.held = scope, reader, held
        levels = reader.levels(held)
        self.muted = [board for board, level in levels.items() if level == rules.MUTED]
        self.tracked = [
            board
            for board, level in levels.items()
            if level in (rules.TRACKING, rules.WATCHING) and board in scope.boards
        ]
        self.tracked_tags = [
            tag for tag, level in reader.tags.items()
            if level in (rules.TRACKING, rules.WATCHING) and scope.tag_id in (None, tag)
        ]  # fmt: skip
        self.muted_tags = [tag for tag, level in reader.tags.items() if level == rules.MUTED and tag != scope.tag_id]
        self.values: dict[str, Any] = {
            "me": reader.member_id, "at": reader.at, "base": reader.base, "boards": list(scope.boards),
            "board": scope.boards[0] if scope.boards else None,
            "muted": self.muted, "muted_tags": self.muted_tags, "ignored": sorted(reader.ignored),
            "tracked": self.tracked, "tracked_tags": self.tracked_tags, "tag": scope.tag_id,
            "mark_tags": list(reader.read_tags), "tag_read": list(reader.read_tags.values()),
            "tag_new": list(reader.new_tags.values()),
        }  # fmt: skip

    @property
    def mark(self) -> str:
        """Up to when everything of this topic counts as read."""
        if self.reader.member_id is None:
            return "%(at)s"
        return f"greatest(%(base)s, mark.read_until{self._of_tags('tag_read')})"

    @property
    def new_mark(self) -> str:
        return f"greatest(%(base)s, mark.read_until, mark.new_until{self._of_tags('tag_new')})"

    def _of_tags(self, which: str) -> str:
        if not self.reader.read_tags:
            return ""
        return f""", (SELECT max(marked.until)
            FROM unnest(%(mark_tags)s::bigint[], %({which})s::timestamptz[]) AS marked(tag, until)
            WHERE marked.tag = ANY(topic.tag_ids))"""

    def visible(self, *, hide: bool = True) -> list[str]:
        """Conditions of every list: there, readable, and nothing that the reader muted or ignores."""
        # One board by equality: only then does its index give the order, too.
        place = "= %(board)s" if len(self.scope.boards) == 1 else "= ANY(%(boards)s)"
        said = ["topic.removed_at IS NULL", f"topic.board_id {place}"]
        if not hide or self.reader.member_id is None:
            return said
        said.append(f"({_OWN}) IS DISTINCT FROM 0")
        places = []
        if self.scope.whole and self.muted:
            places.append("topic.board_id <> ALL(%(muted)s)")
        if self.muted_tags:
            places.append("NOT topic.tag_ids && %(muted_tags)s::bigint[]")
        if places:
            said.append(f"({_OWN} >= 2 OR ({' AND '.join(places)}))")
        if self.reader.ignored:
            said.append("topic.author_id <> ALL(%(ignored)s)")
        return said

    @property
    def new(self) -> str:
        return f"""coalesce(read.last_read_number, 0) = 0 AND topic.author_id <> %(me)s
            AND topic.created_at > {self.new_mark}"""

    @property
    def unread(self) -> str:
        """After the pointer and after the mark, in what is followed; what was never opened and is new is in New."""
        return f"""topic.highest_number > coalesce(read.last_read_number, 0) AND topic.last_post_at > {self.mark}
            AND (read.last_read_number > 0 OR {_OWN} >= 2 OR topic.created_at <= {self.mark})"""

    def source(self, name: str, beyond: str) -> str:
        """Where the list begins: the rows of the index that is made for it, as `topic`."""
        if name in ("unread", "following"):
            # OFFSET 0: the candidates are few, whatever the planner thinks; it would else read all topics of the site.
            old = " AND place.last_post_at > %(base)s" if name == "unread" else ""
            return f"""(
                SELECT topic_id AS id FROM community_topicread WHERE member_id = %(me)s AND level >= 2
                UNION SELECT near.id FROM unnest(%(tracked)s::bigint[]) AS board(id) CROSS JOIN LATERAL (
                    SELECT place.id FROM community_topic AS place
                    WHERE place.board_id = board.id AND place.removed_at IS NULL{old}{beyond.replace("topic.", "place.")}
                    ORDER BY place.last_post_at DESC, place.id DESC LIMIT {OF_A_PLACE}) AS near
                UNION SELECT near.topic_id FROM unnest(%(tracked_tags)s::bigint[]) AS tag(id) CROSS JOIN LATERAL (
                    SELECT place.topic_id FROM community_topictag AS place
                    WHERE place.tag_id = tag.id{old}{beyond.replace("topic.id", "place.topic_id").replace("topic.", "place.")}
                    ORDER BY place.last_post_at DESC, place.topic_id DESC LIMIT {OF_A_PLACE}) AS near
            ) AS candidate CROSS JOIN LATERAL (
                SELECT * FROM community_topic AS one WHERE one.id = candidate.id OFFSET 0) AS topic"""
        if name == "top":
            return "community_toptopic AS top JOIN community_topic AS topic ON topic.id = top.topic_id"
        if self.scope.tag_id is not None:
            return "community_topictag AS tagged JOIN community_topic AS topic ON topic.id = tagged.topic_id"
        return "community_topic AS topic"

    def by_tag(self, name: str) -> bool:
        """Whether the list begins in the index of its tag."""
        return self.scope.tag_id is not None and name in ("latest", "unanswered", "mine")

    def conditions(self, name: str) -> list[str]:
        said = self.visible(hide=name not in ("mine", "following", "unread"))
        if name in ("following", "unread"):
            said += [
                f"({_OWN} >= 2 OR ({_OWN} IS NULL AND topic.board_id <> ALL(%(muted)s)"
                " AND NOT topic.tag_ids && %(muted_tags)s::bigint[] AND (topic.board_id = ANY(%(tracked)s)"
                " OR topic.tag_ids && %(tracked_tags)s::bigint[])))"
            ]
            if self.reader.ignored:
                said.append("topic.author_id <> ALL(%(ignored)s)")
        if self.scope.tag_id is not None and name in ("unread", "following", "top"):
            said.append("topic.tag_ids @> ARRAY[%(tag)s::bigint]")
        elif self.scope.tag_id is not None:
            said.append("tagged.tag_id = %(tag)s")
        said += {
            "new": [self.new, "topic.last_post_at > %(base)s"], "unread": [self.unread],
            "unanswered": [_UNANSWERED], "mine": ["topic.author_id = %(me)s"], "top": ["top.period = %(period)s"],
        }.get(name, [])  # fmt: skip
        return said


def topic_list(
    name: str,
    *,
    scope: Scope,
    reader: Reader,
    held: Rights,
    before: str = "",
    after: str = "",
    period: str = "week",
    pinned: str = "",
    limit: int = TOPICS_A_PAGE,
) -> ListPage:
    """A page of the list, in one statement. `name` is one of LISTS, or for a board one of ORDERS.

    `before` and `after` are cursors of rows; one that makes no sense shows the first page. `pinned` is "board" or
    "everywhere": what moderators put on top comes above the first page, and not again below.
    """
    if name in OWN and reader.member_id is None:
        return ListPage([], [])
    make = _Statement(scope, reader, held)
    older, newer = _cursor(before), _cursor(after)
    newer = None if older else newer
    beyond, backwards = _beyond(name, bool(older), bool(newer)), newer is not None
    make.values |= {"period": period, "limit": limit + 1}
    make.values |= dict(zip(("moment", "score", "cursor"), older or newer or (None, None, None), strict=True))
    wanted = [*make.conditions(name), *([beyond] if beyond else [])]
    above = bool(pinned) and not (older or newer)
    if pinned:
        wanted.append("topic.pinned <> 'everywhere'" if pinned == "everywhere" else "topic.pinned = 'no'")
    tagged = make.by_tag(name)
    picked = _picked(
        make,
        make.source(name, f" AND {beyond}" if beyond else ""),
        [_of_tag(one) if one is beyond and tagged else one for one in wanted],
        _of_tag(_order(name, backwards)) if tagged else _order(name, backwards),
        name,
    )
    shown = _order(name, backwards).replace("topic.", "picked.").replace("top.score", "picked.place")
    rows = _rows(make, picked, shown, above, pinned)
    on_top, rows = [row for row in rows if row.above], [row for row in rows if not row.above]
    more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    if not rows:
        return ListPage([], on_top)
    first, last = rows[0].cursor(name), rows[-1].cursor(name)
    return ListPage(
        rows=rows,
        pinned=on_top,
        newer=first if older or (newer and more) else "",
        older=last if more or newer else "",
    )


def counts(*, scope: Scope, reader: Reader, held: Rights) -> Counts:
    """How much is unread and new, in one statement that stops counting at 501."""
    if reader.member_id is None:
        return Counts(0, 0)
    make = _Statement(scope, reader, held)
    parts = []
    for name in ("unread", "new"):
        where = " AND ".join(make.conditions(name))
        source = _windowed(make) if name == "new" else make.source(name, "")
        parts.append(
            f"(SELECT count(*) FROM (SELECT FROM {source} {_READ} WHERE {where} LIMIT {rules.COUNT_TO + 1}) AS beyond)"
        )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", make.values)
        unread, new = cursor.fetchone()
    return Counts(unread, new)


def boards_unread(*, boards: Sequence[int], reader: Reader, held: Rights) -> dict[int, bool]:
    """Which of these boards hold something unread among their twenty newest topics; muted ones hold nothing."""
    if reader.member_id is None:
        return {}
    make = _Statement(Scope(tuple(boards), whole=True), reader, held)
    where = " AND ".join([*make.visible(), f"topic.last_post_at > {make.mark}"])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT board.id, EXISTS (
                SELECT FROM (SELECT * FROM community_topic AS place
                    WHERE place.board_id = board.id AND place.removed_at IS NULL AND place.last_post_at > %(base)s
                    ORDER BY place.last_post_at DESC, place.id DESC LIMIT 20) AS topic {_READ}
                WHERE {where} AND topic.highest_number > coalesce(read.last_read_number, 0))
            FROM unnest(%(boards)s::bigint[]) AS board(id)""",
            make.values,
        )
        return dict(cursor.fetchall())


def unread_of(*, topic_id: int, reader: Reader, held: Rights) -> int:
    """How many numbers of one topic lie after what the reader has read; the same rule as in the lists."""
    make = _Statement(Scope(tuple(held.browsable)), reader, held)
    picked = _picked(make, "community_topic AS topic", ["topic.id = %(topic)s"], _NEWEST, "latest")
    make.values |= {"topic": topic_id, "limit": 1}
    rows = _rows(make, picked, "picked.id", False, "")
    return max(rows[0].highest_number - rows[0].reached, 0) if rows else 0


# --- Composing --------------------------------------------------------------------------------------------------------


def _picked(make: _Statement, source: str, wanted: Sequence[str], order: str, name: str, above: bool = False) -> str:
    me = make.reader.member_id is not None
    if name == "new":
        source = _windowed(make)
    elif name in ("latest", "unanswered") and not above and _narrow(make):
        return _by_board(make, wanted, order)
    place = "top.score" if name == "top" else "0"
    overlay = (
        f"read.last_read_number AS pointer, {_OWN} AS own, read.visited_at, {make.mark} AS mark, {make.new} AS fresh"
        if me
        else "NULL::int AS pointer, NULL::int AS own, NULL::timestamptz AS visited_at, %(at)s::timestamptz AS mark, "
        "false AS fresh"
    )
    limit = "10" if above else "%(limit)s"
    return f"""SELECT {_NEEDED}, {overlay}, {place} AS place, {str(above).lower()} AS above
        FROM {source} {_READ if me else ""} WHERE {" AND ".join(wanted)} ORDER BY {order} LIMIT {limit}"""


def _narrow(make: _Statement) -> bool:
    """Few of many boards: then each board's own index is read, since the newest of the site are mostly elsewhere."""
    return make.scope.tag_id is None and 1 < len(make.scope.boards) < len(make.held.boards) * 0.5


def _by_board(make: _Statement, wanted: Sequence[str], order: str) -> str:
    inner = _picked(
        make,
        "community_topic AS topic",
        ["topic.board_id = board.id", *(one for one in wanted if "ANY(%(boards)s)" not in one)],
        order,
        "of a board",
    )
    return f"""SELECT topic.* FROM unnest(%(boards)s::bigint[]) AS board(id) CROSS JOIN LATERAL ({inner}) AS topic
        ORDER BY {order} LIMIT %(limit)s"""


def _windowed(make: _Statement) -> str:
    """The newest topics alone: a reader who has read everything is not searched for in the whole forum."""
    tag = make.scope.tag_id is not None
    source = (
        "community_topictag AS tagged JOIN community_topic AS place ON place.id = tagged.topic_id"
        if tag
        else "community_topic AS place"
    )
    column = "tagged.last_post_at" if tag else "place.last_post_at"
    only = "tagged.tag_id = %(tag)s AND " if tag else ""
    columns = "place.*, tagged.tag_id" if tag else "place.*"
    window = f"""(SELECT {columns} FROM {source}
        WHERE {only}place.removed_at IS NULL AND place.board_id = ANY(%(boards)s) AND {column} > %(base)s
        ORDER BY {column} DESC, place.id DESC LIMIT {WINDOW})"""
    # Under a tag the conditions name `tagged`, which the window then is too.
    return f"{window} AS topic CROSS JOIN LATERAL (SELECT topic.tag_id) AS tagged" if tag else f"{window} AS topic"


def _rows(make: _Statement, picked: str, order: str, above: bool, pinned: str) -> list[ListRow]:
    if above:
        kinds = "('everywhere')" if pinned == "everywhere" else "('board', 'everywhere')"
        conditions = [*make.visible(), "topic.pinned <> 'no'", f"topic.pinned IN {kinds}"]
        top = _picked(make, "community_topic AS topic", conditions, _NEWEST, "latest", above=True)
        picked = f"({top}) UNION ALL ({picked})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH picked AS ({picked})
            SELECT {_SHOWN}, picked.pointer, picked.own, picked.visited_at, {_REACHED}, picked.fresh, picked.place,
                picked.above
            FROM picked ORDER BY picked.above DESC, {order}""",
            make.values,
        )
        found = cursor.fetchall()
    return [_row(*row) for row in found]


def _row(*columns: Any) -> ListRow:
    values = list(columns)
    values[15] = tuple(values[15])
    values[18] = tuple((name, slug) for name, slug in values[18] or ())
    return ListRow(*values)


def _order(name: str, backwards: bool) -> str:
    side = "ASC" if backwards else "DESC"
    return f"{_FIRST.get(name, 'topic.last_post_at')} {side}, topic.id {side}"


def _of_tag(sql: str) -> str:
    """The same order or place, in the columns of the tag's index."""
    return sql.replace("topic.last_post_at", "tagged.last_post_at").replace("topic.id", "tagged.topic_id")


def _cursor(text: str) -> tuple[datetime, int, str] | None:
    number, _, public_id = text.partition("-")
    if not (
        number.isascii() and number.isdigit() and len(number) <= 17 and public_id.isascii() and public_id.isalnum()
    ):
        return None
    return _EPOCH + timedelta(microseconds=int(number)), min(int(number), 2**31 - 1), public_id[:16]


def _beyond(name: str, older: bool, newer: bool) -> str:
    """Strictly after the cursor in the list's order; the row comparison walks the index."""
    if not (older or newer):
        return ""
    side = "<" if older else ">"
    first = f"({_FIRST.get(name, 'topic.last_post_at')}, topic.id)"
    value = "%(score)s" if name in _BY_NUMBER else "%(moment)s"
    place = "coalesce((SELECT spot.id FROM community_topic AS spot WHERE spot.public_id = %(cursor)s), 0)"
    return f"{first} {side} ({value}, {place})"


def pages_of(row: ListRow) -> list[tuple[int, str]]:
    """Jumps into a long topic: its last pages, each with its address."""
    if row.highest_number <= POSTS_A_PAGE:
        return []
    return [(number, f"{row.url}?page={number}") for number in range(max(2, row.pages - 1), row.pages + 1)]
