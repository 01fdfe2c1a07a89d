"""Where a fault is played: a database and a Valkey of its own, people with open sessions, processes that can be killed.

Everything is on this machine and started here; what is ended is ended by the process group that was started here. A run has
a seed and a deadline, and its result is one line of JSON. `--broken` names a variant that must be caught: then the run fails.
"""

import argparse
import contextlib
import faulthandler
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl, quote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
TEMPLATE = "laoyou_faults"
"""A migrated database that each run copies; it is made again when the migrations are others."""
LOCK = 0x6661756C7473
ORIGIN = "http://localhost"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Process:
    """A server in a process group of its own."""

    def __init__(self, command: list[str], log: Path, ready: Callable[[], bool], **environment: str) -> None:
        self.command, self.log, self.ready, self.environment = command, log, ready, environment
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.child is not None
        return self.child.pid

    def start(self, seconds: float = 30.0) -> "Process":
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command, cwd=ROOT, env=os.environ | self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + seconds
        while not self.ready():
            if self.child.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self.command[:4]} did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)
        return self

    def signal(self, number: int) -> None:
        if self.child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, number)

    def kill(self) -> None:
        """All of the group at once, like a machine that loses its power."""
        self.signal(signal.SIGKILL)
        if self.child is not None:
            self.child.wait(10)
            self.child = None

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    def resident_kb(self) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


