"""A signed-in member and what they read."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from loyalty import actions
from loyalty.actions.ledger import Posted
from tests.loyalty.conftest import AT


@pytest.fixture
def browser(member: int) -> Client:
    return signed_in(member)


def signed_in(member_id: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=member_id), backend="members.backends.MemberBackend")
    return client


def text(answer: Any) -> str:
    """The words of a page."""
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def grant(member_id: int, amount: int, cause: str = "test:1", **changes: Any) -> Posted:
    facts: dict[str, Any] = {"reason": "goodwill", "origin": "goodwill", "by": None, "at": AT} | changes
    with transaction.atomic():
        return actions.grant_points(cause=cause, member_id=member_id, amount=amount, **facts)
