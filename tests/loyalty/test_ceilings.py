"""What gives one person more than one may correct by hand is not a manager's to set alone: prizes, quests, rungs."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from loyalty.models import Currency, LadderRung, Quest, Season, SeasonPrize, Tier
from members.models import User
from tests.loyalty.quests.test_quest_console import fields, rungs
from tests.loyalty.seasons.test_console import sent
from tests.loyalty.test_console import signed_in

pytestmark = pytest.mark.django_db
SAYS = "somebody of the group “Finance” sets this"


@pytest.fixture
def manager() -> Client:
    Currency.objects.update(approval_above=1000)
    return signed_in(True)


def to_finance(joins: bool) -> None:
    group = Group.objects.get_or_create(name="Finance")[0]
    boss: Any = User.objects.get(username="boss")
    (boss.groups.add if joins else boss.groups.remove)(group)


def test_a_prize(manager: Client) -> None:
    large = sent(**{"form-0-points": 1001})
    refused = manager.post("/admin/seasons/new/", large)
    assert SAYS in refused.content.decode() and not Season.objects.exists()
    to_finance(True)
    assert manager.post("/admin/seasons/new/", large).status_code == 302
    to_finance(False)
    page = f"/admin/seasons/{Season.objects.get().public_id}/"
    kept = large | {"name": "Summer", "form-INITIAL_FORMS": 1}
    assert manager.post(page, kept).status_code == 302, "what stands already may stay"
    assert SAYS in manager.post(page, kept | {"form-0-points": 1002}).content.decode()
    assert (Season.objects.get().name, SeasonPrize.objects.get().points) == ("Summer", 1001)


@pytest.mark.parametrize("field", ["points", "credit"])
def test_a_quest(manager: Client, field: str) -> None:
    refused = manager.post("/admin/quests/new/", fields(act="publish", **{field: 1001}))
    assert refused.status_code == 422 and SAYS in refused.content.decode()
    assert not Quest.objects.filter(code="spring").exists()
    to_finance(True)
    assert manager.post("/admin/quests/new/", fields(act="publish", **{field: 1001})).status_code == 302
    to_finance(False)
    less = manager.post("/admin/quests/edit/spring/", fields(act="publish", **{field: 1000}))
    assert less.status_code == 302
    again = manager.post("/admin/quests/edit/spring/", fields(act="publish", **{field: 1001}))
    assert again.status_code == 422, "what was taken back is asked for anew"


def test_a_rung(manager: Client) -> None:
    new = {
        "rungs-4-level": 40, "rungs-4-name": "Forty", "rungs-4-points": 1001, "rungs-4-min_trust": 1,
        "rungs-4-valid_days": 30, "rungs-4-active": "on",
    }  # fmt: skip
    refused = manager.post("/admin/quests/ladder/", rungs(**new))
    assert refused.status_code == 422 and SAYS in refused.content.decode()
    assert not LadderRung.objects.filter(level=40).exists()
    to_finance(True)
    assert manager.post("/admin/quests/ladder/", rungs(**new)).status_code == 302
    assert LadderRung.objects.get(level=40).points == 1001


def test_a_birthday(manager: Client) -> None:
    tier = Tier.objects.get(code="good-friend")
    said = {
        "program": tier.program_id, "code": tier.code, "name": tier.name, "rank": 1, "threshold": 500, "benefits": "",
        "keep_threshold": "", "multiplier_percent": 100, "early_hours": 0, "birthday_points": 1001, "gift_days": 30,
    }  # fmt: skip
    page = f"/admin/snippets/loyalty/tier/edit/{tier.pk}/"
    assert SAYS in manager.post(page, said).content.decode()
    to_finance(True)
    assert manager.post(page, said).status_code == 302
    tier.refresh_from_db()
    assert tier.birthday_points == 1001
