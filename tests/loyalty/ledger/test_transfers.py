"""Points from one friend to another: off until allowed, within limits, with their old expiry, once, without deadlock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from loyalty import actions, queries, rules
from loyalty.actions import ledger
from loyalty.models import Currency, Lot, Transfer
from outbox.retry import again_after_collision
from tests.loyalty.conftest import AT, in_threads, points_of
from tests.loyalty.ledger.conftest import grant, send, undo

pytestmark = pytest.mark.django_db


def test_points_cannot_be_sent_until_the_owner_allows_it(member: int, new_member: Callable[..., int]) -> None:
    grant(member, 100)
    with pytest.raises(ledger.TransferRefused) as refused:
        send(member, new_member(), 10)
    assert refused.value.code == "off"


def test_what_is_given_keeps_its_expiry_and_origin_lot_by_lot(
    member: int, new_member: Callable[..., int], sending: None
) -> None:
    friend = new_member()
    grant(member, 50, "a")
    with transaction.atomic():
        actions.grant_points(
            cause="b",
            member_id=member,
            amount=50,
            reason="campaign",
            origin="campaign",
            by=None,
            at=AT + timedelta(days=40),
        )
    at = AT + timedelta(days=41)
    given = {(lot.expires_at, lot.origin, lot.earned_at) for lot in Lot.objects.all()}
    sent = send(member, friend, 80, at=at, note="For the tea")
    assert (points_of(member, at), points_of(friend, at)) == (20, 80)
    got = Lot.objects.filter(txn_id=sent.txn_id).order_by("id")
    assert [lot.amount for lot in got] == [50, 30]
    assert {(lot.expires_at, lot.origin, lot.earned_at) for lot in got} == given
    lifetimes = [queries.balance(member_id=who, at=at).lifetime for who in (member, friend)]
    assert lifetimes == [100, 0]  # a gift is not earned again


def test_the_same_form_is_one_gift(member: int, new_member: Callable[..., int], sending: None) -> None:
    friend = new_member()
    grant(member, 100)
    first, again = send(member, friend, 60), send(member, friend, 60)
    assert (first.transfer_id, again.created) == (again.transfer_id, False) and points_of(friend, AT) == 60
    for changed in [lambda: send(member, friend, 61), lambda: send(member, friend, 60, note="x")]:
        with pytest.raises(actions.ConflictingFacts):
            changed()


def test_limits_are_said_by_name(
    member: int, new_member: Callable[..., int], sending: None, points: Callable[..., Currency]
) -> None:
    friend = new_member()
    grant(member, 1000)

    def code(*args: Any, **changes: Any) -> str:
        with pytest.raises(ledger.TransferRefused) as refused:
            send(*args, **changes)
        return refused.value.code

    assert code(member, member, 5) == "oneself"
    assert code(member, 10**9, 5) == "receiver"
    assert code(member, friend, 501) == "daily_limit"
    send(member, friend, 300, "one")
    assert code(member, friend, 201, name="two") == "daily_limit"
    send(member, friend, 201, "two", at=AT + timedelta(days=1))  # the programme's next day
    assert code(friend, member, 502, at=AT + timedelta(days=2)) == "daily_limit"
    points(transfer_daily=10_000)
    assert code(friend, member, 502, at=AT + timedelta(days=2)) == "points"
    points(transfer_trust=2)
    assert code(member, friend, 5, name="three") == "trust"
    points(transfer_trust=0, max_balance=600)
    assert code(member, friend, 200, name="four", at=AT + timedelta(days=2)) == "receiver_full"
    for amount in (0, -1, 1.5, "3"):
        with pytest.raises(rules.BadAmount):
            send(member, friend, amount)
    assert Transfer.objects.count() == 2


def test_a_gift_repays_what_its_receiver_owes_first(member: int, new_member: Callable[..., int], sending: None) -> None:
    from tests.loyalty.ledger.conftest import spend

    friend = new_member()
    earned = grant(friend, 50, "f")
    spend(friend, 50)
    undo(earned.txn_id)
    assert queries.balance(member_id=friend, at=AT).owed == 50
    grant(member, 100)
    send(member, friend, 80)
    balance = queries.balance(member_id=friend, at=AT)
    assert (balance.owed, balance.available) == (0, 30)


def test_giving_away_what_was_not_ones_own_leaves_the_debt_with_the_giver(
    member: int, new_member: Callable[..., int], sending: None
) -> None:
    friend = new_member()
    earned = grant(member, 100)
    send(member, friend, 100)
    undo(earned.txn_id)
    assert (points_of(member, AT), points_of(friend, AT)) == (-100, 100)


def test_both_ways_at_once_end_without_deadlock(
    transactional_db: None, new_member: Callable[..., int], sending: None
) -> None:
    one, two = new_member(), new_member()
    grant(one, 300, "a")
    grant(two, 300, "b")
    answers = in_threads(8, lambda i: send(*((one, two) if i % 2 else (two, one)), 40, f"t{i}"))
    assert all(isinstance(answer, ledger.Transferred) for answer in answers), answers
    assert points_of(one, AT) == points_of(two, AT) == 300


def test_the_daily_limit_holds_against_two_at_once(
    transactional_db: None, new_member: Callable[..., int], sending: None
) -> None:
    one, friends = new_member(), [new_member() for _i in range(6)]
    grant(one, 2000)
    answers = in_threads(6, lambda i: send(one, friends[i], 200, f"t{i}"))
    assert sum(isinstance(answer, ledger.Transferred) for answer in answers) == 2
    assert {answer.code for answer in answers if isinstance(answer, ledger.TransferRefused)} == {"daily_limit"}


def test_a_deadlock_is_tried_again_at_the_edge_and_succeeds(
    transactional_db: None, new_member: Callable[..., int]
) -> None:
    """Two edges that take the wallets one by one in opposite order: PostgreSQL ends one, the edge runs it again."""
    import threading

    one, two = new_member(), new_member()
    for who in (one, two):
        grant(who, 10, f"g{who}")
    meet, tries = threading.Barrier(2), []

    @again_after_collision
    def edge(first: int, second: int) -> str:
        with transaction.atomic(durable=True):
            tries.append(first)
            ledger.lock_wallets([first])
            if len(tries) <= 2:
                meet.wait(10)
            ledger.lock_wallets([second])
        return "done"

    assert in_threads(2, lambda i: edge(*((one, two) if i else (two, one)))) == ["done", "done"]
    assert len(tries) == 3


def test_what_is_no_collision_is_not_tried_again(db: None) -> None:
    tried = []

    @again_after_collision
    def edge() -> None:
        tried.append(1)
        raise ValueError

    with pytest.raises(ValueError):
        edge()
    assert tried == [1]
