"""What the pure parts of inviting decide."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals import rules

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ming@example.com", "MING@example.com", True),
        ("ming+tea@example.com", "ming@example.com", True),
        ("m.i.n.g@gmail.com", "ming@googlemail.com", True),
        ("m.ing@example.com", "ming@example.com", False),
        ("ming@example.com", "hua@example.com", False),
        ("", "", False),
        (None, "ming@example.com", False),
    ],
)
def test_one_mailbox_has_many_spellings(one: str | None, other: str | None, same: bool) -> None:
    assert rules.same_mailbox(one, other) is same


def test_a_link_is_remembered_for_thirty_days() -> None:
    assert rules.is_remembered(claimed_at=AT, at=AT)
    assert rules.is_remembered(claimed_at=AT, at=AT + timedelta(days=30) - timedelta(seconds=1))
    assert not rules.is_remembered(claimed_at=AT, at=AT + timedelta(days=30))
    assert not rules.is_remembered(claimed_at=AT + timedelta(seconds=1), at=AT)


def test_an_older_order_means_an_older_customer() -> None:
    assert rules.was_customer_before(placed_at=AT - timedelta(days=2), claimed_at=AT)
    assert not rules.was_customer_before(placed_at=AT - timedelta(hours=23), claimed_at=AT)
    assert not rules.was_customer_before(placed_at=AT, claimed_at=AT)


@pytest.mark.parametrize(
    ("name", "first"), [("Ada Lovelace", "Ada"), ("陈小梅", "陈小梅"), ("ming", "ming"), ("", ""), ("  ", "  ")]
)
def test_an_inviter_reads_the_first_name(name: str, first: str) -> None:
    assert rules.first_name(name) == first
