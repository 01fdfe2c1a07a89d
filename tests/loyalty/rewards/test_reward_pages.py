"""Rewards through the doors that people use: the shelf, an address, a gift's link, codes, the console."""

import io
import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from loyalty.actions import RewardRefused
from loyalty.actions.rewards import details
from loyalty.models import Coupon, CouponPool, Gift, Redemption, Reward, ShippingAddress, Tier
from outbox.clock import now
from tests.loyalty.rewards.test_claiming import offer
from tests.loyalty.test_books import grant

pytestmark = pytest.mark.django_db
HOME = {"name": "Mei", "lines": "1 Tea Lane", "city": "Hangzhou", "country": "China"}


def browser_of(member_id: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=member_id), backend="members.backends.MemberBackend")
    return client


@pytest.fixture
def browser(member: int) -> Client:
    grant(member, 1000, at=now())
    return browser_of(member)


@pytest.fixture
def manager(db: None) -> Client:
    return browser_of(get_user_model().objects.create_superuser("boss", "boss@example.com", "x" * 20).pk)


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def claimed(browser: Client, reward: Reward) -> Redemption:
    answer = browser.post(f"/rewards/{reward.public_id}/", {"key": "k" * 12, "cost": reward.cost})
    assert answer.status_code == 302
    return Redemption.objects.get(reward=reward)


def test_a_guest_reads_the_shelf_and_a_reward_with_its_terms() -> None:
    reward = offer(name="A <b>cup", category="Things", terms="One each & no more", how_to_use="Drink.", return_days=3)
    page = Client().get("/rewards/?category=Things&sort=cheap").content.decode()
    assert "A &lt;b&gt;cup" in page and page.count('class="reward"') == 1
    assert 'class="reward"' in Client().get("/rewards/?category=%00'%22&sort=<x>").content.decode()
    page = said(Client().get(f"/rewards/{reward.public_id}/"))
    assert "One each &amp; no more" in page and "returned for 3 days" in page and "Sign in" in page
    assert Client().post(f"/rewards/{reward.public_id}/", {"key": "k" * 12}).status_code in (302, 403)
    assert not Redemption.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": ""}, "name"), ({"lines": "x" * 301}, "lines"), ({"phone": "<script>"}, "phone"), ({"city": "a\x00b"}, "city")],
)  # fmt: skip
def test_a_wrong_address_is_named_and_nothing_is_lost(browser: Client, changes: dict[str, str], field: str) -> None:
    one = claimed(browser, offer())
    answer = browser.post(f"/rewards/claimed/{one.public_id}/address/", HOME | changes)
    assert answer.status_code == 422 and field in answer.context["form"].errors
    one.refresh_from_db()
    assert one.state == "held" and not ShippingAddress.objects.exists()


def test_from_the_shelf_to_the_door(browser: Client, manager: Client, member: int) -> None:
    one = claimed(browser, offer(return_days=14))
    address = f"/rewards/claimed/{one.public_id}/"
    assert "Where shall we send it?" in said(browser.get(address))
    for _time in range(2):  # sent twice is one address
        assert browser.post(address + "address/", HOME).status_code == 302
    assert (
        "1 Tea Lane" in said(manager.get("/admin/loyalty/desk/"))
        and browser.get("/admin/loyalty/desk/").status_code != 200
    )
    desk = f"/admin/loyalty/desk/{one.public_id}/"
    assert browser.post(desk, {"act": "done"}).status_code in (302, 403)
    manager.post(desk, {"act": "take"})
    rows = b"".join(manager.post("/admin/loyalty/desk/addresses/").streaming_content).decode()
    assert "1 Tea Lane" in rows and manager.get("/admin/loyalty/desk/addresses/").status_code == 405
    manager.post(desk, {"act": "send", "carrier": "DHL", "tracking": "<i>42"})
    assert "DHL &lt;i&gt;42" in re.sub(r"<[^>]+>", "", browser.get(address).content.decode())
    manager.post(desk, {"act": "done"})
    manager.post(desk, {"act": "nonsense\x00"})
    assert "You may return it until" in said(browser.get(address))
    manager.post(desk, {"act": "returned", "note": "broken\x00 cup"})
    page = said(browser.get(address))
    assert "This came back to us." in page and "broken cup" in page
    assert manager.post("/admin/loyalty/desk/nobody/", {"act": "done"}).status_code == 404


def test_an_address_beginning_with_a_formula_stays_text(browser: Client, manager: Client) -> None:
    one = claimed(browser, offer())
    browser.post(f"/rewards/claimed/{one.public_id}/address/", HOME | {"lines": "=HYPERLINK(1)"})
    rows = b"".join(manager.post("/admin/loyalty/desk/addresses/").streaming_content).decode()
    assert "'=HYPERLINK(1)" in rows


