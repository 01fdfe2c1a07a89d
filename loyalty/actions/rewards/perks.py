"""Perks act by themselves: a badge or a place in a group for some days, taken back at their end."""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community.actions.people import badges
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.models import PerkGrant, Reward
from members.actions import join_group, leave_group
from members.queries import is_system_group
from outbox.require import require_transaction


def sold_groups() -> QuerySet[Group]:
    """Groups that may be a perk: rights of the team and punishments are groups, too, and are not for sale."""
    opens_nothing = Group.objects.filter(permissions=None, page_permissions=None, collection_permissions=None)
    taken = [pk for pk, name in Group.objects.values_list("pk", "name") if is_system_group(name)]
    return opens_nothing.exclude(pk__in=taken)


def give_perk(*, redemption_id: int, reward: Reward, member_id: int, at: datetime) -> None:
    """Begin a perk. One of the same thing that still runs is prolonged: the days are added, not lost."""
    require_transaction()
    if reward.badge_id is None and reward.group_id is None:
        return
    running = PerkGrant.objects.filter(
        Q(badge_id=reward.badge_id) & Q(group_id=reward.group_id), member_id=member_id, ended_at__isnull=True
    )
    last = running.order_by("-until").values_list("until", flat=True).first()
    starts = max(at, last) if last else at
    gave = running.exists() or _give(reward, member_id, at)
    PerkGrant.objects.create(
        redemption_id=redemption_id, member_id=member_id, badge_id=reward.badge_id, group_id=reward.group_id, gave=gave,
        starts_at=starts, until=starts + timedelta(days=reward.perk_days) if reward.perk_days else None,
    )  # fmt: skip


def end_perk(*, redemption_id: int, at: datetime) -> bool:
    """Take a perk back now (its claim was undone). False when there is none."""
    grant = PerkGrant.objects.select_for_update().filter(redemption_id=redemption_id, ended_at__isnull=True).first()
    if grant is None:
        return False
    _end(grant, at)
    return True


def end_perks(*, at: datetime, limit: int = 500) -> int:
    """Take back what has had its days. How many; 0 when nothing is due."""
    require_transaction()
    due = list(
        PerkGrant.objects.select_for_update(skip_locked=True)
        .filter(ended_at__isnull=True, until__lte=at)
        .order_by("until", "id")[:limit]
    )
    for grant in due:
        _end(grant, at)
    return len(due)


def _give(reward: Reward, member_id: int, at: datetime) -> bool:
    """Whether it was missing and is given now: what they have from elsewhere is not ours to take back."""
    gave = False
    if reward.badge_id is not None:
        gave = badges.give(kind_id=reward.badge_id, member_id=member_id, note=reward.name, by=None, at=at)
    if reward.group_id is not None:
        group = sold_groups().filter(id=reward.group_id).first()
        if group is None:  # it was given rights since it was put on the shelf
            raise RewardRefused("gone", _("This reward is no longer offered."))
        if not get_user_model().objects.filter(id=member_id, groups=group).exists():
            join_group(member_id=member_id, group=group.name, by=None, at=at)
            gave = True
    return gave


def _end(grant: PerkGrant, at: datetime) -> None:
    PerkGrant.objects.filter(id=grant.id).update(ended_at=at)
    others = PerkGrant.objects.filter(
        Q(badge_id=grant.badge_id) & Q(group_id=grant.group_id),
        member_id=grant.member_id,
        ended_at__isnull=True,
        gave=True,
    )
    if not grant.gave or others.exists():
        return
    if grant.badge_id is not None:
        badges.take_of(kind_id=grant.badge_id, member_id=grant.member_id, at=at)
    if grant.group_id is not None:
        leave_group(member_id=grant.member_id, group=Group.objects.get(id=grant.group_id).name, by=None, at=at)
