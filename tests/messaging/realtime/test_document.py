"""docs/realtime.md is true: its conversation is held with a real server."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from messaging import consumers, frames, polling, presence, visitors
from messaging.streams import REPLAY_LIMIT, kinds
from tests.messaging.realtime.server import Client

DOCUMENT = (Path(__file__).parents[3] / "docs/realtime.md").read_text(encoding="utf-8")
ROOM = "room:6f2k9q1m3x7a"
EXACT = ("op", "ref", "stream", "type", "code", "seq", "seqs", "html", "client_id", "reactions")


def like(shown: Any, said: Any) -> bool:
    """The same fields of the same types, and the same values where the document promises them."""
    if isinstance(shown, dict):
        return (
            isinstance(said, dict)
            and shown.keys() <= said.keys()
            and (shown.keys() == said.keys() or "counts" in shown or "notices" in shown)
            and all(shown[key] == said[key] if key in EXACT else like(shown[key], said[key]) for key in shown)
        )
    if isinstance(shown, list):
        return isinstance(said, list)
    return type(shown) is type(said) or shown is None or said is None


@pytest.mark.django_db(transaction=True)
def test_the_conversation_of_the_document(open_as: Callable[..., Client], make_room: Any, ann: Any) -> None:
    _room, stream = make_room()
    block = re.search(r"```frames\n(.*?)```", DOCUMENT, re.S)
    assert block
    client = open_as(ann)
    heard: list[dict[str, Any]] = []
    for line in block[1].replace(ROOM, stream).splitlines():
        frame = json.loads(line[2:])
        if line[0] == ">":
            client.post(**frame)
            continue
        end = time.monotonic() + 20
        while not (found := [one for one in heard if like(frame, one)]):
            assert time.monotonic() < end
            try:
                client.wait(lambda _frame: True, timeout=20)
            except TimeoutError:
                pytest.fail(f"shown: {frame}\nsaid: {heard}")
            heard.append(client.frames[-1])
        heard.remove(found[0])
    assert [one for one in heard if one.get("type") != "presence"] == [], "the document leaves something out"


def test_the_numbers_of_the_document() -> None:
    assert frames.LARGEST == 64 * 1024 and "64 kB" in DOCUMENT
    assert f"{consumers.MOST_SOCKETS} sockets a member, {consumers.MOST_STREAMS} streams a socket" in DOCUMENT
    assert (
        f"{consumers.MOST_FRAMES} frames at once" in DOCUMENT
        and f"above {consumers.CALM_FRAMES} each waits" in DOCUMENT
    )
    assert f"more than {REPLAY_LIMIT} changes behind" in DOCUMENT
    assert f"at the latest after {polling.WAIT:.0f} seconds" in DOCUMENT
    assert f"({polling.MOST_OF_MEMBER} wait at once for a member, {polling.MOST_WAITING:,} in a process;" in DOCUMENT
    assert f"guests of one address have {visitors.GUESTS_MOST}" in DOCUMENT
    assert f"at most every {presence.EVERY:.0f} seconds (every {presence.EVERY_OF_MANY:.0f} with" in DOCUMENT
    assert f"Above {presence.MOST_PEOPLE} there is no list" in DOCUMENT
    codes = (frames.SIGNED_OUT, frames.NOT_ALLOWED, frames.TOO_SLOW, frames.TOO_FAST)
    assert all(f"| {code} |" in DOCUMENT for code in codes)
    assert all(f"| `{op}` |" in DOCUMENT for op in frames.OPS)
    assert all(f"| `{kind}" in DOCUMENT for kind, _handler in kinds() if kind.isalpha())
