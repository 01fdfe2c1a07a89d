"""What do the forum's pages cost, small and large? One table for 1,000 posts and one for 1,000,000, and their ratio.

    python benchmarks/forum.py [--posts 1000 1000000] [--seconds 2] [--clients 8] [--rounds 3] [--only topic] [--profile]

Each size has its own database, made once (benchmarks/forum_data.py). One granian worker with four threads, as
`manage.py up` runs it, is asked by a closed-loop client in a process of its own over kept connections; each of the
clients is another member, with the cookies that a browser has after its first page. Printed, median and spread of the rounds: processor time of the web process a page (its own
process times), that of PostgreSQL, pages a second, and the ratio to a trivial Django view without any middleware, served
the same way in the same run. Processor time is steadier than rates on a busy machine.

"drawn" pages of guests carry a new query each time, so that no kept page answers; "kept" ones are asked again and again.
Also printed: `SELECT 1` from Python, the weight of the topic page (statements, requests, bytes, elements), and what a
reply costs in a topic of ten and one of ten thousand posts (in this process, through the whole site).

--profile prints instead where one process spends its time on the topic page, by cProfile, without a server.
"""

import argparse
import asyncio
import cProfile
import itertools
import multiprocessing
import os
import pstats
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LAOYOU_LIMITS", "false")  # nobody reads as fast as a benchmark

from serving import cpu_seconds, free_port, wait_for  # noqa: E402

SIZES = [1_000, 1_000_000]
LIMIT = "trivial Django view"


@dataclass(frozen=True)
class Page:
    """An address to ask; `cookies` one a client; `fresh` adds a new query to each request."""

    path: str
    cookies: tuple[str, ...] = ()
    fresh: bool = False


@dataclass
class Cost:
    """By round: processor milliseconds a page of web process and PostgreSQL, and pages a second."""

    web: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)


async def ask(port: int, page: Page, clients: int, seconds: float) -> int:
    """How many pages come back with 200; anything else ends the run."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds

    async def one(number: int) -> int:
        cookie = page.cookies[number % len(page.cookies)] if page.cookies else ""
        lines = [
            "Host: localhost",
            "Accept-Language: en",
            *([f"Cookie: sessionid={cookie}; csrftoken={cookie}"] if cookie else []),
            "",
            "",
        ]
        rest = "\r\n".join(lines)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        done = 0
        while loop.time() < until:
            path = f"{page.path}?once={number}.{time.monotonic_ns()}" if page.fresh else page.path
            writer.write(f"GET {path} HTTP/1.1\r\n{rest}".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{path}: {head.splitlines()[0].decode()}")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            done += 1
        writer.close()
        return done

    return sum(await asyncio.gather(*(one(number) for number in range(clients))))


def load(answer: "multiprocessing.Queue[int]", *given: Any) -> None:
    answer.put(asyncio.run(ask(*given)))


def serve(application: str, environment: dict[str, str]) -> tuple["subprocess.Popen[bytes]", int]:
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4",
        "--host", "127.0.0.1", "--port", str(port), application,
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'benchmarks'}"} | environment
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port)
    return server, port


def measure(pages: dict[str, Page], database: str, arguments: argparse.Namespace) -> dict[str, Cost]:
    """The rounds go around all pages, so that a busy minute hits all."""
    from django.db import connection

    from config import embedded

    given = connection.get_connection_params()
    address = f"postgresql://{given['user']}@/{database}?host={given['host']}&port={given['port']}"
    postmaster = int((embedded.home() / "postgres" / "postmaster.pid").read_text().split()[0])
    costs = {name: Cost() for name in (LIMIT, *pages)}
    trivial, trivial_port = serve("trivial:application", {})
    site, site_port = serve("config.wsgi:application", {"LAOYOU_PROCESS": "web", "DATABASE_URL": address})
    try:
        for round_number in range(arguments.rounds + 1):
            for name, cost in costs.items():
                server, port = (trivial, trivial_port) if name == LIMIT else (site, site_port)
                seconds = arguments.seconds if round_number else 1  # the first one warms up
                answer: multiprocessing.Queue[int] = multiprocessing.Queue()
                web, database_time = cpu_seconds(server.pid), cpu_seconds(postmaster)
                page = pages.get(name, Page("/"))
                client = multiprocessing.Process(target=load, args=(answer, port, page, arguments.clients, seconds))
                client.start()
                done = answer.get(timeout=seconds + 60)
                client.join()
                if round_number:
                    cost.web.append((cpu_seconds(server.pid) - web) / max(done, 1) * 1000)
                    cost.database.append((cpu_seconds(postmaster) - database_time) / max(done, 1) * 1000)
                    cost.rate.append(done / seconds)
    finally:
        for server in (trivial, site):
            server.terminate()
            server.wait(timeout=20)
    return costs


def repeat(act: Callable[[int], object], times: int) -> tuple[list[float], list[float]]:
    """Wall and processor milliseconds of this process, of each time."""
    walls, processor = [], []
    for number in range(times):
        start, began = time.perf_counter(), time.process_time()
        act(number)
        walls.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - began) * 1000)
    return walls, processor


def sign_in(people: int) -> list[str]:
    """Session keys of the first members, who all have a history and are regulars: newcomers may say little at once."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.test import Client

    keys = []
    regulars = Group.objects.get_or_create(name="trust:3")[0]
    for member in get_user_model().objects.filter(username__startswith="friend").order_by("id")[:people]:
        member.groups.add(regulars)
        client = Client()
        client.force_login(member, "members.backends.MemberBackend")
        keys.append(client.cookies["sessionid"].value)
    return keys


