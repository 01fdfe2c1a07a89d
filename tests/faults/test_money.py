"""What becomes of points when machines die, at the size of every push; and the variants that must be caught.

    python tests/faults/books.py --claims 10000 --restarts 30 --seconds 900

is the same at the size of a night; each script says what it does and takes its sizes as arguments.
"""

import pytest

from tests.faults.test_chat import PATIENT, _a_migrated_database, run  # noqa: F401

pytestmark = [pytest.mark.slow]

RUNS: dict[str, tuple[object, ...]] = {
    "PostgreSQL is restarted under redemptions": ("books",),
    "workers are killed under awards": ("awards",),
    "nights are killed at their commits": ("nights",),
    "shops tell and machines hear while workers are killed": ("machines",),
    "a few members do everything at once": ("rush",),
}


@pytest.mark.parametrize("what", RUNS)
def test_no_point_is_lost_or_doubled(what: str) -> None:
    said = run(*map(str, (*RUNS[what], *PATIENT)))
    assert said["ok"], said


CAUGHT: dict[str, tuple[tuple[object, ...], str]] = {
    "people who ask again under a new key": (("books", "--claims", 160, "--broken", "new-key"), "paid twice"),
    "a server that answers before the disk has it": (
        ("books", "--claims", 160, "--restarts", 2, "--broken", "commits-later"),
        "ended as claimed",
    ),
    "a worker that marks first and works then": (
        ("awards", "--kills", 5, "--seconds", 100, "--broken", "mark-first"),
        "they had been lost",
    ),
    "a claim that is given up in two transactions": (("nights", "--kills", 10, "--broken", "half"), "balances are not"),
    "a sender that settles before it sends": (
        ("machines", "--orders", 6, "--kills", 2, "--broken", "settles-first"),
        "did not hear",
    ),
    "a shelf that counts in Python": (("rush", "--broken", "counts-itself"), "what is claimed of a reward"),
}


@pytest.mark.parametrize("what", CAUGHT)
def test_what_is_broken_is_caught(what: str) -> None:
    arguments, words = CAUGHT[what]
    said = run(*map(str, arguments))
    assert not said["ok"] and words in " ".join(said["findings"]), said
