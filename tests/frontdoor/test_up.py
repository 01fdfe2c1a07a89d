"""`manage.py up`: one command, one terminal; told apart from outside by its words, its pages and its processes (stack 5, reliability 6)."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frontdoor import stage
from tests.frontdoor.conftest import roomy

UP = [sys.executable, "manage.py", "up", "--no-demo"]


@pytest.fixture(scope="module")
def site() -> Iterator[Path]:
    """A data directory with a schema, shared because the first migration takes seconds."""
    base = Path(tempfile.mkdtemp(prefix="laoyou-up-", dir=roomy()))
    yield base / "home"
    end_all(base / "home")
    shutil.rmtree(base, ignore_errors=True)


def end_all(home: Path) -> None:
    for pid in family(home):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    stage.kill_servers(home)


def family(home: Path, word: str = "") -> list[int]:
    """Living children of an `up` on `home` whose command has `word` in it."""
    mark = f"LAOYOU_UP={home}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                mark in (entry / "environ").read_bytes().split(b"\0")
                and word.encode() in (entry / "cmdline").read_bytes()
            ):
                found.append(int(entry.name))
    return sorted(found)


@contextlib.contextmanager
def up(home: Path, *arguments: str, **variables: str) -> Iterator[stage.Running]:
    env = stage.environment(home, **variables)
    with stage.running([*UP, "--port", str(free_port()), *arguments], env) as one:
        yield one


def free_port() -> int:
    """A port that is free now, far from what people use."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1]) - 1 if probe.getsockname()[1] > 60000 else int(probe.getsockname()[1])


def address(line: str) -> str:
    found = re.search(r"http://localhost:\d+/", line)
    assert found, line
    return found[0]


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except OSError:
        return 0


def test_up_from_nothing_to_ctrl_c_and_up_again(site: Path) -> None:
    with up(site) as one:
        ready = one.wait_for("Ready in", 90)
        url = address(ready)
        assert status(url + "health/ready") == 200
        steps = [line.split(" ok ")[0].strip() for line in one.said if " ok " in line]
        assert steps == ["PostgreSQL (embedded)", "Valkey (embedded)", "Schema", "Pages (granian)", "Sockets (uvicorn)"]
        assert "[setup] Schema: made from the snapshot" in one.words, "no progress was shown"
        first_page = re.search(rf"^{url}setup/\S+/$", one.words, re.MULTILINE)
        assert first_page, "the owner's first page is at another address"
        assert status(first_page[0]) == 200
        assert one.finish(signal.SIGINT, 30) == 0
    assert family(site) == []
    assert stage.servers(site) == {"postgres": [], "valkey-server": []}
    with up(site) as again:
        again.wait_for("Ready in")
        assert "[setup]" not in again.words, "the second start did the first one's work again"
        assert again.finish(signal.SIGTERM, 30) == 0
    assert family(site) == []


def test_a_second_up_says_who_runs(site: Path) -> None:
    with up(site, "--no-worker") as one:
        url = address(one.wait_for("Ready in"))
        with up(site) as two:
            assert two.finish() == 1
            assert two.words.startswith(f"Laoyou is already running at {url}, pid {one.process.pid}.")
        assert status(url + "health/ready") == 200
        assert one.finish(signal.SIGINT, 30) == 0


def test_dead_children_come_back_and_a_killed_up_is_cleaned_up_after(site: Path) -> None:
    with up(site) as one:
        url = address(one.wait_for("Ready in"))
        os.kill(family(site, "granian")[0], signal.SIGKILL)
        one.wait_for("[web] ended (signal SIGKILL); starting again in 0.2 s")
        stage.wait_until(lambda: status(url + "health/ready") == 200)
        stage.kill_servers(site)
        for server in ("[postgres] ended", "[valkey] ended"):  # in the order in which they die
            if not any(line.startswith(server) for line in one.said):
                one.wait_for(server)
        stage.wait_until(lambda: json.loads(body(url + "health/ready"))["valkey"] == "ok")
        one.finish(signal.SIGKILL)
    assert stage.servers(site)["postgres"], "an orphan is what this test is about"
    with up(site) as two:
        two.wait_for("Ready in")
        assert len(stage.servers(site)["valkey-server"]) == 1
        assert len(family(site, "uvicorn")) == 1
        assert two.finish(signal.SIGINT, 30) == 0
    assert family(site) == []
    assert stage.servers(site) == {"postgres": [], "valkey-server": []}


def body(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(answer.read().decode())
    except OSError:
        return '{"valkey": ""}'


def test_up_shares_the_database_with_another_command_and_leaves_it_to_it(site: Path) -> None:
    env = stage.environment(site)
    with stage.running(stage.user(env), env) as shell:
        shell.wait_for("ready")
        before = stage.postmaster(site)
        with up(site, "--no-worker") as one:
            one.wait_for("Ready in")
            assert stage.postmaster(site) == before
            assert one.finish(signal.SIGINT, 30) == 0
            assert "Other commands still use the database" in one.words
        assert stage.postmaster(site) == before
        assert shell.finish() == 0
    assert stage.servers(site) == {"postgres": [], "valkey-server": []}


def test_a_taken_port_is_passed_over(site: Path) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        with up(site, "--no-worker", "--port", str(port)) as one:
            assert address(one.wait_for("Ready in")) == f"http://localhost:{port + 2}/"
            assert f"Port {port} or {port + 1} is taken; using {port + 2} and {port + 3}." in one.said
            assert one.finish(signal.SIGINT, 30) == 0


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DATABASE_URL": "mysql://localhost/laoyou"}, "DATABASE_URL does not name a PostgreSQL database. Set it like"),
        ({"DATABASE_URL": "postgresql://laoyou@127.0.0.1:1/laoyou"}, "The database of DATABASE_URL does not answer"),
        (
            {"DATABASE_URL": "postgresql://laoyou@127.0.0.1:port/laoyou"},
            "DATABASE_URL does not name a PostgreSQL database",
        ),
        ({"VALKEY_URL": "http://localhost"}, "VALKEY_URL does not name a Valkey or Redis server. Set it like"),
        ({"VALKEY_URL": "redis://127.0.0.1:1/0"}, "The server of VALKEY_URL does not answer"),
        ({"EMAIL_URL": "carrier-pigeon://loft"}, "EMAIL_URL does not name a mail server. Set it like"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY has 5 characters; it needs at least 50."),
        ({"LAOYOU_ENV": "production"}, "SITE_URL is not set. Set it to the site's address"),
        ({"PORT": "eighty"}, "The port “eighty” is none. Set PORT or --port"),
        ({"LAOYOU_HOME": "/proc/laoyou"}, "Set LAOYOU_HOME to a directory that you may write to."),
    ],
)
def test_a_wrong_variable_is_one_sentence(site: Path, variables: dict[str, str], sentence: str) -> None:
    env = stage.environment(site, **variables)
    with stage.running(UP, env) as one:
        assert one.finish() == 1
        assert "Traceback" not in one.words
        assert sentence in one.words
    assert family(site) == []
    assert stage.servers(site) == {"postgres": [], "valkey-server": []}
