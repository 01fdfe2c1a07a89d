"""Where members stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.models import Tier, TierInvitation, TierMembership, TierProgram
from loyalty.queries.standing import Programme, frames, grains_of, programme
from loyalty.queries.tier_words import words_of
from loyalty.rules.forecast import Need, counts_at, forecast


@dataclass(frozen=True)
class TierCard:
    """A member's tier and the way to the next. `to_next` is None in the highest; `keep_until` is when a tier about to be lost
    ends unless `to_keep` more credit comes.

    Numbers are tier credit, or whole units of the currency `unit` where the programme measures spend. `keep_asked`: the tier
    asks for `to_keep` more before `keep_before` (then the grace begins, or ends). `reach_before`: when the way to the next
    tier becomes longer, because something leaves the window. All `…_before` are the first moment that is too late.
    """

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
    window: str = TierProgram.Window.ROLLING
    unit: str = ""
    ground: str = TierMembership.Ground.EARNED
    invited_until: datetime | None = None
    keep_before: datetime | None = None
    keep_asked: bool = False
    reach_before: datetime | None = None
    grace_days: int = 0
    next_mark_rank: int = 0

    @property
    def keep_day(self) -> datetime | None:
        """The last day on which what keeps the tier still counts."""
        return _last_day(self.keep_until or self.keep_before)

    @property
    def reach_day(self) -> datetime | None:
        return _last_day(self.reach_before)

    @property
    def invited_day(self) -> datetime | None:
        return _last_day(self.invited_until)

    @property
    def mark(self) -> int:
        """The number of its mark in the design system, 1 to 4."""
        return mark_of(self.rank)

    @property
    def next_mark(self) -> int:
        return mark_of(self.next_mark_rank)


def _last_day(moment: datetime | None) -> datetime | None:
    return moment - timedelta(seconds=1) if moment else None


def mark_of(rank: int) -> int:
    """The design system's mark, 1 to 4, for a rank that counts from 0."""
    return min(rank + 1, 4)


def tier(*, member_id: int, at: datetime) -> TierCard | None:
    """A member's tier with its forecast, in three statements; None when the site has no tiers."""
    program = programme()
    return None if program is None else card_of(program=program, member_id=member_id, at=at)


def card_of(*, program: Programme, member_id: int, at: datetime) -> TierCard:
    """The same in two statements, for those who have the programme already."""
    invitations = TierInvitation.objects.filter(
        member=OuterRef("member"), tier=OuterRef("tier"), ended_at=None, ends_at__gt=at
    )
    rows = TierMembership.objects.filter(member_id=member_id, until=None, tier__in=program.tiers)
    row = rows.annotate(invited_until=Subquery(invitations.values("ends_at")[:1])).first()
    held = rules.Held(program.lowest)
    if row is not None:
        held = rules.Held(program.steps[row.tier_id], row.ground, row.grace_until, row.secured_until)
    following = next((s for s in program.ladder if s.rank > held.tier.rank and not s.by_invitation), None)
    frame = frames(program=program, member_ids=[member_id], at=at)[member_id]
    grains = grains_of(program=program, since={member_id: frame.since}, at=at)[member_id]
    seen = forecast(
        held=held, following=following, grains=grains, window=program.window, frame=frame, policy=program.policy, at=at
    )
    current = program.tiers[held.tier.id]
    coming = program.tiers[following.id] if following else None
    return TierCard(
        code=current.code,
        name=_(current.name),
        rank=current.rank,
        credit=counts_at(grains, program.window, frame, at) // program.unit,
        pending_credit=sum(grain.amount for grain in grains if grain.available_at > at) // program.unit,
        benefits=words_of(current),
        next_name=_(coming.name) if coming else "",
        next_threshold=coming.threshold if coming else 0,
        to_next=_more(seen.reach, program.unit) if seen.reach else None,
        floor=current.threshold,
        to_keep=_more(seen.keep, program.unit) if seen.keep else 0,
        keep_until=held.grace_until,
        window_days=program.window.days,
        next_loss_at=seen.leaving.before if seen.leaving.amount else None,
        next_loss=seen.leaving.amount // program.unit,
        window=program.row.window,
        unit=program.row.spend_currency if program.row.basis == TierProgram.Basis.SPEND else "",
        ground=held.ground,
        invited_until=row.invited_until if row and held.ground == TierMembership.Ground.INVITATION else None,
        keep_before=seen.keep.before if seen.keep else None,
        keep_asked=seen.keep is not None,
        reach_before=seen.reach.before if seen.reach else None,
        grace_days=program.row.grace_days,
        next_mark_rank=coming.rank if coming else current.rank,
    )


def _more(need: Need, unit: int) -> int:
    """Rounded up: a cent too little is too little."""
    return -(-need.amount // unit)


def tier_ids() -> dict[str, int]:
    """Tiers by their codes."""
    return dict(Tier.objects.values_list("code", "id"))


def tiers_of(*, member_ids: Iterable[int]) -> dict[int, tuple[str, str, int]]:
    """(code, name, rank) of many members in one statement. Members in the lowest tier by default are missing."""
    rows = TierMembership.objects.filter(member_id__in=set(member_ids), until__isnull=True).values_list(
        "member_id", "tier__code", "tier__name", "tier__rank"
    )
    return {member_id: (code, _(name), rank) for member_id, code, name, rank in rows}


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
