"""What the person asked for, and whether it can work here: options, ports, addresses of other servers.

Each refusal says what to do.
"""

import argparse
import contextlib
import os
import resource
import socket
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

FILES_WANTED = 20_000  # one per open socket, and some
PORTS_TRIED = 50


class CannotStart(Exception):
    """The start is refused; the text says what is wrong and what to set."""


@dataclass(frozen=True)
class Options:
    """The command line of `manage.py up`."""

    host: str
    port: int
    worker: bool
    demo: bool


def read(arguments: list[str]) -> Options:
    """Read the command line; PORT in the environment is the default of --port."""
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="Run Laoyou: database, pages, sockets and worker in one terminal."
    )
    add_arguments(parser)
    given = parser.parse_args(arguments)
    return check(
        given.host,
        given.port or os.environ.get("PORT", "").strip() or "8000",
        worker=not given.no_worker,
        demo=not given.no_demo,
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options, for this program's own reading and for `manage.py help up`."""
    parser.add_argument("--port", help="port of the pages; the sockets take the next one (default: PORT, or 8000)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 inside a container (default: 127.0.0.1)"
    )
    parser.add_argument("--no-worker", action="store_true", help="do not run the worker and beat here")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty site empty")


def check(host: str, port: str, *, worker: bool, demo: bool) -> Options:
    """Refuse a port that is none."""
    if not port.isdecimal() or not 1 <= int(port) <= 65534:
        raise CannotStart(
            f"The port “{port}” is none. Set PORT or --port to a number from 1024 to 65534, for example 8000."
        )
    return Options(host, int(port), worker, demo)


def free_pair(host: str, port: int) -> int:
    """The first port from `port` on that is free together with the one after it."""
    for candidate in range(port, min(port + 2 * PORTS_TRIED, 65534), 2):
        if _free(host, candidate) and _free(host, candidate + 1):
            return candidate
    raise CannotStart(f"No two neighbouring ports from {port} on are free. Set PORT or --port to another number.")


def _free(host: str, port: int) -> bool:
    # A browser asks ::1 first when it is told "localhost": a stranger who listens there would be shown instead of us.
    families = [(socket.AF_INET, host)] + (
        [(socket.AF_INET6, "::1")] if host == "127.0.0.1" and socket.has_ipv6 else []
    )
    for family, address in families:
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except PermissionError as error:
            raise CannotStart(f"Port {port} needs root's rights. Set PORT or --port to a number above 1023.") from error
        except socket.gaierror as error:
            raise CannotStart(
                f"--host “{address}” is no address of this machine. Leave it out, or use 0.0.0.0."
            ) from error
        except OSError as error:
            if family == socket.AF_INET6 and error.errno not in (98, 48):
                continue  # no IPv6 here
            if error.errno == 99:
                raise CannotStart(
                    f"--host “{address}” is no address of this machine. Leave it out, or use 0.0.0.0."
                ) from error
            return False
    return True


def raise_file_limit() -> str:
    """Allow as many open files as the system lets us; a sentence when that is too few for many sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < FILES_WANTED:
        return f"Only {wanted} files may be open, so about {wanted - 100} people at once. Raise it: ulimit -n {FILES_WANTED}"
    return ""


def check_settings() -> None:
    """Read the settings once here, so that a wrong variable is one sentence and not three crashing processes."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        import config.settings  # noqa: F401
    except ImproperlyConfigured as error:
        raise CannotStart(str(error)) from error


def probe_database(url: str) -> None:
    """Open a session on the database of DATABASE_URL."""
    import psycopg

    hint = (
        "Set DATABASE_URL like postgresql://laoyou:PASSWORD@db.example.com:5432/laoyou, "
        "or unset it to use the embedded PostgreSQL."
    )
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CannotStart(f"The database of DATABASE_URL does not answer: {said}\n{hint}") from error
    if version < 140000:
        raise CannotStart(
            f"The database of DATABASE_URL is PostgreSQL {version // 10000}; at least 14 is needed. {hint}"
        )


def probe_valkey(url: str) -> None:
    """Ask the server of VALKEY_URL for its PONG."""
    import redis

    hint = "Set VALKEY_URL like redis://:PASSWORD@cache.example.com:6379/0, or unset it to use the embedded Valkey."
    try:
        client = redis.Redis.from_url(
            url.replace("valkey", "redis", 1) if url.startswith("valkey") else url,
            socket_timeout=5,
            socket_connect_timeout=5,
        )
        client.ping()
        client.close()
    except (redis.RedisError, ValueError, OSError) as error:
        raise CannotStart(f"The server of VALKEY_URL does not answer: {error}\n{hint}") from error


def local_address(host: str) -> str:
    """Where this process reaches what listens on `host`."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104


def public_environment(port: int) -> dict[str, str]:
    """The site's addresses for the children, unless the environment names them.

    Always localhost: passkeys refuse 127.0.0.1.
    """
    if os.environ.get("LAOYOU_ENV") == "production":
        return {}
    defaults = {"SITE_URL": f"http://localhost:{port}", "SOCKET_URL": f"ws://localhost:{port + 1}/ws/"}
    return {name: value for name, value in defaults.items() if not os.environ.get(name, "").strip()}


def shown_address(port: int) -> str:
    """The address to print."""
    given = os.environ.get("SITE_URL", "").strip()
    return (given if urlsplit(given).scheme else f"http://localhost:{port}").rstrip("/") + "/"


def say(text: str) -> None:
    """Print a line at once, also into a pipe. A terminal that was closed must not end the site in the middle of a stop."""
    with contextlib.suppress(OSError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
