"""The directory: only people who are here themselves and did not ask to be left out; no address, no order, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from community.access import member_board_ids
from community.models import BadgeAward, BadgeKind
from community.queries.composer.completion import called
from community.queries.people.badges import worn as worn_by
from community.queries.people.badges import worn_badge
from community.slots import Badge, name_badges
from community.words.badges import badge_name
from members import queries as members
from members.queries import MemberCard

A_PAGE = 24
HELPFUL, HELPFUL_DAYS, KEPT_SECONDS = 240, 30, 600

# What others got out of it in boards that every member may read: accepted answers count five times.
_HELPFUL = """
SELECT one.member_id FROM (
    SELECT post.author_id AS member_id, count(*) AS score
    FROM community_reaction AS reaction JOIN community_post AS post ON post.id = reaction.post_id
    JOIN community_topic AS topic ON topic.id = post.topic_id
    WHERE reaction.created_at > %(since)s AND post.state = 'visible' AND topic.removed_at IS NULL
        AND topic.board_id = ANY(%(boards)s)
    GROUP BY post.author_id
    UNION ALL
    SELECT post.author_id, 5 * count(*) FROM community_topic AS topic
    JOIN community_post AS post ON post.id = topic.accepted_post_id AND post.author_id <> topic.author_id
    WHERE post.created_at > %(since)s AND post.state = 'visible' AND topic.removed_at IS NULL
        AND topic.board_id = ANY(%(boards)s)
    GROUP BY post.author_id) AS one
GROUP BY one.member_id ORDER BY sum(one.score) DESC, one.member_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Row:
    """A person of the directory."""

    card: MemberCard
    bio: str
    badges: Sequence[Badge]


@dataclass(frozen=True)
class Page:
    """People, and the cursor of the next page (empty at the end)."""

    rows: list[Row]
    older: str = ""


def people(*, q: str, order: str, badge: str, group: str, before: str, at: datetime) -> Page:
    """A page of the directory. A name is looked up by its beginnings; unknown filters find nobody."""
    listed = members.listed()
    if badge:
        listed = listed.filter(id__in=BadgeAward.objects.filter(kind__code=badge).values("member_id"))
    if group:
        listed = listed.filter(id__in=members.group_member_ids(slug=group))
    if q:
        ids = called(q)
        return Page(_rows(listed.filter(id__in=ids), ids))
    if order == "helpful":
        ids = _helpful(at)
        start = int(before) if before.isascii() and before.isdigit() and len(before) < 4 else 0
        found = [one for one in ids if one in set(listed.filter(id__in=ids).values_list("id", flat=True))]
        shown = found[start : start + A_PAGE]
        return Page(
            _rows(listed.filter(id__in=shown), shown), str(start + A_PAGE) if len(found) > start + A_PAGE else ""
        )
    if before.isascii() and before.isdigit() and len(before) < 18:
        listed = listed.filter(id__lt=int(before))
    ids = list(listed.order_by("-id").values_list("id", flat=True)[: A_PAGE + 1])
    return Page(
        _rows(listed.filter(id__in=ids[:A_PAGE]), ids[:A_PAGE]), str(ids[A_PAGE - 1]) if len(ids) > A_PAGE else ""
    )


def badge_choices() -> list[tuple[str, str]]:
    """(code, name) of badges that somebody has."""
    kinds = BadgeKind.objects.filter(id__in=BadgeAward.objects.values("kind_id")).order_by("position", "id")
    return [(code, badge_name(code, name)) for code, name in kinds.values_list("code", "name")]


def group_choices() -> list[tuple[str, str]]:
    """(slug, name) of groups that everybody may see."""
    return [(group.slug, group.name) for group in members.groups_seen()]


def _helpful(at: datetime) -> list[int]:
    kept: list[int] | None = cache.get("community:helpful")
    if kept is None:
        values: dict[str, Any] = {
            "since": at - timedelta(days=HELPFUL_DAYS),
            "boards": member_board_ids(),
            "limit": HELPFUL,
        }
        with connection.cursor() as cursor:
            cursor.execute(_HELPFUL, values)
            kept = [row[0] for row in cursor.fetchall()]
        cache.set("community:helpful", kept, KEPT_SECONDS)
    return kept


def _rows(listed: QuerySet[Any], order: Sequence[int]) -> list[Row]:
    bios = dict(listed.values_list("id", "bio"))
    cards = members.member_cards(member_ids=bios)
    worn: dict[int, list[Badge]] = {}
    for some in name_badges.collect(member_ids=list(bios)):
        for member, badges in some.items():
            worn.setdefault(member, []).extend(badges)
    for member, own in worn_by(member_ids=list(bios)).items():
        worn.setdefault(member, []).append(worn_badge(*own))
    return [Row(cards[one], bios[one], worn.get(one, ())) for one in order if one in cards]
