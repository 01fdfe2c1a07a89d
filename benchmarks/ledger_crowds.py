"""What `ledger.py` measures of crowds: races, a million lots, large books, orders and deliveries."""

import argparse
import multiprocessing
import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import ledger_ways as ways
from django.db import connection, transaction
from ledger_world import AT, Rate, fill, people, pgbench, rate, sql, verdict

RIVALS = 32


def last_item(options: argparse.Namespace) -> None:
    """Four processes of eight threads: each round all claim the one piece at the same moment."""
    from loyalty.models import Reward

    members = people(RIVALS)
    fill(members, RIVALS * 100)
    rewards = [
        one.pk
        for one in Reward.objects.bulk_create(
            [Reward(name=f"last {number}", kind="perk", cost=1, stock=1) for number in range(options.races)]
        )
    ]
    connection.close()
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(RIVALS), context.Queue()
    processes = [
        context.Process(target=_rivals, args=(members, rewards, number, barrier, results)) for number in range(4)
    ]
    for process in processes:
        process.start()
    told = [one for _ in range(RIVALS) for one in results.get(timeout=900)]
    for process in processes:
        process.join()
    winners = [0] * len(rewards)
    for nth, won, _took in told:
        winners[nth] += won
    cuts = statistics.quantiles([took * 1000 for _nth, _won, took in told], n=1000)
    print(f"last item: {len(rewards)} rounds of {RIVALS} at once; p50 {cuts[499]:.0f} ms, p99.9 {cuts[998]:.0f} ms")
    verdict("rounds with exactly one winner", sum(one == 1 for one in winners), len(rewards))
    verdict("99th percentile of a claim", cuts[989], 250, unit=" ms", most=True)


