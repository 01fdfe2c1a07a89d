"""Processes of the engines: as whom they run, how they are started, which of them live, how they are ended."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.engines.places import EngineError, home

LINUX = os.uname().sysname == "Linux"  # where /proc tells; elsewhere `ps` does

# Rights that let an unprivileged account pass directories which only root may enter, the least first. The second one
# lets it
# write, too; containers usually grant only that one, and root runs everything else there anyway.
RIGHTS = (None, "dac_read_search", "dac_override")


@dataclass(frozen=True)
class Account:
    """As whom the engines run: the present user, or, since PostgreSQL refuses root, an unprivileged account."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    @property
    def switches(self) -> bool:
        """True when we are root and the engines are somebody else."""
        return self.uid != os.geteuid()

    def own(self, *paths: Path) -> None:
        """Give directories that we made to the account."""
        if self.switches:
            for path in paths:
                os.chown(path, self.uid, self.gid)


def account() -> Account:
    """Who runs the engines: whoever owns the data already; else, for root, the user behind sudo or `nobody`.

    Else the present user.
    """
    data = home() / "postgres"
    owner = data.stat().st_uid if data.exists() else None
    me = os.geteuid()
    if me != 0:
        if owner not in (None, me):
            raise EngineError(
                f"The database in {data} belongs to {_name(owner or 0)}. "
                "Run this as that user or as root, or set LAOYOU_HOME to another directory."
            )
        return Account(me, os.getegid())
    uid = owner or int(os.environ.get("SUDO_UID") or 0)
    try:
        entry = pwd.getpwuid(uid) if uid else pwd.getpwnam("nobody")
    except KeyError as error:
        raise EngineError(
            "PostgreSQL refuses to run as root, and there is no account “nobody” to run it as. "
            "Run Laoyou as another user, or set DATABASE_URL."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def switching(to: Account, right: str | None) -> Account:
    """The account with the command in front that becomes it, with or without a right to pass root's directories.

    `no_setuid_fixup` keeps the right in the set that access(2) looks at, which PostgreSQL asks about its own programs.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EngineError(
            "PostgreSQL refuses to run as root, and `setpriv` (package util-linux) is missing. "
            "Run Laoyou as another user, or set DATABASE_URL."
        )
    become: tuple[str, ...] = (setpriv, "--reuid", str(to.uid), "--regid", str(to.gid), "--clear-groups")
    if right:
        become += ("--inh-caps", f"+{right}", "--ambient-caps", f"+{right}", "--securebits", "+no_setuid_fixup")
    return Account(to.uid, to.gid, (*become, "--"))


def environment() -> dict[str, str]:
    """What an engine sees: no PG… variable (PGPORT would move the socket), no locale that this machine may not have."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C"}


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a short program of an engine to its end."""
    return subprocess.run(
        command,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        check=False,
    )


class Server:
    """A started engine: our child, or one that lives on without us."""

    def __init__(self, pid: int, child: "subprocess.Popen[bytes] | None" = None) -> None:
        self.pid = pid
        self.child = child

    def alive(self) -> bool:
        """True while the process lives. Asking also reaps a dead child."""
        return self.child.poll() is None if self.child else living_pid(self.pid)


def start(command: list[str], *, log: Path, detached: bool) -> Server:
    """Start an engine in a session of its own, so that Ctrl-C does not reach it, with its output appended to `log`.

    Detached, a shell between us and it ends at once: the server is then nobody's child here and survives us without a
    zombie.
    """
    shorten(log)
    with log.open("ab") as output:
        if not detached:
            child = subprocess.Popen(
                command,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
            )
            return Server(child.pid, child)
        answer = subprocess.run(
            ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh", *command],
            env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=output,
            start_new_session=True, cwd="/", check=True,
        )  # fmt: skip
        return Server(int(answer.stdout))


LOG_LIMIT = 5_000_000


def shorten(log: Path, limit: int = LOG_LIMIT) -> None:
    """Keep one older part of a log that has grown beyond `limit` bytes.

    Writers append, so cutting the file in place is safe.
    """
    if log.exists() and log.stat().st_size > limit:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for a message."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8000))
        return "\n".join(f"    {line}" for line in file.read().decode(errors="replace").splitlines()[-lines:])


def living_pid(pid: int) -> bool:
    """True when a process of that number exists and is no zombie. (That it is *ours* must be known from elsewhere.)"""
    if LINUX:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return False
        return state not in "ZX"
    answer = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(answer.stdout.strip()) and not answer.stdout.strip().startswith("Z")


@dataclass(frozen=True)
class Found:
    """A living process of an engine."""

    pid: int
    command: str


def working_in(directory: Path, program: str) -> list[Found]:
    """Living processes of `program` that have `directory` as their working directory.

    A pid in a file never proves this; this does.
    """
    return list(_linux(directory, program) if LINUX else _elsewhere(directory, program))


def _linux(directory: Path, program: str) -> Iterator[Found]:
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            if Path(entry.path, "comm").read_text(errors="replace").strip() != program or not living_pid(
                int(entry.name)
            ):
                continue
            command = Path(entry.path, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            try:
                ours = Path(entry.path, "cwd").samefile(directory)
            except PermissionError:  # root in a container may lack the right to look
                ours = f" {directory} " in f" {command} "
            if ours:
                yield Found(int(entry.name), command)
        except OSError:
            continue  # it ended while we looked


def _elsewhere(directory: Path, program: str) -> Iterator[Found]:
    answer = subprocess.run(["ps", "-axo", "pid=,state=,command="], capture_output=True, text=True, check=False)
    for line in answer.stdout.splitlines():
        pid, state, command = line.strip().split(None, 2)
        if program in command and f" {directory} " in f" {command} " and not state.startswith("Z"):
            yield Found(int(pid), command)


def end(server: Server, steps: list[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn and wait up to its seconds; True as soon as the process is gone."""
    for number, seconds in steps:
        try:
            os.kill(server.pid, number)
        except ProcessLookupError:
            return True
        if wait_gone(server, seconds):
            return True
    return not server.alive()


def wait_gone(server: Server, seconds: float) -> bool:
    """Wait for a process to end."""
    limit = time.monotonic() + seconds
    while server.alive():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True
