"""A forum of any size for measuring: people, boards, topics, posts, reactions and pointers, made by whole sets in SQL.

Each size has its own database in the data directory (`laoyou_forum_<posts>`), which stays there and is used again. Newer
migrations are run forward on it; a changed recipe (RECIPE) makes it anew. 1,000,000 posts take a few minutes.

The text is cooked once a sample by the site's own `cook`; every post ends in a sentence of words drawn from a skewed
vocabulary in English and Chinese, so that some words are in every tenth post and some in ten of a million.
Topics have one to two thousand posts with many small ones, except for the named ones of TOPICS.
"""

import random
import time
from datetime import datetime, timedelta
from typing import Any

RECIPE = 3
TOPICS = {"twenty": 20, "large": 10_000}
"""Named topics that the benchmark reads and writes, by slug, with their posts. The large one is only in large forums."""

NEW_ID = "left(translate(gen_random_uuid()::text, '0189-', 'wxyz'), 12)"
ENGLISH = """You can rest a white tea for **ten minutes**, and nobody minds:

- water at ninety-five degrees,
- a lid,
- patience, as [we said before](https://example.com/tea).

> The third infusion is the one that I like best.
~~
I bought the small pot last spring. It pours slowly, and it has taught me to wait.
~~
Has anybody compared the spring harvest with the one of autumn? Mine tastes of `hay` and a little of honey.
~~
1. Warm the pot.
2. Wash the leaves once.
3. Taste before you count.

That is all I know; the rest is *practice*.
~~
Thank you! This solved it for me: the water was too hot, not the leaves too old."""
CHINESE = """我一般用九十五度的水，**先润茶一次**，再泡十秒钟。

- 第一泡最香，
- 第三泡最甜。
~~
请问老茶客们，陈年普洱怎样保存才不会受潮？我家在南方，梅雨季节很长。
~~
> 水太热了，茶就苦。

说得对，我换了水温以后，味道好多了，谢谢！
~~
上个月买的白茶到了，包装很好，叶子完整。Brewing it in a glass works well too."""
SYLLABLES = [
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui",
    "ro", "su", "ta", "ve", "wi", "xo", "ya", "ze", "bra", "cle", "dri", "flo", "gre",
]  # fmt: skip
CHARACTERS = "茶水壶杯叶香味山云雨雪花春夏秋冬红绿白黑青黄老友客店家朋城河海石木火土金银铜铁布纸笔墨书画琴棋诗词歌舞米面豆糖盐油酒果"


def words(rng: random.Random) -> list[str]:
    """The vocabulary, common words first: every third is Chinese."""
    made: dict[str, None] = {}
    while len(made) < 6_000:
        chinese = len(made) % 3 == 2
        made["".join(rng.choices(CHARACTERS, k=2) if chinese else rng.choices(SYLLABLES, k=rng.randint(2, 4)))] = None
    return list(made)


