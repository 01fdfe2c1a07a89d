"""Somebody takes an account over: what moves much waits, the old address hears of it, and whoever reads it takes it back."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core import mail, signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client

from loyalty.models import Currency, Transfer
from members import letters, tasks
from members.actions.securing import note_change
from members.models import AccountChange, User
from members.queries import STOPPABLE, cooling_until
from outbox.clock import now, real_now
from outbox.dispatch import run_pending
from outbox.models import EventDelivery
from tests.loyalty.ledger.conftest import grant
from tests.loyalty.rewards.test_claiming import offer
from tests.members.test_proof import member
from tests.proof import mark

pytestmark = pytest.mark.django_db
NEW = "the words of somebody else"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="members.backends.MemberBackend")
    return client


def change_password(client: Client) -> None:
    words = {"oldpassword": "a long password", "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", words).status_code == 302


def change_address(client: Client, address: str) -> None:
    mail.outbox.clear()
    client.post("/accounts/email/", {"email": address, "action_add": ""})
    code = next(
        line for line in str(mail.outbox[-1].body).splitlines() if re.fullmatch(r"[A-Z0-9-]{6,9}", line.strip())
    )
    client.post("/accounts/confirm-email/", {"code": code.strip()})
    assert EmailAddress.objects.get(email=address).verified


def stop_link() -> tuple[str, str]:
    """(to whom the last letter went, the link's path)."""
    mail.outbox.clear()
    run_pending()
    [letter] = [one for one in mail.outbox if "/settings/stop/" in str(one.body)]
    found = re.search(r"https?://[^/\s]+(/settings/stop/\S+)", str(letter.body))
    assert found
    return letter.to[0], found[1]


def test_after_another_password_what_moves_much_waits_a_day_and_small_things_go_on() -> None:
    mei, lin = member(), member("lin")
    grant(mei.pk, 2000, at=now())
    client, small, large = signed_in(mei), offer(cost=100, name="Small"), offer(cost=900, name="Large")
    change_password(client)
    mark(client, seconds_ago=0)
    client.post(f"/rewards/{large.public_id}/", {"key": "a" * 12, "cost": 900})
    large.refresh_from_db()
    assert large.claimed == 0
    assert "changed a short while ago" in client.get(f"/rewards/{large.public_id}/").content.decode()
    client.post(f"/rewards/{small.public_id}/", {"key": "b" * 12, "cost": 100})
    small.refresh_from_db()
    assert small.claimed == 1
    Currency.objects.filter(code="points").update(transferable=True, transfer_trust=0, transfer_daily=1000)
    sent = client.post(
        "/points/send/",
        {"to": "lin", "amount": "400", "note": "", "key": "00000000-0000-4000-8000-000000000001", "sure": "1"},
    )
    assert sent.status_code == 409 and "changed a short while ago" in sent.content.decode()
    assert not Transfer.objects.filter(receiver_id=lin.pk).exists()
    AccountChange.objects.update(changed_at=real_now() - timedelta(hours=25))
    client.post(f"/rewards/{large.public_id}/", {"key": "c" * 12, "cost": 900})
    large.refresh_from_db()
    assert large.claimed == 1


def test_who_has_a_factor_from_before_waits_for_nothing_one_added_after_the_change_helps_nobody() -> None:
    mei = member()
    key = TOTP.activate(mei, "JBSWY3DPEHPK3PXP").instance
    change = AccountChange.objects.create(member=mei, kind="password", changed_at=real_now() + timedelta(seconds=1))
    at = real_now() + timedelta(minutes=1)
    assert cooling_until(member_id=mei.pk, at=at) is None
    Authenticator.objects.filter(pk=key.pk).update(created_at=real_now() + timedelta(seconds=5))
    assert cooling_until(member_id=mei.pk, at=at) == change.changed_at + timedelta(hours=24)


def test_a_factor_made_between_a_new_password_and_a_new_address_helps_nobody_on_the_second_day() -> None:
    mei, taken = member(), real_now()
    AccountChange.objects.create(member=mei, kind="password", changed_at=taken)
    TOTP.activate(mei, "JBSWY3DPEHPK3PXP")
    address = AccountChange.objects.create(member=mei, kind="address", changed_at=real_now() + timedelta(seconds=1))
    until = address.changed_at + timedelta(hours=72)
    assert cooling_until(member_id=mei.pk, at=taken + timedelta(hours=30)) == until
    assert cooling_until(member_id=mei.pk, at=until) is None


def test_the_old_address_hears_of_it_and_takes_the_account_back() -> None:
    mei = member()
    thief, owner = signed_in(mei), Client()
    change_address(thief, "thief@example.com")
    to, link = stop_link()
    assert to == "mei@example.com"
    change_password(thief)
    mark(thief, seconds_ago=0)
    TOTP.activate(mei, "JBSWY3DPEHPK3PXP")
    asked = owner.get(link)
    assert asked.status_code == 200 and "It was not me" in asked.content.decode()
    # With it browsers say that the form comes from nowhere ("Origin: null"), and it is refused.
    assert "no-referrer" not in asked.content.decode()
    mei.refresh_from_db()
    assert mei.email == "thief@example.com", "opening the link changes nothing"
    assert "It is stopped" in owner.post(link).content.decode()
    mei.refresh_from_db()
    assert mei.email == "mei@example.com" and not mei.has_usable_password()
    assert list(EmailAddress.objects.filter(user=mei).values_list("email", "verified", "primary")) == [
        ("mei@example.com", True, True)
    ]
    assert not Authenticator.objects.filter(user=mei).exists()
    assert thief.get("/points/").status_code == 302, "the thief is out"
    assert owner.post(link).status_code == 410, "once"
    assert cooling_until(member_id=mei.pk, at=real_now()) is not None


def test_a_password_that_was_forgotten_tells_the_address_too() -> None:
    mei = member()
    client = Client()
    client.post("/accounts/password/reset/", {"email": mei.email})
    found = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    page = client.get(found[1], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    mei.refresh_from_db()
    assert mei.check_password(NEW)
    assert stop_link()[0] == "mei@example.com"


def test_links_that_are_late_or_not_ours_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    mei = member()
    change = AccountChange.objects.create(member=mei, kind="password", told=mei.email, changed_at=real_now())
    assert Client().get("/settings/stop/" + signing.dumps(change.pk, salt="another") + "/").status_code == 404
    assert Client().get("/settings/stop/x/").status_code == 404
    link = "/settings/stop/" + letters.token_of(change_id=change.pk) + "/"
    assert Client().get(link).status_code == 200
    AccountChange.objects.update(changed_at=real_now() - STOPPABLE - timedelta(minutes=1))
    assert Client().get(link).status_code == 410, "nobody is offered what comes too late"
    assert Client().post(link).status_code == 410
    mei.refresh_from_db()
    assert mei.has_usable_password()


def test_an_address_that_somebody_else_has_now_is_not_taken_from_them() -> None:
    mei = member()
    thief = signed_in(mei)
    change_address(thief, "thief@example.com")
    _to, link = stop_link()
    other = User.objects.create_user("other", "MEI@example.com", "a long password")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    answer: Any = Client().post(link)
    assert "a person will help you" in answer.content.decode()
    mei.refresh_from_db()
    other.refresh_from_db()
    assert other.email == "MEI@example.com"
    assert mei.email == "" and not mei.has_usable_password()
    assert not EmailAddress.objects.filter(user=mei).exists(), "a code mailed to the thief would open it"


def test_the_very_way_in_that_the_letter_tells_of_is_gone_and_older_ones_stay() -> None:
    mei = member()
    old = SocialAccount.objects.create(user=mei, provider="shop", uid="1")
    SocialAccount.objects.filter(pk=old.pk).update(date_joined=real_now() - timedelta(days=1))
    # As allauth and our services do it: the way first, and then the word that it is there.
    TOTP.activate(mei, "JBSWY3DPEHPK3PXP")
    SocialAccount.objects.create(user=mei, provider="shop", uid="2")
    with transaction.atomic():
        note_change(member_id=mei.pk, kind="way", told=mei.email, by=mei.pk, at=real_now())
    _to, link = stop_link()
    Client().post(link)
    assert not Authenticator.objects.filter(user=mei).exists()
    assert list(SocialAccount.objects.filter(user=mei)) == [old]


def test_who_signs_up_with_the_old_address_and_never_confirms_it_does_not_keep_it_from_its_owner() -> None:
    mei = member()
    change_address(signed_in(mei), "thief@example.com")
    _to, link = stop_link()
    squatter = {"email": "mei@example.com", "username": "squatter", "password1": NEW}
    Client().post("/accounts/signup/", squatter)
    assert User.objects.get(username="squatter").email == "mei@example.com"
    assert "Choose a new password" in Client().post(link).content.decode()
    mei.refresh_from_db()
    assert mei.email == "mei@example.com"
    assert list(EmailAddress.objects.values_list("user_id", "email", "verified")) == [(mei.pk, mei.email, True)]
    assert User.objects.get(username="squatter").email == ""


def test_a_moved_clock_forgets_no_change_before_its_days_are_over(settings: Any) -> None:
    mei = member()
    AccountChange.objects.create(member=mei, kind="password", told=mei.email, changed_at=real_now())
    AccountChange.objects.create(member=mei, kind="password", changed_at=real_now() - timedelta(days=31))
    settings.CLOCK_OFFSET = timedelta(days=400)
    tasks.forget_tries()
    assert [change.told for change in AccountChange.objects.all()] == [mei.email]


def test_no_console_changes_a_password_or_an_address_past_the_letter() -> None:
    boss = User.objects.create_superuser("boss", "boss@example.com", "a long password")
    EmailAddress.objects.create(user=boss, email=boss.email, verified=True, primary=True)
    client = signed_in(boss)
    page = client.get("/admin/account/").content.decode()
    assert "name_email-first_name" in page
    assert "name_email-email" not in page and "password-new_password1" not in page
    assert client.get("/admin/password_reset/").status_code == 404
    assert client.get("/django-admin/password_change/")["Location"] == "/accounts/password/change/"


def test_a_mail_server_that_refuses_leaves_no_address_where_failures_are_kept(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    change_password(signed_in(member()))

    def refuse(letter: EmailMessage) -> None:
        raise SMTPRecipientsRefused({letter.to[0]: (550, b"mei@example.com is unknown")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    run_pending()
    kept = EventDelivery.objects.get(handler="members.subscribers.tell_of_change").last_error
    assert kept == "NotSent: SMTPRecipientsRefused"
    assert "tell_of_change failed" in caplog.text and "mei@example.com" not in caplog.text


def test_signing_up_is_no_change() -> None:
    client = Client()
    client.post("/accounts/signup/", {"email": "new@example.com", "username": "newfriend", "password1": NEW})
    assert User.objects.filter(username="newfriend").exists()
    assert not AccountChange.objects.exists()


def test_an_address_that_was_never_confirmed_gets_no_way_in() -> None:
    mei = User.objects.create_user("mei", "typo@example.com", "a long password")
    EmailAddress.objects.create(user=mei, email=mei.email, verified=False, primary=True)
    change_address(signed_in(mei), "mei@example.com")
    assert not AccountChange.objects.exists()
