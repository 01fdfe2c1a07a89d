"""Processes on data directories of their own: what the front door's tests do, seen from outside as a person would."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPLACED = (
    "DATABASE_URL",
    "VALKEY_URL",
    "BROKER_URL",
    "SITE_URL",
    "SOCKET_URL",
    "PORT",
    "LAOYOU_HOME",
    "LAOYOU_UP",
    "PYTHONPATH",
)

# Starts the engines as any command does, asks both, says so, and stays until its input ends.
USER = """
import sys, psycopg
from config import embedded
from config.engines import valkey
try:
    embedded.ensure_running()
except embedded.EngineError as error:
    sys.exit(f"refused: {error}")
with psycopg.connect(embedded.database_url()) as connection:
    connection.execute("SELECT pg_advisory_xact_lock(1)")
    connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
    for word in sys.argv[1:]:
        connection.execute("INSERT INTO kept VALUES (%s)", [word])
    connection.commit()
    words = [row[0] for row in connection.execute("SELECT word FROM kept ORDER BY word")]
assert valkey.ping() == "+PONG"
print("ready", *words, flush=True)
sys.stdin.read()
"""


def environment(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a process on `home`, without what would send it elsewhere.

    An empty value unsets a variable.
    """
    kept = {name: value for name, value in os.environ.items() if name not in REPLACED}
    merged = kept | {"LAOYOU_HOME": str(home), "PYTHONPATH": str(ROOT)} | variables
    return {name: value for name, value in merged.items() if value}


@dataclass
class Running:
    """A process under test."""

    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    def wait_for(self, start: str, seconds: float = 60) -> str:
        """Read its words until a line begins with `start`."""
        assert self.process.stdout is not None
        alarm = threading.Timer(seconds, self.process.kill)
        alarm.start()
        try:
            for line in self.process.stdout:
                self.said.append(line.rstrip())
                if line.startswith(start):
                    return line.rstrip()
        finally:
            alarm.cancel()
        raise AssertionError(f"never said {start!r}:\n" + "\n".join(self.said))

    def finish(self, number: signal.Signals | None = None, seconds: float = 60) -> int:
        """Send a signal, or end its input; its status and the rest of its words."""
        if number is not None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=seconds)
        self.said.extend(rest.splitlines())
        return self.process.returncode

    @property
    def words(self) -> str:
        return "\n".join(self.said)


@contextmanager
def running(command: list[str], env: dict[str, str]) -> Iterator[Running]:
    process = subprocess.Popen(
        command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield Running(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def user(env: dict[str, str], *words: str, prefix: tuple[str, ...] = ()) -> list[str]:
    """The command of a user of the engines that stores `words`."""
    return [*prefix, env.get("STAGE_PYTHON", sys.executable), "-c", USER, *words]


def use(home: Path, *words: str, prefix: tuple[str, ...] = (), **variables: str) -> str:
    """Let one user come and go; what it said."""
    env = environment(home, **variables)
    with running(user(env, *words, prefix=prefix), env) as one:
        one.finish()
        return one.words


def servers(home: Path) -> dict[str, list[int]]:
    """Living server processes on `home`, by program, found without the code under test."""
    found: dict[str, list[int]] = {"postgres": [], "valkey-server": []}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            name = (entry / "comm").read_text().strip()
            zombie = (entry / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
            if name in found and not zombie and (entry / "cwd").resolve().is_relative_to(home):
                found[name].append(int(entry.name))
        except OSError:
            continue
    return found


def titles(home: Path) -> list[str]:
    """What each PostgreSQL process says it does: the last word of its title."""
    return [
        (Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0 ").decode().split() or [""])[-1]
        for pid in servers(home)["postgres"]
    ]


def postmaster(home: Path) -> int:
    """The first process of the PostgreSQL on `home`."""
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def kill_servers(home: Path) -> None:
    """kill -9 for all of them, at once."""
    for pid in [each for group in servers(home).values() for each in group]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    wait_until(lambda: not any(servers(home).values()))


def wait_until(condition: "object", seconds: float = 15) -> None:
    """Wait for a condition that another process brings about."""
    limit = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < limit, "never came true"
        time.sleep(0.02)
