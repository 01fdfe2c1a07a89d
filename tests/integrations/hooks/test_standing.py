"""Who is suspended, switched off or erased is vouched for to nobody, from that moment on, and not let in by any shop."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.idp.oidc.models import Token
from django.db import transaction
from django.test import Client

from community.actions.order import sanctions
from members.models import User
from outbox.clock import now
from tests.integrations.hooks.test_provider import BACK, VERIFIER, agree, boss, member, question, site

pytestmark = pytest.mark.django_db
__all__ = ["boss", "member", "site"]  # fixtures of the provider's tests


def code_of(client: Client, id: str) -> str:
    back = agree(client, client.get(question(id)), "openid", "profile")
    return parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]


def ask(site: tuple[str, str], **more: str) -> Any:
    id, secret = site
    return Client().post("/identity/o/api/token", {"client_id": id, "client_secret": secret} | more)


def trade(site: tuple[str, str], code: str) -> Any:
    return ask(site, grant_type="authorization_code", code=code, redirect_uri=BACK, code_verifier=VERIFIER)


def refresh(site: tuple[str, str], token: str) -> Any:
    return ask(site, grant_type="refresh_token", refresh_token=token)


def look(token: str) -> int:
    found = Client().get("/identity/o/api/userinfo", headers={"authorization": f"Bearer {token}"})
    return int(found.status_code)


def suspend(user: User) -> Callable[[], Any]:
    with transaction.atomic():
        held = sanctions.impose(member_id=user.pk, kind="suspension", reason="Spam", hours=24, by=None, at=now())

    def back() -> None:
        with transaction.atomic():
            sanctions.lift(sanction_id=held, by=None, at=now())

    return back


def switch_off(user: User) -> Callable[[], Any]:
    User.objects.filter(pk=user.pk).update(is_active=False)
    return lambda: User.objects.filter(pk=user.pk).update(is_active=True)


def erase(user: User) -> Callable[[], Any]:
    User.objects.filter(pk=user.pk).update(erased_at=now())
    return lambda: None


@pytest.mark.parametrize("end", [suspend, switch_off, erase])
def test_what_other_sites_hold_ends_with_the_members_standing(
    client: Client, member: User, site: tuple[str, str], end: Callable[[User], Callable[[], Any]]
) -> None:
    client.force_login(member, backend="members.backends.MemberBackend")
    tokens = trade(site, code_of(client, site[0])).json()
    waiting = code_of(client, site[0])
    assert look(tokens["access_token"]) == 200
    back = end(member)
    assert not Token.objects.filter(user=member).exists()
    assert look(tokens["access_token"]) == 401
    assert refresh(site, tokens["refresh_token"]).status_code == 400
    assert trade(site, waiting).status_code == 400, "nor is a code good that was given before"
    back()
    assert look(tokens["access_token"]) == 401, "what ended does not come back"
    assert refresh(site, tokens["refresh_token"]).status_code == 400


def test_a_token_that_was_given_out_meanwhile_is_found_at_its_first_use(
    client: Client, member: User, site: tuple[str, str]
) -> None:
    client.force_login(member, backend="members.backends.MemberBackend")
    tokens = trade(site, code_of(client, site[0])).json()
    rows = list(Token.objects.filter(user=member))
    suspend(member)
    Token.objects.bulk_create(rows)  # as by the transaction that was not done yet
    assert look(tokens["access_token"]) == 401
    assert refresh(site, tokens["refresh_token"]).status_code == 400
    assert not Token.objects.filter(user=member).exists()


def test_other_groups_and_other_changes_end_nothing(client: Client, member: User, site: tuple[str, str]) -> None:
    client.force_login(member, backend="members.backends.MemberBackend")
    tokens = trade(site, code_of(client, site[0])).json()
    with transaction.atomic():
        sanctions.impose(member_id=member.pk, kind="silence", reason="Rest", hours=1, by=None, at=now())
    User.objects.filter(pk=member.pk).update(is_active=True, display_name="Ada")
    assert look(tokens["access_token"]) == 200
