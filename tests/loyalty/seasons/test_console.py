"""Managers plan seasons and look at how they ended."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client

from loyalty.actions.seasons import closing
from loyalty.models import Season, SeasonPrize
from outbox.clock import now
from tests.loyalty.seasons.test_counting import earn, join
from tests.loyalty.wallet.conftest import signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(new_member: Callable[..., int]) -> Client:
    manager = new_member("manager")
    user = get_user_model().objects.get(pk=manager)
    user.groups.add(Group.objects.get(name="Community managers"))
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return signed_in(manager)


def sent(**changes: object) -> dict[str, object]:
    plan: dict[str, object] = {
        "name": "Spring", "starts_at": "2031-01-01T00:00", "ends_at": "2031-04-01T00:00", "daily_cap": 75,
        "newcomer_days": 60, "continues": "on", "form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 0,
        "form-0-league": "everybody", "form-0-first_rank": 1, "form-0-last_rank": 3, "form-0-points": 50,
        "form-1-league": "", "form-1-first_rank": 1, "form-1-last_rank": 1, "form-1-points": 0,
    }  # fmt: skip
    return plan | changes


def test_a_season_is_planned_with_prizes_and_changed(desk: Client) -> None:
    assert desk.get("/admin/seasons/new/").status_code == 200
    assert desk.post("/admin/seasons/new/", sent()).status_code == 302
    made = Season.objects.get()
    assert (made.name, made.leagues.count(), SeasonPrize.objects.get().points) == ("Spring", 2, 50)
    assert "Spring" in text(desk.get("/admin/seasons/"))
    changed = sent(newcomer_days=0, **{"form-INITIAL_FORMS": 1, "form-0-points": 70})
    assert desk.post(f"/admin/seasons/{made.public_id}/", changed).status_code == 302
    assert made.leagues.get().kind == "everybody" and SeasonPrize.objects.get().points == 70


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ends_at": "2030-01-01T00:00"}, "ends after its beginning"),
        ({"starts_at": "x"}, "valid date"),
        ({"daily_cap": "0"}, ""),
        ({"daily_cap": "9" * 30}, ""),
        ({"newcomer_days": "9" * 30}, ""),
        ({"ends_at": "9999-12-31T23:59"}, "our time"),
        ({"form-0-points": "9" * 30}, ""),
        ({"form-0-first_rank": 4}, "better rank"),
        ({"form-0-points": "-5"}, ""),
        ({"form-TOTAL_FORMS": "x"}, ""),
        ({"boards": ["999999"]}, ""),
    ],
)
def test_a_wrong_plan_is_named_and_nothing_is_kept(desk: Client, wrong: dict[str, object], says: str) -> None:
    assert says in text(desk.post("/admin/seasons/new/", sent(**wrong)))
    assert not Season.objects.exists()


def test_only_one_runs_at_a_time(desk: Client) -> None:
    desk.post("/admin/seasons/new/", sent())
    assert "Another season runs" in text(desk.post("/admin/seasons/new/", sent(starts_at="2031-02-01T00:00")))
    assert Season.objects.count() == 1


def test_results_are_looked_at_and_never_changed(desk: Client, member: int) -> None:
    with transaction.atomic():
        closing.begin_next(at=now())
    season = Season.objects.get()
    earn(member, 40, now())
    join(season, member, at=now())
    with transaction.atomic():
        closing.close_season(season_id=season.pk, at=season.ends_at + timedelta(days=7))
    assert "mei" in text(desk.get(f"/admin/seasons/{season.public_id}/"))
    assert "This season is final" in text(desk.post(f"/admin/seasons/{season.public_id}/", sent()))
    assert Season.objects.get().name == ""


def test_members_may_not(member: int) -> None:
    mine = signed_in(member)
    for address in ("/admin/seasons/", "/admin/seasons/new/"):
        assert mine.get(address).status_code in (302, 403)
