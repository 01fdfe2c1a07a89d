"""Children of `up`: started, their words passed on and kept, restarted when they die, stopped within a time."""

import collections
import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.engines.places import PROJECT, home, part
from config.engines.processes import shorten
from config.supervisor.options import say

BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds before a restart, by deaths so far
DEATHS_ALLOWED = 10
DEATHS_WITHIN = 300.0  # seconds

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class GivesUp(Exception):
    """A child died too often; the text shows its last words and the next step."""


class Deaths:
    """How often something died lately, and how long to wait before the next try."""

    def __init__(self, name: str, last_words: Callable[[], str]) -> None:
        self.name = name
        self.last_words = last_words
        self.times: collections.deque[float] = collections.deque(maxlen=DEATHS_ALLOWED)

    def count(self, now: float, *, allowed: int = DEATHS_ALLOWED) -> float:
        """Note a death; the seconds to wait. Raises GivesUp at the `allowed`-th within five minutes."""
        self.times.append(now)
        recent = sum(1 for each in self.times if now - each < DEATHS_WITHIN)
        if recent >= allowed:
            raise GivesUp(
                f"{self.name} died {recent} times within {DEATHS_WITHIN / 60:.0f} minutes, so everything is stopped. "
                f"Its last words:\n{self.last_words()}\nMend what they say, then start again; the whole log is in {home() / 'log'}."
            )
        return BACK_OFF[min(recent, len(BACK_OFF)) - 1]


def _die_with_parent() -> None:
    """In the child, before it becomes the program: the kernel ends it when `up` dies, even by kill -9."""
    if _libc is not None:
        _libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Child:
    """One process (with its own children) that `up` keeps running."""

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], selector: selectors.BaseSelector
    ) -> None:
        self.name = name
        self.command = command
        self.environment = (
            os.environ | {"PYTHONUNBUFFERED": "1", "LAOYOU_UP": str(home()), "LAOYOU_PROCESS": name} | environment
        )
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode each start costs ten seconds more
        self.selector = selector
        self.log = part("log") / f"{name}.log"
        self.said: collections.deque[str] = collections.deque(maxlen=20)
        self.deaths = Deaths(name, lambda: "\n".join(f"    {line}" for line in self.said))
        self.process: subprocess.Popen[bytes] | None = None
        self.restart_at = 0.0
        self.settled = False  # it has been seen working
        self._half = b""

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches `up` alone."""
        shorten(self.log)
        self.process = subprocess.Popen(
            self.command, cwd=PROJECT, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=_die_with_parent,
        )  # fmt: skip
        assert self.process.stdout is not None  # noqa: S101
        os.set_blocking(self.process.stdout.fileno(), False)
        self.selector.register(self.process.stdout, selectors.EVENT_READ, self)

    def pass_on(self, *, quietly: bool = False) -> None:
        """Pass on what it said, line by line, with its name in front."""
        if self.process is None or self.process.stdout is None or self.process.stdout.closed:
            return
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.process.stdout.fileno(), 65536):
                self._half += chunk
            self.selector.unregister(self.process.stdout)  # end of file
            self.process.stdout.close()
        *lines, self._half = self._half.split(b"\n")
        if len(self._half) > 65536:
            lines, self._half = [*lines, self._half], b""
        self._keep([line.decode(errors="replace").rstrip() for line in lines], quietly)

    def _keep(self, lines: list[str], quietly: bool) -> None:
        if not lines:
            return
        self.said.extend(lines)
        with contextlib.suppress(OSError), self.log.open("a") as file:  # a full disk must not end the site
            file.writelines(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {line}\n" for line in lines)
        for line in lines:
            if not quietly:
                say(f"[{self.name}] {line}")

    def look(self, now: float) -> None:
        """Notice its death and restart it when its time has come."""
        if self.process is None:
            if now >= self.restart_at:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.pass_on()
        self.sweep()
        self._forget_pipe()
        wait = self.deaths.count(now, allowed=DEATHS_ALLOWED if self.settled else 3)
        say(f"[{self.name}] ended ({_reason(status)}); starting again in {wait} s")
        self.process, self.restart_at = None, now + wait

    def sweep(self) -> None:
        """Kill what is left of its family."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self, seconds: float, forced: Callable[[], bool]) -> None:
        """Ask it to finish, wait, then kill its family. `forced` ends the waiting."""
        if self.process is None:
            return
        limit = time.monotonic() + seconds
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        while self.process.poll() is None and time.monotonic() < limit and not forced():
            self.pass_on()
            time.sleep(0.02)
        self.sweep()
        self.process.wait()
        self.pass_on()
        self._forget_pipe()
        self.process = None

    def _forget_pipe(self) -> None:
        if self.process is not None and self.process.stdout is not None and not self.process.stdout.closed:
            self.selector.unregister(self.process.stdout)
            self.process.stdout.close()


def _reason(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def leftovers() -> list[int]:
    """Processes of an earlier `up` on this data directory that was killed.

    They carry its mark in their environment (Linux).
    """
    mark = b"LAOYOU_UP=" + os.fsencode(home()) + b"\0"
    found = []
    for entry in Path("/proc").glob("[0-9]*") if sys.platform == "linux" else []:
        with contextlib.suppress(OSError):
            if int(entry.name) != os.getpid() and mark in (entry / "environ").read_bytes() + b"\0":
                found.append(int(entry.name))
    return found


def end_leftovers() -> int:
    """End them; how many there were."""
    first = leftovers()
    for number, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 2.0)):
        limit = time.monotonic() + seconds
        for pid in leftovers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        while leftovers() and time.monotonic() < limit:
            time.sleep(0.05)
    return len(first)
