"""The minute in which a show begins: members come in, give signs of life, vote, and rush for a few pieces of something.

Each act is what its form does inside its transaction, by THREADS database connections at once, as web processes have them.
Beside it, in the same run, `raw` does the least that the database must do for the same: for a seat the counter and the row
under the session's lock, for a vote, a sign of life and a claim the one statement that writes it; each committed. Run:

    LAOYOU_HOME=/tmp/laoyou-bench .venv/bin/python manage.py migrate
    LAOYOU_HOME=/tmp/laoyou-bench .venv/bin/python benchmarks/live_sessions.py [members] [seats] [pieces]
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

THREADS = 8


def rush(name: str, people: list[int], act: Callable[[int], Any]) -> dict[str, Any]:
    """Everybody once, as fast as the connections do it."""
    from django.db import connection

    waiting: Iterator[int] = iter(people)
    guard, delays = threading.Lock(), []
    failures: list[str] = []

    def work() -> None:
        own: list[float] = []
        connection.ensure_connection()
        gate.wait()
        while True:
            with guard:
                one = next(waiting, None)
            if one is None:
                break
            begun = time.perf_counter()
            try:
                act(one)
            except Exception as problem:
                failures.append(type(problem).__name__)
            own.append(time.perf_counter() - begun)
        delays.extend(own)
        connection.close()

    gate = threading.Barrier(THREADS + 1)
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    gate.wait()
    begun, cpu = time.monotonic(), time.process_time()
    for thread in threads:
        thread.join()
    took, cpu = time.monotonic() - begun, time.process_time() - cpu
    delays.sort()
    return {
        "act": name, "times": len(delays), "per_second": round(len(delays) / took),
        "p50_ms": round(delays[len(delays) // 2] * 1000, 2), "p99_ms": round(delays[int(len(delays) * 0.99)] * 1000, 2),
        "cpu_us": round(cpu / len(delays) * 1e6), "refused": len(failures), "why": sorted(set(failures)),
    }  # fmt: skip


def main() -> None:  # noqa: C901 - one run, from top to bottom
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    from config import embedded

    embedded.ensure_running()  # of LAOYOU_HOME; they end with this process
    django.setup()
    from django.contrib.auth import get_user_model
    from django.db import connection, transaction

    from community import slots
    from community.actions.live import asking, drops, seats, sessions
    from community.models import Drop, DropClaim, LiveSession, Seat
    from community.streams.sessions import note_here
    from outbox import nudge
    from outbox.clock import now

    nudge.Background.put = lambda *_given: None  # type: ignore[method-assign]  # what follows a commit is not measured
    given = [int(one) for one in sys.argv[1:]]
    members, capacity, pieces = (given + [2_000, 200, 50][len(given) :])[:3]
    mark, at = str(time.time_ns()), now()
    user = get_user_model()
    made = user.objects.bulk_create(
        user(username=f"l{mark}{n}", email=f"l{mark}{n}@example.com") for n in range(members)
    )
    people = [one.pk for one in made]

    def nothing(**_given: Any) -> None: ...

    cups = [slots.Prize(key="cup", name="A cup")]
    slots.drop_sources.register(slots.DropSource("bench", lambda: cups, nothing, nothing))

    def show(seats_: int) -> LiveSession:
        wanted = sessions.Show(title="Tea evening", host_id=people[0], time_zone="UTC", capacity=seats_)
        with transaction.atomic():
            public_id = sessions.plan_session(
                show=wanted, starts_at=at, ends_at=at + timedelta(hours=1), by=people[0], at=at - timedelta(days=1)
            )
        LiveSession.objects.filter(public_id=public_id).update(state="live", doors_at=at, started_at=at)
        return LiveSession.objects.get(public_id=public_id)

    def committed(act: Callable[[int], Any]) -> Callable[[int], Any]:
        def run(one: int) -> None:
            with transaction.atomic(durable=True):
                act(one)

        return run

    def raw(*statements: str, **values: Any) -> Callable[[int], Any]:
        def run(one: int) -> None:
            with transaction.atomic(durable=True), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement, {"member": one, "at": now(), **values})

        return run

    found: list[dict[str, Any]] = []

    def measure(name: str, who: list[int], act: Callable[[int], Any], limit: Callable[[int], Any]) -> None:
        own, least = rush(name, who, act), rush(f"{name}, raw", who, limit)
        found.extend([own, least])
        for one in (own, least):
            print(json.dumps(one), flush=True)
        print(json.dumps({"act": name, "of_raw": round(own["per_second"] / least["per_second"], 2)}), flush=True)

    lock = "SELECT id FROM community_livesession WHERE id = %(session)s FOR NO KEY UPDATE"
    count = "UPDATE community_livesession SET seated = seated + 1 WHERE id = %(session)s"
    sit = (
        "INSERT INTO community_seat (session_id, member_id, state, priority, rsvp, waiting_since, last_seen_at) "
        "VALUES (%(session)s, %(member)s, '{state}', 0, false, %(at)s, %(at)s)"
    )
    full, least, open_show, other = show(capacity), show(capacity), show(0), show(0)
    measure(
        f"come in, {capacity} seats", people, committed(lambda one: seats.join(session_id=full.pk, by=one, at=now())),
        raw(lock, sit.format(state="waiting"), session=least.pk),
    )  # fmt: skip
    taken = Seat.objects.filter(session=full, state="seated").count()
    full.refresh_from_db()
    assert taken == full.seated == min(capacity, members), (taken, full.seated)
    measure(
        "come in, as many as come", people,
        committed(lambda one: seats.join(session_id=open_show.pk, by=one, at=now())),
        raw(lock, count, sit.format(state="seated"), session=other.pk),
    )  # fmt: skip
    open_show.refresh_from_db()
    assert open_show.seated == members
    seen = (
        "UPDATE community_seat SET last_seen_at = %(at)s WHERE session_id = %(session)s AND member_id = %(member)s",
        "SET LOCAL synchronous_commit TO off",
    )
    measure(
        "sign of life", people,
        lambda one: note_here(open_show.pk, one, at=now() + timedelta(seconds=30)), raw(*seen, session=other.pk),
    )  # fmt: skip
    # Somebody holds the session's row all the time: signs of life and votes must not wait for it.
    held, stop = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            LiveSession.objects.select_for_update(no_key=True).get(pk=open_show.pk)
            held.set()
            stop.wait()
        connection.close()

    with transaction.atomic():
        poll = asking.ask_poll(
            session_id=open_show.pk, question="Green?", options=["Yes", "No"], shown=True, by=people[0], at=at
        )
    poll_id = open_show.polls.get(public_id=poll).pk
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    found.append(
        rush("sign of life, session locked", people, lambda one: note_here(open_show.pk, one, at=now() + timedelta(60)))
    )
    print(json.dumps(found[-1]), flush=True)
    choose = (
        "INSERT INTO community_sessionpollvote (poll_id, member_id, choice, at) VALUES (%(poll)s, %(member)s, 1, %(at)s) "
        "ON CONFLICT (poll_id, member_id) DO UPDATE SET choice = excluded.choice"
    )
    measure(
        "vote, session locked", people,
        committed(lambda one: asking.choose(poll_id=poll_id, choice=one % 2, by=one, at=now())),
        raw(choose, poll=poll_id),
    )  # fmt: skip
    stop.set()
    holder.join()
    ids = []
    for _ in range(2):
        with transaction.atomic():
            name = drops.announce(
                session_id=open_show.pk, source="bench", prize="cup", stock=pieces, least_rank=0, countdown=0, minutes=5,
                by=people[0], at=now(),
            )  # fmt: skip
        ids.append(Drop.objects.get(public_id=name).pk)
    take = "UPDATE community_drop SET claimed = claimed + 1 WHERE id = %(drop)s AND claimed < stock"
    measure(
        f"rush for {pieces} pieces", people, committed(lambda one: drops.claim(drop_id=ids[0], by=one, at=now())),
        raw(take, drop=ids[1]),
    )  # fmt: skip
    assert DropClaim.objects.filter(drop_id=ids[0]).count() == min(pieces, members)


if __name__ == "__main__":
    main()
