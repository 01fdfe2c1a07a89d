"""The same thing twice at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from insights import actions
from insights.models import MemberStage, StageChange, StageRun
from members.models import User

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


def at_once(*acts: Callable[[], object]) -> None:
    def run(act: Callable[[], object]) -> None:
        try:
            with transaction.atomic(durable=True):
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_first_acts_nights_and_an_objection(mei: User, otto: User) -> None:
    def buy(member: User, number: int) -> Callable[[], object]:
        return lambda: actions.note_act(
            member_id=member.pk, kind="order", source_id=number, occurred_at=NOW - timedelta(days=number % 3),
            by=None, at=NOW,
        )  # fmt: skip

    def night() -> object:
        return actions.restage_all(at=NOW)

    at_once(*[buy(mei, number) for number in range(6)], night, night)
    assert list(
        StageChange.objects.filter(stream="C", member=mei).values_list("from_stage", flat=True).order_by("id")
    ) in (
        ["potential"],
        ["potential", "exploration"],
    )
    assert StageRun.objects.count() == 1
    with transaction.atomic():
        night()
    assert MemberStage.objects.get(member=mei, stream="C").stage == "formation"
    at_once(
        *[buy(otto, 10 + number) for number in range(4)],
        lambda: actions.set_scoring(member_id=otto.pk, wanted=False, by=otto.pk, at=NOW),
        night,
    )
    assert not MemberStage.objects.filter(member=otto).exists()
    assert not StageChange.objects.filter(member=otto).exists()
