"""Addresses, secrets and the layout of the wheels."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.engines import places, usage
from tests.frontdoor import stage


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LAOYOU_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("VALKEY_URL", raising=False)


def test_the_wheels_hold_what_we_call() -> None:
    names = ("initdb", "postgres", "psql", "pg_dump", "pg_restore", "pg_ctl")
    assert [name for name in names if not (places.postgres_programs() / name).is_file()] == []
    assert places.valkey_program().is_file()


def test_the_home_is_private(tmp_path: Path) -> None:
    assert stat.S_IMODE(places.home().stat().st_mode) == 0o700


def test_a_directory_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o750)
    assert stat.S_IMODE(places.home().stat().st_mode) == 0o750


@pytest.mark.parametrize("name", ["x" * 100, "with space", "a,b", "老友"])
def test_sockets_go_to_a_short_plain_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv("LAOYOU_HOME", str(tmp_path / name))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    place = str(places.runtime_dir())
    assert place.startswith("/tmp/laoyou-")
    assert place == str(places.runtime_dir())


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAOYOU_HOME", "/tmp/laoyou-addresses")
    url = "unix:///tmp/laoyou-addresses/run/valkey.sock?db=0"
    assert places.database_url() == "postgresql://laoyou@/laoyou?host=%2Ftmp%2Flaoyou-addresses%2Frun&port=5432"
    assert places.valkey_url() == url
    assert places.valkey_database(url, 2) == "unix:///tmp/laoyou-addresses/run/valkey.sock?db=2"
    assert places.broker_url(url) == "redis+socket:///tmp/laoyou-addresses/run/valkey.sock?virtual_host=0"
    assert places.limits_url(url) == "redis+unix:///tmp/laoyou-addresses/run/valkey.sock?db=3"
    Path("/tmp/laoyou-addresses").rmdir()


def test_addresses_of_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "rediss://:pass%20word@cache.example.com:6380/7"
    assert places.valkey_database(url, 1) == "rediss://:pass%20word@cache.example.com:6380/1"
    assert places.broker_url(url) == "rediss://:pass%20word@cache.example.com:6380/0"
    assert places.limits_url(url) == "rediss://:pass%20word@cache.example.com:6380/3"
    monkeypatch.setenv("DATABASE_URL", " postgresql://a@b/c ")
    assert places.database_url() == "postgresql://a@b/c"


def test_a_secret_is_made_once_even_by_eight_at_once(tmp_path: Path) -> None:
    env = stage.environment(tmp_path / "home")
    # Slow making, so that all eight are at it when the first one is done.
    script = """
import time
from config import embedded
from config.engines.places import long_random
print(embedded.secret("SECRET_KEY", lambda: time.sleep(0.5) or long_random()))
"""
    command = [sys.executable, "-c", script]
    asked = [subprocess.Popen(command, env=env, cwd=stage.ROOT, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    answers = {process.communicate()[0].strip() for process in asked}
    assert len(answers) == 1
    assert len(answers.pop()) >= 50
    kept = list((tmp_path / "home" / "secrets").iterdir())
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in kept] == [("SECRET_KEY", 0o600)]


def test_too_little_disk_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "LEAST_DISK", 10**18)
    with pytest.raises(
        places.EngineError, match=r"MB free; 1000000000000 MB are needed. Make room, or set LAOYOU_HOME"
    ):
        usage.prepare()
