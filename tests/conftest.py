"""Every test runs on real PostgreSQL and Valkey: the embedded ones, started here when nobody runs them."""

from collections.abc import Iterator
from typing import Any

import pytest

from config import embedded
from config.engines import usage


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers, unless this process only hands out tests to others."""
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "no":
        embedded.ensure_running()
        if usage.embedded()[0]:
            from tests.seeds import let_role_delete

            let_role_delete()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that several processes end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="session")
def _the_policy_follows_the_settings() -> None:
    """A process has one Content-Security-Policy; tests have one for each server they talk to."""
    from django.core.signals import setting_changed

    from config.middleware import _policy

    def forget(setting: str, **_more: Any) -> None:
        if setting == "CONTENT_SECURITY_POLICY":
            _policy.cache_clear()

    setting_changed.connect(forget, weak=False)


@pytest.fixture(autouse=True, scope="session")
def _valkey_may_be_slow() -> Iterator[None]:
    """Pages go on without a Valkey that takes a quarter of a second; on a busy machine a test would then read what pages
    show without it. That they do is tested where Valkey is away."""
    import redis
    from django.conf import settings

    original = redis.Redis.from_url

    def from_url(url: str, **options: Any) -> Any:
        return original(url, **{**options, "socket_timeout": 5, "socket_connect_timeout": 5})

    settings.CACHES["default"]["OPTIONS"].update(socket_timeout=5, socket_connect_timeout=5)
    redis.Redis.from_url = from_url  # type: ignore[method-assign, assignment]
    yield
    redis.Redis.from_url = original  # type: ignore[method-assign]


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


@pytest.fixture(autouse=True)
def _nobody_spoke_before() -> None:
    """A request leaves its language and time zone active in its thread; the next request sets its own, the next test need not."""
    from django.utils import timezone, translation

    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for the tests of one file, which open windows of their own in it."""
    from tests.house import open_browser

    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """The test database begins with the schema snapshot, when it fits; the migrations then find nothing to do."""
    from django.core.management.commands.migrate import Command
    from django.db import connections

    from config import snapshot

    original = Command.handle

    def handle(self: Command, *args: Any, **options: Any) -> None:
        snapshot.load(connections[options["database"]])
        original(self, *args, **options)

    Command.handle = handle  # type: ignore[method-assign]
    yield
    Command.handle = original  # type: ignore[method-assign]


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
