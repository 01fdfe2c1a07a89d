"""What each rule of the badges counts, who earned what, and the pages that show it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from community.access import Rights
from community.addresses import post_url
from community.models import BadgeAward, BadgeKind, Post
from community.rules import badges as rules
from community.slots import Badge
from community.words.badges import badge_about, badge_name, how
from members.queries import MemberCard, findable, member_cards

HOLDERS = 60

_TRUSTED = f"JOIN community_memberactivity AS giver ON giver.member_id = reaction.member_id AND giver.trust >= {rules.TRUSTED_FROM}"
_NTH = "(array_agg(one.at ORDER BY one.at))[%(threshold)s]"

# Each finds (member, cause, post, when). {mine} keeps to %(members)s by the column of the author; without, everybody.
# Of one asker at most three answers count, so that two friends do not make each other masters.
RULES: Mapping[str, str] = {
    "answers": f"""
SELECT one.member_id, '' AS cause, NULL::bigint AS post_id, {_NTH} AS at FROM (
    SELECT post.author_id AS member_id, post.created_at AS at,
        row_number() OVER (PARTITION BY post.author_id, topic.author_id ORDER BY post.id) AS turn
    FROM community_topic AS topic JOIN community_post AS post ON post.id = topic.accepted_post_id
    WHERE topic.removed_at IS NULL AND post.state = 'visible' AND topic.author_id <> post.author_id
        AND {{mine:post.author_id}}) AS one
WHERE one.turn <= 3 GROUP BY one.member_id HAVING count(*) >= %(threshold)s""",
    "liked_by": f"""
SELECT one.member_id, '' AS cause, NULL::bigint AS post_id, {_NTH} AS at FROM (
    SELECT post.author_id AS member_id, reaction.member_id AS by_id, min(reaction.created_at) AS at
    FROM community_post AS post JOIN community_reaction AS reaction ON reaction.post_id = post.id {_TRUSTED}
    WHERE post.like_count > 0 AND post.state = 'visible' AND {{mine:post.author_id}}
    GROUP BY post.author_id, reaction.member_id) AS one
GROUP BY one.member_id HAVING count(*) >= %(threshold)s""",
    "welcomed": f"""
SELECT one.member_id, '' AS cause, NULL::bigint AS post_id, {_NTH} AS at FROM (
    SELECT first.author_id AS member_id, first.created_at AS at
    FROM community_topic AS topic
    JOIN ({{people}}) AS person ON person.id = topic.author_id
    CROSS JOIN LATERAL (SELECT author_id, created_at FROM community_post WHERE topic_id = topic.id AND number > 1
        AND state = 'visible' AND kind = 'post' AND author_id <> topic.author_id ORDER BY number LIMIT 1) AS first
    WHERE topic.removed_at IS NULL AND topic.created_at < person.date_joined + interval '{rules.NEWCOMER_DAYS} days'
        AND NOT EXISTS (SELECT FROM community_topic AS before
            WHERE before.author_id = topic.author_id AND before.id < topic.id AND before.removed_at IS NULL)
        AND {{replied}}) AS one
WHERE {{mine:one.member_id}} GROUP BY one.member_id HAVING count(*) >= %(threshold)s""",
    "boards": f"""
SELECT one.member_id, '' AS cause, NULL::bigint AS post_id, {_NTH} AS at FROM (
    SELECT post.author_id AS member_id, topic.board_id, min(post.created_at) AS at
    FROM community_post AS post JOIN community_topic AS topic ON topic.id = post.topic_id
    WHERE post.number > 1 AND post.state = 'visible' AND topic.removed_at IS NULL AND {{mine:post.author_id}}
        AND ((topic.accepted_post_id = post.id AND topic.author_id <> post.author_id)
            OR (post.like_count > 0 AND EXISTS (SELECT FROM community_reaction AS reaction {_TRUSTED}
                WHERE reaction.post_id = post.id)))
    GROUP BY post.author_id, topic.board_id) AS one
GROUP BY one.member_id HAVING count(*) >= %(threshold)s""",
    "late_answer": f"""
SELECT post.author_id AS member_id, 'topic:' || topic.id AS cause, post.id AS post_id, post.created_at AS at
FROM community_topic AS topic JOIN community_post AS post ON post.id = topic.accepted_post_id
WHERE topic.removed_at IS NULL AND post.state = 'visible' AND topic.author_id <> post.author_id
    AND post.created_at > topic.created_at + interval '{rules.LATE_DAYS} days' AND {{mine:post.author_id}}""",
    "good_question": f"""
