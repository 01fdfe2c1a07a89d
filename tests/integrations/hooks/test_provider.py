"""Our members sign in elsewhere: discovery, consent in our look, PKCE, and claims that they agreed to."""

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Client as Site
from django.db import transaction
from django.test import Client

from members.actions import make_member
from members.models import User
from tests.integrations.hooks.conftest import AT

pytestmark = pytest.mark.django_db
BACK = "https://shop.example.com/back"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def member() -> User:
    with transaction.atomic():
        return User.objects.get(
            id=make_member(
                username="ada", email="ada@example.com", password="x" * 20, display_name="Ada 老友", by=None, at=AT
            )
        )


@pytest.fixture
def boss() -> Client:
    with transaction.atomic():
        boss = make_member(username="boss", email="b@example.com", password=None, superuser=True, by=None, at=AT)
    client = Client()
    client.force_login(User.objects.get(id=boss), backend="members.backends.MemberBackend")
    return client


@pytest.fixture
def site(boss: Client) -> tuple[str, str]:
    asked = {
        "adds": "client",
        "client_name": "Tea shop",
        "redirect_uris": BACK,
        "scopes": ["profile", "email", "tier", "points"],
    }
    page = boss.post("/admin/sign-in/", asked).content.decode()
    id, secret = re.search(r'id="new-client">([^<]+)<', page), re.search(r'id="new-secret">([^<]+)<', page)
    assert id and secret
    assert secret[1] not in Site.objects.get().secret
    return id[1], secret[1]


def question(site: str, **more: str) -> str:
    asked = {"client_id": site, "redirect_uri": BACK, "response_type": "code", "scope": "openid profile email tier points",
             "state": "s", "nonce": "n", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}  # fmt: skip
    return "/identity/o/authorize?" + urlencode(asked | more)


def agree(client: Client, page: Any, *scopes: str, act: str = "grant") -> Any:
    said = re.search(r'name="request" value="([^"]+)"', page.content.decode())
    assert said
    return client.post("/identity/o/authorize", {"request": said[1], "scopes": scopes, "action": act})


def test_discovery_says_what_there_is(client: Client, settings: Any) -> None:
    told = client.get("/.well-known/openid-configuration").json()
    assert told["issuer"] == settings.SITE_URL
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert {"openid", "profile", "email", "tier", "points"} == set(told["scopes_supported"])
    keys = client.get("/.well-known/jwks.json").json()["keys"]
    assert keys[0]["kty"] == "RSA"
    assert "d" not in keys[0]


def test_a_member_says_yes_and_the_shop_learns_just_that(
    client: Client, member: User, site: tuple[str, str], settings: Any
) -> None:
    id, secret = site
    asked = question(id)
    assert client.get(asked).headers["Location"].startswith("/accounts/login/?next=")
    client.force_login(member, backend="members.backends.MemberBackend")
    page = client.get(asked)
    text = page.content.decode()
    assert "Tea shop would like to know you" in text
    assert "See your tier" in text
    assert "form-action 'self' https://shop.example.com;" in page.headers["Content-Security-Policy"] + ";"
    assert "form-action 'self';" in client.get("/forum/").headers["Content-Security-Policy"] + ";"
    back = agree(client, page, "openid", "profile", "tier", "points")  # and not the address
    assert back.headers["Location"].startswith(f"{BACK}?")
    code = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
    ask = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": id,
        "client_secret": secret,
    }
    machine = Client()
    wrong = machine.post(
        "/identity/o/api/token", ask | {"code_verifier": "another-verifier-0123456789-0123456789-0123"}
    )
    assert wrong.status_code == 400
    page = client.get(asked)
    back = agree(client, page, "openid", "profile", "tier", "points")
    ask["code"] = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
    tokens = machine.post("/identity/o/api/token", ask | {"code_verifier": VERIFIER}).json()
    key = jwt.PyJWKSet.from_dict(machine.get("/.well-known/jwks.json").json()).keys[0].key
    word = jwt.decode(tokens["id_token"], key, ["RS256"], audience=id, issuer=settings.SITE_URL)
    assert (word["sub"], word["nonce"]) == (f"mem_{member.public_id}", "n")
    told = machine.get("/identity/o/api/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"}).json()
    assert told["name"] == "Ada 老友"
    assert told["points"] == 0
    assert "email" not in told
    assert "email" not in word
    again = machine.post("/identity/o/api/token", ask | {"code_verifier": VERIFIER})
    assert again.status_code == 400  # a code is good once
    refreshed = machine.post(
        "/identity/o/api/token",
        {
            "grant_type": "refresh_token",
            "refresh_token": tokens["refresh_token"],
            "client_id": id,
            "client_secret": secret,
        },
    )
    assert refreshed.status_code == 200


