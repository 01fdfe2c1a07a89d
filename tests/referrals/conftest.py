"""Ming invites, Ada joins: through the pages that people use."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from loyalty.actions import record_order
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState
from members.models import Identity, User
from outbox.clock import now
from outbox.dispatch import run_pending
from outbox.ids import new_id
from referrals.actions import Terms, change_terms
from referrals.models import ShareLink

PASSWORD = "tea leaves in warm water"


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    """Sign-ups of different tests come from one address."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ming(db: None) -> User:
    """A member of three weeks."""
    return User.objects.create_user(
        "ming", "ming@example.com", PASSWORD, display_name="Ming Li", date_joined=now() - timedelta(days=21)
    )


def signed_in(member: User) -> Client:
    client = Client()
    client.force_login(member)
    return client


def link_of(member: User) -> str:
    """The member opens the invitation page and copies the link."""
    page = signed_in(member).get(reverse("referrals:invite"))
    assert page.status_code == 200
    return f"/i/{ShareLink.objects.get(member=member).code}/"


def join(username: str, *, by: str = "", client: Client | None = None, email: str = "") -> User:
    """Sign up, perhaps after opening an invitation."""
    client = client or Client()
    if by:
        assert client.get(by).status_code == 302
    form = {
        "email": email or f"{username}@example.com",
        "username": username,
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    response = client.post(reverse("account_signup"), form)
    assert response.status_code == 302, getattr(response, "context", None) and response.context["form"].errors
    return User.objects.get(username=username)


def set_terms(**changes: Any) -> None:
    with transaction.atomic():
        change_terms(terms=Terms(**changes), by=None, at=now())


def order(
    member: User,
    *,
    number: str = "",
    state: str = "paid",
    revision: str = "1",
    placed_at: datetime | None = None,
    deliver: bool = True,
) -> int:
    """The shop tells of an order of this member, and the subscribers hear of it."""
    at = now()
    Identity.objects.get_or_create(
        source="shop", external_id=f"c{member.pk}", defaults={"member": member, "created_at": at}
    )
    with transaction.atomic():
        recorded = record_order(
            order=CanonicalOrder(
                source="shop",
                external_id=number or new_id(),
                revision=revision,
                occurred_at=at,
                state=PaymentState(state),
                currency="EUR",
                placed_at=placed_at or at,
                paid_at=placed_at or at,
                lines=(OrderLineData(external_id="1", quantity=1, net=5000),),
                member_external_id=f"c{member.pk}",
            ),
            by=None,
            at=at,
        )
    if deliver:
        run_pending()
    return recorded.order_id


LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
