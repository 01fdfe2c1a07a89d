"""What managers see of tiers: how many are where, what another table would do, who is about to lose something."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from loyalty import rules
from loyalty.models import Tier, TierInvitation, TierMembership, TierProgram, Wallet
from loyalty.queries.standing import Programme, Standing, programme_of, standings
from members.queries import MemberCard, member_cards

BATCH = 5000


@dataclass(frozen=True)
class TierCount:
    """How many members are in a tier now, and would be after the next night; `graces` of those hear of a loss to come."""

    tier: Tier
    now: int
    then: int
    graces: int


@dataclass(frozen=True)
class GraceLine:
    member: MemberCard
    tier: str
    until: datetime
    credit: int
    missing: int


def first_programme() -> TierProgram | None:
    return TierProgram.objects.order_by("id").first()


def counts(*, program_id: int) -> dict[int, int]:
    """Members by tier in one statement."""
    rows = TierMembership.objects.filter(until=None, tier__program_id=program_id).order_by().values_list("tier_id")
    return dict(rows.annotate(number=Count("id")))


def preview(*, program: TierProgram, tiers: Sequence[Tier], at: datetime) -> list[TierCount]:
    """What the next review would do with this table, saved or not: the review's own rule over everybody who has anything.

    Three statements for each 5,000 members; nothing is written.
    """
    draft = programme_of(program, tiers)
    now: Counter[int] = Counter()
    then: Counter[int] = Counter()
    graces: Counter[int] = Counter()
    for ids in _batches():
        rows = {
            row.member_id: row
            for row in TierMembership.objects.filter(member_id__in=ids, until=None, tier__in=draft.tiers)
        }
        for member_id, standing in standings(program=draft, member_ids=ids, at=at).items():
            row = rows.get(member_id)
            after = _review(draft, row, standing, at)
            now[row.tier_id if row else draft.lowest.id] += 1
            then[after.tier.id] += 1
            if after.grace_until and not (row and row.grace_until):
                graces[after.tier.id] += 1
    return [TierCount(tier, now[tier.pk], then[tier.pk], graces[tier.pk]) for tier in tiers]


def in_grace(*, program: TierProgram, limit: int = 500) -> list[GraceLine]:
    """Who is about to lose a tier, the nearest first."""
    rows = list(
        TierMembership.objects.filter(until=None, grace_until__isnull=False, tier__program=program)
        .select_related("tier")
        .order_by("grace_until", "id")[:limit]
    )
    cards = member_cards(member_ids=[row.member_id for row in rows])
    unit = 10 ** rules.exponent(program.spend_currency) if program.basis == TierProgram.Basis.SPEND else 1
    lines = []
    for row in rows:
        keep = row.tier.threshold if row.tier.keep_threshold is None else row.tier.keep_threshold
        if row.grace_until and row.member_id in cards:
            credit = row.basis // unit
            lines.append(GraceLine(cards[row.member_id], row.tier.name, row.grace_until, credit, max(0, keep - credit)))
    return lines


def invitations_of(*, member_id: int) -> list[TierInvitation]:
    return list(
        TierInvitation.objects.filter(member_id=member_id).select_related("tier", "invited_by").order_by("-invited_at")
    )


def _review(draft: Programme, row: TierMembership | None, standing: Standing, at: datetime) -> rules.Held:
    held = None
    if row is not None:
        held = rules.Held(draft.steps[row.tier_id], row.ground, row.grace_until, row.secured_until)
    return rules.review(
        counted=standing.counted, held=held, invited=standing.invited, steps=list(draft.steps.values()),
        policy=draft.policy, at=at, allow_down=True,
    )  # fmt: skip


def _batches() -> Iterator[list[int]]:
    """Everybody who has credit, was paid for, or is in a tier: by id, some thousand at a time."""
    last = 0
    anybody = Wallet.objects.filter(Q(currency__qualifies_tier=True))
    while True:
        ids = set(anybody.filter(member_id__gt=last).order_by("member_id").values_list("member_id", flat=True)[:BATCH])
        ids |= set(
            TierMembership.objects.filter(until=None, member_id__gt=last)
            .order_by("member_id")
            .values_list("member_id", flat=True)[:BATCH]
        )
        batch = sorted(ids)[:BATCH]
        if not batch:
            return
        yield batch
        last = batch[-1]
