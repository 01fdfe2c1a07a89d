"""Every test runs on real PostgreSQL and Valkey: the embedded ones, started here when nobody runs them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("EMAIL_URL", "memory://")
os.environ.setdefault("LAOYOU_HOME", str(Path(__file__).resolve().parent.parent / ".data-test"))

from config import embedded

embedded.ensure_running()


@pytest.fixture(autouse=True)
def _live_subscribers_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the background thread does after a commit is done in the test's own thread, and no broker is asked."""
    from outbox import nudge

    monkeypatch.setattr(nudge, "synchronous", True)
    monkeypatch.setattr(nudge, "_send_task", lambda task, args: None)


@pytest.fixture(autouse=True)
def _nobody_has_tried_anything_yet() -> None:
    """Tries and rates are counted in the cache, which outlives a test."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Tests with real commits leave the database as the migrations made it, their seed rows included.

    Django's own flush would delete the rows of data migrations (groups, rules, tiers) for every later test.
    """
    from django.test import TransactionTestCase

    from tests.seeds import Seeds

    with django_db_blocker.unblock():
        seeds = Seeds.take()
    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = lambda self: seeds.restore()  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[attr-defined]
