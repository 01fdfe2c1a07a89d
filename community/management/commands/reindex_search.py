"""`manage.py reindex_search`: give a search document to everything that has none, or an old one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from community.actions import search
from community.search.tokens import VERSION
from outbox.clock import now

STEP = 2_000

# Of the next STEP ids, those without a document of this version; and where the step ends.
_NEXT = """
WITH step AS (SELECT id FROM {table} WHERE id > %(after)s ORDER BY id LIMIT %(step)s)
SELECT max(step.id), array_agg(step.id) FILTER (WHERE held.id IS NULL OR held.version <> %(version)s OR %(all)s)
FROM step LEFT JOIN community_searchdocument AS held ON held.kind = %(kind)s AND held.object_id = step.id
"""
_ALL_TOPICS = range(1_000)  # so many keys mean: one writer for everything


class Command(BaseCommand):
    help = (
        "Make the search documents of old posts, messages, tags and people. May be stopped and started again at any time: "
        "what is done is skipped. After an import, or after a new version of the tokens."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="make every document anew")

    def handle(self, *args: Any, **given: Any) -> None:
        from members.queries import findable

        for kind, table in (
            ("post", "community_post"),
            ("message", "community_message"),
            ("tag", "community_tag"),
            ("person", findable().model._meta.db_table),
        ):
            self._walk(kind, table, everything=given["all"])
        with transaction.atomic(durable=True):
            gone = search.drop_orphans(at=now())
        self.stdout.write(f"{gone} documents of what is gone were dropped.")

    def _walk(self, kind: str, table: str, *, everything: bool) -> None:
        after, made = 0, 0
        while True:
            values: dict[str, str | int | bool] = {
                "after": after,
                "step": STEP,
                "version": VERSION,
                "kind": kind,
                "all": everything,
            }
            with connection.cursor() as cursor:
                cursor.execute(_NEXT.format(table=table), values)
                last, ids = cursor.fetchone()
            if last is None:
                break
            after = last
            if ids:
                with transaction.atomic(durable=True):
                    made += _index(kind, ids)
                self.stdout.write(f"{kind}: {made} made, up to id {after}")
        self.stdout.write(f"{kind}: {made} made.")


def _index(kind: str, ids: list[int]) -> int:
    if kind == "post":
        return search.index_posts(topic_ids=_ALL_TOPICS, post_ids=ids, at=now())
    if kind == "message":
        return search.index_messages(message_ids=ids, at=now())
    if kind == "tag":
        return search.index_tags(tag_ids=ids, at=now())
    return search.index_people(member_ids=ids, at=now())
