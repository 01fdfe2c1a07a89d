"""Tags as pages show them. A tag that lies only on topics one may not read is not there, unless the team made it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection
from django.urls import reverse

COUNTED_FOR = 120
"""Seconds for which the counts of one combination of boards are kept."""

_COUNTS = """
SELECT row.tag_id, count(*) FROM community_topictag AS row
JOIN community_topic AS topic ON topic.id = row.topic_id
WHERE topic.removed_at IS NULL AND topic.board_id = ANY(%s) GROUP BY row.tag_id
"""
_ALL = """
SELECT tag.id, tag.name, tag.slug, tag.description, tag.staff_only, tag.created_by_id IS NULL,
       tag_group.id, tag_group.name, tag_group.description, tag_group.one_of,
       array(SELECT name FROM community_tag AS other WHERE other.synonym_of_id = tag.id ORDER BY name)
FROM community_tag AS tag LEFT JOIN community_taggroup AS tag_group ON tag_group.id = tag.group_id
WHERE tag.synonym_of_id IS NULL
ORDER BY tag_group.position NULLS LAST, tag_group.name, tag.topic_count DESC, tag.name
"""
_VISIBLE = """
(tag.created_by_id IS NULL OR EXISTS (
    SELECT FROM community_topictag AS row JOIN community_topic AS topic ON topic.id = row.topic_id
    WHERE row.tag_id = tag.id AND topic.removed_at IS NULL AND topic.board_id = ANY(%(boards)s)))
"""
_ONE = f"""
SELECT main.id, main.name, main.slug, main.description FROM community_tag AS asked
JOIN community_tag AS main ON main.id = coalesce(asked.synonym_of_id, asked.id)
WHERE asked.slug = %(slug)s AND {_VISIBLE.replace("tag.created_by_id", "main.created_by_id").replace("= tag.id", "= main.id")}
"""


@dataclass(frozen=True)
class TagCard:
    """A tag as a link."""

    id: int
    name: str
    slug: str
    description: str = ""

    @property
    def url(self) -> str:
        return reverse("community:tag", args=[self.slug])


@dataclass(frozen=True)
class TagRow:
    """A tag with how many topics carry it that the viewer may read, and its other words."""

    card: TagCard
    topics: int
    synonyms: tuple[str, ...]
    staff_only: bool


@dataclass(frozen=True)
class GroupRow:
    """Tags that belong together; the last group has no name."""

    name: str
    description: str
    one_of: bool
    tags: list[TagRow]


def tag_cards(*, tag_ids: Collection[int]) -> list[TagCard]:
    """These tags, in this order. Costs nothing for a topic without any."""
    if not tag_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, slug, description FROM community_tag WHERE id = ANY(%s)", [list(tag_ids)])
        found = {row[0]: TagCard(*row) for row in cursor.fetchall()}
    return [found[tag] for tag in tag_ids if tag in found]


def tags_by_group(*, boards: Sequence[int]) -> list[GroupRow]:
    """All tags that readers of these boards may know, by group."""
    counts = _counts(boards)
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        rows = cursor.fetchall()
    groups: dict[int | None, GroupRow] = {}
    for tag, name, slug, words, staff_only, by_team, group, group_name, group_words, one_of, synonyms in rows:
        if not by_team and not counts.get(tag):
            continue
        known = groups.setdefault(group, GroupRow(group_name or "", group_words or "", bool(one_of), []))
        card = TagCard(tag, name, slug, words)
        known.tags.append(TagRow(card, counts.get(tag, 0), tuple(synonyms), staff_only))
    return list(groups.values())


def tag_of(*, slug: str, boards: Sequence[int]) -> TagCard | None:
    """The main tag that this address means, if readers of these boards may know it."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, {"slug": slug, "boards": list(boards)})
        row = cursor.fetchone()
    return TagCard(*row) if row else None


def _counts(boards: Sequence[int]) -> dict[int, int]:
    """Topics by tag within these boards; kept a while for everybody who reads the same boards."""
    key = "tags:" + ",".join(map(str, sorted(boards)))
    key = key if len(key) < 200 else f"tags:#{hash(tuple(sorted(boards)))}"
    held: dict[int, int] | None = cache.get(key)
    if held is None:
        with connection.cursor() as cursor:
            cursor.execute(_COUNTS, [list(boards)])
            held = dict(cursor.fetchall())
        cache.set(key, held, COUNTED_FOR)
    return held
