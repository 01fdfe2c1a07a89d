"""The ledger guards itself, and the proof sees what gets past the guards."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from loyalty import actions, nightly, queries, rules
from loyalty.actions import ledger
from loyalty.models import Entry, Lot, Txn, Wallet
from tests.loyalty.conftest import AT, at_once, make_order, points_of, record

pytestmark = pytest.mark.django_db


def grant(member_id: int, amount: int, cause: str = "test:1", **changes: object) -> ledger.Posted:
    facts = {"reason": "goodwill", "origin": "goodwill", "by": None, "at": AT} | changes
    with transaction.atomic():
        return actions.grant_points(cause=cause, member_id=member_id, amount=amount, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["loyalty_txn", "loyalty_entry"])
def test_the_ledger_is_append_only(member: int, table: str, statement: str) -> None:
    grant(member, 10)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_entries_that_do_not_balance_are_refused_at_the_commit(member: int) -> None:
    posted = grant(member, 10)
    with pytest.raises(IntegrityError, match="out of balance"), transaction.atomic():
        Entry.objects.create(txn_id=posted.txn_id, account=-1001, currency_id=1, amount=5)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_grant_is_given_once_for_its_cause(member: int, new_member: Callable[..., int]) -> None:
    assert grant(member, 10).created and not grant(member, 10).created
    assert points_of(member) == 10
    for changed in [
        lambda: grant(member, 11),
        lambda: grant(new_member(), 10),
        lambda: grant(member, 10, reason="other"),
    ]:
        with pytest.raises(actions.ConflictingFacts):
            changed()
    assert points_of(member) == 10
    with pytest.raises(ValueError):
        grant(member, 0)


def test_spending_takes_what_expires_first_and_gives_it_back_exactly(member: int) -> None:
    grant(member, 100, "late", at=AT + timedelta(days=60))
    grant(member, 100, "soon", at=AT)
    at = AT + timedelta(days=61)
    before = dict(Lot.objects.values_list("id", "remaining"))
    with transaction.atomic():
        spent = ledger.spend(
            key=rules.cause_key("t"), member_id=member, amount=130, reason="reward", source_type="reward",
            source_id=1, by=None, at=at, facts={},
        )  # fmt: skip
    lots = list(Lot.objects.order_by("expires_at").values_list("remaining", flat=True))
    assert lots == [0, 70]
    with transaction.atomic():
        assert actions.reverse_txn(txn_id=spent.txn_id, reason="test", by=None, at=at).created
        assert not actions.reverse_txn(txn_id=spent.txn_id, reason="test", by=None, at=at).created
    assert dict(Lot.objects.values_list("id", "remaining")) == before


def test_points_given_back_late_live_thirty_more_days(member: int) -> None:
    grant(member, 100)
    with transaction.atomic():
        spent = ledger.spend(
            key=rules.cause_key("t"), member_id=member, amount=100, reason="reward", source_type="reward",
            source_id=1, by=None, at=AT, facts={},
        )  # fmt: skip
    late = AT + timedelta(days=500)
    with transaction.atomic():
        actions.reverse_txn(txn_id=spent.txn_id, reason="test", by=None, at=late)
    assert points_of(member, late + timedelta(days=29)) == 100
    assert points_of(member, late + timedelta(days=30)) == 0


def test_points_expire_in_the_night_once(member: int) -> None:
    grant(member, 100)
    end = Lot.objects.get().expires_at
    assert end
    assert points_of(member, end - timedelta(seconds=1)) == 100 and points_of(member, end) == 0
    with transaction.atomic():
        assert actions.expire_lots(at=end - timedelta(seconds=1)) == 0
    for expected in (1, 0):
        with transaction.atomic():
            assert actions.expire_lots(at=end) == expected
    assert Wallet.objects.get(currency__code="points").posted == 0
    assert queries.statement(member_id=member, at=end)[0].why == "Expired"


def test_pending_points_cannot_be_spent(member: int) -> None:
    grant(member, 100, pending_days=5)
    with pytest.raises(actions.InsufficientPoints), transaction.atomic():
        ledger.spend(
            key=rules.cause_key("t"), member_id=member, amount=1, reason="reward", source_type="reward", source_id=1,
            by=None, at=AT, facts={},
        )  # fmt: skip


def test_tiers_rise_at_once_and_fall_one_step_after_a_grace(member: int) -> None:
    grant(member, 2500, currency="credit")
    assert queries.tiers_of(member_ids=[member])[member][0] == "old-friend"
    from django.contrib.auth import get_user_model

    groups = get_user_model().objects.get(pk=member).groups
    assert set(groups.values_list("name", flat=True)) == {"tier:friend", "tier:good-friend", "tier:old-friend"}
    gone = AT + timedelta(days=366)
    review = {"member_ids": [member], "allow_down": True}
    with transaction.atomic():
        assert actions.review_tiers(at=gone, **review) == []  # type: ignore[arg-type]
    card = queries.tier(member_id=member, at=gone)
    last = (gone + timedelta(days=31)).replace(hour=0)  # the whole of the thirtieth day
    assert card and card.keep_until == last and card.to_keep == 2000
    with transaction.atomic():
        assert actions.review_tiers(at=last - timedelta(seconds=1), **review) == []  # type: ignore[arg-type]
        [change] = actions.review_tiers(at=last, **review)  # type: ignore[arg-type]
    assert (change.from_code, change.to_code) == ("old-friend", "good-friend")
    assert set(groups.values_list("name", flat=True)) == {"tier:friend", "tier:good-friend"}


def test_spending_points_costs_nobody_their_tier(member: int) -> None:
    at_once()
    from loyalty.canonical import OrderLineData
    from loyalty.models import Reward

    who = record(make_order(lines=(OrderLineData(external_id="l", quantity=1, net=60_000),))).member_id or 0
    assert queries.tiers_of(member_ids=[who])[who][0] == "good-friend"
    with transaction.atomic():
        actions.claim_reward(reward_id=Reward.objects.get(cost=100).id, member_id=who, key="k" * 12, by=who, at=AT)
        actions.review_tiers(member_ids=[who], at=AT, allow_down=True)
    assert queries.tiers_of(member_ids=[who])[who][0] == "good-friend"


@pytest.mark.django_db(transaction=True)
def test_the_night_reviews_what_became_available_expires_and_proves() -> None:
    from loyalty.canonical import OrderLineData

    who = record(make_order(lines=(OrderLineData(external_id="l", quantity=1, net=60_000),))).member_id or 0
    assert queries.tiers_of(member_ids=[who])[who][0] == "friend"
    proof = nightly.run(at=AT + timedelta(days=15))
    assert proof.clean and proof.txns == 2
    assert queries.tiers_of(member_ids=[who])[who][0] == "good-friend"
    nightly.run(at=AT + timedelta(days=500))
    nightly.run(at=AT + timedelta(days=500))
    assert points_of(who, AT + timedelta(days=500)) == 0
    assert Txn.objects.filter(kind="expire").count() == 1


SPOILS = {
    "UPDATE loyalty_wallet SET posted = posted + 1 WHERE currency_id = 1": "a wallet is the sum of its entries",
    "UPDATE loyalty_entry SET amount = amount + 1 WHERE account > 0": "all entries of a currency sum to zero",
    "UPDATE loyalty_lot SET remaining = remaining - 1": "a lot is what was used of it and what remains",
    "DELETE FROM loyalty_entry": "every transaction has entries",
    "UPDATE loyalty_wallet SET held = 5": "what is held is the sum of the open holds",
    "UPDATE loyalty_reward SET claimed = 3": "what is claimed of a reward is its open redemptions",
    "INSERT INTO loyalty_debt (wallet_id, txn_id, amount, remaining) SELECT wallet_id, txn_id, 7, 7 FROM loyalty_lot": (
        "a wallet is its open lots less its open debts"
    ),
}


@pytest.mark.parametrize("statement", SPOILS)
def test_the_proof_sees_a_corrupted_row_and_the_command_exits_with_one(
    member: int, spoils_books: None, statement: str
) -> None:
    grant(member, 10)
    out, err = io.StringIO(), io.StringIO()
    call_command("check_books", stdout=out, stderr=err)
    assert "The books balance." in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("loyalty_txn", "loyalty_entry"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # undone with the test's transaction
        cursor.execute(statement)
    with pytest.raises(SystemExit) as ended:
        call_command("check_books", stdout=out, stderr=err)
    assert ended.value.code == 1
    assert f"WRONG: {SPOILS[statement]}" in err.getvalue()


def test_a_broken_posting_function_cannot_commit(member: int) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_txn (key, kind, reason, origin, source_type, effective_at, facts) "
            "VALUES (gen_random_uuid(), 'earn', 'x', 'goodwill', 'x', now(), '{}') RETURNING id"
        )
        cursor.execute(
            "INSERT INTO loyalty_entry (txn_id, account, currency_id, amount) VALUES (%s, -1001, 1, 5)",
            [cursor.fetchone()[0]],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
