# ruff: noqa: E402
"""How fast is the search at 1,000 and at 1,000,000 posts, in English and Chinese, in the database?

    python benchmarks/search.py [--posts 1000 1000000] [--rounds 30] [--keep]

Makes a database of its own for each size (`laoyou_bench_search_<posts>`) by set-based SQL and drops it, unless --keep.
Half of the posts are English, half Chinese, of words with a Zipf-like distribution; every query is the statement of the
results page: candidates, the truth of this moment, rank, twenty rows with their texts. Printed: p50 and p99 in ms over
--rounds for each question, beside `SELECT 1` and LIKE over the same posts in the same run; how many documents our
tokens make a second; and the sizes of table and indexes.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded

embedded.ensure_running()

import django
from django.conf import settings

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction

from community.actions import search as documents
from community.actions.forum.boards import ensure_board
from community.queries import search
from community.queries.search_filters import Wanted
from community.search import query as search_query
from community.search import tokens as search_tokens

AT = datetime(2026, 6, 1, tzinfo=UTC)
ORIGINAL = settings.DATABASES["default"]["NAME"]
TEXTS = 20_000
"""Different texts; each stands in many posts, with a word of its own added."""

_TRUTH = """
INSERT INTO community_topic (public_id, board_id, kind, title, slug, author_id, state, pinned, created_at, last_post_at,
    last_post_by_id, highest_number, visible_posts, participants, last_seq, touched_at)
SELECT lpad(n::text, 12, '0'), (SELECT id FROM community_board ORDER BY id OFFSET n %% 8 LIMIT 1), 'question', text.title, '',
    person.first + n %% 1000, 'open', 'no', %(at)s - make_interval(secs => (%(posts)s / 20 - n) * 1200),
    %(at)s - make_interval(secs => (%(posts)s / 20 - n) * 1200), person.first, 20, 20, '{}', 0, now()
FROM generate_series(1, %(posts)s / 20) AS n, (SELECT min(id) AS first FROM members_user) AS person, bench_text AS text
WHERE text.id = n %% %(texts)s;
INSERT INTO community_post (topic_id, number, author_id, kind, state, raw, cooked, cook_version, text, mentions, links,
    revision, like_count, changed_seq, created_at)
SELECT topic.first + (n - 1) / 20, (n - 1) %% 20 + 1, person.first + n %% 1000, 'post', 'visible', '', '', 1,
    text.body || ' only' || n || CASE WHEN n %% 30011 = 7 THEN ' 茉莉 jasmine' ELSE '' END, '{}', '{}', 1, 0, 0,
    %(at)s - make_interval(secs => (%(posts)s - n) * 60)
FROM generate_series(1, %(posts)s) AS n, (SELECT min(id) AS first FROM community_topic) AS topic,
    (SELECT min(id) AS first FROM members_user) AS person, bench_text AS text
