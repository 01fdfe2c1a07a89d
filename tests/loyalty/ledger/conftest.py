"""Short ways to post."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from loyalty import actions, rules
from loyalty.actions import ledger
from loyalty.models import Currency
from tests.loyalty.conftest import AT


def grant(member_id: int, amount: int, cause: str = "test:1", at: datetime = AT, **changes: Any) -> ledger.Posted:
    with transaction.atomic():
        return actions.grant_points(
            cause=cause,
            member_id=member_id,
            amount=amount,
            reason="goodwill",
            origin="goodwill",
            by=None,
            at=at,
            **changes,
        )


def hold(member_id: int, amount: Any, name: str = "h", at: datetime = AT, **changes: Any) -> ledger.Held:
    facts: dict[str, Any] = {
        "key": rules.cause_key("test", name), "currency": "points", "reason": "reward", "source_type": "reward",
        "source_id": 1, "expires_at": at + timedelta(minutes=15), "facts": {}, "by": None, "at": at,
    }  # fmt: skip
    with transaction.atomic():
        return ledger.hold(member_id=member_id, amount=amount, **(facts | changes))


def spend(member_id: int, amount: int, at: datetime = AT, name: str = "s") -> ledger.Posted:
    with transaction.atomic():
        return ledger.spend(
            key=rules.cause_key("spend", name), member_id=member_id, amount=amount, reason="reward", source_type="reward",
            source_id=1, by=None, at=at, facts={},
        )  # fmt: skip


def undo(txn_id: int, at: datetime = AT) -> ledger.Posted:
    with transaction.atomic():
        return actions.reverse_txn(txn_id=txn_id, reason="test", by=None, at=at)


def send(
    giver: int, receiver: int, amount: Any, name: str = "t", at: datetime = AT, **changes: Any
) -> ledger.Transferred:
    with transaction.atomic():
        return ledger.transfer(
            key=rules.cause_key("test", name), from_member_id=giver, to_member_id=receiver, amount=amount, by=giver, at=at,
            **changes,
        )  # fmt: skip


@pytest.fixture
def points(db: None) -> Callable[..., Currency]:
    """Change the policies of points."""

    def change(**changes: Any) -> Currency:
        Currency.objects.filter(code="points").update(**changes)
        return Currency.objects.get(code="points")

    return change


@pytest.fixture
def sending(points: Callable[..., Currency]) -> None:
    points(transferable=True, transfer_trust=0, transfer_daily=500)


@pytest.fixture
def person(db: None) -> Callable[..., Any]:
    """A person of the house, in these groups."""

    def make(name: str, *groups: str) -> Any:
        user = get_user_model().objects.create_user(name, f"{name}@example.com", "a long password")
        for group in groups:
            user.groups.add(Group.objects.get_or_create(name=group)[0])
        return user

    return make