SELECT topic.author_id AS member_id, 'topic:' || topic.id AS cause, post.id AS post_id, answer.created_at AS at
FROM community_topic AS topic JOIN community_post AS post ON post.topic_id = topic.id AND post.number = 1
JOIN community_post AS answer ON answer.id = topic.accepted_post_id AND answer.author_id <> topic.author_id
WHERE topic.removed_at IS NULL AND post.like_count >= {rules.LIKED_QUESTION} AND {{mine:topic.author_id}}
    AND (SELECT count(*) FROM community_reaction AS reaction {_TRUSTED}
         WHERE reaction.post_id = post.id) >= {rules.LIKED_QUESTION}""",
    "thanked": f"""
SELECT one.member_id, '' AS cause, NULL::bigint AS post_id, {_NTH} AS at FROM (
    SELECT topic.author_id AS member_id, post.created_at AS at
    FROM community_topic AS topic JOIN community_post AS post ON post.id = topic.accepted_post_id
    WHERE topic.removed_at IS NULL AND topic.author_id <> post.author_id AND {{mine:topic.author_id}}) AS one
GROUP BY one.member_id HAVING count(*) >= %(threshold)s""",
    "liked_post": f"""
SELECT post.author_id AS member_id, 'post:' || post.id AS cause, post.id AS post_id, max(reaction.created_at) AS at
FROM community_post AS post JOIN community_reaction AS reaction ON reaction.post_id = post.id {_TRUSTED}
WHERE post.like_count >= %(threshold)s AND post.state = 'visible' AND {{mine:post.author_id}}
GROUP BY post.id HAVING count(*) >= %(threshold)s""",
    "idea_done": """
SELECT topic.author_id AS member_id, 'topic:' || topic.id AS cause, post.id AS post_id, topic.last_post_at AS at
FROM community_topic AS topic JOIN community_post AS post ON post.topic_id = topic.id AND post.number = 1
WHERE topic.kind = 'idea' AND topic.progress = 'done' AND topic.removed_at IS NULL AND {mine:topic.author_id}""",
    "read_days": """
SELECT held.member_id, '' AS cause, NULL::bigint AS post_id, held.noted_at AS at FROM community_memberactivity AS held
WHERE held.days_visited >= %(threshold)s AND {mine:held.member_id}""",
    "years": """
SELECT person.id AS member_id, '' AS cause, NULL::bigint AS post_id,
    person.date_joined + %(threshold)s * interval '1 year' AS at
FROM ({people}) AS person
WHERE person.date_joined + %(threshold)s * interval '1 year' <= %(now)s
    AND person.last_seen_at > %(now)s - interval '90 days' AND {mine:person.id}
    AND EXISTS (SELECT FROM community_post WHERE author_id = person.id AND state = 'visible')""",
    "came_back": f"""
SELECT DISTINCT ON (post.author_id) post.author_id AS member_id, '' AS cause, NULL::bigint AS post_id,
    post.created_at AS at
FROM community_post AS post
WHERE post.created_at > %(now)s - interval '8 days' AND post.state = 'visible' AND post.kind = 'post'
    AND {{mine:post.author_id}}
    AND NOT EXISTS (SELECT FROM community_post AS near WHERE near.author_id = post.author_id
        AND near.created_at < post.created_at
        AND near.created_at > post.created_at - interval '{rules.AWAY_DAYS} days')
    AND EXISTS (SELECT FROM community_post AS far WHERE far.author_id = post.author_id
        AND far.created_at <= post.created_at - interval '{rules.AWAY_DAYS} days')