def statements(path: str, cookie: str) -> int:
    """What the second visit of an address asks PostgreSQL, without begin and commit."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-language": "en"})
    if cookie:
        client.cookies["sessionid"] = cookie
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{path}?once=1" if not cookie else path).status_code == 200
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for query in captured)


def show_weight(path: str, cookie: str) -> None:
    from django.test import Client
    from page_weight import from_finders, weigh

    for who, session in (("member", cookie), ("guest", "")):
        client = Client(headers={"accept-language": "en"})
        if session:
            client.cookies["sessionid"] = session
        found = weigh(client.get(path).content.decode(), path, from_finders)
        print(
            f"topic of 20, {who}: {statements(path, session)} statements, {found.requests} requests, {found.js:,} B gz JS, "
            f"{found.css:,} B gz CSS, {found.html:,} B gz HTML, {found.nodes} elements"
        )
        print(f"    {' '.join(found.addresses)}")


def small_topic(posts: int) -> str:
    """A new topic with that many posts on the first board; its address."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from community.actions.forum import posts as post_actions
    from community.actions.forum import topics
    from community.models import Board
    from community.queries.forum.topics import url_of
    from outbox.clock import now

    people = list(
        get_user_model().objects.filter(username__startswith="friend").order_by("id").values_list("id", flat=True)[:60]
    )
    with transaction.atomic():
        board = Board.objects.get(slug="board-0").pk
        made = topics.start_topic(
            board_id=board,
            title="What shall we drink now?",
            raw="Tell us what you drink on a day like this.",
            by=people[0],
            at=now(),
        )
        for number in range(1, posts):
            post_actions.reply(
                topic_id=made.topic_id,
                raw=f"Tea, number {number}, and the leaves were good.",
                by=people[number],
                at=now(),
            )
    return url_of(topic_id=made.topic_id)


def replier(path: str, cookies: list[str]) -> tuple[Callable[[int], None], int, int]:
    """Something that posts a reply, with its statements between BEGIN and COMMIT, and in the whole request."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from forum_data import words

    clients = []
    for cookie in cookies:
        client = Client(headers={"accept-language": "en"})
        client.cookies["sessionid"] = cookie
        client.get("/forum/")
        clients.append(client)
    rng = random.Random(time.monotonic_ns())
    vocabulary, turn = words(rng), itertools.count()

    def post(_number: int) -> None:
        said = " ".join(rng.choices(vocabulary, k=30))  # nobody says the same twice
        text = f"The **third** infusion, of course.\n\n- warm the pot\n- wait, then taste 一次\n\n{said}."
        answer = clients[next(turn) % len(clients)].post(f"{path}reply/", {"raw": text})
        if answer.status_code != 302:
            page = answer.content.decode()
            raise SystemExit(f"A reply was refused: {page[page.find('error-summary') :][:600]}")

    for number in range(len(clients)):
        post(number)
    with CaptureQueriesContext(connection) as captured:
        post(0)
    asked = [query["sql"] for query in captured]
    begins = [number for number, sql in enumerate(asked) if sql.startswith(("BEGIN", "SAVEPOINT"))]
    ends = [number for number, sql in enumerate(asked) if sql.startswith(("COMMIT", "RELEASE"))]
    inside = max((end - begin - 1 for begin, end in zip(begins, ends, strict=False)), default=0)
    return post, inside, len(asked) - len(begins) - len(ends)


def show_replies(cookies: list[str], large: str | None, arguments: argparse.Namespace) -> None:
    """The topics take turns, so that a busy minute hits both."""
    repliers = {"10": replier(small_topic(10), cookies)}
    if large:
        repliers["10,000"] = replier(large, cookies)
    walls: dict[str, list[float]] = {posts: [] for posts in repliers}
    processor: dict[str, list[float]] = {posts: [] for posts in repliers}
    for _ in range(arguments.replies):
        for posts, (post, _inside, _whole) in repliers.items():
            wall, cpu = repeat(post, 1)
            walls[posts] += wall
            processor[posts] += cpu
    for posts, (_post, inside, whole) in repliers.items():
        print(
            f"reply in a topic of {posts:>6} posts: {inside} statements in the transaction, {whole} in the request, "
            f"{statistics.median(walls[posts]):.1f} ms ({min(walls[posts]):.1f}-{max(walls[posts]):.0f}), "
            f"{statistics.median(processor[posts]):.2f} ms CPU"
        )
    if large:
        ratios = [statistics.median(taken["10,000"]) / statistics.median(taken["10"]) for taken in (walls, processor)]
        print(f"10,000 next to 10: × {ratios[0]:.2f} in time, × {ratios[1]:.2f} in processor time")


def searches() -> dict[str, Page]:
    """Addresses of searching to measure, by what they look for."""
    return {}


def profile(path: str, cookie: str) -> None:
    """Where the topic page's time goes, in this process."""
    from django.test import Client

    for who, session in (("guest", ""), ("member", cookie)):
        client = Client(headers={"accept-language": "en"})
        if session:
            client.cookies["sessionid"] = session
        for number in range(5):
            client.get(path, {} if session else {"once": number})
        watch = cProfile.Profile()
        watch.enable()
        for number in range(100):
            client.get(path, {} if session else {"once": f"p{number}"})
        watch.disable()
        print(f"--- {who}, 100 pages")
        pstats.Stats(watch).sort_stats("cumulative").print_stats(90)


