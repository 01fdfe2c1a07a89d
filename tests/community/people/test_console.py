"""What managers do with badges and groups in the console, and that moderators do not."""

from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

import cms.actions
from community.models import BadgeAward, BadgeKind
from members.access import MANAGERS, MODERATORS
from members.models import GroupProfile
from messaging.models import Notice
from outbox.clock import now
from tests.community.forum.conftest import make_member

pytestmark = pytest.mark.django_db
GROUPS, KINDS, AWARDS = (
    "/admin/snippets/members/groupprofile/", "/admin/snippets/community/badgekind/", "/admin/snippets/community/badgeaward/",
)  # fmt: skip


def console(*groups: str) -> Client:
    with transaction.atomic():
        cms.actions.ensure_staff_access(at=now())
    client = Client()
    client.force_login(make_member("boss", *groups, is_staff=True), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def fields(**more: Any) -> dict[str, Any]:
    return {
        "name": "Gaiwan", "slug": "gaiwan", "description": "", "visible": "on", "joining": "open", "looks_after": "",
    } | more  # fmt: skip


def test_a_manager_makes_a_circle(db: None) -> None:
    client, mei = console(MANAGERS), make_member("mei")
    assert client.get(GROUPS + "add/").status_code == 200
    for bad in ({"joining": "request"}, {"looks_after": "nobody"}, {"slug": "mei"}, {"slug": "tier:gold"}):
        assert client.post(GROUPS + "add/", fields(**bad)).status_code == 200, bad
        assert not GroupProfile.objects.exists()
    assert client.post(GROUPS + "add/", fields(joining="request", looks_after="@mei")).status_code == 302
    made = GroupProfile.objects.get()
    assert made.owner_id == mei.pk
    assert made.group.name == "gaiwan"


def test_a_manager_makes_a_badge_and_gives_it(db: None) -> None:
    client, mei = console(MANAGERS), make_member("mei")
    new = {
        "code": "host",
        "name": "Host",
        "description": "Poured for all.",
        "motif": "pot",
        "grade": "2",
        "position": "5",
        "threshold": "1",
        "active": "on",
    }
    assert client.post(KINDS + "add/", new | {"name": ""}).status_code == 200
    assert client.post(KINDS + "add/", new).status_code == 302
    kind = BadgeKind.objects.get(code="host")
    assert client.get(AWARDS).status_code == 200
    give = {"kind": str(kind.pk), "username": "mei", "note": "The long night"}
    assert client.post(AWARDS + "add/", give).status_code == 302
    assert BadgeAward.objects.get().member_id == mei.pk
    assert Notice.objects.get(kind="community.badge").member_id == mei.pk
    assert client.post(AWARDS + "add/", give).status_code == 200
    assert (
        client.post(AWARDS + "add/", give | {"kind": str(BadgeKind.objects.get(code="tea-master").pk)}).status_code
        == 200
    )
    assert BadgeAward.objects.count() == 1


def test_moderators_change_neither(db: None) -> None:
    client = console(MODERATORS)
    for address in (GROUPS, KINDS, AWARDS):
        assert client.get(address + "add/").status_code in (302, 403)
