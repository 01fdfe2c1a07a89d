"""Who is told of what: only who may read it now, never its author, each once and for the strongest reason."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from community.access import permission_version, rights
from community.events import MemberMentioned
from community.models import Board, Mention, Post
from community.rules import reading as rules
from members.access import members_by_id
from messaging.actions import notify
from outbox.publish import publish
from outbox.require import require_transaction

KINDS = {reason: f"community.{reason}" for reason in rules.REASONS}
ACCEPTED, REACTED = "community.accepted", "community.reaction"
AT_ONCE = 1_000
"""Members whose rights are asked for together; a topic with 5,000 watchers is five times this."""

# Everybody who could have a reason, each with what they said about the topic and its places. The rules decide; those who
# ignore the author are left out here.
_WHO = """
WITH candidate AS (
    SELECT unnest(%(named)s::bigint[]) AS member_id, 'mention' AS reason
    UNION ALL SELECT %(answered)s::bigint, 'reply' WHERE %(answered)s::bigint IS NOT NULL
    UNION ALL SELECT member_id, 'watching' FROM community_topicread
        WHERE topic_id = %(topic)s AND level IS NOT NULL AND level = 3
    UNION ALL SELECT member_id, 'place' FROM community_placelevel WHERE board_id = ANY(%(boards)s) AND level >= 3
    UNION ALL SELECT member_id, 'place' FROM community_placelevel WHERE tag_id = ANY(%(tags)s) AND level >= 3
    UNION ALL SELECT member_id, 'followed' FROM community_personlevel
        WHERE person_id = %(author)s AND level = 3 AND %(number)s = 1 AND (until IS NULL OR until > %(at)s)
), who AS (
    SELECT member_id, array_agg(DISTINCT reason) AS reasons FROM candidate
    WHERE member_id <> %(author)s AND member_id > %(after)s GROUP BY member_id ORDER BY member_id LIMIT %(limit)s
)
SELECT who.member_id, who.reasons,
    CASE WHEN read.level_until IS NULL OR read.level_until > %(at)s THEN read.level END,
    (SELECT json_agg(json_build_array(said.board_id, said.level)) FROM community_placelevel AS said
     WHERE said.member_id = who.member_id AND (said.board_id = ANY(%(boards)s) OR said.tag_id = ANY(%(tags)s))
        AND (said.until IS NULL OR said.until > %(at)s)),
    EXISTS (SELECT FROM community_personlevel AS person WHERE person.member_id = who.member_id
        AND person.person_id = %(author)s AND person.level = 0 AND (person.until IS NULL OR person.until > %(at)s))
