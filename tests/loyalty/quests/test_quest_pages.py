"""The pages of quests as people use them, without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.actions import ensure_front_page
from loyalty import actions
from loyalty.actions.quests import review_levels
from loyalty.models import LadderGift, QuestRun
from members.events import MemberJoined
from members.models import User
from messaging.models import Notice
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.loyalty.conftest import AT, points_of
from tests.loyalty.quests.conftest import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(member: int) -> Client:
    client = Client()
    User.objects.filter(pk=member).update(date_joined=now() - timedelta(days=1))
    tell(MemberJoined(member_id=member, imported=False, at=now() - timedelta(days=1)))
    client.force_login(User.objects.get(pk=member), backend="members.backends.MemberBackend")
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def give_credit(member: int, amount: int) -> None:
    with transaction.atomic():
        actions.grant_points(
            cause="c", member_id=member, amount=amount, reason="goodwill", origin="goodwill", by=None, at=now(),
            currency="credit",
        )  # fmt: skip
        review_levels(member_ids=[member], at=now())
    while run_pending():
        pass


def test_guests_are_asked_to_sign_in() -> None:
    assert Client().get("/quests/").url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    for address in ("/quests/guide/", "/quests/first-steps/", "/quests/gifts/abc/"):
        assert Client().get(address).status_code == 405
        assert Client().post(address).url.startswith("/accounts/login/")  # type: ignore[attr-defined]


def test_the_page_says_what_is_next_and_where(browser: Client) -> None:
    answer = browser.get("/quests/")
    page = text(answer)
    assert "Next for you" in page and "0 of 7" in page and "Read the house guide" in page and "Level 1" in page
    assert 'href="/guide/"' in answer.content.decode() and "Three regulars like what you wrote" in page
    assert "Good to see you again" not in page and "Two newcomers found their feet" not in page
    assert "at level 10 waits" in page and "at 870 credit" in page


def test_what_the_page_costs(browser: Client) -> None:
    browser.get("/quests/")
    with CaptureQueriesContext(connection) as asked:
        browser.get("/quests/")
    assert len(asked) <= 12, "\n".join(query["sql"][:200] for query in asked)


def test_reading_the_guide_is_one_click_and_counts_once(browser: Client, member: int) -> None:
    for _ in range(2):
        assert browser.post("/quests/guide/").status_code == 302
    assert QuestRun.objects.filter(member_id=member, code="first-guide", state="done").count() == 1
    assert points_of(member, now()) == 5
    page = text(browser.get("/quests/"))
    assert "1 of 7" in page and "What you have done" in page
    assert "I have read it" not in page


def test_the_front_page_leads_a_newcomer_and_the_list_can_be_put_away(browser: Client, member: int) -> None:
    with transaction.atomic():
        ensure_front_page(at=AT)
    assert "Your first steps" in text(browser.get("/"))
    assert browser.post("/quests/first-steps/", {"away": "yes"}).url == "/"  # type: ignore[attr-defined]
    assert "Your first steps" not in text(browser.get("/"))
    assert "Your first steps" in text(browser.get("/quests/"))
    browser.post("/quests/first-steps/", {"away": "no"})
    assert "Your first steps" in text(browser.get("/"))
    User.objects.filter(pk=member).update(date_joined=now() - timedelta(days=61))
    assert "Your first steps" not in text(browser.get("/"))
    assert "I have read it" in text(browser.get("/guide/"))


def test_a_gift_is_taken_by_a_click(browser: Client, member: int) -> None:
    give_credit(member, 95)
    gift = LadderGift.objects.get(member_id=member)
    page = text(browser.get("/quests/"))
    assert "Waits for you until" in page and "Take it" in page
    assert "1 gift waits for you" in text(browser.get("/points/"))
    for _ in range(2):
        assert browser.post(f"/quests/gifts/{gift.public_id}/").status_code == 302
    assert points_of(member, now()) == 50 and "Taken. Enjoy it." in text(browser.get("/quests/"))
    assert "There is no such gift." in text(browser.post("/quests/gifts/nobody/", follow=True))


def test_the_bell_tells_of_quests_levels_and_gifts(
    browser: Client, member: int, new_member: Callable[..., int]
) -> None:
    browser.post("/quests/guide/")
    give_credit(member, 95)
    kinds = set(Notice.objects.filter(member_id=member).values_list("kind", flat=True))
    assert {"loyalty.quest", "loyalty.level", "loyalty.ladder_gift"} <= kinds
    page = text(browser.get("/notices/"))
    assert "How we are with each other" in page and "A gift waits for you at level 10" in page
    assert "You have reached level 10." in page
