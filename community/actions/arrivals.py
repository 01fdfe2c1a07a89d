"""Writing what came from another forum: in batches, each once, without an event, a notice, a mail or a point.

Every function takes neutral rows of one kind and says how many were new. A batch that was written before writes nothing,
so an import that was stopped anywhere is simply started again.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from community import cook, rules
from community.actions.forum.tags import TagsRefused, ensure_tag
from community.arrivals.neutral import Contribution, Conversation, Liking, Person, Place
from community.models import Arrived, Board, BoardPermission, Post, Reaction, Topic
from community.queries.composer import named
from members.access import MANAGERS, MODERATORS
from members.actions.arrivals import Newcomer, bring_people
from outbox.require import require_transaction

READS, WRITES = ("see", "browse"), ("see", "browse", "start", "reply", "attach")
_OPEN_TO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "guests": {"guests": READS, "members": WRITES},
    "members": {"guests": (), "members": WRITES},
    "staff": {"guests": (), "members": ()},
}

# Counters, last post and first participants of the topics of a source, as their posts say.
_COUNT = """
UPDATE community_topic AS topic
SET highest_number = counted.highest, visible_posts = counted.visible, last_post_at = counted.last_at,
    last_post_by_id = counted.last_by, participants = counted.people, touched_at = clock_timestamp(),
    last_seq = greatest(topic.last_seq, counted.highest)
FROM (
    SELECT topic_id, max(number) AS highest, count(*) FILTER (WHERE state = 'visible') AS visible,
           coalesce(max(created_at) FILTER (WHERE state = 'visible'), min(created_at)) AS last_at,
           (array_agg(author_id ORDER BY (state = 'visible') DESC, created_at DESC, number DESC))[1] AS last_by,
           (SELECT array_agg(author_id ORDER BY first) FROM (
               SELECT author_id, min(number) AS first FROM community_post AS said
               WHERE said.topic_id = post.topic_id AND said.state = 'visible'
               GROUP BY author_id ORDER BY first LIMIT 5) AS early) AS people
    FROM community_post AS post WHERE topic_id = ANY(%(topics)s) GROUP BY topic_id
) AS counted
WHERE topic.id = counted.topic_id
"""
_PARENTS = """
UPDATE community_post AS post SET parent_id = parent.id
FROM unnest(%(posts)s::bigint[], %(replies)s::int[]) AS given (id, number), community_post AS parent
WHERE post.id = given.id AND parent.topic_id = post.topic_id AND parent.number = given.number
    AND parent.number < post.number
"""
_LIKES = """
UPDATE community_post AS post SET like_count = counted.likes, reaction_counts = counted.kinds
FROM (
    SELECT post_id, sum(n) AS likes, jsonb_object_agg(kind, n) AS kinds
    FROM (SELECT post_id, kind, count(*) AS n FROM community_reaction WHERE post_id = ANY(%s) GROUP BY 1, 2) AS each
    GROUP BY post_id
) AS counted
WHERE post.id = counted.post_id
"""


def bring_persons(*, source: str, rows: Sequence[Person], at: datetime) -> int:
    """People, by identity or confirmed address or as imported members."""
    newcomers = [Newcomer(one.id, one.username, one.name, one.email, one.joined_at) for one in rows]
    bring_people(source=source, people=newcomers, by=None, at=at)
    return len(newcomers)


def bring_boards(*, source: str, rows: Sequence[Place], at: datetime) -> int:
    """Boards with the rights they had; the fourth level and deeper hangs from the third's parent."""
    require_transaction()
    staff = [Group.objects.get_or_create(name=name)[0] for name in (MODERATORS, MANAGERS)]
    new = 0
    for row in rows:
        if _ours(source, "board", [row.id]):
            continue
        parent = Board.objects.filter(pk__in=_ours(source, "board", [row.parent_id]).values()).first()
        if parent is not None and parent.depth >= 3:
            parent = parent.parent
        board = Board.objects.create(
            parent=parent,
            depth=parent.depth + 1 if parent else 1,
            name=row.name[:80] or row.id,
            slug=_free_slug(row, source),
            description=row.description[:300],
            position=min(max(row.position, 0), 32_000),
        )
        answers = [
            BoardPermission(board=board, audience=audience, act=act, value="yes" if act in acts else "no")
            for audience, acts in _OPEN_TO[row.readers].items()
            for act in WRITES
        ]
        answers += [
            BoardPermission(board=board, audience="group", group=group, act=act, value="yes")
            for group in staff
            for act in WRITES
        ]
        BoardPermission.objects.bulk_create(answers)
        Arrived.objects.create(source=source, kind="board", external_id=row.id, object_id=board.pk)
        new += 1
    return new


