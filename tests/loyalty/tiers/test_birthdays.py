"""Birthdays: told freely, kept privately, and a gift once a year."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client

from loyalty import birthday_round, queries
from loyalty.models import BirthdayGift, Gift, Reward, Tier
from members import actions as members
from members.models import Birthday
from messaging.models import Notice
from tests.loyalty.conftest import in_threads

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def tell(member_id: int, month: int, day: int, at: datetime = datetime(2026, 1, 5, tzinfo=UTC)) -> None:
    with transaction.atomic():
        members.set_birthday(member_id=member_id, month=month, day=day, by=member_id, at=at)


def go(at: datetime) -> int:
    with transaction.atomic():
        from loyalty.actions.tiers.birthdays import birthdays_due, give_birthday_gifts

        due = birthdays_due(at=at)
        return give_birthday_gifts(due=due, at=at) if due else 0


def points(member_id: int, at: datetime) -> int:
    return queries.balance(member_id=member_id, at=at).available


@pytest.fixture
def gift(db: None) -> Reward:
    reward = Reward.objects.get(cost=250)
    Tier.objects.filter(code="friend").update(birthday_points=20, birthday_reward=reward)
    return reward


def test_the_day_brings_points_a_gift_and_a_warm_word_once(member: int, gift: Reward) -> None:
    tell(member, 5, 3)
    assert go(NOON - timedelta(days=1)) == 0
    assert [go(NOON + timedelta(hours=nth)) for nth in range(3)] == [1, 0, 0]
    assert go(NOON + timedelta(days=2)) == 0  # the belated days do not do it again
    assert points(member, NOON) == 20
    assert Gift.objects.get(member_id=member).cause == f"birthday:2026:{member}"
    [notice] = Notice.objects.filter(member_id=member, kind="tier.birthday")
    assert dict(notice.data) == {"points": 20, "gift": 1}
    later = NOON.replace(year=2027)
    assert go(later) == 1 and points(member, later) == 40


def test_a_changed_birthday_brings_no_second_gift_within_a_year(member: int, gift: Reward) -> None:
    tell(member, 5, 3)
    assert go(NOON) == 1
    tell(member, 8, 10, at=datetime(2026, 8, 1, tzinfo=UTC))
    assert go(datetime(2026, 8, 10, 12, tzinfo=UTC)) == 0
    with transaction.atomic():
        members.forget_birthday(member_id=member, by=member, at=NOON)
    tell(member, 12, 24, at=datetime(2026, 12, 1, tzinfo=UTC))
    assert go(datetime(2026, 12, 24, 12, tzinfo=UTC)) == 0  # also not for whoever forgets and tells anew
    assert go(datetime(2027, 12, 24, 12, tzinfo=UTC)) == 1


def test_the_leap_day_is_kept_on_the_28th_in_other_years(member: int, gift: Reward) -> None:
    tell(member, 2, 29)
    days = [datetime(2027, 2, 28, 9, tzinfo=UTC), datetime(2028, 2, 28, 9, tzinfo=UTC), datetime(2028, 2, 29, 9, tzinfo=UTC),
            datetime(2029, 2, 28, 9, tzinfo=UTC)]  # fmt: skip
    assert [go(day) for day in days] == [1, 0, 1, 1]
    assert list(BirthdayGift.objects.order_by("day").values_list("day", flat=True)) == [
        date(2027, 2, 28), date(2028, 2, 29), date(2029, 2, 28),
    ]  # fmt: skip


def test_a_missed_day_is_made_up_but_a_day_told_late_is_not(member: int, new_member: Any, gift: Reward) -> None:
    late = new_member("late")
    tell(member, 5, 3)
    tell(late, 5, 3, at=NOON + timedelta(days=1))
    assert go(NOON + timedelta(days=2)) == 1
    assert [row.member_id for row in BirthdayGift.objects.all()] == [member]


def test_the_day_begins_where_the_programme_lives(member: int, gift: Reward, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    tell(member, 5, 3)
    assert go(datetime(2026, 5, 2, 15, 59, tzinfo=UTC)) == 0
    assert go(datetime(2026, 5, 2, 16, 1, tzinfo=UTC)) == 1


def test_an_empty_shelf_still_brings_the_points(member: int, gift: Reward) -> None:
    Reward.objects.filter(pk=gift.pk).update(stock=0)
    tell(member, 5, 3)
    assert go(NOON) == 1 and points(member, NOON) == 20 and not Gift.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_give_once(new_member: Any) -> None:
    people = [new_member() for _ in range(5)]
    Tier.objects.filter(code="friend").update(birthday_points=20)
    for one in people:
        tell(one, 5, 3)
    answers = in_threads(4, lambda _nth: birthday_round.run(at=NOON))
    assert sum(answers) == 5
    assert [points(one, NOON) for one in people] == [20] * 5


class TestPage:
    @pytest.fixture
    def browser(self, member: int) -> Client:
        client = Client()
        client.force_login(get_user_model().objects.get(pk=member), "members.backends.MemberBackend")
        return client

    def test_told_changed_and_forgotten(self, browser: Client, member: int) -> None:
        assert browser.post("/settings/birthday/", {"month": "2", "day": "29"}).status_code == 302
        assert Birthday.objects.values_list("month", "day").get(member_id=member) == (2, 29)
        page = browser.get("/settings/birthday/").content.decode()
        assert "Why we ask" in page and "Forget it" in page
        assert browser.post("/settings/birthday/", {"forget": "1"}).status_code == 302
        assert not Birthday.objects.exists()

    @pytest.mark.parametrize(
        "form",
        [
            {"month": "2", "day": "30"}, {"month": "13", "day": "1"}, {"month": "", "day": "1"}, {"month": "4", "day": "31"},
            {"month": "1\x00", "day": "1"}, {"month": "1e3", "day": "-1"}, {},
        ],
    )  # fmt: skip
    def test_days_that_are_none(self, browser: Client, form: dict[str, str]) -> None:
        assert browser.post("/settings/birthday/", form).status_code == 422
        assert not Birthday.objects.exists()

    def test_strangers_and_other_members_see_nothing_of_it(self, browser: Client, member: int, new_member: Any) -> None:
        tell(member, 5, 3)
        other = Client()
        other.force_login(get_user_model().objects.get(pk=new_member("other")), "members.backends.MemberBackend")
        page = other.get("/settings/birthday/").content.decode()
        assert 'value="5" selected' not in page and "Forget it" not in page
        for at in ("/members/mei/", "/members/mei/?tab=x"):
            assert "May 3" not in other.get(at).content.decode() and "3 May" not in other.get(at).content.decode()
        assert Client().get("/settings/birthday/").status_code in (302, 403)

    def test_the_database_knows_the_calendar(self, member: int) -> None:
        from django.db import IntegrityError

        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO members_birthday VALUES (%s, 4, 31, now())", [member])
