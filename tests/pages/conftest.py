"""The small world of tests/pages."""

import logging
from collections.abc import Iterator

import pytest
from django.core.signals import got_request_exception

from outbox.clock import now
from tests.pages.trial import Trial
from tests.pages.world import World, make_world


@pytest.fixture
def world(db: None) -> Iterator[World]:
    world = make_world(at=now())
    yield world
    for file in world.files:
        file.storage.delete(file.name)


@pytest.fixture(params=["guest", "member", "manager"])
def trial(request: pytest.FixtureRequest, world: World) -> Iterator[Trial]:
    trial = Trial(world, request.param)
    logging.disable(logging.CRITICAL)  # refusals are what we are here for
    yield trial
    logging.disable(logging.NOTSET)
    got_request_exception.disconnect(dispatch_uid=trial)
    assert not trial.complaints, f"{len(trial.complaints)} of {trial.count}:\n" + "\n".join(trial.complaints.values())