class Sets:
    """INSERT … SELECT by model: what is not named gets the field's own default, so a new column needs no change here."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def insert(self, model: Any, columns: dict[str, str], source: str, params: list[Any] | None = None) -> None:
        from django.db import connection

        named, given = dict(columns), list[Any]()
        for field in model._meta.concrete_fields:
            if field.column in named or field.primary_key or field.has_db_default():
                continue
            value = field.get_default()
            if value is None or callable(value):
                if not field.null:
                    raise LookupError(f"{model.__name__}.{field.name} has no default: name it here.")
                continue
            named[field.column] = f"%s::{field.db_type(connection)}"
            given.append(field.get_db_prep_save(value, connection))
        self.cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(named)}) SELECT {', '.join(named.values())} FROM {source}",
            [*given, *(params or [])],
        )

    def run(self, sql: str, *params: Any) -> None:
        self.cursor.execute(sql, params or None)

    def value(self, sql: str) -> Any:
        self.cursor.execute(sql)
        return self.cursor.fetchone()[0]


def ensure(posts: int) -> str:
    """The name of the database with that many posts, made when it is not there. The connection then points to it."""
    from django.core.management import call_command
    from django.db import connection

    from config import snapshot

    name, mark = f"laoyou_forum_{posts}", f"forum data {RECIPE}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        found = cursor.fetchone()
        if found and found[0] != mark:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        if not found or found[0] != mark:
            cursor.execute(f"CREATE DATABASE {name}")
    connection.settings_dict["NAME"] = name
    fresh = not found or found[0] != mark
    if not fresh or not snapshot.load(connection):
        call_command("migrate", verbosity=0)
    if fresh:
        began = time.monotonic()
        make(posts)
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON DATABASE {name} IS '{mark}'")
        print(f"made {posts:,} posts in {time.monotonic() - began:.0f} s", flush=True)
    return name


def make(posts: int) -> None:
    """Fill the empty, migrated database. Only the large named topic is left out of a small forum."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from community.models import Post, PostRevision, Reaction, Topic, TopicRead
    from members.models import User
    from outbox.clock import now

    call_command("ensure_site", verbosity=0)
    at = now().replace(microsecond=0) - timedelta(days=1)
    began = at - timedelta(days=3 * 365)
    rng = random.Random(7)
    people = min(max(60, posts // 200), 5_000)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '256MB'; SELECT setseed(0.42)")
        sets = Sets(cursor)
        _people(sets, User, people, began)
        boards = _boards(began)
        _texts(sets, rng)
        _topics(sets, Topic, posts, people, boards, began, at)
        _posts(sets, Post, people, began)
        sets.insert(
            Reaction,
            {"post_id": "post.id", "member_id": "made.id", "kind": "'like'", "created_at": "post.created_at + interval '1 hour'"},
            f"""community_post AS post JOIN made ON made.n = 1 + (post.id * 7919) %% {people}
                WHERE post.id %% 5 = 0 AND made.id <> post.author_id""",
        )  # fmt: skip
        sets.run("UPDATE community_post SET like_count = 1 WHERE id IN (SELECT post_id FROM community_reaction)")
        # Sixty people have a history: each opened up to five hundred topics, some read to their end.
        sets.insert(
            TopicRead,
            {
                "member_id": "made.id", "topic_id": "topic.id", "visited_at": "topic.last_post_at",
                "last_read_number": "greatest(1, topic.highest_number - (topic.id %% 3)::int * 4)",
            },
            """made CROSS JOIN LATERAL (SELECT * FROM community_topic
               WHERE (id + made.n) %% 2 = 0 ORDER BY last_post_at DESC LIMIT 500) AS topic WHERE made.n <= 60""",
        )  # fmt: skip
        sets.insert(
            PostRevision,
            {
                "post_id": "id", "revision": "1", "raw": "'before: ' || raw", "title": "''", "reason": "''",
                "by_id": "author_id", "at": "created_at + interval '1 hour'",
            },
            "community_post WHERE id %% 50 = 0",
        )  # fmt: skip
        _counters(sets)
    connection.close()  # what ran at the commit has left no trace in the session
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM (ANALYZE)")
    _around()
    connection.close()


def _people(sets: Sets, model: Any, people: int, began: datetime) -> None:
    sets.insert(
        model,
        {
            "username": "'friend' || n", "email": "'friend' || n || '@example.com'", "password": "'!'",
            "display_name": "CASE WHEN n %% 3 = 0 THEN '茶友' || n ELSE 'Friend ' || n END",
            "public_id": NEW_ID, "date_joined": f"'{began.isoformat()}'::timestamptz + n * interval '1 minute'",
        },
        f"generate_series(1, {people}) AS n",
    )  # fmt: skip
    sets.run(
        """CREATE TEMPORARY TABLE made ON COMMIT DROP AS
           SELECT id, row_number() OVER (ORDER BY id) AS n FROM members_user WHERE username LIKE 'friend%'"""
    )
    sets.run("CREATE UNIQUE INDEX ON made (n)")


def _boards(began: datetime) -> list[int]:
    """Four boards with two inside of each: guests read all but the last, where only members do."""
    from community.actions.forum import boards

    made = []
    for n in range(4):
        made.append(boards.ensure_board(slug=f"board-{n}", name=f"Board {n}", description="All about it.", at=began))
        for inner in range(2):
            made.append(
                boards.ensure_board(
                    slug=f"board-{n}-{inner}", name=f"Board {n} · {inner}", parent=f"board-{n}", at=began,
                    permissions={"members": ["see", "browse", "start", "reply"], "guests": []} if n == 3 and inner else None,
                )
            )  # fmt: skip
    return made


def _texts(sets: Sets, rng: random.Random) -> None:
    from community import cook

    samples = [text.strip() for text in (ENGLISH + "\n~~\n" + CHINESE).split("~~")]
    cooked = [cook.cook(text, lambda handles: {}) for text in samples]
    sets.run("CREATE TEMPORARY TABLE sample (n int PRIMARY KEY, raw text, cooked text, plain text) ON COMMIT DROP")
    sets.cursor.executemany(
        "INSERT INTO sample VALUES (%s, %s, %s, %s)",
        [(n, raw, str(one.html), one.text) for n, (raw, one) in enumerate(zip(samples, cooked, strict=True))],
    )
    sets.run("CREATE TEMPORARY TABLE word (n int PRIMARY KEY, word text) ON COMMIT DROP")
    sets.cursor.executemany("INSERT INTO word VALUES (%s, %s)", list(enumerate(words(rng))))
    sets.run("ANALYZE sample; ANALYZE word")


def _topics(sets: Sets, model: Any, posts: int, people: int, boards: list[int], began: datetime, at: datetime) -> None:
    named = {slug: size for slug, size in TOPICS.items() if size * 4 <= posts}
    rest = posts - sum(named.values())
    # A topic's size is 1 + 4 / u^0.7: half of them have fewer than seven posts, one in a thousand has hundreds.
    sets.run(
        f"""
        CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
        WITH drawn AS (
            SELECT n, least(2000, floor(1 + 4 / power(random() + 1e-4, 0.7)))::int AS size
            FROM generate_series(1, {rest} / 5 + 10) AS n
        ), summed AS (SELECT n, size, sum(size) OVER (ORDER BY n) AS total FROM drawn)
        SELECT n::int, (CASE WHEN total > {rest} THEN size - (total - {rest}) ELSE size END)::int AS size,
               NULL::text AS slug, random() AS place, random() AS moment
        FROM summed WHERE total - size < {rest}
        """
    )
    for slug, size in named.items():
        sets.run(
            "INSERT INTO plan SELECT max(n) + 1, %s, %s, 0, %s FROM plan", size, slug, 0.05 if size > 1_000 else 0.99
        )
    order = ", ".join(map(str, boards))
    span = int((at - began).total_seconds())
    sets.insert(
        model,
        {
            "public_id": NEW_ID, "board_id": f"(ARRAY[{order}])[1 + floor({len(boards)} * place * place)::int]",
            "kind": "CASE WHEN n %% 4 = 0 THEN 'question' ELSE 'discussion' END",
            "title": """CASE WHEN n %% 3 = 0 THEN '第' || n || '个问题：' || word || '怎么泡才好喝？'
                             ELSE 'How long may a ' || word || ' rest, asked ' || n || ' times?' END""",
            "slug": "coalesce(plan.slug, 'asked-' || n)",
            "author_id": f"(SELECT id FROM made WHERE made.n = 1 + (plan.n::bigint * 31) %% {people})",
            "created_at": f"'{began.isoformat()}'::timestamptz + moment * {span} * interval '1 second'",
            "last_post_at": f"'{began.isoformat()}'::timestamptz + moment * {span} * interval '1 second'",
            "last_post_by_id": f"(SELECT id FROM made WHERE made.n = 1 + (plan.n::bigint * 31) %% {people})",
            "touched_at": "now()",
        },
        "(SELECT plan.*, word.word FROM plan JOIN word ON word.n = (plan.n * 17) %% 6000) AS plan ORDER BY moment",
    )  # fmt: skip
    sets.run(
        """CREATE TEMPORARY TABLE target ON COMMIT DROP AS
           SELECT topic.id, topic.created_at, topic.author_id, plan.size FROM community_topic AS topic
           JOIN plan ON topic.slug = coalesce(plan.slug, 'asked-' || plan.n)"""
    )


def _posts(sets: Sets, model: Any, people: int, began: datetime) -> None:
    """A topic is a talk of few: its posts come from a dozen people, half an hour apart, in big topics a minute."""
    sets.insert(
        model,
        {
            "topic_id": "draw.id", "number": "draw.number", "kind": "'post'", "state": "'visible'",
            "author_id": "made.id", "cook_version": "1", "created_at": "draw.moment",
            "raw": "sample.raw || E'\\n\\n' || draw.tail", "text": "sample.plain || E'\\n' || draw.tail",
            "cooked": "sample.cooked || '<p>' || draw.tail || '</p>'",
        },
        f"""(
            SELECT target.id, number, CASE WHEN number = 1 THEN 0 ELSE floor(random() * 12)::int END AS who,
                   target.created_at + (number - 1) * (CASE WHEN size > 500 THEN interval '1 minute' ELSE interval '20 minutes' END)
                   AS moment, floor(random() * 9)::int AS sample,
                   (SELECT string_agg(word, ' ' ORDER BY n) FROM word
                    WHERE n IN (floor(6000 * power(draw[1], 3))::int, floor(6000 * power(draw[2], 3))::int,
                                floor(6000 * power(draw[3], 3))::int, floor(6000 * power(draw[4], 3))::int,
                                floor(6000 * power(draw[5], 3))::int, floor(6000 * power(draw[6], 3))::int)) || '.' AS tail
            FROM target CROSS JOIN LATERAL generate_series(1, target.size) AS number
            CROSS JOIN LATERAL (SELECT ARRAY[random(), random(), random(), random(), random(), random() + number * 0] AS draw) AS d
        ) AS draw
        JOIN sample ON sample.n = draw.sample
        JOIN made ON made.n = 1 + ((draw.id + draw.who * 97) %% {people})
        ORDER BY draw.moment""",
    )  # fmt: skip
    sets.run(
        """UPDATE community_post AS post SET parent_id = above.id FROM community_post AS above
           WHERE above.topic_id = post.topic_id AND post.number > 2 AND post.id % 4 = 0
             AND above.number = post.number - 1 - post.id % 2"""
    )
    sets.run(
        """UPDATE community_topic AS topic SET highest_number = said.number, visible_posts = said.number,
               last_seq = said.number, last_post_at = said.at, last_post_by_id = said.by, participants = said.people,
               author_id = said.first
           FROM (SELECT topic_id, max(number) AS number, max(created_at) AS at,
                        (array_agg(author_id ORDER BY number DESC))[1] AS by,
                        (array_agg(author_id ORDER BY number))[1] AS first,
                        (array_agg(DISTINCT author_id))[1:5] AS people
                 FROM community_post GROUP BY topic_id) AS said WHERE said.topic_id = topic.id"""
    )
    sets.run(
        """UPDATE community_topic AS topic SET accepted_post_id = post.id FROM community_post AS post
           WHERE topic.kind = 'question' AND topic.id % 3 = 0 AND post.topic_id = topic.id AND post.number = 2"""
    )


def _counters(sets: Sets) -> None:
    sets.run(
        """UPDATE community_board AS board SET topic_count = said.topics, post_count = said.posts, counted_at = now()
           FROM (SELECT board_id, count(*) AS topics, sum(visible_posts) AS posts FROM community_topic GROUP BY board_id) AS said
           WHERE said.board_id = board.id"""
    )


def _around() -> None:
    """What else a page draws: tiers beside names, points in the header, a room with unread words."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from community.actions.chat import messages, rooms
    from loyalty.actions import grant_points
    from outbox.clock import now

    at = now() - timedelta(hours=2)
    people = list(get_user_model().objects.order_by("id")[:60])
    with transaction.atomic():
        room = rooms.create_room(kind="public", slug="table", name="Table", by=None, at=at)
        for n, person in enumerate(people):
            for currency in ("credit", "points"):
                grant_points(
                    cause=f"{currency}{n}", member_id=person.pk, amount=20 * n + 5, reason="x", origin="x", by=None, at=at,
                    currency=currency,
                )  # fmt: skip
            messages.send_message(room_id=room, raw="Tea?", client_id=f"{n}", by=person.pk, at=at)
