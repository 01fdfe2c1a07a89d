"""The result of each proof is kept, and each day is sealed: who changes a row of the past is found out."""

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from loyalty import proving, tasks
from loyalty.actions.ledger import books
from loyalty.actions.ledger.posting import zone
from loyalty.models import BooksDay, BooksProof
from loyalty.queries.books import proofs, sealed_days, verify_day
from loyalty.rules import merkle
from outbox.clock import now
from outbox.dispatch import run_pending
from outbox.models import StoredEvent
from tests.loyalty.conftest import AT
from tests.loyalty.ledger.conftest import grant, hold

pytestmark = pytest.mark.django_db


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_root_is_that_of_the_standard(data: list[bytes]) -> None:
    leaves = [merkle.leaf(one) for one in data]
    root, count = merkle.root_of(leaves)
    assert count == len(data) and root == (by_definition(leaves).hex() if leaves else merkle.EMPTY)


@pytest.fixture
def written(member: int) -> Iterator[Callable[[int, int], None]]:
    """Post, and move what was posted to a day in the past: so many transactions, so many days ago."""

    def write(days: int, count: int) -> None:
        moment = datetime.now(zone()).replace(hour=12) - timedelta(days=days)
        for number in range(count):
            posted = grant(member, 10, f"{days}:{number}")
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("ALTER TABLE loyalty_txn DISABLE TRIGGER loyalty_txn_append_only")
                cursor.execute("UPDATE loyalty_txn SET created_at = %s WHERE id = %s", [moment, posted.txn_id])
                cursor.execute("ALTER TABLE loyalty_txn ENABLE TRIGGER loyalty_txn_append_only")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    yield write


def seal() -> list[date]:
    sealed = []
    with transaction.atomic():
        while (day := books.seal_next_day(at=now())) is not None:
            sealed.append(day)
    return sealed


def ago(days: int) -> date:
    return datetime.now(zone()).date() - timedelta(days=days)


def test_every_day_that_is_over_is_sealed_once_and_chained(written: Callable[[int, int], None]) -> None:
    written(4, 3)
    written(2, 1)
    written(0, 2)  # today is not over
    assert seal() == [ago(4), ago(3), ago(2), ago(1)] and seal() == []
    days = list(reversed(sealed_days()))
    assert [day.txns for day in days] == [3, 0, 1, 0] and days[1].root == merkle.EMPTY
    assert [day.previous for day in days] == ["", *(day.seal for day in days[:-1])]
    assert all(verify_day(day=day.day).problem == "" for day in days)
    assert days[0].seal == sha256(b"\x02" + ago(4).isoformat().encode() + bytes.fromhex(days[0].root)).hexdigest()


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE loyalty_txn SET facts = '{}' WHERE id = (SELECT min(id) FROM loyalty_txn)",
        "UPDATE loyalty_entry SET amount = amount * 2 WHERE txn_id = (SELECT min(txn_id) FROM loyalty_entry)",
        "UPDATE loyalty_txn SET created_at = created_at - interval '1 day' WHERE id = (SELECT min(id) FROM loyalty_txn)",
        "UPDATE loyalty_booksday SET root = repeat('0', 64), seal = repeat('1', 64)",
    ],
)
def test_whoever_changes_the_past_is_found_out(
    written: Callable[[int, int], None], spoils_books: None, spoil: str
) -> None:
    written(2, 3)
    seal()
    out, err = io.StringIO(), io.StringIO()
    call_command("check_books", day=ago(2).isoformat(), stdout=out, stderr=err)
    assert "as sealed" in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("loyalty_txn", "loyalty_entry", "loyalty_booksday"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(spoil)
    with pytest.raises(SystemExit):
        call_command("check_books", day="all", stdout=out, stderr=err)
    assert f"WRONG: {ago(2)}" in err.getvalue()


def test_seals_are_append_only(written: Callable[[int, int], None]) -> None:
    written(1, 1)
    seal()
    for statement in ("UPDATE loyalty_booksday SET txns = 0", "DELETE FROM loyalty_booksday"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "1999-01-01"])
def test_days_that_are_not_sealed_are_named(day: str) -> None:
    with pytest.raises(CommandError):
        call_command("check_books", day=day)


def test_the_night_keeps_its_proof_and_seals(transactional_db: None, new_member: Callable[..., int]) -> None:
    from loyalty import nightly

    who = new_member()
    grant(who, 100)
    hold(who, 40, expires_at=AT + timedelta(days=1))
    nightly.run(at=AT)
    [made] = proofs()
    assert (made.balanced, made.txns, made.findings, made.made_at) == (True, 2, [], AT)


def test_a_proof_that_was_asked_for_is_made_by_the_task_once(
    transactional_db: None, person: Callable[..., Any]
) -> None:
    boss = person("boss", "Community managers")
    for expected in (True, False):
        with transaction.atomic():
            assert books.ask_for_proof(by=boss.pk, at=AT) is expected
    tasks.prove_books()
    [made] = proofs()
    assert made.balanced and made.asked_by_id == boss.pk and made.asked_at == AT and made.made_at
    assert not BooksProof.objects.filter(made_at__isnull=True).exists()


def test_what_is_found_is_kept_told_and_shown(
    transactional_db: None, spoils_books: None, new_member: Callable[..., int], person: Callable[..., Any], client: Any
) -> None:
    from messaging.models import Notice

    fei, who = person("fei", "Finance"), new_member()
    grant(who, 100)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE loyalty_wallet SET held = 5 WHERE currency_id = 1")
    assert not proving.prove(at=AT).clean
    [made] = proofs()
    assert made.balanced is False and made.findings[0]["invariant"] == "what is held is the sum of the open holds"
    assert StoredEvent.objects.filter(name="books.unbalanced").exists()
    run_pending()
    assert Notice.objects.filter(member=fei, kind="loyalty.books_unbalanced").count() == 1
    assert not BooksDay.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE loyalty_wallet SET held = 0 WHERE currency_id = 1")
