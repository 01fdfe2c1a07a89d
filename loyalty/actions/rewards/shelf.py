"""What stands on the shelf: rewards that a site begins with, pictures, pieces taken and put back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from loyalty.actions.rewards.cards import RewardRefused
from loyalty.models import Reward, Tier
from outbox.require import require_transaction


def ensure_reward(
    *,
    name: str,
    kind: str,
    cost: int,
    description: str = "",
    category: str = "",
    stock: int | None = None,
    per_member: int | None = None,
    min_tier: str = "",
    percent: int = 0,
    position: int = 0,
    about: Mapping[str, Any] | None = None,
    by: int | None,
    at: datetime,
) -> int:
    """The id of the reward with this name, put on the shelf when there is none. One that stands there stays as it is.

    `min_tier` is a tier's code; `about` further columns by their names (pool_id, gives_id, starts_at, how_to_use …), and
    `group_name` for the group of a perk. Twice at once gives one reward.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"loyalty:reward:{name}"])
    found = Reward.objects.filter(name=name).values_list("id", flat=True).first()
    if found is not None:
        return found
    tier = Tier.objects.get(code=min_tier) if min_tier else None
    more = dict(about or {})
    if group := more.pop("group_name", ""):
        more["group"] = Group.objects.get_or_create(name=group)[0]
    reward = Reward.objects.create(
        name=name, description=description, category=category, kind=Reward.Kind(kind), cost=cost, stock=stock,
        per_member=per_member, min_tier=tier, percent=percent, position=position, **more,
    )  # fmt: skip
    return reward.pk


def describe_reward(*, name: str, values: Mapping[str, Any], by: int, at: datetime) -> bool:
    """Change what is said of a reward and how it looks; False when there is none of this name. Pieces and claims stay."""
    require_transaction()
    changed = {"description", "category", "kind", "picture", "picture_small", "picture_alt", "how_to_use", "terms"}
    if strange := set(values) - changed:
        raise ValueError(f"These are not words about a reward: {sorted(strange)}")
    return Reward.objects.filter(name=name).update(**values) > 0


def set_picture(*, reward_id: int, name: str, small_name: str, by: int, at: datetime) -> tuple[str, str]:
    """Show this picture (storage names; empty: none). Returns the names of the one before, for whoever removes files."""
    require_transaction()
    row = Reward.objects.select_for_update().only("picture", "picture_small").get(id=reward_id)
    before = (row.picture, row.picture_small)
    Reward.objects.filter(id=reward_id).update(picture=name, picture_small=small_name)
    return before


def open_claim(
    *, member_id: int, key: UUID, reward_id: int, most: int | None, pieces: Iterable[int]
) -> tuple[bool, int, bool]:
    """Lock the member's wallets, look again, and take one piece of each of `pieces`: (known, slot, taken).

    `known`: this claim was answered meanwhile; `slot`: the member's next number for the reward, beyond `most` nothing is taken;
    `taken`: all pieces are ours now.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT known, slot, taken FROM loyalty_open_claim(%s, %s, %s, %s, %s::bigint[])",
            [member_id, key, reward_id, most, sorted(set(pieces))],
        )
        known, slot, taken = cursor.fetchone()
    return known, slot or 0, taken


def take_piece(reward_ids: Iterable[int]) -> None:
    """One piece of each, in the order of their ids; after the wallets, before coupons. Raises RewardRefused (out_of_stock)."""
    for reward_id in sorted(set(reward_ids)):
        left = Reward.objects.filter(Q(stock__isnull=True) | Q(claimed__lt=F("stock")), id=reward_id)
        if left.update(claimed=F("claimed") + 1) != 1:
            raise out_of_stock()


def put_piece_back(reward_ids: Iterable[int]) -> None:
    for reward_id in sorted(set(reward_ids)):
        Reward.objects.filter(id=reward_id, claimed__gt=0).update(claimed=F("claimed") - 1)


def pieces_of(reward: Reward) -> list[int]:
    """What a claim of this takes from the shelf: a gift to a friend takes what the friend gets, too."""
    return [reward.pk] if reward.gives_id is None else [reward.pk, reward.gives_id]


def out_of_stock() -> RewardRefused:
    return RewardRefused("out_of_stock", _("Somebody was faster: the last one is gone. No points were taken."))
