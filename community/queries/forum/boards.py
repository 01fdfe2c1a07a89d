"""The boards as the forum's front page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from community.access import BoardCard, Rights
from community.addresses import post_url, topic_url
from community.queries.forum.lists import boards_unread
from community.queries.forum.reader import Reader

# The last post is looked up by index, always true and never a column that all posters would write.
_BOARDS = """
SELECT board.id, board.topic_count, board.post_count, newest.title, newest.public_id, newest.slug,
       newest.highest_number, newest.last_post_at, newest.last_post_by_id
FROM community_board AS board
LEFT JOIN LATERAL (
    SELECT title, public_id, slug, highest_number, last_post_at, last_post_by_id FROM community_topic
    WHERE board_id = board.id AND removed_at IS NULL ORDER BY last_post_at DESC, id DESC LIMIT 1
) AS newest ON true
WHERE board.id = ANY(%(boards)s)
"""


@dataclass(frozen=True)
class LastPost:
    title: str
    url: str
    at: datetime
    member_id: int


@dataclass(frozen=True)
class BoardRow:
    """A board with what happens in it. `locked`: the viewer may know it, not read it."""

    card: BoardCard
    topics: int = 0
    posts: int = 0
    last: LastPost | None = None
    unread: bool = False
    locked: bool = False


def board_rows(*, held: Rights, reader: Reader, parent_id: int | None = None) -> list[BoardRow]:
    """Boards the viewer may see, in the order of the tree; with `parent_id` its children alone.

    One statement, and one for a member: a dot stands for something unread among the twenty newest topics of a board.
    """
    seen = [
        card
        for card in held.boards.values()
        if held.may("see", card.id) and (parent_id is None or card.parent_id == parent_id)
    ]
    browsable = [card.id for card in seen if held.may("browse", card.id)]
    if not seen:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BOARDS, {"boards": browsable})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    unread = boards_unread(boards=browsable, reader=reader, held=held)
    return [
        _row(card, unread.get(card.id, False), *found[card.id])
        if card.id in found
        else BoardRow(card=card, locked=True)
        for card in sorted(seen, key=lambda card: _path(held, card))
    ]


def _row(
    card: BoardCard,
    unread: bool,
    topics: int,
    posts: int,
    title: str | None,
    public_id: str,
    slug: str,
    highest: int,
    at: datetime,
    member_id: int,
) -> BoardRow:
    last = None
    if title is not None:
        url = post_url(public_id, slug, highest) if highest > 1 else topic_url(public_id, slug)
        last = LastPost(title=title, url=url, at=at, member_id=member_id)
    return BoardRow(card=card, topics=topics, posts=posts, last=last, unread=unread)


def _path(held: Rights, card: BoardCard) -> list[tuple[int, int]]:
    above = _path(held, held.boards[card.parent_id]) if card.parent_id else []
    return [*above, (card.position, card.id)]
