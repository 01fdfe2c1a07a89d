"""The pages as people use them, without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from loyalty import actions, panels, queries
from loyalty.models import Redemption, Reward, Tier
from outbox.clock import now
from tests.loyalty.conftest import AT, at_once, make_order, record
from tests.loyalty.rewards.test_claiming import offer
from tests.loyalty.test_books import grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(member: int) -> Client:
    from django.contrib.auth import get_user_model

    client = Client(enforce_csrf_checks=False)
    client.force_login(get_user_model().objects.get(pk=member), backend="members.backends.MemberBackend")
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_new_member_reads_how_to_begin(browser: Client) -> None:
    page = text(browser.get("/points/"))
    assert "No points yet" in page and "How to earn" in page and "500 more credit reaches “Good friend”." in page


def test_guests_see_the_rewards_and_are_asked_to_sign_in() -> None:
    assert "Sign in" in text(Client().get("/rewards/"))
    for address in ["/points/", "/rewards/claimed/abc/"]:
        assert Client().get(address).url.startswith("/accounts/login/")  # type: ignore[attr-defined]


def test_the_statement_explains_every_number(browser: Client, member: int) -> None:
    record(make_order(member_id=member, placed_at=now(), paid_at=now()), at=now())
    record(
        make_order("1002", member_id=member, placed_at=AT - timedelta(days=40), paid_at=AT - timedelta(days=40)),
        at=now(),
    )
    page = text(browser.get("/points/"))
    assert "For your order 1001" in page and "on its way until" in page and "Rule “Purchases”, version 1" in page
    assert "42 left, expire" in page and "earned in all 84" in page


def test_an_order_without_a_number_is_called_by_its_day_and_the_latest_stands_first(
    browser: Client, member: int
) -> None:
    made = "0813:1998-06-20:2x2548:1"
    record(make_order("1001", member_id=member, placed_at=AT, paid_at=AT), at=now())
    early = AT - timedelta(days=40)
    record(make_order(made, member_id=member, placed_at=early, paid_at=early), at=now())
    page = text(browser.get("/points/"))
    assert made not in page and "For your purchase of Jan" in page and "Purchase of Jan" in page
    assert page.index("For your order 1001") < page.index("For your purchase of")


def test_claiming_asks_once_and_shows_the_code(browser: Client, member: int) -> None:
    grant(member, 1300, at=now())
    reward = Reward.objects.get(kind="generated_code")
    page = browser.get(f"/rewards/{reward.public_id}/")
    assert "You keep 1,200" in text(page)
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert key
    for _time in range(2):
        answer = browser.post(f"/rewards/{reward.public_id}/", {"key": key[1]}, follow=True)
        assert re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]", text(answer))
    assert Redemption.objects.count() == 1
    assert queries.balance(member_id=member, at=now()).available == 1200
    assert "10 % off one order" in text(browser.get("/codes/"))


def test_other_peoples_claims_look_absent(browser: Client, new_member: Callable[..., int]) -> None:
    other = new_member()
    grant(other, 100, at=now())
    with transaction.atomic():
        claimed = actions.claim_reward(reward_id=offer().id, member_id=other, key="k" * 12, by=other, at=now())
    assert browser.get(f"/rewards/claimed/{claimed.public_id}/").status_code == 404
    assert browser.get("/rewards/claimed/nothing/").status_code == 404


def test_a_refused_claim_says_why(browser: Client, member: int) -> None:
    far, out, vip = offer(cost=180), offer(stock=0), offer(min_tier=Tier.objects.get(code="old-friend"))
    grant(member, 100, at=now())
    page = text(browser.get("/rewards/"))
    assert "80 more to go" in page and "All claimed" in page and "From tier “Old friend” on" in page
    for reward, says in [(far, "80 more points"), (out, "last one is gone"), (vip, "kept for “Old friend”")]:
        answer = browser.post(f"/rewards/{reward.public_id}/", {"key": "abcdefghijkl"}, follow=True)
        assert says in text(answer)
    assert queries.balance(member_id=member, at=now()).available == 100


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "\x00" * 20, "ключ" * 5, "a b c d e f g h i"])
def test_a_damaged_form_takes_nothing(browser: Client, member: int, key: str) -> None:
    grant(member, 100, at=now())
    reward = offer()
    answer = browser.post(f"/rewards/{reward.public_id}/", {"key": key}, follow=True)
    assert "no points were taken" in text(answer)
    assert queries.balance(member_id=member, at=now()).available == 100


@pytest.mark.parametrize("address", ["/rewards/nothing/", "/rewards/%00/", "/rewards/" + "x" * 300 + "/"])
def test_a_reward_that_is_not_there(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"key": "abcdefghijkl"}).status_code == 404
    assert browser.put("/rewards/").status_code == 405


def test_the_header_and_the_navigation_show_points(browser: Client, member: int) -> None:
    grant(member, 1204, at=now())
    page = browser.get("/rewards/").content.decode()
    assert '<span data-live="points">1,204</span>' in page
    assert 'href="/points/"' in page and 'href="/rewards/"' in page


def test_the_profile_shows_the_tier_to_all_and_points_to_oneself(
    browser: Client, member: int, new_member: Callable[..., int]
) -> None:
    grant(member, 600, currency="credit", at=now())
    assert "Points to spend" in text(browser.get("/members/mei/"))
    other = Client().get("/members/mei/")
    if other.status_code == 200:
        assert "Good friend" in text(other) and "Points to spend" not in text(other)
    stranger = new_member()
    assert panels.profile(viewer_id=member, member_id=stranger) is None
    badges = panels.badges(member_ids=[member, stranger])
    assert badges[member][0].label == "Good friend" and stranger not in badges


def test_chinese_members_read_a_page_too(browser: Client, member: int) -> None:
    at_once()
    record(make_order(member_id=member), at=AT)
    browser.cookies["language"] = "zh-hans"
    assert browser.get("/points/").status_code == 200 and browser.get("/rewards/").status_code == 200


def test_pages_cost_a_bounded_number_of_statements(
    browser: Client, member: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for i in range(20):
        record(make_order(str(i), member_id=member), at=AT)
        offer(name=f"reward {i}")
    browser.get("/rewards/")  # notes the session and the visit, which later requests do not
    with django_assert_max_num_queries(24):
        browser.get("/points/")
    with django_assert_max_num_queries(20):
        browser.get("/rewards/")


@pytest.mark.django_db(transaction=True)
def test_open_pages_hear_of_points_and_tier(member: int, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[int, str, dict[str, Any]]] = []
    monkeypatch.setattr("loyalty.subscribers.live.push_to_member", lambda *frame: heard.append(frame))
    monkeypatch.setattr("loyalty.subscribers.live.members_listening", set)  # everybody has a page open
    at_once()
    from loyalty.canonical import OrderLineData

    with transaction.atomic():
        actions.record_order(
            order=make_order(member_id=member, lines=(OrderLineData(external_id="1", quantity=1, net=120_000),)),
            by=None,
            at=now(),
        )
    kinds = {kind: data for _member, kind, data in heard}
    assert kinds["points"]["counts"]["points"] == "1,200" and kinds["points"]["toast"]["text"] == "1,200 points for you"
    assert kinds["tier"]["name"] == "Good friend"
