"""What happens after a commit, outside the request: what pages hear does not wait for a broker that stands still."""

import threading

import pytest

from outbox import nudge


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A broker that answers nobody until the event is set."""
    thaw = threading.Event()
    monkeypatch.setattr(nudge, "synchronous", False)
    monkeypatch.setattr(nudge, "_send_task", lambda task, args: thaw.wait(20))
    return thaw


def test_what_pages_hear_does_not_wait_for_the_broker(still: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = threading.Event()
    monkeypatch.setattr(nudge, "live_handlers", lambda name: [lambda event: heard.set()])
    nudge.send_later("outbox.tasks.deliver")
    nudge.after_commit([type("Said", (), {"name": "said"})()], wants_worker=True)
    assert heard.wait(20)
    assert not nudge.drain(0.1)
    still.set()
    assert nudge.drain(20)


def test_a_full_queue_drops_and_never_waits(still: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    background = nudge.Background("outbox-test")
    for _ in range(nudge._BOUND + 10):
        background.put(lambda: still.wait(20))
    assert background.jobs.full()
    still.set()