def test_a_member_takes_a_claim_back(browser: Client, member: int) -> None:
    reward = offer()
    one = claimed(browser, reward)
    for _time in range(2):
        browser.post(f"/rewards/claimed/{one.public_id}/cancel/")
    reward.refresh_from_db()
    assert reward.claimed == 0 and "Your points went back" in said(browser.get(f"/rewards/claimed/{one.public_id}/"))


def test_the_statement_says_what_was_given_back_of_a_claim_that_was_only_held(browser: Client) -> None:
    one = claimed(browser, offer(kind="physical"))
    browser.post(f"/rewards/claimed/{one.public_id}/cancel/")
    statement = said(browser.get("/points/statement/"))
    assert statement.count("Reward: ") == 1 and statement.count("Given back: ") == 1


def test_a_price_that_rose_meanwhile_is_said_first(browser: Client) -> None:
    reward = offer()
    Reward.objects.update(cost=200)
    answer = browser.post(f"/rewards/{reward.public_id}/", {"key": "k" * 12, "cost": 100}, follow=True)
    assert "price has changed" in said(answer) and not Redemption.objects.exists()
    assert "Claim it for 200 points" in said(answer), "the new price stands where it was refused"


def test_a_reward_for_a_higher_tier_leads_to_how_tiers_grow(browser: Client) -> None:
    reward = offer(min_tier=Tier.objects.order_by("-rank").first())
    page = browser.get(f"/rewards/{reward.public_id}/").content.decode()
    assert 'href="/points/tier/">How to reach this tier' in page
    guest = Client().get(f"/rewards/{reward.public_id}/").content.decode()
    assert f"?next=/rewards/{reward.public_id}/" in guest


def test_an_address_stays_when_it_is_refused(browser: Client) -> None:
    parcel = claimed(browser, offer())
    with patch.object(details, "give_address", side_effect=RewardRefused("late", "It has left already.")):
        answer = browser.post(f"/rewards/claimed/{parcel.public_id}/address/", HOME | {"city": "Jingdezhen"})
    assert answer.status_code == 422 and 'value="Jingdezhen"' in answer.content.decode()


def test_words_to_a_friend_stay_when_they_are_refused(browser: Client, new_member: Callable[..., int]) -> None:
    inner = offer(name="Tea", kind="generated_code", percent=10)
    one = claimed(browser, offer(name="Gift", kind="gift_to_friend", gives=inner))
    new_member("ann")
    with patch.object(details, "choose_friend", side_effect=RewardRefused("friend", "This friend cannot take it.")):
        answer = browser.post(
            f"/rewards/claimed/{one.public_id}/friend/", {"username": "ann", "note": "For the long evenings"}
        )
    page = answer.content.decode()
    assert answer.status_code == 422 and "This friend cannot take it." in page and "For the long evenings" in page


def test_many_claims_at_once_are_slowed_down(browser: Client) -> None:
    reward = offer(kind="donation", cost=1, goal=100)
    for n in range(6):
        answer = browser.post(f"/rewards/{reward.public_id}/", {"key": f"formnumber000{n}"}, follow=True)
    assert "many claims in a short time" in said(answer) and Redemption.objects.count() == 5
    assert "1 friend gave 5 points together" in said(browser.get("/rewards/"))


def test_a_gift_by_its_link(browser: Client, new_member: Callable[..., int]) -> None:
    inner = offer(name="Tea", kind="generated_code", percent=10)
    one = claimed(browser, offer(name="Gift", kind="gift_to_friend", gives=inner))
    to = f"/rewards/claimed/{one.public_id}/friend/"
    for name in ("nobody-here", "mei", "x" * 40):
        assert browser.post(to, {"username": name}).status_code == 422
    browser.post(to, {"username": "", "note": "<b>For you"})
    page = browser.get(f"/rewards/claimed/{one.public_id}/").content.decode()
    link = f"/gifts/link/{Gift.objects.get().token}/"
    assert link in page
    guest = Client().get(link)
    # Not "no-referrer": a browser then names no origin with the form below, and its answer is refused.
    assert "&lt;b&gt;For you" in guest.content.decode() and guest["Referrer-Policy"] == "same-origin"
    assert Client().post(link).status_code in (302, 403) and Gift.objects.get().state == "waiting"
    friend = browser_of(new_member("lin"))
    answer = friend.post(link, {"act": "take"}, follow=True)
    assert "It is yours" in said(answer) and Client().get(link).status_code == 404
    page = friend.get("/codes/").content.decode()
    assert Coupon.objects.get().code[:4] in page and '<path class="qr-ink"' in page
    assert "has taken your gift" in said(browser.get(f"/rewards/claimed/{one.public_id}/"))


