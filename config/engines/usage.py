"""Who uses the engines.

Every process that does holds `users.lock` shared; the last one out stops servers that no `up` owns.
"""

import atexit
import contextlib
import os
import shutil
from pathlib import Path

from config.engines import postgres, valkey
from config.engines.locks import Lock, starting
from config.engines.places import PROJECT, EngineError, home, make_parts, postgres_programs, runtime_dir, valkey_program
from config.engines.processes import RIGHTS, Account, Server, account, run, switching

LEAST_DISK = 200_000_000  # bytes; PostgreSQL needs room for its journal to stop cleanly

_users: Lock | None = None
_holder = 0


def embedded() -> tuple[bool, bool]:
    """Whether PostgreSQL and Valkey are ours to run, or an address in the environment replaces them."""
    return not os.environ.get("DATABASE_URL", "").strip(), not os.environ.get("VALKEY_URL", "").strip()


def is_alive() -> bool:
    """True when every engine of ours answers on its socket."""
    database, cache = embedded()
    return (not database or postgres.state() is postgres.State.READY) and (not cache or valkey.ping() == "+PONG")


def ensure_running() -> None:
    """Have the engines for the rest of this process.

    Start those that do not answer, and stop them at the end if nobody else uses them.

    Calling it again changes nothing. With DATABASE_URL and VALKEY_URL set there is nothing to do.
    """
    make_parts()
    if _users is not None or not any(embedded()):
        return
    enter()
    if not is_alive():
        with starting():
            start_missing(prepare())
    atexit.register(leave)


def enter() -> None:
    """Count this process among the users."""
    global _users, _holder
    _users = Lock("users.lock")
    _users.take(shared=True)
    _holder = os.getpid()


def claim() -> bool:
    """True when this process is the only user; nobody can become one until `share` or the process's end."""
    return _users is not None and _users.take(wait=False)


def share() -> None:
    """Let others in again after `claim`."""
    if _users is not None:
        _users.take(shared=True)


def leave() -> None:
    """Stop the engines if no other process uses them. A forked child of a user is no user of its own."""
    global _users
    if _users is None or os.getpid() != _holder:
        return
    with starting():
        # A fresh descriptor: children that were forked from us may still hold a copy of the old one.
        _users.close()
        _users = None
        lock = Lock("users.lock")
        if lock.take(wait=False):
            stop_all()
        lock.close()


def stop_all() -> None:
    """Stop what runs: Valkey, then PostgreSQL."""
    if (home() / "valkey").exists():
        valkey.stop()
    postgres.stop()
    if runtime_dir().parent != home():
        with contextlib.suppress(OSError):
            runtime_dir().rmdir()


def start_missing(who: Account) -> None:
    """Start, detached, the engines that do not answer. The caller holds `start.lock`."""
    database, cache = embedded()
    if database:
        now = postgres.state()
        if now is postgres.State.DOWN:
            postgres.end_orphans()
            postgres.launch(who, detached=True)
        else:
            _meet(now, who)
    if cache and valkey.ping() != "+PONG":
        valkey.launch(who, detached=True)


def _meet(now: postgres.State, who: Account) -> None:
    """A server that answers, but is not ready for us: on its way up or down, or killed before it was furnished."""
    found = postgres.processes()
    if now is postgres.State.STARTING and found and not postgres.wait_ready(Server(found[0].pid)):
        postgres.launch(who, detached=True)
    elif now is not postgres.State.READY:
        postgres.furnish()


def prepare() -> Account:
    """Look at what a start needs (disk, account, directories it can reach) and say as whom the engines run."""
    free = shutil.disk_usage(home()).free
    if free < LEAST_DISK:
        raise EngineError(
            f"{home()} has {free // 1_000_000} MB free; {LEAST_DISK // 1_000_000} MB are needed. "
            "Make room, or set LAOYOU_HOME to another disk."
        )
    who = account()
    return _reaching(who) if who.switches else who


def _reaching(who: Account) -> Account:
    """For root: the account with the means to reach our directories.

    Never by opening a directory that we did not make.
    """
    for right in RIGHTS:
        candidate = switching(who, right)
        if _reaches(candidate, home(), postgres_programs() / "postgres", valkey_program()):
            return candidate
    raise EngineError(
        f"PostgreSQL refuses to run as root, and the account it would run as may not enter {home()} or {PROJECT}. "
        "Run Laoyou as another user, or let others pass these directories (chmod o+x), or set DATABASE_URL."
    )


def _reaches(who: Account, directory: Path, *programs: Path) -> bool:
    script = 'cd "$1" && shift && for program; do "$program" --version >/dev/null || exit 1; done'
    return run([*who.prefix, "/bin/sh", "-c", script, "sh", str(directory), *map(str, programs)]).returncode == 0
