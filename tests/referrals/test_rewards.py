"""Paying both, once, and only for an order that is kept."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from loyalty.actions import Purchase, import_orders
from loyalty.models import Txn
from loyalty.queries import balance, check_books, statement
from members.models import User
from outbox.clock import now
from outbox.dispatch import run_pending
from outbox.models import EventDelivery, StoredEvent
from referrals import actions
from referrals.models import Program, Referral, ShareLink
from referrals.tasks import reward_due
from tests.referrals.conftest import LONG_AGO, PASSWORD, join, link_of, order, set_terms, signed_in


def paid(*members: User) -> list[int]:
    """Points that members hold for invitations."""
    return [
        sum(line.amount for line in statement(member_id=member.pk, at=now()) if "cause" in line.facts)
        for member in members
    ]


def state() -> str:
    return Referral.objects.get().state


@pytest.fixture
def ada(ming: User) -> User:
    return join("ada", by=link_of(ming))


@pytest.mark.django_db
def test_the_first_order_begins_the_hold(ming: User, ada: User) -> None:
    order(ada)
    referral = Referral.objects.get()
    assert (referral.state, paid(ming, ada)) == ("pending", [0, 0])
    assert referral.due_at - referral.qualified_at == timedelta(days=14)
    reward_due()
    assert state() == "pending"
    assert "You both receive the points on" in signed_in(ming).get("/invite/").content.decode()


@pytest.mark.django_db
def test_after_the_hold_both_are_paid_once(ming: User, ada: User, settings: Any) -> None:
    order(ada)
    settings.CLOCK_OFFSET = timedelta(days=14, seconds=1)
    for _ in range(3):
        reward_due()
        run_pending()
    assert (state(), paid(ming, ada)) == ("rewarded", [200, 200])
    assert [balance(member_id=ming.pk, at=now()).available] == [200]
    assert StoredEvent.objects.filter(name="referral.rewarded").count() == 1
    assert check_books().clean


@pytest.mark.django_db
def test_without_a_hold_both_are_paid_at_once(ming: User, ada: User) -> None:
    set_terms(hold_days=0, inviter_points=150, friend_points=50)
    order(ada)
    assert (state(), paid(ming, ada)) == ("rewarded", [150, 50])


@pytest.mark.django_db
def test_a_side_may_get_nothing(ming: User, ada: User) -> None:
    set_terms(hold_days=0, inviter_points=0)
    order(ada)
    assert (state(), paid(ming, ada)) == ("rewarded", [0, 200])


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["refunded", "cancelled"])
def test_an_order_sent_back_within_the_hold_pays_nobody(ming: User, ada: User, settings: Any, end: str) -> None:
    order(ada, number="o1")
    order(ada, number="o1", state=end, revision="2")
    assert (state(), Referral.objects.get().reason) == ("voided", "order_returned")
    order(ada, number="o2")
    settings.CLOCK_OFFSET = timedelta(days=30)
    reward_due()
    assert paid(ming, ada) == [0, 0]
    assert "sent back" in signed_in(ming).get("/invite/").content.decode()


@pytest.mark.django_db
def test_a_refund_heard_before_the_payment_still_pays_nobody(ming: User, ada: User) -> None:
    """Deliveries may run in any order: the order's present state decides, not the event's."""
    set_terms(hold_days=0)
    order(ada, number="o1", deliver=False)
    order(ada, number="o1", state="refunded", revision="2", deliver=False)
    run_pending()
    assert paid(ming, ada) == [0, 0]


@pytest.mark.django_db
def test_a_refund_unheard_until_the_day_pays_nobody(ming: User, ada: User, settings: Any) -> None:
    order(ada, number="o1")
    order(ada, number="o1", state="refunded", revision="2", deliver=False)
    settings.CLOCK_OFFSET = timedelta(days=15)
    reward_due()
    assert (state(), paid(ming, ada)) == ("voided", [0, 0])


@pytest.mark.django_db
def test_an_order_of_which_something_is_kept_counts(ming: User, ada: User, settings: Any) -> None:
    order(ada, number="o1")
    order(ada, number="o1", state="partly_refunded", revision="2")
    settings.CLOCK_OFFSET = timedelta(days=15)
    reward_due()
    assert paid(ming, ada) == [200, 200]


@pytest.mark.django_db
def test_an_unpaid_order_waits(ming: User, ada: User) -> None:
    set_terms(hold_days=0)
    order(ada, number="o1", state="pending")
    assert (state(), paid(ming, ada)) == ("in_progress", [0, 0])
    order(ada, number="o1", revision="2")
    assert (state(), paid(ming, ada)) == ("rewarded", [200, 200])


@pytest.mark.django_db
def test_the_second_order_pays_nothing_more(ming: User, ada: User) -> None:
    set_terms(hold_days=0)
    for _ in range(3):
        order(ada)
    assert paid(ming, ada) == [200, 200]


@pytest.mark.django_db
def test_an_order_from_before_the_invitation_is_no_new_friend(ming: User, ada: User) -> None:
    set_terms(hold_days=0)
    order(ada, placed_at=LONG_AGO)
    assert (state(), Referral.objects.get().reason, paid(ming, ada)) == ("voided", "not_new", [0, 0])


@pytest.mark.django_db
def test_orders_that_come_in_bulk_pay_nobody(ming: User, ada: User) -> None:
    from members.models import Identity

    set_terms(hold_days=0)
    purchase = Purchase(external_id="1", customer="c1", at=now(), quantity=1, net=5000, content="c1 now 1 50.00")
    Identity.objects.create(member=ada, source="archive", external_id="c1", created_at=now())
    with transaction.atomic():
        import_orders(source="archive", currency="EUR", purchases=[purchase], by=None, at=now())
    run_pending()
    assert (state(), paid(ming, ada)) == ("in_progress", [0, 0])


@pytest.mark.django_db
def test_somebody_uninvited_pays_nobody(ming: User) -> None:
    bea = join("bea")
    order(bea)
    assert not Referral.objects.exists()


@pytest.mark.django_db
def test_an_address_changed_into_the_inviters_is_the_same_person(ming: User, ada: User) -> None:
    set_terms(hold_days=0)
    User.objects.filter(id=ada.pk).update(email="ming+tea@example.com")
    order(ada)
    assert (Referral.objects.get().reason, paid(ming, ada)) == ("same_person", [0, 0])


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def in_transaction(act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with transaction.atomic(durable=True):
            return act()

    return run


@pytest.mark.django_db(transaction=True)
def test_one_friend_by_eight_links_at_once_has_one_inviter(db: None) -> None:
    friend = User.objects.create_user("ada", "ada@example.com", PASSWORD)
    codes = []
    for number in range(8):
        inviter = User.objects.create_user(f"m{number}", f"m{number}@example.com", PASSWORD)
        codes.append(ShareLink.objects.create(member=inviter, created_at=now()).code)
    at = now()
    found = at_once(
        *[
            in_transaction(
                lambda code=code: actions.attach(code=code, claimed_at=at, friend_id=friend.pk, by=None, at=at)
            )
            for code in codes
        ]
    )
    assert len([one for one in found if one]) == 1
    assert Referral.objects.count() == 1
    assert StoredEvent.objects.filter(name="referral.created").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_daily_limit_holds_when_all_join_at_once(ming: User) -> None:
    code = ShareLink.objects.create(member=ming, created_at=now()).code
    set_terms(daily_limit=3)
    friends = [User.objects.create_user(f"f{number}", f"f{number}@example.com", PASSWORD).pk for number in range(8)]
    at = now()
    at_once(
        *[
            in_transaction(
                lambda friend=friend: actions.attach(code=code, claimed_at=at, friend_id=friend, by=None, at=at)
            )
            for friend in friends
        ]
    )
    assert Referral.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_and_eight_workers_pay_once(ming: User) -> None:
    ada = join("ada", by=link_of(ming))
    set_terms(hold_days=0)
    at_once(lambda: order(ada, deliver=False), lambda: order(ada, deliver=False))
    # The same news again and again, as after a worker that died.
    at_once(*[run_pending] * 8)
    EventDelivery.objects.filter(handler__startswith="referrals.").update(
        done_at=None, due_at=now() - timedelta(days=1)
    )
    at_once(*[run_pending] * 8)
    assert (state(), paid(ming, ada)) == ("rewarded", [200, 200])
    assert Txn.objects.filter(origin="referral").count() == 2
    assert not EventDelivery.objects.filter(handler__startswith="referrals.", done_at=None).exists()
    assert check_books().clean


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_and_a_refund_between_them_pay_once_or_never(ming: User, settings: Any) -> None:
    ada = join("ada", by=link_of(ming))
    order(ada, number="o1")
    settings.CLOCK_OFFSET = timedelta(days=15)
    at_once(*[reward_due] * 6, lambda: order(ada, number="o1", state="refunded", revision="2"))
    assert (state(), paid(ming, ada)) in [("rewarded", [200, 200]), ("voided", [0, 0])]
    assert check_books().clean


@pytest.mark.django_db(transaction=True)
def test_two_who_invited_each_other_are_paid_without_waiting_crosswise(
    ming: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pay-out takes two wallets; taken in different orders, one of two at once would be undone by PostgreSQL."""
    hua = User.objects.create_user("hua", "hua@example.com", PASSWORD)
    orders, at = {member.pk: order(member) for member in (ming, hua)}, now()
    rows = [
        Referral.objects.create(
            program=Program.objects.get(),
            inviter=inviter,
            friend=friend,
            state="pending",
            order_id=orders[friend.pk],
            claimed_at=at,
            created_at=at,
            qualified_at=at,
            due_at=at,
        ).pk
        for inviter, friend in ((ming, hua), (hua, ming))
    ]
    pay = actions._pay

    def slowly(*args: Any) -> None:
        pay(*args)
        time.sleep(0.3)

    monkeypatch.setattr(actions, "_pay", slowly)
    done = at_once(*[in_transaction(lambda row=row: actions.reward(referral_id=row, by=None, at=at)) for row in rows])
    assert done == [True, True]
    assert paid(ming, hua) == [400, 400]
