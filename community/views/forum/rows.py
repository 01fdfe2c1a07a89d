"""Rows of topic lists as HTML. A list has thirty, so a row that was drawn before is not drawn again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from community.access import BoardCard
from community.queries.forum.boards import BoardRow
from community.queries.forum.lists import ListRow, pages_of
from community.rules import reading as rules
from members.queries import MemberCard

FACES = 5


@dataclass(frozen=True)
class Face:
    """A person in a row, as the avatar shows them."""

    name: str
    picture: str


@dataclass(frozen=True)
class Frame:
    """What a row's template reads of the page around it."""

    language: str
    time_zone: str
    with_board: bool


@dataclass(frozen=True)
class ShownRow:
    """Everything that a row's template reads: it is the key, so a kept row cannot be old."""

    public_id: str
    title: str
    url: str
    last_url: str
    kind: str
    state: str
    pinned: bool
    solved: bool
    closes: bool
    votes: int
    unread: str
    is_new: bool
    board: BoardCard | None
    tags: tuple[tuple[str, str], ...]
    by: Face
    faces: tuple[Face, ...]
    replies: int
    last_by: str
    last_at: datetime
    pages: tuple[tuple[int, str], ...]


def drawn_rows(
    rows: Sequence[ListRow],
    *,
    people: Mapping[int, MemberCard],
    boards: Mapping[int, BoardCard],
    with_board: bool,
    last_visit: datetime | None = None,
) -> list[tuple[SafeString, bool]]:
    """Each row, and whether the line "since your last visit" lies above it: once, where the older rows begin."""
    frame = Frame(get_language() or "", timezone.get_current_timezone_name(), with_board)
    drawn, newer = [], False
    for row in rows:
        old = last_visit is not None and row.last_post_at <= last_visit
        drawn.append((_drawn(_shown(row, people, boards), frame), old and newer))
        newer = not old
    return drawn


def drawn_boards(rows: Sequence[BoardRow], *, people: Mapping[int, MemberCard]) -> list[SafeString]:
    """Boards with what was said last in each."""
    frame = Frame(get_language() or "", timezone.get_current_timezone_name(), with_board=False)
    return [_drawn_board(row, _face(people.get(row.last.member_id) if row.last else None), frame) for row in rows]


def people_of(rows: Sequence[ListRow]) -> set[int]:
    """Whose names and faces the rows show."""
    return {person for row in rows for person in (row.author_id, row.last_post_by_id, *row.participants)}


@lru_cache(maxsize=2_000)
def _drawn(row: ShownRow, frame: Frame) -> SafeString:
    return render_to_string("community/reading/row.html", {"row": row, "frame": frame})


@lru_cache(maxsize=1_000)
def _drawn_board(row: BoardRow, by: Face, frame: Frame) -> SafeString:
    return render_to_string("community/forum/board_row.html", {"row": row, "by": by})


def _shown(row: ListRow, people: Mapping[int, MemberCard], boards: Mapping[int, BoardCard]) -> ShownRow:
    others = [person for person in row.participants if person != row.author_id][: FACES - 1]
    if row.last_post_by_id not in (row.author_id, *others):
        others = [*others[: FACES - 2], row.last_post_by_id]
    unread = row.unread
    last = people.get(row.last_post_by_id)
    return ShownRow(
        public_id=row.public_id,
        title=row.title,
        url=row.open_url,
        last_url=row.last_url,
        kind=row.kind,
        state=row.state,
        pinned=row.pinned != "no",
        solved=row.accepted_post_id is not None,
        closes=row.closes_at is not None and row.state == "open" and row.accepted_post_id is None,
        votes=row.vote_count if row.kind == "idea" else 0,
        unread=rules.counted(unread) if unread else "",
        is_new=row.is_new,
        board=boards.get(row.board_id),
        tags=row.tags,
        by=_face(people.get(row.author_id)),
        faces=tuple(_face(people[person]) for person in others if person in people),
        replies=row.replies,
        last_by=last.name if last else "",
        last_at=row.last_post_at,
        pages=tuple(pages_of(row)),
    )


def _face(card: MemberCard | None) -> Face:
    return Face(card.name, card.avatar_url) if card else Face("·", "")
