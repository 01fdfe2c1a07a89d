"""The statement that looks at the whole site says what the plain rule says, to the last bit."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from insights import actions, queries
from insights.actions.site_pass import measure_cadence
from insights.models import Act, MemberStage, StageChange, StageRun
from insights.rules import evaluate, site_cadence
from members.models import User

FILE = Path(__file__).resolve().parents[2] / "config" / "demo" / "cdnow_sample.csv"
START = date(2024, 1, 1)
DAY = START + timedelta(days=400)

# Bursts, rhythms and long silences: uniformly random days would seldom fall, lapse and come back.
gaps = st.lists(
    st.one_of(st.integers(0, 3), st.integers(5, 40), st.integers(55, 65), st.integers(100, 200)), max_size=40
)
histories = st.lists(st.tuples(st.integers(0, 420), gaps), min_size=1, max_size=45)


def days_of(history: tuple[int, list[int]]) -> list[date]:
    first, steps = history
    days, number = [START + timedelta(days=first)], first
    for step in steps:
        number += step
        days.append(START + timedelta(days=number))
    return days if steps or first % 2 else []


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories=histories)
def test_random_histories(db: None, acted: Callable[..., None], histories: list[tuple[int, list[int]]]) -> None:
    with transaction.atomic():
        members = User.objects.bulk_create(User(username=f"m{n}", password="!") for n in range(len(histories)))
        for member, history in zip(members, histories, strict=True):
            acted(member, days_of(history))
        moment = datetime.combine(DAY, datetime.min.time(), UTC)
        actions.restage_all(at=moment)
        known = {
            member.pk: [day for day in days_of(history) if day <= DAY]
            for member, history in zip(members, histories, strict=True)
        }
        prior = site_cadence(known.values())
        assert queries.latest_run().cadence_commerce == prior
        for row in MemberStage.objects.filter(stream="C"):
            expected = evaluate(known[row.member_id], as_of=DAY, prior_cadence=prior)
            assert (row.stage, row.reason) == (expected.stage, expected.reason), known[row.member_id]
            assert queries._inputs(row.inputs) == expected.inputs
        assert MemberStage.objects.filter(stream="C").count() == len(members)
        transaction.set_rollback(True)


@pytest.fixture
def purchases(db: None) -> dict[int, list[date]]:
    """The public CDNOW sample as acts: 6,919 purchases of 2,357 customers."""
    with FILE.open() as file:
        rows = list(csv.DictReader(file))
    ids = {code: n for n, code in enumerate(sorted({row["customer"] for row in rows}))}
    users = User.objects.bulk_create([User(username=f"c{code}", password="!") for code in ids], batch_size=1000)
    by_code = dict(zip(ids, users, strict=True))
    days: dict[int, list[date]] = defaultdict(list)
    acts = []
    for number, row in enumerate(rows):
        day, member = date.fromisoformat(row["date"]), by_code[row["customer"]]
        days[member.pk].append(day)
        moment = datetime.combine(day, datetime.min.time(), UTC)
        acts.append(
            Act(
                member=member,
                stream="C",
                kind="order",
                source_id=number,
                occurred_at=moment,
                day=day,
                changed_at=moment,
            )
        )
    Act.objects.bulk_create(acts, batch_size=1000)
    return days


def test_cdnow_agrees_at_many_dates_and_returns_fall_with_the_stage(purchases: dict[int, list[date]]) -> None:
    assert (len(purchases), sum(map(len, purchases.values()))) == (2357, 6919)
    returned: dict[str, Counter[bool]] = defaultdict(Counter)
    for month in range(4, 16):
        day = date(1997 + month // 12, month % 12 + 1, 1)
        with transaction.atomic():
            actions.restage_all(at=datetime.combine(day, datetime.min.time(), UTC))
        cut = {id: [one for one in days if one <= day] for id, days in purchases.items()}
        prior = site_cadence(cut.values())
        assert measure_cadence(stream="C", day=day) == prior
        rows = {row.member_id: row for row in MemberStage.objects.filter(stream="C")}
        for id, days in cut.items():
            expected = evaluate(days, as_of=day, prior_cadence=prior)
            assert rows[id].stage == expected.stage
            came = any(day < one <= day + timedelta(days=90) for one in purchases[id])
            returned[expected.stage][came] += 1
    rate = {stage: seen[True] / (seen[True] + seen[False]) for stage, seen in returned.items()}
    assert rate["stable"] > rate["decline"] > rate["lapsed"]


def test_a_second_look_on_the_same_day_writes_nothing(purchases: dict[int, list[date]]) -> None:
    moment = datetime(1998, 7, 1, tzinfo=UTC)
    with transaction.atomic():
        assert actions.restage_all(at=moment) == 2 * 2357  # from potential, in C and as a member
        assert actions.restage_all(at=moment + timedelta(hours=3)) == 0
    assert StageChange.objects.count() == 2 * 2357
    assert StageRun.objects.get().day == date(1998, 7, 1)
    assert sum(queries.stage_counts().values()) == 2357
    assert (
        queries.members_in_stages(stages=["lapsed"], stream="C").count() == queries.stage_counts(stream="C")["lapsed"]
    )


def test_chunks_leave_nobody_out(purchases: dict[int, list[date]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insights.actions.stages.CHUNK", 500)
    with transaction.atomic():
        assert actions.restage_all(at=datetime(1998, 7, 1, tzinfo=UTC)) == 2 * 2357
    assert MemberStage.objects.filter(stream="member").count() == 2357


def test_the_number_of_statements_does_not_grow_with_the_members(
    purchases: dict[int, list[date]], django_assert_num_queries: Callable[..., object]
) -> None:
    moment = datetime(1998, 7, 1, tzinfo=UTC)
    with transaction.atomic():
        actions.restage_all(at=moment)
        with django_assert_num_queries(14):
            actions.restage_all(at=moment)
