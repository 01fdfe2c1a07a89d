"""The console's first page: what waits, for those who may open it, and no way that refuses them."""

import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from care.actions import open_case
from cms.actions import ensure_staff_access
from integrations.shops.models import InboundMessage, Shop
from loyalty.models import Adjustment, Currency, Redemption, Reward
from members.access import MANAGERS, MODERATORS
from members.models import User
from outbox.clock import now

pytestmark = pytest.mark.django_db
ONE_NUMBER = re.compile(r'<span class="house-desk-number">\s*([\d,]+)\s*</span>\s*<strong>([^<]+)</strong>')

ONE_WAY = re.compile(r'<a href="([^"]+)"><span class="house-desk-number">')


def staff(name: str, group: str) -> Client:
    with transaction.atomic():
        ensure_staff_access(at=now())
    user = User.objects.create_user(name, f"{name}@example.com", "a long passphrase", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user, backend="members.backends.MemberBackend")
    return client


def test_a_manager_sees_what_waits(site: None, mei: User) -> None:
    marek = staff("marek", MANAGERS)
    assert ("0", "complaints wait") in ONE_NUMBER.findall(marek.get("/admin/").content.decode())
    with transaction.atomic():
        open_case(member_id=mei.pk, subject="Broken", text="It arrived as dust.", by=mei.pk, at=now())
    page = marek.get("/admin/").content.decode()
    assert ("1", "complaint waits") in ONE_NUMBER.findall(page)
    assert "customers are falling silent" in page and "win-back campaigns" in page


def test_the_first_page_says_what_waits_in_loyalty_and_at_the_shops(site: None, mei: User) -> None:
    marek, sofia = staff("marek", MANAGERS), staff("sofia", "Finance")
    shown = ONE_NUMBER.findall(marek.get("/admin/").content.decode())
    assert {("0", "rewards to hand out"), ("0", "large corrections of points")} <= set(shown)
    assert not any("shops" in words for _number, words in shown)  # none is connected
    with transaction.atomic():
        points = Currency.objects.get(code="points")
        Adjustment.objects.create(
            cause="stamps", member=mei, currency=points, amount=6400, reason_code="migration", note="Stamp cards.",
            state=Adjustment.State.WAITING, second_person=True, proposed_by=User.objects.get(username="marek"), proposed_at=now(),
        )  # fmt: skip
        reward = Reward.objects.create(name="A letter", cost=100, kind=Reward.Kind.PROMISE, claimed=1)
        Redemption.objects.create(
            reward=reward, member=mei, cost=0, state=Redemption.State.CONFIRMED, key=uuid4(), claimed_at=now()
        )
        shop = Shop.objects.create(kind="feed", source="tea", name="Tea", currency="EUR", created_at=now())
        InboundMessage.objects.create(
            shop=shop,
            key="1",
            origin="sent",
            topic="order",
            raw_hash="1",
            received_at=now(),
            due_at=now(),
            verdict="failed",
        )
    page = marek.get("/admin/").content.decode()
    waits = {("1", "reward to hand out"), ("1", "large correction of points"), ("1", "message of a shop needs a look")}
    assert waits <= set(ONE_NUMBER.findall(page)) and "Somebody of the group “Finance” decides." in page
    page = sofia.get("/admin/").content.decode()
    assert ONE_NUMBER.findall(page) == [("1", "large correction of points")]
    assert "They wait for your yes or no." in page
    assert [sofia.get(way).status_code for way in ONE_WAY.findall(page)] == [200]


def test_a_moderator_sees_no_card_that_refuses_them(site: None) -> None:
    hana = staff("hana", MODERATORS)
    page = hana.get("/admin/").content.decode()
    assert ONE_NUMBER.findall(page) == [("0", "things wait for review")]
    assert [hana.get(way).status_code for way in ONE_WAY.findall(page)] == [200]
    assert 'href="/forum/"' in page


@pytest.mark.parametrize("group", [MANAGERS, MODERATORS])
def test_no_item_of_the_menu_refuses(site: None, group: str) -> None:
    client = staff("somebody", group)
    page = client.get("/admin/").content.decode()
    menu = re.search(r'id="wagtail-sidebar-props"[^>]*>(.*?)</script>', page, re.S)
    assert menu
    addresses = {one for one in re.findall(r'"(/admin/[^"]*)"', menu[1]) if "logout" not in one}
    assert ("/admin/snippets/community/board/" in addresses) == (group == MANAGERS)
    for place in ("/admin/customers/", "/admin/images/", "/admin/documents/"):
        assert (place in addresses) == (group == MANAGERS), place
    refused = {one: client.get(one, follow=True).status_code for one in addresses}
    assert {one for one, status in refused.items() if status != 200} == set()


def test_a_refusal_under_the_console_may_run_its_own_scripts(site: None) -> None:
    answer = staff("hana", MODERATORS).get("/admin/customers/")
    assert answer.status_code == 403
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert nonce and f'nonce="{nonce[1]}"' in answer.content.decode()
    assert "connect-src 'self' ws://" in answer.headers["Content-Security-Policy"]
