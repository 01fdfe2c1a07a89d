"""A named cast for the insights tests: customers, a manager, staff who are not scored."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from itertools import count

import pytest
from django.contrib.auth.models import Group

from insights.models import Act
from members.access import MANAGERS
from members.models import User

NOON = time(12, tzinfo=UTC)
_sources = count(1)


@pytest.fixture
def mei(db: None) -> User:
    return User.objects.create_user("mei", "mei@example.com", "a long passphrase", display_name="Mei Chen")


@pytest.fixture
def otto(db: None) -> User:
    return User.objects.create_user("otto", "otto@example.com", "a long passphrase", display_name="Otto")


@pytest.fixture
def manager(db: None) -> User:
    user = User.objects.create_user("nadia", "nadia@example.com", "a long passphrase", is_staff=True)
    user.groups.add(Group.objects.get(name=MANAGERS))
    return user


@pytest.fixture
def acted() -> Callable[..., None]:
    """Write acts straight into the table: `acted(mei, days)`."""

    def write(member: User, days: Iterable[date], stream: str = "C") -> None:
        kind = Act.Kind.ORDER if stream == "C" else Act.Kind.POST
        Act.objects.bulk_create(
            Act(
                member=member,
                stream=stream,
                kind=kind,
                source_id=next(_sources) + 10_000_000,
                occurred_at=datetime.combine(day, NOON),
                day=day,
                changed_at=datetime.combine(day, NOON),
            )
            for day in days
        )

    return write
