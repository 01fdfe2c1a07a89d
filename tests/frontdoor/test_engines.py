"""The embedded engines start wherever they are put, survive every kill, and end with their last user (reliability 6, stack 3 and 4)."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.frontdoor import stage

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
BECOME_NOBODY = ("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups")


@pytest.mark.parametrize(
    ("place", "variables"),
    [
        ("plain", {"LANG": "", "LC_ALL": ""}),
        ("with a space, a 'quote' and 老友", {"LANG": "xx_YY.UTF-8", "LC_ALL": "xx_YY.UTF-8"}),
        ("d" * 150, {"PGPORT": "6000", "PGDATA": "/nowhere", "PGHOST": "nowhere.invalid"}),
    ],
)
def test_starts_in_hostile_places_and_leaves_nothing_behind(home: Path, place: str, variables: dict[str, str]) -> None:
    home = home / place
    assert stage.use(home, "one", **variables) == "ready one"
    assert home.stat().st_mode & 0o777 == 0o700
    assert stage.servers(home) == {"postgres": [], "valkey-server": []}
    assert stage.use(home, "two", **variables) == "ready one two"


def test_role_and_database_are_modest(home: Path) -> None:
    env = stage.environment(home)
    query = (
        "SELECT rolsuper, rolcreatedb, current_setting('lock_timeout'), current_setting('statement_timeout'), "
        "current_setting('idle_in_transaction_session_timeout'), current_setting('TimeZone'), "
        "current_setting('data_checksums'), current_setting('listen_addresses'), datlocale, datlocprovider, "
        "EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') "
        "FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
    )
    script = f"""
import psycopg
from config import embedded
embedded.ensure_running()
with psycopg.connect(embedded.database_url()) as connection:
    print(*connection.execute({query!r}).fetchone())
"""
    answer = subprocess.run(
        [sys.executable, "-c", script], env=env, cwd=stage.ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["False", "True", "3s", "15s", "30s", "UTC", "on", "C.UTF-8", "b", "True"]


@contextmanager
def crashed(home: Path) -> Iterator[Path]:
    """A data directory whose servers were killed while a word was stored; yields the lock file that they left."""
    env = stage.environment(home)
    with stage.running(stage.user(env, "kept"), env) as one:
        one.wait_for("ready kept")
        stage.kill_servers(home)
        one.process.kill()
        one.process.wait()
    yield home / "postgres" / "postmaster.pid"


def put_pid(lock: Path, pid: int) -> None:
    """Let the lock files of PostgreSQL name another process."""
    for path in filter(Path.exists, (lock, lock.parents[1] / "run" / ".s.PGSQL.5432.lock")):
        path.write_text(f"{pid}\n" + path.read_text().partition("\n")[2])


def plain_start(home: Path) -> str:
    """What PostgreSQL says when it is started without our care."""
    script = """
import sys
from config.engines import postgres, usage
from config.engines.processes import run
answer = run(postgres.command(usage.prepare()))
sys.exit(answer.stderr)
"""
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, env=stage.environment(home), cwd=stage.ROOT, capture_output=True, text=True, timeout=20, check=False
    ).stderr


def test_kill_9_of_everything_keeps_the_data(home: Path) -> None:
    with crashed(home):
        assert stage.use(home, "later") == "ready kept later"


@contextmanager
def sleeper(owner: int) -> Iterator[int]:
    process = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def test_stale_pid_of_a_process_that_reused_the_number(home: Path) -> None:
    with crashed(home) as lock, sleeper(lock.stat().st_uid) as pid:
        put_pid(lock, pid)
        assert "already exists" in plain_start(home), "the fault is not one"
        assert stage.use(home) == "ready kept"
        assert Path(f"/proc/{pid}").exists(), "a stranger's process was ended"


def test_stale_pid_of_a_zombie(home: Path) -> None:
    with crashed(home) as lock:
        zombie = subprocess.Popen(["true"], user=lock.stat().st_uid if os.geteuid() == 0 else None)
        stage.wait_until(lambda: " Z " in Path(f"/proc/{zombie.pid}/stat").read_text())
        put_pid(lock, zombie.pid)
        assert "already exists" in plain_start(home), "the fault is not one"
        assert stage.use(home) == "ready kept"
        zombie.wait()


@pytest.mark.parametrize("content", ["", "12", "-7\n", "not a number\nat all\n"])
def test_half_written_lock_files(home: Path, content: str) -> None:
    with crashed(home) as lock:
        lock.write_text(content)
        (home / "run" / ".s.PGSQL.5432.lock").write_text(content)
        assert stage.use(home) == "ready kept"


def test_orphans_of_a_killed_server_are_ended_first(home: Path) -> None:
    """Only the first process is killed.

    A busy helper goes on and holds the shared memory, which PostgreSQL itself refuses.
    """
    env = stage.environment(home)
    busy = """
import psycopg
from config import embedded
with psycopg.connect(embedded.database_url()) as connection:
    connection.execute("SET statement_timeout = 0")
    print("busy", flush=True)
    connection.execute("DO $$ BEGIN LOOP END LOOP; END $$")
