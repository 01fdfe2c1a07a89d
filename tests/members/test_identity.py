"""Who a session belongs to is asked anew by each request: what is taken away is gone with the next one, in every process."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members import identity, slots
from members.access import UNASKED, group_names, standing
from members.middleware import IdentityMiddleware
from members.models import User
from members.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    return User.objects.create_user("mei", "mei@example.com", "a long walk in the rain")


@pytest.fixture
def client(member: User) -> Client:
    """Signed in, and seen once, so that the device is noted."""
    client = Client()
    client.force_login(member, "members.backends.MemberBackend")
    client.get("/members/mei/")
    assert UserSession.objects.filter(user=member).exists()
    return client


def _asks(client: Client, method: str = "get") -> tuple[Any, int]:
    """The user that a request of this client would have, and what that costs."""
    request = getattr(RequestFactory(), method)("/forum/", headers={"cookie": f"sessionid={client.cookies['sessionid'].value}"})  # fmt: skip
    request.session = SessionStore(request.COOKIES["sessionid"])
    IdentityMiddleware(lambda request: None).process_request(request)  # type: ignore[arg-type,return-value]
    with CaptureQueriesContext(connection) as captured:
        request.user.is_authenticated  # noqa: B018
    return request.user, len(captured)


def test_session_member_groups_and_what_the_header_shows_are_one_statement(client: Client, member: User) -> None:
    member.groups.add(Group.objects.get(name="Moderators"))
    user, asked = _asks(client)
    assert asked == 1
    with CaptureQueriesContext(connection) as captured:
        assert (user.pk, user.username, group_names(user)) == (member.pk, "mei", {"Moderators"})
        assert {one.name for one in slots.standings.collect()} == set(user._standing)
        assert standing(user, "unseen") == 0 and standing(user, "permission_version") >= 0
    assert not captured


def test_a_form_does_without_what_only_pages_show(client: Client) -> None:
    user, _ = _asks(client, "post")
    assert standing(user, "unseen") is UNASKED
    assert standing(user, "permission_version") is not UNASKED


def test_before_the_device_is_noted_djangos_own_way_finds_the_member(member: User) -> None:
    client = Client()
    client.force_login(member, "members.backends.MemberBackend")
    user, _ = _asks(client)
    assert user.pk == member.pk and standing(user, "unseen") is UNASKED


def _sign_out(member: User, client: Client) -> None:
    Client(headers={"cookie": f"sessionid={client.cookies['sessionid'].value}"}).post("/accounts/logout/")


def _end_by_another_device(member: User, client: Client) -> None:
    UserSession.objects.get(user=member).end()


def _change_the_password(member: User, client: Client) -> None:
    member.set_password("another walk, in the sun")
    member.save(update_fields=["password"])


def _close_the_account(member: User, client: Client) -> None:
    User.objects.filter(pk=member.pk).update(is_active=False)


def _delete_all_sessions(member: User, client: Client) -> None:
    Session.objects.all().delete()


def _expire(member: User, client: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def _forge(member: User, client: Client) -> None:
    Session.objects.update(session_data="e30:forged:signature")


def _give_the_device_to_somebody_else(member: User, client: Client) -> None:
    """The session's own signed word counts, not the row of the device."""
    other = User.objects.create_user("otto", "otto@example.com")
    UserSession.objects.filter(user=member).update(user=other)


@pytest.mark.parametrize(
    "act", [_sign_out, _end_by_another_device, _change_the_password, _close_the_account, _delete_all_sessions, _expire, _forge]
)  # fmt: skip
def test_what_ends_a_session_ends_it_with_the_next_request(act: Any, client: Client, member: User) -> None:
    assert _asks(client)[0].is_authenticated
    assert client.get("/points/").status_code == 200
    act(member, client)
    assert not _asks(client)[0].is_authenticated
    assert client.get("/points/").status_code == 302


def test_another_members_device_row_lends_nobody_their_name(client: Client, member: User) -> None:
    _give_the_device_to_somebody_else(member, client)
    assert _asks(client)[0].pk == member.pk


def test_groups_and_language_act_with_the_next_request(client: Client, member: User) -> None:
    group = Group.objects.get(name="Moderators")
    for held in (True, False, True):
        (member.groups.add if held else member.groups.remove)(group)
        assert (group_names(_asks(client)[0]) == {"Moderators"}) is held
    User.objects.filter(pk=member.pk).update(language="zh-hans", display_name="小梅")
    page = client.get("/members/mei/").content.decode()
    assert '<html lang="zh-hans"' in page and "小梅" in page


def test_each_request_has_its_own_session_dict(client: Client) -> None:
    """The signature of the same text is checked once; what a request writes into its session is no other's."""
    one, two = (SessionStore(client.cookies["sessionid"].value) for _ in range(2))
    one["list"] = ["tea"]
    assert "list" not in two
    one.save()
    three, four = (SessionStore(client.cookies["sessionid"].value) for _ in range(2))
    three["list"].append("water")
    assert four["list"] == ["tea"]


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 32, "x\0y", "'; DROP TABLE members_user; --", "💧" * 20, "x" * 5_000]
)
def test_keys_that_are_nobodys(key: str) -> None:
    store = SessionStore(key)
    assert store.get("anything") is None
    assert store.session_key is None


def test_every_part_of_the_header_is_a_scalar_of_one_row(client: Client) -> None:
    """A part that gave two rows would break every page of every member."""
    found = identity.find(key=client.cookies["sessionid"].value, real=timezone.now(), page=True)
    assert found is not None and found.row is not None
    assert len(found.row) == len(User._meta.concrete_fields) + 1 + len(slots.standings.collect())