class World:
    """Made by `with World(...)`; gone without a trace afterwards, but for the template."""

    def __init__(
        self, name: str, *, seed: int, deadline: float, limits: bool = False, own_postgres: bool = False
    ) -> None:
        self.name, self.seed, self.random = name, seed, random.Random(seed)
        self.own_postgres = own_postgres
        self.deadline = time.monotonic() + deadline
        self.limits = limits
        self.processes: list[Process] = []
        self.keys: list[str] = []
        self.people: list[int] = []
        for number in (
            signal.SIGTERM,
            signal.SIGALRM,
        ):  # ended from outside or far too late: everything is cleared away
            signal.signal(number, self._end)
        signal.alarm(int(deadline) + 60)
        faulthandler.dump_traceback_later(deadline + 120, exit=True)  # the last resort: nothing here runs for ever

    @staticmethod
    def _end(number: int, _frame: object) -> NoReturn:
        raise SystemExit(128 + number)

    # Making and clearing away

    def __enter__(self) -> "World":
        self.folder = Path(tempfile.mkdtemp(prefix="laoyou-faults-"))
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _make(self) -> None:
        path = f"{self.folder}/valkey.sock"
        if self.own_postgres:  # a server that may be killed, with the template that the shared one has
            filled = self.folder / "template.sql"
            _run([sys.executable, "-m", "tests.faults.world", str(filled)])
            os.environ["LAOYOU_HOME"] = f"{self.folder}/home"
            os.environ["VALKEY_URL"] = f"unix://{path}?db=0"
        from config import embedded

        embedded.ensure_running()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        self.base = embedded.database_url()
        if self.own_postgres:
            _load_template(self.base, filled)
        os.environ["VALKEY_URL"] = f"unix://{path}?db=0"
        os.environ["LAOYOU_LIMITS"] = "on" if self.limits else "off"
        os.environ.update(LINK_CARDS="false", EMAIL_URL="memory://", GUEST_PAGES_SECONDS="0", LOG_LEVEL="WARNING")
        self.valkey = self._valkey(path)
        self.valkey.start()
        import django

        django.setup()
        self._copy_database()

    def _valkey(self, path: str) -> Process:
        from config.engines.places import valkey_program

        command = [
            str(valkey_program()), "--port", "0", "--unixsocket", path, "--unixsocketperm", "700", "--dir",
            str(self.folder), "--appendonly", "yes", "--save", "", "--maxmemory", "256mb", "--maxmemory-policy",
            "noeviction",
        ]  # fmt: skip

        def ready() -> bool:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(path)
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            return False

        return self._kept(Process(command, self.folder / "valkey.log", ready))

    def _kept(self, process: Process) -> Process:
        self.processes.append(process)
        return process

    def _copy_database(self) -> None:
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from config import snapshot

        self.database = f"laoyou_faults_{self.name}_{os.getpid()}"
        fingerprint = snapshot.fingerprint()
        with self._maintenance() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            cursor.execute(
                "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s",
                [TEMPLATE],
            )
            found = cursor.fetchone()
            if found != (fingerprint,):
                if found is None:
                    cursor.execute(f'CREATE DATABASE "{TEMPLATE}"')
                connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = TEMPLATE
                snapshot.load(connection)
                call_command("migrate", verbosity=0)  # one that is there is run forward
                connection.close()
                cursor.execute(f"COMMENT ON DATABASE \"{TEMPLATE}\" IS '{fingerprint}'")
            cursor.execute(f'CREATE DATABASE "{self.database}" TEMPLATE "{TEMPLATE}"')
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = self.database
        parts = urlsplit(self.base)
        os.environ["DATABASE_URL"] = parts._replace(path=f"/{self.database}").geturl()

    @contextlib.contextmanager
    def _maintenance(self) -> Iterator[Any]:
        """A connection to the database that was there before."""
        import psycopg

        parts = urlsplit(self.base)
        given = dict(parse_qsl(parts.query))
        host, port = given.get("host") or parts.hostname, given.get("port") or parts.port
        with psycopg.connect(
            host=host, port=port, user=parts.username, password=parts.password, dbname=parts.path.lstrip("/"), autocommit=True
        ) as line:  # fmt: skip
            line.execute("SET statement_timeout = 0")
            line.execute("SET lock_timeout = 0")
            yield line.cursor()

    def __exit__(self, *details: object) -> None:
        for process in reversed(self.processes):
            process.thaw()
            process.kill()
        if hasattr(self, "database"):
            from django.db import connections

            connections.close_all()
            if not self.own_postgres:
                with self._maintenance() as cursor:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
        if self.own_postgres and os.environ.get("LAOYOU_HOME") == f"{self.folder}/home":
            from config.engines import postgres

            postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()

    def break_postgres(self, how: str) -> float:
        """Restart the own server ("fast", "immediate") or kill one of its sessions ("backend"), which ends all of them.

        Returns the seconds until it takes connections again.
        """
        from config.engines import postgres, usage
        from config.engines.processes import Server, wait_gone

        assert self.own_postgres
        begun, found = time.monotonic(), postgres.processes()
        if how == "backend":
            sessions = [one for one in found[1:] if self.database in one.command]
            if not sessions:
                return 0.0
            os.kill(self.random.choice(sessions).pid, signal.SIGKILL)
            time.sleep(0.05)
        else:
            os.kill(found[0].pid, signal.SIGINT if how == "fast" else signal.SIGQUIT)
            wait_gone(Server(found[0].pid), 20)
            postgres.launch(usage.prepare(), detached=True)
        while postgres.state() is not postgres.State.READY:
            self.left()
            time.sleep(0.02)
        return time.monotonic() - begun

    # What is in it

    def worker(self, *, application: str = "config.celery:app", concurrency: int = 2, **environment: str) -> Process:
        """The site's worker with its beat, not yet started."""
        command = [
            sys.executable, "-m", "celery", "-A", application, "worker", f"--concurrency={concurrency}", "-B", "-s",
            str(self.folder / "beat"), "--without-gossip", "--without-mingle", "-l", "warning",
        ]  # fmt: skip
        environment = {"LAOYOU_PROCESS": "worker"} | environment
        return self._kept(Process(command, self.folder / "worker.log", lambda: True, **environment))

    def sockets(self, application: str = "config.asgi:application", **environment: str) -> tuple[Process, int]:
        """A socket process as `manage.py up` starts it, not yet started; and its port."""
        port = free_port()
        command = [
            sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port), "--ws",
            "websockets-sansio", "--ws-max-size", "65536", "--ws-per-message-deflate", "false",
            "--timeout-graceful-shutdown", "5", "--log-level", "warning",
        ]  # fmt: skip
        log = self.folder / f"sockets-{port}.log"
        environment = {"LAOYOU_PROCESS": "sockets"} | environment
        return self._kept(Process(command, log, lambda: answers(port), **environment)), port

    def pages(self, application: str = "") -> tuple[Process, int]:
        """A process that serves pages as `manage.py up` starts it, not yet started; and its port."""
        port = free_port()
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", application or "config.wsgi:application", "--host", "127.0.0.1",
            "--port", str(port), "--no-ws", "--http", "1", "--workers", "1", "--blocking-threads", "4",
            "--log-level", "warning",
        ]  # fmt: skip
        log = self.folder / f"pages-{port}.log"
        return self._kept(Process(command, log, lambda: answers(port), LAOYOU_PROCESS="web")), port

    def make_people(self, count: int) -> None:
        """Members, each with a session. Nobody sits there who could prove anew that it is them: no limit asks for it."""
        from datetime import timedelta

        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
        from django.contrib.sessions.models import Session
        from django.utils import timezone

        from loyalty.models import Currency
        from members.sessions import SessionStore

        Currency.objects.update(proof_above=2_000_000_000)
        names = [f"person{number}" for number in range(count)]
        users = get_user_model().objects.bulk_create(
            get_user_model()(username=name, email=f"{name}@example.com", display_name=name.title(), password="!")
            for name in names
        )
        store, later = SessionStore(), timezone.now() + timedelta(days=1)
        rows = [
            Session(
                session_key=f"faults{number:026}",
                session_data=store.encode(
                    {
                        SESSION_KEY: str(user.pk),
                        BACKEND_SESSION_KEY: "members.backends.MemberBackend",
                        HASH_SESSION_KEY: user.get_session_auth_hash(),
                    }
                ),
                expire_date=later,
            )
            for number, user in enumerate(users)
        ]
        Session.objects.bulk_create(rows)
        self.people = [user.pk for user in users]
        self.keys = [row.session_key for row in rows]

    def make_room(self, slug: str, members: list[int]) -> tuple[int, str]:
        """A public room with people in it: its id and its stream."""
        from django.db import transaction

        from community.actions.chat import rooms
        from community.models import Room
        from outbox.clock import now

        with transaction.atomic():
            room_id = rooms.create_room(kind="public", slug=slug, name=slug.title(), by=None, at=now())
            for member in members:
                rooms.add_to_room(room_id=room_id, member_id=member, by=None, at=now())
        return room_id, f"room:{Room.objects.get(id=room_id).public_id}"

    def left(self) -> float:
        """Seconds until the deadline; past it the run fails."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The deadline of the run has passed.")
        return left

    def logs(self) -> str:
        """The ends of what the processes said."""
        texts = [(path.name, path.read_text(errors="replace")) for path in sorted(self.folder.glob("*.log"))]
        return "\n".join(f"--- {name}\n{text[-1500:]}" for name, text in texts if "valkey" not in name and text)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{command[:4]} failed:\n{done.stderr[-3000:]}")


def _psql(program: str, address: str, database: str, *arguments: str) -> list[str]:
    from config.engines.places import postgres_programs

    parts = urlsplit(address)
    given = dict(parse_qsl(parts.query))
    host, port = given.get("host") or parts.hostname or "", given.get("port") or parts.port or 5432
    return [
        str(postgres_programs() / program), "-h", host, "-p", str(port), "-U", parts.username or "", "-d", database, *arguments
    ]  # fmt: skip


def _load_template(address: str, filled: Path) -> None:
    """The template of the shared server, in another one."""
    begin = [f'CREATE DATABASE "{TEMPLATE}"', f"COMMENT ON DATABASE \"{TEMPLATE}\" IS '{_head(filled)}'"]
    main = urlsplit(address).path.lstrip("/")
    _run(
        _psql(
            "psql", address, main, "-X", "-q", "-v", "ON_ERROR_STOP=1", *(word for one in begin for word in ("-c", one))
        )
    )
    _run(_psql("psql", address, TEMPLATE, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(filled)))


def _head(filled: Path) -> str:
    with filled.open() as file:
        return file.readline().removeprefix("-- ").strip()


def dump_template(path: Path) -> None:
    """Write the template of the shared server down, made first where it has to be."""
    from config import embedded, snapshot

    with World("template", seed=1, deadline=500):
        _run(_psql("pg_dump", embedded.database_url(), TEMPLATE, "--no-owner", "--no-comments", "-f", f"{path}.part"))
        path.write_text(f"-- {snapshot.fingerprint()}\n" + Path(f"{path}.part").read_text())


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=1).close()  # loopback
    except OSError:
        return False
    return True


def cookie(key: str) -> str:
    from django.conf import settings

    return f"{settings.SESSION_COOKIE_NAME}={quote(key)}"


def broken_invariants() -> list[str]:
    """What `manage.py verify` finds, in sentences."""
    from config import verify

    return [f"{one.area}: {one.promise}: {', '.join(one.found)}" for one in verify.look() if one.found]


def arguments(
    description: str, *, broken: tuple[str, ...] = (), parts: tuple[str, ...] = (), **sizes: float | str
) -> argparse.Namespace:
    """The command line of a fault: its sizes, the seed, the deadline in seconds, and the broken variant."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if parts:
        parser.add_argument("part", choices=parts)
    for name, value in sizes.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value, help=f"(default {value})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", choices=broken, default="", help="play a variant that must be caught")
    return parser.parse_args()


def report(name: str, findings: list[str], **numbers: Any) -> NoReturn:
    """The one line, and the status of the run: 1 when something was found."""
    print(json.dumps({"fault": name, "ok": not findings, "findings": findings[:40], **numbers}), flush=True)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    from tests.faults import world as itself

    itself.dump_template(Path(sys.argv[1]))
