"""What loyalty gives to live sessions: who is seated first, and rewards that may be dropped."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from community.problems import Problem
from community.slots import DropSource, Prize
from loyalty.actions import RewardRefused, release_reward, reserve_reward
from loyalty.models import Reward, Tier
from loyalty.queries import benefits_of, tiers_of
from outbox.clock import now

SOURCE = "reward"


def ranks(*, member_ids: Sequence[int]) -> dict[int, int]:
    """The rank of each member's tier; those in the lowest are missing."""
    return {member: rank for member, (_code, _name, rank) in tiers_of(member_ids=member_ids).items()}


def rank_of(member_id: int) -> int:
    return ranks(member_ids=[member_id]).get(member_id, 0)


def early_access(*, member_ids: Sequence[int]) -> dict[int, int]:
    """Hours for which what opens is open to these members before the others."""
    return {one: own.early_hours for one, own in benefits_of(member_ids=member_ids).items() if own.early_hours}


def rank_names() -> dict[int, str]:
    return {rank: _(name) for rank, name in Tier.objects.order_by("rank").values_list("rank", "name")}


def choices() -> list[Prize]:
    """Rewards on the shelf that are not out."""
    at = now()
    rows = Reward.objects.filter(
        Q(starts_at__isnull=True) | Q(starts_at__lte=at), Q(ends_at__isnull=True) | Q(ends_at__gt=at),
        Q(stock__isnull=True) | Q(stock__gt=F("claimed")), active=True,
    )  # fmt: skip
    return [
        Prize(str(row.id), _(row.name), None if row.stock is None else row.stock - row.claimed) for row in rows
    ]  # fmt: skip


def reserve(*, key: str, count: int, cause: str, at: datetime) -> None:
    try:
        reserve_reward(reward_id=int(key), count=count, cause=cause, at=at)
    except RewardRefused as refusal:
        raise Problem(f"reward_{refusal.code}", refusal.message) from refusal


def release(*, cause: str, count: int, at: datetime) -> None:
    release_reward(cause=cause, count=count, at=at)


REWARDS = DropSource(SOURCE, choices, reserve, release)
