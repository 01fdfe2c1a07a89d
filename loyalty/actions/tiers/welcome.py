"""What waits for whoever arrives in a tier, once in a life."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from loyalty.actions.rewards.cards import RewardRefused
from loyalty.actions.rewards.granting import grant_gift
from loyalty.models import Tier
from outbox.require import require_transaction

log = logging.getLogger(__name__)


def welcome(*, member_id: int, tiers: Sequence[Tier], at: datetime) -> int:
    """Grant the gifts of the tiers that a member has just reached or passed; how many could be granted.

    Whoever falls and comes back has had the gift already. An empty shelf does not keep anybody from rising.
    """
    require_transaction()
    given = 0
    for tier in tiers:
        if tier.welcome_reward_id is None:
            continue
        try:
            with transaction.atomic():
                grant_gift(
                    cause=f"tier-welcome:{tier.code}:{member_id}",
                    member_id=member_id,
                    reward_id=tier.welcome_reward_id,
                    valid_days=tier.gift_days,
                    by=None,
                    at=at,
                )
            given += 1
        except RewardRefused as refusal:
            log.warning("The welcome gift of the tier %s could not be granted: %s", tier.code, refusal.code)
    return given
