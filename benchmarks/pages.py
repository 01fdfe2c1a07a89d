"""What do the pages people read most cost? A topic of 20 posts, the forum's front and the home page, as guest and member.

    python benchmarks/pages.py [--seconds 3] [--clients 8] [--rounds 3] [--profile]

A database of its own is filled (50 topics, 1,000 posts, twelve people), then one granian worker with four threads, as
`manage.py up` runs it, is asked by a closed-loop client in a process of its own over kept connections. The limit is
measured in the same run: /health/live, which does nothing, with all of the site's middleware. Printed: pages a second
(median of the rounds, with the lowest and highest), the server's CPU a page without PostgreSQL's, and the share of the limit.

--profile prints instead where one process spends its time on the topic page, by cProfile, without a server.
"""

import argparse
import asyncio
import cProfile
import multiprocessing
import os
import pstats
import statistics
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from serving import cpu_seconds, free_port, wait_for  # noqa: E402

NAME = "laoyou_pages"
TEXT = """You can rest a white tea for **ten minutes**, and nobody minds:

- water at ninety-five degrees,
- a lid,
- patience, as [we said before](https://example.com/tea).

> The third infusion is the one that I like best."""


def fill() -> tuple[str, str]:
    """People, boards, topics and posts; the path of a topic of 20 posts and a session of a member."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import transaction
    from django.test import Client

    from community.actions import boards, posts, rooms, topics
    from community.queries.topics import url_of
    from loyalty.actions import grant_points
    from outbox.clock import now

    call_command("ensure_site", verbosity=0)
    at = now() - timedelta(days=2)
    people = [get_user_model().objects.create_user(f"friend{n}", f"friend{n}@example.com") for n in range(12)]
    with transaction.atomic():
        ids = [boards.ensure_board(slug=f"board-{n}", name=f"Board {n}", at=at) for n in range(4)]
        room = rooms.create_room(kind="public", slug="table", name="Table", by=None, at=at)
        for n, person in enumerate(people):
            grant_points(
                cause=f"{n}",
                member_id=person.pk,
                amount=50 * n,
                reason="x",
                origin="x",
                by=None,
                at=at,
                currency="credit",
            ) if n else None
            rooms.send_message(room_id=room, raw="Tea?", client_id=f"{n}", by=person.pk, at=at)
    topic_id = 0
    for n in range(50):
        with transaction.atomic():
            at += timedelta(minutes=1)
            topic_id = topics.start_topic(
                board_id=ids[n % 4], title=f"How long may it rest, {n}?", raw=TEXT, by=people[n % 12].pk, at=at
            ).topic_id
            for number in range(19):
                at += timedelta(seconds=40)
                posts.reply(topic_id=topic_id, raw=TEXT, by=people[(n + number) % 12].pk, at=at)
    client = Client()
    client.force_login(people[3], "members.backends.MemberBackend")
    path = url_of(topic_id=topic_id)
    assert client.get(path).status_code == 200
    return path, client.cookies["sessionid"].value


async def ask(port: int, path: str, cookie: str, clients: int, seconds: float) -> int:
    """How many pages come back with 200; anything else ends the run."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *([f"Cookie: sessionid={cookie}"] if cookie else []), "", ""]
    request = "\r\n".join(lines).encode()
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds

    async def one() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        done = 0
        while loop.time() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{path}: {head.splitlines()[0].decode()}")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            done += 1
        writer.close()
        return done

    return sum(await asyncio.gather(*(one() for _ in range(clients))))


def load(answer: "multiprocessing.Queue[int]", *given: object) -> None:
    answer.put(asyncio.run(ask(*given)))  # type: ignore[arg-type]


def measure(pages: dict[str, tuple[str, str]], arguments: argparse.Namespace) -> dict[str, tuple[list[float], float]]:
    """Rates and median CPU (seconds a page) by page; the rounds go around all pages, so that a busy minute hits all."""
    from django.db import connection

    port = free_port()
    given = connection.get_connection_params()
    address = f"postgresql://{given['user']}@/{NAME}?host={given['host']}&port={given['port']}"
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4",
        "--host", "127.0.0.1", "--port", str(port), "config.wsgi:application",
    ]  # fmt: skip
    environment = os.environ | {"LAOYOU_PROCESS": "web", "DATABASE_URL": address}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rates: dict[str, list[float]] = {name: [] for name in pages}
    cpu: dict[str, list[float]] = {name: [] for name in pages}
    try:
        wait_for(port)
        for round_number in range(arguments.rounds + 1):
            for name, (path, cookie) in pages.items():
                seconds = arguments.seconds if round_number else 1  # the first one warms up
                answer: multiprocessing.Queue[int] = multiprocessing.Queue()
                before = cpu_seconds(server.pid)
                client = multiprocessing.Process(
                    target=load, args=(answer, port, path, cookie, arguments.clients, seconds)
                )
                client.start()
                done = answer.get(timeout=seconds + 30)
                client.join()
                if round_number:
                    rates[name].append(done / seconds)
                    cpu[name].append((cpu_seconds(server.pid) - before) / max(done, 1))
    finally:
        server.terminate()
        server.wait(timeout=20)
    return {name: (rates[name], statistics.median(cpu[name])) for name in pages}


def profile(path: str, cookie: str) -> None:
    """Where the topic page's time goes, in this process."""
    from django.test import Client

    for who, session in (("guest", ""), ("member", cookie)):
        client = Client()
        if session:
            client.cookies["sessionid"] = session
        for _ in range(5):
            client.get(path)
        watch = cProfile.Profile()
        watch.enable()
        for _ in range(100):
            client.get(path)
        watch.disable()
        print(f"--- {who}, 100 pages")
        pstats.Stats(watch).sort_stats("cumulative").print_stats(70)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    import django

    from config import embedded

    embedded.ensure_running()
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from config import snapshot
    from outbox import nudge

    nudge.synchronous, nudge._send_task = True, lambda task, args: None  # no broker is asked
    settings.ALLOWED_HOSTS.append("testserver")
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.settings_dict["NAME"] = NAME
    try:
        if not snapshot.load(connection):
            call_command("migrate", verbosity=0)
        topic, cookie = fill()
        if arguments.profile:
            profile(topic, cookie)
            return
        pages = {"limit: /health/live": ("/health/live", "")}
        for name, path in {"topic of 20 posts": topic, "forum front": "/forum/", "home": "/"}.items():
            pages |= {f"{name}, guest": (path, ""), f"{name}, member": (path, cookie)}
        results = measure(pages, arguments)
        limit = statistics.median(results["limit: /health/live"][0])
        for name, (rates, cpu) in results.items():
            middle = statistics.median(rates)
            spread = f"({min(rates):.0f}-{max(rates):.0f})"
            print(f"{name:28} {middle:7.0f}/s {spread:13} {cpu * 1000:6.2f} ms CPU  {middle / limit:6.3f} of the limit")
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()
