"""Mei, who has a complaint; Otto, who must not know; Nadia, who answers."""

import pytest
from django.contrib.auth.models import Group

from members.access import MANAGERS
from members.models import User


@pytest.fixture
def mei(db: None) -> User:
    return User.objects.create_user("mei", "mei@example.com", "a long passphrase", display_name="Mei Chen")


@pytest.fixture
def otto(db: None) -> User:
    return User.objects.create_user("otto", "otto@example.com", "a long passphrase")


@pytest.fixture
def nadia(db: None) -> User:
    from django.contrib.auth.models import Permission

    user = User.objects.create_user("nadia", "nadia@example.com", "a long passphrase", display_name="Nadia Weiss")
    user.groups.add(Group.objects.get(name=MANAGERS))
    user.user_permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return user
