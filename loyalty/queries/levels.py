"""Levels and the gift ladder, as members see them."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from loyalty.models import LadderGift, LadderRung
from loyalty.rules import levels


@dataclass(frozen=True)
class NextRung:
    """The next gift of the ladder, and how much credit is missing for it."""

    level: int
    name: str
    credit_at: int
    to_go: int


@dataclass(frozen=True)
class LevelCard:
    """A member's level. `credit` is what has come and counts; `highest` was reached once and is never told again.

    `next_rung` is None when no gift hangs above, or when the member was drawn to have no ladder (`has_ladder`).
    """

    level: int
    credit: int
    begins_at: int
    next_level_at: int
    next_rung: NextRung | None
    highest: int
    has_ladder: bool
    waiting: int

    @property
    def to_next(self) -> int:
        return self.next_level_at - self.credit

    @property
    def into(self) -> int:
        """Credit since this level began."""
        return self.credit - self.begins_at

    @property
    def span(self) -> int:
        """Credit from this level to the next."""
        return self.next_level_at - self.begins_at


_LEVEL = """
SELECT coalesce((SELECT greatest(0, wallet.posted - coalesce((SELECT sum(lot.remaining) FROM loyalty_lot AS lot
            WHERE lot.wallet_id = wallet.id AND lot.remaining > 0 AND lot.available_at > %(at)s), 0))
        FROM loyalty_wallet AS wallet JOIN loyalty_currency AS currency
            ON currency.id = wallet.currency_id AND currency.code = 'credit'
        WHERE wallet.member_id = %(member)s), 0)::bigint,
    coalesce((SELECT curve FROM loyalty_levelsettings WHERE id = 1), 1),
    coalesce((SELECT highest FROM loyalty_levelstanding WHERE member_id = %(member)s), 1),
    coalesce((SELECT held_out FROM loyalty_ladderdraw WHERE member_id = %(member)s), false),
    (SELECT count(*) FROM loyalty_laddergift WHERE member_id = %(member)s AND state = 'waiting' AND expires_at > %(at)s),
    (SELECT coalesce(json_agg(json_build_array(rung.level, rung.name) ORDER BY rung.level), '[]')::text
        FROM loyalty_ladderrung AS rung WHERE rung.active AND NOT EXISTS (SELECT FROM loyalty_laddergift AS had
            WHERE had.rung_id = rung.id AND had.member_id = %(member)s))
"""


def level(*, member_id: int, at: datetime) -> LevelCard:
    """Where a member stands on the way of the first months, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LEVEL, {"member": member_id, "at": at})
        credit, curve, highest, held_out, waiting, rungs = cursor.fetchone()
    now_at = levels.level_of(int(credit), curve=curve)
    following = next(((number, name) for number, name in json.loads(rungs) if number > max(now_at, highest)), None)
    rung = None
    if following and not held_out:
        needed = levels.begins_at(following[0], curve=curve)
        rung = NextRung(following[0], _(following[1]), needed, max(needed - int(credit), 0))
    return LevelCard(
        level=now_at, credit=int(credit), begins_at=levels.begins_at(now_at, curve=curve),
        next_level_at=levels.begins_at(now_at + 1, curve=curve), next_rung=rung, highest=max(highest, now_at),
        has_ladder=not held_out, waiting=0 if held_out else waiting,
    )  # fmt: skip


@dataclass(frozen=True)
class RungCard:
    """One rung with the member's gift. `state`: ahead, waiting, locked (trust is missing), claimed, over."""

    level: int
    name: str
    credit_at: int
    state: str
    public_id: str
    expires_at: datetime | None
    min_trust: int


def ladder(*, member_id: int, card: LevelCard, trust: int, at: datetime) -> list[RungCard]:
    """The rungs that hang now and those whose gift the member had; empty for who has no ladder."""
    if not card.has_ladder:
        return []
    gifts = {gift.rung_id: gift for gift in LadderGift.objects.filter(member_id=member_id)}
    curve = card.next_level_at // (card.level * (card.level + 1))
    return [
        _rung(rung, gifts.get(rung.pk), curve, trust, at)
        for rung in LadderRung.objects.order_by("level")
        if rung.active or rung.pk in gifts
    ]


def _rung(rung: LadderRung, gift: LadderGift | None, curve: int, trust: int, at: datetime) -> RungCard:
    state = "ahead"
    if gift is not None:
        state = "claimed" if gift.state == LadderGift.State.CLAIMED else "waiting" if gift.expires_at > at else "over"
        if state == "waiting" and trust < rung.min_trust:
            state = "locked"
    return RungCard(
        rung.level, _(rung.name), levels.begins_at(rung.level, curve=curve), state, gift.public_id if gift else "",
        gift.expires_at if gift else None, rung.min_trust,
    )  # fmt: skip
