"""The small world of tests/pages."""

from collections.abc import Iterator

import pytest

from outbox.clock import now
from tests.pages.world import World, make_world


@pytest.fixture
def world(db: None) -> Iterator[World]:
    world = make_world(at=now())
    yield world
    for file in world.files:
        file.storage.delete(file.name)
