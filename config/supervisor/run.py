"""The order of `manage.py up`, its loop, and its end."""

import http.client
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from config.engines import postgres, usage, valkey
from config.engines.locks import Lock, starting
from config.engines.places import PROJECT, EngineError, database_url, home, make_parts, secret, valkey_url
from config.engines.processes import Server, shorten, tail
from config.supervisor import options, schema
from config.supervisor.children import Child, Deaths, GivesUp, end_leftovers
from config.supervisor.options import CannotStart, Options, say

READY_LIMIT = 90.0  # seconds until the pages must answer
COMPILED = (
    "django",
    "wagtail",
    "allauth",
    "markdown_it",
    "ninja",
    "pydantic",
    "rest_framework",
)  # in their order of import


class Stop(Exception):
    """Ctrl-C or SIGTERM."""


def main(arguments: list[str]) -> int:
    """Run the site until it is stopped; the exit status."""
    try:
        options.check_settings()  # first: it reads .env, which may hold PORT
        return run(options.read(arguments))
    except (CannotStart, EngineError) as error:
        print(f"Laoyou cannot start.\n{error}", file=sys.stderr, flush=True)
        return 1


def run(wanted: Options) -> int:
    """Everything behind `up`, once the command line is read."""
    lock = Lock("up.lock")
    if not lock.take(wait=False):
        say(_held_by(lock))
        return 1
    lock.write(json.dumps({"pid": os.getpid()}))
    up = Up(wanted, lock)
    try:
        up.begin()
        up.watch()
    except Stop:
        up.stop()
        return 0
    except (CannotStart, EngineError, GivesUp) as error:
        up.stop()
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    except BaseException:
        up.stop()
        raise
    return 0


def _held_by(lock: Lock) -> str:
    try:
        holder = json.loads(lock.read())
    except ValueError:
        holder = {}
    place = f"running at {holder['url']}" if "url" in holder else "starting"
    return f"Laoyou is already {place}, pid {holder.get('pid', 'unknown')}. Its data directory is {home()}."


class Engine:
    """An engine that `up` keeps alive: its own child, or one that other commands use already."""

    def __init__(self, name: str, server: Server, launch: Callable[[], Server], last_words: Callable[[], str]) -> None:
        self.name = name
        self.server = server
        self.launch = launch
        self.deaths = Deaths(name, last_words)

    def look(self, now: float) -> None:
        """Start it again when it has died."""
        if self.server.alive():
            return
        wait = self.deaths.count(now)
        say(f"[{self.name}] ended; starting again in {wait} s")
        time.sleep(wait)
        with starting():
            self.server = self.launch()


