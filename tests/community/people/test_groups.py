"""Groups as people see them: joining, asking, leaving, and calling them by name."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client

from community.models import Level, Post
from members.access import MODERATORS
from members.actions.groups import GroupRefused, join
from members.models import GroupProfile, GroupRequest
from messaging.models import Notice
from outbox.dispatch import run_pending
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, make_cast, make_member, start_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def make_group(slug: str = "gaiwan", name: str | None = None, **more: Any) -> GroupProfile:
    group = Group.objects.get_or_create(name=name or slug)[0]
    fields = {"visible": True, "joining": "open", "name": slug.title()} | more
    return GroupProfile.objects.create(group=group, slug=slug, **fields)


def inside(profile: GroupProfile, member: Any) -> bool:
    return profile.group.user_set.filter(pk=member.pk).exists()


def test_joining_and_leaving_without_script(cast: Cast) -> None:
    profile = make_group()
    client = cast.client("mei")
    assert "Gaiwan" in client.get("/groups/").content.decode()
    client.post("/groups/gaiwan/join/")
    client.post("/groups/gaiwan/join/")
    assert inside(profile, cast.mei)
    assert "@mei" in client.get("/groups/gaiwan/").content.decode()
    client.post("/groups/gaiwan/leave/")
    assert not inside(profile, cast.mei)
    assert Client().get("/groups/").status_code == 302
    assert client.post("/groups/gaiwan/dance/").status_code == 404


def test_asking_is_answered_by_the_owner_alone(cast: Cast) -> None:
    profile = make_group(joining="request", owner=cast.ada)
    cast.client("mei").post("/groups/gaiwan/join/")
    assert not inside(profile, cast.mei)
    assert GroupRequest.objects.count() == 1
    cast.client("gold").post("/groups/gaiwan/accept/", {"member": cast.mei.public_id})
    assert not inside(profile, cast.mei)
    assert GroupRequest.objects.count() == 1
    assert "Who asks to join" not in cast.client("gold").get("/groups/gaiwan/").content.decode()
    assert "Who asks to join" in cast.client("ada").get("/groups/gaiwan/").content.decode()
    cast.client("ada").post("/groups/gaiwan/accept/", {"member": cast.mei.public_id})
    assert inside(profile, cast.mei)
    cast.client("ada").post("/groups/gaiwan/accept/", {"member": cast.gold.public_id})
    assert not inside(profile, cast.gold)  # did not ask
    cast.client("gold").post("/groups/gaiwan/join/")
    cast.client("ada").post("/groups/gaiwan/decline/", {"member": cast.gold.public_id})
    assert not inside(profile, cast.gold)
    assert not GroupRequest.objects.exists()


@pytest.mark.parametrize("name", ["trust:3", "tier:gold", "order:silenced", MODERATORS, "Community managers"])
def test_groups_of_the_system_are_never_shown_or_joined(cast: Cast, name: str) -> None:
    profile = make_group("inner", name=name, mentionable=True)
    client = cast.client("mei")
    assert "Inner" not in client.get("/groups/").content.decode()
    assert client.get("/groups/inner/").status_code == 404
    assert client.post("/groups/inner/join/").status_code == 404
    with pytest.raises(GroupRefused), transaction.atomic():
        join(profile_id=profile.pk, by=cast.mei.pk, at=AT)
    assert not inside(profile, cast.mei)


def test_a_group_that_opens_the_console_is_not_joined(cast: Cast) -> None:
    profile = make_group()
    profile.group.permissions.add(Permission.objects.first())
    cast.client("mei").post("/groups/gaiwan/join/")
    assert not inside(profile, cast.mei)


def test_hidden_and_closed_groups(cast: Cast) -> None:
    hidden, closed = make_group("hidden", visible=False), make_group("closed", joining="closed")
    client = cast.client("mei")
    assert client.get("/groups/hidden/").status_code == 404
    client.post("/groups/hidden/join/")
    client.post("/groups/closed/join/")
    assert not inside(hidden, cast.mei)
    assert not inside(closed, cast.mei)


def called(cast: Cast, writer: Any, **more: Any) -> set[int]:
    topic = start_topic(make_board(), writer, raw=f"{TEXT} What does @gaiwan say?", **more)
    run_pending()
    post = Post.objects.get(topic_id=topic.topic_id)
    return set(
        Notice.objects.filter(kind="community.group", cause=f"post:{post.pk}").values_list("member_id", flat=True)
    )


def test_calling_a_group_tells_those_inside_who_may_hear_it(cast: Cast) -> None:
    profile = make_group(mentionable=True)
    regular = make_member("regular", "trust:2")
    profile.group.user_set.add(cast.mei, cast.ada, cast.gold, regular)
    from community.actions.people.levels import set_person_level

    with transaction.atomic():
        set_person_level(person_id=regular.pk, level=Level.MUTED, by=cast.gold.pk, at=AT)
    assert called(cast, regular) == {cast.mei.pk, cast.ada.pk}
    assert "mention-group" in Post.objects.get().cooked
    assert "mentioned a group of yours" in cast.client("mei").get("/notices/").content.decode()


def test_newcomers_call_no_group_and_quiet_groups_are_words(cast: Cast) -> None:
    profile = make_group(mentionable=True)
    profile.group.user_set.add(cast.mei)
    assert called(cast, cast.ada) == set()
    GroupProfile.objects.update(mentionable=False)
    Post.objects.all()
    topic = start_topic(make_board("cups"), cast.helper, raw=f"{TEXT} What does @gaiwan say today?")
    run_pending()
    assert "mention-group" not in Post.objects.get(topic_id=topic.topic_id).cooked


def test_at_most_a_hundred_are_told(cast: Cast) -> None:
    profile = make_group(mentionable=True)
    profile.group.user_set.add(*[make_member(f"one{number}") for number in range(103)])
    assert len(called(cast, cast.helper)) == 100
