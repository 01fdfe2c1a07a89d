"""Tiers follow credit: up at once, down only at the nightly review."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Subquery

from loyalty import rules
from loyalty.actions.tiers.groups import settle_groups
from loyalty.events import TierChanged
from loyalty.models import Tier, TierMembership, TierProgram
from outbox.publish import publish_many
from outbox.require import require_transaction

_FIRST = TierProgram.objects.order_by("id").values("id")[:1]


def settle_all_groups() -> None:
    """Let the tiers' groups follow the memberships for everybody: every night, and after the tiers themselves were changed."""
    codes = Tier.objects.filter(program=Subquery(_FIRST)).values_list("code", flat=True)
    settle_groups(codes=codes, member_ids=None)


def qualifying_credit(*, member_ids: Sequence[int], window_days: int, at: datetime) -> dict[int, int]:
    """Credit earned in the window and available, net of what was taken back, by member; members without are missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wallet.member_id, sum(lot.remaining) FROM loyalty_wallet AS wallet "
            "JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.qualifies_tier "
            "JOIN loyalty_lot AS lot ON lot.wallet_id = wallet.id AND lot.remaining > 0 "
            "WHERE wallet.member_id = ANY(%s) AND lot.available_at <= %s AND lot.earned_at > %s AND lot.earned_at <= %s "
            "GROUP BY wallet.member_id",
            [list(member_ids), at, at - timedelta(days=window_days), at],
        )
        return {member_id: int(credit) for member_id, credit in cursor.fetchall()}


def review_tiers(
    *, member_ids: Iterable[int], at: datetime, allow_down: bool = False, announce: bool = True
) -> list[TierChanged]:
    """Look at what the members' credit reaches and move them. Their wallets are locked by the caller, or nobody posts to them.

    `allow_down` is for the nightly review. Without `announce` (a crowd from a file) no event tells of the moves.
    """
    require_transaction()
    ids = sorted(set(member_ids))
    tiers = list(Tier.objects.filter(program=Subquery(_FIRST)).select_related("program").order_by("rank"))
    if not ids or not tiers:
        return []
    program = tiers[0].program
    steps = {
        tier.id: rules.TierStep(
            tier.id,
            tier.code,
            tier.rank,
            tier.threshold,
            tier.keep_threshold if tier.keep_threshold is not None else tier.threshold,
        )
        for tier in tiers
    }
    credits = qualifying_credit(member_ids=ids, window_days=program.window_days, at=at)
    rows = TierMembership.objects.filter(member_id__in=ids, until__isnull=True).select_for_update(of=("self",))
    current = {row.member_id: row for row in rows.order_by("member_id")}
    moved: list[tuple[int, TierMembership | None, rules.TierStep, int]] = []
    for member_id in ids:
        row, credit = current.get(member_id), credits.get(member_id, 0)
        verdict = rules.review(
            credit=credit,
            current=steps[row.tier_id] if row else None,
            grace_until=row.grace_until if row else None,
            steps=list(steps.values()),
            grace=timedelta(days=program.grace_days),
            at=at,
            allow_down=allow_down,
        )
        if row is None or verdict.tier.id != row.tier_id:
            moved.append((member_id, row, verdict.tier, credit))
        elif (row.grace_until, row.basis) != (verdict.grace_until, credit):
            TierMembership.objects.filter(id=row.id).update(grace_until=verdict.grace_until, basis=credit)
    return _move(moved, steps=steps, at=at, announce=announce)


def _move(
    moved: Sequence[tuple[int, TierMembership | None, rules.TierStep, int]],
    *,
    steps: dict[int, rules.TierStep],
    at: datetime,
    announce: bool,
) -> list[TierChanged]:
    if not moved:
        return []
    TierMembership.objects.filter(id__in=[row.id for _, row, _, _ in moved if row]).update(until=at)
    TierMembership.objects.bulk_create(
        [
            TierMembership(member_id=member, tier_id=tier.id, since=at, basis=credit)
            for member, _, tier, credit in moved
        ],
        batch_size=2000,
    )
    settle_groups(codes=[step.code for step in steps.values()], member_ids=[member for member, _, _, _ in moved])
    lowest = min(steps.values(), key=lambda step: step.rank)
    changes = [
        TierChanged(member_id=member, from_code=steps[row.tier_id].code if row else "", to_code=tier.code, at=at)
        for member, row, tier, _ in moved
        # Everybody begins in the lowest tier: arriving there is no news.
        if row or tier.id != lowest.id
    ]
    if announce:
        publish_many(changes)
    return changes