FROM who LEFT JOIN community_topicread AS read ON read.member_id = who.member_id AND read.topic_id = %(topic)s
ORDER BY who.member_id
"""


def tell_of_post(*, post_id: int, at: datetime) -> int:
    """Tell of a new post: the named, the answered, who watches the topic, its board, its tags or its author. How many.

    Says also who was named (MemberMentioned). A post that is not shown tells nobody.
    """
    require_transaction()
    post = Post.objects.select_related("topic", "parent").filter(pk=post_id).first()
    if post is None or not _shown(post):
        return 0
    named: list[int] = []
    told = after = 0
    while rows := _candidates(post, after=after, at=at):
        after = rows[-1][0]
        reasons = _reasons(post, rows)
        may = may_browse(member_ids=reasons, board_id=post.topic.board_id)
        by_reason: dict[str, list[int]] = defaultdict(list)
        for member in may:
            by_reason[reasons[member]].append(member)
        named += by_reason["mention"]
        told += sum(_notify(post, reason, members, at) for reason, members in by_reason.items() if members)
        if len(rows) < AT_ONCE:
            break
    _mentioned(post, named, at)
    return told


def tell_of_edit(*, post_id: int, at: datetime) -> int:
    """An edit tells only those whom it names for the first time."""
    require_transaction()
    post = Post.objects.select_related("topic", "parent").filter(pk=post_id).first()
    if post is None or not _shown(post):
        return 0
    before = set(Mention.objects.filter(post=post).values_list("member_id", flat=True))
    fresh = set(post.mentions) - before
    if not fresh:
        return 0
    rows = [row for row in _candidates(post, after=0, at=at, named=sorted(fresh), alone=True) if row[0] in fresh]
    reasons = {member: reason for member, reason in _reasons(post, rows).items() if reason == "mention"}
    named = may_browse(member_ids=reasons, board_id=post.topic.board_id)
    _mentioned(post, named, at)
    return _notify(post, "mention", named, at)


def tell_of_answer(*, post_id: int, by: int, at: datetime) -> int:
    """Tell the author that their post was accepted as the answer; nobody, if it is gone by now."""
    require_transaction()
    post = Post.objects.select_related("topic").filter(pk=post_id).first()
    if post is None or not _shown(post) or post.author_id == by:
        return 0
    told = may_browse(member_ids=[post.author_id], board_id=post.topic.board_id)
    return notify(member_ids=told, kind=ACCEPTED, cause=f"accepted:{post_id}", data={"post": post_id}, by=by, at=at)


def tell_of_reaction(*, post_id: int, by: int, at: datetime) -> int:
    """Tell the author of a reaction, together with the others of the last two hours; not of people they ignore."""
    require_transaction()
    post = Post.objects.select_related("topic").filter(pk=post_id).first()
    if post is None or not _shown(post) or _ignores(post.author_id, by, at):
        return 0
    told = may_browse(member_ids=[post.author_id], board_id=post.topic.board_id)
    return notify(
        member_ids=told, kind=REACTED, cause=f"reaction:{post_id}:{by}", data={"post": post_id}, by=by,
        merge=f"reaction:{post_id}", at=at,
    )  # fmt: skip


def may_browse(*, member_ids: Collection[int], board_id: int) -> list[int]:
    """Those of the members who may read this board now."""
    if not member_ids:
        return []
    version = permission_version()
    people = members_by_id(list(member_ids))
    return [
        member for member, (user, _groups) in people.items() if rights(user, version=version).may("browse", board_id)
    ]


def _shown(post: Post) -> bool:
    return post.state == Post.State.VISIBLE and post.kind == Post.Kind.POST and post.topic.removed_at is None


def _candidates(
    post: Post, *, after: int, at: datetime, named: Sequence[int] | None = None, alone: bool = False
) -> list[tuple[Any, ...]]:
    parents = dict(Board.objects.values_list("id", "parent_id"))
    chain = list[int]()
    board: int | None = post.topic.board_id
    while board is not None:
        chain.append(board)
        board = parents.get(board)
    values: dict[str, Any] = {
        "named": list(post.mentions if named is None else named), "topic": post.topic_id, "boards": chain,
        "answered": post.parent.author_id if post.parent and not alone else None, "tags": list(post.topic.tag_ids),
        "author": post.author_id, "number": 0 if alone else post.number, "after": after, "limit": AT_ONCE, "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WHO, values)
        return [(*row, chain) for row in cursor.fetchall()]


def _reasons(post: Post, rows: Sequence[tuple[Any, ...]]) -> dict[int, str]:
    """The strongest reason of each who has one: nobody who muted the place or ignores the author."""
    found = {}
    for member, asked, own, said, ignores, chain in rows:
        nearest = {board: level for board, level in said or () if board is not None}
        places = [nearest[board] for board in chain if board in nearest][:1]
        places += [level for board, level in said or () if board is None]
        level = rules.effective(own, places)
        if ignores or level == rules.MUTED:
            continue
        reasons = {"mention", "reply"} & set(asked)
        if level == rules.WATCHING:
            reasons.add("watching")
        if post.number == 1:
            reasons |= {"followed"} & set(asked)
            if own is None and {rules.WATCHING, rules.WATCHING_FIRST} & set(places):
                reasons.add("first")
        if reasons:
            found[member] = next(reason for reason in rules.REASONS if reason in reasons)
    return found


def _notify(post: Post, reason: str, members: Collection[int], at: datetime) -> int:
    return notify(
        member_ids=members, kind=KINDS[reason], cause=f"post:{post.pk}", data={"post": post.pk}, by=post.author_id,
        merge=f"watching:{post.topic_id}" if reason == "watching" else "", at=at,
    )  # fmt: skip


def _mentioned(post: Post, members: Sequence[int], at: datetime) -> None:
    if not members:
        return
    fresh = set(members) - set(Mention.objects.filter(post=post).values_list("member_id", flat=True))
    Mention.objects.bulk_create(
        [Mention(post=post, member_id=member) for member in sorted(fresh)], ignore_conflicts=True
    )
    if fresh:
        publish(
            MemberMentioned(
                post_id=post.pk,
                topic_id=post.topic_id,
                author_id=post.author_id,
                member_ids=tuple(sorted(fresh)),
                at=at,
            )
        )


def _ignores(member_id: int, person_id: int, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM community_personlevel WHERE member_id = %s AND person_id = %s AND level = 0
            AND (until IS NULL OR until > %s))""",
            [member_id, person_id, at],
        )
        return bool(cursor.fetchone()[0])
