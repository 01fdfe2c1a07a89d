# ruff: noqa: E402
"""The world of `ledger.py`: a database of its own beside the site's, crowds of members in SQL, and clients as processes."""

import multiprocessing
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded, snapshot

embedded.ensure_running()

import django
from django.conf import settings

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, connection

NAME = "laoyou_bench_ledger"
EMPTY = "laoyou_bench_empty"
ORIGINAL = settings.DATABASES["default"]["NAME"]
AT = datetime(2026, 3, 2, tzinfo=UTC)


def make_empty() -> str:
    """An empty migrated site, made once for all commands to copy. Its name."""
    _silence()
    _drop(EMPTY)
    sql(f'CREATE DATABASE "{EMPTY}"')
    _use(EMPTY)
    snapshot.load(connection)
    call_command("migrate", verbosity=0)
    _use(ORIGINAL)
    return EMPTY


def drop_empty() -> None:
    _drop(EMPTY)


def prepare(empty: str) -> None:
    """A copy of an empty site as the database of the benchmark."""
    _silence()
    _drop(NAME)
    sql(f'CREATE DATABASE "{NAME}" TEMPLATE "{empty}"')
    _use(NAME)


def drop() -> None:
    _use(ORIGINAL)
    _drop(NAME)


def _silence() -> None:
    """Nothing of what is measured is told to the sockets or workers of a site that runs."""
    from messaging import hub
    from outbox import nudge

    hub.PREFIX = "laoyou:bench:"
    nudge._send_task = lambda task, args: None  # type: ignore[assignment]


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _drop(name: str) -> None:
    """Clients that were killed in a run before may still be there for a moment; autovacuum gives way by itself."""
    for attempt in range(30):
        try:
            sql(f'DROP DATABASE IF EXISTS "{name}"')
            return
        except DatabaseError:
            if attempt == 29:
                raise
            time.sleep(1)


