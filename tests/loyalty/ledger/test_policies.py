"""What a currency decides: when points expire, what a refund of spent points leaves, how many can be kept, conversion."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from loyalty import actions, queries, rules
from loyalty.actions import ledger
from loyalty.models import Currency, Lot, Txn, Wallet
from tests.loyalty.conftest import AT, points_of
from tests.loyalty.ledger.conftest import grant, spend, undo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def ends(kind: str, months: int | None = None, rounding: str = "month", days: str = "", earned: datetime = AT) -> str:
    end = rules.ExpiryPolicy(kind, months, rounding, rules.parse_days(days)).end(earned, ZoneInfo("UTC"))
    return end.date().isoformat() if end else "never"


def test_expiry_policies() -> None:  # earned on 2 March 2026
    assert ends("none", 12) == "never"
    assert ends("months", 12) == "2027-04-01"
    assert ends("months", 1, "quarter") == "2026-07-01"
    assert ends("months", 12, "quarter") == "2027-04-01"
    assert ends("months", 12, "year") == "2028-01-01"
    assert ends("sliding", 6) == "2026-10-01"
    assert ends("fixed", None, days="06-30, 12-31") == "2026-07-01"
    assert ends("fixed", 4, days="06-30, 12-31") == "2027-01-01"
    assert ends("fixed", None, days="03-02") == "2026-03-03"  # the day itself is still good
    assert ends("fixed", 1, days="02-28", earned=datetime(2026, 1, 31, tzinfo=UTC)) == "2026-03-01"


@pytest.mark.parametrize("text", ["02-29", "13-01", "6-30", "06/30", "06-31", "ab-cd", "٠٦-٣٠"])
def test_fixed_days_are_days_of_every_year(text: str) -> None:
    with pytest.raises(rules.BadDates):
        rules.parse_days(text)


@given(
    earned=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    months=st.integers(1, 36),
    rounding=st.sampled_from(["month", "quarter", "year"]),
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia"]),
)
def test_points_live_at_least_their_months_and_end_at_midnight(
    earned: datetime, months: int, rounding: str, zone: str
) -> None:
    where = ZoneInfo(zone)
    end = rules.ExpiryPolicy("months", months, rounding).end(earned, where)
    assert end is not None
    local, last = earned.astimezone(where), end.astimezone(where)
    assert (last.hour, last.minute, last.day) == (0, 0, 1)
    lived = (last.year - local.year) * 12 + last.month - local.month
    assert months < lived <= months + {"month": 1, "quarter": 3, "year": 12}[rounding]
    assert rounding != "quarter" or last.month in (1, 4, 7, 10)
    assert rounding != "year" or last.month == 1


@pytest.mark.django_db
def test_sliding_points_live_on_when_something_is_earned_or_spent(member: int, points: Callable[..., Currency]) -> None:
    points(expiry_policy="sliding", expiry_months=6)
    grant(member, 100)
    end = Lot.objects.get().expires_at
    assert end
    later = AT + timedelta(days=90)
    spend(member, 10, at=later)
    moved = Lot.objects.get().expires_at
    assert moved and moved > end
    grant(member, 5, "b", at=later + timedelta(days=90))
    assert len(set(Lot.objects.values_list("expires_at", flat=True))) == 1
    quiet = later + timedelta(days=500)
    with transaction.atomic():
        actions.expire_lots(at=quiet)
    assert points_of(member, quiet) == 0
    grant(member, 5, "c", at=quiet)
    assert points_of(member, quiet) == 5  # what is gone does not come back


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("policy", "limit", "left"), [("debt", None, -60), ("write_off", None, 0), ("debt_limit", 25, -25)]
)
def test_negative_policies(
    member: int, points: Callable[..., Currency], policy: str, limit: int | None, left: int
) -> None:
    points(negative_policy=policy, debt_limit=limit)
    earned = grant(member, 100)
    spend(member, 60)
    taken = undo(earned.txn_id)
    assert not undo(earned.txn_id).created and taken.created
    assert points_of(member, AT) == left
    if limit:
        again = grant(member, 25, "b")
        grant(member, 80, "c")
        spend(member, 80, name="t")
        undo(again.txn_id)
        assert points_of(member, AT) == -25


@pytest.mark.django_db
def test_a_policy_that_became_stricter_leaves_old_debts_as_they_are(
    member: int, points: Callable[..., Currency]
) -> None:
    earned = grant(member, 100)
    spend(member, 60)
    undo(earned.txn_id)
    points(negative_policy="write_off")
    assert points_of(member, AT) == -60
    grant(member, 70, "b")
    assert points_of(member, AT) == 10


@pytest.mark.django_db
def test_beyond_the_most_that_can_be_kept_points_are_lost_with_a_line_and_not_taken_twice(
    member: int, points: Callable[..., Currency]
) -> None:
    points(max_balance=150)
    grant(member, 100, "a")
    second = grant(member, 100, "b")
    assert not grant(member, 100, "b").created
    assert points_of(member, AT) == 150
    lines = queries.statement(member_id=member, at=AT)
    assert [(line.kind, line.amount) for line in lines] == [("expire", -50), ("earn", 100), ("earn", 100)]
    undo(second.txn_id)  # fifty of it were lost already
    assert points_of(member, AT) == 100
    spend(member, 100)
    grant(member, 150, "c")
    assert points_of(member, AT) == 150 and Txn.objects.filter(reason="over_maximum").count() == 1


@pytest.mark.django_db
def test_given_back_late_they_live_as_long_as_the_currency_says(member: int, points: Callable[..., Currency]) -> None:
    points(least_validity_days=90)
    grant(member, 100)
    spent = spend(member, 100)
    late = AT + timedelta(days=500)
    undo(spent.txn_id, late)
    assert points_of(member, late + timedelta(days=89)) == 100 and points_of(member, late + timedelta(days=90)) == 0


@pytest.mark.django_db
def test_conversion_takes_one_kind_and_gives_another_at_a_rate(member: int) -> None:
    grant(member, 100)

    def convert(amount: int, rate: Fraction, name: str = "c") -> ledger.Posted:
        with transaction.atomic():
            return ledger.convert(
                key=rules.cause_key(name), member_id=member, from_currency="points", to_currency="credit", amount=amount,
                rate=rate, reason="converted", by=None, at=AT,
            )  # fmt: skip

    assert convert(70, Fraction(2, 3)).created and not convert(70, Fraction(2, 3)).created
    assert points_of(member, AT) == 30
    assert Wallet.objects.get(member_id=member, currency__code="credit").posted == 46
    with pytest.raises(actions.ConflictingFacts):
        convert(70, Fraction(1, 3))
    with pytest.raises(actions.InsufficientPoints):
        convert(31, Fraction(1), "d")
    for amount, rate in [(0, Fraction(1)), (1, Fraction(1, 2)), (5, Fraction(0)), (5, Fraction(-1))]:
        with pytest.raises(rules.BadAmount):
            convert(amount, rate, "e")


@pytest.mark.django_db
def test_a_key_of_something_else_is_refused_by_name(member: int) -> None:
    earned = grant(member, 100)
    key = Txn.objects.get(id=earned.txn_id).key
    facts = {"reason": "x", "source_type": "x", "source_id": None, "by": None, "at": AT, "facts": {}}
    with pytest.raises(actions.ConflictingFacts), transaction.atomic():
        ledger.clawback(
            key=key, member_id=member, currency="points", amount=5, origin="goodwill", rule_id=None, **facts
        )
    with pytest.raises(actions.ConflictingFacts), transaction.atomic():
        ledger.hold(key=key, member_id=member, currency="points", amount=5, expires_at=AT, **facts)
