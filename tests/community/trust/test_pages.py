"""Members see how far they are; managers see everybody and set by hand; nobody else does."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

import cms.actions
from community.models import GroupTrust, MemberActivity
from members.access import MANAGERS
from tests.community.forum.conftest import Cast, make_member
from tests.community.trust.conftest import AT

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_guest_reads_the_rules(cast: Cast) -> None:
    page = words(cast.client(None).get("/trust/"))
    assert "Level 3: pillar" in page
    assert "You are at level" not in page
    assert "Money buys no trust" in page


def test_newcomer_sees_what_is_missing(cast: Cast) -> None:
    MemberActivity.objects.create(member=cast.ada, topics_opened=2, posts_read=30, seconds=125, noted_at=AT)
    page = words(cast.client("ada").get("/trust/"))
    assert "You are at level 0: newcomer" in page
    assert "What is still missing for level 1 (known face):" in page
    for line in ("2 / 5", "3 more topics", "30 / 30", "2 / 10", "8 more minutes"):
        assert line in page


def test_days_are_said_as_days(cast: Cast) -> None:
    MemberActivity.objects.create(member=cast.ada, trust=1, days_visited=12, noted_at=AT, trust_since=AT)
    cast.ada.groups.add(Group.objects.get(name="trust:1"))
    page = words(cast.client("ada").get("/trust/"))
    assert "You are at level 1: known face" in page
    assert "3 more days" in page
    assert "Since May 4, 2026." in page


def test_profile_says_it_to_oneself_and_the_level_to_members(cast: Cast) -> None:
    MemberActivity.objects.create(member=cast.ada, trust=1, days_visited=12, noted_at=AT)
    own = words(cast.client("ada").get("/members/ada/"))
    assert "Level 1: known face" in own
    assert "3 more days" in own
    other = words(cast.client("mei").get("/members/ada/"))
    assert "Level 1: known face" in other
    assert "3 more days" not in other
    assert "known face" not in words(cast.client(None).get("/members/ada/"))


def test_moderator_knows_that_all_is_open(cast: Cast) -> None:
    page = words(cast.client("helper").get("/trust/"))
    assert "You are at level 4: guide" in page
    assert "You look after this place" in page


@pytest.fixture
def manager(cast: Cast) -> Client:
    with transaction.atomic():
        cms.actions.ensure_staff_access(at=AT)
    nadia = make_member("nadia", MANAGERS, is_staff=True)
    client = Client()
    client.force_login(nadia)
    return client


def test_console_sets_holds_and_lets_go(cast: Cast, manager: Client) -> None:
    address = f"/admin/trust/{cast.ada.public_id}/"
    assert "Level 0: newcomer" in words(manager.get(address))
    answer = manager.post(address, {"act": "set", "level": "2", "note": "runs the tasting", "hold": "on"})
    assert answer.status_code == 302
    row = MemberActivity.objects.get(member=cast.ada)
    assert (row.trust, row.locked_at is not None) == (2, True)
    page = words(manager.get(address))
    assert "runs the tasting" in page
    assert "Held by hand" in page
    listed = words(manager.get("/admin/trust/?level=2"))
    assert "Ada" in listed
    manager.post(address, {"act": "unlock"})
    assert MemberActivity.objects.get(member=cast.ada).locked_at is None
    assert manager.post(address, {"act": "set", "level": "7"}).status_code == 422
    assert MemberActivity.objects.get(member=cast.ada).trust == 2


def test_console_lets_groups_hold_but_no_tier(cast: Cast, manager: Client) -> None:
    teachers = Group.objects.create(name="teachers")
    cast.mei.groups.add(teachers)
    gold = Group.objects.get(name="tier:gold")
    page = words(manager.get("/admin/trust/"))
    assert "teachers" in page
    assert "tier:gold" not in page
    manager.post("/admin/trust/group/", {"group": gold.pk, "level": "3"})
    assert not GroupTrust.objects.exists()
    manager.post("/admin/trust/group/", {"group": teachers.pk, "level": "2"})
    assert MemberActivity.objects.get(member=cast.mei).trust == 2
    manager.post("/admin/trust/group/", {"group": teachers.pk, "level": "0"})
    assert MemberActivity.objects.get(member=cast.mei).trust == 0


@pytest.mark.parametrize("name", ["ada", "helper", None])
def test_console_is_the_managers(cast: Cast, name: str | None) -> None:
    for address in ("/admin/trust/", f"/admin/trust/{cast.ada.public_id}/"):
        assert cast.client(name).get(address).status_code in (302, 403)
    cast.client(name).post(f"/admin/trust/{cast.ada.public_id}/", {"act": "set", "level": "4"})
    cast.client(name).post("/admin/trust/group/", {"group": "1", "level": "4"})
    assert not MemberActivity.objects.exists()
    assert not GroupTrust.objects.exists()


def test_absent_member_is_absent(manager: Client) -> None:
    assert manager.get("/admin/trust/nobodyhere12/").status_code == 404


def test_time_is_not_held_against_anybody(cast: Cast) -> None:
    """Level 3's needs are drawn with limits as limits."""
    MemberActivity.objects.create(
        member=cast.ada, trust=2, noted_at=AT, trust_since=AT - timedelta(days=3), days_visited=20
    )
    cast.ada.groups.add(Group.objects.get(name="trust:2"))
    page = words(cast.client("ada").get("/trust/"))
    assert "What is still missing for level 3 (pillar):" in page
    assert "25 more days" in page
    assert "Flags that the team agreed with" in page