def bring_topics(*, source: str, rows: Sequence[Conversation], at: datetime) -> int:
    """Topics without their posts. One whose board did not come is left out."""
    require_transaction()
    known, boards = (
        _ours(source, "topic", [row.id for row in rows]),
        _ours(source, "board", {row.board_id for row in rows}),
    )
    authors = _authors(source, {row.author_id for row in rows}, at)
    fresh = [row for row in rows if row.id not in known and row.board_id in boards]
    tags = {name: _tag(name, at) for row in fresh for name in row.tags}
    made = Topic.objects.bulk_create([_topic(row, boards, authors, tags) for row in fresh], batch_size=500)
    _remember(source, "topic", [row.id for row in fresh], [topic.pk for topic in made])
    return len(made)


def bring_posts(*, source: str, rows: Sequence[Contribution], at: datetime) -> int:
    """Posts, cooked now. Numbers are kept where there are any; else they are given in the order of the rows."""
    require_transaction()
    known, topics = (
        _ours(source, "post", [row.id for row in rows]),
        _ours(source, "topic", {row.topic_id for row in rows}),
    )
    fresh = [row for row in rows if row.id not in known and row.topic_id in topics]
    authors = _authors(source, {row.author_id for row in fresh}, at)
    list(Topic.objects.select_for_update().filter(pk__in=topics.values()).order_by("pk").values("pk"))
    numbers = _numbers(fresh, topics)
    posts = [_post(row, number, topics, authors) for row, number in zip(fresh, numbers, strict=True)]
    made = Post.objects.bulk_create(posts, batch_size=500)
    _remember(source, "post", [row.id for row in fresh], [post.pk for post in made])
    replies = [(post.pk, row.reply_to) for row, post in zip(fresh, made, strict=True) if row.reply_to]
    if replies:
        with connection.cursor() as cursor:
            cursor.execute(_PARENTS, {"posts": [one for one, _ in replies], "replies": [to for _, to in replies]})
    return len(made)


def bring_likes(*, source: str, rows: Sequence[Liking], at: datetime) -> int:
    """Likes of posts that came; one's own and repeated ones are left out."""
    require_transaction()
    posts = _ours(source, "post", {row.post_id for row in rows})
    people = _authors(source, {row.person_id for row in rows}, at)
    writers = dict(Post.objects.filter(pk__in=posts.values()).values_list("pk", "author_id"))
    given = {
        (posts[row.post_id], people[row.person_id]): row.at
        for row in rows
        if row.post_id in posts and writers[posts[row.post_id]] != people[row.person_id]
    }
    before = Reaction.objects.filter(post_id__in=posts.values()).count()
    Reaction.objects.bulk_create(
        [Reaction(post_id=post, member_id=member, created_at=moment) for (post, member), moment in given.items()],
        ignore_conflicts=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_LIKES, [sorted(posts.values())])
    return Reaction.objects.filter(post_id__in=posts.values()).count() - before


def settle_topics(*, source: str, rows: Sequence[Conversation], at: datetime) -> int:
    """After the posts: counters, last posts and accepted answers of these topics. One without a post is taken away."""
    require_transaction()
    topics = _ours(source, "topic", [row.id for row in rows])
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"topics": sorted(topics.values())})
    empty = Topic.objects.filter(pk__in=topics.values(), highest_number=0).values_list("pk", flat=True)
    Arrived.objects.filter(source=source, kind="topic", object_id__in=list(empty)).delete()
    Topic.objects.filter(pk__in=list(empty)).delete()
    answered = {row.id: row.accepted_post_id for row in rows if row.accepted_post_id and row.id in topics}
    posts = _ours(source, "post", answered.values())
    for topic_id, post_id in answered.items():
        answer = Post.objects.filter(pk=posts.get(post_id, 0), topic_id=topics[topic_id], number__gt=1, state="visible")
        if found := answer.first():
            Topic.objects.filter(pk=topics[topic_id]).update(kind="question", accepted_post=found)
    return len(topics)


