"""What a name or tag that somebody is typing may become."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from community.access import Rights, permission_version, rights
from community.models import Membership, Room
from community.rules.tags import tag_fold
from community.search import tokens
from members import queries as members
from members.access import Viewer, members_by_id

SHOWN = 8
_LOOKED_AT = 40


@dataclass(frozen=True)
class Person:
    """Somebody who may be meant by what was typed. `reads`: they can read the place where it is typed."""

    username: str
    name: str
    avatar_url: str
    url: str
    reads: bool


@dataclass(frozen=True)
class TagChoice:
    """A tag that begins with what was typed; `topics` is how many carry it."""

    name: str
    slug: str
    topics: int


def people(*, text: str, board_id: int | None = None, room: Room | None = None) -> list[Person]:
    """Members whose handle or name begins so: first those who can read the place, then the shorter handles."""
    text = text.strip().lstrip("@")[:30]
    ids = _people_ids(text)
    cards = members.member_cards(member_ids=ids)
    readers = _readers(ids, board_id, room)
    folded = text.casefold()
    found = sorted(
        cards.values(),
        key=lambda card: (
            card.id not in readers,
            card.username.casefold() != folded,
            not card.username.casefold().startswith(folded),
            len(card.username),
            card.username,
        ),
    )
    return [Person(card.username, card.name, card.avatar_url, card.url, card.id in readers) for card in found[:SHOWN]]


def untold_names(viewer: Viewer, member_ids: Sequence[int], *, board: str) -> list[str]:
    """Names of those who cannot read the board of this address, so that a mention does not tell them."""
    card = next((one for one in rights(viewer).boards.values() if one.slug == board), None)
    if card is None or not member_ids:
        return []
    readers = _readers(member_ids, card.id, None)
    cards = members.member_cards(member_ids=[one for one in member_ids if one not in readers])
    return [one.name for one in cards.values()]


def tags(*, text: str, held: Rights) -> list[TagChoice]:
    """Tags that begin so, the most used first. One that stands only on hidden topics is not told; a synonym is its tag."""
    begins = tag_fold(text)[:20]
    if not begins:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TAGS, {"begins": begins.replace("%", "").replace("_", r"\_") + "%", "boards": held.browsable})
        return [TagChoice(name, slug, count) for name, slug, count in cursor.fetchall()]


# A tag without any topic was made by the team to be used; it tells nothing.
_TAGS = f"""
SELECT DISTINCT ON (tag.topic_count, tag.id) tag.name, tag.slug, tag.topic_count
FROM community_tag AS typed JOIN community_tag AS tag ON tag.id = coalesce(typed.synonym_of_id, typed.id)
WHERE typed.folded LIKE %(begins)s AND (
    NOT EXISTS (SELECT FROM community_topictag AS held WHERE held.tag_id = tag.id)
    OR EXISTS (SELECT FROM community_topictag AS held JOIN community_topic AS topic ON topic.id = held.topic_id
               WHERE held.tag_id = tag.id AND topic.removed_at IS NULL AND topic.board_id = ANY(%(boards)s)))
ORDER BY tag.topic_count DESC, tag.id LIMIT {SHOWN}
"""


def called(text: str) -> list[int]:
    """Ids of at most forty people who are called so or whose names begin so, the best first."""
    return _people_ids(text.strip().lstrip("@")[:30])


def _people_ids(text: str) -> list[int]:
    """At most forty: who is called exactly so, then those whose names begin so."""
    pieces = list(tokens.pieces(text))
    if not pieces:
        return []
    exact = tokens.query([tokens.Term(text)], beginnings=False)
    begins = " & ".join(f"'{word}'" for word in tokens.tokens(text)[:-1])
    last = pieces[-1].text[-1:] if pieces[-1].run else pieces[-1].text
    open_end = exact if pieces[-1].run else f"{begins + ' & ' if begins else ''}'{last}':*"
    who, values = members.findable().values("id").query.sql_with_params()
    find = (
        "(SELECT held.object_id FROM community_searchdocument AS held WHERE held.kind = 'person'"
        " AND held.kind IN ('person', 'tag') AND held.words @@ %s::tsquery"
        f" AND held.object_id IN ({who}) LIMIT {_LOOKED_AT})"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{find} UNION ALL {find}", [exact, *values, open_end, *values])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))[:_LOOKED_AT]


def _readers(ids: Sequence[int], board_id: int | None, room: Room | None) -> set[int]:
    """Which of them can read the board or room; everybody, when there is none."""
    if room is not None and room.kind == Room.Kind.PRIVATE:
        return set(Membership.objects.filter(room=room, member_id__in=ids).values_list("member_id", flat=True))
    board_id = room.board_id if room is not None else board_id
    if board_id is None:
        return set(ids)
    version = permission_version()
    people = members_by_id(ids)
    return {
        one for one, (user, _groups) in people.items() if board_id in rights(user, version=version).allowed["browse"]
    }
