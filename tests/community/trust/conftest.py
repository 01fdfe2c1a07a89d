"""Limits are on here, as on a real site; everywhere else tests write faster than people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from community import limits, middleware
from community.actions.activity import note_reading
from tests.community.forum.conftest import cast, make_board, make_member, tea  # noqa: F401

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


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


def read(member: Any, at: datetime, **what: int) -> None:
    with transaction.atomic():
        note_reading(member_id=member.pk, at=at, **what)
