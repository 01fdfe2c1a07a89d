"""The night's fixed order: guest orders find their people, timed-out holds are released, tiers are reviewed by what became
available, old points expire, the books are proved, days that are over are sealed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth import get_user_model

from loyalty import actions, proving, queries, quest_rounds
from loyalty.actions.earning.ruling import forget_refusals
from loyalty.actions.orders.recording import GUEST_DAYS
from loyalty.actions.orders.rows import hash_email
from loyalty.actions.rewards import sweeping
from loyalty.actions.tiers import due, inviting
from loyalty.notices import points as point_notices
from loyalty.notices import seasons as season_notices
from members.queries import verified_emails
from outbox.retry import whole

BATCH = 2000


def run(*, at: datetime) -> queries.ProofResult:
    """Everything once. Each batch is its own transaction, tried again after a deadlock with somebody who buys or claims at
    this moment; so a kill in the middle loses nothing and a second run ends it."""
    for member_id in _newcomers_with_waiting_orders(at):
        whole(partial(actions.claim_waiting_orders, member_id=member_id, by=None, at=at))
    point_notices.tell_available(at=at)
    point_notices.tell_expiring(at=at)
    whole(partial(season_notices.tell_ending, at=at))
    sweeping.sweep_nightly(at=at)
    while whole(partial(actions.ledger.release_timed_out, at=at)):
        pass
    review = due.members_due(at=at)
    for members in _batches(review.member_ids):
        whole(partial(_review, members, at))
    whole(partial(_reviewed, review, at))
    whole(actions.settle_all_groups)
    quest_rounds.nightly(at=at)
    while whole(partial(actions.expire_lots, at=at)):
        pass
    while whole(partial(forget_refusals, at=at)):
        pass
    proof = proving.prove(at=at)
    proving.seal(at=at)
    return proof


def _review(members: list[int], at: datetime) -> None:
    actions.ledger.lock_wallets(members)  # a posting of this moment reviews the same memberships
    actions.review_tiers(member_ids=members, at=at, allow_down=True)


def _reviewed(review: due.DueReview, at: datetime) -> None:
    due.mark_reviewed(review=review, at=at)
    inviting.remind(at=at)


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