def test_no_is_no_and_other_addresses_get_nothing(client: Client, member: User, site: tuple[str, str]) -> None:
    client.force_login(member, backend="members.backends.MemberBackend")
    no = agree(client, client.get(question(site[0])), act="cancel")
    assert "error=access_denied" in no.headers["Location"]
    for more in ({"redirect_uri": "https://evil.example/"}, {"redirect_uri": BACK + "/x"}, {"client_id": "nobody"}):
        page = client.get(question(site[0], **more))
        assert "Location" not in page.headers
        assert page.status_code in (200, 400)
    for bad in ({"redirect_uri": BACK + "?to=evil"}, {"redirect_uri": BACK + "#x"}, {"code_challenge_method": "plain"}):
        assert client.get(question(site[0], **bad)).status_code == 400
    assert "error=" in client.get(question(site[0], scope="openid admin")).headers["Location"]
    assert "error=" in client.get(question(site[0], response_type="token")).headers["Location"]


def test_removing_a_site_ends_what_it_was_given(
    client: Client, boss: Client, member: User, site: tuple[str, str]
) -> None:
    id, secret = site
    client.force_login(member, backend="members.backends.MemberBackend")
    back = agree(client, client.get(question(id)), "openid")
    code = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
    ask = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": id,
        "client_secret": secret,
    }
    token = Client().post("/identity/o/api/token", ask | {"code_verifier": VERIFIER}).json()["access_token"]
    boss.post(f"/admin/sign-in/clients/{id}/remove/")
    assert Client().get("/identity/o/api/userinfo", headers={"authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"redirect_uris": "javascript:alert(1)"}, "no address"),
        ({"redirect_uris": "https://shop.example.com/#x"}, "no #"),
        ({"redirect_uris": "https://*.example.com/"}, "no address"),
        ({"redirect_uris": ""}, "required"),
        ({"scopes": ["everything"]}, "valid choice"),
    ],
)
def test_bad_sites_are_refused_at_the_field(boss: Client, changes: dict[str, Any], words: str) -> None:
    asked = {"adds": "client", "client_name": "Tea shop", "redirect_uris": BACK} | changes
    page = boss.post("/admin/sign-in/", asked)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Site.objects.exists()


def test_services_are_added_looked_at_and_switched(boss: Client, client: Client) -> None:
    asked = {
        "adds": "service",
        "name": "Old shop",
        "kind": "signed",
        "source": "tea-shop",
        "url": "https://shop.example.com/sso",
    }
    page = boss.post("/admin/sign-in/", asked).content.decode()
    assert "/sign-in/with/old-shop/back/" in page
    assert re.search(r'id="new-secret">[^<]{40,}<', page)
    assert boss.post("/admin/sign-in/", asked).status_code == 422  # the name is taken
    dead = boss.post(
        "/admin/sign-in/",
        asked | {"name": "New shop", "kind": "oidc", "url": "http://localhost:9", "client_id": "a", "secret": "b"},
    )
    assert "Nobody answered at this address" in dead.content.decode()
    boss.post("/admin/sign-in/services/old-shop/", {"enabled": "0"})
    assert client.get("/sign-in/with/old-shop/").status_code == 404
    boss.post("/admin/sign-in/services/old-shop/", {"enabled": "1"})
    assert client.get("/sign-in/with/old-shop/").status_code == 302
    assert client.get("/admin/sign-in/").status_code == 302