def sql(text: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """One statement of the set-up, however long it takes: the site's limit on statements is for what is measured."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(text, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def settings_line() -> str:
    """What makes a commit durable here, as the server says it."""
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")
    shown = ", ".join(f"{name}={sql(f'SHOW {name}')[0][0]}" for name in names)
    load = os.getloadavg()
    return f"PostgreSQL {shown}; {os.cpu_count()} cores, load before {load[0]:.1f}"


def people(number: int) -> list[int]:
    """Members with their wallets, copied in SQL from one that Django made. Their ids."""
    first = get_user_model().objects.create(username=f"bench{uuid.uuid4().hex[:12]}", password="!")
    row = {name: f'first."{name}"' for (name,) in sql(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'members_user' AND column_name <> 'id'"
    )}  # fmt: skip
    row |= {"username": "'b' || substr(md5(first.id || ':' || n), 1, 20)", "email": "''"}
    row["public_id"] = "substr(md5('p' || first.id || ':' || n), 1, 12)"
    columns = ", ".join(f'"{name}"' for name in row)
    made = sql(
        f"INSERT INTO members_user ({columns}) SELECT {', '.join(row.values())} "
        "FROM members_user AS first, generate_series(1, %s) AS n WHERE first.id = %s RETURNING id",
        [number, first.pk],
    )
    ids = [id for (id,) in made]
    sql(
        "INSERT INTO loyalty_wallet (member_id, currency_id, posted, held, lifetime, allow_negative) "
        "SELECT member, currency.id, 0, 0, 0, currency.negative_policy = 'debt' "
        "FROM unnest(%s::bigint[]) AS member CROSS JOIN loyalty_currency AS currency",
        [ids],
    )
    sql("ANALYZE")
    return ids


def fill(members: list[int], lots: int, *, expires: str = "NULL", back: str = "30 days", amount: int = 25) -> None:
    """So many awards of points in the books, spread over the members, written by bulk SQL: exact double entry."""
    # Foreign keys are taken away and proved again afterwards, all rows at once; the balance is proved by `proof`.
    keys = sql(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' "
        "AND conrelid IN ('loyalty_txn'::regclass, 'loyalty_entry'::regclass, 'loyalty_lot'::regclass)"
    )
    for table, name, _definition in keys:
        sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    sql("ALTER TABLE loyalty_entry DISABLE TRIGGER loyalty_entry_balanced")
    sql("SET work_mem = '128MB'")
    for begin in range(0, lots, 500_000):
        sql(
            f"""
            WITH wallets AS (
                SELECT array_agg(id ORDER BY id) AS ids FROM loyalty_wallet
                WHERE currency_id = 1 AND member_id = ANY(%(members)s)
            ), txns AS (
                INSERT INTO loyalty_txn (key, kind, reason, origin, source_type, effective_at, facts)
                SELECT gen_random_uuid(), 'earn', 'bench', 'activity', 'bench', now() - interval '{back}',
                       jsonb_build_object('cause', n, 'reason', 'bench')
                FROM generate_series(%(begin)s + 1, least(%(begin)s + 500000, %(lots)s)) AS n
                RETURNING id, effective_at
            ), spread AS (
                SELECT txns.id, txns.effective_at, ids[1 + txns.id %% array_length(ids, 1)] AS wallet FROM txns, wallets
            ), entries AS (
                INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
                SELECT id, leg.account, 1, leg.amount FROM spread,
                LATERAL (VALUES (wallet, {amount}), (loyalty_account('issued', 1::smallint), -{amount})) AS leg (account, amount)
            ), lots AS (
                INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
                SELECT wallet, id, {amount}, {amount}, effective_at, effective_at, {expires}, 'activity' FROM spread
            ), sums AS (SELECT wallet, count(*) * {amount} AS total FROM spread GROUP BY wallet)
            UPDATE loyalty_wallet AS held SET posted = posted + total, lifetime = lifetime + total
            FROM sums WHERE held.id = sums.wallet
            """,
            {"members": members, "begin": begin, "lots": lots},
        )
    for table, name, definition in keys:
        sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    sql("ALTER TABLE loyalty_entry ENABLE TRIGGER loyalty_entry_balanced")
    sql("RESET work_mem")
    for table in ("txn", "entry", "lot", "wallet"):
        sql(f"VACUUM ANALYZE loyalty_{table}")
    connection.close()  # and with it what was set here


@dataclass(frozen=True)
class Rate:
    """Units a second, processor ms a unit of the clients themselves, and the 50th and 99th percentile of one call in ms."""

    a_second: float
    client_ms: float
    p50: float
    p99: float


def rate(way: Callable[[int], Callable[[], int]], *, processes: int, threads: int, seconds: float) -> Rate:
    """Run `way(client)()` over and over in so many processes of so many threads, each client with its own connection."""
    connection.close()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(processes + 1)
    results = context.Queue()
    started = [
        context.Process(target=_client, args=(way, number, threads, seconds, barrier, results))
        for number in range(processes)
    ]
    for process in started:
        process.start()
    barrier.wait(timeout=120)
    told = [results.get(timeout=seconds + 120) for _ in started]
    for process in started:
        process.join()
    done = sum(count for count, _cpu, _times, _took in told)
    times = sorted(one for _count, _cpu, all_times, _took in told for one in all_times)
    took = max(took for _count, _cpu, _times, took in told)
    cpu = sum(cpu for _count, cpu, _times, _took in told)
    return Rate(
        done / took,
        cpu / max(done, 1) * 1000,
        times[len(times) // 2] * 1000,
        times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
    )


def _client(way: Any, number: int, threads: int, seconds: float, barrier: Any, results: Any) -> None:
    counts, times, errors = [0] * threads, [[] for _ in range(threads)], []
    inner = threading.Barrier(threads + 1)
    end = [0.0]

    def run(thread: int) -> None:
        try:
            once = way(number * threads + thread)
            for _ in range(3):
                once()
            inner.wait()
            inner.wait()
            while (now := time.perf_counter()) < end[0]:
                counts[thread] += once()
                times[thread].append(time.perf_counter() - now)
        except BaseException as error:
            errors.append(error)
            inner.abort()
            raise
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    inner.wait()
    barrier.wait(timeout=120)
    cpu, begun = _cpu(), time.perf_counter()
    end[0] = begun + seconds
    inner.wait()
    for worker in workers:
        worker.join()
    took = time.perf_counter() - begun
    from outbox import nudge

    nudge.drain(5)  # what was left to the background thread belongs to the price
    results.put(
        (
            sum(counts),
            _cpu() - cpu,
            random.sample(flat := [t for one in times for t in one], min(len(flat), 5000)),
            took,
        )
    )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def pgbench(script: str, *, clients: int, seconds: float) -> float:
    """Transactions a second of the real pgbench with prepared statements."""
    places = connection.get_connection_params()
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        answer = subprocess.run(
            [
                str(embedded.postgres_programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
                "-T", str(max(1, round(seconds))), "-f", file.name, "-h", str(places["host"]), "-p", str(places["port"] or 5432),
                "-U", str(places["user"]), NAME,
            ],
            capture_output=True, text=True, check=False, env=os.environ | {"PGPASSWORD": str(places.get("password") or "")},
        )  # fmt: skip
    found = re.search(r"tps = ([\d.]+) \(without", answer.stdout)
    if found is None:
        raise SystemExit(f"pgbench: {answer.stdout}{answer.stderr}")
    return float(found[1])


_verdicts: list[tuple[bool, str, str, str]] = []


def verdict(name: str, value: float, goal: float, *, unit: str = "", most: bool = False) -> bool:
    """Print what was reached beside the goal, and keep it for `table`; `most`: not more than that."""
    good = value <= goal if most else value >= goal
    wanted, reached = f"{'at most' if most else 'at least'} {goal:,.2f}{unit}", f"{value:,.2f}{unit}"
    _verdicts.append((good, name, wanted, reached))
    print(f"  {'reached    ' if good else 'NOT REACHED'}  {name}: {reached} (goal: {wanted})", flush=True)
    return good


def table(seconds: float) -> None:
    """All verdicts of this run once more, under each other."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\n{'':11}  {'':44} {'goal':>32} {'measured':>28}")
    for good, name, wanted, reached in _verdicts:
        print(f"{'reached' if good else 'NOT REACHED':11}  {name:44} {wanted:>32} {reached:>28}")
    print(f"{seconds / 60:.1f} minutes in all; load of the machine now {load} on {os.cpu_count()} cores")
