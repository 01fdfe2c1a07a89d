"""Tests write faster than people, so limits are off for them; who tests a limit switches them on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from community import middleware
from community.trust import limits


@pytest.fixture
def limits_on(settings: Any) -> Iterator[None]:
    settings.COMMUNITY_LIMITS_ON = True
    forget_paces()
    yield
    forget_paces()


@pytest.fixture
def no_valkey(limits_on: None) -> Iterator[None]:
    """Valkey does not answer, as far as limits know."""
    with override_settings(LIMITS_URL="redis+unix:///nowhere/valkey.sock?db=3"):
        limits._client.cache_clear()
        limits._script.cache_clear()
        yield


def forget_paces() -> None:
    limits._client.cache_clear()
    limits._script.cache_clear()
    limits._failures, limits._broken_until = 0, 0.0
    client = limits._client()
    for key in client.scan_iter("laoyou:*"):
        client.delete(key)
    middleware._counts.clear()
