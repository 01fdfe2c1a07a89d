"""What a member's lists depend on besides their pointers: levels, people, marks. One statement a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from community.access import Rights
from community.rules import reading as rules
from members.access import Viewer, is_member

_READER = """
SELECT 'level', board_id, tag_id, level, NULL::timestamptz, NULL::timestamptz FROM community_placelevel
WHERE member_id = %(me)s AND (until IS NULL OR until > %(at)s)
UNION ALL
SELECT 'mark', board_id, tag_id, NULL, read_until, new_until FROM community_placeread WHERE member_id = %(me)s
UNION ALL
SELECT 'person', person_id, NULL, level, NULL, NULL FROM community_personlevel
WHERE member_id = %(me)s AND (until IS NULL OR until > %(at)s)
UNION ALL
SELECT 'keys', NULL, NULL, shortcuts::int, NULL, NULL FROM community_readingchoice WHERE member_id = %(me)s
"""
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reader:
    """Who reads. `base`: whatever is older counts as read. Levels are those chosen, not yet spread over the tree."""

    member_id: int | None
    at: datetime
    base: datetime
    boards: Mapping[int, int] = field(default_factory=dict)
    tags: Mapping[int, int] = field(default_factory=dict)
    ignored: frozenset[int] = frozenset()
    followed: frozenset[int] = frozenset()
    read_boards: Mapping[int, datetime] = field(default_factory=dict)
    read_tags: Mapping[int, datetime] = field(default_factory=dict)
    new_boards: Mapping[int, datetime] = field(default_factory=dict)
    new_tags: Mapping[int, datetime] = field(default_factory=dict)
    shortcuts: bool = True

    def levels(self, held: Rights) -> dict[int, int]:
        """Level by board, where children have their parent's unless they have their own."""
        if not self.boards:
            return {}
        return rules.spread(self.boards, [(card.id, card.parent_id) for card in held.boards.values()])

    def level_of(self, held: Rights, own: int | None, board_id: int, tag_ids: list[int]) -> int:
        """The effective level of a topic."""
        board = self.levels(held).get(board_id)
        places = [] if board is None else [board]
        return rules.effective(own, [*places, *(self.tags[tag] for tag in tag_ids if tag in self.tags)])


def reader(*, viewer: Viewer, at: datetime) -> Reader:
    """The reader as they are now; a guest costs nothing."""
    if not is_member(viewer):
        return Reader(None, at, at)
    base = max(at - rules.READ_AFTER, viewer.date_joined - rules.NEW_FOR_NEWCOMERS)
    with connection.cursor() as cursor:
        cursor.execute(_READER, {"me": viewer.pk, "at": at})
        rows = cursor.fetchall()
    boards, tags, people = dict[int, int](), dict[int, int](), dict[int, int]()
    read: tuple[dict[int, datetime], dict[int, datetime]] = ({}, {})
    new: tuple[dict[int, datetime], dict[int, datetime]] = ({}, {})
    shortcuts = True
    for what, first, second, number, read_until, new_until in rows:
        place, of_tag = (second, 1) if first is None else (first, 0)
        if what == "level":
            (tags if of_tag else boards)[place] = number
        elif what == "mark":
            read[of_tag][place] = read_until or _ALWAYS
            new[of_tag][place] = max(new_until or _ALWAYS, read_until or _ALWAYS)
        elif what == "person":
            people[first] = number
        else:
            shortcuts = bool(number)
    return Reader(
        member_id=viewer.pk,
        at=at,
        base=base,
        boards=boards,
        tags=tags,
        ignored=frozenset(person for person, level in people.items() if level == rules.MUTED),
        followed=frozenset(person for person, level in people.items() if level == rules.WATCHING),
        read_boards=read[0],
        read_tags=read[1],
        new_boards=new[0],
        new_tags=new[1],
        shortcuts=shortcuts,
    )
