"""Seasons as members meet them: a choice, a table, a way out."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.forum import boards
from community.models import BoardPermission
from loyalty.actions.seasons import closing
from loyalty.models import Season, SeasonLeague, SeasonPlayer, SeasonPrize
from loyalty.notices import points as point_notices
from loyalty.notices import seasons as season_notices
from messaging.models import Notice
from messaging.slots import NoticeCard
from outbox.clock import now
from tests.loyalty.seasons.test_counting import earn, join
from tests.loyalty.wallet.conftest import grant, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def season(db: None) -> Season:
    with transaction.atomic():
        closing.begin_next(at=now())
    return Season.objects.get()


def test_without_a_season_the_page_says_so(member: int) -> None:
    assert "No season runs yet" in text(signed_in(member).get("/seasons/"))
    assert Client().get("/seasons/").url.startswith("/accounts/login/")  # type: ignore[attr-defined]


def test_joining_showing_and_leaving_are_a_click_each(
    season: Season, member: int, new_member: Callable[..., int]
) -> None:
    mine, theirs = signed_in(member), signed_in(new_member("qiaolin"))
    earn(member, 40, now())
    assert "mei" not in text(theirs.get("/seasons/")), "nobody is shown who did not choose it"
    joined = mine.post("/seasons/choice/", {"season": season.public_id, "act": "join"}, follow=True)
    assert "You are in." in text(joined) and "You are number 1 with 40 credit." in text(joined)
    assert "mei" in text(theirs.get("/seasons/"))
    left = mine.post("/seasons/choice/", {"season": season.public_id, "act": "leave"}, follow=True)
    assert "shown in no table" in text(left) and "mei" not in text(theirs.get("/seasons/"))


def test_who_wants_no_seasons_sees_no_tables(season: Season, member: int, new_member: Callable[..., int]) -> None:
    other = new_member("qiaolin")
    earn(other, 40, now())
    join(season, other, at=now())
    mine = signed_in(member)
    page = mine.post("/seasons/choice/", {"season": season.public_id, "act": "wish", "wish": "never"}, follow=True)
    assert "You asked to see no tables" in text(page) and "qiaolin" not in text(mine.get("/seasons/"))


@pytest.mark.parametrize(
    "sent", [{}, {"act": "join"}, {"act": "x"}, {"act": "wish", "wish": "x"}, {"act": "wish", "wish": "\x00"}]
)
def test_a_damaged_choice_changes_nothing(season: Season, member: int, sent: dict[str, str]) -> None:
    assert "Nothing was changed" in text(signed_in(member).post("/seasons/choice/", sent, follow=True))


@pytest.mark.parametrize("wrong", ["nothing", "%00", "x" * 300])
def test_a_season_that_is_not_there(season: Season, member: int, wrong: str) -> None:
    mine = signed_in(member)
    assert mine.get(f"/seasons/{wrong}/").status_code == 404
    assert mine.post("/seasons/choice/", {"season": "nothing", "act": "join"}).status_code == 404
    assert mine.get("/seasons/choice/").status_code == 405
    assert mine.get("/seasons/?table=%00").status_code == 200


def test_a_season_to_come_is_not_told(season: Season, member: int) -> None:
    coming = Season.objects.create(starts_at=season.ends_at, ends_at=season.ends_at + timedelta(days=90), name="Secret")
    assert signed_in(member).get(f"/seasons/{coming.public_id}/").status_code == 404


def test_the_table_of_a_closed_board_is_for_its_readers(
    season: Season, member: int, new_member: Callable[..., int]
) -> None:
    with transaction.atomic():
        board = boards.ensure_board(slug="cellar", name="The cellar", at=now())
    BoardPermission.objects.filter(board_id=board).delete()
    SeasonLeague.objects.create(season=season, kind="board", board_id=board)
    assert "The cellar" not in text(signed_in(member).get("/seasons/"))


def test_a_page_costs_the_same_for_few_and_many(
    season: Season, new_member: Callable[..., int], django_assert_max_num_queries: Any
) -> None:
    people = [new_member() for _one in range(26)]
    for place, one in enumerate(people):
        earn(one, 60 - place, now())
    join(season, *people, at=now())
    SeasonPrize.objects.create(season=season, first_rank=1, last_rank=3, points=50)
    mine = signed_in(people[24])
    mine.get("/seasons/")
    with django_assert_max_num_queries(14):
        page = mine.get("/seasons/")
    assert len(re.findall(r"<tr", page.content.decode())) == 2 + 20 + 7
    assert "Around you" in text(page) and "Ranks 1 to 3" in text(page)


def test_a_long_chinese_name_and_the_language(season: Season, member: int) -> None:
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(pk=member).update(display_name="西湖边上喝了三十年龙井的老朋友王先生")
    earn(member, 40, now())
    join(season, member, at=now())
    mine = signed_in(member)
    mine.cookies["language"] = "zh-hans"
    assert "西湖边上" in text(mine.get("/seasons/"))


def card_of(notice: Notice) -> NoticeCard:
    return NoticeCard(
        notice.pk, notice.public_id, notice.kind, notice.data, tuple(notice.by_ids), notice.count, notice.created_at
    )


def words(member_id: int, kind: str, write: Callable[..., Any]) -> list[str]:
    from django.contrib.auth import get_user_model

    viewer = get_user_model().objects.get(pk=member_id)
    cards = [card_of(one) for one in Notice.objects.filter(member_id=member_id, kind=kind).order_by("id")]
    return [told.text for told in write(notices=cards, viewer=viewer).values()]


def test_the_end_is_told_to_those_who_are_in_and_once(
    season: Season, member: int, new_member: Callable[..., int]
) -> None:
    outside = new_member()
    earn(member, 40, now())
    join(season, member, at=now())
    early, late = season.ends_at - timedelta(days=4), season.ends_at - timedelta(days=2)
    with transaction.atomic():
        assert season_notices.tell_ending(at=early) == 0
        assert [season_notices.tell_ending(at=late), season_notices.tell_ending(at=late)] == [1, 0]
        closing.close_season(season_id=season.pk, at=season.ends_at + timedelta(days=7))
    assert "ends on" in words(member, "season.ending", season_notices.write)[0]
    assert "you are number 1 with 40 points of credit" in words(member, "season.result", season_notices.write)[0]
    assert not Notice.objects.filter(member_id=outside).exists()


@pytest.mark.django_db(transaction=True)
def test_points_that_come_and_go_are_announced_once_a_date(member: int, groups: None) -> None:
    at = now()
    grant(member, 30, "a", at=at, pending_days=1)
    grant(member, 12, "b", at=at)
    tomorrow = at + timedelta(days=1, hours=1)
    assert [point_notices.tell_available(at=tomorrow) for _time in range(2)] == [1, 0]
    assert Notice.objects.filter(kind="points_available").count() == 1, "what was never pending is no news"
    from loyalty.models import Lot

    expires = Lot.objects.order_by("id").values_list("expires_at", flat=True)[0]
    assert expires
    days = [point_notices.tell_expiring(at=expires - timedelta(days=left)) for left in (31, 29, 28, 6, 5)]
    assert days == [0, 1, 0, 1, 0]
    told = Notice.objects.filter(kind="points_expiring").order_by("id")
    assert {one.data["expires"][:10] for one in told} == {expires.isoformat()[:10]}


@pytest.fixture
def groups(transactional_db: None) -> None:
    """The groups that a flushed database has lost."""
    for name in ("Moderators", "Community managers"):
        Group.objects.get_or_create(name=name)


def test_the_settings_take_somebody_off_every_table(member: int, season: Season) -> None:
    client = signed_in(member)
    join(season, member)
    assert "Seasons" in text(client.get("/settings/birthday/"))
    page = client.get("/settings/seasons/")
    assert re.search(r'value="ask" checked', page.content.decode())
    for wrong in ("", "x", "\x00", "never ", "9" * 3000):
        refused = client.post("/settings/seasons/", {"wish": wrong})
        assert refused.status_code == 422 and "Nothing was changed" in refused.content.decode()
    assert client.post("/settings/seasons/", {"wish": "never"}).status_code == 302
    assert not SeasonPlayer.objects.filter(member_id=member, left_at=None).exists()
    assert re.search(r'value="never" checked', client.get("/settings/seasons/").content.decode())
    assert "You asked to see no tables" in text(client.get("/seasons/"))
    assert client.post("/settings/seasons/", {"wish": "always"}).status_code == 302
    assert SeasonPlayer.objects.filter(member_id=member, left_at=None).exists()
    assert Client().get("/settings/seasons/").url.startswith("/accounts/login/")  # type: ignore[attr-defined]