def run(posts: int, arguments: argparse.Namespace) -> dict[str, Cost]:
    import forum_data
    from django.db import connection

    from community.models import Topic
    from community.queries.forum.topics import url_of
    from outbox import nudge

    database = forum_data.ensure(posts)
    topics = dict(Topic.objects.filter(slug__in=forum_data.TOPICS).values_list("slug", "id"))
    topic, large = url_of(topic_id=topics["twenty"]), topics.get("large")
    cookies = sign_in(12)
    if arguments.profile:
        profile(topic, cookies[3])
        return {}
    board = "/b/board-0/"
    pages = {
        "/health/live, all middleware": Page("/health/live"),
        "topic of 20, member": Page(topic, tuple(cookies)),
        "topic of 20, guest, drawn": Page(topic, fresh=True),
        "topic of 20, guest, kept": Page(topic),
        "topic of 10,000, its middle, member": Page(f"{url_of(topic_id=large)}5000/", tuple(cookies))
        if large
        else None,
        "board, member": Page(board, tuple(cookies)),
        "board, guest, drawn": Page(board, fresh=True),
        "forum front, member": Page("/forum/", tuple(cookies)),
        "forum front, guest, drawn": Page("/forum/", fresh=True),
        "home, member": Page("/", tuple(cookies)),
        "home, guest, kept": Page("/"),
        **searches(),
    }
    wanted = {name: page for name, page in pages.items() if page and arguments.only in name}
    print(f"\n--- {posts:,} posts", flush=True)
    with connection.cursor() as cursor:
        walls, processor = repeat(lambda number: cursor.execute("SELECT 1"), 2_000)
    print(f"SELECT 1 from Python: {statistics.median(walls):.3f} ms, {statistics.mean(processor):.3f} ms CPU")
    costs = measure(wanted, database, arguments)
    unit = statistics.median(costs[LIMIT].web)
    print(f"{'':38} {'CPU ms':>7} {'spread':>13} {'× trivial':>10} {'PostgreSQL':>11} {'pages/s':>8}")
    for name, cost in costs.items():
        middle = statistics.median(cost.web)
        print(
            f"{name:38} {middle:7.3f} {f'({min(cost.web):.2f}-{max(cost.web):.2f})':>13} {middle / unit:10.1f} "
            f"{statistics.median(cost.database):11.3f} {statistics.median(cost.rate):8.0f}"
        )
    if not arguments.only or "reply".startswith(arguments.only):
        for name, page in wanted.items():
            if "kept" not in name and not name.startswith("/health"):
                print(f"{name}: {statements(page.path, page.cookies[0] if page.cookies else '')} statements")
        show_weight(topic, cookies[3])
        show_replies(cookies, url_of(topic_id=large) if large else None, arguments)
    connection.close()
    nudge._put(
        nudge._live, lambda: connection.close()
    )  # the thread of the live hints has its own, and goes on in the next database
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--replies", type=int, default=60)
    parser.add_argument(
        "--only", default="", help="pages whose name holds this text, and nothing else; `reply` for replies"
    )
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    import django

    from config import embedded

    embedded.ensure_running()
    django.setup()
    from django.conf import settings

    from outbox import nudge

    nudge.synchronous, nudge._send_task = False, lambda task, args: None  # no broker is asked
    settings.ALLOWED_HOSTS.append("testserver")
    found = {posts: run(posts, arguments) for posts in arguments.posts}
    if len(found) > 1 and not arguments.profile:
        first, last = min(found), max(found)
        print(f"\n--- {last:,} posts next to {first:,}: web process, and with PostgreSQL")
        for name, cost in found[last].items():
            if name in found[first] and name != LIMIT:
                before = found[first][name]
                web = statistics.median(cost.web) / statistics.median(before.web)
                both = (statistics.median(cost.web) + statistics.median(cost.database)) / (
                    statistics.median(before.web) + statistics.median(before.database)
                )
                print(f"{name:38} × {web:.2f}  × {both:.2f}")


if __name__ == "__main__":
    main()
