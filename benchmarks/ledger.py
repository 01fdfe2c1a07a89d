# ruff: noqa: E402
"""How fast the ledger posts, through Django and next to the same rows written in other ways, in one run on one PostgreSQL.

    python benchmarks/ledger.py [--seconds 3] [--clients 1 8] [--members 2000] [--batch 100]

It makes its own database `laoyou_bench_ledger` beside the site's and drops it at the end. fsync stays on.

action     what a subscriber calls: accept_answer (rule, merit, caps, two postings, two events)
posting    ledger.earn for one award of points: one call of the database function
function   the same call by bare psycopg, without Django
plain ORM  the same rows (transaction, two entries, lot, wallet) with objects and select_for_update
batch      ledger.earn for a crowd, awards a second
last item  rounds of 32 threads that claim the last piece: winners, and the 99th percentile of a claim
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded

embedded.ensure_running()

import django
from django.conf import settings

django.setup()

import psycopg
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction

AT = datetime(2026, 3, 2, tzinfo=UTC)
NAME = "laoyou_bench_ledger"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    make_database()
    try:
        measure(options)
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = ORIGINAL
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)')


ORIGINAL = settings.DATABASES["default"]["NAME"]


def make_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{NAME}"')
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = NAME
    call_command("migrate", verbosity=0)


def measure(options: argparse.Namespace) -> None:
    from loyalty import queries
    from loyalty.models import EarningRule
    from outbox import nudge

    nudge._send_task = lambda task, args: None  # type: ignore[assignment]
    EarningRule.objects.update(daily_cap=None, giver_cap=None)
    made = get_user_model().objects.bulk_create(
        [
            get_user_model()(username=f"bench{i}", email=f"bench{i}@example.com", password="!")
            for i in range(options.members)
        ]
    )
    members = [one.pk for one in made]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT loyalty_lock_wallets(%s)", [members])
    ways: dict[str, Callable[[int], Callable[[], int]]] = {
        "function": lambda client: function(members, client),
        "posting": lambda client: posting(members, client),
        "action": lambda client: action(members, client),
        "plain ORM": lambda client: plain(members, client),
        f"batch of {options.batch}": lambda client: batch(members, client, options.batch),
    }
    print(f"{'awards a second':<16}" + "".join(f"{count:>10}" for count in options.clients) + "  clients")
    rates: dict[str, list[float]] = {}
    for name, way in ways.items():
        rates[name] = [rate(way, count, options.seconds) for count in options.clients]
        print(f"{name:<16}" + "".join(f"{value:>10,.0f}" for value in rates[name]))
    last = -1
    print(
        f"at {options.clients[last]} clients: posting / function = {rates['posting'][last] / rates['function'][last]:.2f}, "
        f"posting / plain ORM = {rates['posting'][last] / rates['plain ORM'][last]:.1f}, "
        f"action / plain ORM = {rates['action'][last] / rates['plain ORM'][last]:.1f}"
    )
    last_item(members, options.rounds)
    proof = queries.check_books()
    print(
        f"books {'balance' if proof.clean else 'ARE WRONG'}: {proof.entries:,} entries proved in {proof.seconds:.2f} s"
    )


def rate(way: Callable[[int], Callable[[], int]], clients: int, seconds: float) -> float:
    """Awards a second of so many threads, each with its own connection."""
    counts = [0] * clients
    barrier = threading.Barrier(clients + 1)
    end = [0.0]

    def run(client: int) -> None:
        once = way(client)
        once()
        barrier.wait()
        while time.perf_counter() < end[0]:
            counts[client] += once()
        connection.close()

    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    end[0] = float("inf")
    for thread in threads:
        thread.start()
    started = time.perf_counter()
    end[0] = started + 3600
    barrier.wait()
    started = time.perf_counter()
    end[0] = started + seconds
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def picker(members: list[int], client: int) -> Callable[[], int]:
    state = [client * 7919]

    def pick() -> int:
        state[0] = (state[0] * 1103515245 + 12345) % 2**31
        return members[state[0] % len(members)]

    return pick


def row(member: int) -> dict[str, object]:
    moment = AT.isoformat()
    return {
        "key": str(uuid.uuid4()), "member": member, "currency": 1, "amount": 25, "kind": "earn", "reason": "bench",
        "origin": "activity", "source_type": "bench", "effective_at": moment, "available_at": moment, "expires_at": None,
        "facts": {},
    }  # fmt: skip


def function(members: list[int], client: int) -> Callable[[], int]:
    pick = picker(members, client)
    parameters = connection.get_connection_params()
    bare = psycopg.connect(
        **{key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
    )
    bare.autocommit = True

    def once() -> int:
        bare.execute("SELECT nth, txn_id, created FROM loyalty_earn(%s)", [json.dumps([row(pick())])])
        return 1

    return once


def earning(member: int) -> object:
    from loyalty.actions.ledger import Earning

    return Earning(
        key=uuid.uuid4(), member_id=member, currency="points", amount=25, reason="bench", origin="activity", source_type="bench",
        effective_at=AT, available_at=AT,
    )  # fmt: skip


def posting(members: list[int], client: int) -> Callable[[], int]:
    from loyalty.actions import ledger

    pick = picker(members, client)

    def once() -> int:
        with transaction.atomic(durable=True):
            ledger.earn(earnings=[earning(pick())], by=None, at=AT)  # type: ignore[list-item]
        return 1

    return once


def batch(members: list[int], client: int, size: int) -> Callable[[], int]:
    from loyalty.actions import ledger

    pick = picker(members, client)

    def once() -> int:
        with transaction.atomic(durable=True):
            ledger.earn(earnings=[earning(pick()) for _ in range(size)], by=None, at=AT)  # type: ignore[misc]
        return size

    return once


_posts = iter(range(1, 10**9))


def action(members: list[int], client: int) -> Callable[[], int]:
    from loyalty import actions

    pick = picker(members, client)

    def once() -> int:
        author = pick()
        by = members[0] if author != members[0] else members[1]
        with transaction.atomic(durable=True):
            actions.accept_answer(post_id=next(_posts), author_id=author, by_id=by, self_answer=False, at=AT)
        return 1

    return once


def plain(members: list[int], client: int) -> Callable[[], int]:
    from loyalty.models import Entry, Lot, Txn, Wallet

    pick = picker(members, client)

    def once() -> int:
        with transaction.atomic(durable=True):
            wallet = Wallet.objects.select_for_update().get(member_id=pick(), currency_id=1)
            txn = Txn.objects.create(
                key=uuid.uuid4(),
                kind="earn",
                reason="bench",
                origin="activity",
                source_type="bench",
                effective_at=AT,
                facts={},
            )
            Entry.objects.create(txn=txn, account=wallet.id, currency_id=1, amount=25)
            Entry.objects.create(txn=txn, account=-1001, currency_id=1, amount=-25)
            Lot.objects.create(
                wallet=wallet, txn=txn, amount=25, remaining=25, earned_at=AT, available_at=AT, origin="activity"
            )
            wallet.posted += 25
            wallet.lifetime += 25
            wallet.save()
        return 1

    return once


def last_item(members: list[int], rounds: int) -> None:
    from loyalty import actions
    from loyalty.models import Reward

    winners, times = [], []
    for number in range(rounds):
        reward = Reward.objects.create(name=f"last {number}", kind="perk", cost=1, stock=1)
        won = [0] * 32
        barrier = threading.Barrier(32)

        def go(i: int, reward: Reward = reward, won: list[int] = won, barrier: threading.Barrier = barrier) -> None:
            connection.ensure_connection()
            barrier.wait()
            started = time.perf_counter()
            try:
                with transaction.atomic(durable=True):
                    actions.claim_reward(
                        reward_id=reward.id, member_id=members[i], key=f"bench-{reward.id}", by=None, at=AT
                    )
                won[i] = 1
            except actions.RewardRefused:
                pass
            times.append(time.perf_counter() - started)
            connection.close()

        threads = [threading.Thread(target=go, args=(i,)) for i in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners.append(sum(won))
    p99 = statistics.quantiles(times, n=100)[98] * 1000
    print(
        f"last item: {rounds} rounds of 32 threads, {sum(one == 1 for one in winners)} with exactly one winner; p99 {p99:.0f} ms"
    )


if __name__ == "__main__":
    main()
