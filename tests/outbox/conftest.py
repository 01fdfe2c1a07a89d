from collections.abc import Iterator
from typing import Any

import pytest

from outbox import subscribe as registry


@pytest.fixture
def listeners() -> Iterator[Any]:
    """Register subscribers for the length of one test."""
    durable = {name: dict(handlers) for name, handlers in registry._durable.items()}
    live = {name: list(handlers) for name, handlers in registry._live.items()}
    yield registry
    registry._durable.clear()
    registry._durable.update(durable)
    registry._live.clear()
    registry._live.update(live)