ORDER BY post.author_id, post.created_at""",
}


@dataclass(frozen=True)
class KindRow:
    """A badge for its pages. `had`: how many members have it."""

    id: int
    code: str
    name: str
    about: str
    how: str
    motif: str
    grade: int
    had: int = 0
    mine: bool = False

    @property
    def url(self) -> str:
        return reverse("community:badge", args=[self.code])


@dataclass(frozen=True)
class AwardRow:
    """One badge that a member earned. `why_url` is empty unless the viewer may read what it was for."""

    id: int
    kind: KindRow
    at: datetime
    worn: bool
    note: str
    times: int = 1
    why_title: str = ""
    why_url: str = ""


def earned(kind: BadgeKind, *, members: Collection[int] | None, at: datetime) -> tuple[str, dict[str, Any]]:
    """The statement that finds (member_id, cause, post_id, at) of everybody who earned this badge, and its values."""
    people, values = findable(absent_too=True).values("id", "date_joined", "last_seen_at").query.sql_with_params()
    statement = RULES[kind.rule]
    for part in ("post.author_id", "topic.author_id", "one.member_id", "held.member_id", "person.id"):
        mine = f"{part} = ANY(%(members)s)" if members is not None else "true"
        statement = statement.replace("{mine:" + part + "}", mine)
    replied = "topic.id IN (SELECT topic_id FROM community_post WHERE author_id = ANY(%(members)s))"
    statement = statement.replace("{replied}", replied if members is not None else "true")
    named = {f"people{place}": value for place, value in enumerate(values)}
    statement = statement.replace("{people}", people % tuple(f"%({name})s" for name in named))
    found = {"members": list(members or ()), "threshold": kind.threshold, "now": at, **named}
    return statement, found


def all_kinds(*, viewer_id: int | None) -> list[KindRow]:
    """Every badge, with how many have it and whether the viewer does: two statements."""
    had = dict(BadgeAward.objects.values_list("kind_id").annotate(Count("member_id", distinct=True)))
    mine = set(BadgeAward.objects.filter(member_id=viewer_id).values_list("kind_id", flat=True)) if viewer_id else set()
    kinds = BadgeKind.objects.order_by("position", "id")
    return [_kind(kind, had.get(kind.pk, 0), kind.pk in mine) for kind in kinds if kind.active or kind.pk in had]


def kind_named(*, code: str) -> KindRow | None:
    kind = BadgeKind.objects.filter(code=code).first()
    return _kind(kind, BadgeAward.objects.filter(kind=kind).values("member_id").distinct().count()) if kind else None


def holders(*, kind_id: int, before: str = "") -> tuple[list[tuple[MemberCard, datetime]], str]:
    """Who has a badge, the newest first, each once a page; and the cursor of the next page."""
    awards = BadgeAward.objects.filter(kind_id=kind_id, member_id__in=findable(absent_too=True).values("id"))
    if before.isascii() and before.isdigit() and len(before) < 18:
        awards = awards.filter(id__lt=int(before))
    rows = list(awards.order_by("-id").values_list("id", "member_id", "at")[: HOLDERS + 1])
    cards = member_cards(member_ids={row[1] for row in rows})
    first: dict[int, tuple[MemberCard, datetime]] = {}
    for _id, member, at in rows[:HOLDERS]:
        if member in cards:
            first.setdefault(member, (cards[member], at))
    return list(first.values()), str(rows[HOLDERS - 1][0]) if len(rows) > HOLDERS else ""


def badges_of(*, member_id: int, held: Rights, limit: int | None = None) -> list[AwardRow]:
    """A member's badges, the newest first, those earned several times once; one statement, and one for the posts."""
    rows = list(BadgeAward.objects.filter(member_id=member_id).select_related("kind").order_by("-at", "-id")[:500])
    times: dict[int, int] = {}
    for row in rows:
        times[row.kind_id] = times.get(row.kind_id, 0) + 1
    worn = {row.kind_id for row in rows if row.worn}
    first = list({row.kind_id: row for row in reversed(rows)}.values())[::-1]
    first.sort(key=lambda row: (row.at, row.pk), reverse=True)
    shown = first[:limit]
    posts = _posts({row.post_id for row in shown if row.post_id}, held)
    return [
        AwardRow(
            row.pk, _kind(row.kind), row.at, row.kind_id in worn, row.note, times[row.kind_id],
            *posts.get(row.post_id or 0, ("", "")),
        )
        for row in shown
    ]  # fmt: skip


def worn(*, member_ids: Sequence[int]) -> dict[int, tuple[str, str, str, int]]:
    """(code, own name, motif, grade) of the badge that each shows beside the name; one statement."""
    rows = BadgeAward.objects.filter(member_id__in=list(member_ids), worn=True).values_list(
        "member_id", "kind__code", "kind__name", "kind__motif", "kind__grade"
    )
    return {member: (code, name, motif, grade) for member, code, name, motif, grade in rows}


def worn_of_row() -> Subquery:
    """The same as an expression of the row of a member: {code, name, motif, grade} or nothing."""
    kind = JSONObject(code="kind__code", name="kind__name", motif="kind__motif", grade="kind__grade")
    return Subquery(BadgeAward.objects.filter(member_id=OuterRef("pk"), worn=True).values(shown=kind))


def worn_badge(code: str, name: str, motif: str, grade: int) -> Badge:
    """The mark beside a name."""
    return Badge(badge_name(code, name), seal=(motif, grade))


def _posts(ids: set[int], held: Rights) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    rows = Post.objects.filter(
        pk__in=ids, state=Post.State.VISIBLE, topic__removed_at__isnull=True, topic__board_id__in=held.browsable
    ).values_list("id", "topic__title", "topic__public_id", "topic__slug", "number")
    return {id: (title, post_url(public_id, slug, number or 1)) for id, title, public_id, slug, number in rows}


def _kind(kind: BadgeKind, had: int = 0, mine: bool = False) -> KindRow:
    return KindRow(
        id=kind.pk,
        code=kind.code,
        name=badge_name(kind.code, kind.name),
        about=badge_about(kind.code, kind.threshold, kind.description),
        how=how(kind.rule),
        motif=kind.motif,
        grade=kind.grade,
        had=had,
        mine=mine,
    )
