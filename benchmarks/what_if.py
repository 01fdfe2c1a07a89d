# ruff: noqa: E402
"""How long a what-if takes over many orders, next to raw SQL that reads the same rows, in one run on one PostgreSQL.

    python benchmarks/what_if.py [--orders 100000] [--members 20000] [--acts 1000]

It makes its own database `laoyou_bench_what_if` beside the site's and drops it at the end. fsync stays on.

published   a replay of the published rules: has to come out as the ledger, or the run fails
draft       a changed rule with a daily cap of points, and one with conditions on members
raw SQL     orders, lines and what the ledger holds for them, fetched by bare psycopg without looking at them
economics   the page “Points as promises”
"""

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded

embedded.ensure_running()

import django
from django.conf import settings

django.setup()

import psycopg
from django.core.management import call_command
from django.db import connection, transaction

AT = datetime(2026, 3, 2, tzinfo=UTC)
NAME = "laoyou_bench_what_if"
ORIGINAL = settings.DATABASES["default"]["NAME"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--members", type=int, default=20_000)
    parser.add_argument("--acts", type=int, default=1_000)
    options = parser.parse_args()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{NAME}"')
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = NAME
    try:
        call_command("migrate", verbosity=0)
        fill(options)
        measure()
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = ORIGINAL
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)')


def fill(options: argparse.Namespace) -> None:
    from loyalty import actions
    from loyalty.actions.orders.imports import Purchase
    from outbox import nudge

    nudge._send_task = lambda task, args: None  # type: ignore[assignment]
    chance = random.Random(1)
    for start in range(0, options.orders, 5_000):
        bought = [
            Purchase(
                external_id=str(number), customer=f"c{chance.randrange(options.members)}", quantity=chance.randint(1, 4),
                at=AT - timedelta(minutes=chance.randrange(80 * 24 * 60)), net=chance.randint(500, 20_000), content=str(number),
            )
            for number in range(start, min(start + 5_000, options.orders))
        ]  # fmt: skip
        with transaction.atomic():
            actions.import_orders(source="bench", currency="EUR", purchases=bought, by=None, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM members_user ORDER BY id LIMIT 400")
        people = [pk for (pk,) in cursor.fetchall()]
    for number in range(options.acts):
        author, fan = chance.sample(people, 2)
        with transaction.atomic():
            actions.accept_answer(
                post_id=number, author_id=author, by_id=fan, self_answer=False, at=AT - timedelta(minutes=number)
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def raw() -> int:
    """The same rows, in the same batches, by bare psycopg."""
    read = 0
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.ClientCursor}) as link:
        ids = [
            one
            for (one,) in link.execute(
                "SELECT id FROM loyalty_order WHERE paid_at >= %s AND paid_at < %s AND member_id IS NOT NULL ORDER BY paid_at, id",
                [AT - timedelta(days=90), AT],
            )
        ]
        for start in range(0, len(ids), 1_000):
            some = ids[start : start + 1_000]
            for sql in (
                "SELECT * FROM loyalty_order WHERE id = ANY(%s)",
                "SELECT * FROM loyalty_orderline WHERE order_id = ANY(%s)",
                "SELECT * FROM loyalty_refund WHERE order_id = ANY(%s)",
                "SELECT line.order_id, txn.rule_id, entry.currency_id, -sum(entry.amount) FROM loyalty_orderline AS line "
                "JOIN loyalty_txn AS txn ON txn.source_type = 'order_line' AND txn.source_id = line.id "
                "JOIN loyalty_entry AS entry ON entry.txn_id = txn.id "
                "AND entry.account = loyalty_account('issued', entry.currency_id) "
                "WHERE line.order_id = ANY(%s) GROUP BY 1, 2, 3",
            ):
                read += len(link.execute(sql, [some]).fetchall())
    return read


def measure() -> None:
    from loyalty import trying
    from loyalty.actions.trials import drafting
    from loyalty.models import EarningRule, Trial
    from loyalty.queries.economics import economics_of

    with transaction.atomic():
        draft_id = drafting.make_draft(name="bench", by=None, at=AT)
        row = EarningRule.objects.get(code="purchase", replaced_at=None)
        values = {name: getattr(row, name) for name in drafting.fields_of_a_rule()}
        drafting.put_rule(draft_id=draft_id, code="purchase", values=values | {"points": 2, "points_cap": 150}, at=AT)
        tree = {"fact": "member.age_days", "is": "at_least", "value": 0}
        drafting.put_rule(
            draft_id=draft_id, code="old", at=AT, values=values | {"formula": "fixed", "conditions": tree}
        )
    legs: dict[str, float] = {}
    legs["raw SQL"], rows = timed(raw)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, draft in (("published", None), ("draft", draft_id)):
        trial = Trial.objects.create(draft_id=draft, since=AT - timedelta(days=90), until=AT, asked_at=AT)
        legs[name], result = timed(lambda trial=trial: trying.count(trial))  # type: ignore[misc]
        if name == "published" and result["before"] != result["after"]:
            raise SystemExit("The published rules do not come out as the ledger.")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with transaction.atomic():
        legs["economics"], _page = timed(lambda: economics_of(at=AT))
    deeds = sum(result["deeds"].values())
    print(f"{deeds:,} orders and acts, {rows:,} rows read")
    for name, seconds in legs.items():
        rate = f"{deeds / seconds:>10,.0f} a second" if name != "economics" else ""
        print(f"{name:<10}{seconds:>8.2f} s{rate}")
    print(
        f"published / raw SQL = {legs['published'] / legs['raw SQL']:.1f}; memory grew by {(after - before) / 1024:.0f} MB"
    )


if __name__ == "__main__":
    main()
