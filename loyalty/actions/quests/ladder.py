"""The gift ladder: a gift at some levels, one for each in a life, taken by a click while it waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from community.queries import trust_of
from loyalty.actions.earning.grants import grant_points
from loyalty.actions.quests.gifting import give_badge, hand_over
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.models import Gift, LadderDraw, LadderGift, LadderRung
from loyalty.notices import quests as notices
from outbox.require import require_transaction


class LadderRefused(Exception):
    """A gift cannot be taken now: `code` (absent, over, trust, empty) is stable, `message` says the next step."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class TakenGift:
    """What the click brought. `redemption` is the public id of a claimed reward, where there is one; `fresh`: just now."""

    name: str
    points: int
    redemption: str
    fresh: bool


def reach_rung(*, member_id: int, level: int, at: datetime) -> bool:
    """A level is reached: its gift waits from now on. False where none hangs there, or it was given before, or the
    member was drawn to have no ladder."""
    require_transaction()
    rung = LadderRung.objects.filter(level=level, active=True).first()
    if rung is None or LadderDraw.objects.filter(member_id=member_id, held_out=True).exists():
        return False
    gift = LadderGift(member_id=member_id, rung=rung, granted_at=at, expires_at=at + timedelta(days=rung.valid_days))
    LadderGift.objects.bulk_create([gift], ignore_conflicts=True)
    if not LadderGift.objects.filter(public_id=gift.public_id).exists():
        return False
    notices.tell_gift(member_id=member_id, rung_id=rung.pk, level=level, at=at)
    return True


def take_gift(*, public_id: str, by: int, at: datetime) -> TakenGift:
    """Take a gift that waits; a second click says the same and gives nothing more. Raises LadderRefused."""
    require_transaction()
    found = LadderGift.objects.select_for_update(of=("self",)).select_related("rung")
    gift = found.filter(public_id=public_id, member_id=by).first()
    if gift is None:
        raise LadderRefused("absent", _("There is no such gift."))
    if gift.state == LadderGift.State.CLAIMED:
        taken = _redemption(gift)
        return TakenGift(gift.rung.name, gift.rung.points, taken, False)
    _may_take(gift, at)
    LadderGift.objects.filter(pk=gift.pk).update(state=LadderGift.State.CLAIMED, claimed_at=at)
    return TakenGift(gift.rung.name, gift.rung.points, _give(gift, at), True)


def _may_take(gift: LadderGift, at: datetime) -> None:
    if gift.expires_at <= at:
        raise LadderRefused("over", _("This gift waited its days. The next one hangs on the next rung."))
    least = gift.rung.min_trust
    if trust_of(member_id=gift.member_id) < least:
        text = _("This gift opens when we know each other a little: at trust level %(level)s.")
        raise LadderRefused("trust", text % {"level": least})


def _give(gift: LadderGift, at: datetime) -> str:
    """Everything that hangs on the rung, or nothing of it; the public id of the claimed reward."""
    rung, member, cause = gift.rung, gift.member_id, _cause(gift)
    if rung.points:
        grant_points(
            cause=cause, member_id=member, amount=rung.points, reason="ladder_gift", origin="activity", by=member, at=at
        )
    if rung.badge_id:
        give_badge(kind_id=rung.badge_id, member_id=member, note=rung.name, at=at)
    if not rung.reward_id:
        return ""
    try:
        return hand_over(cause=cause, member_id=member, reward_id=rung.reward_id, by=member, at=at).public_id
    except RewardRefused as refusal:
        raise LadderRefused("empty", refusal.message) from refusal


def _redemption(gift: LadderGift) -> str:
    """The claim that came of the gift; rungs may be others now, so it is found by its cause."""
    row = Gift.objects.filter(cause=_cause(gift)).values_list("redemption__public_id", flat=True).first()
    return row or ""


def _cause(gift: LadderGift) -> str:
    return f"ladder:{gift.public_id}"
