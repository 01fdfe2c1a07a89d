"""The fault scripts at the size of every push, each in a process of its own, and the variants that they must catch.

    python tests/faults/chat.py --clients 50 --messages 100000 --kills 42 --seconds 2000

is the same at the size of a night; each script says what it does and takes its sizes as arguments.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow]
HERE = Path(__file__).resolve().parent
PATIENT = ("--seconds", 300)
"""What ends well ends when it is done; how long it may take is asked of no busy machine."""


@pytest.fixture(scope="module", autouse=True)
def _a_migrated_database() -> None:
    """Each run copies it; the first one makes it, which takes as long as the migrations take."""
    made = "from tests.faults.world import World\nwith World('first', seed=1, deadline=500): pass"
    subprocess.run([sys.executable, "-c", made], cwd=HERE.parents[1], check=True, timeout=600)


def run(script: str, *arguments: object) -> dict[str, Any]:
    """The one line of a run."""
    command = [sys.executable, str(HERE / f"{script}.py"), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=400)
    lines = ended.stdout.strip().splitlines()
    assert lines, ended.stderr[-3000:]
    said: dict[str, Any] = json.loads(lines[-1])
    assert ended.returncode == (0 if said["ok"] else 1)
    print(lines[-1])
    return said | {"log": ended.stderr[-3000:]}


RUNS: dict[str, tuple[object, ...]] = {
    "everything fails while people talk": ("chat", "--clients", 12, "--messages", 480, "--kills", 7),
    "somebody stops reading": ("lines", "slow-reader", "--megabytes", 60),
    "bad frames": ("lines", "bad-frames"),
    "a flood": ("lines", "flood", "--sockets", 50, "--rate", 100, "--flooded", 5),
    "idle sockets": ("lines", "idle", "--idle", 1000),
    "a rush for seats and a drop": ("show", "--people", 100, "--seats", 10, "--pieces", 5),
    "Valkey stands still": ("still", "--frozen", 4),
}


@pytest.mark.parametrize("what", RUNS)
def test_nothing_is_lost_and_nobody_else_notices(what: str) -> None:
    said = run(*map(str, (*RUNS[what], *PATIENT)))
    assert said["ok"], said


QUICK = ("--messages", 240, "--settle", 6)
CAUGHT: dict[str, tuple[tuple[object, ...], str]] = {
    "clients that do not ask for what they missed": (
        ("chat", *QUICK, "--only", "cut", "--kills", 2, "--broken", "no-backfill"),
        "missing",
    ),
    "clients that send again under another client_id": (
        ("chat", *QUICK, "--only", "cut", "--kills", 4, "--broken", "no-client-id"),
        "is stored 2 times",
    ),
    "a hub that repairs nothing": (
        ("chat", *QUICK, "--only", "kill", "--kills", 2, "--broken", "no-repair"),
        "missing",
    ),
    "a server that answers before it commits": (
        ("chat", *QUICK, "--kills", 0, "--broken", "early-answer"),
        "was acknowledged",
    ),
    "no bound for slow readers": (("lines", "slow-reader", "--megabytes", 20, "--broken", "no-bound"), "grew by"),
    "no limit for floods": (("lines", "flood", "--sockets", 10, "--broken", "no-limit"), "were taken"),
    "somebody who sits uncounted": (
        ("show", "--people", 15, "--kills", 0, "--broken", "uncounted"),
        "the seats that are taken are those that are counted",
    ),
    "what is said to others is said in the request": (
        ("still", "--frozen", 2, "--broken", "publish-in-request"),
        "pages took",
    ),
}


@pytest.mark.parametrize("what", CAUGHT)
def test_what_is_broken_is_caught(what: str) -> None:
    arguments, words = CAUGHT[what]
    said = run(*map(str, arguments))
    assert not said["ok"] and words in " ".join(said["findings"]), said
