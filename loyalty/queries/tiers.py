"""Where members stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Subquery
from django.utils.translation import gettext as _

from loyalty.models import Tier, TierMembership, TierProgram


@dataclass(frozen=True)
class TierCard:
    """A member's tier and the way to the next. `to_next` is None in the highest; `keep_until` is when a tier about to be lost
    ends unless `to_keep` more credit comes."""

    code: str
    name: str
    rank: int
    credit: int
    pending_credit: int
    benefits: tuple[str, ...]
    next_name: str
    next_threshold: int
    to_next: int | None
    floor: int
    to_keep: int
    keep_until: datetime | None
    window_days: int
    next_loss_at: datetime | None
    next_loss: int

    @property
    def mark(self) -> int:
        """The number of its mark in the design system, 1 to 4."""
        return mark_of(self.rank)

    @property
    def next_mark(self) -> int:
        return mark_of(self.rank + 1)


def mark_of(rank: int) -> int:
    """The design system's mark, 1 to 4, for a rank that counts from 0."""
    return min(rank + 1, 4)


def tier(*, member_id: int, at: datetime) -> TierCard | None:
    """A member's tier with its forecast; None when the site has no tiers."""
    first = TierProgram.objects.order_by("id").values("id")[:1]
    tiers = list(Tier.objects.filter(program=Subquery(first)).select_related("program").order_by("rank"))
    if not tiers:
        return None
    program = tiers[0].program
    row = TierMembership.objects.filter(member_id=member_id, until__isnull=True).first()
    current = next((one for one in tiers if row and one.id == row.tier_id), tiers[0])
    following = next((one for one in tiers if one.rank > current.rank), None)
    credit, pending, loss_at, loss = _credit(member_id, program.window_days, at)
    keep = current.keep_threshold if current.keep_threshold is not None else current.threshold
    return TierCard(
        code=current.code,
        name=_(current.name),
        rank=current.rank,
        credit=credit,
        pending_credit=pending,
        benefits=tuple(_(line.strip()) for line in current.benefits.splitlines() if line.strip()),
        next_name=_(following.name) if following else "",
        next_threshold=following.threshold if following else 0,
        to_next=max(0, following.threshold - credit) if following else None,
        floor=current.threshold,
        to_keep=max(0, keep - credit),
        keep_until=row.grace_until if row else None,
        window_days=program.window_days,
        next_loss_at=loss_at + timedelta(days=program.window_days) if loss_at else None,
        next_loss=loss,
    )


def tiers_of(*, member_ids: Iterable[int]) -> dict[int, tuple[str, str, int]]:
    """(code, name, rank) of many members in one statement. Members in the lowest tier by default are missing."""
    rows = TierMembership.objects.filter(member_id__in=set(member_ids), until__isnull=True).values_list(
        "member_id", "tier__code", "tier__name", "tier__rank"
    )
    return {member_id: (code, _(name), rank) for member_id, code, name, rank in rows}


def _credit(member_id: int, window_days: int, at: datetime) -> tuple[int, int, datetime | None, int]:
    """Credit that counts, credit to come, and the oldest day in the window with what it will take along."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH counted AS (
                SELECT lot.remaining, lot.earned_at, lot.available_at > %(at)s AS pending
                FROM loyalty_wallet AS wallet
                JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.qualifies_tier
                JOIN loyalty_lot AS lot ON lot.wallet_id = wallet.id AND lot.remaining > 0
                WHERE wallet.member_id = %(member)s AND lot.earned_at > %(since)s
            )
            SELECT coalesce(sum(remaining) FILTER (WHERE NOT pending AND earned_at <= %(at)s), 0),
                   coalesce(sum(remaining) FILTER (WHERE pending), 0),
                   (SELECT min(earned_at) FROM counted WHERE NOT pending),
                   coalesce((SELECT sum(remaining) FROM counted WHERE NOT pending AND earned_at =
                       (SELECT min(earned_at) FROM counted WHERE NOT pending)), 0)
            FROM counted
            """,
            {"member": member_id, "at": at, "since": at - timedelta(days=window_days)},
        )
        credit, pending, oldest, loss = cursor.fetchone()
    return int(credit), int(pending), oldest, int(loss)


@dataclass(frozen=True)
class Benefits:
    """What a member's tier does for them. `multiplier_percent` is 100 to 500; `pending_days` None: as long as the rules say;
    `early_hours`: how long before the others rewards and places in sessions are open to them."""

    code: str = ""
    rank: int = 0
    multiplier_percent: int = 100
    pending_days: int | None = None
    early_hours: int = 0
    birthday_points: int = 0
    birthday_reward_id: int | None = None
    gift_days: int = 30
    service_promise: str = ""


NO_BENEFITS = Benefits()


def benefits_of(*, member_ids: Iterable[int]) -> dict[int, Benefits]:
    """What the tiers of these members do for them, for each of the ids, in one statement.

    Whoever was never reviewed has what the lowest tier gives. Without tiers nobody has anything: `NO_BENEFITS`.
    """
    ids = sorted(set(member_ids))
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.id, tier.code, tier.rank, tier.multiplier_percent, tier.pending_days, tier.early_hours,
                   tier.birthday_points, tier.birthday_reward_id, tier.gift_days, tier.service_promise
            FROM unnest(%s::bigint[]) AS asked (id)
            LEFT JOIN loyalty_tiermembership AS held ON held.member_id = asked.id AND held.until IS NULL
            JOIN loyalty_tier AS tier ON tier.id = coalesce(held.tier_id, (
                SELECT lowest.id FROM loyalty_tier AS lowest
                WHERE lowest.program_id = (SELECT min(id) FROM loyalty_tierprogram) ORDER BY lowest.rank LIMIT 1))
            """,
            [ids],
        )
        found = {member: Benefits(*row) for member, *row in cursor.fetchall()}
    return {member: found.get(member, NO_BENEFITS) for member in ids}
