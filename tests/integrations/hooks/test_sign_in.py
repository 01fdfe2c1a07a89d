"""A shop's customers sign in here: earlier orders are theirs, and nobody's account is taken over."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.order import sanctions
from integrations.signin import actions, rules
from integrations.signin.models import SignInNonce, SignInService
from members.actions import ensure_identity, make_member
from members.models import AccountChange, GroupProfile, Identity, User
from outbox.clock import now
from tests.integrations.hooks.conftest import AT
from tests.integrations.hooks.issuer import Issuer
from tests.proof import mark

pytestmark = pytest.mark.django_db(transaction=True)
ADA = {"sub": "c-17", "email": "ada@example.com", "email_verified": True, "name": "Ada Lovelace"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    with transaction.atomic():
        actions.make_service(
            name="Tea shop",
            kind="oidc",
            source="tea-shop",
            url=made.url,
            client_id="laoyou",
            secret="shared",
            by=None,
            at=AT,
        )
    yield made
    made.stop()


def sign_in(client: Client, issuer: Issuer, person: dict[str, Any], next: str = "", **more: str) -> Any:
    """As a browser: our button, the shop, and back."""
    query = {"next": next} if next else {}
    begun = client.get("/accounts/oidc/tea-shop/login/", query | more)
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert begun.headers["Location"].startswith(f"{issuer.url}/authorize?")
    assert asked["code_challenge_method"] == ["S256"]
    code = f"code{len(issuer.asked)}"
    issuer.people[code], issuer.challenges[code] = person, asked["code_challenge"][0]
    return client.get("/accounts/oidc/tea-shop/login/callback/", {"code": code, "state": asked["state"][0]})


def who(client: Client) -> int | None:
    session = client.session
    return int(session["_auth_user_id"]) if "_auth_user_id" in session else None


def known(**more: Any) -> int:
    """A customer whom orders have named."""
    with transaction.atomic():
        return ensure_identity(source="tea-shop", external_id="c-17", name="Ada", by=None, at=AT, **more)


def someone(email: str = "ada@example.com") -> int:
    with transaction.atomic():
        return make_member(username="ada", email=email, password="a long password of hers", by=None, at=AT)


def test_the_pages_where_one_signs_in_show_the_button(client: Client, issuer: Issuer) -> None:
    for page in ("/accounts/login/?next=/points/", "/accounts/signup/"):
        text = client.get(page).content.decode()
        assert "Continue with Tea shop" in text
    assert (
        "/accounts/oidc/tea-shop/login/?next=%2Fpoints%2F"
        in client.get("/accounts/login/?next=/points/").content.decode()
    )
    assert issuer.asked == []  # nobody is asked before somebody clicks


def test_a_customer_of_earlier_orders_finds_the_account_that_waits(client: Client, issuer: Issuer) -> None:
    member = known()
    answer = sign_in(client, issuer, ADA, next="/forum/")
    assert answer.headers["Location"] == "/forum/"
    assert who(client) == member
    user = User.objects.get(id=member)
    assert (user.imported, user.email) == (False, "ada@example.com")
    assert EmailAddress.objects.get(user=user).verified
    assert SocialAccount.objects.get().extra_data == {}  # what the shop told is not kept
    client.logout()
    sign_in(client, issuer, ADA | {"email": "other@example.com"})
    assert who(client) == member
    assert User.objects.count() == 1


def test_a_newcomer_joins_and_later_orders_are_theirs(client: Client, issuer: Issuer) -> None:
    sign_in(client, issuer, ADA)
    member = who(client)
    assert member is not None
    assert Identity.objects.get(source="tea-shop", external_id="c-17").member_id == member
    assert known() == member
    assert User.objects.get(id=member).name == "Ada Lovelace"


def test_an_account_in_use_is_opened_by_nobody_but_its_owner(client: Client, issuer: Issuer) -> None:
    member = someone()
    answer = sign_in(client, issuer, ADA)
    assert answer.headers["Location"] == "/sign-in/link/"
    assert who(client) is None
    assert "sign in to it once" in client.get("/sign-in/link/").content.decode()
    assert client.post("/sign-in/link/", {"act": "connect"}).status_code == 302  # not signed in: nothing happens
    assert not SocialAccount.objects.exists()
    client.post("/accounts/login/", {"login": "ada", "password": "a long password of hers", "next": "/sign-in/link/"})
    assert who(client) == member
    assert "Connect Tea shop" in client.get("/sign-in/link/").content.decode()
    client.post("/sign-in/link/", {"act": "connect"})
    assert SocialAccount.objects.get().user_id == member
    fresh = Client()
    sign_in(fresh, issuer, ADA)
    assert who(fresh) == member


def test_a_shop_that_names_a_members_number_or_address_gets_nowhere(client: Client, issuer: Issuer) -> None:
    member = someone()
    with transaction.atomic():  # an order with her confirmed address made the number hers
        assert ensure_identity(source="tea-shop", external_id="c-17", email="ada@example.com", by=None, at=AT) == member
    sign_in(client, issuer, ADA | {"email": "attacker@example.com"})
    assert who(client) is None
    mallory = Client()
    with transaction.atomic():
        other = make_member(username="mallory", email="m@example.com", password="a long password too", by=None, at=AT)
    sign_in(mallory, issuer, ADA)
    mallory.force_login(User.objects.get(id=other), backend="members.backends.MemberBackend")
    sign_in_again = mallory.post("/sign-in/link/", {"act": "connect"})
    assert sign_in_again.status_code == 302
    assert not SocialAccount.objects.filter(user_id=other).exists()
    assert not SocialAccount.objects.filter(user_id=member).exists()


def test_an_address_that_the_shop_has_not_confirmed_opens_nothing(client: Client, issuer: Issuer) -> None:
    member = someone()
    for said in (False, "true", None, 1):
        sign_in(client, issuer, ADA | {"email_verified": said, "sub": f"c-{said}"})
        assert who(client) != member
        assert not SocialAccount.objects.filter(user_id=member).exists()
        client.logout()


def test_staff_and_used_accounts_never_wait(issuer: Issuer, client: Client) -> None:
    member = known()
    User.objects.filter(id=member).update(is_staff=True)
    sign_in(client, issuer, ADA)
    assert who(client) is None


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ({"aud": "other"}, {}),
        ({"iss": "https://evil.example"}, {}),
        ({"exp": 1}, {}),
        ({}, {"sub": "c-18"}),
        ({"sub": ""}, {}),
    ],
)
def test_a_word_that_is_not_for_us_or_about_two_people_is_refused(
    client: Client, issuer: Issuer, token: dict[str, Any], told: dict[str, Any]
) -> None:
    issuer.token_changes, issuer.told_changes = token, told
    answer = sign_in(client, issuer, ADA)
    page = client.get(answer.headers["Location"]) if answer.status_code == 302 else answer
    assert "did not say clearly who you are" in page.content.decode()
    assert who(client) is None
    assert not User.objects.exists()


@pytest.mark.parametrize("number", [None, "", " ", [], ["c-1"], {}, True, -1, "c\x001", "x" * 121])
def test_people_without_a_number_do_not_share_an_account(client: Client, issuer: Issuer, number: Any) -> None:
    SignInService.objects.update(number_claim="customer")
    sign_in(client, issuer, ADA | {"customer": number})
    assert who(client) is None
    assert not SocialAccount.objects.exists() and not User.objects.exists()
    sign_in(client, issuer, ADA | {"customer": 17})
    assert who(client) is not None and SocialAccount.objects.get().uid == "17"


def test_state_and_verifier_belong_to_one_browser(client: Client, issuer: Issuer) -> None:
    begun = client.get("/accounts/oidc/tea-shop/login/")
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    issuer.people["c"], issuer.challenges["c"] = ADA, asked["code_challenge"][0]
    stranger = Client()
    stranger.get("/accounts/oidc/tea-shop/login/callback/", {"code": "c", "state": asked["state"][0]})
    assert who(stranger) is None
    issuer.challenges["c"] = "another"
    client.get("/accounts/oidc/tea-shop/login/callback/", {"code": "c", "state": asked["state"][0]})
    assert who(client) is None


def test_a_service_on_an_inner_address_is_not_called(client: Client, issuer: Issuer, settings: Any) -> None:
    settings.OUTBOUND_LOCAL = False
    answer = client.get("/accounts/oidc/tea-shop/login/", follow=True)
    assert issuer.asked == []
    assert b"did not say clearly" in answer.content
    SignInService.objects.update(enabled=False)
    assert client.get("/accounts/oidc/tea-shop/login/").status_code == 404
    assert client.get("/accounts/oidc/nobody/login/").status_code == 404


def test_connecting_and_disconnecting_in_the_settings(client: Client, issuer: Issuer) -> None:
    member = someone("other@example.com")
    client.force_login(User.objects.get(id=member), backend="members.backends.MemberBackend")
    assert "Connect Tea shop" in client.get("/accounts/3rdparty/").content.decode()
    back = sign_in(client, issuer, ADA, process="connect")
    # Any page can send a browser there and back, signed in there as somebody else: the member's yes decides.
    assert back.headers["Location"] == "/sign-in/link/" and not SocialAccount.objects.exists()
    assert "you are “Ada Lovelace” there" in client.get("/sign-in/link/").content.decode()
    client.post("/sign-in/link/", {"act": "not"})
    client.post("/sign-in/link/", {"act": "connect"})  # what was refused is gone
    assert not SocialAccount.objects.exists()
    sign_in(client, issuer, ADA, process="connect")
    client.post("/sign-in/link/", {"act": "connect"})
    assert who(client) == member
    [told] = AccountChange.objects.filter(member_id=member)
    assert (told.kind, told.told) == ("way", "other@example.com"), "what opens an account is told by letter"
    account = SocialAccount.objects.get()
    assert (account.user_id, Identity.objects.get().member_id) == (member, member)
    assert "Tea shop" in client.get("/accounts/3rdparty/").content.decode()
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


# --- signed messages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def secret() -> str:
    GroupProfile.objects.create(group=Group.objects.create(name="tea-club"), name="Tea club", slug="tea-club")
    with transaction.atomic():
        made = actions.make_service(
            name="Old shop",
            kind="signed",
            source="tea-shop",
            url="https://shop.example.com/sso?x=1",
            fills=["tea-club"],
            by=None,
            at=AT,
        )
    assert made.secret.encode() not in bytes(SignInService.objects.get(slug="old-shop").secret)
    return made.secret


def begin(client: Client, secret: str, next: str = "") -> dict[str, Any]:
    begun = client.get("/sign-in/with/old-shop/", {"next": next})
    assert begun.headers["Location"].startswith("https://shop.example.com/sso?x=1&payload=")
    query = parse_qs(urlsplit(begun.headers["Location"]).query)
    payload = query["payload"][0]
    assert query["signature"][0] == rules.sign(payload, secret)
    return json.loads(base64.urlsafe_b64decode(payload))  # type: ignore[no-any-return]


def answer(client: Client, secret: str, **said: Any) -> Any:
    payload = rules.pack(said)
    return client.get("/sign-in/with/old-shop/back/", {"payload": payload, "signature": rules.sign(payload, secret)})


def person(nonce: str, **more: Any) -> dict[str, Any]:
    said = {
        "nonce": nonce,
        "external_id": "c-17",
        "email": "ada@example.com",
        "email_verified": True,
        "name": "Ada Lovelace",
    }
    return said | {"groups": ["tea-club", "Community managers"], "issued_at": int(now().timestamp())} | more


def test_a_signed_answer_signs_in_once(client: Client, secret: str) -> None:
    asked = begin(client, secret, next="/forum/")
    assert asked["return_url"].endswith("/sign-in/with/old-shop/back/")
    said = person(asked["nonce"])
    assert answer(client, secret, **said).headers["Location"] == "/forum/"
    member = who(client)
    assert member is not None
    user = User.objects.get(id=member)
    assert (user.name, user.email, user.imported) == ("Ada Lovelace", "ada@example.com", False)
    assert [group.name for group in user.groups.all()] == ["tea-club"]  # and no other one, whatever is said
    client.logout()
    replayed = answer(client, secret, **said)
    assert (replayed.status_code, who(client)) == (403, None)
    again = begin(client, secret)
    answer(client, secret, **person(again["nonce"], groups=[]))
    assert (who(client), user.groups.count()) == (member, 0)
    assert not SignInNonce.objects.exists()


def test_what_does_not_count(client: Client, secret: str) -> None:
    nonce = begin(client, secret)["nonce"]
    good = person(nonce)
    other = Client()
    other.get("/sign-in/with/old-shop/")
    cases: list[tuple[Client, str, dict[str, Any]]] = [
        (client, "wrong secret", good),
        (other, secret, good),  # another browser
        (client, secret, good | {"nonce": "made up"}),
        (client, secret, good | {"issued_at": int(now().timestamp()) - 601}),
        (client, secret, good | {"issued_at": int(now().timestamp()) + 601}),
        (client, secret, good | {"issued_at": "now"}),
        (client, secret, good | {"external_id": ""}),
        (client, secret, good | {"external_id": 17}),
        (client, secret, good | {"external_id": "x" * 121}),
        (client, secret, good | {"name": "Ada\x00"}),
        (client, secret, good | {"groups": "tea-club"}),
        (client, secret, {"nonce": nonce}),
    ]
    for browser, key, said in cases:
        assert answer(browser, key, **said).status_code == 403, said
        assert who(browser) is None
    for query in (
        {},
        {"payload": "x", "signature": "y"},
        {"payload": "é", "signature": "é"},
        {"payload": "a" * 5000, "signature": ""},
    ):
        assert client.get("/sign-in/with/old-shop/back/", query).status_code == 403
    assert not User.objects.exists()
    answer(client, secret, **good)  # the nonce is still good for the one it was made for
    assert who(client) is not None


def test_a_signed_answer_adds_a_service_only_with_a_yes(client: Client, secret: str) -> None:
    member = someone("other@example.com")
    client.force_login(User.objects.get(id=member), backend="members.backends.MemberBackend")
    client.get("/sign-in/with/old-shop/", {"process": "connect"})  # an image on another site can ask for this
    nonce = begin_again(client)
    assert answer(client, secret, **person(nonce)).headers["Location"] == "/sign-in/link/"
    assert not SocialAccount.objects.exists()
    client.post("/sign-in/link/", {"act": "connect"})
    assert SocialAccount.objects.get().user_id == member


def begin_again(client: Client) -> str:
    begun = client.get("/sign-in/with/old-shop/", {"process": "connect"})
    payload = parse_qs(urlsplit(begun.headers["Location"]).query)["payload"][0]
    return str(json.loads(base64.urlsafe_b64decode(payload))["nonce"])


def test_a_time_that_no_clock_can_show_is_refused(client: Client, secret: str) -> None:
    nonce = begin(client, secret)["nonce"]
    assert answer(client, secret, **person(nonce, issued_at=10**400)).status_code == 403


def test_a_nonce_is_too_old_after_ten_minutes(client: Client, secret: str) -> None:
    from datetime import timedelta

    nonce = begin(client, secret)["nonce"]
    SignInNonce.objects.update(created_at=now() - timedelta(minutes=10, seconds=1))
    assert answer(client, secret, **person(nonce)).status_code == 403


def test_a_signed_answer_opens_no_account_in_use_either(client: Client, secret: str) -> None:
    someone()
    nonce = begin(client, secret)["nonce"]
    assert answer(client, secret, **person(nonce)).headers["Location"] == "/sign-in/link/"
    assert who(client) is None
    nonce = begin(client, secret)["nonce"]  # an address that is not confirmed belongs to nobody
    answer(client, secret, **person(nonce, email_verified=False))
    newcomer = who(client)
    assert newcomer is not None
    assert User.objects.get(id=newcomer).email == ""


def test_groups_with_rights_are_never_filled() -> None:
    from django.contrib.auth.models import Permission

    group = Group.objects.create(name="helpers")
    group.permissions.add(Permission.objects.all()[0])
    GroupProfile.objects.create(group=group, name="Helpers", slug="helpers")
    for name in ("helpers", "Community managers", "nobody"):
        with transaction.atomic(), pytest.raises(actions.ServiceRefused) as refused:
            actions.make_service(
                name="S", kind="signed", source="s", url="https://a.example.com/", fills=[name], by=None, at=AT
            )
        assert refused.value.field == "groups"


def test_a_shop_lets_nobody_in_who_is_suspended_switched_off_or_erased(client: Client, issuer: Issuer) -> None:
    sign_in(client, issuer, ADA)
    member = who(client)
    assert member is not None
    with transaction.atomic():
        held = sanctions.impose(member_id=member, kind="suspension", reason="Spam", hours=24, by=None, at=now())
    assert client.get("/points/").status_code == 302, "the session that was open is nobody's"
    answer = sign_in(browser := Client(), issuer, ADA)
    assert who(browser) is None
    assert answer.headers["Location"].startswith("/standing/"), "they read why, and may object"
    with transaction.atomic():
        sanctions.lift(sanction_id=held, by=None, at=now())
    for changes in ({"is_active": False}, {"is_active": True, "erased_at": now()}):
        User.objects.filter(pk=member).update(**changes)
        answer = sign_in(browser := Client(), issuer, ADA)
        assert who(browser) is None
        assert answer.headers["Location"] == "/accounts/3rdparty/login/error/"
    assert User.objects.count() == 1, "nor is another account begun for them"


def test_coming_by_a_shop_is_a_fresh_proof(client: Client, issuer: Issuer) -> None:
    sign_in(client, issuer, ADA)
    [record] = client.session["account_authentication_methods"]
    assert record["method"] == "socialaccount"


def test_connecting_needs_a_fresh_proof_for_it_opens_the_account(client: Client, issuer: Issuer) -> None:
    client.force_login(User.objects.get(id=someone("other@example.com")), backend="members.backends.MemberBackend")
    sign_in(client, issuer, ADA, process="connect")
    mark(client, seconds_ago=600)
    asked = client.post("/sign-in/link/", {"act": "connect"})
    assert asked.headers["Location"] == "/accounts/reauthenticate/?next=%2Fsign-in%2Flink%2F"
    assert not SocialAccount.objects.exists()
    words = {"password": "a long password of hers", "next": "/sign-in/link/"}
    assert client.post("/accounts/reauthenticate/", words).headers["Location"] == "/sign-in/link/"
    client.post("/sign-in/link/", {"act": "connect"})
    assert SocialAccount.objects.exists()
