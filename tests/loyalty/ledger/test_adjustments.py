"""Corrections by hand: a reason, a note, and above the limit a second person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from community.models import AuditEntry
from loyalty import actions, queries, rules
from loyalty.models import Adjustment, Currency
from tests.loyalty.conftest import AT, in_threads, points_of
from tests.loyalty.ledger.conftest import grant, hold, spend

pytestmark = pytest.mark.django_db


def propose(member_id: int, amount: Any, by: int | None, cause: str = "desk:1", **changes: Any) -> Any:
    facts = {"currency": "points", "reason_code": "correction", "note": "The parcel was late", "at": AT} | changes
    with transaction.atomic():
        return actions.propose_adjustment(cause=cause, member_id=member_id, amount=amount, by=by, **facts)


def approve(adjustment_id: int, by: int) -> Any:
    with transaction.atomic():
        return actions.approve_adjustment(adjustment_id=adjustment_id, by=by, at=AT)


def refusal(work: Callable[[], Any]) -> str:
    with pytest.raises(actions.AdjustmentRefused) as refused:
        work()
    return refused.value.code


def test_below_the_limit_it_is_posted_at_once_once_and_stands_on_the_statement(
    member: int, person: Callable[..., Any]
) -> None:
    manager = person("boss", "Community managers")
    done = propose(member, 5000, manager.pk)
    assert (done.state, done.created) == ("posted", True) and points_of(member, AT) == 5000
    assert not propose(member, 5000, manager.pk).created and points_of(member, AT) == 5000
    with pytest.raises(actions.ConflictingFacts):
        propose(member, 4999, manager.pk)
    [line] = queries.statement(member_id=member, at=AT)
    assert line.why == "Correction of an error" and line.amount == 5000 and line.expires_at is not None
    assert "late" not in str(line)  # the note is for the staff
    entry = AuditEntry.objects.get(act="adjustment.proposed")  # moderators read this log
    assert (entry.by_id, entry.about_id, entry.reason) == (manager.pk, member, "")


def test_above_the_limit_it_waits_for_another_person(member: int, person: Callable[..., Any]) -> None:
    manager, finance = person("boss", "Community managers", "Finance"), person("fei", "Finance")
    waiting = propose(member, 5001, manager.pk)
    assert waiting.state == "waiting" and points_of(member, AT) == 0
    assert refusal(lambda: approve(waiting.adjustment_id, manager.pk)) == "same_person"
    assert approve(waiting.adjustment_id, finance.pk).created and not approve(waiting.adjustment_id, finance.pk).created
    assert points_of(member, AT) == 5001
    with transaction.atomic(), pytest.raises(actions.AdjustmentRefused):
        actions.decline_adjustment(adjustment_id=waiting.adjustment_id, reason="", by=finance.pk, at=AT)


def test_small_steps_do_not_pass_the_limit_and_ones_own_points_always_wait(
    member: int, person: Callable[..., Any]
) -> None:
    manager = person("boss", "Community managers")
    assert propose(member, 3000, manager.pk, "one").state == "posted"
    assert propose(member, 2500, manager.pk, "two").state == "waiting"
    assert propose(member, -2500, manager.pk, "three").state == "waiting"
    assert propose(member, 2500, manager.pk, "four", at=AT + timedelta(days=2)).state == "posted"
    assert propose(manager.pk, 1, manager.pk, "five").state == "waiting"


def test_small_gifts_to_many_do_not_pass_the_total_of_a_day(
    new_member: Callable[..., int], person: Callable[..., Any], points: Callable[..., Currency]
) -> None:
    manager, other, finance = (person(name, "Community managers", "Finance") for name in ("boss", "lin", "fei"))
    people = [new_member(f"m{i}") for i in range(6)]
    for i in range(4):  # four times the limit for one member
        assert propose(people[i], 5000, manager.pk, f"a{i}").state == "posted"
    fifth = propose(people[4], 1, manager.pk, "fifth")
    assert (fifth.state, fifth.because, fifth.txn_id) == ("waiting", "day_total", None)
    assert propose(people[4], 1, manager.pk, "fifth").because == "day_total"  # told again when asked again
    assert propose(people[4], -1, manager.pk, "taken").because == "day_total"
    assert refusal(lambda: approve(fifth.adjustment_id, manager.pk)) == "same_person"
    assert propose(people[5], 5001, manager.pk, "large").because == "limit"
    assert propose(people[4], 5000, other.pk, "other").state == "posted"  # another person, another day's total
    assert propose(people[5], 5000, manager.pk, "later", at=AT + timedelta(days=2)).state == "posted"
    assert approve(fifth.adjustment_id, finance.pk).state == "posted" and points_of(people[4], AT) == 5001
    points(approval_day_above=0)
    assert propose(people[3], 1, other.pk, "none", at=AT + timedelta(days=4)).because == "day_total"


def test_what_a_second_person_agreed_to_does_not_use_up_the_day(
    new_member: Callable[..., int], person: Callable[..., Any]
) -> None:
    manager, finance = person("boss", "Community managers"), person("fei", "Finance")
    large = propose(new_member("one"), 50_000, manager.pk, "large")
    assert approve(large.adjustment_id, finance.pk).state == "posted"
    assert propose(new_member("two"), 5000, manager.pk, "small").state == "posted"


def test_many_gifts_at_once_do_not_outrun_the_total(
    transactional_db: None, new_member: Callable[..., int], person: Callable[..., Any]
) -> None:
    manager, people = person("boss"), [new_member(f"m{i}") for i in range(8)]
    answers = in_threads(8, lambda i: propose(people[i], 5000, manager.pk, f"at-once:{i}").state)
    assert sorted(answers) == ["posted"] * 4 + ["waiting"] * 4
    assert sum(points_of(one, AT) for one in people) == 20_000


def test_what_nobody_stands_for_only_a_superuser_approves(
    new_member: Callable[..., int], person: Callable[..., Any]
) -> None:
    finance, owner = person("fei", "Finance"), person("owner")
    owner.is_superuser = True
    owner.save(update_fields=["is_superuser"])
    waiting = propose(new_member("mei"), 9000, None)
    assert waiting.because == "limit"
    assert refusal(lambda: approve(waiting.adjustment_id, finance.pk)) == "no_maker"
    assert Adjustment.objects.get().state == "waiting"
    assert approve(waiting.adjustment_id, owner.pk).state == "posted"
    for i in range(4):  # those who act for nobody count as one
        assert propose(new_member(f"m{i}"), 5000, None, f"a{i}").state == "posted"
    assert propose(new_member("last"), 1, None, "last").because == "day_total"


def test_declined_is_declined(member: int, person: Callable[..., Any]) -> None:
    manager, finance = person("boss", "Community managers"), person("fei", "Finance")
    waiting = propose(member, 9000, manager.pk)
    for expected in (True, False):
        with transaction.atomic():
            assert actions.decline_adjustment(
                adjustment_id=waiting.adjustment_id, reason="No order", by=finance.pk, at=AT
            ) is expected  # fmt: skip
    assert refusal(lambda: approve(waiting.adjustment_id, finance.pk)) == "decided"
    assert Adjustment.objects.get().answer == "No order" and points_of(member, AT) == 0


def test_taking_stops_at_what_there_is_and_only_misuse_owes(
    member: int, person: Callable[..., Any], points: Callable[..., Currency]
) -> None:
    manager = person("boss", "Community managers")
    grant(member, 100)
    hold(member, 30)  # what is reserved is not there to be taken
    assert refusal(lambda: propose(member, -71, manager.pk)) == "points" and not Adjustment.objects.exists()
    propose(member, -70, manager.pk)
    assert points_of(member, AT) == 0
    points(negative_policy="debt_limit", debt_limit=50)
    propose(member, -80, manager.pk, "misuse", reason_code="misuse")
    assert queries.balance(member_id=member, at=AT).owed == 50  # the other thirty are written off
    propose(member, 60, manager.pk, "sorry")
    assert points_of(member, AT) == 10


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason_code": "because"}, "reason"),
        ({"note": "  "}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_each_has_a_reason_and_a_note(member: int, changes: dict[str, str], code: str) -> None:
    assert refusal(lambda: propose(member, 10, None, **changes)) == code


@pytest.mark.parametrize("amount", [0, 1.5, True, "5", None, 10**13, -(10**13)])
def test_amounts_are_whole(member: int, amount: Any) -> None:
    with pytest.raises(rules.BadAmount):
        propose(member, amount, None)


def test_the_table_itself_refuses_a_large_one_of_one_person(member: int, person: Callable[..., Any]) -> None:
    manager = person("boss")
    waiting = propose(member, 9000, manager.pk)
    posted = grant(member, 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.filter(id=waiting.adjustment_id).update(
            state="posted", txn_id=posted.txn_id, decided_by=manager
        )


def test_two_approvals_at_once_post_once(
    transactional_db: None, new_member: Callable[..., int], person: Callable[..., Any]
) -> None:
    who, manager = new_member(), person("boss")
    deciders = [person(f"f{i}", "Finance").pk for i in range(4)]
    waiting = propose(who, 9000, manager.pk)
    answers = in_threads(4, lambda i: approve(waiting.adjustment_id, deciders[i]))
    assert sorted(answer.created for answer in answers) == [False, False, False, True] and points_of(who, AT) == 9000


def test_given_points_repay_what_is_owed(member: int) -> None:
    from tests.loyalty.ledger.conftest import undo

    earned = grant(member, 40)
    spend(member, 40)
    undo(earned.txn_id)
    propose(member, 100, None)
    balance = queries.balance(member_id=member, at=AT)
    assert (balance.owed, balance.available) == (0, 60)