def test_a_gift_waits_on_the_overview_and_others_do_not_see_it(browser: Client, member: int, new_member: Any) -> None:
    from django.db import transaction

    from loyalty import actions

    with transaction.atomic():
        card = actions.grant_gift(cause="t", member_id=member, reward_id=offer().pk, valid_days=9, by=None, at=now())
    assert "A gift to take" in said(browser.get("/points/")) and "A gift waits for you" in said(browser.get("/codes/"))
    assert browser_of(new_member("lin")).get(f"/gifts/{card.public_id}/").status_code == 404
    assert "Declined" in said(browser.post(f"/gifts/{card.public_id}/", {"act": "decline"}, follow=True))
    assert Gift.objects.get().state == "declined" and not Reward.objects.filter(claimed__gt=0).exists()


# --- The console -----------------------------------------------------------------------------------------------------


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "New",
        "description": "",
        "kind": "physical",
        "cost": 10,
        "position": 0,
        "unit_cost": 0,
        "active": "on",
    } | changes


def png() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (900, 500), (30, 120, 90)).save(kept, "PNG")
    return kept.getvalue()


def test_a_picture_is_made_anew_and_a_bad_one_is_named(manager: Client) -> None:
    add = "/admin/snippets/loyalty/reward/add/"
    bad = manager.post(add, form(picture_file=SimpleUploadedFile("x.png", b"\x00\x00\x00 ftypavif" + b"x" * 200)))
    assert "cannot read this picture" in bad.content.decode() and not Reward.objects.filter(name="New").exists()
    assert manager.post(add, form(picture_file=SimpleUploadedFile("../../x.svg", png()))).status_code == 302
    reward = Reward.objects.get(name="New")
    assert re.fullmatch(r"uploads/[a-z0-9]{24}\.webp", reward.picture) and reward.picture_small
    with default_storage.open(reward.picture) as file:
        assert file.read(4) == b"RIFF"
    assert reward.picture_small in Client().get("/rewards/").content.decode()
    # The count of pieces that are out is not the form's.
    Reward.objects.filter(pk=reward.pk).update(claimed=3)
    manager.post(f"/admin/snippets/loyalty/reward/edit/{reward.pk}/", form(no_picture="on", stock=4))
    reward.refresh_from_db()
    assert (reward.claimed, reward.picture, reward.stock) == (3, "", 4)
    Reward.objects.filter(pk=reward.pk).update(claimed=0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "coupon_pool"}, "which list"),
        ({"kind": "gift_to_friend"}, "what the friend gets"),
        ({"kind": "perk"}, "which badge or group"),
        ({"kind": "generated_code"}, "either a percentage or an amount"),
        ({"kind": "generated_code", "amount": 5}, "three capital letters"),
        ({"cost": 0}, "at least one point"),
        ({"gift_days": 400}, "Between 1 and 60 days"),
        ({"goal": 5}, "Only a donation"),
        ({"starts_at": "2026-02-02 10:00", "ends_at": "2026-02-01 10:00"}, "ends before it starts"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"cost": "9" * 30}, "less than or equal"),
        ({"cost": "1.5"}, "whole number"),
    ],
)
def test_a_reward_that_cannot_be_is_named(manager: Client, changes: dict[str, Any], says: str) -> None:
    answer = manager.post("/admin/snippets/loyalty/reward/add/", form(**changes))
    assert answer.status_code == 200 and says in answer.content.decode()
    assert not Reward.objects.filter(position=0, cost=10, name="New").exists()


def test_codes_come_by_file_and_by_hand(manager: Client, browser: Client) -> None:
    pool = CouponPool.objects.create(name="Spring", percent=10)
    address = f"/admin/loyalty/codes/{pool.pk}/"
    file = SimpleUploadedFile("codes.csv", "\ufeffcode;x\r\nspring-1;a\r\n<b>;c\r\nspring-1;d\r\n".encode())
    page = manager.post(address, {"file": file}).content.decode()
    assert "1 code was put in" in page and "&lt;b&gt;" in page and "SPRING1" in page
    for bad in ({}, {"text": " \n"}, {"file": SimpleUploadedFile("x.txt", b"\xff\xfe\x00x")}):
        assert manager.post(address, bad).status_code == 422
    assert Coupon.objects.count() == 1 and browser.get(address).status_code != 200
    assert manager.get("/admin/loyalty/codes/999999/").status_code == 404
