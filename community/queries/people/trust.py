"""What the levels of trust look at, how far a member is, and the console's list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection

from community import rules
from community.access import member_board_ids
from community.models import GroupTrust, MemberActivity, TrustChange
from community.rules import trust as rules_trust
from community.rules.trust import Lately, Life, Need
from members.access import group_names, is_moderator, member_by_id
from members.queries import MemberCard, member_cards

_LIFE = """
SELECT coalesce(held.trust, 0), held.trust_since, held.locked_at IS NOT NULL, coalesce(held.topics_opened, 0),
    coalesce(held.posts_read, 0), coalesce(held.seconds, 0), coalesce(held.days_visited, 0),
    (SELECT count(*) FROM (SELECT 1 FROM community_reaction WHERE member_id = %(member)s LIMIT 1) AS given),
    (SELECT count(*) FROM (
        SELECT 1 FROM community_post AS post JOIN community_reaction AS reaction ON reaction.post_id = post.id
        WHERE post.author_id = %(member)s AND post.like_count > 0 LIMIT 1) AS received),
    (SELECT count(*) FROM (
        SELECT DISTINCT post.topic_id FROM community_post AS post
        JOIN community_topic AS topic ON topic.id = post.topic_id AND topic.author_id <> post.author_id
        WHERE post.author_id = %(member)s AND post.state = 'visible' AND post.kind = 'post' LIMIT 3) AS replied)
FROM (SELECT 1) AS one LEFT JOIN community_memberactivity AS held ON held.member_id = %(member)s
"""

_READ = """
SELECT member_id, count(*) FILTER (WHERE posts_read > 0), sum(topics_opened), sum(posts_read)
FROM community_activityday WHERE member_id = ANY(%(members)s) AND day > %(since)s::date GROUP BY member_id
"""
_REPLIED = """
SELECT post.author_id, count(DISTINCT post.topic_id) FROM community_post AS post
JOIN community_topic AS topic ON topic.id = post.topic_id AND topic.author_id <> post.author_id
WHERE post.author_id = ANY(%(members)s) AND post.created_at > %(since)s AND post.state = 'visible'
    AND post.kind = 'post' GROUP BY post.author_id
"""
_GIVEN = """
SELECT member_id, count(*) FROM community_reaction
WHERE member_id = ANY(%(members)s) AND created_at > %(since)s GROUP BY member_id
"""
_RECEIVED = """
SELECT post.author_id, count(*), count(DISTINCT reaction.member_id),
    count(DISTINCT (reaction.created_at AT TIME ZONE 'UTC')::date)
FROM community_post AS post JOIN community_reaction AS reaction ON reaction.post_id = post.id
WHERE post.author_id = ANY(%(members)s) AND post.like_count > 0 AND reaction.created_at > %(since)s
GROUP BY post.author_id
"""
_FLAGGED = """
SELECT item.author_id, count(*), count(DISTINCT flag.by_id) FROM community_reviewitem AS item
JOIN community_reviewflag AS flag ON flag.item_id = item.id AND flag.verdict = 'agreed'
WHERE item.author_id = ANY(%(members)s) AND flag.at > %(since)s GROUP BY item.author_id
"""
_SANCTIONED = """
SELECT member_id, count(*) FROM community_sanction
WHERE member_id = ANY(%(members)s) AND starts_at > %(since)s AND ended_how <> 'undo' GROUP BY member_id
"""


@dataclass(frozen=True)
class Standing:
    """Where a member is, and what their life here says."""

    trust: int
    since: datetime | None
    locked: bool
    life: Life


@dataclass(frozen=True)
class Progress:
    """What a member sees of their own way: the needs of the next level (none at 3 and 4), or of keeping level 3."""

    level: int
    since: datetime | None
    locked: bool
    held_by_group: bool
    next_level: int | None
    needs: tuple[Need, ...]

    @property
    def met(self) -> int:
        return sum(need.met for need in self.needs)


@dataclass(frozen=True)
class ChangeRow:
    """One change of a member's level."""

    before: int
    after: int
    reason: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class HeldRow:
    """A member in the console's list."""

    card: MemberCard
    trust: int
    since: datetime | None
    locked: bool
    days_visited: int
    posts_read: int


def standing(*, member_id: int, joined_at: datetime, at: datetime) -> Standing:
    """One statement. Counts stop where the first two levels ask no more."""
    with connection.cursor() as cursor:
        cursor.execute(_LIFE, {"member": member_id})
        trust, since, locked, topics, posts, seconds, days, given, received, replied = cursor.fetchone()
    life = Life(at - joined_at, topics, posts, seconds, days, given, received, replied)
    return Standing(trust, since, locked, life)


def trust_of(*, member_id: int) -> int:
    """The level that the member's groups give at this moment, as every door asks it: who moderates has 4."""
    member = member_by_id(member_id)
    if member is None:
        return 0
    return 4 if is_moderator(member) else rules.trust_of(group_names(member))


def level_of(*, member_id: int) -> int:
    """The member's level, without what their groups of moderators add."""
    return MemberActivity.objects.filter(member_id=member_id).values_list("trust", flat=True).first() or 0


