"""All tiers side by side, and how a member came to theirs."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.models import TierMembership, TierProgram
from loyalty.queries.standing import Programme, programme
from loyalty.queries.tier_words import words_of
from loyalty.queries.tiers import TierCard, card_of, mark_of

GROUNDS = {
    TierMembership.Ground.EARNED: gettext_lazy("earned"),
    TierMembership.Ground.LIFETIME: gettext_lazy("yours for good"),
    TierMembership.Ground.INVITATION: gettext_lazy("by our invitation"),
}


@dataclass(frozen=True)
class Rung:
    """One tier as the page shows it. `keep` differs from `threshold` where keeping is easier than reaching."""

    code: str
    name: str
    rank: int
    threshold: int
    keep: int
    lifetime: int | None
    by_invitation: bool
    benefits: tuple[str, ...]
    here: bool
    missing: int

    @property
    def mark(self) -> int:
        return mark_of(self.rank)


@dataclass(frozen=True)
class Stay:
    """A time that the member spent in a tier. `up`: they rose into it; None for the first one."""

    name: str
    rank: int
    since: datetime
    until: datetime | None
    ground: str
    basis: int
    up: bool | None

    @property
    def mark(self) -> int:
        return mark_of(self.rank)


@dataclass(frozen=True)
class TierPage:
    card: TierCard
    rungs: list[Rung]
    stays: list[Stay]
    down: str


def tier_page(*, member_id: int, at: datetime) -> TierPage | None:
    """Everything of the page in four statements; None on a site without tiers."""
    program = programme()
    if program is None:
        return None
    card = card_of(program=program, member_id=member_id, at=at)
    return TierPage(card, _rungs(program, card), _stays(program, member_id), program.row.down)


def _rungs(program: Programme, card: TierCard) -> list[Rung]:
    rows = [program.tiers[step.id] for step in program.ladder]
    return [
        Rung(
            code=row.code,
            name=_(row.name),
            rank=row.rank,
            threshold=row.threshold,
            keep=row.threshold if row.keep_threshold is None else row.keep_threshold,
            lifetime=row.lifetime_threshold,
            by_invitation=row.by_invitation,
            benefits=words_of(row),
            here=row.code == card.code,
            missing=max(0, row.threshold - card.credit) if row.rank > card.rank and not row.by_invitation else 0,
        )
        for row in rows
    ]


def _stays(program: Programme, member_id: int, limit: int = 50) -> list[Stay]:
    rows = list(
        TierMembership.objects.filter(member_id=member_id, tier__program=program.row)
        .select_related("tier")
        .order_by("-since", "-id")[:limit]
    )
    unit = program.unit
    stays = []
    for nth, row in enumerate(rows):
        before = rows[nth + 1] if nth + 1 < len(rows) else None
        up = row.tier.rank > before.tier.rank if before else None
        stays.append(
            Stay(_(row.tier.name), row.tier.rank, row.since, row.until, str(GROUNDS[TierMembership.Ground(row.ground)]),
                 row.basis // unit, up)
        )  # fmt: skip
    return stays


def window_words(card: TierCard) -> str:
    """What counts, in a few words."""
    if card.window == TierProgram.Window.CALENDAR:
        return _("this calendar year")
    if card.window == TierProgram.Window.ANNIVERSARY:
        return _("the year since the day you joined")
    return _("the last %(number)s days") % {"number": card.window_days}
