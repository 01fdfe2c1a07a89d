"""The overview: what there is, what comes, what goes, and what to do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from loyalty import actions, panels, queries
from loyalty.models import Currency, Quest, QuestRun, Reward
from outbox.clock import now
from tests.loyalty.conftest import AT, make_order, record
from tests.loyalty.wallet.conftest import grant, text

pytestmark = pytest.mark.django_db


def test_what_comes_and_what_expires_have_their_dates(browser: Client, member: int) -> None:
    at = now()
    grant(member, 30, "a", at=at, pending_days=3)
    grant(member, 12, "b", at=at, pending_days=9)
    grant(member, 70, "c", at=at - timedelta(days=365))
    outlook = queries.outlook(member_id=member, at=at)
    assert [one.amount for one in outlook.coming] == [30, 12] and [one.amount for one in outlook.expiring] == [70]
    assert [one.at for one in outlook.coming] == sorted(one.at for one in outlook.coming)
    page = text(browser.get("/points/"))
    assert "Comes by itself" in page and "70 points expire on" in page and "Choose a reward" in page


def test_points_that_live_long_are_no_alarm(browser: Client, member: int) -> None:
    grant(member, 70, at=now())
    page = text(browser.get("/points/"))
    assert "70 points expire next" in page and "Choose a reward" not in page


def test_topics_add_sections_in_their_order_and_may_be_silent(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sections = panels.WalletSections()
    for order, name in [(2, "second"), (1, "first")]:
        sections.register(order, "includes/why.html", lambda *, member, at, name=name: {"text": f"the {name} one"})
    sections.register(3, "includes/why.html", lambda *, member, at: None, place="side")
    monkeypatch.setattr("loyalty.views.points.wallet_sections", sections)
    page = text(browser.get("/points/"))
    assert page.index("the first one") < page.index("the second one")
    with pytest.raises(TypeError):
        sections.register(1, "x.html", lambda **_: None, place="roof")


def test_the_pages_of_ones_points_are_a_click_apart(browser: Client) -> None:
    page = browser.get("/points/statement/").content.decode()
    assert '<a href="/points/statement/" aria-current="page">Statement</a>' in page
    assert 'href="/points/"' in page and 'href="/rewards/"' in page


def test_points_for_a_friend_are_offered_to_those_who_may_send(browser: Client, member: int) -> None:
    Currency.objects.filter(code="points").update(transferable=True, transfer_trust=2)
    assert "Points for a friend" not in text(browser.get("/points/"))
    get_user_model().objects.get(pk=member).groups.add(Group.objects.get_or_create(name="trust:2")[0])
    assert "Points for a friend" in text(browser.get("/points/"))
    Currency.objects.filter(code="points").update(transferable=False)
    assert "Points for a friend" not in text(browser.get("/points/"))


def test_a_quest_is_called_by_its_name(browser: Client, member: int) -> None:
    quest = Quest.objects.order_by("pk").first()
    assert quest
    run = QuestRun.objects.create(member_id=member, quest=quest, code=quest.code, begun_at=now())
    grant(member, 5, f"quest:{run.public_id}", reason="quest", at=now())
    assert f"Quest: {quest.name}" in text(browser.get("/points/"))
    [line] = queries.statement(member_id=member, at=now())
    assert f"Quest: {quest.name}" in text(browser.get(f"/points/statement/{line.handle}/"))


def test_a_full_overview_costs_twelve_statements_at_most(
    browser: Client, member: int, new_member: Callable[..., int], django_assert_max_num_queries: Any
) -> None:
    """Orders, a reward, a quest, an accepted answer and points of a friend on one page."""
    friend = new_member()
    record(make_order(member_id=member), at=AT)
    grant(member, 300, "gift", at=now())
    quest = Quest.objects.order_by("pk").first()
    assert quest
    run = QuestRun.objects.create(member_id=member, quest=quest, code=quest.code, begun_at=now())
    grant(member, 5, f"quest:{run.public_id}", reason="quest", at=now())
    with transaction.atomic():
        actions.accept_answer(post_id=1, author_id=member, by_id=friend, self_answer=False, at=now(), author_trust=2)
        actions.claim_reward(
            reward_id=Reward.objects.get(kind="generated_code").pk, member_id=member, key="k" * 12, by=member, at=now()
        )
    for page in ("/points/", "/points/statement/"):
        browser.get(page)
        with django_assert_max_num_queries(12):
            told = text(browser.get(page))
        for words in ("For your order 1001", "Reward: ", f"Quest: {quest.name}", "accepted your answer", "Rule “"):
            assert words in told, (page, words)
