"""Upwards at once, downwards at night; written once; order of messages does not matter; the switch."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from insights import actions, queries
from insights.models import Act, MemberStage, Objection, StageChange, StageRun
from members.models import User
from outbox.models import StoredEvent
from outbox.require import TransactionRequired

START = date(2024, 1, 1)


def moment(day: int, hour: int = 12) -> datetime:
    return datetime(2024, 1, 1, hour, tzinfo=UTC) + timedelta(days=day)


def buy(member: User, day: int, number: int, **more: object) -> None:
    with transaction.atomic():
        actions.note_act(
            member_id=member.pk, kind="order", source_id=number, occurred_at=moment(day), by=None,
            **{"at": moment(day), **more},
        )  # fmt: skip


def night(day: int) -> int:
    with transaction.atomic():
        return actions.restage_all(at=moment(day, 3))


def stages(member: User) -> dict[str, str]:
    return dict(MemberStage.objects.filter(member=member).values_list("stream", "stage"))


def changes(member: User, stream: str = "C") -> list[tuple[str, str, str, str]]:
    rows = StageChange.objects.filter(member=member, stream=stream).order_by("id")
    return list(rows.values_list("from_stage", "to_stage", "reason", "origin"))


def told() -> list[tuple[str, str, str]]:
    rows = StoredEvent.objects.filter(name="stage.changed").order_by("id").values_list("payload", flat=True)
    return [(row["stream"], row["from_stage"], row["to_stage"]) for row in rows]


def test_a_first_purchase_counts_at_once_and_is_told(mei: User) -> None:
    buy(mei, 0, 1)
    assert stages(mei) == {"C": "exploration", "S": "potential", "member": "exploration"}
    assert changes(mei) == [("potential", "exploration", "few_visits", "event")]
    assert told() == [("C", "potential", "exploration"), ("member", "potential", "exploration")]
    assert StageChange.objects.filter(stream="S").count() == 0


def test_the_whole_story_of_one_customer(mei: User) -> None:
    for number, day in enumerate((0, 10, 20, 30)):
        buy(mei, day, number)
    night(65)
    assert stages(mei)["C"] == "formation"
    night(66)
    night(102)
    buy(mei, 150, 9)  # comes back: no need to wait for the night
    assert stages(mei)["member"] == "recovered"
    night(180)
    assert stages(mei)["C"] == "recovered"
    night(181)
    assert changes(mei) == [
        ("potential", "exploration", "few_visits", "event"),
        ("exploration", "formation", "building", "event"),
        ("formation", "decline", "silent", "night"),
        ("decline", "lapsed", "silent_long", "night"),
        ("lapsed", "recovered", "came_back", "event"),
        ("recovered", "stable", "steady", "night"),
    ]


def test_silence_moves_nobody_before_the_night(mei: User) -> None:
    for number, day in enumerate((0, 10, 20, 30)):
        buy(mei, day, number)
    with transaction.atomic():
        actions.restage_member(member_id=mei.pk, at=moment(70), upwards_only=True)
    assert stages(mei)["C"] == "formation"
    night(70)
    assert stages(mei)["C"] == "decline"


def test_an_event_and_the_night_after_it_agree_with_the_night_alone(mei: User, otto: User) -> None:
    for number, day in enumerate((0, 10, 20, 30, 150)):
        buy(mei, day, number)
    night(150)
    after = stages(mei)
    Act.objects.bulk_create(
        Act(
            member=otto,
            stream="C",
            kind="order",
            source_id=100 + n,
            occurred_at=moment(day),
            day=moment(day).date(),
            changed_at=moment(day),
        )
        for n, day in enumerate((0, 10, 20, 30, 150))
    )
    night(150)
    assert stages(otto) == after


def test_a_second_purchase_on_the_same_day_changes_nothing_and_asks_little(
    mei: User, django_assert_num_queries: Callable[..., object]
) -> None:
    buy(mei, 0, 1)
    with django_assert_num_queries(3):  # savepoint, the act, release
        buy(mei, 0, 2)
    assert Act.objects.count() == 2


def test_a_refund_waits_for_the_night_and_then_undoes_the_day(mei: User) -> None:
    buy(mei, 0, 1)
    buy(mei, 0, 1, at=moment(2), stands=False)
    assert stages(mei)["C"] == "exploration"
    night(3)
    assert stages(mei) == {"C": "potential", "S": "potential", "member": "potential"}
    assert changes(mei)[-1] == ("exploration", "potential", "no_events", "night")


def test_messages_about_an_act_may_come_in_any_order(mei: User) -> None:
    with transaction.atomic():
        actions.undo_act(member_id=mei.pk, kind="post", source_id=5, by=None, at=moment(3))
        actions.note_act(member_id=mei.pk, kind="post", source_id=5, occurred_at=moment(1), by=None, at=moment(1))
    act = Act.objects.get()
    assert (act.stands, act.day) == (False, date(2024, 1, 2))
    assert stages(mei) == {}
    with transaction.atomic():
        actions.redo_act(member_id=mei.pk, kind="post", source_id=5, by=None, at=moment(4))
        actions.undo_act(member_id=mei.pk, kind="post", source_id=5, by=None, at=moment(2))  # old news
    assert stages(mei)["S"] == "exploration"
    assert Act.objects.get().stands


def test_a_late_message_never_writes_history_backwards(mei: User) -> None:
    buy(mei, 20, 1)
    buy(mei, 10, 2)
    buy(mei, 0, 3)
    assert [
        (to, at.date())
        for to, at in StageChange.objects.filter(stream="C").order_by("id").values_list("to_stage", "at")
    ] == [
        ("exploration", START + timedelta(days=20)),
        ("formation", START + timedelta(days=20)),
    ]


def test_the_day_is_the_sites_day(mei: User, settings: object) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"  # type: ignore[attr-defined]
    late = datetime(2024, 3, 1, 17, tzinfo=UTC)  # one o'clock in the morning of 2 March
    with transaction.atomic():
        actions.note_act(member_id=mei.pk, kind="post", source_id=1, occurred_at=late, by=None, at=late)
    assert Act.objects.get().day == date(2024, 3, 2)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 3, 31, 0, 59, tzinfo=UTC), date(2024, 3, 31)),  # the hour that is skipped
        (datetime(2024, 3, 30, 22, 59, tzinfo=UTC), date(2024, 3, 30)),
        (datetime(2024, 3, 30, 23, 0, tzinfo=UTC), date(2024, 3, 31)),
        (datetime(2024, 10, 26, 22, 0, tzinfo=UTC), date(2024, 10, 27)),  # the day of 25 hours begins at 22:00
        (datetime(2024, 10, 27, 22, 59, tzinfo=UTC), date(2024, 10, 27)),
    ],
)
def test_days_of_23_and_25_hours_in_python_and_sql(db: None, settings: object, moment: datetime, day: date) -> None:
    from django.db import connection

    settings.TIME_ZONE = "Europe/Berlin"  # type: ignore[attr-defined]
    assert queries.day_of(moment) == day
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::timestamptz AT TIME ZONE 'Europe/Berlin')::date", [moment])
        assert cursor.fetchone()[0] == day


def test_staff_are_not_scored(manager: User, mei: User) -> None:
    buy(manager, 0, 1)
    buy(mei, 0, 2)
    night(1)
    assert stages(manager) == {}
    assert sum(queries.matrix().values()) == 1
    assert not queries.stage(member_id=manager.pk).profiled


def test_members_without_rows_are_potential(mei: User, otto: User) -> None:
    buy(otto, 0, 1)
    ids = set(queries.members_in_stages(stages=["potential"]).values_list("id", flat=True))
    assert ids == {mei.pk}
    assert queries.stage(member_id=mei.pk).stage == "potential"
    assert queries.matrix() == {("potential", "potential"): 1, ("exploration", "potential"): 1}
    assert queries.stage_counts()["exploration"] == 1
    assert set(User.objects.filter(id__in=queries.members_in_stages(stages=["exploration", "lapsed"]))) == {otto}
    with pytest.raises(ValueError, match="vip"):
        queries.members_in_stages(stages=["vip"])


def test_the_switch_deletes_every_row_with_a_stage_and_keeps_it_so(mei: User, otto: User) -> None:
    for number, member in enumerate((mei, otto)):
        buy(member, 0, number)
    with transaction.atomic():
        actions.set_scoring(member_id=mei.pk, wanted=False, by=mei.pk, at=moment(1))
        actions.set_scoring(member_id=mei.pk, wanted=False, by=mei.pk, at=moment(1))
    buy(mei, 2, 7)
    night(3)
    assert not MemberStage.objects.filter(member=mei).exists()
    assert not StageChange.objects.filter(member=mei).exists()
    assert mei.pk not in set(queries.members_in_stages(stages=list(queries.LABELS)).values_list("id", flat=True))
    assert queries.customer_count(queries.Wanted()) == 1
    assert [row.card.id for row in queries.customers(queries.Wanted())] == [otto.pk]
    assert queries.story(member_id=mei.pk) == []
    card = queries.stage(member_id=mei.pk, as_of=date(2024, 1, 5))
    assert (card.profiled, card.stage, card.commerce) == (False, "", None)
    assert Objection.objects.get().since == moment(1)
    before = StoredEvent.objects.filter(name="stage.changed").count()
    with transaction.atomic():
        actions.set_scoring(member_id=mei.pk, wanted=True, by=mei.pk, at=moment(4))
    assert stages(mei)["C"] == "exploration"
    assert StoredEvent.objects.filter(name="stage.changed").count() == before


def test_missed_nights_are_caught_up_day_by_day(mei: User) -> None:
    for number, day in enumerate((0, 10, 20, 30)):
        buy(mei, day, number)
    night(60)
    due = queries.moments_due(at=moment(64))
    assert [queries.day_of(one) for one in due] == [START + timedelta(days=n) for n in (61, 62, 63, 64)]
    assert queries.moments_due(at=moment(60)) == [moment(60)]
    assert len(queries.moments_due(at=moment(400))) == 61
    for one in queries.moments_due(at=moment(110)):
        with transaction.atomic():
            actions.restage_all(at=one)
    assert [
        (to, StageChange.objects.filter(to_stage=to, stream="C").get().at.date()) for to in ("decline", "lapsed")
    ] == [
        ("decline", START + timedelta(days=66)),
        ("lapsed", START + timedelta(days=102)),
    ]
    assert StageRun.objects.count() == 51


def test_numbers_count_up_to_the_day_they_are_read(mei: User) -> None:
    for number, day in enumerate((0, 10, 20, 30)):
        buy(mei, day, number)
    night(66)
    card = queries.stage(member_id=mei.pk, as_of=START + timedelta(days=72))
    assert card.leading is card.commerce
    assert (card.commerce.inputs.silence, card.commerce.every, card.commerce.inputs.overdue) == (42, 18, 42 / 18)
    assert queries.stage(member_id=mei.pk).commerce.inputs.silence == 36


def test_movement_counts_people(mei: User, otto: User) -> None:
    for start, member in ((0, mei), (100, otto)):
        for number, day in enumerate((0, 10, 20, 30)):
            buy(member, day, start + number)
    night(66)
    assert [(move.from_stage, move.to_stage, move.members) for move in queries.moved(since=moment(60))] == [
        ("formation", "decline", 2)
    ]


def test_actions_want_a_transaction_and_the_tables_keep_their_promises(mei: User, transactional_db: None) -> None:
    with pytest.raises(TransactionRequired):
        actions.restage_all(at=moment(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        StageChange.objects.create(
            member=mei, stream="C", from_stage="lapsed", to_stage="lapsed", at=moment(0), reason="x", origin="event"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberStage.objects.create(member=mei, stream="C", stage="vip", since=moment(0), reason="x", origin="event")


def test_last_acts(mei: User) -> None:
    buy(mei, 3, 1)
    buy(mei, 5, 2)
    assert queries.last_acts(member_ids=[mei.pk, 0]) == {mei.pk: {"C": moment(5)}}


def test_nobody_at_all(db: None) -> None:
    with transaction.atomic():
        assert actions.restage_all(at=moment(0)) == 0
    assert queries.matrix() == {}
    assert set(queries.stage_counts().values()) == {0}
