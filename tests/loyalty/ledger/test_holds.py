"""Points put aside: they count against the balance at once, arrive without fail, and go back exactly."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from loyalty import actions, nightly, queries, rules
from loyalty.actions import ledger
from loyalty.events import HoldReleased
from loyalty.models import Hold, Lot, LotUse, Txn, Wallet
from outbox.models import StoredEvent
from tests.loyalty.conftest import AT, in_threads, points_of
from tests.loyalty.ledger.conftest import grant, hold, spend

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=15)


def release(hold_id: int, at: datetime = AT) -> ledger.Posted:
    with transaction.atomic():
        return ledger.release_hold(hold_id=hold_id, reason="cancelled", by=None, at=at)


def confirm(hold_id: int, at: datetime = AT) -> ledger.Posted:
    with transaction.atomic():
        return ledger.confirm_hold(hold_id=hold_id, by=None, at=at)


def test_held_points_are_neither_available_nor_gone(member: int) -> None:
    grant(member, 100)
    held = hold(member, 70)
    balance = queries.balance(member_id=member, at=AT)
    assert (balance.available, balance.reserved, held.created) == (30, 70, True)
    with pytest.raises(actions.InsufficientPoints) as refused:
        spend(member, 31)
    assert refused.value.available == 30
    with pytest.raises(actions.InsufficientPoints):
        hold(member, 31, "second")
    spend(member, 30)
    confirm(held.hold_id)  # cannot fail: its points left the balance long ago
    balance = queries.balance(member_id=member, at=AT)
    assert (balance.available, balance.reserved) == (0, 0)


def test_a_hold_is_one_hold_however_often_it_is_asked_for(member: int, new_member: Callable[..., int]) -> None:
    grant(member, 100)
    first, again = hold(member, 70), hold(member, 70)
    assert (first.hold_id, first.txn_id, again.created) == (again.hold_id, again.txn_id, False)
    second = hold(member, 5, "second")
    assert hold(member, 70).hold_id == first.hold_id and hold(member, 5, "second").hold_id == second.hold_id
    release(second.hold_id)
    other = new_member()
    for changed in [
        lambda: hold(member, 71),
        lambda: hold(other, 70),
        lambda: hold(member, 70, facts={"reward": "another"}),
    ]:
        with pytest.raises(actions.ConflictingFacts):
            changed()
    assert Wallet.objects.get(member_id=member, currency_id=1).held == 70


@pytest.mark.parametrize("amount", [0, -5, 1.5, True, "7", None, 10**13])
def test_amounts_are_whole_and_positive(member: int, amount: object) -> None:
    grant(member, 100)
    with pytest.raises(rules.BadAmount):
        hold(member, amount)
    assert not Hold.objects.exists()


def test_release_is_exact_lot_by_lot_and_happens_once(member: int) -> None:
    grant(member, 50, "a")
    grant(member, 50, "b", at=AT + timedelta(days=40))
    at = AT + timedelta(days=41)
    before = dict(Lot.objects.values_list("id", "remaining"))
    held = hold(member, 80, at=at)
    assert release(held.hold_id, at).created and not release(held.hold_id, at).created
    assert dict(Lot.objects.values_list("id", "remaining")) == before
    assert set(LotUse.objects.filter(txn_id=held.txn_id).values_list("amount", "returned")) == {(50, 50), (30, 30)}
    with pytest.raises(ledger.HoldClosed) as closed:
        confirm(held.hold_id, at)
    assert closed.value.state == "released"
    kinds = list(Txn.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["earn", "earn", "hold", "release"]


def test_released_late_they_live_thirty_more_days(member: int) -> None:
    grant(member, 50)
    end = Lot.objects.get().expires_at
    assert end
    held = hold(member, 50, at=end - timedelta(minutes=1))
    late = end + timedelta(hours=1)
    with transaction.atomic():
        assert actions.expire_lots(at=late) == 0  # what is held does not expire under the member's hands
    release(held.hold_id, late)
    assert points_of(member, late + timedelta(days=29)) == 50 and points_of(member, late + timedelta(days=30)) == 0


def test_confirmed_twice_is_once_and_can_be_given_back_as_a_whole(member: int) -> None:
    grant(member, 100)
    held = hold(member, 60)
    assert confirm(held.hold_id).created and not confirm(held.hold_id).created
    with pytest.raises(ledger.HoldClosed):
        release(held.hold_id)
    with transaction.atomic():
        assert actions.reverse_txn(txn_id=held.txn_id, reason="returned", by=None, at=AT).created
        assert not actions.reverse_txn(txn_id=held.txn_id, reason="returned", by=None, at=AT).created
    assert points_of(member, AT) == 100
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(amount), 0) FROM loyalty_entry WHERE account = loyalty_account('redeemed', 1::smallint)"
        )
        assert cursor.fetchone() == (0,)


def test_undoing_an_open_hold_releases_it(member: int) -> None:
    grant(member, 100)
    held = hold(member, 60)
    for created in (True, False):
        with transaction.atomic():
            assert actions.reverse_txn(txn_id=held.txn_id, reason="x", by=None, at=AT).created is created
    assert Hold.objects.get().state == "released" and points_of(member, AT) == 100


def test_what_comes_back_repays_what_is_owed(member: int) -> None:
    earned = grant(member, 100)
    held = hold(member, 80)
    with transaction.atomic():
        actions.reverse_txn(txn_id=earned.txn_id, reason="fraud", by=None, at=AT)
    assert queries.balance(member_id=member, at=AT).owed == 80
    release(held.hold_id)
    balance = queries.balance(member_id=member, at=AT)
    assert (balance.owed, balance.available) == (0, 0) and not Lot.objects.filter(remaining__gt=0).exists()


def test_the_night_releases_what_timed_out_and_tells_it_once(
    transactional_db: None, new_member: Callable[..., int]
) -> None:
    one, two = new_member(), new_member()
    for who in (one, two):
        grant(who, 100, f"g{who}")
    hold(one, 40, "one")
    hold(two, 40, "two", expires_at=AT + timedelta(days=2))
    nightly.run(at=LATER)
    assert [points_of(who, LATER) for who in (one, two)] == [100, 60]
    nightly.run(at=LATER)
    told = StoredEvent.objects.filter(name=HoldReleased.name)
    assert [event.payload["reason"] for event in told] == ["timed_out"]


def test_two_holds_for_the_last_points(transactional_db: None, new_member: Callable[..., int]) -> None:
    who = new_member()
    grant(who, 100)
    answers = in_threads(8, lambda i: hold(who, 60, f"h{i}"))
    assert sum(isinstance(answer, ledger.Held) for answer in answers) == 1
    assert sum(isinstance(answer, actions.InsufficientPoints) for answer in answers) == 7
    assert queries.balance(member_id=who, at=AT).reserved == 60


def test_one_key_from_many_threads_is_one_hold(transactional_db: None, new_member: Callable[..., int]) -> None:
    who = new_member()
    grant(who, 100)
    answers = in_threads(8, lambda i: hold(who, 60))
    assert {answer.hold_id for answer in answers} == {Hold.objects.get().id}
    assert sum(answer.created for answer in answers) == 1


def test_confirm_and_release_at_once_have_one_winner(transactional_db: None, new_member: Callable[..., int]) -> None:
    who = new_member()
    grant(who, 100)
    held = hold(who, 60)
    answers = in_threads(6, lambda i: (confirm if i % 2 else release)(held.hold_id))
    assert sum(isinstance(answer, ledger.Posted) and answer.created for answer in answers) == 1
    assert sum(isinstance(answer, ledger.HoldClosed) for answer in answers) == 3
    assert points_of(who, AT) == (100 if Hold.objects.get().state == "released" else 40)


def test_hold_against_expiry_either_holds_or_hears_that_they_are_gone(
    transactional_db: None, new_member: Callable[..., int]
) -> None:
    who = new_member()
    grant(who, 100)
    end = Lot.objects.get().expires_at
    assert end

    def work(i: int) -> object:
        if i % 2:
            return hold(who, 100, f"h{i}", at=end - timedelta(seconds=1))
        with transaction.atomic():
            return actions.expire_lots(at=end)

    answers = in_threads(8, work)
    held = sum(isinstance(answer, ledger.Held) for answer in answers)
    expired = Txn.objects.filter(kind="expire").count()
    assert held + expired == 1
    assert all(isinstance(a, int | ledger.Held | actions.InsufficientPoints) for a in answers)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loyalty_hold SET amount = 0",
        "UPDATE loyalty_hold SET state = 'released'",
        "UPDATE loyalty_wallet SET held = -1",
    ],
)
def test_the_tables_refuse_holds_that_cannot_be(member: int, spoils_books: None, statement: str) -> None:
    grant(member, 10)
    hold(member, 5)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "invariant"),
    [
        ("UPDATE loyalty_hold SET amount = amount - 1", "what is held is the sum of the open holds"),
        ("UPDATE loyalty_hold SET amount = amount - 1", "a hold took its amount from its wallet"),
        ("UPDATE loyalty_hold SET amount = amount - 1", "the account of held points is the sum of the open holds"),
        ("UPDATE loyalty_lotuse SET amount = amount - 1", "what a transaction took from a wallet"),
    ],
)
def test_the_proof_sees_a_spoiled_hold(member: int, spoils_books: None, statement: str, invariant: str) -> None:
    grant(member, 10)
    hold(member, 5)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert any(finding.invariant.startswith(invariant) for finding in queries.check_books().findings)
