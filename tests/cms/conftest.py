"""A fresh site with its first pages, a member and a manager."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction

from cms import actions
from members.access import MANAGERS
from members.models import User

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache.clear()


@pytest.fixture
def site(db: None) -> None:
    with transaction.atomic():
        actions.ensure_staff_access(by=None, at=NOW)
        actions.ensure_front_page(by=None, at=NOW)


@pytest.fixture
def mei(db: None) -> User:
    return User.objects.create_user("mei", "mei@example.com", "a long passphrase", display_name="Mei Chen")


@pytest.fixture
def manager(db: None) -> User:
    user = User.objects.create_user("nadia", "nadia@example.com", "a long passphrase")
    user.groups.add(Group.objects.get(name=MANAGERS))
    return user
