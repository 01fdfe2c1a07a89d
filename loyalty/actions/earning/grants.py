"""Points for a cause that a higher app names."""

from datetime import datetime, timedelta

from loyalty import rules
from loyalty.actions.ledger import POINTS, Earning, Posted, award
from loyalty.actions.tiers.reviewing import review_tiers
from outbox.require import require_transaction


def grant_points(
    *,
    cause: str,
    member_id: int,
    amount: int,
    reason: str,
    origin: str,
    by: int | None,
    at: datetime,
    pending_days: int = 0,
    currency: str = POINTS,
) -> Posted:
    """Give points for a cause that a higher app names ("referral:17:inviter"); asking again with it gives no more.

    `reason` is a stable code of the cause's kind, rendered on the statement. Raises ConflictingFacts when the cause was used
    for another member, amount or reason.
    """
    require_transaction()
    if amount <= 0:
        raise ValueError("A grant is a positive number of points.")
    posted, kind = award(
        earning=Earning(
            key=rules.cause_key("grant", cause, currency),
            member_id=member_id,
            currency=currency,
            amount=amount,
            reason=reason,
            origin=origin,
            source_type="cause",
            effective_at=at,
            available_at=at + timedelta(days=pending_days),
            facts={"cause": cause, "reason": reason},
        ),
        by=by,
        at=at,
    )
    if posted.created and kind.qualifies_tier:
        review_tiers(member_ids=[member_id], at=at)
    return posted
