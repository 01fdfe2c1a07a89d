"""What quests and the ladder give besides points."""

import logging
from datetime import datetime

from django.db import transaction

from community.actions.people import badges
from loyalty.actions.rewards.cards import ClaimedReward, RewardRefused
from loyalty.actions.rewards.granting import claim_gift, grant_gift

log = logging.getLogger(__name__)


def give_badge(*, kind_id: int, member_id: int, note: str, at: datetime) -> bool:
    """A badge of the house; False when the member has it already."""
    return badges.give(kind_id=kind_id, member_id=member_id, note=note, by=None, at=at)


def let_wait(*, cause: str, member_id: int, reward_id: int, valid_days: int, at: datetime) -> bool:
    """A reward waits under the member's gifts, free of points; once for its cause. False when nothing of it is left:
    the points of a quest must not hang on a shelf."""
    try:
        with transaction.atomic():
            grant_gift(
                cause=cause, member_id=member_id, reward_id=reward_id, valid_days=max(valid_days, 1), by=None, at=at
            )
    except RewardRefused as refusal:
        log.error("The gift for %s could not be given: %s", cause, refusal.code)
        return False
    return True


def hand_over(*, cause: str, member_id: int, reward_id: int, by: int, at: datetime) -> ClaimedReward:
    """A reward becomes the member's at once: their click already said yes. Raises RewardRefused when nothing is left."""
    gift = grant_gift(cause=cause, member_id=member_id, reward_id=reward_id, valid_days=1, by=None, at=at)
    return claim_gift(gift_id=gift.id, member_id=member_id, by=by, at=at)