def _rivals(members: list[int], rewards: list[int], process: int, barrier: Any, results: Any) -> None:
    threads = [
        threading.Thread(target=_rival, args=(members[process * 8 + nth], rewards, barrier, results))
        for nth in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _rival(member: int, rewards: list[int], barrier: Any, results: Any) -> None:
    from loyalty import actions
    from outbox.clock import now

    told = []
    connection.ensure_connection()
    for nth, reward in enumerate(rewards):
        barrier.wait(timeout=120)
        began, won = time.perf_counter(), 0
        try:
            with transaction.atomic(durable=True):
                actions.claim_reward(reward_id=reward, member_id=member, key=f"b{reward}", by=member, at=now())
            won = 1
        except actions.RewardRefused:
            pass
        told.append((nth, won, time.perf_counter() - began))
    connection.close()
    results.put(told)


def expiry(options: argparse.Namespace) -> None:
    """As every night: batches, each its own transaction; four others spend all the while."""
    from loyalty import actions

    members = people(100_000)
    fill(members, options.lots, expires="now() - interval '1 hour'")
    fill(members, 200_000, expires="now() + interval '1 year'", amount=100)
    connection.close()
    context = multiprocessing.get_context("fork")
    stop, results = context.Event(), context.Queue()
    spenders = [context.Process(target=_spend, args=(members, number, stop, results)) for number in range(4)]
    for spender in spenders:
        spender.start()
    moment = sql("SELECT now()")[0][0]
    began, gone = time.perf_counter(), 1
    while gone:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '15s'")  # the site's own
            gone = actions.expire_lots(at=moment)
    took = time.perf_counter() - began
    stop.set()
    times = sorted(one for _ in spenders for one in results.get(timeout=60))
    for spender in spenders:
        spender.join()
    left = sql("SELECT count(*) FROM loyalty_lot WHERE remaining > 0 AND expires_at <= %s", [moment])[0][0]
    p99 = times[int(len(times) * 0.99)] * 1000
    print(
        f"expiry of {options.lots:,} lots, {left} left over; meanwhile {len(times):,} claims paid, "
        f"p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {p99:.0f} ms, longest {times[-1] * 1000:.0f} ms"
    )
    verdict("expiry", took * 1_000_000 / options.lots, 180, unit=" s a million", most=True)
    _prove()


def _spend(members: list[int], client: int, stop: Any, results: Any) -> None:
    from loyalty.actions import InsufficientPoints, ledger
    from outbox.clock import now

    pick, times = random.Random(client), []
    while not stop.is_set():
        began = time.perf_counter()
        try:
            with transaction.atomic(durable=True):
                ledger.spend(
                    key=uuid.uuid4(), member_id=pick.choice(members), amount=3, reason="bench", source_type="bench",
                    source_id=1, by=None, at=now(), facts={},
                )  # fmt: skip
        except InsufficientPoints:
            continue
        times.append(time.perf_counter() - began)
        time.sleep(0.02)
    connection.close()
    results.put(times)


def proof(options: argparse.Namespace) -> None:
    """The wallets of a large site: as many of points, five and a half lots each, a fifth of them spent from."""
    members = people(options.wallets // 2)
    fill(members, round(options.wallets * 5.5))
    _use_some(options.wallets // 5)
    seconds = [_prove() for _ in range(options.rounds)]
    wallets = sql("SELECT count(*) FROM loyalty_wallet")[0][0]
    verdict(f"proof of {wallets:,} wallets", statistics.median(seconds), 10, unit=" s", most=True)


def _use_some(number: int) -> None:
    sql(
        "SELECT count(spent.txn_id) FROM (SELECT member_id FROM loyalty_wallet WHERE currency_id = 1 ORDER BY id LIMIT %s) AS chosen, "
        "LATERAL loyalty_spend(gen_random_uuid(), chosen.member_id, 1::smallint, 30, 'bench', NULL, 'bench', 1, now(), '{}') AS spent",
        [number],
    )
    sql("VACUUM ANALYZE")


def _prove() -> float:
    from loyalty import queries

    found = queries.check_books()
    print(
        f"  books {'balance' if found.clean else 'ARE WRONG: ' + str(found.findings[0])}: {found.entries:,} entries, "
        f"{found.lots:,} lots in {found.seconds:.2f} s"
    )
    return found.seconds


def growth(options: argparse.Namespace) -> None:
    """The same clients on a small ledger and on a large one; the action and the bare function, to tell which of them grows."""
    members = people(options.members)
    sql(ways.YARDSTICK)
    delivery = ways.delivery_of(ways.action(members)(0))
    found: dict[int, tuple[list[Rate], list[float]]] = {}
    for entries in (10_000, options.entries):
        fill(
            members,
            (entries - sql("SELECT count(*) FROM loyalty_entry")[0][0]) // 2,
            expires="now() + interval '1 year'",
        )
        ours, raw = [], []
        for _ in range(options.rounds):
            ours.append(rate(ways.action(members), processes=options.clients, threads=1, seconds=options.seconds))
            raw.append(pgbench(ways.script(members, 1, delivery), clients=options.clients, seconds=options.seconds))
        found[entries] = ours, raw
        middle = statistics.median([one.a_second for one in ours])
        print(
            f"  {entries:>9,} entries: action {middle:,.0f} a second, p50 {statistics.median([o.p50 for o in ours]):.1f} ms; "
            f"function {statistics.median(raw):,.0f}"
        )
    (small, _), (large, _) = found[10_000], found[options.entries]
    kept = statistics.median([o.a_second for o in large]) / statistics.median([o.a_second for o in small])
    verdict("rate at the large size / at the small one", kept, 0.8)
    _prove()


def orders(options: argparse.Namespace) -> None:
    """New paid orders of two lines, as a shop's worker records them; statements counted once."""
    from django.test.utils import CaptureQueriesContext

    members = people(options.members)
    once = _orders(members[:1])(999)  # whose tier stands after the first
    for _ in range(3):
        once()
    with CaptureQueriesContext(connection) as seen:
        once()
    print(f"orders of two lines: {len(seen)} statements, begin and commit included")
    for processes in (1, 4):
        found = [
            rate(_orders(members), processes=processes, threads=1, seconds=options.seconds)
            for _ in range(options.rounds)
        ]
        rates = [one.a_second for one in found]
        print(
            f"  {processes} processes: {statistics.median(rates):,.0f} a second ({min(rates):,.0f}-{max(rates):,.0f}); client "
            f"{statistics.median([o.client_ms for o in found]):.1f} ms of processor, p50 {statistics.median([o.p50 for o in found]):.1f} ms, "
            f"p99 {statistics.median([o.p99 for o in found]):.1f} ms"
        )


def _orders(members: list[int]) -> ways.Way:
    from loyalty import actions
    from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState

    def way(client: int) -> Callable[[], int]:
        pick = random.Random(client)

        def once() -> int:
            order = CanonicalOrder(
                source="bench", external_id=uuid.uuid4().hex, revision="1", occurred_at=AT, state=PaymentState.PAID,
                currency="EUR", placed_at=AT, paid_at=AT, member_id=pick.choice(members),
                lines=tuple(OrderLineData(external_id=str(n), quantity=1, net=1990, sku=f"s{n}", product="Tea") for n in (1, 2)),
            )  # fmt: skip
            with transaction.atomic(durable=True):
                actions.record_order(order=order, by=None, at=AT)
            return 1

        return once

    return way


def deliveries(options: argparse.Namespace) -> None:
    """Awards of credit make one delivery each; two workers drain them."""
    members = people(options.members)
    number = 4000
    for processes in (1, 2):
        _pile(members, number)
        connection.close()
        context = multiprocessing.get_context("fork")
        drained = [context.Process(target=_drain) for _ in range(processes)]
        began = time.perf_counter()
        for one in drained:
            one.start()
        for one in drained:
            one.join()
        took = time.perf_counter() - began
        left, failed = sql(
            "SELECT count(*) FILTER (WHERE done_at IS NULL), count(*) FILTER (WHERE last_error <> '') FROM outbox_eventdelivery"
        )[0]
        print(f"  {processes} workers: {number / took:,.0f} deliveries a second; {left} left, {failed} failed")


def _pile(members: list[int], number: int) -> None:
    from loyalty.events import PointsPosted
    from outbox.publish import publish_many

    with transaction.atomic():
        publish_many(
            [
                PointsPosted(
                    member_id=members[nth % len(members)],
                    txn_id=nth,
                    currency="credit",
                    amount=25,
                    at=AT + timedelta(0),
                )
                for nth in range(number)
            ]
        )


def _drain() -> None:
    from outbox.dispatch import run_pending

    run_pending()
    connection.close()