def lately(*, member_ids: Collection[int], at: datetime) -> dict[int, Lately]:
    """What each did in the last sixty days: eight statements for any number of people."""
    since = at - rules_trust.WINDOW
    new_topics, new_posts = new_for_everybody(since=since)
    members = list(member_ids)
    asked: dict[str, Any] = {"members": members, "since": since}
    read, replied, given, received, flagged, sanctioned = (
        _rows(statement, asked) for statement in (_READ, _REPLIED, _GIVEN, _RECEIVED, _FLAGGED, _SANCTIONED)
    )
    found = {}
    for member in members:
        days, topics, posts = read.get(member, (0, 0, 0))
        reactions, givers, reaction_days = received.get(member, (0, 0, 0))
        flags, flaggers = flagged.get(member, (0, 0))
        found[member] = Lately(
            days_read=days, topics_opened=topics, posts_read=posts, topics_replied=replied.get(member, (0,))[0],
            reactions_given=given.get(member, (0,))[0], reactions_received=reactions, reaction_givers=givers,
            reaction_days=reaction_days, flags=flags, flaggers=flaggers,
            sanctions=sanctioned.get(member, (0,))[0], new_topics=new_topics, new_posts=new_posts,
        )  # fmt: skip
    return found


def new_for_everybody(*, since: datetime) -> tuple[int, int]:
    """Topics and posts since then where every member may read; not counted further than the levels ask."""
    boards = member_board_ids()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM community_topic WHERE board_id = ANY(%s) AND created_at > %s "
            "AND removed_at IS NULL LIMIT %s) AS topic",
            [boards, since, rules_trust.TOPICS_SHARE * rules_trust.TOPICS_MOST],
        )
        topics = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM community_post AS post JOIN community_topic AS topic "
            "ON topic.id = post.topic_id WHERE topic.board_id = ANY(%s) AND post.created_at > %s "
            "AND post.state = 'visible' AND post.kind = 'post' LIMIT %s) AS post",
            [boards, since, rules_trust.POSTS_SHARE * rules_trust.POSTS_MOST],
        )
        posts = cursor.fetchone()[0]
    return topics, posts


def progress(*, member_id: int, joined_at: datetime, at: datetime) -> Progress:
    """How far a member is. Level 3's numbers are an hour old at most, because counting them is work."""
    now = standing(member_id=member_id, joined_at=joined_at, at=at)
    group_level = group_levels(member_ids=[member_id]).get(member_id)
    needs: tuple[Need, ...] = ()
    if now.trust == 0:
        needs = rules_trust.needs_of_1(now.life)
    elif now.trust == 1:
        needs = rules_trust.needs_of_2(now.life)
    elif now.trust in (2, 3):
        needs = rules_trust.needs_of_3(_lately_kept(member_id, at))
    return Progress(
        now.trust, now.since, now.locked, group_level is not None, now.trust + 1 if now.trust < 3 else None, needs
    )


def group_levels(*, member_ids: Collection[int] | None = None) -> dict[int, int]:
    """The level at which a group holds each of these members (None: of everybody); of several the highest."""
    rows = GroupTrust.objects.values_list("group__user", "level").filter(group__user__isnull=False)
    if member_ids is not None:
        rows = rows.filter(group__user__in=member_ids)
    levels: dict[int, int] = {}
    for member, level in rows:
        levels[member] = max(level, levels.get(member, 0))
    return levels


def holding_groups() -> list[tuple[str, int]]:
    """Names of the groups that hold a level, and which."""
    return list(GroupTrust.objects.order_by("group__name").values_list("group__name", "level"))


def changes(*, member_id: int, limit: int = 20) -> list[ChangeRow]:
    """A member's way through the levels, newest first."""
    rows = TrustChange.objects.filter(member_id=member_id).order_by("-at", "-id").select_related("by")[:limit]
    return [
        ChangeRow(row.before, row.after, row.get_reason_display(), row.note, row.by.name if row.by else "", row.at)
        for row in rows
    ]


def counts() -> dict[int, int]:
    """How many members are at each level from 1 on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trust, count(*) FROM community_memberactivity WHERE trust > 0 GROUP BY trust")
        return dict(cursor.fetchall())


def at_level(*, level: int, limit: int, offset: int = 0) -> list[HeldRow]:
    """Members at a level, the newest there first."""
    rows = list(
        MemberActivity.objects.filter(trust=level)
        .order_by("-trust_since", "-member_id")
        .values_list("member_id", "trust", "trust_since", "locked_at", "days_visited", "posts_read")[
            offset : offset + limit
        ]
    )
    cards = member_cards(member_ids=[row[0] for row in rows])
    return [
        HeldRow(cards[member], trust, since, locked is not None, days, posts)
        for member, trust, since, locked, days, posts in rows
        if member in cards
    ]


def _lately_kept(member_id: int, at: datetime) -> Lately:
    key = f"trust:lately:{member_id}:{at:%Y%m%d%H}"
    kept: Lately | None = cache.get(key)
    if kept is None:
        kept = lately(member_ids=[member_id], at=at)[member_id]
        cache.set(key, kept, int(timedelta(hours=1).total_seconds()))
    return kept


def _rows(statement: str, asked: dict[str, Any]) -> dict[int, tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return {row[0]: tuple(int(number) for number in row[1:]) for row in cursor.fetchall()}