WHERE text.id = (n * 7919::bigint) %% %(texts)s;
"""
# The words of a text are made once by our tokens, the few of the single post are joined to them.
_DOCUMENTS = """
INSERT INTO community_searchdocument (kind, object_id, topic_id, board_id, author_id, is_topic, at, words, version)
SELECT 'post', post.id, topic.id, topic.board_id, post.author_id, post.number = 1, post.created_at,
    CASE WHEN post.number = 1 THEN setweight(title.title_words, 'A') ELSE '' END || text.words
        || to_tsvector('simple', 'only' || n.n)
        || CASE WHEN n.n %% 30011 = 7 THEN '''茉莉'':300 ''莉'':301 ''jasmine'':302'::tsvector ELSE '' END, %(version)s
FROM community_post AS post JOIN community_topic AS topic ON topic.id = post.topic_id
CROSS JOIN LATERAL (SELECT post.id - (SELECT min(id) FROM community_post) + 1 AS n) AS n
JOIN bench_text AS text ON text.id = (n.n * 7919::bigint) %% %(texts)s
JOIN bench_text AS title ON title.id = (topic.id - (SELECT min(id) FROM community_topic) + 1) %% %(texts)s
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--keep", action="store_true", help="keep the databases, and use those that are there")
    options = parser.parse_args()
    for posts in options.posts:
        name = f"laoyou_bench_search_{posts}"
        there = _exists(name)
        try:
            if not (there and options.keep and _filled(name, posts)):
                make(name, posts)
            _use(name)
            search._spans.clear()
            measure(posts, options.rounds)
        finally:
            _use(ORIGINAL)
            if not options.keep:
                _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def make(name: str, posts: int) -> None:
    _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _run(f'CREATE DATABASE "{name}"')
    _use(name)
    call_command("migrate", verbosity=0)
    texts = [written(number) for number in range(TEXTS)]
    began = time.perf_counter()
    words = [search_tokens.vector(body=body) for _title, body in texts]
    print(f"{posts:,} posts. Tokens of {TEXTS / (time.perf_counter() - began):,.0f} documents a second.")
    get_user_model().objects.bulk_create(
        [get_user_model()(username=f"friend{n}", email=f"friend{n}@example.com", password="!") for n in range(1_000)]
    )
    with transaction.atomic():
        for number in range(8):
            ensure_board(slug=f"board-{number}", name=f"Board {number}", at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # the role's is for pages
        cursor.execute(
            "CREATE TABLE bench_text (id int PRIMARY KEY, title text, body text, words tsvector, title_words tsvector)"
        )
        with cursor.copy("COPY bench_text FROM STDIN") as copy:
            for number, ((title, body), vector) in enumerate(zip(texts, words, strict=True)):
                copy.write_row((number, title, body, vector, search_tokens.vector(title=title)))
        values = {"at": AT, "posts": posts, "texts": TEXTS, "version": search_tokens.VERSION}
        # Foreign keys are checked row by row: this database can do without.
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text"
            " IN ('community_topic', 'community_post', 'community_searchdocument')"
        )
        for table, constraint in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
        for statement in _TRUTH.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'community_searchdocument' AND indexdef LIKE '%%gin%%'"
        )
        indexes = cursor.fetchall()
        for index, _definition in indexes:
            cursor.execute(f'DROP INDEX "{index}"')
        cursor.execute(_DOCUMENTS, values)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _index, definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE community_searchdocument")
        cursor.execute("VACUUM ANALYZE community_post")
        cursor.execute("VACUUM ANALYZE community_topic")


def written(number: int) -> tuple[str, str]:
    """A title and a text of the vocabulary's words; even ones English, odd ones Chinese."""
    chance = random.Random(number)
    pick = _chinese if number % 2 else _english
    joint = "" if number % 2 else " "
    return joint.join(pick(chance) for _ in range(6)), joint.join(pick(chance) for _ in range(40))


def _english(chance: random.Random) -> str:
    return "tea" if chance.random() < 0.012 else f"w{_letters(int(30_000 * chance.random() ** 4))}"


def _letters(number: int) -> str:
    said = ""
    while True:
        said += "bcdfghjklmnprstvwz"[number % 18] + "aeiou"[number // 18 % 5]
        number //= 90
        if not number:
            return said


def _chinese(chance: random.Random) -> str:
    if chance.random() < 0.012:
        return "白茶"
    place = int(20_000 * chance.random() ** 4)
    return chr(0x4E00 + place * 7 % 3_000) + chr(0x4E00 + place * 13 % 2_503)


def measure(posts: int, rounds: int) -> None:
    size = "SELECT pg_size_pretty(pg_relation_size(%s))"
    sizes = {name: _run(size, [name])[0][0] for name in ("community_searchdocument", "community_search_posts")}
    print(
        f"\n{posts:,} posts; documents {sizes['community_searchdocument']}, their word index {sizes['community_search_posts']}"
    )
    boards = [row[0] for row in _run("SELECT id FROM community_board")]
    middle = f"w{_letters(40)}"
    questions = {
        "English, common (newest 1,000 ranked)": "tea",
        "English, rare": "jasmine",
        "English, middling": middle,
        "two common words": f"tea {middle}",
        "a phrase of two words": f'"tea {middle}"',
        "beginning of a word": "jasm",
        "Chinese, two characters, rare": "茉莉",
        "Chinese, two characters, common": "白茶",
        "Chinese, four characters": _run("SELECT substr(body, 11, 4) FROM bench_text WHERE id = 5")[0][0],
        "Chinese, one character": "茉",
        "mixed": "茉莉 jasmine",
        "nothing has it": "unheardof",
        "common, one board of eight": "tea in:board-3",
        "common, of one author": "tea from:friend3",
    }
    print(f"{'':<42}{'hits':>8}{'p50 ms':>10}{'p99 ms':>10}")
    _line("SELECT 1", rounds, lambda: (_run("SELECT 1"), "")[1])
    for name, text in questions.items():
        _line(name, rounds, lambda text=text: _ask(text, boards))  # type: ignore[misc]
    _line("similar titles", rounds, lambda: len(search.similar_topics(title=written(4)[0], boards=boards)))
    _line("one edited post made findable again", rounds, _index_one)
    for text in ("茉莉", "jasmine"):
        _line(f"LIKE '%{text}%' over the posts", 3 if posts > 10_000 else rounds, lambda text=text: _like(text))  # type: ignore[misc]


def _ask(text: str, boards: list[int]) -> str:
    question = search_query.parse(text)
    author = None
    for name, value in question.filters:
        if name == "in":
            boards = [row[0] for row in _run("SELECT id FROM community_board WHERE slug = %s", [value])]
        else:
            author = _run("SELECT id FROM members_user WHERE username = %s", [value])[0][0]
    wanted = Wanted(question.terms, boards, author_id=author)
    found = search._posts(wanted, None, 1, False, AT, any_of=False)
    return f"{found.total}{'+' if found.capped else ''}"


def _index_one() -> str:
    """As the subscriber does it, with its transaction; the words really change."""
    post, topic = random.choice(_run("SELECT id, topic_id FROM community_post ORDER BY id DESC LIMIT 1000"))
    _run("UPDATE community_post SET text = %s WHERE id = %s", [written(random.randrange(10**9))[1], post])
    with transaction.atomic():
        documents.index_posts(topic_ids=[topic], post_ids=[post], at=AT)
    return ""


def _like(text: str) -> int:
    return len(_run("SELECT id FROM community_post WHERE text LIKE %s ORDER BY id DESC LIMIT 20", [f"%{text}%"]))


def _line(name: str, rounds: int, ask: Callable[[], Any]) -> None:
    hits = ask()
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1_000)
    taken.sort()
    print(f"{name:<42}{hits!s:>8}{statistics.median(taken):>10.2f}{taken[int(len(taken) * 0.99)]:>10.2f}")


def _run(statement: str, values: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _exists(name: str) -> bool:
    return bool(_run("SELECT 1 FROM pg_database WHERE datname = %s", [name]))


def _filled(name: str, posts: int) -> bool:
    _use(name)
    try:
        return bool(_run("SELECT count(*) >= %s FROM community_searchdocument", [posts])[0][0])
    finally:
        _use(ORIGINAL)


if __name__ == "__main__":
    main()
