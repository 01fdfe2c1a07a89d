"""Pure parts of inviting: when it pays, who may, what we say of whom."""

from datetime import datetime, timedelta

CLAIM_DAYS = 30
"""How long a visitor is remembered as invited; the first link they opened counts."""

KEPT_STATES = frozenset({"paid", "partly_refunded"})
"""States in which at least a part of an order was bought and kept."""

RETURNED_STATES = frozenset({"refunded", "cancelled"})
"""States in which nothing of it remains."""

CLOCKS_DIFFER = timedelta(days=1)
"""How far a shop's clock may be behind ours."""

_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def is_remembered(*, claimed_at: datetime, at: datetime) -> bool:
    """Whether a link opened at `claimed_at` still counts."""
    return timedelta(0) <= at - claimed_at < timedelta(days=CLAIM_DAYS)


def due_at(*, qualified_at: datetime, hold_days: int) -> datetime:
    """When both are paid: after the time in which the order may be sent back."""
    return qualified_at + timedelta(days=hold_days)


def may_invite_from(*, joined_at: datetime, least_account_days: int) -> datetime:
    """The moment from which a member may invite."""
    return joined_at + timedelta(days=least_account_days)


def was_customer_before(*, placed_at: datetime, claimed_at: datetime) -> bool:
    """Whether an order was placed before the link was opened: then the friend was no new customer."""
    return placed_at < claimed_at - CLOCKS_DIFFER


def canonical_address(address: str) -> str:
    """The mailbox behind an address: without its +tag, without the dots that Gmail ignores, in lower case."""
    local, _, domain = address.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def same_mailbox(one: str | None, other: str | None) -> bool:
    """Whether two addresses end in one mailbox; an absent one is nobody's."""
    return bool(one and other) and canonical_address(one or "") == canonical_address(other or "")


def first_name(name: str) -> str:
    """What an inviter reads of a friend: the first word, or a Chinese name as it is."""
    words = name.split()
    return words[0] if words else name
