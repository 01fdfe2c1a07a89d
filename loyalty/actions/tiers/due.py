"""Whom the nightly review looks at: nobody whose answer cannot have changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from loyalty.models import TierMembership, TierProgram
from loyalty.queries.standing import FIRST_PROGRAM
from outbox.require import require_transaction

OVERLAP = timedelta(hours=1)
"""Looked at twice, so that a posting of the moment in which a review begins is never between two of them."""


@dataclass(frozen=True)
class DueReview:
    """Members in order of their ids, and the programme as it was when they were listed."""

    program_id: int | None
    since: datetime | None
    member_ids: list[int]


def members_due(*, at: datetime) -> DueReview:
    """Whose credit became available since the last review, whose window has an edge, whose invitation begins or ends.

    After the programme was changed (`forget_review`), everybody who ever had credit.
    """
    program = TierProgram.objects.filter(id__in=FIRST_PROGRAM).first()
    if program is None:
        return DueReview(None, None, [])
    since = program.reviewed_at
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT wallet.member_id FROM loyalty_lot AS lot JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id
            JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.qualifies_tier
            WHERE %(since)s::timestamptz IS NOT NULL AND lot.available_at > %(since)s AND lot.available_at <= %(at)s
            UNION
            SELECT wallet.member_id FROM loyalty_wallet AS wallet
            JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.qualifies_tier
            WHERE %(since)s::timestamptz IS NULL
            UNION
            SELECT placed.member_id FROM loyalty_order AS placed
            WHERE %(spend)s AND %(since)s::timestamptz IS NULL AND placed.member_id IS NOT NULL
            UNION
            SELECT held.member_id FROM loyalty_tiermembership AS held JOIN loyalty_tier AS tier ON tier.id = held.tier_id
            WHERE held.until IS NULL AND (%(since)s::timestamptz IS NULL OR held.next_review <= %(at)s
                                          OR (held.next_review IS NULL AND tier.rank > 0))
            UNION
            SELECT invitation.member_id FROM loyalty_tierinvitation AS invitation
            WHERE (invitation.invited_at > %(since)s AND invitation.invited_at <= %(at)s)
               OR (invitation.ends_at > %(since)s AND invitation.ends_at <= %(at)s)
               OR (invitation.ended_at > %(since)s AND invitation.ended_at <= %(at)s)
            ORDER BY 1
            """,
            {
                "since": since - OVERLAP if since else None,
                "at": at,
                "spend": program.basis == TierProgram.Basis.SPEND,
            },
        )
        return DueReview(program.pk, since, [member_id for (member_id,) in cursor.fetchall()])


def mark_reviewed(*, review: DueReview, at: datetime) -> bool:
    """The next review begins where this one ended, unless another was quicker or the programme changed meanwhile."""
    require_transaction()
    if review.program_id is None:
        return False
    rows = TierProgram.objects.filter(pk=review.program_id)
    rows = rows.filter(reviewed_at=review.since) if review.since else rows.filter(reviewed_at=None)
    return bool(rows.update(reviewed_at=at))


def forget_review(*, program_id: int, at: datetime) -> None:
    """The programme is another one: everybody is looked at in the next night."""
    require_transaction()
    TierProgram.objects.filter(pk=program_id).update(reviewed_at=None)
    TierMembership.objects.filter(tier__program_id=program_id, until=None).update(next_review=at)
