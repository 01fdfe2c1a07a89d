"""What is open to a tier is open to the tiers above it, through the doors that people use."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from community.actions.chat import rooms
from community.actions.forum import boards
from loyalty import actions, nightly, queries
from loyalty.models import Tier, TierMembership, TierProgram
from tests.loyalty.conftest import AT
from tests.loyalty.test_books import grant

pytestmark = pytest.mark.django_db


def groups_of(member_id: int) -> set[str]:
    return set(get_user_model().objects.get(pk=member_id).groups.values_list("name", flat=True))


def client_of(member_id: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=member_id), "members.backends.MemberBackend")
    return client


@pytest.fixture
def house(member: int, new_member: Any) -> dict[str, int]:
    """One member of each tier; a room and a board for the middle one; a room for the highest."""
    people = {"new": new_member("newcomer"), "good": new_member("goodfriend"), "old": member}
    for name, credit in (("new", 1), ("good", 600), ("old", 2500)):
        grant(people[name], credit, currency="credit", cause=f"test:{name}")
    assert [queries.tiers_of(member_ids=people.values())[pk][2] for pk in people.values()] == [0, 1, 2]
    with transaction.atomic():
        for slug, tier in (("middle", "tier:good-friend"), ("top", "tier:old-friend")):
            group = Group.objects.get(name=tier)
            rooms.create_room(kind="group", slug=slug, name=slug, group_id=group.pk, by=None, at=AT)
        acts = {"tier:good-friend": ("see", "browse", "start", "reply")}
        boards.ensure_board(slug="middle-board", name="Middle", permissions=acts, at=AT)
    return people


def test_a_room_and_a_board_of_a_tier_admit_higher_tiers(house: dict[str, int]) -> None:
    answers = {
        name: [client_of(pk).get(at).status_code for at in ("/chat/middle/", "/b/middle-board/", "/chat/top/")]
        for name, pk in house.items()
    }
    assert answers == {"new": [404, 404, 404], "good": [200, 200, 404], "old": [200, 200, 200]}


def test_a_person_has_one_tier_and_its_name_comes_from_the_ledger(house: dict[str, int]) -> None:
    assert queries.tiers_of(member_ids=[house["old"]])[house["old"]][0] == "old-friend"
    page = (
        client_of(house["new"])
        .get(f"/members/{get_user_model().objects.get(pk=house['old']).username}/")
        .content.decode()
    )
    assert "Old friend" in page and "Good friend" not in page and "tier:" not in page


def test_who_falls_a_tier_keeps_what_is_below(house: dict[str, int]) -> None:
    TierMembership.objects.filter(member_id=house["old"], until=None).update(tier=Tier.objects.get(code="good-friend"))
    with transaction.atomic():
        actions.settle_all_groups()
    client = client_of(house["old"])
    assert [client.get(at).status_code for at in ("/chat/middle/", "/chat/top/")] == [200, 404]


@pytest.mark.django_db(transaction=True)
def test_the_night_heals_groups_and_a_settled_site_is_left_alone(house: dict[str, int]) -> None:
    stray = get_user_model().objects.get(pk=house["new"])
    stray.groups.add(Group.objects.get(name="tier:old-friend"), Group.objects.create(name="readers"))
    get_user_model().objects.get(pk=house["old"]).groups.clear()
    nightly.run(at=AT)
    assert groups_of(house["new"]) == {"tier:friend", "readers"}
    assert groups_of(house["old"]) == {"tier:friend", "tier:good-friend", "tier:old-friend"}
    through: Any = get_user_model()._meta.get_field("groups").remote_field.through  # type: ignore[union-attr]
    before = list(through.objects.order_by("id").values_list("id", flat=True))
    nightly.run(at=AT)
    assert list(through.objects.order_by("id").values_list("id", flat=True)) == before


def test_a_tier_between_two_is_filled_at_once_and_tiers_keep_their_codes(house: dict[str, int]) -> None:
    boss = get_user_model().objects.create_user("boss", "boss@example.com", "a long password", is_staff=True)
    boss.user_permissions.add(Permission.objects.get(codename="access_admin"))
    boss.groups.add(Group.objects.get(name="Community managers"))
    console, top = client_of(boss.pk), Tier.objects.get(code="old-friend")
    form = {"program": TierProgram.objects.get().pk, "name": "Old friend", "benefits": "", "keep_threshold": ""}
    form |= {"multiplier_percent": 100, "early_hours": 0, "birthday_points": 0, "gift_days": 30}
    top_form = form | {"threshold": top.threshold, "keep_threshold": top.keep_threshold or "", "benefits": top.benefits}
    edit = f"/admin/snippets/loyalty/tier/edit/{top.pk}/"
    assert console.post(edit, top_form | {"code": "gold", "rank": 3}).status_code == 200  # refused, and says why
    assert Tier.objects.get(pk=top.pk).code == "old-friend"
    assert console.post(edit, top_form | {"code": "old-friend", "rank": 3}).status_code == 302
    add = form | {"name": "Close friend", "code": "close-friend", "rank": 2, "threshold": 1500}
    assert console.post("/admin/snippets/loyalty/tier/add/", add).status_code == 302
    assert "tier:close-friend" in groups_of(house["old"])
    assert "tier:close-friend" not in groups_of(house["good"])


def test_members_of_before_join_the_groups_below_theirs(house: dict[str, int]) -> None:
    """The data step, on the rows as they were: each in the group of their own tier alone."""
    for name, own in (("new", "friend"), ("good", "good-friend"), ("old", "old-friend")):
        get_user_model().objects.get(pk=house[name]).groups.set([Group.objects.get(name=f"tier:{own}")])
    [fill] = MigrationExecutor(connection).loader.get_migration("loyalty", "0007_tiers_above").operations
    for _twice in range(2):
        with connection.cursor() as cursor:
            cursor.execute(fill.sql)  # type: ignore[attr-defined]
    assert groups_of(house["new"]) == {"tier:friend"}
    assert groups_of(house["good"]) == {"tier:friend", "tier:good-friend"}
    assert groups_of(house["old"]) == {"tier:friend", "tier:good-friend", "tier:old-friend"}
