"""The night's fixed order: guest orders find their people, timed-out holds are released, tiers are reviewed by what became
available, old points expire, the books are proved, days that are over are sealed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction

from loyalty import actions, proving, queries, quest_rounds
from loyalty.actions.earning.ruling import forget_refusals
from loyalty.actions.orders.recording import GUEST_DAYS
from loyalty.actions.orders.rows import hash_email
from loyalty.actions.rewards import sweeping
from loyalty.actions.tiers import due, inviting
from loyalty.notices import points as point_notices
from loyalty.notices import seasons as season_notices
from members.queries import verified_emails

BATCH = 2000


def run(*, at: datetime) -> queries.ProofResult:
    """Everything once. Each batch is its own transaction, so a kill in the middle loses nothing and a second run ends it."""
    for member_id in _newcomers_with_waiting_orders(at):
        with transaction.atomic(durable=True):
            actions.claim_waiting_orders(member_id=member_id, by=None, at=at)
    point_notices.tell_available(at=at)
    point_notices.tell_expiring(at=at)
    with transaction.atomic(durable=True):
        season_notices.tell_ending(at=at)
    sweeping.sweep_nightly(at=at)
    released = 1
    while released:
        with transaction.atomic(durable=True):
            released = actions.ledger.release_timed_out(at=at)
    review = due.members_due(at=at)
    for members in _batches(review.member_ids):
        with transaction.atomic(durable=True):
            actions.ledger.lock_wallets(members)  # a posting of this moment reviews the same memberships
            actions.review_tiers(member_ids=members, at=at, allow_down=True)
    with transaction.atomic(durable=True):
        due.mark_reviewed(review=review, at=at)
        inviting.remind(at=at)
    with transaction.atomic(durable=True):
        actions.settle_all_groups()
    quest_rounds.nightly(at=at)
    expired = 1
    while expired:
        with transaction.atomic(durable=True):
            expired = actions.expire_lots(at=at)
    forgotten = 1
    while forgotten:
        with transaction.atomic(durable=True):
            forgotten = forget_refusals(at=at)
    proof = proving.prove(at=at)
    proving.seal(at=at)
    return proof


def _newcomers_with_waiting_orders(at: datetime) -> list[int]:
    """Members who joined lately and have confirmed an address that a waiting guest order was placed with."""
    waiting = queries.waiting_addresses(since=at - timedelta(days=GUEST_DAYS))
    if not waiting:
        return []
    recent = (
        get_user_model()
        .objects.filter(date_joined__gt=at - timedelta(days=GUEST_DAYS + 7))
        .values_list("id", flat=True)
    )
    addresses = verified_emails(member_ids=recent)
    return sorted(member_id for member_id, email in addresses.items() if hash_email(email) in waiting)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
