"""Rules and tiers stay in the process by their version: fewer statements, and never yesterday's rule (docs/adr/0013)."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from loyalty import actions
from loyalty.actions import grant_points
from loyalty.actions.earning import ruling
from loyalty.models import EarningRule, Order, OrderLine, Tier, TierMembership, TierProgram
from loyalty.queries import standing
from tests.loyalty.conftest import AT, make_order, points_of, record


@pytest.fixture(autouse=True)
def _a_process_that_knows_nothing() -> Iterator[None]:
    ruling._kept.clear()
    standing._kept = None
    yield
    ruling._kept.clear()
    standing._kept = None


def buy(member: int, number: str) -> actions.RecordedOrder:
    return record(make_order(number, member_id=member, member_external_id=""))


def credit(member: int, cause: str, amount: int) -> str:
    with transaction.atomic():
        grant_points(
            cause=cause, member_id=member, amount=amount, reason="bench", origin="activity", by=None, at=AT, currency="credit"
        )  # fmt: skip
    return TierMembership.objects.get(member_id=member, until=None).tier.code


@pytest.mark.django_db
def test_an_order_is_six_statements_between_begin_and_commit(member: int) -> None:
    """Open (with the versions), order and lines, posting, the tier's row, what counts for it, the events."""
    buy(member, "1")
    with CaptureQueriesContext(connection) as seen:
        answer = actions.record_order(
            order=make_order("2", member_id=member, member_external_id=""), by=None, at=AT + timedelta(hours=1)
        )
    assert len(seen) == 6, [one["sql"][:80] for one in seen.captured_queries]
    row = Order.objects.get(id=answer.order_id)
    assert row.rules and row.context["values"] == {"member.tier": "friend", "order.first": False}
    assert OrderLine.objects.get(order=row).net == 4200


@pytest.mark.django_db(transaction=True)
def test_what_another_process_changes_between_two_orders_counts_for_the_second(new_member: Callable[..., int]) -> None:
    """With a connection of its own, past all of our code: nothing could have told this process."""
    member = new_member("mei")
    first = buy(member, "1")
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute(
            "UPDATE loyalty_earningrule SET points = points * 3 WHERE code = 'purchase' AND replaced_at IS NULL"
        )
        assert buy(member, "2").points == first.points, "what is not committed does not count"
        other.commit()
        assert buy(member, "3").points == 3 * first.points
        other.execute("UPDATE loyalty_tier SET multiplier_percent = 200 WHERE code = 'friend'")
        other.execute("INSERT INTO loyalty_programmecurrency (id, code) VALUES (1, 'USD')")
        other.commit()
        assert buy(member, "4").points == 0, "and there is no rate from euros to dollars"
        other.execute("DELETE FROM loyalty_programmecurrency")
        other.commit()
    assert buy(member, "5").points == 6 * first.points


@pytest.mark.django_db
def test_what_was_rolled_back_is_forgotten(member: int) -> None:
    first = buy(member, "1")
    for wrong in (7, 9):  # the same place in the table, and the next number, twice
        with transaction.atomic():
            actions.publish_rule(code="purchase", changes={"points": wrong}, by=None, at=AT)
            assert buy(member, "2").points == wrong * first.points
            transaction.set_rollback(True)
    assert buy(member, "3").points == first.points
    EarningRule.objects.filter(code="purchase").update(active=False)
    assert buy(member, "4").points == 0
    assert points_of(member) == 2 * first.points


@pytest.mark.django_db
def test_rules_are_kept_only_under_the_version_that_they_were_read_with(member: int) -> None:
    """Somebody publishes between the opening of an order and its judgement."""
    found = ruling.versions_known_as("a version of a moment ago", EarningRule.Trigger.ORDER, AT)
    assert [one.code for one in found] == ["purchase"]
    assert "a version of a moment ago" not in ruling._kept
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT loyalty_rules_version('order.paid', %s, %s)", [AT - ruling.NEAR, AT + ruling.NEAR]
        )  # fmt: skip
        assert list(ruling._kept) == [cursor.fetchone()[0]]
    EarningRule.objects.all().update(active=False)
    assert ruling.versions_known_as("", EarningRule.Trigger.ORDER, AT) == ()
    assert "" not in ruling._kept


@pytest.mark.django_db
def test_a_rule_near_another_day_is_another_version(member: int) -> None:
    first = buy(member, "1")
    EarningRule.objects.filter(code="purchase").update(ends_at=AT + timedelta(days=3))
    past = make_order("2", member_id=member, member_external_id="", placed_at=AT, paid_at=AT)
    later = AT + timedelta(days=30)
    assert record(past, later).points == first.points
    assert record(make_order("3", member_id=member, member_external_id="", paid_at=later), later).points == 0
    assert record(make_order("4", member_id=member, member_external_id=""), later).points == first.points


@pytest.mark.django_db
def test_tiers_that_changed_are_seen_by_the_statement_that_counts(member: int) -> None:
    ladder = list(Tier.objects.order_by("rank"))
    assert credit(member, "a", 1) == ladder[0].code
    with CaptureQueriesContext(connection) as seen:
        assert credit(member, "b", 1) == ladder[0].code
    assert not any('"loyalty_tierprogram"' in one["sql"] for one in seen.captured_queries), "they are known"
    with transaction.atomic():
        Tier.objects.filter(id=ladder[1].id).update(threshold=3, keep_threshold=None)
        assert credit(member, "c", 1) == ladder[1].code
        transaction.set_rollback(True)
    assert credit(member, "d", 1) == ladder[0].code
    TierProgram.objects.update(reviewed_at=AT + timedelta(days=1))
    Tier.objects.filter(id=ladder[1].id).update(threshold=4, keep_threshold=None)
    assert credit(member, "e", 1) == ladder[1].code
    assert TierMembership.objects.get(member_id=member, until=None).since == AT + timedelta(days=1)
