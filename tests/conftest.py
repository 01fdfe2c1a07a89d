"""Every test runs on real PostgreSQL and Valkey: the embedded ones, started here when nobody runs them."""

import os

import pytest

os.environ.setdefault("EMAIL_URL", "memory://")
os.environ.setdefault("LAOYOU_HOME", os.path.join(os.path.dirname(os.path.dirname(__file__)), ".data-test"))

from config import embedded

embedded.ensure_running()


@pytest.fixture(autouse=True)
def _live_subscribers_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the background thread does after a commit is done in the test's own thread, and no broker is asked."""
    from outbox import nudge

    monkeypatch.setattr(nudge, "synchronous", True)
    monkeypatch.setattr(nudge, "_send_task", lambda task, args: None)