"""
    with stage.running(stage.user(env, "kept"), env) as one:
        one.wait_for("ready")
        with stage.running([sys.executable, "-c", busy], env) as two:
            two.wait_for("busy")
            stage.wait_until(lambda: "DO" in stage.titles(home))
            os.kill(stage.postmaster(home), signal.SIGKILL)
            stage.wait_until(lambda: len(stage.servers(home)["postgres"]) == 1)
            (home / "run" / ".s.PGSQL.5432.lock").unlink()
            put_pid(home / "postgres" / "postmaster.pid", 4_194_304)
            assert "still in use" in plain_start(home), "the fault is not one"
            assert stage.use(home, "later") == "ready kept later"


def test_a_server_whose_socket_was_deleted_is_replaced(home: Path) -> None:
    env = stage.environment(home)
    with stage.running(stage.user(env, "kept"), env) as one:
        one.wait_for("ready")
        first = stage.servers(home)
        shutil.rmtree(home / "run")
        with stage.running(stage.user(env), env) as two:
            assert two.wait_for("ready") == "ready kept"
            second = stage.servers(home)
            assert len(second["valkey-server"]) == 1
            assert not set(first["postgres"]) & set(second["postgres"])


def test_the_last_one_out_stops_the_servers(home: Path) -> None:
    env = stage.environment(home)
    with stage.running(stage.user(env), env) as one, stage.running(stage.user(env), env) as two:
        one.wait_for("ready")
        two.wait_for("ready")
        assert len(stage.servers(home)["valkey-server"]) == 1
        assert one.finish() == 0
        assert stage.servers(home)["postgres"], "stopped under the second user's feet"
        assert two.finish() == 0
        assert stage.servers(home) == {"postgres": [], "valkey-server": []}


def test_a_killed_user_does_not_keep_the_servers_for_ever(home: Path) -> None:
    env = stage.environment(home)
    with stage.running(stage.user(env), env) as one:
        one.wait_for("ready")
        one.finish(signal.SIGKILL)
    assert stage.servers(home)["postgres"]
    assert stage.use(home) == "ready"
    assert stage.servers(home) == {"postgres": [], "valkey-server": []}


def test_eight_users_at_once_share_one_server(home: Path) -> None:
    env = stage.environment(home)
    processes = [
        subprocess.Popen(stage.user(env, str(number)), env=env, cwd=stage.ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)
        for number in range(8)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")
    assert len(stage.servers(home)["valkey-server"]) == 1
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0] * 8
    assert stage.servers(home) == {"postgres": [], "valkey-server": []}
    assert stage.use(home) == "ready 0 1 2 3 4 5 6 7"


def test_valkey_keeps_its_queue_through_kill_9_and_starts_empty_from_a_torn_file(home: Path) -> None:
    fill = """
import redis, time
from config import embedded
embedded.ensure_running()
client = redis.Redis.from_url(embedded.valkey_url())
print("had", client.llen("queue"), flush=True)
client.rpush("queue", *range(1000))
time.sleep(1.2)  # appendfsync everysec
print("filled", flush=True)
client.close()
input()
"""
    env = stage.environment(home)
    with stage.running([sys.executable, "-c", fill], env) as one:
        assert one.wait_for("had") == "had 0"
        one.wait_for("filled")
        stage.kill_servers(home)
    with stage.running([sys.executable, "-c", fill], env) as two:
        assert two.wait_for("had") == "had 1000"
        two.wait_for("filled")
        stage.kill_servers(home)
    for part in (home / "valkey" / "appendonlydir").glob("*.incr.aof"):
        part.write_bytes(b"*3\r\nnot a command at all\r\n" + part.read_bytes())
    assert stage.use(home) == "ready"
    assert len(list((home / "valkey").glob("appendonlydir.unreadable-*"))) == 1


def test_another_major_version_is_refused_with_the_commands(home: Path) -> None:
    assert stage.use(home) == "ready"
    (home / "postgres" / "PG_VERSION").write_text("17\n")
    said = stage.use(home)
    assert "written by PostgreSQL 17" in said
    assert "PostgreSQL 18" in said
    assert "pg_dump" in said
    assert stage.servers(home)["postgres"] == []


def test_a_socket_directory_of_somebody_else_is_refused(home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "run").mkdir(mode=0o777)
    (home / "run").chmod(0o777)
    assert "is not a private directory of ours" in stage.use(home)
    assert (home / "run").stat().st_mode & 0o777 == 0o777


@as_root
@pytest.mark.parametrize("dropped", ["", "-dac_read_search", "-dac_read_search,-dac_override"])
def test_root_opens_no_directory_that_it_did_not_make(home: Path, dropped: str) -> None:
    """With the rights of a full root, of a container's root, and of a root that has neither."""
    home.mkdir(mode=0o700)
    prefix = ("setpriv", f"--bounding-set={dropped}") if dropped else ()
    said = stage.use(home / "deeper", prefix=prefix)
    assert (
        said == "ready" if "override" not in dropped else said.startswith("refused: PostgreSQL refuses to run as root")
    )
    assert home.stat().st_mode & 0o777 == 0o700


@as_root
def test_an_ordinary_user(home: Path) -> None:
    python = "/usr/bin/python3"
    same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    tries = ([python, "-c", same], ["test", "-r", str(stage.ROOT / "manage.py")])
    may_run = all(subprocess.run([*BECOME_NOBODY, *each], check=False).returncode == 0 for each in tries)
    if not may_run:
        pytest.skip("no Python here that another user may run on this checkout")
    home.parent.chmod(0o755)
    home.mkdir()
    os.chown(home, 65534, 65534)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    variables = {"STAGE_PYTHON": python, "PYTHONPATH": f"{stage.ROOT}:{packages}", "HOME": "/nonexistent"}
    assert stage.use(home / "mine", "one", prefix=BECOME_NOBODY, **variables) == "ready one"
    assert (home / "mine" / "postgres").stat().st_uid == 65534
    assert stage.use(home / "mine") == "ready one", "root may go on with a user's data"
    shutil.rmtree(home / "mine")
    os.chown(home, 0, 0)
    assert "Set LAOYOU_HOME to a directory that you may write to" in stage.use(
        home / "mine", prefix=BECOME_NOBODY, **variables
    )
