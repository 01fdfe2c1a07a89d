"""Sharing a link, opening it, joining through it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from loyalty.queries import balance
from members.models import User
from outbox.clock import now
from outbox.models import StoredEvent
from referrals.models import Program, Referral, ShareLink
from tests.referrals.conftest import PASSWORD, join, link_of, order, set_terms, signed_in

pytestmark = pytest.mark.django_db


def test_a_guest_is_asked_to_sign_in() -> None:
    assert Client().get("/invite/").status_code == 302


def test_the_page_shows_one_link_however_often_it_is_opened(ming: User) -> None:
    first, second = link_of(ming), link_of(ming)
    assert first == second
    page = signed_in(ming).get("/invite/").content.decode()
    assert f"http://testserver{first}" in page
    assert "<svg viewBox" in page and "200" in page
    assert ShareLink.objects.count() == 1


def test_a_new_member_reads_from_when_and_gets_no_link(db: None) -> None:
    newcomer = User.objects.create_user("new", "new@example.com", PASSWORD, date_joined=now())
    page = signed_in(newcomer).get("/invite/")
    assert page.status_code == 200
    assert "You can invite friends from" in page.content.decode()
    assert not ShareLink.objects.exists()


def test_a_paid_order_makes_up_for_the_wait(db: None) -> None:
    newcomer = User.objects.create_user("new", "new@example.com", PASSWORD, date_joined=now())
    order(newcomer)
    assert link_of(newcomer)


def test_opening_a_link_changes_nothing_but_a_cookie(ming: User) -> None:
    link = link_of(ming)
    before = (StoredEvent.objects.count(), ShareLink.objects.count(), Referral.objects.count(), User.objects.count())
    visitor = Client()
    response = visitor.get(link)
    assert (response.status_code, response.headers["Location"]) == (302, reverse("account_signup"))
    cookie = response.cookies["invitation"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 30 * 24 * 3600)
    assert set(response.cookies) == {"invitation"}
    assert before == (
        StoredEvent.objects.count(),
        ShareLink.objects.count(),
        Referral.objects.count(),
        User.objects.count(),
    )
    assert visitor.post(link).status_code in (403, 405)


def test_the_sign_up_page_says_who_invited(ming: User) -> None:
    visitor = Client()
    visitor.get(link_of(ming))
    assert "Ming Li invited you." in visitor.get(reverse("account_signup")).content.decode()


def test_who_joins_through_a_link_is_the_inviters_friend(ming: User) -> None:
    ada = join("ada", by=link_of(ming))
    referral = Referral.objects.get()
    assert (referral.inviter_id, referral.friend_id, referral.state) == (ming.pk, ada.pk, "in_progress")
    assert StoredEvent.objects.filter(name="referral.created").count() == 1


def test_the_page_shows_a_first_name_and_nothing_bought(ming: User) -> None:
    ada = join("ada", by=link_of(ming))
    User.objects.filter(id=ada.pk).update(display_name="Ada Lovelace")
    page = signed_in(ming).get("/invite/").content.decode()
    assert "Ada" in page and "Lovelace" not in page
    assert "Has joined." in page


def test_the_first_link_counts(ming: User) -> None:
    hua = User.objects.create_user("hua", "hua@example.com", PASSWORD, date_joined=now() - timedelta(days=9))
    visitor = Client()
    visitor.get(link_of(ming))
    visitor.get(link_of(hua))
    join("ada", client=visitor)
    assert Referral.objects.get().inviter_id == ming.pk


def test_a_link_whose_owner_has_left_gives_way_to_the_next(ming: User) -> None:
    hua = User.objects.create_user("hua", "hua@example.com", PASSWORD, date_joined=now() - timedelta(days=9))
    visitor = Client()
    visitor.get(link_of(ming))
    second = link_of(hua)
    User.objects.filter(id=ming.pk).update(is_active=False)
    visitor.get(second)
    join("ada", client=visitor)
    assert Referral.objects.get().inviter_id == hua.pk


def test_after_thirty_days_the_visit_is_forgotten(ming: User, settings: Any) -> None:
    visitor = Client()
    visitor.get(link_of(ming))
    settings.CLOCK_OFFSET = timedelta(days=30)
    join("ada", client=visitor)
    assert not Referral.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "abc.123:forged:signature", "é"])
def test_a_forged_cookie_is_none(ming: User, value: str) -> None:
    visitor = Client()
    visitor.cookies["invitation"] = value
    join("ada", client=visitor)
    assert not Referral.objects.exists()


@pytest.mark.parametrize("code", ["nothing", "x" * 100, "%00", "é", "..", "a b"])
def test_a_link_that_is_not_there_is_a_kind_404(db: None, code: str) -> None:
    response = Client().get(f"/i/{code}/")
    assert response.status_code == 404
    assert "invitation" not in response.cookies


def test_a_code_may_be_typed_in_capitals(ming: User) -> None:
    assert Client().get(link_of(ming).upper().replace("/I/", "/i/")).status_code == 302


def test_ones_own_link_leads_to_ones_page(ming: User) -> None:
    response = signed_in(ming).get(link_of(ming), follow=True)
    assert response.redirect_chain == [("/invite/", 302)]
    assert "your own link" in response.content.decode()
    assert "invitation" not in response.cookies


def test_a_member_is_not_new(ming: User) -> None:
    hua = User.objects.create_user("hua", "hua@example.com", PASSWORD)
    response = signed_in(hua).get(link_of(ming))
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert "invitation" not in response.cookies


@pytest.mark.parametrize("email", ["ming+second@example.com", "MING+x@example.com"])
def test_inviting_oneself_does_not_count(ming: User, email: str) -> None:
    join("mingagain", by=link_of(ming), email=email)
    assert not Referral.objects.exists()


def test_ten_friends_a_day_count(ming: User) -> None:
    set_terms(daily_limit=2)
    link = link_of(ming)
    for name in ("ada", "bea", "cleo"):
        join(name, by=link)
    assert Referral.objects.count() == 2
    Referral.objects.update(created_at=now() - timedelta(days=1, seconds=1))
    join("dora", by=link)
    assert Referral.objects.count() == 3


def test_a_closed_programme_pays_nobody_and_says_so(ming: User) -> None:
    link = link_of(ming)
    visitor = Client()
    visitor.get(link)
    set_terms(is_open=False)
    join("ada", client=visitor)
    assert not Referral.objects.exists()
    assert Client().get(link).status_code == 404
    assert "closed" in signed_in(ming).get("/invite/").content.decode()


def test_the_terms_begin_with_two_hundred_for_both_and_a_fortnight(db: None) -> None:
    program = Program.objects.get()
    assert (program.inviter_points, program.friend_points, program.hold_days) == (200, 200, 14)


def test_nobody_has_anything_for_a_friend_who_only_joined(ming: User) -> None:
    ada = join("ada", by=link_of(ming))
    assert [balance(member_id=member.pk, at=now()).available for member in (ming, ada)] == [0, 0]


def test_managers_see_invitations_and_change_nothing_by_hand(ming: User) -> None:
    join("ada", by=link_of(ming))
    boss = User.objects.create_superuser("boss", "boss@example.com", PASSWORD)
    page = signed_in(boss).get("/admin/invitations/")
    assert page.status_code == 200
    assert "joined" in page.content.decode()
    for path in ("new/", f"edit/{Referral.objects.get().pk}/", f"delete/{Referral.objects.get().pk}/"):
        assert signed_in(boss).get(f"/admin/invitations/{path}").status_code in (302, 403, 404)
    terms = signed_in(boss).get(f"/admin/invitation-terms/edit/{Program.objects.get().pk}/")
    assert terms.status_code == 200


def test_the_copy_button_copies_the_address(ming: User) -> None:
    page = signed_in(ming).get("/invite/").content.decode()
    assert 'data-copy-from="address"' in page and '<code id="address">' in page
