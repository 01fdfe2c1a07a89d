"""What other apps tell becomes acts and stages, through the outbox."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from community.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    MessageRemoved,
    MessagesSent,
    PostPublished,
    PostRemoved,
    PostRestored,
)
from insights.models import Act, MemberStage, StageChange
from loyalty import actions as loyalty
from loyalty.actions.orders.imports import Purchase
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState, RefundData
from loyalty.events import RewardClaimed
from members.models import User
from outbox.dispatch import run_pending
from outbox.models import EventDelivery, StoredEvent
from outbox.publish import publish

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


def tell(*events: object) -> None:
    with transaction.atomic():
        for event in events:
            publish(event)
    run_pending()
    assert not EventDelivery.objects.filter(handler__startswith="insights.", done_at__isnull=True).exists()


def order(member: User, number: str = "1", **more: object) -> CanonicalOrder:
    facts: dict[str, object] = {
        "source": "shop", "external_id": number, "revision": "1", "occurred_at": NOW, "state": PaymentState.PAID,
        "currency": "EUR", "placed_at": NOW, "paid_at": NOW, "member_id": member.pk,
        "lines": (OrderLineData(external_id="1", quantity=1, net=2500),),
    }  # fmt: skip
    return CanonicalOrder(**(facts | more))  # type: ignore[arg-type]


def record(told: CanonicalOrder, at: datetime = NOW) -> None:
    with transaction.atomic():
        loyalty.record_order(order=told, by=None, at=at)
    run_pending()


def test_a_paid_order_is_an_act_and_its_refund_undoes_it(mei: User) -> None:
    record(order(mei))
    act = Act.objects.get()
    assert (act.kind, act.stream, act.member_id, act.day, act.stands) == ("order", "C", mei.pk, date(2024, 5, 1), True)
    assert MemberStage.objects.get(member=mei, stream="C").stage == "exploration"
    refund = RefundData(external_id="r", occurred_at=NOW, amount=2500)
    record(order(mei, revision="2", state=PaymentState.REFUNDED, refunds=(refund,)), NOW + timedelta(days=1))
    assert not Act.objects.get().stands


def test_a_part_that_is_kept_still_counts(mei: User) -> None:
    refund = RefundData(external_id="r", occurred_at=NOW, amount=100)
    record(order(mei, state=PaymentState.PARTLY_REFUNDED, refunds=(refund,)))
    assert Act.objects.get().stands


@pytest.mark.parametrize("state", [PaymentState.PENDING, PaymentState.CANCELLED])
def test_what_is_not_paid_is_no_act(mei: User, state: PaymentState) -> None:
    record(order(mei, state=state, paid_at=None))
    assert not Act.objects.filter(stands=True).exists()


def test_a_free_order_is_no_act(mei: User) -> None:
    record(order(mei, lines=(OrderLineData(external_id="1", quantity=1, net=0),)))
    assert not Act.objects.filter(stands=True).exists()


def test_imported_history_is_taken_in_silently_and_once(db: None) -> None:
    days = (0, 10, 20, 30, 260)
    bought = [
        Purchase(
            external_id=f"{who}-{day}",
            customer=who,
            at=NOW - timedelta(days=400 - day),
            quantity=1,
            net=1000,
            content=f"{who},{day}",
        )
        for who in ("a", "b")
        for day in days
    ]
    with transaction.atomic():
        loyalty.import_orders(source="shop", currency="EUR", purchases=bought, by=None, at=NOW)
    run_pending()
    with transaction.atomic():
        loyalty.import_orders(source="shop", currency="EUR", purchases=bought, by=None, at=NOW)
    run_pending()
    assert Act.objects.filter(stands=True).count() == 10
    assert set(StageChange.objects.values_list("from_stage", "to_stage", "origin")) == {
        ("potential", "decline", "import")
    }
    assert StageChange.objects.count() == 4  # C and member of two people
    assert not StoredEvent.objects.filter(name="stage.changed").exists()


def test_posts_messages_and_answers_are_talk(mei: User) -> None:
    post = {"post_id": 7, "topic_id": 1, "author_id": mei.pk, "at": NOW}
    tell(
        PostPublished(**post, board_id=1, number=1),
        MessagesSent(message_ids=(8,), room_id=1, author_ids=(mei.pk,), at=NOW),
        AnswerAccepted(**post, by_id=1, self_answer=False),
        AnswerAccepted(**(post | {"post_id": 9}), by_id=mei.pk, self_answer=True),
    )
    assert set(Act.objects.values_list("kind", "source_id", "stream")) == {
        ("post", 7, "S"),
        ("message", 8, "S"),
        ("answer", 7, "S"),
    }
    assert MemberStage.objects.get(member=mei, stream="member").stage == "exploration"
    later = {"at": NOW + timedelta(hours=1), "by_id": 1}
    gone = {key: value for key, value in post.items() if key != "at"}
    tell(
        PostRemoved(**gone, **later),
        MessageRemoved(message_id=8, room_id=1, author_id=mei.pk, **later),
        AnswerUnaccepted(**gone, **later, self_answer=False),
    )
    assert not Act.objects.filter(stands=True).exists()
    tell(PostRestored(**gone, by_id=1, at=NOW + timedelta(hours=2)))
    assert [act.kind for act in Act.objects.filter(stands=True)] == ["post"]


def test_a_claimed_reward_is_commerce(mei: User) -> None:
    tell(RewardClaimed(redemption_id=3, member_id=mei.pk, reward_id=1, at=NOW))
    assert Act.objects.get().stream == "C"
