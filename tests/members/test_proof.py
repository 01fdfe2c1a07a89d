"""The proof itself: by a second factor, by signing in again, for what opens the account; and the consoles' way out."""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client, RequestFactory

from members import proof
from members.models import User
from outbox.clock import now
from tests.loyalty.ledger.conftest import grant
from tests.loyalty.rewards.test_claiming import offer
from tests.proof import mark

pytestmark = pytest.mark.django_db


def member(name: str = "mei", *, password: str | None = "a long password") -> User:
    user = User.objects.create_user(name, f"{name}@example.com", password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def stale(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="members.backends.MemberBackend")
    mark(client, seconds_ago=600)
    return client


def fresh(client: Client, user: User) -> bool:
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user  # type: ignore[assignment]
    return proof.is_fresh(request)


def test_it_lasts_five_minutes_and_belongs_to_one_member() -> None:
    mei, lin = member(), member("lin")
    client = stale(mei)
    for seconds, expected in ((290, True), (310, False), (-60, False)):
        mark(client, seconds_ago=seconds)
        assert fresh(client, mei) is expected, seconds
    mark(client, seconds_ago=0)
    assert not fresh(client, lin)


def test_who_has_a_second_factor_proves_it_with_that() -> None:
    mei = member()
    grant(mei.pk, 1000, at=now())
    key = TOTP.activate(mei, "JBSWY3DPEHPK3PXP").instance
    client, cup = stale(mei), offer(cost=500)
    mark(client, seconds_ago=0, methods=("password",))
    assert not fresh(client, mei), "a password may be known"
    asked = client.post(f"/rewards/{cup.public_id}/", {"key": "k" * 12, "cost": 500}).headers["Location"]
    assert asked.startswith("/accounts/2fa/reauthenticate/?next=")
    assert client.get("/accounts/reauthenticate/").headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", counter))
    done = client.post("/accounts/2fa/reauthenticate/", {"code": code, "next": f"/rewards/{cup.public_id}/"})
    assert done.headers["Location"] == f"/rewards/{cup.public_id}/"
    assert client.post(f"/rewards/{cup.public_id}/", {"key": "k" * 12, "cost": 500}).status_code == 302
    assert cup.__class__.objects.get(pk=cup.pk).claimed == 1
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_who_comes_by_mailed_code_signs_in_again_and_keeps_the_words(settings: Any) -> None:
    mei = member(password=None)
    boss = User.objects.filter(pk=mei.pk)
    boss.update(is_superuser=True, is_staff=True)
    client = stale(mei)
    words = {"name": "Till 4", "scopes": ["orders:write"], "expires_in": "90", "asked_as": "x" * 32}
    asked = client.post("/admin/api-keys/", words)
    assert asked.headers["Location"] == "/settings/again/?next=%2Fadmin%2Fapi-keys%2F", asked.content[:300]
    page = client.get(asked.headers["Location"]).content.decode()
    assert "signing in once more is the proof" in page
    again = client.post("/settings/again/", {"next": "/admin/api-keys/"})
    assert again.headers["Location"] == "/accounts/login/?next=/admin/api-keys/"
    assert "_auth_user_id" not in client.session
    mail.outbox.clear()
    client.post("/accounts/login/code/?next=/admin/api-keys/", {"email": mei.email, "next": "/admin/api-keys/"})
    [letter] = mail.outbox
    code = next(line for line in str(letter.body).splitlines() if line.replace("-", "").isalnum() and line.isupper())
    done = client.post("/accounts/login/code/confirm/", {"code": code, "next": "/admin/api-keys/"})
    assert done.status_code == 302 and fresh(client, mei)
    assert 'value="Till 4"' in client.get("/admin/api-keys/").content.decode()


def test_words_are_for_who_typed_them_and_for_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    mei, lin = member(), member("lin")
    client = stale(mei)
    held = {"path": "/admin/api-keys/", "words": "name=Till+4", "left_out": False, "member": mei.pk, "at": time.time()}

    def words(user: User, **changes: Any) -> Any:
        request = RequestFactory().get("/admin/api-keys/")
        request.session, request.user = client.session, user  # type: ignore[assignment]
        request.session[proof.KEPT] = held | changes
        return proof.words(request)

    assert words(mei)["name"] == "Till 4"
    assert words(lin) is None
    assert words(mei, at=time.time() - 16 * 60) is None
    assert words(mei, path="/admin/webhooks/") is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/accounts/email/", {"email": "thief@example.com", "action_add": ""}),
        ("/accounts/password/set/", {"password1": "the password of a thief", "password2": "the password of a thief"}),
    ],
)
@pytest.mark.parametrize("password", ["a long password", None])
def test_what_opens_the_account_needs_it_too(address: str, words: dict[str, str], password: str | None) -> None:
    """Else whoever holds a browser for a moment adds a way in, and proves everything by that."""
    mei = member(password=password)
    client = stale(mei)
    answer = client.post(address, words)
    mei.refresh_from_db()
    assert not EmailAddress.objects.filter(email="thief@example.com").exists()
    assert not mei.check_password("the password of a thief")
    expected = "/settings/again/" if password is None else "/accounts/reauthenticate/"
    if not (password and "password" in address):  # who has one is led to changing it, which asks for the old one
        assert answer.headers["Location"].startswith(expected)


def test_signing_in_again_is_for_those_without_another_way_and_leads_nowhere_else() -> None:
    client = stale(member())
    assert client.get("/settings/again/").headers["Location"] == "/accounts/reauthenticate/"
    other = stale(member("lin", password=None))
    assert other.post("/settings/again/", {"next": "https://evil.example/"}).headers["Location"].endswith("next=/")
    assert Client().get("/settings/again/").headers["Location"].startswith("/accounts/login/")
