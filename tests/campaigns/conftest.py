"""People in stages, who may be written to or not, and a campaign ready to start."""

from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client

from campaigns import actions
from campaigns.models import Campaign
from insights.models import MemberStage
from members.models import User
from messaging import actions as messaging

AT = datetime(2026, 3, 3, 10, tzinfo=UTC)
BODY = "Dear {name},\n\n{news}\n\nYour code:\n\n{coupon}\n\nGood until {expires}."


def person(name: str, stage: str = "lapsed", *, consents: bool = True, verified: bool = True) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "a long password", display_name=name.title())
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    for stream in ("member", "C"):
        MemberStage.objects.create(
            member=user, stream=stream, stage=stage, since=AT, reason="silence", inputs={"visits": 3}, origin="night"
        )
    if consents:
        consent(user, granted=True)
    return user


def consent(user: User, *, granted: bool, at: datetime = AT) -> None:
    with transaction.atomic():
        messaging.record_consent(
            member_id=user.pk, purpose="marketing", granted=granted, source="test", at=at, by=user.pk
        )


def draft(manager: User, **changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "name": "Spring",
        "stages": ["decline", "lapsed"],
        "holdout_percent": 20,
        "expected_percent": 5,
        "outcome": "any",
        "window_days": 30,
        "subject": "{name}, the first leaves",
        "body": BODY,
        "offer": "percent",
        "offer_percent": 10,
        "offer_amount": 0,
        "offer_currency": "",
        "offer_days": 14,
        "keeps_quiet_hours": True,
    } | changes
    with transaction.atomic():
        public_id = actions.save_draft(campaign_id=None, values=values, by=manager.pk, at=AT)
    return Campaign.objects.get(public_id=public_id)


def start(campaign: Campaign, manager: User, at: datetime = AT) -> actions.Launched:
    with transaction.atomic():
        return actions.start(campaign_id=campaign.pk, by=manager.pk, at=at)


@pytest.fixture
def manager(db: None) -> User:
    user = User.objects.create_user("wen", "wen@example.org", "a long password", is_staff=True)
    managers = Group.objects.get(name="Community managers")
    managers.permissions.add(Permission.objects.get(codename="access_admin"))  # what the front door gives them
    user.groups.add(managers)
    return user


@pytest.fixture
def office(manager: User, client: Client) -> Client:
    """The manager at the desk."""
    client.force_login(manager)
    return client