class Up:
    """The running site."""

    def __init__(self, wanted: Options, lock: Lock) -> None:
        self.wanted = wanted
        self.lock = lock
        self.begun = time.monotonic()
        self.selector = selectors.DefaultSelector()
        self.engines: list[Engine] = []
        self.children: list[Child] = []
        self.compiler: subprocess.Popen[bytes] | None = None
        self.task: Child | None = None  # the one command that runs during the start
        self.stopping = False
        self.forced = False
        self.address = ""
        self.port = wanted.port
        self.public: dict[str, str] = {}
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:
            self.forced = True
            return
        self.stopping = True
        raise Stop

    # The start

    def begin(self) -> None:
        """Bring everything up, one line a step."""
        make_parts()
        if note := options.raise_file_limit():
            say(note)
        if count := end_leftovers():
            say(f"Ended {count} processes of an earlier run that was killed.")
        self._choose_ports()
        if usage.embedded()[0] and not postgres.data().exists():
            self._compile()
        self._start_engines()
        look = schema.look(database_url())
        if not look.migrated or (self.wanted.demo and not look.people):
            self._prepare()
            look = schema.look(database_url())
        else:
            self._step("Schema", time.monotonic())
        self._start_pages()
        self._welcome(look)

    def _step(self, name: str, begun: float) -> None:
        say(f"{name:<28} ok {time.monotonic() - begun:6.1f}s")

    def _start_engines(self) -> None:
        database, cache = usage.embedded()
        if not database:
            begun = time.monotonic()
            options.probe_database(database_url())
            self._step("PostgreSQL (DATABASE_URL)", begun)
        if not cache:
            begun = time.monotonic()
            options.probe_valkey(valkey_url())
            self._step("Valkey (VALKEY_URL)", begun)
        if database or cache:
            usage.enter()
            with starting():
                self._start_embedded(database, cache)

    def _start_embedded(self, database: bool, cache: bool) -> None:
        who = usage.prepare()
        if usage.claim():
            usage.stop_all()  # a server that a command left behind, or the orphan of an `up` that was killed
        else:
            say("Other commands use the database at the moment; their servers are taken over as they are.")
            usage.start_missing(who)
        usage.share()
        if database:
            begun = time.monotonic()
            found = postgres.processes()
            server = Server(found[0].pid) if found else postgres.launch(who, detached=False)
            self.engines.append(
                Engine(
                    "postgres",
                    server,
                    lambda: postgres.launch(who, detached=False),
                    lambda: tail(postgres.log()),
                )
            )
            self._step("PostgreSQL (embedded)", begun)
        if cache:
            begun = time.monotonic()
            living = valkey.processes()
            server = Server(living[0].pid) if living else valkey.launch(who, detached=False)
            self.engines.append(
                Engine("valkey", server, lambda: valkey.launch(who, detached=False), lambda: tail(valkey.log()))
            )
            self._step("Valkey (embedded)", begun)

    def _compile(self) -> None:
        """At the first start nothing has its bytecode yet: on the other core it is made while the database is."""
        theirs = [
            place for name in COMPILED if (spec := find_spec(name)) for place in spec.submodule_search_locations or ()
        ]
        ours = {str(path.parents[1]) for path in PROJECT.glob("*/migrations/__init__.py")} | {str(PROJECT / "config")}
        self.compiler = subprocess.Popen(
            [sys.executable, "-m", "compileall", "-q", "-x", r"[/\\](tests?|locale)[/\\]", *theirs, *sorted(ours)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        )  # fmt: skip

    def _prepare(self) -> None:
        begun = time.monotonic()
        arguments = ["prepare"] if self.wanted.demo else ["prepare", "--no-demo"]
        self._command(arguments)
        schema.remember(database_url())
        self._step("Schema", begun)

    def _command(self, arguments: list[str]) -> None:
        """Run one of our commands to its end, with its words shown as they come."""
        self.task = Child(
            "setup",
            [sys.executable, "manage.py", *arguments],
            self.public | {"LAOYOU_PROCESS": "command"},
            self.selector,
        )
        self.task.start()
        process = self.task.process
        while process is not None and process.poll() is None:
            self._listen(0.1)
        self.task.pass_on()
        if process is not None and process.returncode:
            raise CannotStart(
                f"`manage.py {' '.join(arguments)}` failed (status {process.returncode}); its words are above."
            )
        self.task = None

    def _choose_ports(self) -> None:
        host, port = self.wanted.host, options.free_pair(self.wanted.host, self.wanted.port)
        if port != self.wanted.port:
            say(f"Port {self.wanted.port} or {self.wanted.port + 1} is taken; using {port} and {port + 1}.")
        self.address = options.shown_address(port)
        if os.environ.get("SITE_URL", "").strip():
            say(f"Pages listen on {host}:{port}, sockets on {host}:{port + 1}; SITE_URL tells people another address.")
        self.lock.write(json.dumps({"pid": os.getpid(), "url": self.address}))
        self.port, self.public = port, options.public_environment(port)

    def _start_pages(self) -> None:
        begun = time.monotonic()
        host, port, environment = self.wanted.host, self.port, self.public
        self.children = [
            Child("web", web_command(host, port), environment, self.selector),
            Child("sockets", sockets_command(host, port + 1), environment, self.selector),
        ]
        for child in self.children:
            child.start()
        self._wait_until(lambda: self._answer(port, "/health/ready") == 200, "The pages")
        self._step("Pages (granian)", begun)
        self._wait_until(lambda: self._answer(port + 1, "/health/live") > 0, "The sockets")
        self._step("Sockets (uvicorn)", begun)
        if self.wanted.worker:  # now, because nobody waits for it
            # Celery warns root at length about pickle, which is not accepted here.
            quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
            self.children.append(Child("worker", worker_command(), environment | quiet, self.selector))
            self.children[-1].start()
        for child in self.children:
            child.settled = True

    def _answer(self, port: int, path: str) -> int:
        return _status(options.local_address(self.wanted.host), port, path, urlsplit(self.address).netloc)

    def _wait_until(self, ready: Callable[[], bool], what: str) -> None:
        limit = time.monotonic() + READY_LIMIT
        while not ready():
            if time.monotonic() > limit:
                raise CannotStart(f"{what} did not answer within {READY_LIMIT:.0f} s. Look into {home() / 'log'}.")
            self._look()

    def _welcome(self, look: schema.Look) -> None:
        accounts = home() / "demo-accounts.txt"
        if accounts.exists():
            say("\n" + accounts.read_text().rstrip())
        if not look.owner:
            self._invite_owner()
        mail = "" if os.environ.get("EMAIL_URL") else "   mail: /dev/mail/"
        say(f"\nReady in {time.monotonic() - self.begun:.1f}s: {self.address}   admin: /admin/{mail}   (Ctrl-C stops)")

    def _invite_owner(self) -> None:
        # The same address as `manage.py setup_link` prints, without the second and a half that Django takes to say it.
        token = os.environ.get("SETUP_TOKEN", "").strip() or secret("SETUP_TOKEN")
        say(f"\nNobody owns this site yet. This address makes the owner's account, once:\n{self.address}setup/{token}/")

    # The loop

    def watch(self) -> None:
        """Pass on words, restart the dead, until stopped."""
        looked = time.monotonic()
        while True:
            self._look()
            if time.monotonic() - looked > 60:
                looked = time.monotonic()
                for log in (home() / "log").glob("*.log"):
                    shorten(log)

    def _look(self) -> None:
        self._listen(0.1)
        now = time.monotonic()
        for engine in self.engines:
            engine.look(now)
        for child in self.children:
            child.look(now)

    def _listen(self, seconds: float) -> None:
        if not self.selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self.selector.select(seconds):
            key.data.pass_on()

    # The end

    def stop(self) -> None:
        """Stop in order: web and sockets, worker with beat, Valkey, PostgreSQL.

        Engines only when nobody else uses them.
        """
        self.stopping = True
        begun = time.monotonic()
        say("\nStopping …")
        if self.task is not None:
            self.task.stop(5, self._is_forced)
        if self.compiler is not None:
            self.compiler.kill()
            self.compiler.wait()
        for child in self.children:
            child.stop(30 if child.name == "worker" else 20, self._is_forced)
        if self.engines:
            self._stop_engines()
        say(f"Stopped in {time.monotonic() - begun:.1f}s.")

    def _stop_engines(self) -> None:
        with starting():
            if not usage.claim():
                say("Other commands still use the database; the last of them stops it.")
                return
            for engine in reversed(self.engines):
                (valkey if engine.name == "valkey" else postgres).stop(engine.server)

    def _is_forced(self) -> bool:
        return self.forced


def _status(address: str, port: int, path: str, host: str) -> int:
    """The status of a page asked for under the site's own name, or 0 when nobody answers."""
    connection = http.client.HTTPConnection(address, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def web_command(host: str, port: int) -> list[str]:
    """Pages and the API: WSGI, because Django's ASGI handler costs several times more a page."""
    return [
        _program("granian"), "--interface", "wsgi", "config.wsgi:application", "--host", host, "--port", str(port),
        "--no-ws", "--http", "1", "--workers", "1", "--blocking-threads", "4", "--workers-kill-timeout", "20",
        "--log-level", "warning",
    ]  # fmt: skip


def sockets_command(host: str, port: int) -> list[str]:
    """WebSockets: ASGI, with frames bounded and no compression (its memory is per socket)."""
    return [
        _program("uvicorn"), "config.asgi:application", "--host", host, "--port", str(port), "--ws", "websockets-sansio",
        "--ws-max-size", "65536", "--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "5", "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The worker with beat inside, which is right on one machine only."""
    return [
        _program("celery"), "-A", "config", "--quiet", "worker", "-B", "-c", "2", "-s", str(home() / "beat"), "-l", "warning",
        "--without-mingle", "--without-gossip",
    ]  # fmt: skip