def _topic(
    row: Conversation, boards: Mapping[str, int], authors: Mapping[str, int], tags: Mapping[str, int | None]
) -> Topic:
    title = " ".join(cook.clean(row.title).split())[:255] or _("(no title)")
    author = authors[row.author_id]
    return Topic(
        board_id=boards[row.board_id],
        title=title,
        slug=rules.slug_of(title),
        author_id=author,
        state="closed" if row.closed else "open",
        pinned=row.pinned if row.pinned in ("board", "everywhere") else "no",
        created_at=row.at,
        last_post_at=row.at,
        last_post_by_id=author,
        removed_at=row.at if row.removed else None,
        removed_by_id=author if row.removed else None,
        tag_ids=sorted({tag for name in row.tags if (tag := tags[name])})[:5],
        slow_seconds=0,
        vote_count=0,
    )


def _post(row: Contribution, number: int, topics: Mapping[str, int], authors: Mapping[str, int]) -> Post:
    raw = cook.clean(row.raw) or "…"
    cooked = named.cooked(raw)
    return Post(
        topic_id=topics[row.topic_id],
        number=number,
        author_id=authors[row.author_id],
        state="removed" if row.removed else "visible",
        raw=raw,
        cooked=cooked.html,
        cook_version=cooked.version,
        text=cooked.text,
        mentions=cooked.mentions,
        links=cooked.links,
        created_at=row.at,
        edited_at=row.edited_at,
        removed_at=row.at if row.removed else None,
        removed_by_id=authors[row.author_id] if row.removed else None,
        changed_seq=number,
        wiki=row.wiki,
        has_poll=False,
    )


def _numbers(rows: Sequence[Contribution], topics: Mapping[str, int]) -> list[int]:
    """A number for each post: its own while it is free, else the next one of its topic."""
    found = Post.objects.filter(topic_id__in={topics[row.topic_id] for row in rows})
    taken = set(found.filter(number__in={row.number for row in rows}).values_list("topic_id", "number"))
    highest = dict(found.values_list("topic_id").annotate(Max("number")))
    numbers = []
    for row in rows:
        topic = topics[row.topic_id]
        number = row.number if row.number > 0 and (topic, row.number) not in taken else highest.get(topic, 0) + 1
        taken.add((topic, number))
        highest[topic] = max(highest.get(topic, 0), number)
        numbers.append(number)
    return numbers


def _ours(source: str, kind: str, external_ids: Collection[str]) -> dict[str, int]:
    found = Arrived.objects.filter(source=source, kind=kind, external_id__in=list(external_ids))
    return dict(found.values_list("external_id", "object_id"))


def _remember(source: str, kind: str, theirs: Sequence[str], ours: Sequence[int]) -> None:
    Arrived.objects.bulk_create(
        [
            Arrived(source=source, kind=kind, external_id=external_id, object_id=id)
            for external_id, id in zip(theirs, ours, strict=True)
        ],
        batch_size=1000,
    )


def _authors(source: str, external_ids: Collection[str], at: datetime) -> dict[str, int]:
    """Who wrote; somebody who was deleted over there becomes one nameless former member."""
    known = bring_people(
        source=source,
        people=[Newcomer(id, "", _("Former member"), "", None) for id in external_ids if id],
        by=None,
        at=at,
    )
    if "" in external_ids:
        gone = Newcomer("former", "", _("Former member"), "", None)
        known |= {"": bring_people(source=source, people=[gone], by=None, at=at)["former"]}
    return known


def _tag(name: str, at: datetime) -> int | None:
    try:
        return ensure_tag(name=name, at=at)
    except TagsRefused:
        return None


def _free_slug(row: Place, source: str) -> str:
    wanted = rules.slug_of(row.slug or row.name, 60)
    if wanted and not Board.objects.filter(slug=wanted).exists():
        return wanted
    return rules.slug_of(f"{wanted}-{source}-{row.id}", 80)


WRITERS: Mapping[type[Any], Callable[..., int]] = {
    Person: bring_persons, Place: bring_boards, Conversation: bring_topics, Contribution: bring_posts, Liking: bring_likes,
}  # fmt: skip
"""Which function writes which kind of row."""
