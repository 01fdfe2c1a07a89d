"""How fast the ledger posts: each claim is a command, beside its own limit in the same run on the same PostgreSQL.

    python benchmarks/ledger.py award|batch|last-item|expiry|proof|growth|orders|deliveries|all [--seconds 5] [--rounds 3]

It makes its own database `laoyou_bench_ledger` beside the site's and drops it at the end; fsync and synchronous_commit stay on.
Read the ratios: everything runs on one machine. A verdict stands next to each goal, also when it was not reached.

award       one award through `grant_points`, beside pgbench with one lean function that writes the same rows, and plain objects with the same promises
batch       `ledger.earn` for a crowd with its events, awards a second
last-item   32 at once claim the last piece: winners, and the 99th percentile of a claim
expiry      a million lots expire while members keep spending
proof       the proof of the books of 200,000 wallets
growth      one award at 10,000 and at 5,000,000 entries
orders      `record_order` with two lines: statements and orders a second
deliveries  what the dispatcher delivers a second to the subscriber of `points.posted`
"""

import argparse
import statistics
import time
from collections.abc import Callable

import ledger_crowds as crowds
import ledger_ways as ways
from ledger_world import (
    Rate,
    drop,
    drop_empty,
    make_empty,
    people,
    pgbench,
    prepare,
    rate,
    settings_line,
    sql,
    table,
    verdict,
)


def award(options: argparse.Namespace) -> None:
    members = people(options.members)
    sql(ways.YARDSTICK)
    once = ways.action(members)(0)
    delivery = ways.delivery_of(once)
    written, plainly = ways.rows_of(once), ways.rows_of(ways.objects(members, delivery)(0))
    if written != plainly:
        raise SystemExit(f"The two ways do not write the same rows:\n  {written}\n  {plainly}")
    print(
        f"award at {options.clients} clients; both ways write {written}{'' if delivery else '; nobody wants its event'}"
    )
    shapes = [(options.clients, 1), (max(1, options.clients // 4), 4)]
    raw, plain, bare, ours = [], [], [], {shape: [] for shape in shapes}
    for _ in range(options.rounds):
        raw.append(pgbench(ways.script(members, 1, delivery), clients=options.clients, seconds=options.seconds))
        for processes, threads in shapes:
            ours[processes, threads].append(
                rate(ways.action(members), processes=processes, threads=threads, seconds=options.seconds)
            )
        for found, way in (
            (plain, ways.objects(members, delivery)),
            (bare, ways.bare_objects(members, 1, delivery)),
        ):
            found.append(rate(way, processes=options.clients, threads=1, seconds=options.seconds))
    limit = statistics.median(raw)
    print(f"  pgbench, one function      {limit:>8,.0f} a second  ({_spread(raw)})")
    for (processes, threads), rates in ours.items():
        print(f"  grant_points {processes:>2} × {threads} clients {_told(rates)}")
    print(f"  plain objects              {_told(plain)}")
    print(f"  plain objects, rows alone  {_told(bare)}")
    # Sixteen clients either way: the site is served by few processes of several threads, scripts are processes of one.
    shape = max(shapes, key=lambda one: statistics.median([found.a_second for found in ours[one]]))
    best, named = ours[shape], f"{shape[0]} × {shape[1]} clients"
    verdict(
        f"action / pgbench, {named}", statistics.median([a.a_second / b for a, b in zip(best, raw, strict=True)]), 1 / 3
    )
    verdict(
        f"action / plain objects, {named}",
        statistics.median([a.a_second / b.a_second for a, b in zip(best, plain, strict=True)]),
        6,
    )
    alone = statistics.median([a.a_second / b.a_second for a, b in zip(best, bare, strict=True)])
    print(f"               action / plain objects that promise nothing: {alone:.2f}")


def batch(options: argparse.Namespace) -> None:
    members = people(options.members)
    print(f"batches of {options.batch}")
    rates = {}
    for processes in (1, 4):
        found = [
            rate(ways.batch(members, options.batch), processes=processes, threads=1, seconds=options.seconds)
            for _ in range(options.rounds)
        ]
        rates[processes] = statistics.median([one.a_second for one in found])
        print(f"  {processes} processes {_told(found)}")
    verdict("awards a second in batches", max(rates.values()), 10_000)


def _told(found: list[Rate]) -> str:
    rates = [one.a_second for one in found]
    middle = sorted(found, key=lambda one: one.a_second)[len(found) // 2]
    return (
        f"{statistics.median(rates):>8,.0f} a second  ({_spread(rates)}); client {middle.client_ms:.2f} ms of processor, "
        f"p50 {middle.p50:.1f} ms, p99 {middle.p99:.1f} ms"
    )


def _spread(rates: list[float]) -> str:
    return f"{min(rates):,.0f}-{max(rates):,.0f}"


COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "award": award,
    "batch": batch,
    "last-item": crowds.last_item,
    "expiry": crowds.expiry,
    "proof": crowds.proof,
    "growth": crowds.growth,
    "orders": crowds.orders,
    "deliveries": crowds.deliveries,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=[*COMMANDS, "all"])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--members", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--races", type=int, default=1000, help="last-item: rounds")
    parser.add_argument("--lots", type=int, default=1_000_000, help="expiry: lots")
    parser.add_argument("--wallets", type=int, default=200_000, help="proof: wallets")
    parser.add_argument("--entries", type=int, default=5_000_000, help="growth: entries of the large ledger")
    parser.add_argument("--template", default="", help="an empty migrated database to copy, instead of migrating")
    options = parser.parse_args()
    commands = list(COMMANDS) if options.command == "all" else [options.command]
    begun_all, empty = time.perf_counter(), options.template or make_empty()
    try:
        for command in commands:
            prepare(empty)
            try:
                print(f"--- {command} --- {settings_line()}", flush=True)
                begun = time.perf_counter()
                COMMANDS[command](options)
                print(f"  took {time.perf_counter() - begun:.0f} s", flush=True)
            finally:
                drop()
    finally:
        if not options.template:
            drop_empty()
    table(time.perf_counter() - begun_all)


if __name__ == "__main__":
    main()
